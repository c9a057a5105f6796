from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from nbmlops.errors import NotebookError, ParameterError
from nbmlops.programs import Parameter, Parameters, bind, injected_source, read_parameters
from nbmlops.programs.choices import EnumMember

from .conftest import Declare, a_notebook


def only(parameters: Parameters) -> Parameter:
    (item,) = parameters
    return item


def names(parameters: Parameters) -> list[str]:
    return [item.name for item in parameters]


@pytest.mark.parametrize(
    ("source", "kind", "default"),
    [
        ("x: int = 100", "int", 100),
        ("x: float = 1e-3", "float", 0.001),
        ("x: 'int' = 1", "int", 1),
        ("x: \"list['int']\" = [1]", "list[int]", [1]),
        ("x: bool = False", "bool", False),
        ("x: str | None = None", "str | None", None),
        ("x: Optional[int] = None", "int | None", None),
        ("x: typing.Optional[int] = None", "int | None", None),
        ("x: Union[int, str] = 1", "int | str", 1),
        ("x: Literal['a', 'b'] = 'a'", "Literal['a', 'b']", "a"),
        ("x: Optional[Literal[1, 2]] = 1", "Literal[1, 2] | None", 1),
        ("x: List[float] = [1, 2]", "list[float]", [1, 2]),
        ("x: dict[str, list[int]] = {'a': [1]}", "dict[str, list[int]]", {"a": [1]}),
        ("x: tuple[int, str] = (1, 'a')", "tuple[int, str]", (1, "a")),
        ("x: tuple[int, ...] = (1,)", "tuple[int, ...]", (1,)),
        ("x: Sequence[int] = (1,)", "list[int]", (1,)),
        ("x: set[str] = {'a'}", "set[str]", {"a"}),
        ("x: Final[int] = 3", "int", 3),
        ("x: Final = 3", "Final", 3),
        ("x: np.ndarray = 3", "np.ndarray", 3),
        ("x = True", "bool", True),
        ("x = 1", "int", 1),
        ("x = -1.5", "float", -1.5),
        ("x = 10**-3", "float", 0.001),
        ("x = 'a'", "str", "a"),
        ("x = None", "any", None),
        ("x = [1, 2]", "list[int]", [1, 2]),
        ("x = [1, 2.5]", "list[float]", [1, 2.5]),
        ("x = [1, 'a']", "list", [1, "a"]),
        ("x = []", "list", []),
        ("x = (32, 16)", "tuple[int, ...]", (32, 16)),
        ("x = {'a': 1}", "dict[str, any]", {"a": 1}),
        ("x = 1  # type: float", "float", 1),
        ("x = None  # type: Optional[int]  how many", "int | None", None),
        ("x = None  # type: int | None how many", "int | None", None),
        ("x = None  # type: dict[str, int] how many", "dict[str, int]", None),
        ("x = 1  # type: ignore", "int", 1),
    ],
)
def test_a_type_comes_from_annotation_comment_or_default(
    declare: Declare, source: str, kind: str, default: object
) -> None:
    item = only(declare(source))
    assert str(item.kind) == kind
    assert item.default is not None
    assert item.default.value == default
    assert type(item.default.value) is type(default)


def test_a_bare_annotation_is_a_required_parameter(declare: Declare) -> None:
    item = only(declare("data: str  # where the orders are"))
    assert (item.required, str(item.kind), item.help) == (True, "str", "where the orders are")


# What `papermill inspect` misreads


def test_unpacking_declares_each_name(declare: Declare) -> None:
    found = declare(
        "a, b = 1, 2.5  # sizes\n(c, [d, e]) = 'x', [True, None]\nf = g = 3\nh, *i = 1, 2\nj, k = make()"
    )
    assert [(item.name, str(item.kind)) for item in found] == [
        ("a", "int"),
        ("b", "float"),
        ("c", "str"),
        ("d", "bool"),
        ("e", "any"),
        ("f", "int"),
        ("g", "int"),
        ("h", "any"),
        ("i", "any"),
        ("j", "any"),
        ("k", "any"),
    ]
    assert {item.help for item in list(found)[:2]} == {"sizes"}
    assert found.get("j").default.computed
    assert found.get("j").default.source == "make()"


