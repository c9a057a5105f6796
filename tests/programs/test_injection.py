from __future__ import annotations

import ast
import copy
import datetime as dt
import enum
import math
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbmlops.errors import NotebookError
from nbmlops.programs import Bound, bind, inject, injected_source, notebook_from, read_parameters

from .conftest import a_document, a_notebook

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=-3.5))])),
    st.times(),
    st.decimals(allow_nan=False),
    st.text(string.ascii_letters + " '\"\\\n./", min_size=1).map(Path),
)
HASHABLE = st.one_of(st.integers(), st.text(), st.booleans(), st.dates())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(), inner, max_size=3),
        st.sets(HASHABLE, max_size=3),
        st.frozensets(HASHABLE, max_size=3),
    ),
    max_leaves=6,
)


def source_of(value: object, before: str = "") -> str:
    parameters = read_parameters(a_notebook(before, ("parameters", "x = None")))
    return injected_source(Bound(parameters, {"x": value}))


def equal(one: Any, other: Any) -> bool:
    """Equal, NaN to itself, and of the same type all through."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    return bool(one == other)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_what_is_injected_reads_back_as_it_was_given(value: object) -> None:
    namespace: dict[str, Any] = {}
    exec(source_of(value), namespace)
    assert equal(namespace["x"], value)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_what_is_injected_is_an_assignment_of_what_was_given_and_nothing_else(value: object) -> None:
    tree = ast.parse(source_of(value))
    *imports, last = tree.body
    assert all(isinstance(node, ast.Import) for node in imports)
    assert isinstance(last, ast.Assign)
    called = {
        node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        for node in ast.walk(last)
        if isinstance(node, ast.Call)
    }
    known = {"date", "datetime", "time", "datetime.fromisoformat", "time.fromisoformat"}
    assert called <= {f"_datetime.{name}" for name in known} | {
        "float",
        "set",
        "frozenset",
        "_pathlib.Path",
        "_decimal.Decimal",
    }


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')",
        "'; import os; x = '",
        '"""\nimport os\n"""',
        "\\",
        "${HOME}",
        "{x}",
        "%run x",
        "!ls",
    ],
)
def test_a_text_that_looks_like_code_stays_a_text(text: str) -> None:
    parameters = read_parameters(a_notebook(("parameters", "x = ''")))
    source = injected_source(bind(parameters, {"x": text}))
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    assert namespace["x"] == text
    assert source.count("\n") == 2


def test_only_what_was_given_is_injected_with_papermills_comment() -> None:
    parameters = read_parameters(a_notebook(("parameters", "a = 1\nb = 2\nc = None")))
    bound = bind(parameters, {"b": "3"}, values={"c": float("nan")})
    assert injected_source(bound) == '# Parameters\nb = 3\nc = float("nan")\n'
    assert injected_source(bind(parameters)) == ""


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("from datetime import date", "x = date(2026, 1, 31)"),
        ("from datetime import date as day", "x = day(2026, 1, 31)"),
        ("import datetime as dt", "x = dt.date(2026, 1, 31)"),
        ("import datetime", "x = datetime.date(2026, 1, 31)"),
        # Here `import datetime` would take the class from the notebook.
        ("from datetime import datetime", "import datetime as _datetime\nx = _datetime.date(2026, 1, 31)"),
        ("def date(): ...", "import datetime as _datetime\nx = _datetime.date(2026, 1, 31)"),
        (
            "from datetime import date\ndate = 3",
            "import datetime as _datetime\nx = _datetime.date(2026, 1, 31)",
        ),
    ],
)
def test_a_class_is_named_as_the_notebook_names_it(before: str, line: str) -> None:
    assert source_of(dt.date(2026, 1, 31), before) == f"# Parameters\n{line}\n"


def test_a_member_of_an_enumeration_is_injected_by_its_name() -> None:
    class Color(enum.Enum):
        RED = "r"

    before = "import enum\nclass Color(enum.Enum):\n    RED = 'r'"
    parameters = read_parameters(
        a_notebook(before, ("parameters", "x: Color = None\nmany: list[Color] = []"))
    )
    source = injected_source(bind(parameters, {"x": "r", "many": "RED,RED"}))
    namespace: dict[str, Any] = {"Color": Color}
    exec(source, namespace)
    assert namespace["x"] is Color.RED
    assert namespace["many"] == [Color.RED, Color.RED]


def cells_of(document: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [(cell["source"], cell["metadata"].get("tags", [])) for cell in document["cells"]]


def test_the_cell_stands_after_the_parameters() -> None:
    notebook = a_notebook("import os", ("parameters", "n = 1"), "fit()")
    before = copy.deepcopy(notebook.document)
    done = inject(bind(read_parameters(notebook), {"n": "2"}))
    assert cells_of(done) == [
        ("import os", []),
        ("n = 1", ["parameters"]),
        ("# Parameters\nn = 2", ["injected-parameters"]),
        ("fit()", []),
    ]
    nbformat.validate(nbformat.from_dict(done))
    assert notebook.document == before


def test_an_earlier_injected_cell_is_replaced() -> None:
    notebook = a_notebook(("parameters", "n = 1"), ("injected-parameters", "n = 99"), "fit()")
    done = inject(bind(read_parameters(notebook), {"n": "2"}))
    assert [source for source, _ in cells_of(done)] == ["n = 1", "# Parameters\nn = 2", "fit()"]
    again = inject(bind(read_parameters(notebook_from(done, Path("x.ipynb"))), {"n": "3"}))
    assert [source for source, _ in cells_of(again)] == ["n = 1", "# Parameters\nn = 3", "fit()"]
    assert [cell["id"] for cell in again["cells"]] == [cell["id"] for cell in done["cells"]]


def test_where_nothing_is_given_an_earlier_injected_cell_goes() -> None:
    notebook = a_notebook(("parameters", "n = 1"), ("injected-parameters", "n = 99"))
    assert [source for source, _ in cells_of(inject(bind(read_parameters(notebook))))] == ["n = 1"]


def test_ids_stay_unique_and_old_notebooks_get_none() -> None:
    document = a_document(("parameters", "n = 1"), "x")
    document["cells"][1]["id"] = "injected-parameters"
    done = inject(bind(read_parameters(notebook_from(document, Path("x.ipynb"))), {"n": "2"}))
    assert [cell["id"] for cell in done["cells"]] == [
        "cell-0",
        "injected-parameters-2",
        "injected-parameters",
    ]
    old = inject(bind(read_parameters(a_notebook(("parameters", "n = 1"), minor=4)), {"n": "2"}))
    assert all("id" not in cell for cell in old["cells"])
    nbformat.validate(nbformat.from_dict(old))


def test_another_language_is_translated_by_whoever_can() -> None:
    notebook = a_notebook(("parameters", "n <- 1"), language="R")
    bound = bind(read_parameters(notebook), {"n": "2"})
    done = inject(bound, lambda values: f"n <- {values['n']}")
    assert [source for source, _ in cells_of(done)] == ["n <- 1", "n <- 2"]
    with pytest.raises(NotebookError, match="its language is r"):
        inject(bound)


def test_papermill_takes_the_cell_for_its_own() -> None:
    from papermill.utils import find_first_tagged_cell_index

    done = inject(bind(read_parameters(a_notebook(("parameters", "n = 1"), ("x", "fit()"))), {"n": "2"}))
    assert find_first_tagged_cell_index(nbformat.from_dict(done), "injected-parameters") == 1
