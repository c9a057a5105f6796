"""From an object that changed to the other names that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbmlops.slices.arrays import array_part, is_plain
from nbmlops.slices.shapes import Shapes
from nbmlops.slices.values import ANYTHING, OWNED


def is_plain_data(value: object) -> bool:
    """Whether it is an array, a frame or a tensor: what well-known methods of others leave alone."""
    return is_plain(type(value))


def changed_with(
    held: tuple[frozenset[int], frozenset[int]],
    own: frozenset[int],
    among: Iterable[str],
    shapes: Shapes,
    namespace: Mapping[str, Any],
    *,
    extent: int,
) -> list[str]:
    """The names that changed with an object.

    Args:
        held: what it held before and holds now, itself included; and memory of frames in it.
        own: of these, the object itself and its memory.
        among: the names to look at.
        shapes: of these names.
        namespace: their values.
        extent: how far the change goes (see `Effects.extents`); within it, digests tell where they can.
    """
    found = []
    nodes, lent = held
    for other in among:
        known = shapes.of(other)
        if not known.shares_with(nodes, lent):
            continue
        before, after = known.digest, shapes.renew(other).digest
        if before is not None and after is not None:
            if before != after:
                found.append(other)
        elif (
            extent == ANYTHING
            or (extent == OWNED and not is_plain_data(namespace.get(other)))
            or not known.nodes.isdisjoint(own)
            or not known.lent.isdisjoint(own)
            or (extent == OWNED and not known.nodes.isdisjoint(lent))
        ):
            found.append(other)
    return found


def own_nodes(value: object) -> frozenset[int]:
    """The object itself and its memory, not what it holds."""
    part = array_part(value)
    return frozenset((id(value), *(part.nodes if part is not None else ())))
