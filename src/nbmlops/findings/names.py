"""Names whose values are not what the notebook would give: stale, half made, out of order, of unknown origin."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.findings.found import Found
from nbmlops.findings.sessions import only_defines
from nbmlops.findings.situation import Situation
from nbmlops.findings.versions import Versions
from nbmlops.slices.history import Execution


class StaleName:
    """What was read came from a version of a cell that was edited or deleted since."""

    code = "NB101"
    slug = "stale-name"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Compares the versions that were executed with later ones, and with the notebook where it is known."""
        if situation.is_file:
            return
        versions = Versions(situation)
        for consumer, maker, names in situation.edges():
            if maker.before_load:
                continue
            for name in names:
                how = versions.fate(maker, name)
                if how:
                    text = f"{name} came from a cell that was {how} afterwards, {situation.label(maker)}"
                    yield Found(text, name, consumer.index, line_of(consumer, name))


class FailedCell:
    """What was read was made by a cell that failed half way."""

    code = "NB102"
    slug = "failed-cell"

    def check(self, situation: Situation) -> Iterator[Found]:
        """What such a cell imported or defined is whole."""
        versions = Versions(situation)
        for consumer, maker, names in situation.edges():
            if maker.ok or maker.before_load:
                continue
            for name in names:
                if not versions.is_only_defined(maker, name):
                    text = f"{name} was made by {situation.label(maker)}, which failed half way"
                    yield Found(text, name, consumer.index, line_of(consumer, name))
        if situation.is_file:
            yield from _saved_errors(situation)


def _saved_errors(situation: Situation) -> Iterator[Found]:
    for execution, cell in zip(situation.history.executions, situation.document or (), strict=False):
        if cell.error:
            yield Found(f"it failed when it was last run: {cell.error}", "", execution.index)


class OutOfOrder:
    """The notebook run from top to bottom would not give what was read here."""

    code = "NB103"
    slug = "out-of-order"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Compares the order of execution with that of the saved notebook; without one it says nothing."""
        if situation.is_file:
            yield from _made_below(situation)
            yield from _counts(situation)
        elif situation.document is not None:
            yield from self._of_session(situation, Versions(situation))

    def _of_session(self, situation: Situation, versions: Versions) -> Iterator[Found]:
        binders = _binders(situation, versions)
        for consumer, maker, names in situation.edges():
            above, below = versions.position(maker), versions.position(consumer)
            if above is None or below is None or maker.before_load:
                continue
            for name in names:
                text = ""
                if above > below:
                    text = f"{name} was made by {situation.label(maker)}, which stands below the cell that reads it"
                elif name in maker.bound:
                    other = _between(binders.get(name, []), maker, above, below)
                    if other is not None and not versions.is_only_defined(other, name):
                        where, between = situation.label(maker), situation.label(other)
                        text = (
                            f"{name} was made by {where}, but {between}, which stands between, binds it anew"
                        )
                if text:
                    yield Found(text, name, consumer.index, line_of(consumer, name))


_Binders = list[tuple[int, Execution]]


def _binders(situation: Situation, versions: Versions) -> dict[str, _Binders]:
    """By name, the last versions of the cells that bind it, with their places in the notebook."""
    found: dict[str, _Binders] = {}
    for execution in situation.history.executions:
        at = versions.position(execution)
        if at is None or versions.executed_again(execution) is not None:
            continue
        for name in execution.bound:
            found.setdefault(name, []).append((at, execution))
    return found


def _between(binders: _Binders, maker: Execution, above: int, below: int) -> Execution | None:
    """A cell that ran before the maker, and that from top to bottom would have the last word on the name."""
    return next((item for at, item in binders if above < at < below and item.index < maker.index), None)


def _made_below(situation: Situation) -> Iterator[Found]:
    """In a file: names that a cell reads and that only cells below it make."""
    for execution in situation.chosen:
        for name in sorted(execution.unknown):
            maker = _later_maker(situation, execution, name)
            if maker is not None:
                line = line_of(execution, name)
                yield Found(f"{name} is read here, and only {situation.label(maker)} makes it", name,
                            execution.index, line)  # fmt: skip


def _later_maker(situation: Situation, execution: Execution, name: str) -> Execution | None:
    later = situation.history.executions[execution.index + 1 :]
    return next((item for item in later if name in item.bound), None)


def _counts(situation: Situation) -> Iterator[Found]:
    """In a file: execution counts that fall show that cells were not run from top to bottom."""
    highest, where = 0, ""
    for execution, cell in zip(situation.history.executions, situation.document or (), strict=False):
        count = cell.execution_count
        if count is None:
            continue
        if count < highest:
            text = f"it was run as [{count}], before {where} above it, which was run as [{highest}]"
            yield Found(text, "", execution.index)
        if count > highest:
            highest, where = count, situation.label(execution)


class UnknownOrigin:
    """What was read was made by no cell that was seen."""

    code = "NB104"
    slug = "unknown-origin"

    def check(self, situation: Situation) -> Iterator[Found]:
        """What cells that ran before nbmlops was loaded plainly import, define or set is known."""
        plain = _plainly_made(situation)
        for execution in situation.chosen:
            for name in sorted(execution.unknown - plain):
                line = line_of(execution, name)
                if not situation.is_file:
                    yield Found(f"{name} was made by no cell that was seen", name, execution.index, line)
                elif _later_maker(situation, execution, name) is None:
                    yield Found(f"{name} is made by no cell of the notebook", name, execution.index, line)


def _plainly_made(situation: Situation) -> frozenset[str]:
    found: set[str] = set()
    for execution in situation.history.executions:
        if execution.before_load and only_defines(execution.python):
            found |= execution.bound
    return frozenset(found)


def line_of(execution: Execution, name: str) -> int:
    """The first line on which a cell names a variable; 0 where it doesn't itself."""
    if not name.isidentifier() or name not in execution.python:
        return 0
    try:
        body = parse(execution.python)
    except PARSE_FAULTS:
        return 0
    lines = [
        node.lineno
        for statement in body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id == name
    ]
    return min(lines, default=0)
