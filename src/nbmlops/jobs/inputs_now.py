"""Whether the files that a run read are still what they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        for file in _read(run):
            fault, notice = _compared(file, run, files)
            missing += [fault] if fault else []
            notices += [notice] if notice else []
    return InputCheck(tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(notices)))


@dataclass(frozen=True, slots=True)
class _File:
    """A file as a run knows it: `note` says why there is no fingerprint."""

    path: str
    name: str
    fingerprint: Fingerprint | None = None
    note: str = ""


def _read(run: RunInfo) -> Iterator[_File]:
    """The files that a run read and that none of its cells writes."""
    written = {path for cell in run.slice for path in cell.writes}
    recorded = {item.path: item for item in run.inputs if item.path}
    for path in dict.fromkeys([*recorded, *(path for cell in run.slice for path in cell.reads)]):
        if path not in written:
            yield _file(path, recorded.get(path), run)


def _file(path: str, item: Input | None, run: RunInfo) -> _File:
    if item is not None:
        return _File(path, item.name, item.fingerprint or run.files.get(path), item.note)
    return _File(path, _short(path, run.cwd), run.files.get(path))


def _compared(file: _File, run: RunInfo, files: FilesNow) -> tuple[str, str]:
    """What is lacking, and what is not known; both empty when all is as it was."""
    name, path = file.name, file.path
    if is_remote(path):
        return "", f"{name} was read over the network: whether it is the same is not known."
    try:
        if file.fingerprint is None:
            return "", _age(file, run)
        now = files.fingerprint(Path(path))
    except FileNotFoundError:
        return f"{name} is not there any more: put it back as {path}.", ""
    except OSError as exc:
        return f"{name} can't be read ({exc.strerror or exc}): make {path} readable.", ""
    if now == file.fingerprint:
        return "", ""
    marks = f"{file.fingerprint.short} then, {now.short if now else 'not to be told'} now"
    return f"{name} has changed ({marks}): put back {path} as it was, or track the cell anew.", ""


def _age(file: _File, run: RunInfo) -> str:
    """What can be said of a file whose content nobody hashed.

    Raises:
        OSError: it can't be read.
    """
    if Path(file.path).stat().st_mtime <= run.started.timestamp():
        return ""
    why = f" ({file.note})" if file.note else ""
    return f"{file.name} was written after the run began, and its content was not recorded{why}."


def _short(path: str, cwd: str) -> str:
    return str(Path(path).relative_to(cwd)) if cwd and Path(path).is_relative_to(cwd) else path


def written_files(run: RunInfo) -> tuple[str, ...]:
    """The paths that a run's slice writes."""
    return tuple(dict.fromkeys(path for cell in run.slice for path in cell.writes))
