"""YAML as version 1.2 means it: PyYAML reads 1.1, where `no` is False and `1e-3` a text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_TAG = "tag:yaml.org,2002:"
# The core schema of YAML 1.2.2, section 10.3.2, with the first characters that each may begin with.
_CORE = (
    ("null", r"^(?:null|Null|NULL|~|)$", ["n", "N", "~", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9][0-9_]*|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (
        "float",
        r"^(?:[-+]?(?:\.\d+|\d[\d_]*(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+0123456789."),
    ),
    ("merge", r"^(?:<<)$", ["<"]),
)


@cache
def loader() -> Any:
    """The class of a loader that builds plain values alone."""
    import yaml

    class CoreLoader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
        """Safe, with the core schema of YAML 1.2."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own

    for name, pattern, first in _CORE:
        CoreLoader.add_implicit_resolver(_TAG + name, re.compile(pattern), first)
    CoreLoader.add_constructor(f"{_TAG}int", _construct_int)
    CoreLoader.add_constructor(f"{_TAG}map", _construct_mapping)
    return CoreLoader


def _construct_int(loader: Any, node: Any) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _construct_mapping(loader: Any, node: Any) -> dict[Any, Any]:
    """A mapping whose names stand once each: of two, PyYAML silently takes the last."""
    from yaml.constructor import ConstructorError

    seen = set()
    for key, _ in node.value:
        if key.value in seen and key.tag == f"{_TAG}str":
            raise ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
        seen.add(key.value if isinstance(key.value, str) else None)
    loader.flatten_mapping(node)
    return dict(loader.construct_mapping(node, deep=True))
