"""Where runs write: every text passes the mask for secrets on its way out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from nbmlops.records.runs import ArtifactKind


class JournalLike(Protocol):
    """What a run needs of a journal."""

    @property
    def trouble(self) -> str | None:
        """Why what was written waits in memory, None when nothing does."""

    def series_table(self, run_id: str, /) -> dict[str, int]:
        """The numbers of a run's metrics by key."""

    def new_series(self, run_id: str, key: str, /) -> int:
        """Numbers a metric."""

    def point(self, series: int, step: int, value: float, now: float, /) -> None:
        """Writes one value of a metric."""

    def write_chunk(self, series: int, data: bytes, /) -> None:
        """Writes many values of a metric."""

    def doc(self, fields: Mapping[str, Any], /) -> None:
        """Writes a document."""

    def forget_run(self, run_id: str, /) -> None:
        """The run has ended."""


class BlobsLike(Protocol):
    """What a run needs of the blobs."""

    def put(self, data: bytes, /) -> str:
        """Keeps bytes and names their digest."""

    def put_file(self, path: Path, /) -> str:
        """Keeps a file and names its digest."""

    def put_folder(self, folder: Path, /) -> tuple[str, int]:
        """Keeps a folder: the digest of its manifest, and the bytes in all."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes to a journal and to blobs.

    Attributes:
        journal: of this process.
        blobs: files by content.
        mask: replaces secrets in a text, or in every text of a JSON-like value.
        wake: tells the drain that there is something to do.
        clock: seconds since the epoch.
    """

    journal: JournalLike
    blobs: BlobsLike
    mask: Callable[[Any], Any]
    wake: Callable[[], None]
    clock: Callable[[], float] = time.time

    def doc(self, op: str, run_id: str, **fields: Any) -> None:
        """Writes a DOC frame about a run."""
        self.journal.doc({"op": op, "run": run_id, **self.mask(fields)})

    def context(
        self,
        run_id: str,
        *,
        columns: Mapping[str, Any] | None = None,
        doc: Mapping[str, Any] | None = None,
        append: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Adds to what is known of a run: columns and doc entries replace, lists are appended to."""
        self.doc(
            "context", run_id, columns=dict(columns or {}), doc=dict(doc or {}), append=dict(append or {})
        )

    def artifact_bytes(
        self, run_id: str, name: str, kind: ArtifactKind, media_type: str, data: bytes
    ) -> None:
        """Keeps bytes as an artifact.

        Raises:
            StoreError: they can't be written.
        """
        digest = self.blobs.put(data)
        self._artifact(run_id, name, kind=kind, media_type=media_type, digest=digest, size=len(data))

    def artifact_path(self, run_id: str, name: str, kind: ArtifactKind, media_type: str, path: Path) -> None:
        """Keeps a copy of a file or folder as an artifact.

        Raises:
            StoreError: it can't be written.
        """
        if path.is_dir():
            digest, size = self.blobs.put_folder(path)
        else:
            digest, size = self.blobs.put_file(path), path.stat().st_size
        self._artifact(
            run_id, name, kind=kind, media_type=media_type, digest=digest, size=size, is_dir=path.is_dir()
        )

    def _artifact(self, run_id: str, name: str, **fields: Any) -> None:
        self.doc("artifact", run_id, name=name, **({"is_dir": False} | fields))
