"""Verdicts, findings and slices in words: the same ones in every table, line and page."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from pathlib import PurePath
from typing import Final, NamedTuple

from nbmlops.records.proof import Finding, MetricCheck, Reproduction, SliceCell, Verdict
from nbmlops.views.markup import plain
from nbmlops.views.numbers import (
    MISSING,
    count_of,
    format_column,
    format_delta,
    format_duration,
    format_moment,
    format_number,
)


class VerdictLook(NamedTuple):
    """How a verdict is marked: a sign, the class of its colour in HTML, its colour on a terminal."""

    sign: str
    kind: str
    colour: str


# The word always stands beside the sign: neither it nor its colour has to be known.
VERDICT_LOOKS: Final = {
    Verdict.REPRODUCED: VerdictLook("✓", "nbm-good", "green"),
    Verdict.DIFFERS: VerdictLook("≠", "nbm-bad", "red"),
    Verdict.CANNOT: VerdictLook("?", "nbm-word", "yellow"),
}
_WORST: Final = (Verdict.DIFFERS, Verdict.CANNOT, Verdict.REPRODUCED)
_IMPORTS: Final = (ast.Import, ast.ImportFrom)
_SILENT: Final = ("#", "%%track", "%load_ext", "%matplotlib", "%config", "%autoreload", "%pip", "!pip")
_SIGNIFICANT: Final = 17  # digits that tell any two doubles apart


def verdict_mark(verdict: Verdict | None) -> str:
    """`✓ REPRODUCED`; empty for a run that was never checked."""
    return f"{VERDICT_LOOKS[verdict].sign} {verdict}" if verdict else ""


def verdict_html(verdict: Verdict | None) -> str:
    """The same in HTML, with a blank before it, for behind a name."""
    return f' <small class="{VERDICT_LOOKS[verdict].kind}">{verdict_mark(verdict)}</small>' if verdict else ""


def worst_verdict(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """What identical runs have to say together: the worst that a check of any of them found."""
    found = set(verdicts)
    return next((verdict for verdict in _WORST if verdict in found), None)


def verdict_sentence(check: Reproduction) -> str:
    """`REPRODUCED: all 3 metrics bit for bit (checked 2026-11-21 14:03, took 3.2 s)`."""
    ways = ["in a fresh environment"] if check.fresh_environment else []
    ways += [f"took {format_duration(check.seconds)}"] if check.seconds else []
    return f"{check.verdict}: {_outcome(check)} ({', '.join([f'checked {format_moment(check.checked)}', *ways])})"


def _outcome(check: Reproduction) -> str:
    deciding = [metric for metric in check.metrics if metric.decides]
    within = f"within {check.tolerance:g}" if check.tolerance else "bit for bit"
    match check.verdict:
        case Verdict.REPRODUCED if deciding:
            return f"{'all ' * (len(deciding) > 1)}{count_of(len(deciding), 'metric')} {within}"
        case Verdict.REPRODUCED:
            return "it ran again; there is no metric to compare"
        case Verdict.DIFFERS:
            other = sum(not metric.equal for metric in deciding)
            return f"{other} of {count_of(len(deciding), 'metric')} came out otherwise"
        case Verdict.CANNOT:
            return f"{count_of(len(check.missing), 'thing')} in the way"


def differing_metrics(check: Reproduction) -> list[tuple[str, str, str, str]]:
    """Key, value of then, value of now and the change of each metric that came out otherwise, those first that
    decide.
    """
    other = sorted((m for m in check.metrics if not m.equal), key=lambda metric: not metric.decides)
    return [_metric_words(metric) for metric in other]


def _metric_words(metric: MetricCheck) -> tuple[str, str, str, str]:
    key, before, after = plain(metric.key, 40), metric.before, metric.after
    if before is None or after is None:
        then, now = (MISSING if v is None else format_number(v) for v in (before, after))
        return key, then, now, "" if metric.decides else "does not decide"
    then, now = format_column([before, after])
    if then == now:  # what differs in the last bits only
        then, now = (f"{value:.{_SIGNIFICANT}g}" for value in (before, after))
    change = format_delta(after - before, None) if isfinite(after - before) else ""
    change = change if metric.decides else "does not decide"
    return key, then, now, change


def check_remarks(check: Reproduction) -> Iterator[str]:
    """The first difference, what is missing, and what else is worth knowing, each a sentence."""
    if first := check.first_difference:
        count = f"[{first.execution_count}] " if first.execution_count is not None else ""
        where = f"cell {count}({first.cell + 1} of the slice)"
        yield f"The first difference is in {where}: {first.name} was {first.before}, is {first.after}."
    yield from check.missing
    yield from check.notices


def finding_codes(findings: Sequence[Finding], most: int | None = None) -> str:
    """`NB101 NB203`, each code once; with `most`, `NB101 NB203 +1`."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    if most is None or len(codes) <= most:
        return " ".join(codes)
    return " ".join([*codes[:most], f"+{len(codes) - most}"])


