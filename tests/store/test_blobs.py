"""Blobs that are kept packed: large texts, under the name of their content."""

from __future__ import annotations

import base64
import os
import zlib
from pathlib import Path

import pytest
from a_store import AStore
from blake3 import blake3

from nbmlops.errors import StoreError
from nbmlops.store.blobs import BlobStore
from nbmlops.store.garbage import Garbage, GarbageCollector

TEXT = "".join(f"epoch {epoch}: loss {epoch**2 % 1000 / 1000}\n" for epoch in range(10_000)).encode()


@pytest.fixture
def blobs(sqlite_store: AStore) -> BlobStore:
    return sqlite_store.blobs


def kept(blobs: BlobStore, path: Path, content: bytes) -> tuple[str, int]:
    """The digest of a file that was kept, and the bytes that it takes."""
    path.write_bytes(content)
    digest = blobs.put_file(path)
    return digest, blobs.path(digest).stat().st_size


@pytest.mark.parametrize("name", ["executed.ipynb", "table.CSV", "out.txt", "figure.json"])
def test_a_large_text_takes_little_and_comes_back_as_it_was(
    blobs: BlobStore, tmp_path: Path, name: str
) -> None:
    digest, size = kept(blobs, tmp_path / name, TEXT)
    assert digest == blake3(TEXT).hexdigest()
    assert blobs.get(digest) == TEXT
    assert size < len(TEXT) / 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("small.txt", TEXT[:60_000]),
        ("image.png", TEXT),
        ("model.bin", TEXT),
        ("images.ipynb", TEXT[:70_000] + base64.b64encode(os.urandom(400_000))),
    ],
)
def test_what_is_small_or_no_text_or_gets_little_smaller_is_kept_as_it_is(
    blobs: BlobStore, tmp_path: Path, name: str, content: bytes
) -> None:
    digest, size = kept(blobs, tmp_path / name, content)
    assert size == len(content)
    assert blobs.path(digest).read_bytes() == content == blobs.get(digest)


def test_a_model_is_kept_as_it_is_and_may_share_a_packed_file(blobs: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "trees.json").write_bytes(TEXT)
    manifest, size = blobs.put_folder(tmp_path / "model")
    (digest,) = blobs.members(manifest)
    assert (size, blobs.path(digest).stat().st_size) == (len(TEXT), len(TEXT))
    blobs.path(digest).unlink()
    assert kept(blobs, tmp_path / "trees.json", TEXT)[0] == digest == blobs.put(TEXT)
    blobs.restore_folder(manifest, tmp_path / "back")
    assert (tmp_path / "back" / "trees.json").read_bytes() == TEXT


def test_a_plain_file_that_begins_like_a_packed_one_is_itself(blobs: BlobStore) -> None:
    for rest in (b"", b"no stream", zlib.compress(b"another")):
        content = b"nbmlops packed 1\n" + rest
        assert blobs.get(blobs.put(content)) == content


def test_a_packed_file_that_was_changed_is_not_given_out(blobs: BlobStore, tmp_path: Path) -> None:
    digest, size = kept(blobs, tmp_path / "out.txt", TEXT)
    for changed in (
        b"nbmlops packed 1\n" + zlib.compress(TEXT + b"!"),
        blobs.path(digest).read_bytes()[: size // 2],
    ):
        blobs.path(digest).write_bytes(changed)
        with pytest.raises(StoreError, match="was changed"):
            blobs.get(digest)


def test_a_packed_file_is_collected_like_any_other(sqlite_store: AStore, tmp_path: Path) -> None:
    blobs = sqlite_store.blobs
    digest, size = kept(blobs, tmp_path / "out.txt", TEXT)
    os.utime(blobs.path(digest), (0, 0))
    collector = GarbageCollector(sqlite_store.database, blobs)
    assert collector.find() == Garbage((blobs.path(digest),), size, 0)
    assert collector.remove(collector.find()).files == (blobs.path(digest),)
