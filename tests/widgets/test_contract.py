"""The contract between Python and the front end, compared key by key."""

from __future__ import annotations

import re
import typing
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from nbmlops.answers.desk import WHO
from nbmlops.records import wire
from nbmlops.records.wire import errors, values
from nbmlops.server.routes import ROUTES

SHARED = Path("labextension/src/shared")
_ROUTE = re.compile(r"^  (\w+): \['(\w+)', '([^']+)'\],?$", re.MULTILINE)
_INTERFACE = re.compile(r"export interface (\w+) \{\n(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^  (\w+)(\??): (.+);$", re.MULTILINE)


@pytest.fixture(scope="module")
def contract(root: Path) -> str:
    files = sorted((root / SHARED / "contract").glob("*.ts"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def interfaces(contract: str) -> dict[str, dict[str, tuple[bool, str]]]:
    """By interface: each field, whether it may be left out, and its type."""
    return {
        name: {field: (bool(mark), kind) for field, mark, kind in _FIELD.findall(body)}
        for name, body in _INTERFACE.findall(contract)
    }


def typed_dicts() -> dict[str, Any]:
    modules = [import_module(f"{wire.__name__}.{one.name}") for one in iter_modules(wire.__path__)]
    return {
        name: kind for module in modules for name, kind in vars(module).items() if typing.is_typeddict(kind)
    }


def test_a_message_stands_in_the_file_of_the_same_name_on_both_sides(root: Path) -> None:
    for path in (root / SHARED / "contract").glob("*.ts"):
        module = import_module(f"{wire.__name__}.{path.stem}")
        own = {
            name for name, kind in vars(module).items() if getattr(kind, "__module__", "") == module.__name__
        }
        assert set(interfaces(path.read_text(encoding="utf-8"))) <= own


def test_both_sides_know_the_same_messages(contract: str) -> None:
    assert set(interfaces(contract)) == set(typed_dicts())
    assert len(typed_dicts()) > 8


@pytest.mark.parametrize("name", sorted(typed_dicts()))
def test_a_message_has_the_same_keys_on_both_sides(contract: str, name: str) -> None:
    kind = typed_dicts()[name]
    theirs = interfaces(contract)[name]
    assert set(theirs) == set(kind.__annotations__)
    hints = typing.get_type_hints(kind, include_extras=True)
    optional = {field for field, hint in hints.items() if typing.get_origin(hint) is typing.NotRequired}
    optional |= kind.__optional_keys__
    assert {field for field, (mark, _) in theirs.items() if mark} == optional


@pytest.mark.parametrize("name", sorted(typed_dicts()))
def test_what_may_be_null_is_the_same_on_both_sides(contract: str, name: str) -> None:
    hints = typing.get_type_hints(typed_dicts()[name])
    nullable = {field for field, hint in hints.items() if type(None) in typing.get_args(hint)}
    nullable |= {field for field, hint in hints.items() if hint == values.WireValue}
    theirs = interfaces(contract)[name]
    said = {field for field, (_, kind) in theirs.items() if re.search(r"\| null$|^WireValue$", kind)}
    assert said == nullable


def test_both_sides_know_the_same_error_codes_and_limits(contract: str) -> None:
    (codes,) = re.findall(r"export type ErrorCode =\n(.*?);", contract, re.DOTALL)
    assert set(re.findall(r"'([\w-]+)'", codes)) == set(typing.get_args(errors.ErrorCode))
    for name in ("MOST_ROWS", "MOST_SERIES"):
        assert f"export const {name} = {getattr(values, name)};" in contract


def test_both_sides_ask_the_same_questions_by_the_same_routes(root: Path) -> None:
    asked = (root / SHARED / "questions.ts").read_text(encoding="utf-8")
    assert set(re.findall(r"^  (\w+): \{ args:", asked, re.MULTILINE)) == set(WHO)
    routes = (root / SHARED / "routes.ts").read_text(encoding="utf-8")
    ours = {(route.question, route.method, route.path) for route in ROUTES}
    theirs = set(_ROUTE.findall(routes))
    assert theirs <= ours
    assert {question for question, _, _ in theirs} == set(WHO)


def test_both_sides_know_which_questions_change_something(root: Path) -> None:
    routes = (root / SHARED / "routes.ts").read_text(encoding="utf-8")
    (listed,) = re.findall(r"CHANGES[^=]*= new Set<Question>\(\[(.*?)\]\)", routes, re.DOTALL)
    assert set(re.findall(r"'(\w+)'", listed)) == {route.question for route in ROUTES if route.changes}