def finding_sentence(finding: Finding) -> str:
    """The message, with the name that it is about where it does not say it."""
    # Of a file the message gives the last part.
    if not finding.name or finding.name in finding.message or PurePath(finding.name).name in finding.message:
        return finding.message
    return f"{finding.name}: {finding.message}"


def finding_line(finding: Finding) -> str:
    """`NB101 X_train came from a cell that was changed afterwards`."""
    return f"{finding.code} {finding_sentence(finding)}".rstrip(".")


def cell_mark(cell: SliceCell, at: int) -> str:
    """`[12]`; where no count is known, the place in the slice: `#3`."""
    return f"#{at + 1}" if cell.execution_count is None else f"[{cell.execution_count}]"


def first_lines(cell: SliceCell, most: int = 1) -> list[str]:
    """The first lines of the source that say what the cell does: past comments, our own magics, and imports where
    there is anything else; the one line that is asked for is the first that calls something.
    """
    lines = cell.source.splitlines()
    statements = _statements(cell)
    telling = [node for node in statements if not isinstance(node, _IMPORTS)] or statements
    if most == 1:  # a call tells more than `scores = []`
        telling = [node for node in telling if _calls(node)] or telling
    start = telling[0].lineno - 1 if telling else 0
    if telling and (decorators := getattr(telling[0], "decorator_list", None)):
        start = decorators[0].lineno - 1
    code = [line for line in lines[start:] if line.strip() and not line.strip().startswith(_SILENT)]
    return [plain(line, 200) for line in (code or lines)[:most]]


def telling_line(cell: SliceCell, names: Iterable[str] = ()) -> str:
    """The one line that says most of what the cell does: what makes the first of `names` that it makes, if any."""
    if is_import_only(cell):
        return _import_line(cell)
    lines = cell.source.splitlines()
    made = (_making(_statements(cell), name) for name in names)
    statement = next((found for found in made if found is not None), None)
    return plain(lines[statement.lineno - 1], 200) if statement is not None else "".join(first_lines(cell))


def _making(statements: Sequence[ast.stmt], name: str) -> ast.stmt | None:
    """The statement that binds a name, by a call if any does; none where it begins empty and is filled elsewhere."""
    binding = [node for node in statements if not isinstance(node, _IMPORTS) and name in set(_bound(node))]
    calling = [node for node in binding if _calls(node)]
    if not calling and any(isinstance(getattr(node, "value", None), ast.List | ast.Dict) for node in binding):
        return None
    return next(iter(calling or binding), None)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, deep in it too, but not those of functions' own."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _import_line(cell: SliceCell) -> str:
    """What a cell of imports brings in, on one line: `import numpy, pandas, sklearn.svm`."""
    nodes = [node for node in _statements(cell) if isinstance(node, _IMPORTS)]
    names = [
        name
        for node in nodes
        for name in (
            [node.module or "."] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    ]
    return f"import {', '.join(dict.fromkeys(names))}"


def _calls(node: ast.stmt) -> bool:
    return any(isinstance(inner, ast.Call) for inner in ast.walk(node))


def is_import_only(cell: SliceCell) -> bool:
    """Whether the cell does nothing but import."""
    statements = _statements(cell)
    return bool(statements) and all(isinstance(node, _IMPORTS) for node in statements)


def _statements(cell: SliceCell) -> list[ast.stmt]:
    """Of the source, magics left out; none where it can't be read."""
    python = [
        " " * (len(line) - len(line.lstrip())) + "pass" if line.lstrip().startswith(("%", "!")) else line
        for line in cell.source.splitlines()
    ]
    try:
        statements = ast.parse("\n".join(python)).body
    except (SyntaxError, ValueError):
        return []
    return [node for node in statements if not isinstance(node, ast.Pass) or _is_told(cell, node)]


def _is_told(cell: SliceCell, node: ast.stmt) -> bool:
    """A magic that does something, as `%run` and `!cmd` do."""
    return not cell.source.splitlines()[node.lineno - 1].strip().startswith(_SILENT)
