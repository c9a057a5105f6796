"""One run in full: for `%nbmlops show` and behind its disclosure in the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbmlops.records.data import Input
from nbmlops.records.runs import Metric, Param, RunInfo, RunStatus
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.markup import block, param_text, plain, shown, shown_block
from nbmlops.views.numbers import (
    count_of,
    format_bytes,
    format_column,
    format_duration,
    format_moment,
    format_number,
    format_shape,
)
from nbmlops.views.proof_words import verdict_html, verdict_mark
from nbmlops.views.run_proof import proof_html, proof_text

_MOST_PARAMS, _MOST_METRICS, _MOST_INPUTS, _MOST_PARTS = 100, 60, 40, 60
_WHERE_KEY = len("  packages  ")
_STATUS = {
    RunStatus.RUNNING: ("●", "nbm-faint", "running"),
    RunStatus.FINISHED: ("●", "nbm-good", "finished"),
    RunStatus.FAILED: ("✕", "nbm-bad", "failed"),
    RunStatus.KILLED: ("■", "nbm-word", "interrupted"),
    RunStatus.LOST: ("○", "nbm-word", "lost"),
}


def run_html(run: RunInfo) -> str:
    """The run as static HTML for a notebook: head line, findings, and its parts."""
    mark, kind, word = _mark(run)
    head = (
        f'<p class="nbm-answer"><span class="{kind}">{mark}</span> <strong>{shown(run.name, 80)}</strong> '
        f"<code>{shown(run.short_id, 8)}</code> <small>{word}</small>{verdict_html(run.verdict)}</p>"
        f'<p class="nbm-faint">{shown(" · ".join(_facts(run)), 300)}</p>'
    )
    return f'<div class="nbm"><style>{COMPARE_STYLE}</style>{head}{_parts_html(run)}</div>'


def run_details_html(run: RunInfo, *, result: str = "", extra: str = "", opened: bool = False) -> str:
    """The run behind a disclosure of its name, for the report.

    Args:
        run: the run.
        result: its metrics in a line of text; written from the run when empty.
        extra: HTML to put before its source.
        opened: shown without being asked for.
    """
    mark, kind, word = _mark(run)
    if not result or run.status is not RunStatus.FINISHED:
        result = _result(run)
    return (
        f'<details class="run" id="run-{shown(run.short_id, 8)}"{" open" if opened else ""}><summary><span>'
        f'<span class="{kind}">{mark}</span> '
        f"<strong>{shown(run.name, 60)}</strong> <code class=nbm-faint>{shown(run.short_id, 8)}</code> "
        f"<small>{word}</small>{verdict_html(run.verdict)}</span>"
        f'<span class="result">{shown(result, 120)}</span></summary>'
        f'<p class="nbm-faint">{shown(" · ".join(_facts(run)), 300)}</p>'
        f"{_parts_html(run, extra=extra)}</details>"
    )


def run_text(run: RunInfo, width: int = 100, *, parts: Sequence[RunInfo] = ()) -> str:
    """The run for a terminal.

    Args:
        run: the run.
        width: of the terminal, in cells.
        parts: the runs that are part of it, of a job those of its cells.
    """
    mark, _, word = _mark(run)
    lines = [
        " ".join(filter(None, (mark, plain(run.name, 60), run.short_id, word, verdict_mark(run.verdict)))),
        f"  {plain(' · '.join(_facts(run)), width - 2)}",
    ]
    lines += [f"  {plain(text, width - 2)}" for text in _remarks(run)]
    lines += _text_block("note", run.note)
    proof = list(proof_text(run, width))
    lines += [line for title, found in proof[:2] if found for line in ("", title, *found)]
    lines += _part_lines(parts, width)
    for title, pairs in _text_parts(run, width):
        if pairs:
            longest = max(len(key) for key, _ in pairs)
            room = max(20, width - longest - 4)
            lines += [
                "",
                title,
                *(f"  {key:<{longest}}  {plain(value, room)}".rstrip() for key, value in pairs),
            ]
    lines += [line for title, found in proof[2:] if found for line in ("", title, *found)]
    for title, text in (
        ("source", run.source),
        ("traceback", run.traceback),
        ("result", run.output.result),
        ("printed", run.output.stdout),
        ("printed to standard error", run.output.stderr),
        ("warnings", "\n".join(run.output.warnings)),
    ):
        lines += _text_block(title, text)
    return "\n".join(lines)


def _part_lines(parts: Sequence[RunInfo], width: int) -> list[str]:
    """The runs that are part of one, a line each."""
    if not parts:
        return []
    shown_parts = parts[:_MOST_PARTS]
    names = [plain(f"{part.name} {verdict_mark(part.verdict)}", 50) for part in shown_parts]
    longest = max(map(len, names))
    lines = [
        plain(f"{_mark(part)[0]} {part.short_id}  {name:<{longest}}  {_result(part)}", width - 2)
        for part, name in zip(shown_parts, names, strict=True)
    ]
    more = len(parts) - len(shown_parts)
    return [
        "",
        "runs of its cells",
        *(f"  {line}" for line in lines),
        *([f"  and {more} more"] if more else []),
    ]


def _result(run: RunInfo) -> str:
    """What came of a run, in a line."""
    if run.status is not RunStatus.FINISHED:
        return plain(run.error, 80) or _mark(run)[2]
    return ", ".join(f"{key} {format_number(value)}" for key, value in list(run.metrics.items())[:3])


def _text_block(title: str, text: str) -> list[str]:
    if not text.strip():
        return []
    return ["", title, *(f"  {line}" for line in block(text, 4000, keep="end").rstrip().splitlines())]


def _mark(run: RunInfo) -> tuple[str, str, str]:
    """The sign of a run's status, the class of its colour, and the word for it."""
    mark, kind, word = _STATUS[run.status]
    return mark, "nbm-word" if run.doubts and kind == "nbm-good" else kind, word


