"""Data by name: inputs of runs, files, variables; what is known of them, and what differs between two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbmlops.capture.data import is_data
from nbmlops.errors import NotFoundError
from nbmlops.records import Input, RunInfo
from nbmlops.records.data_pages import DataPage, Reader

if TYPE_CHECKING:
    from nbmlops.datasets.sides import Side
    from nbmlops.records.data_changes import DataChange
    from nbmlops.tracking.data_keeper import DataKeeper

Producer = Callable[[str], str | None]
_READERS = 20


def find_input(run: RunInfo, name: str) -> Input:
    """The input of this name.

    Raises:
        NotFoundError: the run has none.
    """
    found = next((item for item in run.inputs if item.name == name), None)
    if found is None:
        known = ", ".join(item.name for item in run.inputs) or "none"
        raise NotFoundError(f"The run {run.short_id} {run.name!r} has no input {name!r}; its inputs: {known}")
    return found


def kept_input(run: RunInfo, name: str | None) -> Input:
    """The input of this name, or the only one, of those that the run keeps.

    Raises:
        NotFoundError: there is none, or there are several and no name.
    """
    kept = [item for item in run.inputs if item.kept]
    chosen = [item for item in kept if name in (None, item.name)]
    if len(chosen) == 1:
        return chosen[0]
    wanted = f"no data {name!r}" if name else "no single dataset"
    if not kept:
        names = "none (begin the cell with %%track --keep-data)"
    elif name is None:
        names = f"{', '.join(item.name for item in kept)}. Name one: load_data({run.short_id!r}, {kept[0].name!r})"
    else:
        names = ", ".join(item.name for item in kept)
    raise NotFoundError(f"The run {run.short_id} {run.name!r} kept {wanted}; the data it kept: {names}")


@dataclass(frozen=True)
class DataFinder:
    """Finds data by what they are called: a variable, a file, `RUN:name`, or a run with all its inputs.

    Attributes:
        run: gives a run by its id or name.
        keeper: gives what keeps profiles and data.
        infos: gives runs by whole ids.
        reading: gives the whole ids of the runs that read a content, the newest first.
        namespace: the notebook's variables.
        producer: tells how a variable came about.
    """

    run: Callable[[str], RunInfo]
    keeper: Callable[[], DataKeeper]
    infos: Callable[[Sequence[str]], Sequence[RunInfo]]
    reading: Callable[[str], Sequence[str]]
    namespace: Mapping[str, Any] = field(default_factory=dict)
    producer: Producer | None = None

    def compare(self, one: str, other: str, key: Sequence[str] = ()) -> list[tuple[str, DataChange]]:
        """What differs between two datasets, or between the inputs of the same name of two runs.

        Returns:
            Pairs of what is compared (the input's name, empty where two datasets were named) and what differs.

        Raises:
            NotFoundError: one of them isn't there, or two runs have no input in common.
            ValueRefusedError: one is no data, or several rows have the same key.
        """
        from nbmlops.datasets.diff import compare_data

        before, after = self._data(one), self._data(other)
        if isinstance(before, RunInfo) and isinstance(after, RunInfo):
            names = [
                item.name for item in before.inputs if any(item.name == its.name for its in after.inputs)
            ]
            if not names:
                raise NotFoundError(
                    f"The runs {before.short_id} and {after.short_id} have no input of the same name: "
                    f"{_names(before)}; {_names(after)}. Name what to compare: RUN:name"
                )
            pairs = [(name, self._side(before, name), self._side(after, name)) for name in names]
            return [(name, compare_data(old, new, key)) for name, old, new in pairs]
        # A run beside one dataset stands for its input of that name, or the only one.
        old = before if not isinstance(before, RunInfo) else self._only(before, other)
        new = after if not isinstance(after, RunInfo) else self._only(after, one)
        return [("", compare_data(old, new, key))]

    def page(self, name: str) -> DataPage:
        """Everything that is known of a dataset.

        Raises:
            NotFoundError: there is none of this name.
            ValueRefusedError: it is no data.
        """
        found = self._data(name)
        item: Input | None = None
        if isinstance(found, RunInfo):
            found = self._only(found, "")
        elif ":" in name and name not in self.namespace and not Path(name).exists():
            run, _, of = name.partition(":")
            item = find_input(self.run(run), of)
        mark = found.dataset.fingerprint if item is None else item.fingerprint
        is_variable = self.producer is not None and name in self.namespace
        return DataPage(
            found.dataset,
            found.profile,
            self._readers(mark.content) if mark else (),
            self.producer(name) if self.producer is not None and is_variable else None,
            *((item.note, item.dvc, bool(item.kept)) if item else ()),
        )

    def _data(self, name: str) -> Side | RunInfo:
        from nbmlops.datasets.sides import is_readable, of_file, of_variable

        if name in self.namespace and is_data(self.namespace[name]):
            return of_variable(name, self.namespace[name])
        if is_readable(Path(name)):
            return of_file(Path(name))
        run, colon, of = name.partition(":")
        if colon and run:
            return self._side(self.run(run), of)
        if name in self.namespace:
            return of_variable(name, self.namespace[name])  # says what it is instead
        try:
            return self.run(name)
        except NotFoundError as exc:
            if Path(name).suffix or "/" in name:
                return of_file(Path(name))
            raise NotFoundError(
                f"{str(exc).rstrip('.')}. Nor is there a file or a variable that holds data of this name."
            ) from exc

    def _only(self, run: RunInfo, other: str) -> Side:
        names = [item.name for item in run.inputs]
        wanted = other.rpartition(":")[2]
        if wanted in names:
            return self._side(run, wanted)
        if len(names) == 1:
            return self._side(run, names[0])
        raise NotFoundError(f"{_names(run)}. Name one: {run.short_id}:name")

    def _side(self, run: RunInfo, name: str) -> Side:
        from nbmlops.datasets.sides import of_input

        label = f"{name} of {run.name} {run.short_id}"
        keeper = self.keeper()
        return of_input(find_input(run, name), label, load=keeper.load, profiles=keeper.profile)

    def _readers(self, content: str) -> tuple[Reader, ...]:
        runs = self.infos(list(self.reading(content))[:_READERS])
        return tuple(
            Reader(run.id, run.name, run.started, item.name)
            for run in runs
            for item in run.inputs
            if item.fingerprint is not None and item.fingerprint.content == content
        )


def _names(run: RunInfo) -> str:
    names = ", ".join(item.name for item in run.inputs)
    return f"The run {run.short_id} {run.name!r} read {names or 'no data'}"
