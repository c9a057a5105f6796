"""Whether a run can be believed and done again: its check, its findings and what it depended on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbmlops.records.proof import LocalModule, SliceCell
from nbmlops.records.runs import RunInfo
from nbmlops.views.markup import plain, shown, shown_block
from nbmlops.views.numbers import count_of
from nbmlops.views.proof_words import (
    VERDICT_LOOKS,
    cell_mark,
    check_remarks,
    differing_metrics,
    finding_line,
    finding_sentence,
    first_lines,
    telling_line,
    verdict_sentence,
)

_MOST_CELLS, _MOST_LINES, _MOST_METRICS, _MOST_FINDINGS = 60, 2, 30, 40


def proof_text(run: RunInfo, width: int) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section, for a terminal of `width` cells."""
    yield "verdict", [f"  {plain(line, width - 2)}" for line in _verdict_lines(run)]
    yield "findings", [f"  {plain(finding_line(item), width - 2)}" for item in run.findings[:_MOST_FINDINGS]]
    if run.slice[:-1]:
        yield _slice_title(run), list(_slice_lines(run.slice, width))
    yield "own modules", [f"  {plain(text, width - 2)}" for text in map(_module_text, run.modules)]


def _verdict_lines(run: RunInfo) -> Iterator[str]:
    check = run.reproduction
    if check is None:
        return
    yield f"{VERDICT_LOOKS[check.verdict].sign} {verdict_sentence(check)}"
    metrics = differing_metrics(check)[:_MOST_METRICS]
    longest = max((len(key) for key, *_ in metrics), default=0)
    for key, then, now, change in metrics:
        yield f"  {key:<{longest}}  was {then}, is {now}{f' ({change})' if change else ''}"
    yield from check_remarks(check)


def _slice_title(run: RunInfo) -> str:
    folder = f", from {plain(run.cwd, 120)}" if run.cwd else ""
    return f"depends on {count_of(len(run.slice) - 1, 'cell')}, in the order in which they ran{folder}"


def _slice_lines(cells: Sequence[SliceCell], width: int) -> Iterator[str]:
    """The first lines of each cell with its number, and why it belongs to the slice beneath; the tracked cell is
    shown in full elsewhere.
    """
    hidden = max(0, len(cells) - 1 - _MOST_CELLS)
    if hidden:
        yield f"  {count_of(hidden, 'earlier cell')} not shown"
    shown_cells = list(enumerate(cells[:-1]))[hidden:]
    marks = [cell_mark(cell, at) for at, cell in shown_cells]
    room = max((len(mark) for mark in marks), default=0)
    for (_, cell), mark in zip(shown_cells, marks, strict=True):
        first, *rest = first_lines(cell, _MOST_LINES) or [""]
        yield f"  {mark:>{room}}  {first}"[:width].rstrip()
        yield from (f"  {'':{room}}  {line}"[:width].rstrip() for line in rest)
        if said := _cell_remark(cell):
            yield f"  {'':{room}}  └ {plain(said, max(20, width - room - 6))}"


def _cell_remark(cell: SliceCell) -> str:
    parts = [cell.reason.rstrip(".")]
    parts += ["it failed, and what it had done until then counts"] if cell.failed else []
    parts += ["a secret in its source is masked"] if cell.masked else []
    return "; ".join(filter(None, parts))


def _module_text(module: LocalModule) -> str:
    changed = ", changed since the commit" if module.diff else ""
    return f"{module.name}: {module.path}, {module.digest[:8]}{changed}"


def proof_html(run: RunInfo) -> tuple[str, str]:
    """What is to be read before the metrics (the check and the findings), and what after them (the slice)."""
    return _verdict_html(run) + _findings_html(run), _slice_html(run) + _modules_html(run)


def _verdict_html(run: RunInfo) -> str:
    check = run.reproduction
    if check is None:
        return ""
    look = VERDICT_LOOKS[check.verdict]
    word, _, rest = verdict_sentence(check).partition(": ")
    html = f'<p><strong class="{look.kind}">{look.sign} {word}</strong>: {shown(rest, 300)}</p>'
    metrics = differing_metrics(check)
    if metrics:
        rows = "".join(
            f"<tr><td align=left>{shown(key, 60)}</td><td align=right>{then}</td>"
            f"<td align=right><strong>{now}</strong></td><td align=right><small>{change}</small></td></tr>"
            for key, then, now, change in metrics[:_MOST_METRICS]
        )
        heads = "<th align=left>Metric</th><th align=right>Was</th><th align=right>Is</th><th align=right>Change</th>"
        html += f'<div class="nbm-scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    if remarks := "".join(f"<li>{shown(text, 300)}</li>" for text in check_remarks(check)):
        html += f"<ul>{remarks}</ul>"
    return f"<h3>Verdict</h3>{html}"


def _findings_html(run: RunInfo) -> str:
    if not run.findings:
        return ""
    lines = "".join(
        f"<dt><code>{shown(finding.code, 12)}</code></dt><dd>{shown(finding_sentence(finding), 300)}</dd>"
        for finding in run.findings[:_MOST_FINDINGS]
    )
    more = len(run.findings) - _MOST_FINDINGS
    return f"<h3>Findings</h3><dl>{lines}</dl>" + (
        f"<p><small>and {count_of(more, 'more finding')}</small></p>" if more > 0 else ""
    )


def _slice_html(run: RunInfo) -> str:
    """The cells behind a disclosure, each with its source behind another."""
    if not run.slice[:-1]:
        return ""
    cells = list(enumerate(run.slice[:-1]))
    hidden = max(0, len(cells) - _MOST_CELLS)
    said = f"<p><small>{count_of(hidden, 'earlier cell')} not shown</small></p>" if hidden else ""
    body = "".join(_cell_html(cell, at) for at, cell in cells[hidden:])
    return f"<details><summary>{shown(_slice_title(run).capitalize(), 200)}</summary>{said}{body}</details>"


def _cell_html(cell: SliceCell, at: int) -> str:
    first = shown(telling_line(cell), 110)
    remark = f"<br><small>{shown(_cell_remark(cell), 300)}</small>" if _cell_remark(cell) else ""
    return (
        f'<details><summary><code class="nbm-faint">{cell_mark(cell, at)}</code> <code>{first}</code>{remark}'
        f"</summary><pre>{shown_block(cell.source.rstrip(), 3000)}</pre></details>"
    )


def _modules_html(run: RunInfo) -> str:
    if not run.modules:
        return ""
    lines = "".join(
        f"<li>{shown(_module_text(module), 300)}"
        + (
            f"<details><summary>What differs</summary><pre>{shown_block(module.diff, 6000)}</pre></details>"
            if module.diff
            else ""
        )
        + "</li>"
        for module in run.modules[:_MOST_CELLS]
    )
    return f"<h3>Own modules</h3><ul>{lines}</ul>"
