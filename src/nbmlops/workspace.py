"""The composition root: opens a store and wires what works on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbmlops.config import StoreLocation
from nbmlops.errors import StoreError
from nbmlops.records.ids import new_id
from nbmlops.store.blobs import BlobStore
from nbmlops.store.drain import Drain
from nbmlops.store.folder import StoreFolder
from nbmlops.store.journal import Journal
from nbmlops.tracking.recorder import Recorder
from nbmlops.tracking.run import Run

if TYPE_CHECKING:
    from nbmlops.records import Goal, Metric
    from nbmlops.store.database import Database
    from nbmlops.store.experiments import ExperimentRepository
    from nbmlops.store.garbage import GarbageCollector
    from nbmlops.store.ingest import Ingester
    from nbmlops.store.metrics import MetricRepository
    from nbmlops.store.run_query import RunFinder
    from nbmlops.store.runs import RunRepository
    from nbmlops.tracking.context import ContextReader
    from nbmlops.tracking.data_keeper import DataKeeper

DEFAULT_EXPERIMENT = "default"
_LINE_SECONDS = 0.3  # what the line after a cell may wait for the database


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands in its experiment.

    Attributes:
        metrics: all that the run recorded.
        best: for metrics whose direction is known, the best value that other finished runs reached.
        goal: what the experiment is for.
        missing_tags: a sentence when the run lacks tags that the experiment asks for.
    """

    metrics: tuple[Metric, ...] = ()
    best: Mapping[str, float] = field(default_factory=dict)
    goal: Goal | None = None
    missing_tags: tuple[str, ...] = ()