def test_a_string_annotation_is_read(declare: Declare) -> None:
    found = declare("a: 'float' = 1\nb: \"Optional['int']\" = 2")
    assert [str(item.kind) for item in found] == ["float", "int | None"]


def test_a_name_inside_a_block_is_no_parameter(declare: Declare) -> None:
    found = declare(
        "debug = False\nif debug:\n    n = 1\nfor i in range(3):\n    m = i\nwith open('x') as f:\n    k = 1\n"
        "def fit():\n    inner = 1\nclass A:\n    field = 1\nimport os\nfrom sys import path"
    )
    assert names(found) == ["debug"]


def test_a_default_ends_where_its_statement_ends(declare: Declare) -> None:
    found = declare(
        "layers = [\n    32,  # first\n    16,\n]\nname = 'a'\ntext = '''x = 1\ny: int = 2'''\nlast = 1"
    )
    assert [(item.name, item.default.source) for item in found] == [
        ("layers", "[\n    32,  # first\n    16,\n]"),
        ("name", "'a'"),
        ("text", "'''x = 1\ny: int = 2'''"),
        ("last", "1"),
    ]
    assert found.get("layers").default.value == [32, 16]


def test_a_hash_in_a_text_begins_no_comment(declare: Declare) -> None:
    item = only(declare("color = '#ff0000'  # of the line"))
    assert (item.default.value, item.help) == ("#ff0000", "of the line")


# What is a parameter


def test_private_names_deleted_ones_and_types_are_no_parameters(declare: Declare) -> None:
    assert names(
        declare(
            "_x = 1\na = 1\ndel a\nRate = Annotated[float, Ge(0)]\nT: TypeAlias = int\nM = int | None\nb: Rate = 1"
        )
    ) == ["b"]


def test_the_last_binding_gives_the_default_and_the_annotation_stays(declare: Declare) -> None:
    item = only(declare("n: int = 1  # how many\nn = 2"))
    assert (str(item.kind), item.default.value, item.help, item.inferred) == ("int", 2, "how many", False)
    declared_first = only(declare("n: int\nn = 2"))
    assert not declared_first.required


def test_what_a_block_or_an_operator_may_change_is_computed(declare: Declare) -> None:
    changed = only(declare("n = 1\nn += 1"))
    assert (changed.default.computed, changed.default.source) == (True, "1; n += 1")
    branched = only(declare("n = 1\nif quick:\n    n = 2"))
    assert (branched.default.computed, str(branched.kind)) == (True, "int")


