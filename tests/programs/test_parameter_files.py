from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
import yaml

from nbmlops.errors import ParameterError
from nbmlops.programs import bind, example_yaml, parse_yaml, read_parameter_files

from .conftest import Declare


def test_yaml_json_and_toml_give_the_same_values(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("n: 3\nlr: 0.1\nflag: false\nnames: [a, b]\nmore: {k: 1}\n")
    (tmp_path / "a.json").write_text(
        '{"n": 3, "lr": 0.1, "flag": false, "names": ["a", "b"], "more": {"k": 1}}'
    )
    (tmp_path / "a.toml").write_text('n = 3\nlr = 0.1\nflag = false\nnames = ["a", "b"]\nmore = { k = 1 }\n')
    values = {"n": 3, "lr": 0.1, "flag": False, "names": ["a", "b"], "more": {"k": 1}}
    for name in ("a.yaml", "a.json", "a.toml"):
        assert read_parameter_files([tmp_path / name]) == values


def test_a_later_file_wins(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("n: 1\nm: 1")
    (tmp_path / "b.JSON").write_text('{"n": 2}')
    assert read_parameter_files([tmp_path / "a.yml", tmp_path / "b.JSON"]) == {"n": 2, "m": 1}


def test_yaml_is_read_as_version_1_2() -> None:
    text = "country: no\nlr: 1e-3\nday: 2026-01-31\noctal: 0o17\nplain: 017\nhex: 0x1f\nat: 12:30\nbig: .inf\nnot: .nan\nnothing:\nnull2: ~\ntrue2: True"
    found = parse_yaml(text)
    assert math.isnan(found.pop("not"))
    assert found == {
        "country": "no",
        "lr": 0.001,
        "day": "2026-01-31",
        "octal": 15,
        "plain": 17,
        "hex": 31,
        "at": "12:30",
        "big": math.inf,
        "nothing": None,
        "null2": None,
        "true2": True,
    }


def test_yaml_with_anchors_and_nothing_in_it() -> None:
    assert parse_yaml("") == {}
    assert parse_yaml("a: &x {k: 1}\nb: {<<: *x, l: 2}")["b"] == {"k": 1, "l": 2}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2", "line 2, column 1: 'a' stands twice"),
        ("a: {b: 1, b: 2}", "'b' stands twice"),
        ("a: [1", "line 1, column 6: expected"),
        ("- 1", "holds a list, not names with values"),
        ("hello", "holds the value 'hello', not names with values"),
        ("3: 4", "3 is no name"),
        ("a: !!python/object/apply:os.system ['x']", "could not determine a constructor"),
    ],
)
def test_yaml_that_is_no_mapping_of_names_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_yaml(text, "params.yaml")
    assert str(caught.value).startswith("params.yaml")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.json", "{", "is no JSON: line 1, column 2"),
        ("a.json", "[1]", "holds a list"),
        ("a.json", '{"a": ' + "9" * 5000 + "}", "too long a number"),
        ("a.toml", "a = ", "is no TOML: Invalid value"),
        ("a.yaml", b"\xff\xfe\xff", "isn't UTF-8"),
        ("a.txt", "a: 1", "parameters are read from .yaml, .json and .toml files"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(
    tmp_path: Path, name: str, text: str | bytes, fault: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ParameterError) as caught:
        read_parameter_files([path])
    assert str(path) in str(caught.value)
    assert fault in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"There is no file .*a\.yaml"):
        read_parameter_files([tmp_path / "a.yaml"])


SOURCE = """
from pathlib import Path
import datetime as dt
n = 100  # number of trees, >= 1
lr: float = 1e-5
names: list[str] = ["no", "a: b"]
more = {"a b": 1.5, "c": None}
since = dt.date(2026, 1, 31)
where = Path("a b/c")
limit = float("inf")
text = "yes"
made = n * 2
data: str  # the orders
maybe: int | None = None
"""


def test_the_example_gives_what_the_notebook_has_by_default(declare: Declare) -> None:
    found = declare(SOURCE)
    text = example_yaml(found).replace("data:", "data: orders.csv")
    values = parse_yaml(text)
    bound = bind(found, values=values)
    assert bound.values["lr"] == 1e-5
    assert bound.values["names"] == ["no", "a: b"]
    assert bound.values["more"] == {"a b": 1.5, "c": None}
    assert bound.values["since"] == dt.date(2026, 1, 31)
    assert bound.values["where"] == Path("a b/c")
    assert bound.values["limit"] == math.inf
    assert bound.values["text"] == "yes"
    assert "made" not in bound.values
    assert "# made:  # else n * 2" in text


def test_the_example_says_what_each_takes_and_what_must_be_given(declare: Declare) -> None:
    lines = example_yaml(declare(SOURCE)).splitlines()
    assert lines[0] == "# Parameters of train.ipynb: nbmlops run train.ipynb -f params.yaml"
    assert "# int; number of trees, >= 1" in lines
    assert lines[lines.index("# required; str; the orders") + 1] == "data:"


def test_the_example_reads_alike_with_yaml_1_1(declare: Declare) -> None:
    found = yaml.safe_load(example_yaml(declare(SOURCE)))
    assert (found["lr"], found["text"], found["limit"]) == (1e-5, "yes", math.inf)