def _facts(run: RunInfo) -> Iterator[str]:
    if run.kind == "job":
        yield "a job"
    yield run.experiment
    yield format_moment(run.started)
    if run.duration is not None:
        yield f"took {format_duration(run.duration)}"
    if run.resources.cpu_seconds is not None:
        yield f"{format_duration(run.resources.cpu_seconds)} of CPU"
    if run.resources.peak_rss_bytes is not None:
        yield f"{format_bytes(run.resources.peak_rss_bytes)} at most"
    if run.notebook:
        count = f" [{run.execution_count}]" if run.execution_count is not None else ""
        yield f"{run.notebook.replace(chr(92), '/').rpartition('/')[2]}{count}"
    if run.parent:
        yield f"part of {run.parent[:8]}"


def _remarks(run: RunInfo) -> Iterator[str]:
    if run.error:
        yield run.error
    yield from (*run.doubts, *run.notices)
    yield from (f"Not recorded: {reason}" for reason in run.degraded)
    if run.deleted:
        yield f"In the bin since {format_moment(run.deleted)}."


def _parts_html(run: RunInfo, *, extra: str = "") -> str:
    checked, depended = proof_html(run)
    return "".join(
        (
            *(f'<p class="nbm-caution">{shown(text, 400)}</p>' for text in _remarks(run)),
            f"<p>{shown(run.note, 2000)}</p>" if run.note else "",
            checked,
            _section("Metrics", _metric_table(run)),
            _section("Parameters", _param_list(run)),
            _section("Data read", _input_table(run.inputs)),
            _section("Kept", _pairs_html(_kept(run))),
            extra,
            depended,
            _code("Source", run.source, "end"),
            _code("Traceback", run.traceback, "end"),
            _code("Result", run.output.result, "start"),
            _code("Printed", run.output.stdout, "end"),
            _code("Printed to standard error", run.output.stderr, "end"),
            _code("Warnings", "\n".join(run.output.warnings), "start"),
            _section("Where it ran", _pairs_html(_where(run))),
        )
    )


def _section(title: str, body: str) -> str:
    return f"<h3>{title}</h3>{body}" if body else ""


def _code(title: str, text: str, keep: str) -> str:
    if not text.strip():
        return ""
    return f"<h3>{title}</h3><pre>{shown_block(text.rstrip(), 8000, keep=keep)}</pre>"


def _details_of(run: RunInfo) -> Sequence[Metric]:
    return run.metric_details or tuple(Metric(key, v, v, v) for key, v in run.metrics.items())


def _metric_table(run: RunInfo) -> str:
    details = _details_of(run)
    if not details:
        return ""
    has_series = any(detail.count > 1 for detail in details)
    heads = ["Metric", "Last", *(["Lowest", "Highest", "Points"] if has_series else [])]
    rows = []
    for detail in details[:_MOST_METRICS]:
        last, low, high = format_column([detail.last, detail.min, detail.max])
        series = [low, high, format_number(detail.count)] if detail.count > 1 else ["", "", ""]
        rows.append([shown(detail.key, 60), f"<strong>{last}</strong>", *(series if has_series else [])])
    more = len(details) - _MOST_METRICS
    return _table(heads, rows) + (f"<p><small>and {more} more</small></p>" if more > 0 else "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, texts: Sequence[int] = (0,)) -> str:
    aligns = ["left" if i in texts else "right" for i in range(len(heads))]

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag} align={align}>{cell}</{tag}>" for align, cell in zip(aligns, row, strict=True)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = f"<thead><tr>{cells('th', heads)}</tr></thead>"
    return f'<div class="nbm-scroll"><table>{head}<tbody>{body}</tbody></table></div>'