def test_nothing_of_the_notebook_runs(declare: Declare, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    found = declare(
        f"x = open({str(trap)!r}, 'w')\ny: __import__('os').mkdir({str(trap)!r}) = 1",
        before=f"open({str(trap)!r}, 'w')",
    )
    assert names(found) == ["x", "y"]
    assert not trap.exists()
    assert found.get("x").default.computed


def test_magics_and_help_stand_in_no_ones_way(declare: Declare) -> None:
    found = declare(
        "%matplotlib inline\n!ls -l 'a\nfiles = !ls\nx?\nn = 1  # how many", before="%%bash\nls | grep ("
    )
    assert [(item.name, item.help) for item in found] == [("files", ""), ("n", "how many")]


def test_a_cell_that_is_no_python_is_refused_with_its_line() -> None:
    notebook = a_notebook("import x", ("parameters", "a = 1\nb = = 2\n"))
    with pytest.raises(
        NotebookError, match=r"train\.ipynb can't be read: line 2 of its cell 2 .*\n  b = = 2"
    ):
        read_parameters(notebook)


def test_a_notebook_without_the_cell_declares_nothing() -> None:
    found = read_parameters(a_notebook("x = 1"))
    assert (found.items, found.cell, found.open) == ((), None, False)


def test_the_mark_of_a_comment_declares_as_a_tag_does() -> None:
    assert names(read_parameters(a_notebook("#| parameters\nn = 1"))) == ["n"]


def test_of_several_tagged_cells_the_first_counts_and_it_is_said() -> None:
    found = read_parameters(a_notebook(("parameters", "a = 1"), ("parameters", "b = 1")))
    assert names(found) == ["a"]
    (notice,) = found.notices
    assert notice.startswith(
        "2 cells are tagged `parameters`: only the first, cell 1 of the notebook, declares"
    )


def test_a_notebook_of_another_language_is_open() -> None:
    found = read_parameters(a_notebook(("parameters", "n <- 1"), language="R"))
    assert (found.items, found.open) == ((), True)


# Kinds that the notebook's own names make


def test_imports_aliases_and_enumerations_are_followed(declare: Declare) -> None:
    found = declare(
        "since: dt.date = dt.date(2026, 1, 31)\nat: datetime = datetime(2026, 1, 31, 12)\nday: Day = Day(2026, 2, 1)\n"
        "rate: Rate = 0.5\ncolor: Color = Color.RED\nother = Color.BLUE\npath = Path('x')\nprice: D = D('1.5')\n"
        "level: Level = 1",
        before="import datetime as dt\nfrom datetime import datetime, date as Day\nfrom decimal import Decimal as D\n"
        "from pathlib import Path\nimport enum\nRate = Annotated[float, Interval(gt=0, le=1)]\n"
        "class Color(enum.StrEnum):\n    RED = enum.auto()\n    BLUE = 'b'\n    def f(self): ...\n"
        "class Level(enum.IntEnum):\n    LOW = 1",
    )
    assert {item.name: str(item.kind) for item in found} == {
        "since": "date",
        "at": "datetime",
        "day": "date",
        "rate": "float",
        "color": "Color",
        "other": "Color",
        "path": "Path",
        "price": "Decimal",
        "level": "Level",
    }
    assert found.get("rate").kind.allowed == "> 0, <= 1"
    assert found.get("color").kind.allowed == "RED, BLUE"
    assert found.get("color").default.value == EnumMember("Color", "RED", "red")
    assert found.get("since").default.value == dt.date(2026, 1, 31)
    assert found.get("price").default.value == Decimal("1.5")
    assert found.get("path").default.value == Path("x")


def test_a_class_of_the_notebook_is_taken_unchecked_whatever_its_name(declare: Declare) -> None:
    item = only(declare("where: Path = Path()", before="class Path:\n    pass"))
    assert str(item.kind) == "Path"
    assert item.kind.take(object) is object


def test_an_alias_that_names_itself_ends(declare: Declare) -> None:
    assert str(only(declare("x: A = 1", before="A = B\nB = A")).kind) == "any"


def test_a_later_binding_of_a_name_counts(declare: Declare) -> None:
    before = "from datetime import date\nclass date: pass"
    assert str(only(declare("x: date = None", before=before)).kind) == "date"
    assert only(declare("x: date = None", before=before)).kind.take(3) == 3


def test_a_name_means_what_it_means_where_it_stands(declare: Declare) -> None:
    found = declare(
        "date: date = date(2026, 1, 31)\nother: date = None",
        before="try:\n    from datetime import date\nexcept ImportError:\n    raise",
    )
    assert str(found.get("date").kind) == "date"
    assert found.get("date").default.value == dt.date(2026, 1, 31)
    assert "import datetime as _datetime" in injected_source(bind(found, {"date": "2026-02-01"}))


@pytest.mark.parametrize(
    "rebinding",
    ["def date(): ...", "for date in []: pass", "date, x = 1, 2", "with f() as date: pass", "del date"],
)
def test_a_name_that_is_bound_again_is_no_import_any_more(declare: Declare, rebinding: str) -> None:
    found = declare("x = None", before=f"from datetime import date\n{rebinding}")
    assert found.names.spelling_of("datetime", "date") is None


# Bounds


@pytest.mark.parametrize(
    ("annotation", "allowed"),
    [
        ("Annotated[int, Ge(1)]", ">= 1"),
        ("Annotated[int, annotated_types.Ge(1), Lt(10)]", ">= 1, < 10"),
        ("Annotated[float, Interval(gt=0, le=1)]", "> 0, <= 1"),
        ("Annotated[int, Field(ge=1, le=10, description='trees')]", "1 to 10"),
        ("Annotated[int, 1:10]", "1 to 10"),
        ("Annotated[int, 1:]", ">= 1"),
        ("Annotated[int, 0:100:10]", "0 to 100, a multiple of 10"),
        ("Annotated[int, range(1, 11)]", "1 to 10"),
        ("Annotated[int, MultipleOf(8)]", "a multiple of 8"),
        ("Annotated[int, '1..10']", "1 to 10"),
        ("Annotated[float, '[0, 1)']", ">= 0, < 1"),
        ("Annotated[float, '0 < x <= 1']", "> 0, <= 1"),
        ("Annotated[float, '> 0, <= 1']", "> 0, <= 1"),
        ("Annotated[float, Ge(0), Le(float('inf'))]", ">= 0"),
        ("Annotated[str, MinLen(1), MaxLen(3)]", "length >= 1, length <= 3"),
        ("Annotated[str, StringConstraints(pattern='^a')]", "matches ^a"),
        ("Annotated[list[int], Len(2, 2)]", "length 2"),
        ("list[Annotated[int, Ge(1)]]", "each >= 1"),
        ("Optional[Annotated[int, Ge(1)]]", ">= 1"),
        ("PositiveInt", "> 0"),
        ("Annotated[int, 'number of trees']", ""),
        ("Annotated[int, something()]", ""),
    ],
)
def test_bounds_stand_in_annotations(declare: Declare, annotation: str, allowed: str) -> None:
    assert only(declare(f"x: {annotation} = 1")).kind.allowed == allowed


@pytest.mark.parametrize(
    ("comment", "allowed"),
    [
        ("1..10", "1 to 10"),
        ("number of trees, >= 1", ">= 1"),
        ("number of trees (>= 1)", ">= 1"),
        ("learning rate; > 0, < 1", "> 0, < 1"),
        ("share of the rows, in (0, 1]", "> 0, <= 1"),
        ("0 <= p < 1", ">= 0, < 1"),
        ("0 to 100", "0 to 100"),
        ("use >= 100 in production", ""),
        ("days, 7 of them", ""),
        ("the 1..10 best ones", ""),
        ("see issue #12", ""),
    ],
)
def test_bounds_stand_in_comments_as_clauses_of_their_own(
    declare: Declare, comment: str, allowed: str
) -> None:
    item = only(declare(f"x = 5  # {comment}"))
    assert item.kind.allowed == allowed
    assert item.help.split()[0] == comment.split(maxsplit=1)[0]


def test_a_comment_binds_numbers_alone(declare: Declare) -> None:
    assert only(declare("x = 'a'  # 1..10")).kind.allowed == ""
    assert only(declare("x: int | None = None  # 1..10")).kind.allowed == "1 to 10"


def test_a_default_that_does_not_fit_its_declaration_is_told(declare: Declare) -> None:
    found = declare("n = 0  # 1..10\nm: int = 'a'\nk: str = None\nc: float = 1\ns: Literal['a'] = 'b'")
    assert found.notices == (
        "n: its default doesn't fit its own declaration: 0 is not >= 1.",
        "m: its default doesn't fit its own declaration: 'a' is not an int.",
        "s: its default doesn't fit its own declaration: 'b' is none of a.",
    )


# Help


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1  # beside", "beside"),
        ("# above,\n# two lines\nx = 1", "above, two lines"),
        ("# above\nx = 1  # beside", "beside"),
        ("# a heading\n\nx = 1", ""),
        ("# Parameters\nx = 1", ""),
        ("# Parameters\n# how many\nx = 1", "how many"),
        ("# ---- model ----\nx = 1", ""),
        ("# y = 2\nx = 1", ""),
        ("#| parameters\nx = 1", ""),
        ("x = 1  # noqa: E501", ""),
        ("x = 1  # how many  # noqa: E501", "how many"),
        ("x = 1  # type: ignore  # how many", "how many"),
        ("x = [  # sizes\n    1,\n]", "sizes"),
        ("x = [\n    1,\n]  # sizes", "sizes"),
        ("x: Annotated[int, 'how many'] = 1", "how many"),
        ("x: Annotated[int, Doc('how many')] = 1", "how many"),
        ("x: Annotated[int, Field(ge=1, description='how many')] = 1", "how many"),
        ("x = 1  # type: int how many", "how many"),
    ],
)
def test_help_is_the_comment_beside_or_above(declare: Declare, source: str, said: str) -> None:
    assert only(declare(source)).help == said


