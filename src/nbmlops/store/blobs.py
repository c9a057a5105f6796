"""Files and folders kept by the hash of their content; the same content is kept once."""

from __future__ import annotations

import json
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from blake3 import blake3

from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records.ids import new_id
from nbmlops.store.folder import StoreFolder

_PIECE: Final = 1 << 20
# Large texts are kept packed: this line, then zlib's stream. The name is still that of the content, which tells a
# packed file from one that was given to us and begins like one.
_PACKED: Final = b"nbmlops packed 1\n"
_LARGE: Final = 1 << 16  # bytes
_WORTH: Final = 0.5  # of its size, what the samples must come down to
_PACKED_FROM: Final = 1 << 10  # bytes: below, a file takes a block of the disk either way
_PAYS: Final = 0.9
_SAMPLES: Final = 4
_SAMPLE: Final = 1 << 14  # bytes
_TEXTS: Final = frozenset({".csv", ".html", ".ipynb", ".json", ".log", ".md", ".tsv", ".txt", ".yaml"})


class BlobStore:
    """Content-addressed files under `blobs/`; a name is the BLAKE3 of the content, however that is kept.

    Every write goes to a file of its own that is renamed when it is whole.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self._folder = folder
        self._unsynced: deque[Path] = deque()

    def path(self, digest: str) -> Path:
        """Where the blob lies, which may be packed: `get` gives its content."""
        return self._folder.blobs / digest[:2] / digest[2:]

    @property
    def folder(self) -> Path:
        """Where all blobs lie."""
        return self._folder.blobs

    @staticmethod
    def digest(path: Path) -> str:
        """The name of the blob that lies there."""
        return path.parent.name + path.name

    def all(self) -> Iterator[Path]:
        """Every file, those that were never finished too."""
        return (path for path in self._folder.blobs.rglob("*") if path.is_file())

    def members(self, digest: str) -> list[str]:
        """The blobs that a manifest names; none where the manifest is gone.

        Raises:
            StoreError: it can't be read.
        """
        try:
            return list(json.loads(self.get(digest)).values())
        except NotFoundError:
            return []

    def put(self, data: bytes) -> str:
        """Keeps the bytes and names their digest.

        Raises:
            StoreError: they can't be written.
        """
        digest = str(blake3(data).hexdigest())
        return digest if self._is_kept(digest) else self._put_pieces([data])

    def put_packed(self, data: bytes) -> str:
        """As `put`, packed where the bytes are many and get much smaller.

        Raises:
            StoreError: they can't be written.
        """
        digest = str(blake3(data).hexdigest())
        if self._is_kept(digest):
            return digest
        pays = len(data) > _PACKED_FROM and len(zlib.compress(data[:_LARGE], 1)) < len(data[:_LARGE]) * _PAYS
        return self._put_pieces([data], zlib.compressobj(6) if pays else None)

    def touch(self, digest: str) -> bool:
        """Marks a blob as in use, so that nobody collects it before it is named; False where it is gone."""
        return bool(digest) and self._is_kept(digest)

    def put_file(self, path: Path) -> str:
        """Keeps a copy of the file and names its digest; one of much text is kept packed."""
        with path.open("rb") as file:
            packer = zlib.compressobj(1) if _is_worth_packing(path, file) else None
            return self._put_pieces(_pieces(file), packer)

    def put_folder(self, folder: Path) -> tuple[str, int]:
        """Keeps every file below the folder and a manifest of them: its digest, and the bytes in all."""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        manifest = {path.relative_to(folder).as_posix(): self._put_plain(path) for path in files}
        size = sum(path.stat().st_size for path in files)
        return self.put(json.dumps(manifest, sort_keys=True).encode()), size

    def _put_plain(self, path: Path) -> str:
        with path.open("rb") as file:
            return self._put_pieces(_pieces(file))

    def _is_kept(self, digest: str) -> bool:
        """Whether the blob is there; it counts as new then, so that nobody collects it before it is named."""
        try:
            os.utime(self.path(digest))
        except OSError:
            return self.path(digest).exists()  # perhaps of another user, who alone may touch it
        return True

    def sync(self) -> None:
        """Waits until the files that were kept are on the disk; called aside, before the journal that names
        them is brought there.
        """
        folders = set()
        while self._unsynced:
            path = self._unsynced.popleft()
            _sync(path)
            folders.add(path.parent)
        for folder in folders:
            _sync(folder)

    def get(self, digest: str) -> bytes:
        """The bytes of a blob.

        Raises:
            NotFoundError: it is not in the store.
            StoreError: what lies there is not what was kept.
        """
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError as exc:
            raise self._missing(digest) from exc
        for content in _readings(data):
            if blake3(content).hexdigest() == digest:
                return content
        raise self._changed(digest)

    def pieces(self, digest: str) -> Iterator[bytes]:
        """The bytes of a blob, piece by piece, so that a large one is never in memory as a whole.

        Raises:
            NotFoundError: it is not in the store.
            StoreError: at the end: what lies there is not what was kept.
        """
        try:
            file = self.path(digest).open("rb")
        except FileNotFoundError as exc:
            raise self._missing(digest) from exc
        if file.read(len(_PACKED)) == _PACKED:  # a text
            file.close()
            return iter([self.get(digest)])
        file.seek(0)
        return self._checked(digest, file)

    def _checked(self, digest: str, file: BinaryIO) -> Iterator[bytes]:
        hasher = blake3()
        with file:
            yield from _hashed(_pieces(file), hasher)
        if hasher.hexdigest() != digest:
            raise self._changed(digest)

    def _missing(self, digest: str) -> NotFoundError:
        return NotFoundError(f"The store {self._folder.root} holds no blob {digest}")

    def _changed(self, digest: str) -> StoreError:
        return StoreError(
            f"The file {self.path(digest)} was changed after it was kept: restore it from a backup"
        )

    def head(self, digest: str, most: int) -> tuple[bytes, bool]:
        """The first bytes of a blob, and whether that is all of it. Of a large one what lies there is not held
        against its name: that would read it whole.

        Raises:
            NotFoundError: it is not in the store.
            StoreError: it is all of it, and not what was kept.
        """
        try:
            with self.path(digest).open("rb") as file:
                if os.fstat(file.fileno()).st_size > most:
                    return _first_bytes(file, most), False
        except FileNotFoundError as exc:
            raise NotFoundError(f"The store {self._folder.root} holds no blob {digest}") from exc
        data = self.get(digest)
        return data[:most], len(data) <= most

    def restore_folder(self, digest: str, target: Path) -> None:
        """Writes the files of a manifest below `target`."""
        for name, blob in json.loads(self.get(digest)).items():
            path = target / name
            if not path.resolve().is_relative_to(target.resolve()):
                raise StoreError(f"The manifest {digest} names a file outside its folder: {name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.get(blob))

    def _put_pieces(self, pieces: Iterable[bytes], packer: zlib._Compress | None = None) -> str:
        temporary = self._folder.blobs / f"new-{os.getpid()}-{new_id()}"
        hasher = blake3()
        try:
            self._folder.ensure()
            with temporary.open("wb") as file:
                file.writelines(_as_kept(_hashed(pieces, hasher), packer))
            if not self._is_kept(hasher.hexdigest()):
                target = self.path(hasher.hexdigest())
                target.parent.mkdir(exist_ok=True)
                temporary.replace(target)
                self._unsynced.append(target)
        except OSError as exc:
            raise StoreError(
                f"A file can't be kept in the store {self._folder.root}: {exc.strerror or exc}. "
                "Free some space or make the folder writable."
            ) from exc
        finally:
            temporary.unlink(missing_ok=True)
        return hasher.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(_PIECE), b"")


def _is_worth_packing(path: Path, file: BinaryIO) -> bool:
    """Whether a file is large, of text by its name, and gets much smaller: a notebook may be mostly images."""
    size = os.fstat(file.fileno()).st_size
    if path.suffix.lower() not in _TEXTS or size <= _LARGE:
        return False
    samples = b""
    for number in range(_SAMPLES):
        file.seek(size * number // _SAMPLES)
        samples += file.read(_SAMPLE)
    file.seek(0)
    return len(zlib.compress(samples, 1)) < len(samples) * _WORTH


def _hashed(pieces: Iterable[bytes], hasher: blake3) -> Iterator[bytes]:
    for piece in pieces:
        hasher.update(piece)
        yield piece


def _as_kept(pieces: Iterable[bytes], packer: zlib._Compress | None) -> Iterator[bytes]:
    if packer is None:
        yield from pieces
        return
    yield _PACKED
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _readings(data: bytes) -> Iterator[bytes]:
    """What a file may hold: what was packed in it, and itself."""
    if data.startswith(_PACKED):
        with suppress(zlib.error):
            yield zlib.decompress(memoryview(data)[len(_PACKED) :])
    yield data


def _first_bytes(file: BinaryIO, most: int) -> bytes:
    data = file.read(len(_PACKED) + most)
    if data.startswith(_PACKED):
        with suppress(zlib.error):
            return zlib.decompressobj().decompress(data[len(_PACKED) :], most)
    return data[:most]


def _sync(path: Path) -> None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return  # the store was deleted meanwhile
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
