"""The tree at the top of errors.py is the tree of classes below it."""

from __future__ import annotations

import inspect
import re

from nbmlops import errors


def drawn() -> dict[str, str]:
    """Each class in the drawing, with the class that it hangs under."""
    parents: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^([ │├└─]*)(\w+Error)\b", line):
            depth, name = len(found[1]), found[2]
            path = [step for step in path if step[0] < depth]
            parents[name] = path[-1][1] if path else "Exception"
            path.append((depth, name))
    return parents


def defined() -> dict[str, str]:
    """Each error class that the module defines, with its base."""
    return {
        name: cls.__bases__[0].__name__
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, BaseException) and cls.__module__ == errors.__name__
    }


def test_the_drawn_tree_is_the_tree_of_classes() -> None:
    assert drawn() == defined()
    assert len(drawn()) > 10


def test_every_error_is_documented() -> None:
    for name in defined():
        assert inspect.getdoc(getattr(errors, name)), f"{name} has no docstring"
