from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nbmlops.errors import ParameterError, ValueRefusedError
from nbmlops.programs import bind, read_parameters
from nbmlops.programs.choices import EnumMember

from .conftest import Declare, a_notebook

BEFORE = """
import datetime as dt
from datetime import datetime, date
from decimal import Decimal
from pathlib import Path
from typing import *
from enum import Enum, IntEnum
class Color(Enum):
    RED = "r"
    DARK_BLUE = "b"
class Level(IntEnum):
    LOW = 1
"""


def moment(*parts: int) -> dt.datetime:
    """A time without a zone, as most notebooks have it."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        ("bool", "false", False),
        ("bool", "False", False),
        ("bool", "no", False),
        ("bool", "0", False),
        ("bool", "true", True),
        ("bool", "On", True),
        ("int", "300", 300),
        ("int", "-3", -3),
        ("int", "1_000", 1000),
        ("float", "3", 3.0),
        ("float", "1e-3", 0.001),
        ("float", "inf", math.inf),
        ("str", "3", "3"),
        ("str", "", ""),
        ("str", "None", "None"),
        ("str | None", "None", None),
        ("str | None", "none of them", "none of them"),
        ("int | None", "none", None),
        ("int | None", "3", 3),
        ("int | float", "3", 3),
        ("int | float", "3.5", 3.5),
        ("bool | int", "1", 1),
        ("bool | int", "true", True),
        ("int | str", "3", 3),
        ("int | str", "auto", "auto"),
        ("Literal['gini', 'entropy']", "gini", "gini"),
        ("Literal[1, 2]", "2", 2),
        ("Literal['auto', None]", "none", None),
        ("Literal[True, 'x']", "true", True),
        ("date", "2026-01-31", dt.date(2026, 1, 31)),
        ("datetime", "2026-01-31T12:30", moment(2026, 1, 31, 12, 30)),
        ("datetime", "2026-01-31", moment(2026, 1, 31)),
        ("dt.time", "12:30", dt.time(12, 30)),
        ("Decimal", "0.10", Decimal("0.10")),
        ("Path", "data/orders.csv", Path("data/orders.csv")),
        ("Color", "RED", EnumMember("Color", "RED", "r")),
        ("Color", "Color.RED", EnumMember("Color", "RED", "r")),
        ("Color", "dark_blue", EnumMember("Color", "DARK_BLUE", "b")),
        ("Color", "b", EnumMember("Color", "DARK_BLUE", "b")),
        ("Level", "1", EnumMember("Level", "LOW", 1)),
        ("list[int]", "1,2,3", [1, 2, 3]),
        ("list[int]", "[1, 2, 3]", [1, 2, 3]),
        ("list[int]", "", []),
        ("list[str]", "a, b", ["a", "b"]),
        ("list[date]", '["2026-01-31"]', [dt.date(2026, 1, 31)]),
        ("set[int]", "1,1", {1}),
        ("tuple[int, str]", "1,a", (1, "a")),
        ("tuple[int, ...]", "(1, 2)", (1, 2)),
        ("dict[str, float]", '{"a": 1}', {"a": 1.0}),
        ("dict[int, bool]", '{"1": true}', {1: True}),
        ("dict", "{'a': None}", {"a": None}),
        ("np.ndarray", "[1]", [1]),
        ("Any", "1.5", 1.5),
        ("Any", "a=b", "a=b"),
        ("Any", "[a", "[a"),
        ("Any", "9" * 5000, "9" * 5000),
        ("Any", "[" * 100_000, "[" * 100_000),
    ],
)
def test_a_text_is_read_as_the_declared_type(
    declare: Declare, annotation: str, text: str, value: object
) -> None:
    bound = bind(declare(f"x: {annotation} = None", BEFORE), {"x": text})
    assert bound.values["x"] == value
    assert type(bound.values["x"]) is type(value)


@pytest.mark.parametrize(
    ("declared", "text", "fault"),
    [
        ("x: int = 1", "3.7", "x: '3.7' is not an int"),
        ("x: int = 1", "1e3", "x: '1e3' is not an int"),
        ("x: int = 1", "true", "x: 'true' is not an int"),
        ("x: int = 1", "", "x: '' is not an int"),
        ("x: int = 1", "9" * 5000, "x: '9999"),
        ("x: list[int] = []", "[" * 100_000, "x: '[[[["),
        ("x: float = 1", "hello", "x: 'hello' is not a float"),
        ("x: bool = True", "maybe", "x: 'maybe' is not a bool: say true or false"),
        ("x: date = None", "31.1.2026", "x: '31.1.2026' is not a date such as 2026-01-31"),
        ("x: date = None", "2026-02-30", "x: '2026-02-30' is not a date"),
        ("x: Path = None", "", "x: '' is not a path"),
        (
            "x: Literal['gini', 'entropy'] = None",
            "ginni",
            "x: 'ginni' is none of gini, entropy; did you mean gini?",
        ),
        ("x: Color = None", "green", "x: 'green' is none of RED, DARK_BLUE"),
        ("x: int | None = None", "a", "x: 'a' is not an int, nor None"),
        ("x: list[int] = None", "1,b", "x: item 2: 'b' is not an int"),
        ("x: list[int] = None", "[1", "x: '[1' is not a list[int]: it can't be read as JSON"),
        ("x: tuple[int, int] = None", "1", "x: ['1'] has 1 items, not 2"),
        ("x: dict[str, int] = None", "a=1", "x: 'a=1' is not a mapping: write it as JSON"),
        ("x: dict[str, int] = None", '{"a": "b"}', "x: the value of 'a': 'b' is not an int"),
        ("x: Annotated[int, Ge(1)] = 1", "0", "x: 0 is not >= 1"),
        ("x: Annotated[int, 1:10] = 1", "11", "x: 11 is not <= 10"),
        ("x: Annotated[int, MultipleOf(8)] = 8", "9", "x: 9 is not a multiple of 8"),
        ("x: Annotated[str, MinLen(2)] = 'aa'", "a", "x: 'a' is not of length >= 2"),
        ("x: Annotated[str, Field(pattern='^a')] = 'a'", "b", "x: 'b' is not matching ^a"),
        ("x: list[Annotated[int, Gt(0)]] = []", "1,0", "x: item 2: 0 is not > 0"),
        ("x = 5  # 1..10", "0", "x: 0 is not >= 1"),
        ("x = 0.5  # > 0", "nan", "x: nan is not > 0"),
    ],
)
def test_a_text_of_another_type_is_refused(declare: Declare, declared: str, text: str, fault: str) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(declare(declared, BEFORE), {"x": text})
    assert caught.value.faults[0].startswith(fault)


@pytest.mark.parametrize(
    ("annotation", "given", "value"),
    [
        ("int", 3, 3),
        ("float", 3, 3.0),
        ("str", "3", "3"),
        ("bool", True, True),
        ("bool", "no", False),
        ("date", dt.date(2026, 1, 31), dt.date(2026, 1, 31)),
        ("date", "2026-01-31", dt.date(2026, 1, 31)),
        ("datetime", dt.date(2026, 1, 31), moment(2026, 1, 31)),
        ("Path", "a/b", Path("a/b")),
        ("Color", "r", EnumMember("Color", "RED", "r")),
        ("tuple[int, ...]", [1, 2], (1, 2)),
        ("int | None", None, None),
        ("Literal[1, True]", True, True),
        ("Any", {"a": [1]}, {"a": [1]}),
    ],
)
def test_a_value_of_a_file_is_taken_where_its_type_is_right(
    declare: Declare, annotation: str, given: object, value: object
) -> None:
    found = bind(declare(f"x: {annotation} = None", BEFORE), values={"x": given}).values["x"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("annotation", "given", "fault"),
    [
        ("int", "3", "x: '3' is not an int"),
        ("int", True, "x: True is not an int"),
        ("int", 3.0, "x: 3.0 is not an int"),
        ("float", "0.1", "x: '0.1' is not a float"),
        ("float", True, "x: True is not a float"),
        ("bool", 1, "x: 1 is not a bool"),
        ("bool", "true", "x: 'true' is a text, not a bool: leave the quotes out"),
        ("str", 3, "x: 3 is not a text: write it in quotes"),
        ("str", None, "x: None is not a text"),
        ("date", moment(2026, 1, 31, 12), "is not a date"),
        ("list[int]", "1,2", "x: '1,2' is not a list"),
        ("list[int]", [1, "a"], "x: item 2: 'a' is not an int"),
        ("set[list[int]]", [[1]], "x: [[1]] can't be a set"),
        ("dict[str, int]", [1], "x: [1] is not a mapping"),
        ("dict[list[int], int]", {"[1]": 1}, "x: {'[1]': 1} can't be a mapping"),
        ("Literal[1, 2]", True, "x: True is none of 1, 2"),
        ("Color", 3, "x: 3 is none of RED, DARK_BLUE"),
    ],
)
def test_a_value_of_a_file_with_another_type_is_refused(
    declare: Declare, annotation: str, given: object, fault: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(declare(f"x: {annotation} = None", BEFORE), values={"x": given})
    assert fault in caught.value.faults[0]


def test_all_faults_are_told_at_once(declare: Declare) -> None:
    found = declare("data: str  # the orders\nn_estimators = 100\nlr = 0.1\nflag = True")
    with pytest.raises(ParameterError) as caught:
        bind(
            found,
            {"n_estimators": "3.7", "lr": "hello", "n_estimator": "1", "N-Estimators": "1", "zzz": "1"},
            values={"flag": 3},
        )
    assert caught.value.faults == (
        "flag: 3 is not a bool: say true or false",
        "n_estimators: '3.7' is not an int, as its default 100 is; write `n_estimators: float = …` to allow more",
        "lr: 'hello' is not a float",
        "n_estimator: no such parameter. Did you mean n_estimators?",
        "N-Estimators: no such parameter. Did you mean n_estimators?",
        "zzz: no such parameter. There are: data, n_estimators, lr, flag",
        "data: required, and not given (str: the orders)",
    )
    assert str(caught.value).splitlines()[0] == "7 parameters of train.ipynb can't be taken:"
    assert isinstance(caught.value, ValueRefusedError)


def test_without_a_parameters_cell_any_name_is_refused_with_the_way_to_tag_one() -> None:
    with pytest.raises(ParameterError, match="Give the cell that sets them the tag `parameters`") as caught:
        bind(read_parameters(a_notebook("n = 1")), {"n": "2"})
    assert caught.value.faults == ("n: not declared",)
    assert bind(read_parameters(a_notebook("n = 1"))).values == {}


def test_a_text_beats_a_value_of_the_same_name(declare: Declare) -> None:
    assert bind(declare("n = 1"), {"n": "2"}, values={"n": "wrong"}).values == {"n": 2}


def test_values_come_in_the_order_of_the_declaration(declare: Declare) -> None:
    bound = bind(declare("a = 1\nb = 2\nc = 3"), {"c": "1", "a": "2"}, values={"b": 3})
    assert list(bound.values) == ["a", "b", "c"]


def test_an_incomplete_binding_asks_for_nothing(declare: Declare) -> None:
    assert bind(declare("data: str\nn = 1"), values={"n": 2}, complete=False).values == {"n": 2}


def test_the_names_of_another_language_are_taken_as_they_look() -> None:
    found = read_parameters(a_notebook(("parameters", "n <- 1"), language="R"))
    assert bind(found, {"n": "3", "flag": "false", "s": "x"}, values={"l": [1]}).values == {
        "l": [1],
        "n": 3,
        "flag": False,
        "s": "x",
    }
    with pytest.raises(ParameterError, match="not a name that a notebook can have"):
        bind(found, {"a; system('x')": "1"})


def test_what_the_cell_computes_from_a_given_value_is_said(declare: Declare) -> None:
    found = declare("root = 'a'\ndata = root + '/data'\nout = root + '/out'")
    bound = bind(found, {"root": "b", "out": "c"})
    (notice,) = bound.notices
    assert notice.startswith(
        "data = root + '/data' is computed in the parameters cell from the default of root"
    )
    assert bind(found, {"out": "c"}).notices == ()


def test_a_later_cell_that_sets_a_given_name_again_is_told() -> None:
    notebook = a_notebook(
        ("parameters", "n = 1\nm = 2\nk = 3\nj = 4"),
        ("injected-parameters", "n = 9"),
        "n = n + 1\ndef f():\n    m = 5\nm == 3\nd = {}\nd['m'] = m",
        "if (",
        "for j in range(3): pass\nk, x = 5, 6\nm: int",
    )
    found = read_parameters(notebook)
    bound = bind(found, dict.fromkeys("nmkj", "7"))
    assert bound.notices == (
        "k is set again by cell 5 of the notebook: the given value counts up to there alone.",
    )
    assert bind(found, {"n": "7"}).notices == ()


def test_a_bound_value_is_plain_for_a_store(declare: Declare) -> None:
    source = "a: date = None\nb: Path = None\nc: Color = None\nd: set[int] = None\ne: float = 0.0\nf: dict[str, Path] = None"
    found = declare(source, BEFORE)
    bound = bind(found, {"a": "2026-01-31", "b": "x/y", "c": "r", "d": "2,1", "e": "inf", "f": '{"k": "p"}'})
    plain: dict[str, Any] = {
        "a": "2026-01-31",
        "b": "x/y",
        "c": "RED",
        "d": [1, 2],
        "e": "inf",
        "f": {"k": "p"},
    }
    assert bound.plain() == plain


def test_what_is_in_force_are_given_values_over_literal_defaults(declare: Declare) -> None:
    found = declare("n = 1\nm = 2\nk = n + 1")
    assert bind(found, {"m": "3"}).in_force() == {"n": 1, "m": 3}


def test_a_long_value_is_cut_in_its_message(declare: Declare) -> None:
    with pytest.raises(ParameterError) as caught:
        bind(declare("n = 1"), {"n": "9a" * 5000})
    assert len(str(caught.value)) < 300
