"""What stands in for the store while tracking is switched off: takes everything, keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbmlops.tracking.recorder import Recorder


class SilentJournal:
    """A journal that forgets."""

    trouble: str | None = None

    def series_table(self, _run_id: str) -> dict[str, int]:
        """No metric is ever known."""
        return {}

    def new_series(self, _run_id: str, _key: str) -> int:
        """All metrics have one number."""
        return 0

    def point(self, _series: int, _step: int, _value: float, _now: float) -> None:
        """Forgets a point."""

    def write_chunk(self, _series: int, _data: bytes) -> None:
        """Forgets a chunk."""

    def doc(self, _fields: Mapping[str, Any]) -> None:
        """Forgets a document."""

    def forget_run(self, _run_id: str) -> None:
        """Has nothing to forget."""


class SilentBlobs:
    """Blobs that are not kept."""

    def put(self, _data: bytes) -> str:
        """Forgets bytes."""
        return ""

    def put_file(self, _path: Path) -> str:
        """Forgets a file."""
        return ""

    def put_folder(self, _folder: Path) -> tuple[str, int]:
        """Forgets a folder."""
        return "", 0


def silent_recorder() -> Recorder:
    """A recorder that keeps nothing."""
    return Recorder(SilentJournal(), SilentBlobs(), mask=lambda value: value, wake=lambda: None)