class Workspace:
    """A store and the services over it.

    Writing goes through the journal and imports nothing heavy. Whatever reads the tables imports SQLAlchemy
    when it is first used, hence the imports inside the properties.

    Args:
        location: where the store lies.
        mask: replaces secrets in every text that is written.
        on_trouble: told when something can't be written.
        on_loss: told, at the end of the process, what could never be written; `on_trouble` when left out.
    """

    def __init__(
        self,
        location: StoreLocation,
        *,
        mask: Callable[[Any], Any],
        on_trouble: Callable[[Exception], None],
        on_loss: Callable[[str], None] | None = None,
    ) -> None:
        self.location = location
        self.folder = StoreFolder(location.root, location.spool)
        self.blobs = BlobStore(self.folder)
        self.journal = Journal(self.folder, on_trouble)
        self.drain = Drain(
            self.journal,
            lambda: self._ingester.ingest_own(),  # noqa: PLW0108 - the ingester loads SQLAlchemy
            upkeep=lambda: self._ingester.upkeep(),  # noqa: PLW0108
            sync_files=self.blobs.sync,
            on_trouble=on_trouble,
            on_loss=on_loss or (lambda text: on_trouble(StoreError(text))),
        )
        self.recorder = Recorder(self.journal, self.blobs, mask, self.drain.wake)

    @cached_property
    def context(self) -> ContextReader:
        """Reads git and the environment; needed with the first run, so `%load_ext` doesn't wait for it."""
        from nbmlops.tracking.context import ContextReader

        return ContextReader(self.recorder)

    @cached_property
    def database(self) -> Database:
        """The tables."""
        from nbmlops.store.database import Database

        return Database(self.location)

    @cached_property
    def _ingester(self) -> Ingester:
        from nbmlops.store.ingest import Ingester

        return Ingester(self.database, self.journal)

    @cached_property
    def finder(self) -> RunFinder:
        """Finds runs."""
        from nbmlops.store.run_query import RunFinder

        return RunFinder(self.database)

    @cached_property
    def runs(self) -> RunRepository:
        """Reads and mends runs."""
        from nbmlops.store.runs import RunRepository

        return RunRepository(self.database, self.blobs)

    @cached_property
    def data(self) -> DataKeeper:
        """Keeps and reads profiles of data, and data."""
        from nbmlops.store.kept_index import KeptIndex
        from nbmlops.tracking.data_keeper import DataKeeper

        return DataKeeper(self.blobs, KeptIndex(self.folder.kept), self.recorder.mask)

    @cached_property
    def garbage(self) -> GarbageCollector:
        """Finds and removes files that no run names."""
        from nbmlops.store.garbage import GarbageCollector

        return GarbageCollector(self.database, self.blobs)

    @cached_property
    def metrics(self) -> MetricRepository:
        """Reads histories."""
        from nbmlops.store.metrics import MetricRepository

        return MetricRepository(self.database)

    @cached_property
    def experiments(self) -> ExperimentRepository:
        """Reads and mends experiments."""
        from nbmlops.store.experiments import ExperimentRepository

        return ExperimentRepository(self.database)

    def sync(self) -> None:
        """Brings the tables up to date with every journal: what is read afterwards is all there is."""
        with self.drain.paused():
            self._ingester.ingest_all()

    def start_run(
        self,
        name: str | None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
        parent: Run | None = None,
        reads_context: bool = True,
        **columns: Any,
    ) -> Run:
        """Begins a run and writes its start; git and environment follow in the background, unless the
        caller asks for them later (`context.read_for`).
        """
        run_id = new_id()
        run = Run(
            self.recorder,
            run_id,
            name=name or f"run-{run_id[:6]}",
            experiment=experiment or (parent.experiment if parent else "") or DEFAULT_EXPERIMENT,
            parent=parent.id if parent else None,
        )
        run.begin(**({"kind": "script"} | columns))
        if tags:
            run.set_tags(tags)
        if reads_context:
            self.context.read_for(run_id)
        self.drain.wake()
        return run

    def standing(self, run: Run) -> Standing:
        """How a run stands, as far as this process and the tables know.

        Raises:
            StoreBusyError: others hold the database, and the user waits.
        """
        with self.database.patience(_LINE_SECONDS):
            return self._standing(run)

    def _standing(self, run: Run) -> Standing:
        self.drain.drain(timeout=_LINE_SECONDS)
        info = self.runs.info(run.id)
        experiment = self.experiments.get(run.experiment, counts_runs=False)
        metrics = _by_goal(info.metric_details, experiment.goal)
        judged = [(m.key, m.direction) for m in metrics if m.direction]
        found = {key: self.finder.best(run.experiment, key, way, without=run.id) for key, way in judged}
        missing = sorted(set(experiment.required_tags) - set(info.tags))
        return Standing(
            metrics=metrics,
            best={key: value for key, value in found.items() if value is not None},
            goal=experiment.goal,
            missing_tags=_missing_tags(missing, run.experiment),
        )

    def start_job(
        self,
        name: str,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
        parent: Run | None = None,
        **columns: Any,
    ) -> Run:
        """Begins the run of a notebook that a kernel executes.

        A store in a folder takes in what this process writes of it when somebody reads: SQLAlchemy would cost a
        short job a third of its time. The journal is as durable without.
        """
        recorder = (
            self.recorder if self.location.database_url else replace(self.recorder, wake=_left_to_readers)
        )
        run = Run(
            recorder,
            new_id(),
            name=name,
            experiment=experiment or (parent.experiment if parent else "") or DEFAULT_EXPERIMENT,
            parent=parent.id if parent else None,
        )
        run.begin(**({"kind": "job"} | columns))
        if tags:
            run.set_tags(tags)
        from nbmlops.tracking.context import ContextReader

        context = ContextReader(recorder)
        context.read_for(run.id)
        run.on_end(lambda _run: self._settle(context))
        return run

    def _settle(self, context: ContextReader) -> None:
        """What a job logged is on the disk when it is told that it has ended."""
        context.wait()
        with suppress(OSError):  # the journal has said what keeps it from being written
            self.journal.sync()

    def attach(self, run_id: str, experiment: str = "") -> Run:
        """A handle on a run that another process started: it can log, and never ends the run."""
        return Run(self.recorder, run_id, name="", experiment=experiment, parent=None)

    def detach(self, run_id: str) -> None:
        """Lets go of what `attach` keeps in memory of a run: its next metric numbers itself anew."""
        self.journal.forget_run(run_id)

    def resolve(self, prefixes: Sequence[str], *, deleted: bool = False) -> list[str]:
        """Whole ids of shortened ones, after a sync."""
        self.sync()
        return [self.finder.resolve(prefix, deleted=deleted) for prefix in prefixes]


def _left_to_readers() -> None:
    """Nothing is to be done soon."""


def _by_goal(metrics: Sequence[Metric], goal: Goal | None) -> tuple[Metric, ...]:
    """The metrics, that of the goal first; which way it is better, the goal tells."""
    if goal is None:
        return tuple(metrics)
    aimed = [replace(m, direction=goal.direction) for m in metrics if m.key == goal.metric]
    return (*aimed, *(m for m in metrics if m.key != goal.metric))


def _missing_tags(missing: Sequence[str], experiment: str) -> tuple[str, ...]:
    if not missing:
        return ()
    return (
        f"The experiment {experiment} asks for the tags {', '.join(missing)}: set them with %track --amend --tag.",
    )
