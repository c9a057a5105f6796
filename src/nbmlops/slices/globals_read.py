"""The global names that a function's code loads, the code inside it included."""

from __future__ import annotations

import dis
import functools
import types
from typing import Final

_LOADS: Final = frozenset(
    {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS", "DELETE_GLOBAL"}
)


@functools.lru_cache(maxsize=4096)
def globals_of(code: types.CodeType) -> frozenset[str]:
    """The names; attributes are not among them."""
    found = {item.argval for item in dis.get_instructions(code) if item.opname in _LOADS}
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            found |= globals_of(const)
    return frozenset(found)
