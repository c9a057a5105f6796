"""One execution of a tracked cell, from the moment before it runs to the line after it."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from blake3 import blake3

from nbmlops.capture.estimator_params import estimator_params, inline_params
from nbmlops.capture.estimators import EstimatorState, NamedEstimator, estimator_state, named_estimators
from nbmlops.capture.files import OpenedFile
from nbmlops.capture.metric_requests import resolve
from nbmlops.capture.metrics import inferred_metrics
from nbmlops.capture.params import earlier_params, inferred_params
from nbmlops.capture.plain import flatten
from nbmlops.capture.readers import paths_in_source
from nbmlops.capture.scalars import float_scalar
from nbmlops.capture.scope import CellScope, reachable_reads, reaches_fit_or_log, read_scope
from nbmlops.records import Finding, Input, Metric, Param, RunStatus
from nbmlops.store.documents import input_to_doc
from nbmlops.tracking.data_keeper import DataKeeper
from nbmlops.tracking.guard import Guard
from nbmlops.tracking.inputs import (
    Progress,
    cut_notice,
    data_names,
    describe_files,
    describe_names,
    leaks,
    sort_named,
)
from nbmlops.tracking.models import keep_model, logged_by_hand
from nbmlops.tracking.options import CellOptions
from nbmlops.tracking.run import Run, error_line, status_of
from nbmlops.tracking.watchers import Seen, Watchers

# Keeps the proof of a run: given the run, its notebook, and the keys of its metrics.
Proof = Callable[[Run, str | None, Iterable[str]], tuple[Finding, ...]]
_MAX_FAULT = 500
_MAX_RESULT = 8_000


@dataclass(frozen=True, slots=True)
class CellSource:
    """The cell as it is executed.

    Attributes:
        raw: as the user wrote it, `%%track` line included.
        python: as IPython runs it.
        namespace: the user's variables, live.
        literals: names that earlier cells bound to literals.
    """

    raw: str
    python: str
    namespace: Mapping[str, Any]
    literals: Set[str] = frozenset()
    cell_id: str | None = None
    execution_count: int | None = None
    notebook: str | None = None


@dataclass(frozen=True, slots=True)
class CellEnd:
    """How the cell ended: the value of its last expression, and its exception if there was one."""

    result: Any = None
    error: BaseException | None = None


@dataclass
class Outcome:
    """What was recorded of a cell, for the line after it."""

    status: RunStatus = RunStatus.FINISHED
    params: list[Param] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    figures: int = 0
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    degraded: list[str] = field(default_factory=list)
    error: str = ""


class TrackedCell:
    """Records one execution. `begin` before the cell runs, `end` after it; neither ever raises.

    Args:
        options: the words after `%%track`.
        source: the cell and its namespace.
        watchers: of the process.
        progress: called with the fraction done of a long hash.
        keeper: gives what keeps profiles and data, where there is a store to keep them in.
    """

    def __init__(
        self,
        options: CellOptions,
        source: CellSource,
        watchers: Watchers,
        progress: Progress,
        *,
        keeper: Callable[[], DataKeeper] | None = None,
    ) -> None:
        self.options = options
        self.source = source
        self.run: Run | None = None
        self.guard = Guard()
        self.outcome = Outcome()
        self._watchers = watchers
        self._progress = progress
        self._keeper = keeper
        self._scope = CellScope()
        self._reached = self._scope
        self._before: dict[str, Any] = {}
        self._earlier: tuple[Param, ...] = ()
        self._named_files: tuple[str, ...] = ()
        self._sql_files: tuple[Path, ...] = ()
        self._estimators: EstimatorState = {}
        self._began = 0.0
        self._stopped = 0.0

    @property
    def scope(self) -> CellScope:
        """What the cell does with names."""
        return self._scope

    def begin(self, start_run: Callable[..., Run]) -> None:
        """Starts the run, describes what the cell is about to read, and begins to watch."""
        guard = self.guard
        with guard.protect("The cell's source"):
            self._scope = read_scope(self.source.python)
        if self.options.automatic and not self._may_matter():
            return
        with guard.protect("The run"):
            self.run = start_run(
                self.options.name,
                experiment=self.options.experiment,
                tags=self.options.tags,
                nested=self.options.nested,
                reads_context=not self.options.automatic,
                kind="cell",
                source=self.source.raw,
                cell_id=self.source.cell_id,
                execution_count=self.source.execution_count,
                notebook=self.source.notebook,
            )
        with guard.protect("Parameters"):
            self._read_before()
        if self.options.records_data:
            with guard.protect("Inputs"):
                self._read_inputs()
        self._watchers.start(guard)
        self._began = time.perf_counter()

    def _may_matter(self) -> bool:
        return reaches_fit_or_log(self._scope, self.source.namespace)

    def _read_before(self) -> None:
        namespace = self.source.namespace
        names = reachable_reads(self._scope, namespace) | self._scope.bindings.keys()
        before = {name: namespace[name] for name in names if name in namespace}
        self._earlier = earlier_params(self._scope, before=before, literals=self.source.literals)
        # Whether a branch gave a metric its value is told by its old one. Nothing else may be held on to: a
        # frame that the cell rebinds would stay in memory beside the new one.
        self._before = {name: value for name, value in before.items() if float_scalar(value) is not None}
        self._estimators = estimator_state(self._scope, namespace)

    def _read_inputs(self) -> None:
        namespace = self.source.namespace
        named = sort_named(self.options.data, namespace)
        self._named_files = named.files
        self._sql_files = paths_in_source(self.source.python)
        self.outcome.notices += [
            f"--data {name}: there is no variable of this name that holds data, and no such file."
            for name in named.unknown
        ]
        found = data_names(reachable_reads(self._scope, namespace), namespace)
        names = list(dict.fromkeys([*named.variables, *found]))
        self.outcome.inputs += self._kept(describe_names(names, namespace, self._progress))
        self.outcome.notices += cut_notice(len(names))
        self.outcome.doubts += leaks(names, namespace)

    def _kept(self, items: list[Input]) -> list[Input]:
        """The inputs with their profiles, and with the data where that is asked for."""
        if self._keeper is None or self.run is None:
            return items
        keeper = self._keeper()
        with self.guard.protect("Profiles of the inputs"):
            items = keeper.with_profiles(items, self.source.namespace)
        if self.options.keeps_data:
            with self.guard.protect("The data"):
                items, notices = keeper.with_data(items, self.source.namespace)
                self.outcome.notices += notices
        return items

    def stop_clock(self) -> None:
        """The cell has run: what follows is not its time."""
        self._stopped = time.perf_counter()

    def end(self, end: CellEnd, proof: Proof | None = None) -> None:
        """Records what came out of the cell and ends the run.

        Args:
            end: how it ended.
            proof: keeps what the run depends on.
        """
        if self.run is None and self.options.automatic and not self._began:
            return
        seconds = (self._stopped or time.perf_counter()) - self._began
        seen = self._watchers.stop(self.guard)
        self.outcome.notices += seen.notices
        run = self.run
        if run is None:
            return
        try:
            self._record(run, end, seen)
            if proof is not None and not self._is_idle(run):
                with self.guard.protect("What the run depends on"):
                    self.outcome.findings += proof(run, self.source.notebook, self._metric_keys(run))
        finally:
            self._finish(run, end, seconds)

    def _record(self, run: Run, end: CellEnd, seen: Seen) -> None:
        guard = self.guard
        with guard.protect("The failed line"):
            self._reached = self._reached_scope(end.error)
        estimators: tuple[NamedEstimator, ...] = ()
        inline: tuple[Param, ...] = ()
        with guard.protect("Estimators"):
            namespace = self.source.namespace
            estimators = named_estimators(self._reached, before_state=self._estimators, after=namespace)
            inline = inline_params(self._reached, namespace)
        if self.options.automatic and not (estimators or inline or run.logged):
            return
        with guard.protect("Parameters"):
            self._record_params(run, estimators, inline)
        with guard.protect("Metrics"):
            self._record_metrics(run, end)
        with guard.protect("Inputs"):
            self._record_inputs(run, seen)
        self._record_models(run, [item for item in estimators if item.fitted])
        for figure in seen.figures:
            with guard.protect("A figure"):
                run.keep_bytes(figure.name, "figure", figure.media_type, figure.data)
                self.outcome.figures += 1
        with guard.protect("Output and resource use"):
            output = asdict(seen.output) | {"result": run.masked(_text_of(end.result))[:_MAX_RESULT]}
            run.describe(doc={"output": output, "resources": asdict(seen.resources)})
            run.keep_usage(seen.usage)

    def _record_params(self, run: Run, estimators: Iterable[NamedEstimator], inline: Iterable[Param]) -> None:
        inferred = inferred_params(self._reached, earlier=self._earlier, after=self.source.namespace)
        self.outcome.notices += inferred.notices
        known = {param.key: param for param in (*inferred.items, *self._named_params())}
        of_estimators = [
            param for item in estimators for param in estimator_params(item.name, item.estimator)
        ]
        found = {param.key: param for param in (*of_estimators, *inline)} | known
        self.outcome.params = list(found.values())
        if found:
            run.write_params([(p.key, p.value, p.origin, p.shown) for p in found.values()])

    def _named_params(self) -> list[Param]:
        params = []
        for name in self.options.params:
            flat = list(flatten(name, self.source.namespace.get(name)))
            if name not in self.source.namespace or not flat:
                self.outcome.notices.append(f"--params {name}: there is no plain value of this name.")
            params += [Param(key, value) for key, value in flat]
        return params

    def _record_metrics(self, run: Run, end: CellEnd) -> None:
        namespace, scope = self.source.namespace, self._reached
        inferred = inferred_metrics(
            scope,
            before=self._before,
            after=namespace,
            result=end.result,
            params={param.key for param in self.outcome.params if param.origin != "estimator"},
        )
        self.outcome.notices += inferred.notices
        asked = resolve(self.options.metrics, after=namespace, scope=scope, result=end.result)
        metrics = {metric.key: metric for metric in (*inferred.items, *asked.scalars)}
        logged = run.logged_keys
        for metric in metrics.values():
            # What the user logged under this key is the truth: the inferred value would only shadow it.
            with self.guard.protect(f"The metric {metric.key!r:.60}"):
                if metric.key not in logged:
                    run.log_metric(metric.key, metric.last)
                    self.outcome.metrics.append(metric)
                run.describe_metric(metric.key, direction=metric.direction, origin=metric.origin)
        for series in asked.series:
            run.log_series(series.key, series.values)
            run.describe_metric(series.key, direction=series.direction, origin="explicit")
            self.outcome.metrics.append(_last_of(series.key, series.values, series.direction))
        for request, reason in asked.unresolved:
            if request.key in logged:
                run.describe_metric(request.key, direction=request.direction, origin="explicit")
            else:
                self.outcome.notices.append(reason)

    def _reached_scope(self, error: BaseException | None) -> CellScope:
        """Of a failed cell only what stood above the failing line was bound by it."""
        if error is None:
            return self._scope
        frames = traceback.extract_tb(error.__traceback__)
        # The outermost module is the cell; further in may be one that it imports.
        line = next((frame.lineno for frame in frames if frame.name == "<module>"), None)
        return self._scope.up_to(line or 1)

    def _record_inputs(self, run: Run, seen: Seen) -> None:
        if self.options.records_data:
            folder = Path(self.source.notebook or "").parent
            root = folder if folder.is_absolute() else Path.cwd()
            paths = [*map(Path, self._named_files), *self._sql_files]
            named = [OpenedFile(str(path.absolute()), "r") for path in paths]
            opened = list({item.path: item for item in (*named, *seen.files)}.values())
            self.outcome.inputs += describe_files(opened, root, self._progress)
            self.outcome.notices += cut_notice(len(opened))
        if self.outcome.inputs:
            run.write_inputs([input_to_doc(item) for item in self.outcome.inputs])

    def _record_models(self, run: Run, fitted: Iterable[NamedEstimator]) -> None:
        namespace = self.source.namespace
        by_hand = logged_by_hand(run, self._reached, namespace)
        chosen = {item.name: item.estimator for item in fitted if id(item.estimator) not in by_hand}
        if self.options.models is not None:
            missing = [name for name in self.options.models if name not in namespace]
            self.outcome.notices += [
                f"--model {name}: there is no variable of this name." for name in missing
            ]
            chosen = {name: namespace[name] for name in self.options.models if name in namespace}
        for name, model in chosen.items():
            self._keep_model(run, name, model)

    def _keep_model(self, run: Run, name: str, model: Any) -> None:
        with self.guard.protect(f"The model {name}"):
            kept, notice = keep_model(run, name, model)
            self.outcome.models += kept
            self.outcome.notices += notice

    def _finish(self, run: Run, end: CellEnd, seconds: float) -> None:
        outcome = self.outcome
        outcome.status = status_of(end.error)
        with self.guard.protect("The end of the run"):
            if end.error is not None and outcome.status is not RunStatus.FINISHED:
                outcome.error = run.masked(error_line(end.error)).split("\n")[0]
                run.keep_traceback(end.error)
            if self.options.note:
                run.note(self.options.note)
            outcome.notices += _odd_values(outcome.metrics)
            outcome.degraded += [run.masked(fault)[:_MAX_FAULT] for fault in self.guard.faults]
            run.describe(
                columns={"identity": self._identity(), "suspect": bool(outcome.doubts)},
                append={
                    name: getattr(outcome, name)
                    for name in ("doubts", "notices", "degraded")
                    if getattr(outcome, name)
                },
            )
        if self._is_idle(run):
            run.discard()
            self.run = None
            return
        run.end(outcome.status, error=outcome.error, duration=seconds)

    def _is_idle(self, run: Run) -> bool:
        """Whether it was tracked because of `%track on`, and did nothing that is worth a run."""
        return self.options.automatic and not (run.logged or self.outcome.models or self.outcome.metrics)

    def _metric_keys(self, run: Run) -> list[str]:
        """The metrics that were found or asked for, and those that the cell logged."""
        return list(
            dict.fromkeys([*(metric.key for metric in self.outcome.metrics), *sorted(run.logged_keys)])
        )

    def _identity(self) -> str:
        """Equal for executions of the same source on the same data with the same parameters; empty where the
        data are not known.
        """
        inputs = self.outcome.inputs
        if not self.options.records_data or any(item.fingerprint is None for item in inputs):
            return ""
        known = [(item.name, str(item.fingerprint)) for item in inputs]
        params = [(param.key, repr(param.value)) for param in self.outcome.params]
        text = json.dumps([self.source.raw, sorted(known), sorted(params)])
        return str(blake3(text.encode("utf-8", "replace")).hexdigest()[:32])


def _text_of(result: Any) -> str:
    """The value as IPython prints it: long ones abbreviated."""
    if result is None:
        return ""
    pretty = sys.modules.get("IPython.lib.pretty")
    return str(pretty.pretty(result)) if pretty else repr(result)


def _last_of(key: str, values: list[float], direction: Any) -> Metric:
    return Metric(key, values[-1], min(values), max(values), count=len(values), direction=direction)


def _odd_values(metrics: list[Metric]) -> list[str]:
    odd = [m.key for m in metrics if m.last != m.last or m.last in (float("inf"), float("-inf"))]
    return [f"{', '.join(odd)}: not a finite number."] if odd else []
