"""What became of checks, as a person and as a program read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nbmlops.cli.documents import finite
from nbmlops.cli.output import console, grid, hint, on_terminal, print_tsv, say, terminal_width
from nbmlops.records import Verdict
from nbmlops.views.numbers import count_of
from nbmlops.views.proof_words import VERDICT_LOOKS
from nbmlops.views.reproduction import reproduction_text, summary_cells

if TYPE_CHECKING:
    from nbmlops.checks import Checked

_HEADS = ("verdict", "run", "id", "what there is to say")


def checked_document(checked: Checked) -> dict[str, Any]:
    """One check as an object."""
    return finite(_document(checked))


def _document(checked: Checked) -> dict[str, Any]:
    run, found = checked.run, checked.reproduction
    metrics = {
        check.key: {
            "before": check.before,
            "after": check.after,
            "equal": check.equal,
            "decides": check.decides,
        }
        for check in found.metrics
    }
    return {
        "run": run.id,
        "name": run.name,
        "verdict": str(found.verdict),
        "metrics": metrics,
        "first_difference": asdict(found.first_difference) if found.first_difference else None,
        "missing": list(found.missing),
        "notices": list(found.notices),
        "tolerance": found.tolerance,
        "seconds": found.seconds,
        "fresh_environment": found.fresh_environment,
        **({"runs": [_document(part) for part in checked.parts]} if checked.parts else {}),
    }


def summary_document(checked: Sequence[Checked]) -> dict[str, Any]:
    """Several checks: the worst verdict, how many of each, and all of them."""
    counts = Counter(str(item.reproduction.verdict) for item in checked)
    worst = next(str(v) for v in (Verdict.CANNOT, Verdict.DIFFERS, Verdict.REPRODUCED) if counts[str(v)])
    return finite({"verdict": worst, "counts": dict(counts), "runs": [_document(item) for item in checked]})


def say_checks(checked: Sequence[Checked]) -> None:
    """One check in full, several as a table."""
    if len(checked) == 1 and not checked[0].parts:
        _say_one(checked[0])
        return
    if len(checked) == 1:
        _say_one(checked[0], follow=False)
    rows = list(_rows(checked))
    if on_terminal():
        _draw(rows)
        if len(checked) > 1:
            say(_counted(checked))
    else:
        print_tsv(_HEADS, rows)


def _say_one(checked: Checked, *, follow: bool = True) -> None:
    run, found = checked.run, checked.reproduction
    text = reproduction_text(run, found, terminal_width())
    if not on_terminal():
        say(text)
        return
    from rich.text import Text

    out = console()
    head, *rest = text.splitlines()
    out.print(Text(head, style=f"bold {VERDICT_LOOKS[found.verdict].colour}"), soft_wrap=True)
    for line in rest:
        out.print(Text(line), soft_wrap=True)
    if follow:
        hint("", _next(checked))


def _next(checked: Checked) -> str:
    run, found = checked.run, checked.reproduction
    if found.verdict is Verdict.DIFFERS:
        return f"nbmlops reproduce {run.short_id} --notebook-only --keep-notebook slice.ipynb"
    if found.verdict is Verdict.CANNOT:
        return f"nbmlops env {run.short_id} --check"
    return f"nbmlops show {run.short_id}"


def _rows(checked: Sequence[Checked]) -> Iterator[tuple[str, ...]]:
    for item in checked:
        if len(checked) > 1 or not item.parts:
            yield summary_cells(item.run, item.reproduction)
        for part in item.parts:
            yield summary_cells(part.run, part.reproduction)


def _draw(rows: Sequence[tuple[str, ...]]) -> None:
    from rich.text import Text

    table = grid()
    for head in _HEADS:
        table.add_column(head, no_wrap=head != _HEADS[-1])
    for verdict, *rest in rows:
        look = VERDICT_LOOKS[Verdict(verdict)]
        table.add_row(Text(f"{look.sign} {verdict}", style=look.colour), *map(Text, rest))
    console().print(table)


def _counted(checked: Sequence[Checked]) -> str:
    counts = Counter(item.reproduction.verdict for item in checked)
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    return f"{count_of(len(checked), 'run')}: {', '.join(parts)}"
