"""Which data are kept, by their columns: where to look for a version that a new one shares rows with.

A help, and no more: what is missing or wrong here costs space, never data. Runs name what they keep.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_MOST: Final = 16


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """A kept dataset.

    Attributes:
        manifest: its digest.
        fingerprint: of the data.
        sketch: the smallest hashes of its rows, ascending.
    """

    manifest: str
    fingerprint: str
    sketch: tuple[int, ...] = ()


class KeptIndex:
    """Files of the newest kept datasets, one for each set of columns.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self, key: str) -> list[KeptEntry]:
        """The newest first."""
        try:
            docs = json.loads(self._path(key).read_bytes())
            return [KeptEntry(doc["manifest"], doc["fingerprint"], tuple(doc["sketch"])) for doc in docs]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def add(self, key: str, entry: KeptEntry) -> None:
        """Puts one first; of two processes that do so at once the later wins."""
        others = [known for known in self.entries(key) if known.manifest != entry.manifest]
        docs = [asdict(known) for known in [entry, *others][:_MOST]]
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            temporary.write_text(json.dumps(docs))
            temporary.replace(path)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
