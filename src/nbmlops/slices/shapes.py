"""What the session's variables hold: looked at when they are bound, and again when something may have changed them."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from nbmlops.slices.globals_read import globals_of
from nbmlops.slices.growth import Growth
from nbmlops.slices.objects import ATOM, Looker, Shape
from nbmlops.slices.origin import is_atomic

_MAX_NAMES: Final = 2_000
_RUN_BY_CALL: Final = ("__call__", "__init__", "__new__", "__post_init__")


class Shapes:
    """Shapes by name; one is valid as long as the name is bound to the same object and nothing changed it.

    Args:
        namespace: the user's variables.
        looker: looks into objects.
        growth: of a function, the names that it only puts something into; see `only_grown`.

    Attributes:
        removed: names that cells deleted: who reads one depends on that.
    """

    def __init__(
        self, namespace: Mapping[str, Any], looker: Looker, growth: Callable[[types.CodeType], Growth]
    ) -> None:
        self._growth = growth
        self._namespace = namespace
        self._looker = looker
        self._known: dict[str, tuple[int, Shape]] = {}
        self.removed: set[str] = set()

    def of(self, name: str) -> Shape:
        """The shape as it was when it was last valid."""
        value = self._namespace.get(name)
        if is_atomic(value):
            return ATOM
        known = self._known.get(name)
        if known is not None and known[0] == id(value):
            return known[1]
        return self.renew(name)

    def known(self, name: str) -> Shape | None:
        """The shape, where one is valid."""
        known = self._known.get(name)
        return known[1] if known is not None and known[0] == id(self._namespace.get(name)) else None

    def renew(self, name: str) -> Shape:
        """Looks again."""
        value = self._namespace.get(name)
        shape = self._looker.look(value)
        self._known[name] = (id(value), shape)
        return shape

    def forget(self, names: Iterable[str]) -> None:
        """What these names hold is no longer known."""
        for name in names:
            self._known.pop(name, None)

    def codes(self, name: str) -> tuple[types.CodeType, ...]:
        """The user's functions that are called when what a name holds is called."""
        if name not in self._namespace:
            return ()
        shape = self.of(name)
        run = _RUN_BY_CALL if issubclass(type(self._namespace[name]), type) else ("__call__",)
        return (*shape.codes, *(code for code in shape.methods if code.co_name in run))

    def held(self, name: str) -> tuple[tuple[types.CodeType, ...], tuple[types.CodeType, ...]]:
        """The user's functions and methods in what a name holds."""
        if name not in self._namespace:
            return (), ()
        shape = self.of(name)
        return shape.codes, shape.methods

    def reached(self, names: Iterable[str], grown: set[str] | None = None) -> set[str]:
        """The names among the user's that are read, directly or by the functions that are read.

        Args:
            names: that are read directly.
            grown: gets the names that functions only put something into; without it, those count as read.
        """
        seen: set[str] = set()
        waiting = [name for name in names if name in self._namespace]
        while waiting and len(seen) < _MAX_NAMES:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            shape = self.of(name)
            for code in (*shape.codes, *shape.methods):
                loaded = {i for i in globals_of(code) if i in self._namespace or i in self.removed}
                if grown is not None:
                    put = self.only_put_into(self._growth(code)) & loaded
                    grown |= put
                    loaded -= put
                waiting.extend(loaded - seen)
        return seen

    def only_put_into(self, growth: Growth) -> set[str]:
        """Those of the names whose objects are such that nothing of their content is read."""
        return {name for name, kinds in growth.items() if type(self._namespace.get(name)) in kinds}

    def sharing(self, nodes: frozenset[int], among: Iterable[str]) -> list[str]:
        """The names whose objects hold one of the nodes."""
        return [name for name in among if not self.of(name).nodes.isdisjoint(nodes)]