def _params(run: RunInfo) -> tuple[list[Param], int]:
    details = run.param_details or tuple(Param(key, value) for key, value in run.params.items())
    chosen = [detail for detail in details if detail.shown]
    return chosen, len(details) - len(chosen)


def _param_list(run: RunInfo) -> str:
    chosen, defaults = _params(run)
    pairs = [(detail.key, param_text(detail.value, 160)) for detail in chosen[:_MOST_PARAMS]]
    notes = [f"{len(chosen) - _MOST_PARAMS} more"] if len(chosen) > _MOST_PARAMS else []
    notes += [f"{count_of(defaults, 'default')} that nobody chose"] if defaults else []
    return _pairs_html(pairs) + (f"<p><small>and {', '.join(notes)}</small></p>" if notes else "")


def _pairs_html(pairs: Sequence[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    body = "".join(f"<dt>{shown(key, 60)}</dt><dd>{shown(value, 400)}</dd>" for key, value in pairs)
    return f"<dl>{body}</dl>"


def _input_table(inputs: Sequence[Input]) -> str:
    rows = [
        [shown(item.name, 60), *(shown(cell, 60) for cell in _input_cells(item))]
        for item in inputs[:_MOST_INPUTS]
    ]
    more = len(inputs) - _MOST_INPUTS
    heads = ["Name", "Kind", "Shape", "Size", "Fingerprint"]
    return (_table(heads, rows, texts=(0, 1, 4)) if rows else "") + (
        f"<p><small>and {more} more</small></p>" if more > 0 else ""
    )


def _input_cells(item: Input) -> tuple[str, str, str, str]:
    mark = item.fingerprint.short if item.fingerprint else item.note or "none"
    return item.kind, format_shape(item.shape), format_bytes(item.nbytes), mark


def _kept(run: RunInfo) -> list[tuple[str, str]]:
    return [(item.name, f"{item.kind}, {format_bytes(item.size)}") for item in run.artifacts[:40]]


def _where(run: RunInfo, room: int = 300) -> list[tuple[str, str]]:
    """Python, packages, as many as there is room for in a line, git, tags, the id."""
    pairs = []
    if run.environment:
        pairs += [("Python", f"{run.environment.python}, {run.environment.platform}")]
        pairs += [("packages", _packages(run, room))]
    if run.git:
        dirty = ", with changes that were not committed" if run.git.dirty else ""
        pairs += [("git", f"{run.git.commit[:8]}{f' on {run.git.branch}' if run.git.branch else ''}{dirty}")]
    pairs += [("tags", ", ".join(f"{key}={value}" for key, value in run.tags.items()))] if run.tags else []
    return [*pairs, ("id", run.id)]


def _packages(run: RunInfo, room: int) -> str:
    """Those that fit, each whole, and where all of them are to be had."""
    packages = run.environment.packages if run.environment else {}
    texts = [f"{name} {version}" for name, version in packages.items()]
    if len(", ".join(texts)) <= room:
        return ", ".join(texts)
    rest = f"all {len(texts)}: nbmlops env {run.short_id}"
    while texts and len(", ".join([*texts, rest])) > room:
        texts.pop()
    return ", ".join([*texts, rest])


def _text_parts(run: RunInfo, width: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    yield (
        "metrics",
        [(plain(key, 40), format_number(value, 6)) for key, value in run.metrics.items()][:_MOST_METRICS],
    )
    chosen, _ = _params(run)
    yield "parameters", [(plain(p.key, 40), param_text(p.value, 60)) for p in chosen[:_MOST_PARAMS]]
    yield (
        "data",
        [
            (plain(i.name, 40), plain(", ".join(filter(None, _input_cells(i))), 80))
            for i in run.inputs[:_MOST_INPUTS]
        ],
    )
    yield "kept", [(plain(key, 40), plain(value, 60)) for key, value in _kept(run)]
    yield "where", [(key, plain(value, 200)) for key, value in _where(run, width - _WHERE_KEY)]
