"""Keeps with a run what is known of its data: their profiles always, the data themselves where it is asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from nbmlops.capture.data import MAX_COLUMNS
from nbmlops.errors import NbmlopsError
from nbmlops.records import Input
from nbmlops.store.blobs import BlobStore
from nbmlops.store.kept_index import KeptIndex

if TYPE_CHECKING:
    from nbmlops.datasets import KeptData
    from nbmlops.records.profiles import Profile

BUDGET_SECONDS: Final = 0.008  # of all profiles of one cell, beside the fingerprints
_SLACK_SECONDS: Final = 0.004  # for a small sample, rather than nothing
_LEFT_OUT: Final = "profile left out: to make it would take too long"
_FEWEST_ROWS: Final = 1_000  # a profile of fewer would tell too little
# What a value takes, and a column beside its values, in seconds on a slow machine: guessed high.
_NUMBER: Final = 8e-9
_OTHER: Final = 700e-9
_COLUMN: Final = 100e-6
_NUMERIC: Final = (
    "float",
    "int",
    "uint",
    "bool",
    "double",
    "half",
    "Float",
    "Int",
    "UInt",
    "Bool",
    "datetime",
    "date",
)
_PROFILED: Final = frozenset({"dataframe", "series", "table", "array", "tensor"})


class DataKeeper:
    """Keeps profiles and data in a store, and reads them.

    A dataset that was profiled in this process, and whose fingerprint has not changed, is not looked at again.

    Args:
        blobs: where files go.
        index: of the data that are kept.
        mask: replaces secrets in every text of a JSON-like value.
    """

    def __init__(self, blobs: BlobStore, index: KeptIndex, mask: Callable[[Any], Any]) -> None:
        self._blobs = blobs
        self._index = index
        self._mask = mask
        self._profiles: dict[str, str] = {}

    def with_profiles(self, items: Sequence[Input], namespace: Mapping[str, Any]) -> list[Input]:
        """The inputs with the digests of their profiles; where one had to be left out, the note says why.

        All of them together take no longer than the budget: of what is large a sample is summarised, and says so.
        """
        open_items = [item for item in items if self._is_open(item)]
        if open_items:
            import nbmlops.profiles  # noqa: F401 - loaded once, and not on the budget
        until = time.perf_counter() + BUDGET_SECONDS
        # The narrowest first: where not all can be had, they are the most for the time.
        open_items.sort(key=_least_seconds)
        made: dict[str, Input] = {}
        while open_items:
            left = until - time.perf_counter()
            share = max(left - sum(map(_least_seconds, open_items)), 0.0) / len(open_items)
            item = open_items.pop(0)
            if left + _SLACK_SECONDS < _least_seconds(item):
                made[item.name] = replace(item, note=item.note or _LEFT_OUT)
            else:
                rows = _FEWEST_ROWS + int(share / _row_seconds(item))
                made[item.name] = self._with_profile(item, namespace[item.name], rows)
        return [made.get(item.name) or replace(item, profile=self._known(item)) for item in items]

    def _is_open(self, item: Input) -> bool:
        return item.kind in _PROFILED and item.fingerprint is not None and not self._known(item)

    def _known(self, item: Input) -> str:
        digest = self._profiles.get(str(item.fingerprint), "")
        return digest if digest and self._blobs.touch(digest) else ""

    def _with_profile(self, item: Input, obj: Any, rows: int) -> Input:
        from nbmlops.profiles import masked, profile_to_doc, sampled_profile

        try:
            doc = profile_to_doc(masked(sampled_profile(obj, rows), self._mask))
        except Exception as exc:  # noqa: BLE001 - a user's subclass may raise anything; the hash is still recorded
            return replace(item, note=item.note or f"profile left out: {type(exc).__name__}")
        digest = self._blobs.put_packed(json.dumps(doc, separators=(",", ":")).encode())
        self._profiles[str(item.fingerprint)] = digest
        return replace(item, profile=digest)

    def profile(self, digest: str) -> Profile:
        """A profile that a run names.

        Raises:
            NotFoundError: it is not in the store.
            StoreError: it is damaged, or of a newer nbmlops.
        """
        from nbmlops.profiles import profile_from_doc

        return profile_from_doc(json.loads(self._blobs.get(digest)))

    def with_data(
        self, items: Sequence[Input], namespace: Mapping[str, Any]
    ) -> tuple[list[Input], list[str]]:
        """The inputs with the digests under which they are kept, and a sentence for each that can't be."""
        kept, notices = [], []
        for item in items:
            if item.fingerprint is None or item.name not in namespace:
                kept.append(item)
                continue
            try:
                digest = self._kept.keep(namespace[item.name], item.fingerprint)
                kept.append(replace(item, kept=digest))
            except NbmlopsError as exc:
                kept.append(item)
                notices.append(f"--keep-data: {item.name} was not kept: {str(exc).rstrip('.')}.")
        return kept, notices

    def load(self, digest: str) -> Any:
        """Data that a run keeps.

        Raises:
            NotFoundError: they are not in the store.
            StoreError: they are damaged, or of a newer nbmlops.
            ValueRefusedError: pyarrow is not installed.
        """
        return self._kept.load(digest)

    @property
    def _kept(self) -> KeptData:
        from nbmlops.datasets import KeptData

        return KeptData(self._blobs, self._index)


def _least_seconds(item: Input) -> float:
    """What a profile of the fewest rows takes."""
    return len(_dtypes(item)) * _COLUMN + _FEWEST_ROWS * _row_seconds(item)


def _row_seconds(item: Input) -> float:
    return sum(_NUMBER if dtype.startswith(_NUMERIC) else _OTHER for dtype in _dtypes(item))


def _dtypes(item: Input) -> list[str]:
    columns = item.shape[1] if len(item.shape) == 2 else 1
    return [column.dtype for column in item.columns] or ["float64"] * max(min(columns, MAX_COLUMNS), 1)
