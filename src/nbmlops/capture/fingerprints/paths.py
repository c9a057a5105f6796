"""Files and directories: all bytes, and for a directory every relative path."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from nbmlops.capture.fingerprints.context import Digests
from nbmlops.capture.fingerprints.hashing import STEP_BYTES, Digester, combine
from nbmlops.errors import FingerprintError


def path_digests(path: Path, digester: Digester) -> Digests:
    """Digests of a file or a directory; its own name does not count.

    Raises:
        FingerprintError: it is not there, can't be read, or is neither file nor directory.
    """
    try:
        if path.is_dir():
            return Digests(combine("directory", *_entries(path, digester)), combine("directory"))
        return Digests(combine("file", _file_digest(path, digester)), combine("file"))
    except OSError as error:
        raise FingerprintError(f"{path} can't be read: {error.strerror or error}.") from error


def path_size(path: Path) -> int:
    """Bytes of a file, or of all files below a directory."""
    if path.is_dir():
        return sum(file.lstat().st_size for file in _files(path))
    return path.stat().st_size


def _files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        yield from (Path(folder, name) for name in [*names, *links])


def _raise(error: OSError) -> None:
    raise error


def _entries(root: Path, digester: Digester) -> list[bytes | str]:
    fields: list[bytes | str] = []
    for file in sorted(_files(root), key=lambda file: os.fsencode(file.relative_to(root).as_posix())):
        fields.append(file.relative_to(root).as_posix())
        # A link to a folder counts as where it points: followed, it could lead round in a circle.
        if file.is_dir():
            fields.append(combine("link", str(file.readlink())))
        else:
            fields.append(_file_digest(file, digester))
    return fields


def _file_digest(path: Path, digester: Digester) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise FingerprintError(f"{path} is neither a file nor a directory, so it has no content to hash.")

    def read() -> Iterator[bytes]:
        # Read, not mapped: a file cut short meanwhile would kill the process with SIGBUS.
        with path.open("rb", buffering=0) as file:
            while part := file.read(STEP_BYTES):
                yield part

    return digester.digest(read())
