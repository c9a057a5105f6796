"""What was exported before: tells files that were changed by hand from those that may be written anew."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nbmlops.errors import NotebookError

MANIFEST = ".nbmlops-export.json"
_FORMAT = 1
Change = Literal["new", "changed", "same", "edited", "gone"]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What an export does to one file.

    Attributes:
        path: within the package's folder.
        change: "edited" when somebody changed it by hand since, "gone" when no cell makes it any more.
        before: what lies there, None for nothing.
        after: what is written, None for nothing.
    """

    path: str
    change: Change
    before: str | None
    after: str | None


def planned(folder: Path, files: Mapping[str, str]) -> list[FileChange]:
    """What writing these files changes.

    Raises:
        NotebookError: the manifest of an earlier export can't be read.
    """
    known = _read(folder)
    changes = [_change(folder, path, text, known.get(path)) for path, text in files.items()]
    for path in sorted(known.keys() - files.keys()):
        before = _text(folder / path)
        if before is not None:
            changes.append(FileChange(path, "gone" if before == known[path] else "edited", before, None))
    return changes


def _change(folder: Path, path: str, text: str, exported: str | None) -> FileChange:
    before = _text(folder / path)
    if before is None:
        return FileChange(path, "new", None, text)
    if before == text:
        return FileChange(path, "same", before, text)
    return FileChange(path, "changed" if before == exported else "edited", before, text)


def write(folder: Path, changes: list[FileChange]) -> None:
    """Writes the files, each at once and whole, and notes what was written.

    Files that somebody edited are kept beside the new ones, as NAME.orig.
    """
    for change in changes:
        path = folder / change.path
        if change.change == "edited" and change.before is not None:
            _replace(path.with_name(f"{path.name}.orig"), change.before)
        if change.after is None:
            path.unlink(missing_ok=True)
        elif change.change != "same":
            _replace(path, change.after)
    written = {change.path: change.after for change in changes if change.after is not None}
    _replace(folder / MANIFEST, json.dumps({"format": _FORMAT, "files": written}, indent=1) + "\n")


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (UnicodeDecodeError, OSError) as exc:
        raise NotebookError(
            f"{path} can't be read, so it is not known whether it may be replaced: {exc}"
        ) from exc


def _read(folder: Path) -> dict[str, str]:
    """Path to text of what the last export wrote here."""
    path = folder / MANIFEST
    text = _text(path)
    if text is None:
        return {}
    try:
        found = json.loads(text)
        if found["format"] > _FORMAT:
            raise NotebookError(f"{path} was written by a newer nbmlops: update nbmlops to export here.")
        return dict(found["files"])
    except (ValueError, TypeError, KeyError) as exc:
        raise NotebookError(
            f"{path} is damaged: without it, files that were changed by hand can't be told. Export into a new "
            "folder, or delete it and use --force."
        ) from exc
