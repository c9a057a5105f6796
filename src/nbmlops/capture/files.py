"""Which files a run opened, seen through Python's audit events.

An audit hook can never be removed again and an exception in it breaks the user's `open`. So the
hook is a closure over one cell that holds the active recordings, catches everything, and does
nothing while no recording is active (about a tenth of a microsecond an event).
"""

from __future__ import annotations

import functools
import os
import re
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from nbmlops.capture.secret_looks import mask_url

OpenedKind = Literal["file", "directory", "database", "remote"]
OpenMode = Literal["r", "w"]

MAX_FILES: Final = 10_000
_MAX_COMMAND: Final = 200
# Where the path stands among an event's arguments.
_MAKES: Final = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "os.remove": 0, "os.rmdir": 0}
_BEYOND: Final = frozenset({"socket.connect", "subprocess.Popen", "os.system", "os.posix_spawn", *_MAKES})
_WRITE_FLAGS: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_STDLIB: Final = str(Path(os.__file__).parent)
_REMOTE: Final = r"(?!file:)[A-Za-z][A-Za-z0-9+.\-]+://"

_SOURCE_OR_LIBRARY: Final = (
    r"\.(?:py|pyi|pyc|pyo|pyd|pth|so(?:\.\d+)*|dylib|dll|ttf|otf|ttc|pfb|afm|woff2?|mplstyle)\Z"
)
_SYSTEM_FOLDER: Final = r"\A/(?:proc|sys|dev|etc|run)/|\A/usr/share/|/zoneinfo/"
_CONFIG_FOLDER: Final = (
    r"/\.(?:git|nbmlops|ipython|jupyter|matplotlib)/"
    r"|/(?:\.config|\.cache)/(?:matplotlib|ipython|jupyter|fontconfig|pip|git|jedi)/|/share/jupyter/|/__pycache__/"
)
_CONFIG_FILE: Final = (
    r"/(?:pyvenv\.cfg|nbmlops\.toml|pyproject\.toml|matplotlibrc|fontlist-v\d+\.json|history\.sqlite)\Z"
)
_NOISE: Final = f"(?i:{_SOURCE_OR_LIBRARY}|{_SYSTEM_FOLDER}|{_CONFIG_FOLDER}|{_CONFIG_FILE})"
_LIBRARY: Final = rf"\A{re.escape(_STDLIB)}/|/(?:site|dist)-packages/"
# Sample data sets lie inside packages: they are inputs like any other.
_DATA: Final = (
    r"(?i:\.(?:csv|tsv|jsonl|ndjson|arff)(?:\.(?:gz|bz2|xz|zip|zst))?\Z"
    r"|\.(?:parquet|feather|arrow|orc|npy|npz|h5|hdf5|nc|mat|xlsx?|pkl|pickle|joblib|sqlite3?|db|duckdb)\Z)"
)
_compiled = functools.cache(re.compile)  # at the first file that is opened, not when the module is loaded


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that was opened, in the state that it had just then.

    Attributes:
        path: absolute, or a URL for what lies elsewhere.
        mode: "r" when it was only read, "w" when it could be written.
        mtime_ns: time of last modification at the first opening; None for URLs and new files.
        size: bytes at the first opening; None for URLs, directories and new files.
        kind: a database may have been read or written: SQLite doesn't tell.
    """

    path: str
    mode: OpenMode
    mtime_ns: int | None = None
    size: int | None = None
    kind: OpenedKind = "file"


class Recording:
    """What was opened while it went on: files by (path, mode), in order of first opening.

    Attributes:
        overflowed: more than `MAX_FILES` were met.
        hosts: where the process connected to.
        commands: programs that it started.
        made: paths that it made, moved or removed without opening them.
        moved: those that it moved or linked, where they were.
    """

    def __init__(self) -> None:
        self.seen: dict[tuple[str, OpenMode], OpenedFile] = {}
        self.overflowed = False
        self.hosts: dict[str, None] = {}
        self.commands: dict[str, None] = {}
        self.made: dict[str, None] = {}
        self.moved: dict[str, None] = {}

    @property
    def inputs(self) -> tuple[OpenedFile, ...]:
        """What was read, without what it had itself written before."""
        return tuple(_inputs(self))

    @property
    def written(self) -> tuple[str, ...]:
        """The paths of what was opened for writing."""
        return tuple(dict.fromkeys([*(path for path, mode in self.seen if mode == "w"), *self.made]))

    def add(self, opened: OpenedFile) -> None:
        """Takes a file in."""
        key = opened.path, opened.mode
        known = self.seen.get(key)
        if known is not None:
            if opened.kind == "database":  # read as a file first: what matters is that it must not be hashed
                self.seen[key] = replace(known, kind="database")
        elif len(self.seen) >= MAX_FILES:
            self.overflowed = True
        else:
            self.seen[key] = opened

    def knows(self, path: str, mode: OpenMode, kind: OpenedKind) -> bool:
        """Whether nothing new would be learned."""
        known = self.seen.get((path, mode))
        return known is not None and (kind != "database" or known.kind == kind)


class _Cell:
    """All that the immortal hook can reach. Tuples are swapped, never mutated: threads need no lock."""

    __slots__ = ("active", "ignored_folders")

    def __init__(self) -> None:
        self.active: tuple[Recording, ...] = ()
        self.ignored_folders: tuple[str, ...] = ()


class FileWatch:
    """Notes the files that this process opens while a recording is active.

    Make one for a process and keep it: the audit hook that the first `start` adds stays for ever.
    Recordings nest: `stop` ends the one started last, and each sees what happened while it went.

    Example:
        >>> watch = FileWatch()
        >>> watch.start()
        >>> watch.stop()
        ()
    """

    def __init__(self) -> None:
        self._cell = _Cell()
        self._hooked = False
        self._overflowed = False

    @property
    def active(self) -> bool:
        """Whether anything is being recorded."""
        return bool(self._cell.active)

    @property
    def overflowed(self) -> bool:
        """Whether the recording that was stopped last met more than `MAX_FILES` files."""
        return self._overflowed

    def start(self) -> None:
        """Begin a recording."""
        if not self._hooked:
            sys.addaudithook(_hook_over(self._cell))
            self._hooked = True
        self._cell.active = (*self._cell.active, Recording())

    def begin(self) -> Recording:
        """Begin a recording that `finish` ends, whichever others began since."""
        self.start()
        return self._cell.active[-1]

    def finish(self, recording: Recording) -> None:
        """End a recording that `begin` gave."""
        self._cell.active = tuple(item for item in self._cell.active if item is not recording)

    def stop(self) -> tuple[OpenedFile, ...]:
        """End the recording started last.

        Returns:
            What was read, in order of first opening. A file that the run itself had written before it
            first read it is no input and is left out.
        """
        if not self._cell.active:
            return ()
        *rest, recording = self._cell.active
        self._cell.active = tuple(rest)
        self._overflowed = recording.overflowed
        return recording.inputs

    def ignore_folder(self, folder: Path) -> None:
        """Never note anything in this folder (a store that isn't named `.nbmlops`)."""
        prefix = str(folder.absolute()).rstrip(os.sep) + os.sep
        if prefix not in self._cell.ignored_folders:
            self._cell.ignored_folders += (prefix,)

    def is_ignored(self, path: str) -> bool:
        """Whether it lies in an ignored folder, or is one."""
        return f"{path}{os.sep}".startswith(self._cell.ignored_folders)

    def note(self, path: str, *, mode: OpenMode = "r", kind: OpenedKind = "file") -> None:
        """Note a path that a library opened without an audit event. Never raises."""
        try:
            if self._cell.active:
                _note(self._cell, path, mode, kind)
        except Exception:  # noqa: BLE001 - a path that can't be read must not break the user's call
            pass


def _hook_over(cell: _Cell) -> Callable[[str, tuple[Any, ...]], None]:
    # All that the hook needs is in its closure: at interpreter exit module globals may be gone.
    receive, note_beyond, beyond = _receive, _note_beyond, _BEYOND
    current_thread, is_ours = threading.current_thread, _is_ours

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if not cell.active:
            return
        try:
            if event in {"open", "sqlite3.connect"}:
                receive(cell, event, args)
            elif event in beyond and not is_ours(current_thread().name):
                note_beyond(cell, event, args)
        except Exception:  # noqa: BLE001 - anything raised here would break the user's own `open`
            pass

    return hook


def _is_ours(thread: str) -> bool:
    """Whether it is a thread that works for us, not for the user."""
    return thread.startswith("nbmlops")


def _note_beyond(cell: _Cell, event: str, args: tuple[Any, ...]) -> None:
    """What leaves the process: a connection, or a program that is started."""
    if event in _MAKES:
        path = os.fsdecode(args[_MAKES[event]])
        full = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 - as below
        for recording in cell.active if not _is_noise(full, "w", cell.ignored_folders) else ():
            recording.made.setdefault(full)
            if event in ("os.rename", "os.link"):
                source = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(args[0])))  # noqa: PTH109, PTH118
                recording.moved.setdefault(source)
                if event == "os.rename":
                    recording.made.setdefault(source)
        return
    if event == "socket.connect":
        address = args[1]
        if isinstance(address, tuple):  # the other kinds are of this machine
            for recording in cell.active:
                recording.hosts.setdefault(str(address[0]))
        return
    # `subprocess` may start its program by posix_spawn, after an event of its own: the same words make it one command.
    command = args[0] if event == "os.system" else args[1]
    if isinstance(command, bytes):
        command = os.fsdecode(command)
    text = " ".join(map(str, command)) if isinstance(command, list | tuple) else str(command)
    for recording in cell.active:
        recording.commands.setdefault(text[:_MAX_COMMAND])


