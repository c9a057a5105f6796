"""Which data of runs differ, and whether their metrics were computed on the same data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from nbmlops.records.data import Input
from nbmlops.records.runs import RunInfo, RunStatus
from nbmlops.views.compared import Caution, DataLine, Version, join_names
from nbmlops.views.numbers import format_shape

_WORD = re.compile(r"[a-z]+")
_TEST = re.compile(r"^[xy]?(test|testing|tst|te|val|valid|validation|holdout|heldout|eval|evaluation|dev)$")
_TRAIN = re.compile(r"^[xy]?(train|training|trn|tr|fit)$")
_TARGET = re.compile(r"^(y|ys|target|targets|label|labels|y(test|val|te|tst|valid))$")


@dataclass(slots=True)
class DataFindings:
    """What the inputs of the rows say.

    Attributes:
        other_data: by row, why its metrics can't be ranked with the others'.
        remarks: by row, what else is unlike in its inputs.
    """

    lines: tuple[DataLine, ...] = ()
    cautions: list[Caution] = field(default_factory=list)
    other_data: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)


def compare_data(runs: Sequence[RunInfo], labels: Sequence[str], baseline: int | None = None) -> DataFindings:
    """Compare the inputs of runs; the baseline's data are the measure, else the most common ones."""
    finished = [i for i, run in enumerate(runs) if run.status is RunStatus.FINISHED and run.metrics]
    names = list(dict.fromkeys(item.name for run in runs for item in run.inputs))
    lines = [_line(name, runs, finished, baseline) for name in names]
    found = DataFindings(lines=tuple(sorted(lines, key=lambda line: (line.same, not line.is_test))))
    decisive = [line for line in lines if line.is_test] or [
        line for line in lines if not line.same and not _has_word(line.name, _TRAIN)
    ]
    targets_same = any(_is_target(line) for line in decisive) and not any(
        _is_target(line) and (not line.same or line.missing or line.unknown) for line in decisive
    )
    for line in decisive:
        _judge(line, runs, found, only_features=targets_same and not _is_target(line))
    found.cautions = list(_cautions(decisive, labels, found))
    _note_unlike_inputs(runs, finished, found)
    return found


def _line(name: str, runs: Sequence[RunInfo], finished: Sequence[int], baseline: int | None) -> DataLine:
    by_content: dict[str, list[int]] = defaultdict(list)
    first: dict[str, Input] = {}
    unknown, missing = [], []
    for index, run in enumerate(runs):
        item = _input_named(name, run)
        if item is None:
            if index in finished:
                missing.append(index)
        elif item.fingerprint is None:
            unknown.append(index)
        else:
            by_content[item.fingerprint.content].append(index)
            first.setdefault(item.fingerprint.content, item)
    known = set(by_content)
    missing = [i for i in missing if not _contents(runs[i]) & known]
    order = sorted(by_content.items(), key=lambda pair: (baseline not in pair[1], -len(pair[1])))
    versions = tuple(Version(_describe(first[content]), tuple(rows)) for content, rows in order)
    shape = first[order[0][0]].shape if order else ()
    return DataLine(
        name=name,
        versions=versions,
        is_test=_has_word(name, _TEST),
        unknown=tuple(unknown),
        missing=tuple(missing),
        n_rows=shape[0] if shape else None,
    )


def _judge(line: DataLine, runs: Sequence[RunInfo], found: DataFindings, *, only_features: bool) -> None:
    """Take rows whose metrics were computed on other data out of the ranking."""
    sizes = {_rows_of(line.name, runs[version.rows[0]]) for version in line.versions}
    if not (only_features and len(sizes) <= 1):
        for version in line.versions[1:]:
            for row in version.rows:
                found.other_data.setdefault(row, f"Measured on another {line.name} ({version.text})")
    if line.is_test and line.versions and not only_features:
        for row in line.missing:
            found.other_data.setdefault(row, f"Did not read {line.name}")


