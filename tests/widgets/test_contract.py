"""The contract between Python and the front end, compared key by key."""

from __future__ import annotations

import re
import typing
from pathlib import Path
from typing import Any

import pytest

from nbmlops.records import wire

CONTRACT = Path("labextension/src/shared/contract.ts")
_INTERFACE = re.compile(r"export interface (\w+) \{\n(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^  (\w+)(\??): (.+);$", re.MULTILINE)


@pytest.fixture(scope="module")
def contract(root: Path) -> str:
    return (root / CONTRACT).read_text(encoding="utf-8")


def interfaces(contract: str) -> dict[str, dict[str, tuple[bool, str]]]:
    """By interface: each field, whether it may be left out, and its type."""
    return {
        name: {field: (bool(mark), kind) for field, mark, kind in _FIELD.findall(body)}
        for name, body in _INTERFACE.findall(contract)
    }


def typed_dicts() -> dict[str, Any]:
    return {name: kind for name, kind in vars(wire).items() if typing.is_typeddict(kind)}


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
    nullable |= {field for field, hint in hints.items() if hint == wire.WireValue}
    theirs = interfaces(contract)[name]
    said = {field for field, (_, kind) in theirs.items() if re.search(r"\| null$|^WireValue$", kind)}
    assert said == nullable


def test_both_sides_know_the_same_error_codes_and_limits(contract: str) -> None:
    (codes,) = re.findall(r"export type ErrorCode =\n(.*?);", contract, re.DOTALL)
    assert set(re.findall(r"'([\w-]+)'", codes)) == set(typing.get_args(wire.ErrorCode))
    for name in ("MOST_ROWS", "MOST_SERIES"):
        assert f"export const {name} = {getattr(wire, name)};" in contract
