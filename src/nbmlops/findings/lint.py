"""Findings in notebook files: the rules of sessions, asked of what the file says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbmlops.errors import ValueRefusedError
from nbmlops.findings.rules import RULES, Rule, find_all
from nbmlops.findings.static_history import file_situation
from nbmlops.programs import read_notebook


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding in a file.

    Attributes:
        path: of the notebook, as it was given.
        cell: its place among all cells, from 1.
        line: 1-based line in the cell.
        cell_id: nbformat's id; empty where the notebook has none.
        name: what it is about; empty where it is about the cell.
    """

    path: str
    cell: int
    line: int
    code: str
    slug: str
    message: str
    name: str = ""
    cell_id: str = ""

    def __str__(self) -> str:
        return f"{self.path}:cell {self.cell}:{self.line}: {self.code} {self.message}"

    def to_doc(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self)


def lint_notebook(path: str | Path, rules: Iterable[Rule] = RULES) -> tuple[Remark, ...] | None:
    """What is found in a notebook, in the order of its cells.

    Args:
        path: of the file.
        rules: to ask.

    Returns:
        None where its code is no Python.

    Raises:
        NotebookError: it isn't there, can't be read, or is no notebook.
    """
    notebook = read_notebook(path)
    if not notebook.is_python:
        return None
    situation = file_situation(notebook)
    remarks = []
    for rule, found in find_all(situation, rules):
        execution = situation.history.executions[found.at or 0]
        number = execution.execution_count or 0
        text = found.message.removeprefix(f"cell {number} ")
        remarks.append(
            Remark(
                path=str(path),
                cell=number,
                line=max(found.line, 1),
                code=rule.code,
                slug=rule.slug,
                message=text,
                name=found.name,
                cell_id=execution.cell_id or "",
            )
        )
    return tuple(
        sorted(dict.fromkeys(remarks), key=lambda item: (item.cell, item.line, item.code, item.name))
    )


def chosen_rules(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules to ask: those that are selected, all when none are, without those that are ignored.

    Args:
        select: codes, beginnings of codes, or slugs.
        ignore: the same.

    Raises:
        ValueRefusedError: no rule has this code.
    """
    wanted, unwanted = [_codes(item) for item in select], [_codes(item) for item in ignore]
    kept = frozenset().union(*wanted) if wanted else frozenset(rule.code for rule in RULES)
    kept -= frozenset().union(*unwanted)
    return tuple(rule for rule in RULES if rule.code in kept)


def _codes(word: str) -> frozenset[str]:
    found = frozenset(
        rule.code for rule in RULES if rule.code.startswith(word.upper()) or rule.slug == word.lower()
    )
    if not found or not word:
        raise ValueRefusedError(
            f"There is no finding {word!r}: the codes are {RULES[0].code} to {RULES[-1].code}, "
            "as in --select NB103,NB106."
        )
    return found
