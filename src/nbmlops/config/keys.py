"""The keys of `nbmlops.toml`: what each takes, as it is read and as its JSON Schema says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nbmlops.config.quantities import parse_duration, parse_size

_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_-]*$"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_REFERENCE = r"^(env:[A-Za-z_][A-Za-z0-9_]*|keyring:[^/]+/.+)$"
_UNIT = r"([sS]([eE][cC])?|[mM]([iI][nN])?|[hH]([oO][uU][rR][sS]?)?|[dD]([aA][yY][sS]?)?)"
_DURATION = rf"^\s*(\d+(\.\d+)?|(\d+(\.\d+)?\s*{_UNIT}\s*)+)$"
_SIZE = r"^\s*\d+(\.\d+)?\s*([kmgtKMGT][iI]?)?[bB]?\s*$"

Read = Callable[[object, Path], Any]
"""From a TOML value and the folder of the file to the setting; a ValueError or TypeError says what it takes."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table.

    Attributes:
        read: makes the setting of what stands in the file.
        schema: what a JSON Schema says of it.
        meaning: for editors, and for the reference.
    """

    read: Read
    schema: Mapping[str, Any]
    meaning: str
    required: bool = False


def _text(value: object, _folder: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("takes a text")
    return value


def _path(value: object, folder: Path) -> Path:
    return folder / Path(_text(value, folder)).expanduser()


def _notebook(value: object, folder: Path) -> Path:
    path = _path(value, folder)
    if path.suffix != ".ipynb":
        raise ValueError("takes the path of an .ipynb file")
    return path


def _duration(value: object, _folder: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError('takes a span of time: 90 (seconds), "90s", "10m", "1h 30m"')
    return parse_duration(str(value))


def _size(value: object, _folder: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError('takes an amount of memory: "512MB", "4GB", "4GiB", or bytes')
    return parse_size(str(value))


def _table(value: object, _folder: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("takes a table: { name = value }")
    return value


def _parameters(value: object, folder: Path) -> dict[str, Any]:
    table = _table(value, folder)
    odd = [name for name in table if not name.isidentifier()]
    if odd:
        raise ValueError(f"{odd[0]!r} is no name that a notebook can have")
    return table


def _tags(value: object, folder: Path) -> dict[str, str]:
    table = _table(value, folder)
    odd = [name for name, text in table.items() if not isinstance(text, str)]
    if odd:
        raise ValueError(f"the tag {odd[0]!r} takes a text: write its value in quotes")
    return table


def _secrets(value: object, folder: Path) -> dict[str, str]:
    table = _table(value, folder)
    for name, reference in table.items():
        if not re.match(_VARIABLE, name):
            raise ValueError(f"{name!r} is no name for a secret: letters, digits and underscores")
        if not isinstance(reference, str) or not re.match(_REFERENCE, reference):
            # What stands there may be the secret itself: it isn't shown.
            raise ValueError(
                f'{name} takes a reference, "env:NAME" or "keyring:service/name". If the secret itself stands '
                "there, take it out, and change it where it is used"
            )
    return table


_TEXT: Final = {"type": "string", "minLength": 1}
_SPAN: Final = {
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": _DURATION}]
}

STORE_KEYS: Mapping[str, Key] = {
    "location": Key(
        _text,
        _TEXT,
        "Where runs are kept: a folder, relative to this file, or a database URL. NBMLOPS_STORE wins over it.",
    ),
}

JOB_KEYS: Mapping[str, Key] = {
    "notebook": Key(
        _notebook, _TEXT | {"pattern": r"\.ipynb$"}, "The notebook, relative to this file.", required=True
    ),
    "description": Key(_text, _TEXT, "What the job is for."),
    "parameters": Key(
        _parameters,
        {"type": "object", "propertyNames": {"pattern": r"^[^\W\d]\w*$"}},
        "Values for the notebook's parameters; -p wins over them.",
    ),
    "kernel": Key(_text, _TEXT, "The kernel to run it with, instead of the notebook's own."),
    "experiment": Key(_text, _TEXT, "The experiment that its run belongs to."),
    "tags": Key(_tags, {"type": "object", "additionalProperties": {"type": "string"}}, "Tags of its run."),
    "output": Key(
        _path, _TEXT, "Where the executed notebook goes: a folder or a file, relative to this file."
    ),
    "cell_timeout": Key(_duration, _SPAN, 'How long each cell may take: seconds, or "90s", "10m", "1h 30m".'),
    "job_timeout": Key(_duration, _SPAN, "How long the whole job may take."),
    "memory": Key(
        _size,
        {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "string", "pattern": _SIZE}]},
        'How much memory the job\'s processes may take together: "4GB", "4GiB", or bytes.',
    ),
    "secrets": Key(
        _secrets,
        {
            "type": "object",
            "propertyNames": {"pattern": _VARIABLE},
            "additionalProperties": {"type": "string", "pattern": _REFERENCE},
        },
        'Secrets by reference, read by nbmlops.secret("NAME"): "env:NAME" or "keyring:service/name".',
    ),
}

JOB_NAME: Final = _NAME


def settings_schema() -> dict[str, Any]:
    """The JSON Schema of `nbmlops.toml`, for editors and for checks elsewhere."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "nbmlops.toml",
        "description": "The settings and jobs of a project that uses nbmlops.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "store": _table_schema(STORE_KEYS, "Where the runs of this project are kept."),
            "jobs": {
                "description": "Notebooks that run as jobs: `nbmlops run NAME`.",
                "type": "object",
                "propertyNames": {"pattern": _NAME},
                "additionalProperties": _table_schema(JOB_KEYS, "A notebook, and how it runs as a job."),
            },
        },
    }


def _table_schema(keys: Mapping[str, Key], meaning: str) -> dict[str, Any]:
    required = [name for name, key in keys.items() if key.required]
    return {
        "description": meaning,
        "type": "object",
        "additionalProperties": False,
        **({"required": required} if required else {}),
        "properties": {name: {"description": key.meaning, **key.schema} for name, key in keys.items()},
    }
