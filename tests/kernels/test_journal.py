"""The journal: whole frames only, one writer, nothing lost to a full disk."""

from __future__ import annotations

import base64
import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.errors import KernelError
from nbmlops.kernels.journal import Frame, JournalWriter, discard, is_live, read_journal, take_over


@pytest.fixture
def journal(tmp_path: Path) -> JournalWriter:
    writer = JournalWriter(tmp_path / "out.ipynb.journal")
    writer.event(-1, {"event": "begin", "job": "j1"})
    writer.stream(3, "stdout", "grüße\n")
    writer.stream(3, "stderr", "oh")
    return writer


FRAMES = [
    Frame("event", -1, {"event": "begin", "job": "j1"}),
    Frame("stdout", 3, "grüße\n"),
    Frame("stderr", 3, "oh"),
]


def test_what_is_written_can_be_read_at_once(journal: JournalWriter) -> None:
    assert list(read_journal(journal.path)) == FRAMES == list(journal.read())


def test_a_journal_cut_off_anywhere_gives_the_frames_before(journal: JournalWriter) -> None:
    data = journal.path.read_bytes()
    counts = set()
    for size in range(len(data) + 1):
        journal.path.write_bytes(data[:size])
        found = list(read_journal(journal.path))
        assert found == FRAMES[: len(found)]
        counts.add(len(found))
    assert counts == {0, 1, 2, 3}


def test_a_frame_that_was_spoilt_ends_the_journal(journal: JournalWriter) -> None:
    data = bytearray(journal.path.read_bytes())
    data[-1] ^= 1
    journal.path.write_bytes(data)
    assert list(read_journal(journal.path)) == FRAMES[:2]


def test_another_file_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("something else entirely")
    with pytest.raises(KernelError, match="no journal"):
        list(read_journal(tmp_path / "x"))


def test_its_writer_is_known_to_live_until_it_lets_go(journal: JournalWriter) -> None:
    assert is_live(journal.path)
    assert take_over(journal.path) is None
    journal.close()
    assert not is_live(journal.path)
    lock = take_over(journal.path)
    assert lock is not None
    assert is_live(journal.path)
    os.close(lock)


def test_an_orphan_is_emptied_by_the_next_job(journal: JournalWriter) -> None:
    journal.close()
    again = JournalWriter(journal.path)
    assert list(again.read()) == []
    again.remove()
    assert not journal.path.exists()


def test_only_the_own_journal_is_discarded(journal: JournalWriter) -> None:
    discard(journal.path, "j1")
    assert journal.path.exists(), "it is still written"
    journal.close()
    discard(journal.path, "another")
    assert journal.path.exists()
    discard(journal.path, "j1")
    assert not journal.path.exists()
    discard(journal.path, "j1")


def test_without_locks_a_journal_can_be_written_and_is_never_taken_from_its_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(fd: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    writer = JournalWriter(tmp_path / "j")
    writer.stream(0, "stdout", "kept")
    assert [frame.payload for frame in read_journal(writer.path)] == ["kept"]
    assert is_live(writer.path)
    assert take_over(writer.path) is None
    writer.remove()


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "out.ipynb.journal")
    real = writer._fd
    writer._fd = os.open("/dev/full", os.O_WRONLY)
    writer.stream(0, "stdout", "one")
    writer.stream(0, "stdout", "two")
    assert [frame.payload for frame in writer.read()] == ["one", "two"]
    os.close(writer._fd)
    writer._fd = real
    writer.stream(0, "stdout", "three")
    assert [frame.payload for frame in read_journal(writer.path)] == ["one", "two", "three"]
    writer.close()


@given(st.text(st.characters(), max_size=50))
def test_any_text_can_be_kept(text: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        writer = JournalWriter(Path(folder, "j"))
        writer.stream(0, "stdout", text)
        (frame,) = read_journal(writer.path)
        assert frame.payload == text.encode("utf-8", "backslashreplace").decode()
        writer.close()


def test_a_large_text_is_kept_small_and_read_as_it_was(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "out.ipynb.journal")
    text = "".join(f"epoch {epoch}: grüße {epoch**2 % 1000 / 1000}\n" for epoch in range(5000))
    writer.stream(2, "stdout", text)
    writer.event(2, {"event": "output", "text": text})
    writer.stream(2, "stderr", "small")
    expected = [
        Frame("stdout", 2, text),
        Frame("event", 2, {"event": "output", "text": text}),
        Frame("stderr", 2, "small"),
    ]
    assert list(read_journal(writer.path)) == expected == list(writer.read())
    assert writer.path.stat().st_size < len(text)
    data = bytearray(writer.path.read_bytes())
    data[len(data) // 4] ^= 1
    writer.path.write_bytes(data)
    assert list(read_journal(writer.path)) == []
    writer.close()


def test_a_text_that_does_not_get_much_smaller_is_kept_as_it_is(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "out.ipynb.journal")
    text = base64.b64encode(os.urandom(30_000)).decode()
    writer.stream(0, "stdout", text)
    assert text.encode() in writer.path.read_bytes()
    writer.close()


def test_a_journal_of_the_format_before_is_read(journal: JournalWriter) -> None:
    data = journal.path.read_bytes()
    assert data.startswith(b"nbmlops job journal 2\n")
    journal.path.write_bytes(data.replace(b"journal 2", b"journal 1", 1))
    assert list(read_journal(journal.path)) == FRAMES
