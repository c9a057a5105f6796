"""The versions of cells: which of them were executed again, edited or deleted since, and where they stand."""

from __future__ import annotations

from functools import lru_cache

from nbmlops.findings.making import imports_of, is_definition, items_set, making
from nbmlops.findings.situation import NotebookCell, Situation
from nbmlops.slices.history import Execution


class Versions:
    """The executed versions of cells beside the later ones and the saved notebook.

    Args:
        situation: with the session's history and, where it is known, the notebook as it was saved.
    """

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._latest: dict[str, Execution] = {}
        for execution in situation.history.executions:
            if execution.cell_id is not None:
                self._latest[execution.cell_id] = execution
        self._by_id: dict[str, tuple[int, NotebookCell]] = {}
        self._by_source: dict[str, int] = {}
        for at, cell in enumerate(situation.document or ()):
            if cell.cell_id:
                self._by_id[cell.cell_id] = (at, cell)
            self._by_source.setdefault(_normal(cell.source), at)
        # Some front ends name cells otherwise than the file does: then only sources tell them.
        self._ids_agree = any(cell_id in self._by_id for cell_id in self._latest)

    def position(self, execution: Execution) -> int | None:
        """Where the cell stands in the saved notebook; None where that is not known."""
        if execution.cell_id in self._by_id:
            return self._by_id[execution.cell_id][0]
        return self._by_source.get(_normal(execution.raw))

    def executed_again(self, execution: Execution) -> Execution | None:
        """The latest version of the same cell, if it is a later one."""
        latest = self._latest.get(execution.cell_id or "")
        return latest if latest is not None and latest.index > execution.index else None

    def fate(self, execution: Execution, name: str) -> str:
        """What became of the cell that made a name: `changed`, `deleted`; empty where it still makes it so."""
        later = self.executed_again(execution)
        if later is not None and later.raw != execution.raw:
            alike = self._is_the_same(execution, later, name) or self._is_overwritten(execution, later, name)
            return "" if alike else "changed"
        return self._saved_fate(execution, name)

    def makes_the_same(self, one: Execution, other: Execution, name: str) -> bool:
        """Whether running a cell again, edited or not, left the same under a name: by its digest, where it has one."""
        if name in one.results and name in other.results:
            return one.results[name] == other.results[name]
        if (imports := imports_of(one.python, name)) and imports == imports_of(other.python, name):
            return True
        return is_definition(other.python, name) and making(one.python, name) == making(other.python, name)

    def edited(self, execution: Execution) -> bool:
        """Whether the saved notebook holds another version of the cell, saved after this one ran."""
        situation = self._situation
        if (
            situation.document is None
            or situation.saved_at <= execution.ended
            or execution.cell_id not in self._by_id
        ):
            return False
        saved = self._by_id[execution.cell_id][1].source
        if _normal(saved) == _normal(execution.raw):
            return False
        before, now = making(execution.raw, "*"), making(saved, "*")
        return before is None or before != now

    def _is_the_same(self, one: Execution, other: Execution, name: str) -> bool:
        """Whether a later version made the name alike."""
        before, now = making(one.python, name), making(other.python, name)
        if before is not None and before == now:
            return bool(now)
        return bool(
            name in other.bound and name in one.results and one.results[name] == other.results.get(name)
        )

    def _is_overwritten(self, one: Execution, later: Execution, name: str) -> bool:
        """Whether all that a version set (`df["bins"] = …`) was set anew by the later one, before anybody took it."""
        old, new = items_set(one.python, name), items_set(later.python, name)
        if not old or new is None or not old <= new or later not in self._situation.chosen:
            return False
        return all(
            item.index >= later.index
            for item in self._situation.chosen
            if name in item.needs.get(one.index, ())
        )

    def _saved_fate(self, execution: Execution, name: str) -> str:
        situation = self._situation
        if situation.document is None or situation.saved_at <= execution.ended:
            return (
                ""  # it was saved before: of what was edited since, the executed source is all that is known
            )
        if _normal(execution.raw) in self._by_source:
            return ""
        if execution.cell_id in self._by_id:
            saved = self._by_id[execution.cell_id][1]
            before, now = making(execution.raw, name), making(saved.source, name)
            return "" if before is not None and before == now and now else "changed"
        if self._ids_agree and execution.cell_id is not None:
            return "deleted"
        if any(
            making(cell.source, name) == making(execution.raw, name)
            for cell in situation.document
            if name in cell.source
        ):
            return ""
        return "changed or deleted"

    def is_only_defined(self, execution: Execution, name: str) -> bool:
        """Whether the cell imports or defines the name, whatever else it does."""
        return is_definition(execution.python, name)


@lru_cache(maxsize=2048)
def _normal(source: str) -> str:
    """A source without what makes no difference: comments on lines of their own, blank lines, blanks at the end."""
    lines = (line.rstrip() for line in source.split("\n"))
    return "\n".join(
        line for line in lines if line.strip() and not line.lstrip().startswith(("#", "%%track"))
    )
