"""Whether the files that a run read are still what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbmlops.capture.files import is_remote
from nbmlops.errors import FingerprintError
from nbmlops.records import Fingerprint, Input, RunInfo


@dataclass
class FilesNow:
    """Fingerprints of files as they are now; one that several runs read is hashed once."""

    _known: dict[tuple[str, int, int], Fingerprint | None] = field(default_factory=dict)

    def fingerprint(self, path: Path) -> Fingerprint | None:
        """Of a file or folder; None when it can't be hashed.

        Raises:
            OSError: it can't be read.
        """
        from nbmlops.capture.fingerprints import fingerprint

        found = path.stat()
        key = str(path), found.st_mtime_ns, found.st_size
        if key not in self._known or path.is_dir():
            try:
                self._known[key] = fingerprint(None, path=path)
            except FingerprintError:
                self._known[key] = None
        return self._known[key]


@dataclass(frozen=True, slots=True)
class InputCheck:
    """What was found of a run's files.

    Attributes:
        missing: files that are gone or have changed, each a sentence with the remedy.
        notices: files of which that can't be told, each a sentence.
    """

    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def check_inputs(runs: Iterable[RunInfo], files: FilesNow) -> InputCheck:
    """Compares the files that these runs read, less those that their own cells write, with what is there now."""
    missing: list[str] = []
    notices: list[str] = []
    for run in runs:
        for path, item in _read(run).items():
            fault, notice = _compared(path, item, run, files)
            missing += [fault] if fault else []
            notices += [notice] if notice else []
    return InputCheck(tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(notices)))


def _read(run: RunInfo) -> Mapping[str, Input | None]:
    """The files that a run read by path, each with what was recorded of it."""
    written = {path for cell in run.slice for path in cell.writes}
    recorded = {item.path: item for item in run.inputs if item.path}
    paths = [*recorded, *(path for cell in run.slice for path in cell.reads)]
    return {path: recorded.get(path) for path in paths if path not in written}


def _compared(path: str, item: Input | None, run: RunInfo, files: FilesNow) -> tuple[str, str]:
    """What is lacking, and what is not known; both empty when all is as it was."""
    name = item.name if item is not None else _short(path, run.cwd)
    if is_remote(path):
        return "", f"{name} was read over the network: whether it is the same is not known."
    try:
        if item is None or item.fingerprint is None:
            return "", _age(Path(path), name, item, run)
        now = files.fingerprint(Path(path))
    except FileNotFoundError:
        return f"{name} is not there any more: put it back as {path}.", ""
    except OSError as exc:
        return f"{name} can't be read ({exc.strerror or exc}): make {path} readable.", ""
    if now == item.fingerprint:
        return "", ""
    marks = f"{item.fingerprint.short} then, {now.short if now else 'not to be told'} now"
    return f"{name} has changed ({marks}): put back {path} as it was, or track the cell anew.", ""


def _age(path: Path, name: str, item: Input | None, run: RunInfo) -> str:
    """What can be said of a file whose content nobody hashed.

    Raises:
        OSError: it can't be read.
    """
    if path.stat().st_mtime <= run.started.timestamp():
        return ""
    why = f" ({item.note})" if item is not None and item.note else ""
    return f"{name} was written after the run began, and its content was not recorded{why}."


def _short(path: str, cwd: str) -> str:
    return str(Path(path).relative_to(cwd)) if cwd and Path(path).is_relative_to(cwd) else path


def written_files(run: RunInfo) -> tuple[str, ...]:
    """The paths that a run's slice writes."""
    return tuple(dict.fromkeys(path for cell in run.slice for path in cell.writes))
