"""An experiment as one page: the answer, whether to trust it, and everything behind it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from nbmlops.records.runs import Experiment, RunInfo
from nbmlops.views.charts import Chart
from nbmlops.views.compare_html import sections_html
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.compare_table import table_html
from nbmlops.views.compared import Caution, Comparison, Row
from nbmlops.views.markup import plain, shown
from nbmlops.views.numbers import MISSING, count_of, format_column, format_duration, format_moment
from nbmlops.views.offline import Live
from nbmlops.views.report_style import REPORT_STYLE
from nbmlops.views.run_page import run_details_html
from nbmlops.views.transcript import SaidCommand, transcript_html

_MOST_RUNS = 200
_MOST_FIGURES = 6
_COUNTED = ("ranked", "running", "ended early")
_PNG_MAGIC = b"\x89PNG"


def report_html(
    experiment: Experiment,
    c: Comparison,
    charts: Sequence[Chart],
    runs: Sequence[RunInfo],
    *,
    figures: Mapping[str, Sequence[bytes]] | None = None,
    commands: Sequence[SaidCommand] = (),
    made: datetime | None = None,
    title: str = "",
    note: str = "",
    opened: str | None = None,
    live: Live | None = None,
) -> str:
    """One self-contained HTML document: loads nothing, prints, and is whole without a script.

    Args:
        experiment: what it is about, with its goal.
        c: the comparison of `runs`.
        charts: drawn from `c`.
        runs: shown in full, each behind a disclosure, in the order of the comparison.
        figures: PNGs by run id, shown with the run.
        commands: what else was done, a section for each of their chapters.
        made: when the report was written; left out of the page when None, so that it stays reproducible.
        title: instead of the experiment's name.
        note: which runs these are, where they are not all.
        opened: the id of a run that is shown without being asked for.
        live: what makes it more than a document, where scripts run.
    """
    heading = shown(title or experiment.name, 120)
    body = "".join(
        (
            _header(experiment, runs, heading, note),
            _answer(c),
            _trust(c),
            _chart_section(charts),
            f'<section class="wide"><h2>All runs</h2>{table_html(c)}</section>',
            f"<section><h2>What differs</h2>{sections_html(c)}</section>",
            transcript_html(commands),
            _run_section(c, runs, figures or {}, opened),
            _colophon(runs, made),
        )
    )
    policy, holder, scripts = (live.policy, live.holder, live.scripts) if live else ("", "", "")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark">{policy}'
        f"<title>{heading}</title><style>{COMPARE_STYLE}\n{REPORT_STYLE}</style></head>"
        f'<body>{holder}<main class="nbm">{body}</main>{scripts}</body></html>\n'
    )


def _header(experiment: Experiment, runs: Sequence[RunInfo], heading: str, note: str) -> str:
    parts = [count_of(len(runs), "run")]
    if runs:
        first, last = min(run.started for run in runs), max(run.started for run in runs)
        same_day = first.date() == last.date()
        parts.append(_day(first) if same_day else f"{_day(first)} to {_day(last)}")
        seconds = sum(run.duration or 0.0 for run in runs)
        parts.append(f"{format_duration(seconds)} of computing")
        notebooks = sorted({run.notebook for run in runs if run.notebook})
        parts += [shown(name.replace("\\", "/").rpartition("/")[2], 60) for name in notebooks[:2]]
    name = shown(experiment.name, 120)
    kicker = "Experiment" if heading == name else f"Experiment {name}"
    which = f"<p>{shown(note, 400)}</p>" if note else ""
    return f"<header><p class=kicker>{kicker}</p><h1>{heading}</h1><p>{' · '.join(parts)}</p>{which}</header>"


def _day(when: datetime) -> str:
    return f"{when.day} {when:%B %Y}"


def _answer(c: Comparison) -> str:
    best, metric = c.verdict.best, c.primary
    if best is None or metric is None:
        return f'<section class="answer"><p class="headline">{shown(c.verdict.headline, 200)}</p></section>'
    value = format_column(metric.values)[best]
    tied = len(metric.best) - 1
    name = shown(c.rows[best].label, 60) + (f" and {count_of(tied, 'other')}, tied" if tied else "")
    direction = "higher is better" if metric.direction == "max" else "lower is better"
    return (
        '<section class="answer"><div class="figure">'
        f'<p class="value">{value}</p><p class="unit">{shown(metric.key, 40)}, {direction}</p></div>'
        f'<div class="words"><p class="kicker">Best run</p><p class="headline">{name}</p>{_goal(c)}</div>'
        "</section>"
    )


def _goal(c: Comparison) -> str:
    metric, best = c.primary, c.verdict.best
    for goal in c.goals:
        if metric is None or best is None or goal.metric != metric.key:
            continue
        value = metric.values[best]
        met = value is not None and goal.is_met(value)
        word = (
            '<strong class="nbm-good">✓ Goal met</strong>'
            if met
            else '<strong class="nbm-word">Goal not met</strong>'
        )
        return f"<p>{word}: {shown(str(goal), 80)}</p>"
    return "".join(f"<p>Goal {shown(str(goal), 80)}: no run was measured by it</p>" for goal in c.goals)


def _trust(c: Comparison) -> str:
    grounds = "".join(f"<li>{shown(text, 400)}</li>" for text in c.verdict.grounds)
    cautions = "".join(_caution(caution) for caution in c.cautions[:20])
    failed = "".join(_failure(row) for row in c.rows if row.standing == "ended early")
    inner = (f"<ul>{grounds}</ul>" if grounds else "") + cautions + failed
    return f"<section><h2>Can it be trusted?</h2>{inner}</section>" if inner else ""


def _caution(caution: Caution) -> str:
    title, text = shown(caution.title, 80), shown(caution.text, 600)
    return f'<p class="nbm-caution"><strong class="nbm-word">{title}.</strong><br>{text}</p>'


def _failure(row: Row) -> str:
    label, why = shown(row.label, 60), shown(" ".join(row.reasons), 300)
    return f'<p class="nbm-caution bad"><strong class="nbm-bad">{label} did not finish.</strong><br>{why}</p>'


def _chart_section(charts: Sequence[Chart]) -> str:
    drawn = "".join(
        f"<figure>{chart.svg}<figcaption>{shown(chart.alt, 300)}</figcaption></figure>" for chart in charts
    )
    return f'<section class="wide"><h2>Side by side</h2>{drawn}</section>' if drawn else ""


def _run_section(
    c: Comparison, runs: Sequence[RunInfo], figures: Mapping[str, Sequence[bytes]], opened: str | None
) -> str:
    place = {member: index for index, row in enumerate(c.rows) for member in row.members}
    ordered = sorted(runs, key=lambda run: place.get(run.id, len(place)))
    results = _results(c)
    body = "".join(
        run_details_html(
            run,
            result=results.get(run.id, ""),
            extra=_figures(figures.get(run.id, ())),
            opened=run.id == opened,
        )
        for run in ordered[:_MOST_RUNS]
    )
    more = len(ordered) - _MOST_RUNS
    rest = f"<p>and {count_of(more, 'more run')}</p>" if more > 0 else ""
    return f"<section><h2>Each run</h2>{body}{rest}</section>" if body else ""


def _results(c: Comparison) -> dict[str, str]:
    """The main metrics of each run, with the digits that they have in the table."""
    columns = [(plain(metric.key, 40), format_column(metric.values)) for metric in c.metrics[:3]]
    return {
        row.run.id: ("" if row.standing in _COUNTED else "not counted: ")
        + ", ".join(f"{key} {texts[i]}" for key, texts in columns if texts[i] != MISSING)
        for i, row in enumerate(c.rows)
    }


def _figures(images: Sequence[bytes]) -> str:
    return "".join(_image(data, number) for number, data in enumerate(images[:_MOST_FIGURES], 1))


def _image(data: bytes, number: int) -> str:
    if not data.startswith(_PNG_MAGIC):
        return ""
    source = f"data:image/png;base64,{b64encode(data).decode()}"
    return f'<p><img alt="Figure {number} of the run" src="{source}"></p>'


def _colophon(runs: Sequence[RunInfo], made: datetime | None) -> str:
    return f"<footer><h2>How this was made</h2>{''.join(_colophon_lines(runs, made))}</footer>"


def _colophon_lines(runs: Sequence[RunInfo], made: datetime | None) -> Iterator[str]:
    yield (
        "<p>Each run was recorded by nbmlops while its cell ran: its source, its parameters, "
        "the fingerprints of the data that it read, its environment and its results. "
        "Fingerprints are of the whole content, never of a sample. A run with a finding that makes "
        "its metrics doubtful is shown, and not ranked.</p>"
    )
    commits = sorted(
        {run.git.commit[:8] + (" with changes" if run.git.dirty else "") for run in runs if run.git}
    )
    pythons = sorted({run.environment.python for run in runs if run.environment})
    facts = [f"Python {', '.join(pythons)}"] if pythons else []
    facts += [f"git commit {', '.join(commits[:4])}"] if commits else []
    facts += [f"written {format_moment(made)}"] if made else []
    if facts:
        yield f"<p>{shown(' · '.join(facts), 300)}</p>"
