"""Types as JSON Schema, with what their docstrings say."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from nbmlops.answers.arguments import required_fields

Schema = dict[str, Any]

_PLAIN: Final[Mapping[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}
_ANY_VALUE: Final = {
    type(None),
    bool,
    float,
    str,
}  # in `WireValue`, which names itself, and so is never quite itself
_ENTRY: Final = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


class Schemas:
    """Collects the schemas of messages, each once, by the message's name."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a type; that of a message is a reference."""
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if set(inner) >= _ANY_VALUE:
            return self._ref("WireValue", lambda: _WIRE_VALUE)
        if typing.is_typeddict(kind):
            return self._ref(kind.__name__, lambda: self._message(kind))
        if origin in (typing.Union, types.UnionType):
            return _any_of([self.of(one) for one in inner])
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in (list, Sequence):
            return {"type": "array", "items": self.of(inner[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        return dict(_PLAIN[kind])

    def _ref(self, name: str, make: Any) -> Schema:
        if name not in self.named:
            self.named[name] = {}  # a message may hold itself
            self.named[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}

    def _message(self, kind: Any) -> Schema:
        said, parts = described(kind)
        hints = typing.get_type_hints(kind)
        properties = {key: _with(self.of(hint), parts.get(key, "")) for key, hint in hints.items()}
        required = [key for key in hints if key in required_fields(kind)]
        found: Schema = {"type": "object", "description": said, "properties": properties}
        return found | ({"required": required} if required else {}) | {"additionalProperties": False}


_WIRE_VALUE: Final[Schema] = {
    "description": "A parameter: a text, a number, true, false, null, or lists and objects of them.",
    "anyOf": [
        {"type": ["null", "boolean", "number", "string"]},
        {"type": "array", "items": {"$ref": "#/components/schemas/WireValue"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/WireValue"}},
    ],
}


def described(thing: Any) -> tuple[str, dict[str, str]]:
    """What a docstring says: its summary, and of each argument or attribute."""
    text = inspect.getdoc(thing) or ""
    summary = re.split(r"\n\n|\n(?=Args:|Attributes:|Raises:)", text)[0]
    parts: dict[str, str] = {}
    for section in re.split(r"^(?=\w+:$)", text, flags=re.MULTILINE):
        if section.startswith(("Args:", "Attributes:")):
            parts |= {name: _sentence(said) for name, said in _ENTRY.findall(section)}
    return " ".join(summary.split()), parts


def _sentence(text: str) -> str:
    joined = " ".join(text.split())
    return joined[:1].upper() + joined[1:]


def _with(schema: Schema, said: str) -> Schema:
    return schema | ({"description": said} if said else {})


def _any_of(schemas: list[Schema]) -> Schema:
    """Plain types side by side are one list of types."""
    plain = [one["type"] for one in schemas if set(one) == {"type"}]
    rest = [one for one in schemas if set(one) != {"type"}]
    merged = [{"type": plain[0] if len(plain) == 1 else plain}] if plain else []
    return (merged + rest)[0] if len(merged + rest) == 1 else {"anyOf": merged + rest}
