"""Tells the user's own functions, classes and modules from those of libraries."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import re
import sys
import sysconfig
import types
from collections.abc import Mapping
from typing import Any, Final

_ATOMS: Final = frozenset(
    {
        type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis), type(NotImplemented),
        datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone,
        decimal.Decimal, fractions.Fraction, re.Pattern, pathlib.PosixPath, pathlib.PurePosixPath,
        types.CodeType, types.GenericAlias, types.GetSetDescriptorType, types.MemberDescriptorType,
        types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType,
    }
)  # fmt: skip
_INSTALLED: Final = tuple(
    sorted(
        {
            path
            for name in ("stdlib", "platstdlib", "purelib", "platlib")
            if (path := sysconfig.get_path(name))
        }
    )
)


def attributes_of(kind: type) -> Mapping[str, Any]:
    """The `__dict__` of a class, whatever its metaclass makes of that."""
    found: Mapping[str, Any] = type.__dict__["__dict__"].__get__(kind)
    return found


def is_atomic(value: object) -> bool:
    """Whether it is a value that can't change and holds nothing that can."""
    kind = type(value)
    return kind in _ATOMS or _is_numpy_scalar(kind)


def _is_numpy_scalar(kind: type) -> bool:
    numpy = sys.modules.get("numpy")
    generic = getattr(numpy, "generic", None)
    if generic is None or not issubclass(kind, generic):
        return False
    return not issubclass(kind, numpy.void)  # type: ignore[union-attr]  # a row of records is a view


class Origins:
    """Whose a function, a class or a module is.

    Args:
        namespace: the user's variables; functions whose globals they are, are the user's.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._own: dict[str, bool] = {"__main__": True, "builtins": False}

    def is_own_name(self, module: str) -> bool:
        """Whether the module of this name is the user's: neither installed nor Python's."""
        known = self._own.get(module)
        if known is None:
            known = self._own[module] = _is_local(sys.modules.get(module))
        return known

    def is_own_function(self, value: types.FunctionType) -> bool:
        """Whether a function was written in the notebook or in a module of the user's."""
        return value.__globals__ is self._namespace or self.is_own_name(_text(value.__module__))

    def is_own_class(self, value: type) -> bool:
        """Whether a class was."""
        return self.is_own_name(_text(attributes_of(value).get("__module__")))

    def is_own_module(self, value: types.ModuleType) -> bool:
        """Whether a module is the user's."""
        return value.__name__ != "__main__" and self.is_own_name(value.__name__)

    def local_module_of(self, value: types.FunctionType) -> types.ModuleType | None:
        """The user's module that holds a function's globals; None for one of the notebook."""
        if value.__globals__ is self._namespace:
            return None
        module = sys.modules.get(_text(value.__module__))
        if module is None or module.__name__ == "__main__" or not self.is_own_module(module):
            return None
        return module

    def local_modules(self) -> list[types.ModuleType]:
        """The user's modules that are loaded."""
        return [
            m for m in list(sys.modules.values()) if type(m) is types.ModuleType and self.is_own_module(m)
        ]


def _text(name: object) -> str:
    return name if isinstance(name, str) else ""


def _is_local(module: types.ModuleType | None) -> bool:
    file = getattr(module, "__file__", None)
    if not isinstance(file, str) or not file.endswith(".py"):
        return False
    if "site-packages" in file or "dist-packages" in file or _is_ours(module):
        return False
    return not file.startswith(_INSTALLED)


def _is_ours(module: types.ModuleType | None) -> bool:
    return module is not None and module.__name__.partition(".")[0] == "nbmlops"