# The how-to page


def test_the_examples_of_the_how_to_page_are_true(root: Path) -> None:
    page = (root / "docs" / "how-to" / "parameterize-a-notebook.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in page.split("```python\n")[1:]]
    found = read_parameters(a_notebook(blocks[0]))
    table = page.split("name           type")[1].split("```")[0].splitlines()[1:]
    assert [item.name for item in found] == [line.split()[0] for line in table]
    for line in blocks[1].splitlines():
        (item,) = read_parameters(a_notebook(f"#| parameters\n{line}"))
        assert item.kind.allowed in {">= 1, <= 32", "1 to 32", "1..32", ">= 1", "> 0, <= 1"}, line
        assert item.kind.allowed, line
    assert read_parameters(a_notebook(f"#| parameters\n{blocks[3]}")).get("orders").default.reads == ("root",)


# Annotations that mean nothing


@pytest.mark.parametrize(
    "annotation",
    [
        "Literal[[1]]",
        "Literal[{'a': 1}]",
        "Literal[()]",
        "Literal[A]",
        "Annotated[int]",
        "Annotated[int, range(1, 2, 0)]",
        "Annotated[int, Ge('a'), Interval(1), Len(1.5)]",
        "Annotated[str, Field(pattern='(')]",
        "dict[str]",
        "list[()]",
        "Union[()]",
        "'x: ['",
        "f'{x}'",
        "lambda: 0",
        "A",
        " | ".join(["int"] * 300),
        "list[" * 30 + "int" + "]" * 30,
    ],
)
def test_an_annotation_that_means_nothing_breaks_nothing(declare: Declare, annotation: str) -> None:
    found = declare(f"x: {annotation} = 1", before="A = Literal[A]")
    assert names(found) == ["x"]
    assert str(found.get("x").kind)
    for text in ("", "1", "[1]", "{}"):
        with suppress(ParameterError):
            bind(found, {"x": text})


def test_a_literal_of_members_is_the_enumeration_without_its_others(declare: Declare) -> None:
    before = "from enum import Enum\nclass Color(Enum):\n    RED = 1\n    BLUE = 2\n    GREEN = 3"
    item = only(declare("x: Literal[Color.RED, Color.BLUE] = Color.RED", before))
    assert (str(item.kind), item.kind.allowed) == ("Color", "RED, BLUE")


def test_literals_within_literals_and_by_name_give_their_choices(declare: Declare) -> None:
    item = only(declare("x: Literal[Tree, 'c', Literal['d']] = 'a'", before="Tree = Literal['a', 'b']"))
    assert item.kind.allowed == "a, b, c, d"
