"""Threads and tasks that a cell started and that may be at work when it has ended."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any


def live_work() -> frozenset[int]:
    """The threads and tasks that there are, by identity."""
    return frozenset(id(item) for item in _all())


def work_since(
    before: frozenset[int], is_own: Callable[[Mapping[str, Any]], bool]
) -> tuple[tuple[Callable[[], bool], str], ...]:
    """Those that were started since and run the user's code: whether one is still at work, and its name.

    Args:
        before: what `live_work` gave then.
        is_own: whether the globals of a function are the user's.
    """
    return tuple(
        (_is_at_work(weakref.ref(item)), _name(item))
        for item in _all()
        if id(item) not in before and is_own(_globals(item))
    )


def _all() -> Iterable[Any]:
    yield from threading.enumerate()
    loop = asyncio._get_running_loop()
    if loop is not None:
        yield from asyncio.all_tasks(loop)


def _globals(item: Any) -> Mapping[str, Any]:
    """Of the function that a thread or a task runs."""
    if isinstance(item, asyncio.Task):
        frame = getattr(item.get_coro(), "cr_frame", None)
        return getattr(frame, "f_globals", {})
    target = (
        getattr(item, "_target", None) or type(item).run
    )  # a class of the user's may have a `run` of its own
    while hasattr(target, "func"):  # functools.partial
        target = target.func
    return getattr(target, "__globals__", {})


def _name(item: Any) -> str:
    return str(item.get_name()) if isinstance(item, asyncio.Task) else str(item.name)


def _is_at_work(item: weakref.ref[Any]) -> Callable[[], bool]:
    def still() -> bool:
        found = item()
        if found is None:
            return False
        return not found.done() if isinstance(found, asyncio.Task) else bool(found.is_alive())

    return still
