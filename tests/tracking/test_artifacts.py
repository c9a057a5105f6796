from __future__ import annotations

import math
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from nbmlops.errors import ValueRefusedError
from nbmlops.store import chunks
from nbmlops.store.frames import NO_STEP
from nbmlops.tracking import artifacts
from nbmlops.tracking.recorder import Recorder
from nbmlops.tracking.silent import SilentJournal


class Shelf:
    """Blobs in memory."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def put(self, data: bytes) -> str:
        self.kept.append(data)
        return f"digest{len(self.kept)}"

    def put_file(self, path) -> str:
        return self.put(path.read_bytes())

    def put_folder(self, folder) -> tuple[str, int]:
        return self.put(repr(sorted(p.name for p in folder.rglob("*"))).encode()), 5


class Docs(SilentJournal):
    def __init__(self) -> None:
        self.docs: list[dict] = []

    def doc(self, fields) -> None:
        self.docs.append(fields)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(Docs(), Shelf(), mask=lambda v: v, wake=lambda: None)


def test_a_series_without_steps_leaves_them_to_be_counted():
    points = chunks.unpack(artifacts.pack_series("m", [1, math.nan], None, 7.0))
    assert points.steps.tolist() == [NO_STEP, NO_STEP]
    assert points.values[0] == 1
    assert math.isnan(points.values[1])
    assert points.times.tolist() == [7.0, 7.0]


def test_a_series_of_a_view_with_gaps_is_packed_as_what_it_shows():
    table = np.arange(12.0).reshape(4, 3)
    points = chunks.unpack(artifacts.pack_series("m", table[:, 1], np.arange(8)[::2], 0.0))
    assert (points.values.tolist(), points.steps.tolist()) == ([1, 4, 7, 10], [0, 2, 4, 6])


@pytest.mark.parametrize("values", [[1, "x"], [[1]], 3, None])
def test_a_series_that_is_none_is_refused_by_its_name(values):
    with pytest.raises(ValueRefusedError, match="'m'"):
        artifacts.pack_series("m", values, None, 0.0)


def test_a_file_without_a_known_kind_is_plain_bytes(recorder, tmp_path):
    (tmp_path / "odd.thing").write_bytes(b"x")
    artifacts.keep_path(recorder, "r", tmp_path / "odd.thing", None)
    (doc,) = recorder.journal.docs
    assert (doc["name"], doc["media_type"], doc["size"], doc["kind"]) == (
        "odd.thing",
        "application/octet-stream",
        1,
        "file",
    )


def test_a_picture_that_shows_nothing_is_refused(recorder):
    class Blank:
        def _repr_png_(self):
            return None

    with pytest.raises(ValueRefusedError, match="Blank is no picture"):
        artifacts.keep_figure(recorder, "r", Blank(), "f")
    assert recorder.blobs.kept == []


def test_an_image_is_kept_as_png(recorder):
    artifacts.keep_figure(recorder, "r", Image.new("L", (4, 3)), "f")
    assert Image.open(BytesIO(recorder.blobs.kept[0])).size == (4, 3)


def test_predictions_of_objects_are_kept_as_texts(recorder):
    artifacts.keep_predictions(
        recorder, "r", "p", {"y_true": np.array([1, "b"], dtype=object), "proba": None}
    )
    archive = np.load(BytesIO(recorder.blobs.kept[0]), allow_pickle=False)
    assert list(archive) == ["y_true"]
    assert archive["y_true"].tolist() == ["1", "b"]