def _receive(cell: _Cell, event: str, args: tuple[Any, ...]) -> None:
    path = args[0]
    if isinstance(path, os.PathLike):  # sqlite3 hands on what it was given
        path = os.fspath(path)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    elif not isinstance(path, str):  # an integer is a file descriptor: its path had an event of its own
        return
    if event == "sqlite3.connect":
        _note(cell, _sqlite_file(path), "r", "database")
        return
    mode, flags = args[1], args[2]
    writing = (
        any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & _WRITE_FLAGS)
    )
    _note(cell, path, "w" if writing else "r", "file")


def _sqlite_file(database: str) -> str:
    if database.startswith("file:"):
        return database[5:].partition("?")[0]
    return database


def is_remote(path: str) -> bool:
    """Whether it is a URL of what lies elsewhere."""
    return _compiled(_REMOTE).match(path) is not None


def _note(cell: _Cell, path: str, mode: OpenMode, kind: OpenedKind) -> None:
    if is_remote(path):
        opened = OpenedFile(mask_url(path), mode, kind="remote")
    else:
        path = os.path.normpath(os.path.join(os.getcwd(), path))  # noqa: PTH109, PTH118 - ten times as fast
        if all(recording.knows(path, mode, kind) for recording in cell.active) or _is_noise(
            path, mode, cell.ignored_folders
        ):
            return
        state = _state(path, mode, kind)
        if state is None:
            return
        opened = state
    for recording in cell.active:
        recording.add(opened)


