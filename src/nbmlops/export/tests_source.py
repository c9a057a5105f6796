"""The cells marked `test`, as functions that pytest collects."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbmlops.errors import NotebookError
from nbmlops.export.core_source import Names, results_of, spaced
from nbmlops.export.layout import indented
from nbmlops.export.placement import ALWAYS_THERE, Placement, names_bound
from nbmlops.export.units import Unit
from nbmlops.programs.notebook import NotebookCell

_NO_LETTER = re.compile(r"\W+")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TestCell:
    """A cell marked `test`."""

    cell: NotebookCell
    units: tuple[Unit, ...]

    __test__ = False  # pytest collects by name


def tests_source(
    cells: Sequence[TestCell],
    placement: Placement,
    parameters: Mapping[str, bool],
    names: Names,
    others: Sequence[Unit],
) -> str:
    """The source of `test_notebook.py`.

    Args:
        cells: those that are marked.
        placement: where the exported units are.
        parameters: each with whether it names a file, without which its tests are skipped.
        names: what things are called.
        others: units of cells that aren't exported, for their imports.

    Raises:
        NotebookError: a test reads what the package doesn't have.
    """
    scope = _Scope(placement, parameters, others)
    functions: list[str] = []
    imports: dict[str, None] = {}
    used: set[str] = set()
    titles: set[str] = set()
    configured = False
    for cell in cells:
        needs = scope.needs(cell)
        used |= needs.core | ({"Result"} if needs.results else set())
        configured = configured or bool(needs.parameters)
        imports |= dict.fromkeys(needs.imports)
        functions += ["", "", _function(cell, needs, _title(cell, titles), names)]
    if not functions:
        return ""
    lines = [f'"""The cells of {names.notebook} that are marked `test`."""', ""]
    lines += ["from __future__ import annotations", "", *imports, ""]
    if configured:
        lines.append(f"from {names.package}.config import Config")
    if used:
        lines.append(f"from {names.package}.core import {', '.join(sorted(used))}")
    return spaced([*lines, *functions])


@dataclass(frozen=True, slots=True)
class _Needs:
    core: frozenset[str]
    results: tuple[str, ...]
    parameters: tuple[str, ...]
    imports: tuple[str, ...]
    files: bool


class _Scope:
    """What a test may read."""

    def __init__(self, placement: Placement, parameters: Mapping[str, bool], others: Sequence[Unit]) -> None:
        self._placement = placement
        self._module = names_bound(placement.module)
        self._results = frozenset(results_of(placement))
        self._parameters = parameters
        self._imports = [unit for unit in (*placement.imports, *others) if unit.is_import]

    def needs(self, test: TestCell) -> _Needs:
        """Where each name that a test reads comes from."""
        own = names_bound(test.units)
        read = frozenset().union(*(unit.reads for unit in test.units)) - own - ALWAYS_THERE
        core, results = read & self._module, read & self._results
        parameters = read & self._parameters.keys() - results
        left = read - core - results - parameters
        imports = [unit for unit in self._imports if unit.binds & left]
        left -= names_bound(imports)
        if left:
            raise NotebookError(self._lacking(test, left))
        return _Needs(
            core,
            tuple(sorted(results)),
            tuple(sorted(parameters)),
            tuple(unit.text for unit in imports),
            files=any(self._parameters[name] for name in parameters),
        )

    def _lacking(self, test: TestCell, names: frozenset[str]) -> str:
        place = f"The test in cell {test.cell.index + 1}"
        inside = sorted(names & set(self._placement.inside))
        if inside:
            return (
                f"{place} calls {', '.join(inside)}, which reads what other exported cells compute, and so exists "
                "only while they run. Give it what it reads as arguments."
            )
        return (
            f"{place} reads {', '.join(sorted(names))}, which no exported cell binds for sure: mark the cell that "
            "does `export`, or bind it in the test."
        )


def _function(test: TestCell, needs: _Needs, title: str, names: Names) -> str:
    defined = [
        node.name
        for unit in test.units
        for node in unit.nodes
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    body = [unit.text for unit in test.units]
    wants_run = bool(needs.results)
    if defined and not wants_run and not needs.parameters:
        return "\n\n\n".join(body)
    fixtures = [f"{names.function}_result: Result"] * wants_run + ["recorded_files: None"] * needs.files
    lines = [f"def {title}({', '.join(fixtures)}) -> None:"]
    lines += [f"    {name} = Config().{name}" for name in needs.parameters]
    lines += [f"    {name} = {names.function}_result.{name}" for name in needs.results]
    lines += [indented(text) for text in body]
    lines += [f"    {name}()" for name in defined]
    return "\n".join(lines)


def _title(test: TestCell, taken: set[str]) -> str:
    """A name from the comment that the cell begins with, else from its place."""
    words = _NO_LETTER.sub("_", next(_comments(test.cell.source), "").lower()).strip("_")
    words = words[:_LONGEST_NAME].rstrip("_") or f"cell_{test.cell.index + 1}"
    title = words if words.startswith("test_") else f"test_{words}"
    while title in taken:
        title += "_too"
    taken.add(title)
    return title


def _comments(source: str) -> Iterator[str]:
    for line in source.splitlines():
        text = line.strip()
        if text.startswith("#") and not text.startswith(("#|", "# |")):
            yield text.lstrip("# ")
        elif text and not text.startswith(("#", "%")):
            return
