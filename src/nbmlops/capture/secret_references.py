"""Secrets named by where they lie, `DB=env:DATABASE_PASSWORD`, so that no value is ever typed or written."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from nbmlops.errors import ConfigError, ValueRefusedError

_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*")
_HOW: Final = "write NAME=env:VARIABLE or NAME=keyring:SERVICE/USER"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret's value lies.

    Attributes:
        name: what `nbmlops.secret` calls it.
        kind: an environment variable, or an entry of the system's keyring.
        place: the variable's name, or `service/user`.
    """

    name: str
    kind: Literal["env", "keyring"]
    place: str

    def __str__(self) -> str:
        return f"{self.name}={self.kind}:{self.place}"


def parse_reference(text: str) -> SecretReference:
    """The reference that a text such as `DB=env:DATABASE_PASSWORD` writes.

    Raises:
        ValueRefusedError: it is none. The text is not repeated beyond its name: it may hold the value itself.
    """
    name, sign, rest = text.partition("=")
    if not sign or not _NAME.fullmatch(name):
        raise ValueRefusedError(
            f"A secret is given by reference: {_HOW}. What was given has no NAME= at its start."
        )
    kind, colon, place = rest.partition(":")
    if colon and kind == "env" and _VARIABLE.fullmatch(place):
        return SecretReference(name, "env", place)
    service, slash, user = place.rpartition("/")
    if colon and kind == "keyring" and slash and service and user:
        return SecretReference(name, "keyring", place)
    raise ValueRefusedError(
        f"The secret {name} is no reference: {_HOW}. A value itself must not be given here, since every process "
        "of this machine can read the arguments of a command."
    )


def fetch(reference: SecretReference, environ: Mapping[str, str] = os.environ) -> str:
    """The value that a reference leads to.

    Raises:
        ConfigError: there is none, or the keyring can't be asked.
    """
    if reference.kind == "keyring":
        return _from_keyring(reference)
    value = environ.get(reference.place, "")
    if not value:
        state = "empty" if reference.place in environ else "not set"
        raise ConfigError(
            f"The secret {reference.name} is to come from the environment variable {reference.place}, "
            f"which is {state}. Set it where this command is called."
        )
    return value


def _from_keyring(reference: SecretReference) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as exc:
        raise ConfigError(
            f"The secret {reference.name} is to come from the keyring, which needs the package keyring: "
            'pip install "nbmlops[keyring]"'
        ) from exc
    service, _, user = reference.place.rpartition("/")
    try:
        value = keyring.get_password(service, user)
    except KeyringError as exc:
        raise ConfigError(
            f"The secret {reference.name} is to come from the keyring, which can't be read: "
            f"{str(exc) or type(exc).__name__}"
        ) from exc
    if not value:
        raise ConfigError(
            f"The keyring holds no password of {user!r} for {service!r}, where the secret {reference.name} is to "
            f"come from. Put it there with `keyring set {service} {user}`."
        )
    return value
