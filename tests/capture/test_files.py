from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
import threading
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbmlops.capture.files import FileWatch


@pytest.fixture(scope="module")
def process_watch() -> FileWatch:
    return FileWatch()


@pytest.fixture
def watch(process_watch: FileWatch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileWatch]:
    monkeypatch.chdir(tmp_path)
    # pytest's folders lie in the scratch folder, from which deleted files are dropped.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    process_watch.start()
    yield process_watch
    while process_watch.active:
        process_watch.stop()


def names(opened: object) -> list[str]:
    return [Path(file.path).name for file in opened]  # type: ignore[attr-defined]


def test_files_come_in_order_of_first_opening_and_once(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("x")
    watch.start()
    for name in ("b.csv", "a.csv", "b.csv"):
        Path(name).read_text()
    opened = watch.stop()
    assert [file.path for file in opened] == [str(tmp_path / "b.csv"), str(tmp_path / "a.csv")]
    assert [file.mode for file in opened] == ["r", "r"]
    assert opened[0].size == 1
    assert opened[0].mtime_ns == (tmp_path / "b.csv").stat().st_mtime_ns


def test_nothing_is_seen_before_start_or_after_stop(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "a.csv").read_text()
    watch.start()
    assert watch.stop() == ()
    (tmp_path / "a.csv").read_text()
    watch.start()
    assert watch.stop() == ()


def test_a_relative_path_is_resolved_where_it_was_opened(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "in.csv").touch()
    watch.start()
    os.chdir("sub")
    with open("in.csv", "rb"):  # noqa: PTH123
        os.chdir(tmp_path)
    (opened,) = watch.stop()
    assert opened.path == str(tmp_path / "sub" / "in.csv")


def test_os_open_and_byte_paths_are_seen(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    (tmp_path / "a.bin").write_bytes(b"12345")
    watch.start()
    os.close(os.open(b"a.bin", os.O_RDONLY))
    (opened,) = watch.stop()
    assert (opened.path, opened.size) == (str(tmp_path / "a.bin"), 5)


@pytest.mark.parametrize("mode", ["w", "a", "x", "r+", "wb"])
def test_what_may_be_written_is_no_input(watch: FileWatch, tmp_path: Path, mode: str) -> None:
    watch.stop()
    if mode == "r+":
        (tmp_path / "out").touch()
    watch.start()
    with open("out", mode):  # noqa: PTH123
        pass
    assert watch.stop() == ()


def test_a_file_read_and_then_overwritten_is_an_input_in_its_first_state(
    watch: FileWatch, tmp_path: Path
) -> None:
    watch.stop()
    path = tmp_path / "data.csv"
    path.write_text("four")
    watch.start()
    path.read_text()
    path.write_text("much longer")
    (opened,) = watch.stop()
    assert opened.size == 4


def test_a_file_that_isnt_there_and_a_folder_are_no_inputs(watch: FileWatch, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        (tmp_path / "missing.csv").read_text()
    os.close(os.open(".", os.O_RDONLY))
    assert watch.stop() == ()


def test_pipes_and_descriptors_are_no_inputs(watch: FileWatch, tmp_path: Path) -> None:
    os.mkfifo("pipe")
    os.close(os.open("pipe", os.O_RDONLY | os.O_NONBLOCK))
    end, other = os.pipe()
    os.fdopen(end).close()
    os.fdopen(other, "w").close()
    assert watch.stop() == ()


def test_imports_fonts_and_system_files_are_noise(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    for name in (
        "helper.py",
        "face.ttf",
        ".git/HEAD",
        ".nbmlops/runs.db",
        "__pycache__/x.pyc",
        "pyproject.toml",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    watch.start()
    for name in (
        "helper.py",
        "face.ttf",
        ".git/HEAD",
        ".nbmlops/runs.db",
        "__pycache__/x.pyc",
        "pyproject.toml",
    ):
        (tmp_path / name).read_text()
    Path("/proc/self/status").read_text()
    Path("/etc/passwd").read_text()
    Path(os.__file__).read_text()
    with open("/dev/null"):  # noqa: PTH123
        pass
    import zoneinfo

    zoneinfo.ZoneInfo.no_cache("Europe/Berlin")
    assert watch.stop() == ()


def test_a_data_set_that_a_package_ships_is_an_input(watch: FileWatch) -> None:
    from sklearn.datasets import load_iris

    load_iris()
    assert "iris.csv" in names(watch.stop())


def test_reading_metadata_of_packages_is_noise(watch: FileWatch) -> None:
    from importlib import metadata

    metadata.version("numpy")
    list(metadata.entry_points(group="console_scripts"))
    assert watch.stop() == ()


def test_a_data_file_that_was_deleted_is_kept_but_a_scratch_file_is_dropped(
    watch: FileWatch, tmp_path: Path
) -> None:
    watch.stop()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for path in (tmp_path / "data.csv", scratch / "x.csv"):
        path.write_text("x")
    watch.start()
    for path in (tmp_path / "data.csv", scratch / "x.csv"):
        path.read_text()
        path.unlink()
    assert names(watch.stop()) == ["data.csv"]


def test_what_a_thread_reads_is_seen(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    (tmp_path / "a.csv").touch()
    watch.start()
    thread = threading.Thread(target=(tmp_path / "a.csv").read_text)
    thread.start()
    thread.join()
    assert names(watch.stop()) == ["a.csv"]


def test_an_ignored_folder_is_not_seen(watch: FileWatch, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "storehouse").mkdir()
    watch.ignore_folder(tmp_path / "store")
    watch.stop()
    for path in (tmp_path / "store" / "a", tmp_path / "storehouse" / "b"):
        path.touch()
    watch.start()
    for path in (tmp_path / "store" / "a", tmp_path / "storehouse" / "b"):
        path.read_bytes()
    assert names(watch.stop()) == ["b"]


def test_sqlite_databases_are_seen_by_path_and_by_uri(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    for name in ("one.db", "two.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            connection.execute("create table t (a)")
        connection.close()
    watch.start()
    sqlite3.connect("one.db").close()
    sqlite3.connect("file:two.db?mode=ro", uri=True).close()
    sqlite3.connect(":memory:").close()
    opened = watch.stop()
    assert names(opened) == ["one.db", "two.db"]
    assert {file.kind for file in opened} == {"database"}


def test_recordings_nest(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    for name in ("a", "b", "c"):
        (tmp_path / name).touch()
    watch.start()
    (tmp_path / "a").read_text()
    watch.start()
    (tmp_path / "b").read_text()
    assert names(watch.stop()) == ["b"]
    (tmp_path / "c").read_text()
    assert names(watch.stop()) == ["a", "b", "c"]


def test_stop_without_start_gives_nothing() -> None:
    assert FileWatch().stop() == ()


def test_a_url_is_noted_as_remote(watch: FileWatch) -> None:
    watch.note("s3://bucket/key.parquet")
    (opened,) = watch.stop()
    assert (opened.path, opened.kind, opened.size) == ("s3://bucket/key.parquet", "remote", None)


def test_an_unreadable_note_is_dropped(watch: FileWatch) -> None:
    watch.note("nul\0byte")
    watch.note(object())  # type: ignore[arg-type]
    assert watch.stop() == ()


def test_open_still_raises_its_own_errors(watch: FileWatch) -> None:
    with pytest.raises(ValueError, match="null"):
        open("nul\0byte")  # noqa: PTH123, SIM115
    with pytest.raises(TypeError):
        open(3.5)  # type: ignore[call-overload] # noqa: PTH123, SIM115


def test_open_works_when_the_working_folder_is_gone(watch: FileWatch, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(FileNotFoundError):
        open("x")  # noqa: PTH123, SIM115
    os.chdir(tmp_path)


def test_a_forked_child_opens_files_as_ever(watch: FileWatch, tmp_path: Path) -> None:
    watch.stop()
    (tmp_path / "a.csv").write_text("x")
    watch.start()
    child = os.fork()
    if child == 0:
        ok = (tmp_path / "a.csv").read_text() == "x" and names(watch.stop()) == ["a.csv"]
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert watch.stop() == ()


def test_many_files_are_cut_and_it_is_told(watch: FileWatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbmlops.capture.files.MAX_FILES", 3)
    for number in range(5):
        watch.note(f"https://example.org/{number}")
    assert len(watch.stop()) == 3
    assert watch.overflowed


def test_noting_a_file_costs_little(watch: FileWatch, tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    cost = min(timeit.repeat(lambda: watch.note("a.csv"), number=200, repeat=5)) / 200
    assert cost < 100e-6


def test_a_file_that_is_read_and_then_connected_to_is_a_database(watch: FileWatch, tmp_path: Path) -> None:
    file = tmp_path / "odd.thing"
    file.write_bytes(b"")
    watch.start()
    file.read_bytes()
    sqlite3.connect(file).close()
    file.read_bytes()
    assert [(found.path, found.kind) for found in watch.stop()] == [(str(file), "database")]


def test_a_password_in_an_address_is_not_noted(watch: FileWatch) -> None:
    watch.start()
    watch.note("https://bob:pw@h/x.csv")
    assert [found.path for found in watch.stop()] == ["https://bob:***@h/x.csv"]


def test_a_program_is_one_command_whichever_way_it_is_started(watch: FileWatch) -> None:
    # Python 3.13 starts these by `posix_spawn`, which has an event of its own; earlier ones fork.
    recording = watch.begin()
    subprocess.run("true 5", shell=True, check=True)
    subprocess.run(["true", "6"], check=True)
    os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "true 7"], os.environ), 0)
    watch.finish(recording)
    assert list(recording.commands) == ["/bin/sh -c true 5", "true 6", "sh -c true 7"]
