"""A run while it goes on: what can be logged to it."""

from __future__ import annotations

import json
import os
import struct
import sys
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from nbmlops.errors import RunClosedError, ValueRefusedError
from nbmlops.records.status import RunStatus
from nbmlops.records.usage import Usage
from nbmlops.store.documents import usage_to_doc
from nbmlops.store.frames import NO_STEP
from nbmlops.tracking import artifacts
from nbmlops.tracking.recorder import Recorder
from nbmlops.tracking.values import check_key, param_value

if TYPE_CHECKING:
    from nbmlops.records.runs import ArtifactKind

_MAX_ERROR = 500
_MAX_TRACEBACK = 20_000


class Run:
    """Logs to one run; made by `start_run` or by a tracked cell.

    As a context manager it ends with the block: FINISHED, FAILED on an exception, KILLED on an interrupt.

    Attributes:
        id: 32 hexadecimal digits.
        name: as shown in tables.
        experiment: the experiment it belongs to.
        parent: the id of the run it is part of, None for most.
    """

    def __init__(
        self, recorder: Recorder, run_id: str, *, name: str, experiment: str, parent: str | None
    ) -> None:
        self.id = run_id
        self.name = name
        self.experiment = experiment
        self.parent = parent
        self.ended = False
        self.logged = False
        self._pid = os.getpid()
        self._recorder = recorder
        self._started = recorder.clock()
        self.recorded_metrics: frozenset[str] = frozenset()
        self._series = recorder.journal.series_table(run_id)
        self._point = recorder.journal.point
        self._on_end: list[Any] = []

    @property
    def short_id(self) -> str:
        """The first eight characters of the id."""
        return self.id[:8]

    def __repr__(self) -> str:
        state = "ended" if self.ended else "active"
        return f"<Run {self.short_id} {self.name!r} in {self.experiment!r}, {state}>"

    @property
    def trouble(self) -> str | None:
        """Why the store can't be written now, None when it can."""
        reason = self._recorder.journal.trouble
        return f"The store could not be written: {reason}." if reason else None

    def begin(self, **columns: Any) -> Self:
        """Writes the start of the run."""
        self._recorder.doc(
            "start",
            self.id,
            name=self.name,
            experiment=self.experiment,
            parent_id=self.parent,
            started=self._started,
            **columns,
        )
        return self

    def log_metric(self, key: str, value: float, step: int | None = None) -> None:
        """Logs one value of a metric.

        Args:
            key: any text; `/` and spaces are fine.
            value: a number; NaN and infinities are kept. NumPy scalars and 0-d tensors will do.
            step: counts on from the last one when it is left out.

        Raises:
            ValueRefusedError: the value is no number, or the key is empty.
            RunClosedError: the run has ended.
        """
        try:
            series = self._series.get(key)
            if series is None:
                series = self._new_series(key)
            self._point(series, NO_STEP if step is None else step, value, time())
        except (struct.error, TypeError, OverflowError) as exc:
            self._log_odd(key, value, step, exc)

    def _new_series(self, key: str) -> int:
        self._require_open()
        self.logged = True
        # Keys are masked like every text. The table is kept by what is written, so that it is found again.
        return self._recorder.journal.new_series(self.id, self._recorder.mask(check_key(key, "metric")))

    def _log_odd(self, key: str, value: Any, step: Any, cause: Exception) -> None:
        """What `struct` refuses: whole floats as steps, and what is no number at all."""
        check_key(key, "metric")
        try:
            if isinstance(value, (str, bytes)):
                raise TypeError("a text is no number")
            number, whole = float(value), NO_STEP if step is None else int(step)
            if step is not None and whole != step:
                raise ValueError(f"a step must be a whole number, not {step!r}")
            self._point(self._new_series(key), whole, number, time())
        except (TypeError, ValueError, OverflowError, struct.error):
            raise ValueRefusedError(
                f"The metric {key!r} can't have the value {value!r:.80} ({type(value).__name__}) at step {step!r}: "
                "give a number, and a whole number as step. For many values at once use log_series."
            ) from cause

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Logs several metrics at one step."""
        for key, value in metrics.items():
            self.log_metric(key, value, step)

    def log_series(self, key: str, values: Iterable[float], steps: Iterable[int] | None = None) -> None:
        """Logs many values of a metric at once: a million in a fraction of a second.

        Args:
            key: the metric.
            values: numbers, shape (n,).
            steps: whole numbers, shape (n,); 0 to n-1 (or on from the last one) when left out.

        Raises:
            ValueRefusedError: they are no numbers, or the lengths differ.
        """
        packed = artifacts.pack_series(key, values, steps, self._recorder.clock())
        series = self._series.get(key)
        self._recorder.journal.write_chunk(self._new_series(key) if series is None else series, packed)
        self._recorder.wake()

    def describe_metric(self, key: str, *, direction: str | None, origin: str) -> None:
        """Says which way a metric is better ("max" or "min") and whether it was inferred."""
        self._recorder.doc("metric", self.id, key=key, direction=direction, origin=origin)

    def log_param(self, key: str, value: Any) -> None:
        """Logs one parameter: text, number, bool, None, or lists and dicts of them."""
        self.log_params({key: value})

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Logs parameters; one logged again replaces its value."""
        # Masked before a value becomes text, since a mapping's keys tell which of its values are secret.
        known = self._recorder.mask({check_key(key, "parameter"): value for key, value in params.items()})
        self.write_params([(key, param_value(value), "explicit", True) for key, value in known.items()])

    def write_params(self, items: list[tuple[str, Any, str, bool]]) -> None:
        """Writes parameters as `(key, value, origin, shown)`."""
        self._require_open()
        self.logged = True
        # A key's value is masked by the key's name, which only a mapping tells.
        values = [self._recorder.mask({key: value}) for key, value, _, _ in items]
        masked = [
            (key, value, origin, shown)
            for pair, (_, _, origin, shown) in zip(values, items, strict=True)
            for key, value in pair.items()
        ]
        self._recorder.doc("params", self.id, items=masked)

    def write_inputs(self, items: list[dict[str, Any]]) -> None:
        """Writes the inputs, as `store.documents` lays them out."""
        self._recorder.doc("inputs", self.id, items=items)

    def describe(
        self,
        *,
        columns: Mapping[str, Any] | None = None,
        doc: Mapping[str, Any] | None = None,
        append: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Adds to what is known of the run; see `Recorder.context`."""
        self._recorder.context(self.id, columns=columns, doc=doc, append=append)

    def keep_bytes(self, name: str, kind: ArtifactKind, media_type: str, data: bytes) -> None:
        """Keeps bytes as an artifact."""
        data = artifacts.masked_picture(self._recorder.mask, media_type, data)
        self._recorder.artifact_bytes(self.id, self._recorder.mask(name), kind, media_type, data)

    def keep_usage(self, usage: Usage) -> None:
        """Keeps what the run used over time, where it went long enough for that.

        Raises:
            StoreError: it can't be written.
        """
        if usage.seconds:
            data = json.dumps(usage_to_doc(usage), separators=(",", ":")).encode()
            self.describe(doc={"usage": self._recorder.blobs.put(data)})

    @property
    def logged_keys(self) -> frozenset[str]:
        """The metrics that were logged by this process."""
        return frozenset(self._series)

    def log_artifact(self, path: str | Path, name: str | None = None) -> None:
        """Keeps a copy of a file or folder.

        Raises:
            ValueRefusedError: there is none at `path`.
            StoreError: it can't be written.
        """
        self._require_open()
        self.logged = True
        artifacts.keep_path(self._recorder, self.id, Path(path), name)

    def log_figure(self, figure: Any, name: str = "figure") -> None:
        """Keeps a picture: a matplotlib figure, a PIL image, or anything that shows itself as PNG or SVG.

        Raises:
            ValueRefusedError: it is no picture.
        """
        self._require_open()
        self.logged = True
        artifacts.keep_figure(self._recorder, self.id, figure, name)

    def log_model(
        self, obj: Any, name: str = "model", input_example: Any = None, *, allow_pickle: bool = False
    ) -> None:
        """Keeps a fitted model as a model directory that MLflow's tools can load.

        Args:
            obj: a scikit-learn estimator, or one with its interface.
            name: the artifact's name.
            input_example: a few rows that it predicts from; they give the signature.
            allow_pickle: keep what only pickle can write. Load such a model only if you trust its origin.

        Raises:
            ModelError: the model can't be saved safely.
        """
        self._require_open()
        self.logged = True
        artifacts.keep_model(
            self._recorder, self.id, obj, name, input_example=input_example, allow_pickle=allow_pickle
        )

    def log_predictions(self, y_true: Any, y_pred: Any, proba: Any = None, name: str = "predictions") -> None:
        """Keeps what was predicted beside what was true, for confusion matrices and curves.

        Args:
            y_true: shape (n,).
            y_pred: shape (n,).
            proba: shape (n,) or (n, classes), optional.
            name: the artifact's name.

        Raises:
            ValueRefusedError: the lengths differ.
        """
        self._require_open()
        self.logged = True
        artifacts.keep_predictions(
            self._recorder, self.id, name, {"y_true": y_true, "y_pred": y_pred, "proba": proba}
        )

    def set_tag(self, key: str, value: object) -> None:
        """Sets a tag."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Sets several tags."""
        self._require_open()
        self._recorder.doc("tags", self.id, items={check_key(k, "tag"): str(v) for k, v in tags.items()})

    def note(self, text: str) -> None:
        """Sets the run's note."""
        self._require_open()
        self._recorder.context(self.id, columns={"note": str(text)})

    def _require_open(self) -> None:
        if self.ended:
            raise RunClosedError(
                f"The run {self.name!r} ({self.short_id}) has ended. Mend it with `%track --amend`, "
                "or start another run."
            )

    def end(
        self, status: RunStatus = RunStatus.FINISHED, *, error: str = "", duration: float | None = None
    ) -> None:
        """Ends the run; a second call does nothing, nor does one in a forked child, whose parent ends it."""
        if self.ended:
            return
        self.ended = True
        if os.getpid() != self._pid:
            return
        if self.trouble:
            self.describe(append={"degraded": [f"{self.trouble} What was logged waited in memory."]})
        now = self._recorder.clock()
        seconds = now - self._started if duration is None else duration
        shown = self.masked(error)[:_MAX_ERROR]
        self._recorder.doc("end", self.id, status=status, ended=now, duration=seconds, error=shown)
        self.recorded_metrics = self.logged_keys
        self._recorder.journal.forget_run(self.id)
        for callback in self._on_end:
            callback(self)
        self._recorder.wake()

    def on_end(self, callback: Any) -> None:
        """Calls `callback(run)` when the run ends."""
        self._on_end.append(callback)

    def discard(self) -> None:
        """Leaves no trace of the run."""
        self.end()
        self._recorder.doc("discard", self.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if exc is None:
            self.end()
            return
        self.keep_traceback(exc)
        self.end(status_of(exc), error=error_line(exc))

    def keep_traceback(self, exc: BaseException) -> None:
        """Keeps the end of the traceback."""
        text = self.masked("".join(traceback.format_exception(exc)))
        self.describe(doc={"traceback": text[-_MAX_TRACEBACK:]})

    def masked(self, text: str) -> str:
        """The text without secrets. To be called before it is cut: half of one would not be known for one."""
        return str(self._recorder.mask(text))


def error_line(exc: BaseException) -> str:
    """The exception's type and message, if it has one."""
    try:
        return f"{type(exc).__name__}: {exc}".removesuffix(": ")
    except Exception:  # noqa: BLE001 - a user's __str__ may raise anything, and must not hide the exception itself
        return type(exc).__name__


def status_of(exc: BaseException | None) -> RunStatus:
    """How a run ends that ended with this exception."""
    match exc:
        case None:
            return RunStatus.FINISHED
        case KeyboardInterrupt():
            return RunStatus.KILLED
        case SystemExit(code=None | 0):
            return RunStatus.FINISHED
    # An interrupt of a top-level await. Without asyncio, which takes long to load, it can't be one.
    # A thread may be importing it just now, and have only half of it.
    cancelled = getattr(sys.modules.get("asyncio"), "CancelledError", None)
    if cancelled is not None and isinstance(exc, cancelled):
        return RunStatus.KILLED
    return RunStatus.FAILED