def _is_noise(path: str, mode: OpenMode, ignored_folders: Iterable[str]) -> bool:
    if _compiled(_NOISE).search(path) and not (mode == "w" and _is_module(path)):
        return True
    if _compiled(_LIBRARY).search(path) and not _compiled(_DATA).search(path):
        return True
    return any(path.startswith(folder) for folder in ignored_folders)


def _is_module(path: str) -> bool:
    """A module that a cell writes is what a later one imports."""
    return path.endswith(".py") and not _compiled(_LIBRARY).search(path)


def _state(path: str, mode: OpenMode, kind: OpenedKind) -> OpenedFile | None:
    """The file as it is now; None for what can't be an input: missing, a pipe, a folder that was listed."""
    try:
        found = os.stat(path)  # noqa: PTH116 - in the audit hook
    except (OSError, ValueError):
        # What is about to be created isn't there yet; a database neither.
        return OpenedFile(path, mode, kind=kind) if mode == "w" or kind == "database" else None
    if stat.S_ISREG(found.st_mode):
        return OpenedFile(path, mode, found.st_mtime_ns, found.st_size, kind)
    if stat.S_ISDIR(found.st_mode) and kind == "directory":
        return OpenedFile(path, mode, found.st_mtime_ns, None, kind)
    return None


def _inputs(recording: Recording) -> Iterator[OpenedFile]:
    written: set[str] = set()
    for (path, mode), opened in recording.seen.items():
        if mode == "w":
            written.add(path)
        elif path not in written and not _is_gone(opened):
            yield opened


def _is_gone(opened: OpenedFile) -> bool:
    """Whether it is gone and nobody will miss it; a data file that was deleted was still read."""
    if opened.kind == "remote" or os.path.exists(opened.path):  # noqa: PTH110 - no Path object for each file
        return False
    scratch = tempfile.gettempdir() + os.sep
    return opened.kind == "database" or opened.path.startswith(scratch)
