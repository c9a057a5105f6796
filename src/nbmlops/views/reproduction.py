"""What a check of a run found, as text and HTML: the verdict first, then what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from nbmlops.records import Difference, MetricCheck, Reproduction, RunInfo, Verdict
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.markup import plain, shown
from nbmlops.views.numbers import MISSING, count_of, format_duration, format_exact
from nbmlops.views.proof_words import VERDICT_LOOKS, verdict_mark

_MOST: Final = 20
_MOST_FINDINGS: Final = 5  # what speaks against a run stands beside its verdict: luck reproduces, too


def reproduction_text(run: RunInfo, found: Reproduction, width: int = 100) -> str:
    """The check for a terminal: the verdict in its first line."""
    lines = [f"{verdict_mark(found.verdict)}  {plain(run.name, 60)} {run.short_id}"]
    lines += [f"  {text}" for text in found.missing]
    lines += [f"  {row}"[:width].rstrip() for row in _metric_rows(_different(found))]
    lines += [f"  {text}" for text in _facts(run, found)]
    lines += [f"  {plain(text, 400)}" for text in found.notices]
    return "\n".join(lines)


def reproduction_html(run: RunInfo, found: Reproduction) -> str:
    """The check for a notebook."""
    look = VERDICT_LOOKS[found.verdict]
    name = f"{shown(run.name, 60)} <code>{run.short_id}</code>"
    parts = [
        f'<p class="nbm-answer"><span class="{look.kind}">{verdict_mark(found.verdict)}</span> {name}</p>',
        *(f'<p class="nbm-caution">{shown(text, 400)}</p>' for text in found.missing),
        _metric_table(_different(found)),
        *(_fact_html(text) for text in _facts(run, found)),
        *(f'<p class="nbm-faint">{shown(text, 400)}</p>' for text in found.notices),
    ]
    return f'<div class="nbm"><style>{COMPARE_STYLE}</style>{"".join(parts)}</div>'


def _fact_html(text: str) -> str:
    return f"<pre>{shown(text, 200)}</pre>" if text.startswith(" ") else f"<p>{shown(text, 200)}</p>"


def summary_cells(run: RunInfo, found: Reproduction) -> tuple[str, str, str, str]:
    """One line of a table of checks: verdict, name, id, and what there is to say."""
    said = next(_sayings(run, found), "")
    return str(found.verdict), plain(run.name, 40), run.short_id, plain(said, 200)


def _sayings(run: RunInfo, found: Reproduction) -> Iterator[str]:
    yield from found.missing
    if found.first_difference is not None:
        yield _difference(run, found.first_difference)
    yield from _counted(found)
    yield from found.notices


def _facts(run: RunInfo, found: Reproduction) -> Iterator[str]:
    counted = ", ".join(_counted(found))
    took = f"in {format_duration(found.seconds)}"
    where = ", in an environment built from its lock" if found.fresh_environment else ""
    if found.verdict is not Verdict.CANNOT:
        yield f"{counted}, {took}{where}" if counted else f"Done again {took}{where}"
    if found.first_difference is not None:
        yield f"First difference: {_difference(run, found.first_difference)}"
        if source := _source_of(run, found.first_difference):
            yield f"    {plain(source, 90)}"
    for finding in run.findings[:_MOST_FINDINGS]:
        yield f"{finding.code}  {plain(finding.message, 160)}"


def _counted(found: Reproduction) -> Iterator[str]:
    deciding = [check for check in found.metrics if check.decides]
    equal = sum(check.equal for check in deciding)
    how = f"equal within {found.tolerance:g}" if found.tolerance else "equal bit for bit"
    if equal:
        yield f"{count_of(equal, 'metric')} {how}"
    if undecided := len(found.metrics) - len(deciding):
        yield f"{count_of(undecided, 'metric')} of a clock or the network not compared"


def _difference(run: RunInfo, found: Difference) -> str:
    count = (
        f"cell [{found.execution_count}]" if found.execution_count is not None else f"cell {found.cell + 1}"
    )
    before, after = plain(found.before, 80), plain(found.after, 80)
    place = "the cell itself" if run.slice and found.cell == len(run.slice) - 1 else count
    return f"{place}, {plain(found.name, 60)}: {before} then, {after} now"


def _source_of(run: RunInfo, found: Difference) -> str:
    """The first line of the cell, for who knows it by that."""
    if not 0 <= found.cell < len(run.slice) - 1:
        return ""
    lines = [line.strip() for line in run.slice[found.cell].source.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def _different(found: Reproduction) -> list[MetricCheck]:
    return [check for check in found.metrics if check.decides and not check.equal]


def _cells(checks: Sequence[MetricCheck]) -> list[tuple[str, str, str]]:
    return [(plain(check.key, 40), _value(check.before), _value(check.after)) for check in checks[:_MOST]]


def _value(value: float | None) -> str:
    return MISSING if value is None else format_exact(value)


def _metric_rows(checks: Sequence[MetricCheck]) -> list[str]:
    if not checks:
        return []
    rows = [("metric", "then", "now"), *_cells(checks)]
    key, then = (max(len(row[at]) for row in rows) for at in (0, 1))
    more = [f"and {len(checks) - _MOST} more"] if len(checks) > _MOST else []
    return [f"{row[0]:<{key}}  {row[1]:<{then}}  {row[2]}" for row in rows] + more


def _metric_table(checks: Sequence[MetricCheck]) -> str:
    if not checks:
        return ""
    body = "".join(
        f"<tr><td align=left>{shown(key, 40)}</td><td align=right>{shown(then, 40)}</td>"
        f"<td align=right><strong>{shown(now, 40)}</strong></td></tr>"
        for key, then, now in _cells(checks)
    )
    more = f"<p><small>and {len(checks) - _MOST} more</small></p>" if len(checks) > _MOST else ""
    head = (
        "<thead><tr><th align=left>Metric</th><th align=right>Then</th><th align=right>Now</th></tr></thead>"
    )
    return f'<div class="nbm-scroll"><table>{head}<tbody>{body}</tbody></table></div>{more}'
