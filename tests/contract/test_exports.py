"""The public API: what is exported stays exported, and everything exported is documented."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import nbmlops

# Scripts and notebooks out there rely on these names and parameters: take none away.
NAMES_THAT_STAY = {
    "compare": "",
    "fingerprint": "obj path",
    "history": "id key",
    "log_artifact": "",
    "log_figure": "",
    "log_metric": "key value step",
    "log_metrics": "step",
    "log_model": "obj name input_example",
    "log_param": "key value",
    "log_params": "",
    "log_predictions": "y_true y_pred proba",
    "log_series": "key values steps",
    "note": "",
    "run_info": "id",
    "run_notebook": "path parameters experiment check",
    "runs": "experiment limit order_by where",
    "set_tag": "key value",
    "start_run": "name experiment",
}


def test_exports_are_sorted_and_named_once() -> None:
    assert list(nbmlops.__all__) == sorted(set(nbmlops.__all__))


@pytest.mark.parametrize("name", sorted(NAMES_THAT_STAY))
def test_a_name_that_stays_is_exported_with_its_parameters(name: str) -> None:
    assert name in nbmlops.__all__
    parameters = inspect.signature(getattr(nbmlops, name)).parameters
    missing = set(NAMES_THAT_STAY[name].split()) - set(parameters)
    assert not missing, f"{name}{inspect.signature(getattr(nbmlops, name))} lacks {missing}"


def test_every_export_resolves_and_says_what_it_does() -> None:
    for name in nbmlops.__all__:
        if not name.startswith("__"):
            assert (inspect.getdoc(getattr(nbmlops, name)) or "").strip(), f"nbmlops.{name} has no docstring"


def test_dir_shows_every_export() -> None:
    assert set(nbmlops.__all__) <= set(dir(nbmlops))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        nbmlops.no_such_name  # noqa: B018


def test_the_type_stub_exports_the_same_names() -> None:
    stub = Path(nbmlops.__file__).with_name("__init__.pyi")
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    named = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    named |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    named |= {
        node.target.id
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert set(nbmlops.__all__) <= named


def test_every_export_is_documented(root: Path) -> None:
    page = (root / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    undocumented = [
        name for name in nbmlops.__all__ if not name.startswith("__") and f"nbmlops.{name}" not in page
    ]
    assert not undocumented
