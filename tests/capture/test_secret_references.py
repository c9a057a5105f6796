"""Secrets by reference: where their values lie, and what is said when they don't."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from nbmlops.capture.secret_references import SecretReference, fetch, parse_reference
from nbmlops.errors import ConfigError, ValueRefusedError


@pytest.fixture
def ring() -> Iterator[dict[tuple[str, str], str]]:
    """A keyring of this test's own."""
    import keyring
    from keyring.backend import KeyringBackend

    class Ring(KeyringBackend):
        priority = 1

        def __init__(self) -> None:
            super().__init__()
            self.entries: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.entries.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.entries[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.entries[service, username]

    before, ours = keyring.get_keyring(), Ring()
    keyring.set_keyring(ours)
    yield ours.entries
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("DB=env:DATABASE_PASSWORD", "env", "DATABASE_PASSWORD"),
        ("DB=keyring:postgres/ann", "keyring", "postgres/ann"),
        ("DB=keyring:https://db.example.org/ann", "keyring", "https://db.example.org/ann"),
    ],
)
def test_a_reference_says_where_a_value_lies(text: str, kind: str, place: str) -> None:
    found = parse_reference(text)
    assert (found.name, found.kind, found.place) == ("DB", kind, place)
    assert str(found) == text


@pytest.mark.parametrize(
    "text",
    ["DB", "DB=", "=env:X", "DB=hunter2", "DB=env:", "DB=env:two words", "DB=keyring:postgres", "DB=keyring:/ann", "DB=file:hunter2", "D B=env:X"],
)  # fmt: skip
def test_what_is_no_reference_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ValueRefusedError, match="NAME=env:VARIABLE") as caught:
        parse_reference(text)
    assert "hunter2" not in str(caught.value)


def test_a_value_comes_from_the_environment() -> None:
    reference = SecretReference("DB", "env", "PW")
    assert fetch(reference, {"PW": " hunter2-tea"}) == " hunter2-tea"
    with pytest.raises(ConfigError, match="PW, which is not set"):
        fetch(reference, {})
    with pytest.raises(ConfigError, match="PW, which is empty"):
        fetch(reference, {"PW": ""})


def test_a_value_comes_from_the_keyring(ring: dict[tuple[str, str], str]) -> None:
    reference = parse_reference("DB=keyring:postgres/ann")
    with pytest.raises(ConfigError, match="keyring set postgres ann"):
        fetch(reference)
    ring["postgres", "ann"] = "hunter2-tea"
    assert fetch(reference) == "hunter2-tea"


def test_a_missing_keyring_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r'pip install "nbmlops\[keyring\]"'):
        fetch(parse_reference("DB=keyring:postgres/ann"))
