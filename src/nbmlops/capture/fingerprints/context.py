"""What the encoders of one fingerprint share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbmlops.capture.fingerprints.arrays import array_column, shape_digest
from nbmlops.capture.fingerprints.hashing import Column, Digester, combine
from nbmlops.capture.fingerprints.objects import ObjectColumns
from nbmlops.capture.fingerprints.values import Nested, ValueEncoder, encode_scalar


@dataclass(frozen=True, slots=True)
class Digests:
    """The digests of one object, 32 bytes each: of its values, and of how they are stored."""

    content: bytes
    schema: bytes


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that the encoders of one fingerprint work with."""

    digester: Digester
    objects: ObjectColumns
    nested: Nested

    def array(self, array: Any, name: str) -> Column:
        """The canonical column of a NumPy array's values in C order."""
        return array_column(array, name, objects=self.objects.array)

    def name(self, value: Any, where: str) -> bytes:
        """The tagged bytes of a column's or an index's name, which may be any value."""
        return encode_scalar(value) or ValueEncoder(self.nested, self.digester).encode(value, where)

    def table(self, columns: Iterable[bytes], *, rows: int, index_levels: int = 0) -> bytes:
        """The content digest of a table from its columns' digests, the index's first."""
        return combine("table", rows, index_levels, *columns)

    def series(self, columns: Iterable[bytes], *, index_levels: int = 0) -> bytes:
        """The content digest of one column by itself, behind its index's columns."""
        return combine("column", index_levels, *columns)

    def nd(self, column: Column, shape: tuple[int, ...]) -> bytes:
        """The content digest of an array: of one axis it is a column, else a shape and values."""
        digest = self.digester.column(column)
        return self.series([digest]) if len(shape) == 1 else combine("array", shape_digest(shape), digest)
