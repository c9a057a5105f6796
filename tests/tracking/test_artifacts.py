from __future__ import annotations

import math
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from nbmlops.capture.secrets import SecretRegistry
from nbmlops.errors import ModelError, ValueRefusedError
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


@pytest.fixture
def masking() -> Recorder:
    secrets = SecretRegistry({})
    secrets.register("hunter2-tea", name="password")
    return Recorder(Docs(), Shelf(), mask=secrets.scrub_tree, wake=lambda: None)


def test_a_secret_in_the_text_of_a_picture_is_masked(masking):
    class Drawn:
        def _repr_svg_(self):
            return "<svg><!-- hunter2-tea --><text>é hunter2-tea</text></svg>"

    artifacts.keep_figure(masking, "r", Drawn(), "f")
    assert masking.blobs.kept == ["<svg><!-- *** --><text>é ***</text></svg>".encode()]


def test_pixels_and_broken_text_stay_as_they_are(masking):
    assert artifacts.masked_picture(masking.mask, "image/png", b"\x89 hunter2-tea") == b"\x89 hunter2-tea"
    assert artifacts.masked_picture(masking.mask, "image/svg+xml", b"<svg>\xff</svg>") == b"<svg>\xff</svg>"


def _keep(recorder, model):
    artifacts.keep_model(recorder, "r", model, "m", input_example=None, allow_pickle=False)


def test_a_model_that_holds_a_secret_is_not_kept(masking):
    from sklearn.feature_extraction.text import CountVectorizer

    _keep(masking, CountVectorizer(stop_words=["password"]).fit(["some words"]))
    assert len(masking.blobs.kept) == 1
    with pytest.raises(ModelError, match=r"CountVectorizer holds a secret \(in .*schema.json\)"):
        _keep(masking, CountVectorizer(stop_words=["hunter2-tea"]).fit(["some words"]))
    assert len(masking.blobs.kept) == 1


def test_a_secret_among_the_classes_of_a_model_is_found(masking):
    from sklearn.preprocessing import LabelEncoder

    with pytest.raises(ModelError, match="LabelEncoder holds a secret"):
        _keep(masking, LabelEncoder().fit(np.array(["a", "hunter2-tea"])))
