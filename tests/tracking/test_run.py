from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from nbmlops.errors import RunClosedError, ValueRefusedError
from nbmlops.records import RunStatus
from nbmlops.store import frames
from nbmlops.tracking.recorder import Recorder
from nbmlops.tracking.run import Run, error_line, status_of
from nbmlops.tracking.silent import SilentBlobs
from nbmlops.tracking.values import check_key, param_value


class Notebook:
    """A journal that keeps what it is given in a list, and refuses what a real one would."""

    trouble: str | None = None

    def __init__(self) -> None:
        self.docs: list[dict[str, Any]] = []
        self.points: list[tuple[int, int, float]] = []
        self.tables: dict[str, dict[str, int]] = {}

    def series_table(self, run_id: str) -> dict[str, int]:
        return self.tables.setdefault(run_id, {})

    def new_series(self, run_id: str, key: str) -> int:
        return self.series_table(run_id).setdefault(key, len(self.tables[run_id]))

    def point(self, series: int, step: int, value: float, now: float) -> None:
        frames.POINT_BODY.pack(frames.POINT, series, step, value, now)
        self.points.append((series, step, float(value)))

    def write_chunk(self, series: int, data: bytes) -> None:
        self.docs.append({"op": "chunk", "series": series})

    def doc(self, fields: Any) -> None:
        self.docs.append(dict(fields))

    def forget_run(self, run_id: str) -> None:
        self.tables.pop(run_id).clear()


@pytest.fixture
def journal() -> Notebook:
    return Notebook()


@pytest.fixture
def recorder(journal) -> Recorder:
    clock = iter(range(100, 1000, 10))
    return Recorder(
        journal, SilentBlobs(), mask=lambda v: v, wake=lambda: None, clock=lambda: float(next(clock))
    )


@pytest.fixture
def run(recorder) -> Run:
    return Run(recorder, "ab" * 16, name="a run", experiment="e", parent=None)


def test_a_run_writes_its_start_and_its_end_with_what_it_took(run, journal):
    run.begin(kind="script").end()
    start, end = journal.docs
    assert (start["op"], start["name"], start["started"], start["kind"]) == (
        "start",
        "a run",
        100.0,
        "script",
    )
    assert (end["op"], end["status"], end["ended"], end["duration"]) == (
        "end",
        RunStatus.FINISHED,
        110.0,
        10.0,
    )


def test_an_end_is_written_once_and_told_once(run, journal):
    told: list[Run] = []
    run.on_end(told.append)
    run.end(RunStatus.KILLED)
    run.end(RunStatus.FINISHED)
    assert [doc["status"] for doc in journal.docs] == [RunStatus.KILLED]
    assert told == [run]
    assert run.ended


def test_the_first_value_of_a_metric_names_it_and_the_others_only_count(run, journal):
    for value in (1, 2, 3):
        run.log_metric("loss", value)
    run.log_metric("loss", 4, step=9)
    assert journal.points == [
        (0, frames.NO_STEP, 1.0),
        (0, frames.NO_STEP, 2.0),
        (0, frames.NO_STEP, 3.0),
        (0, 9, 4.0),
    ]
    assert run.logged_keys == {"loss"}


def test_what_was_recorded_is_still_known_after_the_end(run):
    run.log_metric("loss", 1)
    run.end()
    assert run.recorded_metrics == {"loss"}
    with pytest.raises(RunClosedError, match="--amend"):
        run.log_metric("loss", 2)


def test_a_refused_value_writes_nothing(run, journal):
    for value in ("x", None, [1], 10**400):
        with pytest.raises(ValueRefusedError, match="log_series"):
            run.log_metric("loss", value)
    with pytest.raises(ValueRefusedError, match="whole number"):
        run.log_metric("loss", 1.0, step=0.5)
    assert journal.points == []


def test_a_metric_whose_name_is_a_secret_is_logged_under_the_mask(recorder, journal):
    run = Run(
        replace(recorder, mask=lambda v: "***" if v == "s3cret" else v),
        "cd" * 16,
        name="n",
        experiment="e",
        parent=None,
    )
    run.log_metric("s3cret", 1.0)
    run.log_metric("s3cret", 2.0, step=3.0)
    assert journal.tables["cd" * 16] == {"***": 0}
    assert [point[2] for point in journal.points] == [1.0, 2.0]


def test_a_discarded_run_says_so_last(run, journal):
    run.begin()
    run.discard()
    assert [doc["op"] for doc in journal.docs] == ["start", "end", "discard"]


def test_a_long_error_is_cut(run, journal):
    with pytest.raises(ValueError, match="x"), run:
        raise ValueError("x" * 10_000)
    assert len(journal.docs[-1]["error"]) == 500
    assert len(journal.docs[0]["doc"]["traceback"]) <= 20_000


@pytest.mark.parametrize(
    ("exception", "line"),
    [
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (ValueError("no"), "ValueError: no"),
        (KeyError(""), "KeyError: ''"),
    ],
)
def test_an_error_without_a_message_is_its_type_alone(exception, line):
    assert error_line(exception) == line


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (None, "FINISHED"), (ValueError(), "FAILED"), (KeyboardInterrupt(), "KILLED"), (SystemExit(), "FINISHED"),
        (SystemExit(0), "FINISHED"), (SystemExit(1), "FAILED"), (SystemExit("text"), "FAILED"), (GeneratorExit(), "FAILED"),
    ],
)  # fmt: skip
def test_how_a_run_ends_follows_from_the_exception(exception, status):
    assert status_of(exception) == status


def test_a_run_shows_itself_shortly(run):
    assert repr(run) == "<Run abababab 'a run' in 'e', active>"


@pytest.mark.parametrize("key", ["", " \n", None, 3, b"a", "k" * 501])
def test_what_names_nothing_is_refused(key):
    with pytest.raises(ValueRefusedError, match="tag"):
        check_key(key, "tag")


def test_a_key_can_always_be_written():
    assert check_key("a\ud800", "tag").encode()
    assert check_key("k" * 500, "tag") == "k" * 500


def test_struct_refuses_what_the_slow_path_is_for():
    with pytest.raises(struct.error):
        frames.POINT_BODY.pack(frames.POINT, 0, 4.0, 1.0, 0.0)
    assert param_value({"a": (1, {2: None})}) == {"a": [1, {"2": None}]}
