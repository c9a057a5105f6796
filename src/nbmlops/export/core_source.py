"""The module with the exported code: what others import, and the function that runs the notebook's cells."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbmlops.export.layout import indented
from nbmlops.export.placement import Placement
from nbmlops.export.units import Unit, certain_names

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in a package.

    Attributes:
        package: the import name.
        distribution: what pip calls it.
        function: that which runs the cells.
        notebook: the file it comes from.
    """

    package: str
    distribution: str
    function: str
    notebook: str

    @property
    def command(self) -> str:
        """The command that calls the function."""
        return f"{self.distribution}-{self.function.replace('_', '-')}"


def core_source(placement: Placement, parameters: Sequence[str], names: Names, heading: str) -> str:
    """The source of `core.py`.

    Args:
        placement: which unit goes where.
        parameters: the names of the configuration, in order.
        names: what things are called.
        heading: the module's docstring.
    """
    lines = [f'"""{heading}"""', "", "from __future__ import annotations", ""]
    standard = [_import_text(unit) for unit in placement.imports if _is_standard(unit)]
    if placement.body:
        standard += ["from dataclasses import dataclass", "from typing import Any"]
    lines += [*dict.fromkeys(standard), ""]
    lines += [_import_text(unit) for unit in placement.imports if not _is_standard(unit)]
    if placement.shows:
        lines.append("from IPython.display import display")
    if placement.body:
        lines += ["", f"from {names.package}.config import Config"]
    lines += module_lines(placement.module)
    if placement.body:
        lines += _result(results_of(placement)) + _function(placement, parameters, names)
    return spaced(lines)


def module_lines(units: Sequence[Unit]) -> Iterator[str]:
    """The units below each other, with two blank lines around functions and classes."""
    after_definition = False
    for unit in units:
        yield from ("", "") if unit.is_definition or after_definition else ("",)
        yield unit.text
        after_definition = unit.is_definition


def results_of(placement: Placement) -> tuple[str, ...]:
    """The names that the function hands back: all that it binds for sure, private ones and functions left out."""
    return tuple(
        name
        for name in certain_names(placement.body)
        if not name.startswith("_") and name not in placement.inside
    )


def _import_text(unit: Unit) -> str:
    return "\n".join(line for line in unit.text.splitlines() if "__future__" not in line)


def _is_standard(unit: Unit) -> bool:
    """Whether all that is imported comes with Python."""
    modules = {
        name.partition(".")[0]
        for node in unit.nodes
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    return modules <= sys.stdlib_module_names


def _result(results: Sequence[str]) -> list[str]:
    lines = ["", "", "@dataclass(frozen=True)", "class Result:"]
    lines += ['    """What the notebook has computed when its cells have run."""', ""]
    return lines + [f"    {name}: Any" for name in results] if results else lines


def _function(placement: Placement, parameters: Sequence[str], names: Names) -> list[str]:
    read = frozenset().union(*(unit.reads for unit in placement.body))
    bound = frozenset().union(*(unit.binds for unit in placement.body))
    lines = ["", "", f"def {names.function}(config: Config | None = None) -> Result:"]
    lines += [f'    """Runs the exported cells of {names.notebook}.', "", "    Args:"]
    lines += ["        config: the parameters; those of the notebook when left out.", '    """']
    lines.append("    config = Config() if config is None else config")
    lines += [f"    {name} = config.{name}" for name in parameters if name in read | bound]
    cell = None
    for unit in placement.body:
        if unit.cell is not cell:
            lines.append("")
            cell = unit.cell
        lines.append(indented(unit.text))
    results = results_of(placement)
    return [*lines, "", *_return(results)]


def _return(results: Sequence[str]) -> list[str]:
    pairs = [f"{name}={name}" for name in results]
    line = f"    return Result({', '.join(pairs)})"
    return (
        [line]
        if len(line) <= _WIDTH
        else ["    return Result(", *(f"        {pair}," for pair in pairs), "    )"]
    )


def spaced(lines: Sequence[str]) -> str:
    """The lines with never more than two blank ones together."""
    text = "\n".join(lines)
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.strip("\n") + "\n"