def _cautions(lines: Sequence[DataLine], labels: Sequence[str], found: DataFindings) -> Iterator[Caution]:
    """One caution for all inputs that split the rows in the same way."""

    def said(rows: tuple[int, ...]) -> str:
        return join_names([labels[i] for i in rows])

    for alike in _grouped(lines, lambda line: tuple(version.rows for version in line.versions)):
        if not alike[0].same:
            yield Caution("Not the same data", _versions_in_words(alike, said, found))
    for alike in _grouped(lines, lambda line: line.missing):
        unread = [line.name for line in alike if line.is_test and line.versions]
        if alike[0].missing and unread:
            yield Caution("Not the same data", f"{said(alike[0].missing)} did not read {join_names(unread)}.")
    for alike in _grouped(lines, lambda line: line.unknown):
        if alike[0].unknown:
            unread = [line.name for line in alike]
            text = (
                f"no fingerprint of {join_names(unread)} in {said(alike[0].unknown)}: it may be other data."
            )
            yield Caution("Data not checked", text)


def _versions_in_words(
    alike: Sequence[DataLine], said: Callable[[tuple[int, ...]], str], found: DataFindings
) -> str:
    parts = []
    for place, version in enumerate(alike[0].versions):
        names = join_names([f"{line.name} ({line.versions[place].text})" for line in alike])
        parts.append(f"{names} in {said(version.rows)}")
    others = {row for version in alike[0].versions[1:] for row in version.rows}
    if others <= found.other_data.keys():
        return f"{'; '.join(parts)}."
    return f"{'; '.join(parts)}. The targets and the number of rows are the same, so these runs stay ranked."


def _grouped(lines: Sequence[DataLine], key: Callable[[DataLine], object]) -> list[list[DataLine]]:
    groups: dict[object, list[DataLine]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return list(groups.values())


def _note_unlike_inputs(runs: Sequence[RunInfo], finished: Sequence[int], found: DataFindings) -> None:
    if len(finished) < 2:
        return
    for index in finished:
        others = [i for i in finished if i != index]
        contents = set().union(*(_contents(runs[i]) for i in others))
        names = {item.name for i in others for item in runs[i].inputs}
        alone = [i.name for i in runs[index].inputs if i.name not in names and not _known_in(i, contents)]
        if not alone:
            continue
        mine, my_contents = {item.name for item in runs[index].inputs}, _contents(runs[index])
        lacking = [
            item.name
            for item in runs[others[0]].inputs
            if item.name not in mine
            and not _known_in(item, my_contents)
            and all(_input_named(item.name, runs[i]) for i in others)
        ]
        text = f"Reads {join_names(alone)}, which no other run reads"
        found.remarks[index] = text + (f", and not {join_names(lacking)}." if lacking else ".")


def _known_in(item: Input, contents: set[str]) -> bool:
    return item.fingerprint is not None and item.fingerprint.content in contents


def _contents(run: RunInfo) -> set[str]:
    return {item.fingerprint.content for item in run.inputs if item.fingerprint is not None}


def _input_named(name: str, run: RunInfo) -> Input | None:
    return next((item for item in run.inputs if item.name == name), None)


def _rows_of(name: str, run: RunInfo) -> int | None:
    item = _input_named(name, run)
    return item.shape[0] if item is not None and item.shape else None


def _describe(item: Input) -> str:
    mark = item.fingerprint.short if item.fingerprint else "no fingerprint"
    return f"{mark}, {format_shape(item.shape)}" if item.shape else mark


def _words(name: str) -> list[str]:
    stem = PurePath(name.replace("\\", "/")).stem
    return _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", stem).lower())


def _has_word(name: str, pattern: re.Pattern[str]) -> bool:
    return any(pattern.match(word) for word in _words(name))


def _is_target(line: DataLine) -> bool:
    return _has_word(line.name, _TARGET)
