"""`nbmlops compare`: what differs between runs, and which is best."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_found
from nbmlops.cli.options import experiment_option, json_option, limit_option, runs_argument, where_option
from nbmlops.cli.output import (
    console,
    hint,
    on_terminal,
    print_json,
    remark,
    say,
    say_aside,
    terminal_width,
)
from nbmlops.cli.place import require_workspace, resolve_to_read, store_option
from nbmlops.cli.suggest import suggest_runs
from nbmlops.errors import NotFoundError

if TYPE_CHECKING:
    from nbmlops.views.compared import Comparison
    from nbmlops.widgets.comparison import ComparisonView
    from nbmlops.workspace import Workspace


@click.command(
    "compare",
    epilog=examples(
        "nbmlops compare 3f9c 77ab",
        "nbmlops compare -e churn --baseline 3f9c",
        'nbmlops compare -e churn --where "metrics.accuracy > 0.9" -o comparison.html',
    ),
)
@runs_argument(required=False)
@experiment_option("experiment", "The runs of this experiment.")
@where_option
@click.option(
    "-b",
    "--baseline",
    metavar="RUN",
    shell_complete=suggest_runs,
    help="Measure the others against this run.",
)
@limit_option("The newest N, where no runs are named.", least=1, default=50)
@click.option(
    "-o",
    "--output",
    "--html",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the comparison as a page that needs nothing else.",
)
@json_option
@store_option
def command_compare(
    *,
    runs: tuple[str, ...],
    experiment: str | None,
    where: str | None,
    baseline: str | None,
    limit: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Compare runs: the answer first, then what differs.

    Without RUNS it compares the newest of the experiment, or of that of the newest run.
    """
    if runs and (experiment or where):
        raise click.UsageError("Give runs, or --experiment and --where, not both.")
    workspace = require_workspace(runs[0] if runs else None)
    if not runs:
        _require_some(workspace, experiment, where)
    ids = list(dict.fromkeys(resolve_to_read(workspace, run) for run in runs))
    measure = resolve_to_read(workspace, baseline) if baseline is not None else None
    from nbmlops.widgets.comparison import comparison_view

    view = comparison_view(workspace, ids, experiment=experiment, where=where, baseline=measure, limit=limit)
    if view.caption:
        remark(view.caption)
    if output is not None:
        _write(view, output, aside=as_json)
    if as_json:
        print_json(_document(view))
    elif output is None:
        _show(view)


def _require_some(workspace: Workspace, experiment: str | None, where: str | None) -> None:
    from nbmlops.store.run_query import RunQuery

    query = RunQuery(experiment, where, limit=1)
    if not workspace.finder.ids(query):
        raise NotFoundError(nothing_found(workspace, query))


def _write(view: ComparisonView, output: Path, *, aside: bool) -> None:
    saved = view.save(output).absolute()
    told = say_aside if aside else say
    told(str(saved))
    if not aside:
        hint(saved.as_uri())


def _show(view: ComparisonView) -> None:
    from nbmlops.views.compare_text import comparison_text

    text = comparison_text(view.comparison, terminal_width())
    if not on_terminal():
        say(text)
        return
    _draw(text.splitlines(), view.comparison)
    hint("", f"nbmlops show {view.comparison.rows[0].run.short_id}    nbmlops compare ... -o comparison.html")


def _draw(lines: list[str], comparison: Comparison) -> None:
    from rich.text import Text

    out = console()
    cautions = tuple(f"{caution.title}: " for caution in comparison.cautions)
    for at, line in enumerate(lines):
        text = Text(line)
        if at == 0 or line.startswith("run  "):
            text.stylize("bold")
        elif cautions and line.startswith(cautions):
            text.stylize("yellow", 0, line.index(":"))
        elif line.startswith("  "):
            text.stylize("bright_black")
        for word, style in (("★", "bold green"), ("▲", "green"), ("▼", "red")):
            text.highlight_words([word], style)
        out.print(text, soft_wrap=True)


def _document(view: ComparisonView) -> dict[str, Any]:
    from nbmlops.cli.documents import brief_document, finite

    c = view.comparison
    ids = [row.run.id for row in c.rows]
    return finite(
        {
            "headline": c.verdict.headline,
            "grounds": list(c.verdict.grounds),
            "cautions": [{"title": caution.title, "text": caution.text} for caution in c.cautions],
            "best": ids[c.verdict.best] if c.verdict.best is not None else None,
            "baseline": ids[c.baseline] if c.baseline is not None else None,
            "runs": [
                brief_document(row.run)
                | {"identical": list(row.members[1:]), "standing": row.standing, "reasons": list(row.reasons)}
                for row in c.rows
            ],
            "metrics": [
                {"key": m.key, "direction": m.direction, "best": [ids[i] for i in sorted(m.best)]}
                for m in c.metrics
            ],
            "differing_params": [param.key for param in c.params],
            "same_params": dict(c.same_params),
        }
    )
