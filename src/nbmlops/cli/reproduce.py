"""`nbmlops reproduce`: does a run again and says whether the same comes out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.check_result import checked_document, say_checks, summary_document
from nbmlops.cli.examples import examples
from nbmlops.cli.failures import INTERRUPTED
from nbmlops.cli.options import experiment_option, json_option
from nbmlops.cli.output import print_json, say_aside
from nbmlops.cli.place import choose_store, require_workspace, store_option
from nbmlops.cli.stopping import terminated_like_interrupted
from nbmlops.cli.suggest import suggest_runs
from nbmlops.errors import NotFoundError, ValueRefusedError

if TYPE_CHECKING:
    from nbmlops.checks import Checked, CheckWords
    from nbmlops.workspace import Workspace


@click.command(
    "reproduce",
    short_help="Do a run again, and compare.",
    epilog=examples(
        "nbmlops reproduce 3f9c2a1b",
        "nbmlops reproduce train.ipynb                the newest run of each of its cells",
        "nbmlops reproduce -e churn                   all runs of an experiment",
        "nbmlops reproduce 3f9c --tolerance 1e-6 --env",
        "nbmlops reproduce 3f9c --notebook-only --keep-notebook slice.ipynb",
    )
    + "\n\n\b\nExit codes:\n"
    "  0  REPRODUCED    the metrics are equal\n"
    "  1  DIFFERS       they are not\n"
    "  2  CANNOT        something is missing; or it was called wrongly\n"
    "  130              interrupted: the verdict of before stays",
)
@click.argument("run", metavar="[RUN|NOTEBOOK]", required=False, shell_complete=suggest_runs)
@experiment_option("experiment", "All runs of this experiment.")
@click.option("--all", "takes_all", is_flag=True, help="All runs of the store.")
@click.option(
    "--tolerance", metavar="REL", type=click.FloatRange(min=0.0), default=0.0,
    help="Relative difference that counts as equal; bit for bit without it.",
)  # fmt: skip
@click.option(
    "--env", "fresh", is_flag=True,
    help="In an environment built from the run's lock; this asks the package index, the first time.",
)  # fmt: skip
@click.option("--timeout", metavar="TIME", help="What one execution may take: 90s, 10m, 1h30m.")
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME=WHERE",
    help="A secret by where it lies, env:VARIABLE or keyring:SERVICE/USER. May be given again.",
)  # fmt: skip
@click.option(
    "--keep-notebook", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Write the notebook of what the run depended on.",
)  # fmt: skip
@click.option("--notebook-only", is_flag=True, help="Write it, and stop.")
@json_option
@store_option
def command_reproduce(
    run: str | None,
    *,
    experiment: str | None,
    takes_all: bool,
    keep_notebook: Path | None,
    notebook_only: bool,
    as_json: bool,
    **words: Any,
) -> None:
    """Do a run again in a clean kernel, and say whether the same comes out.

    What the run depended on is executed as it was: the cells in their order, the data and modules after they were
    compared with what was recorded. It works in a store of its own, which is removed; the verdict is kept with the
    run. A job is executed once for all runs that are part of it.
    """
    if (run is not None) + (experiment is not None) + takes_all != 1:
        raise click.UsageError("Give a run or a notebook, or --experiment, or --all.")
    choose_store()
    workspace = require_workspace(run)
    ids = _ids(workspace, run, experiment)
    if keep_notebook is not None or notebook_only:
        _write_slice(workspace, ids, keep_notebook)
        if notebook_only:
            return
    with terminated_like_interrupted() as signals:
        try:
            checked = _check(ids, words, as_json=as_json)
        except KeyboardInterrupt as exc:
            say_aside("Interrupted: the verdicts of before stay.")
            code = 128 + signals[0] if signals else exc.args[0] if exc.args else INTERRUPTED
            click.get_current_context().exit(code)
    if as_json:
        document = (
            checked_document(checked[0])
            if run is not None and len(checked) == 1
            else summary_document(checked)
        )
        print_json(document)
    else:
        say_checks(checked)
    click.get_current_context().exit(_exit_code(checked))


def _ids(workspace: Workspace, run: str | None, experiment: str | None) -> list[str]:
    from nbmlops.checks import runs_meant, runs_of

    if run is not None:
        return runs_meant(workspace, run)
    ids = runs_of(workspace, experiment)
    if not ids:
        what = f"The experiment {experiment!r} has no runs" if experiment else "There are no runs"
        raise NotFoundError(f"{what} in {workspace.location}. `nbmlops experiments` lists what there is.")
    return ids


def _write_slice(workspace: Workspace, ids: Sequence[str], target: Path | None) -> None:
    import json

    from nbmlops.programs.slice_notebook import slice_notebook

    if target is None or len(ids) != 1:
        raise click.UsageError("Name one run, and the notebook to write with --keep-notebook FILE.")
    found = workspace.runs.info(ids[0])
    if not found.slice:
        raise ValueRefusedError(
            f"The run {found.short_id} has no notebook: what it depended on is not known."
        )
    document = slice_notebook(found.slice, fails=found.status == "FAILED", begins_runs=found.kind == "script")
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say_aside(str(target))


def _check(ids: Sequence[str], words: dict[str, Any], *, as_json: bool) -> list[Checked]:
    from nbmlops.checks import Checker
    from nbmlops.cli.check_progress import check_progress
    from nbmlops.session import session

    with check_progress(len(ids), quiet=as_json) as progress:
        checker = Checker(session(), _words(words, progress))
        return [progress.done(checker.check(run_id)) for run_id in progress.each(ids)]


def _words(words: dict[str, Any], progress: Any) -> CheckWords:
    from nbmlops.checks import CheckWords
    from nbmlops.jobs.limits import make_options

    return CheckWords(
        tolerance=words["tolerance"],
        fresh=words["fresh"],
        timeout=make_options(timeout=words["timeout"]).job_timeout,
        secrets=words["secrets"],
        listener=progress,
        say=progress.say,
    )


def _exit_code(checked: Sequence[Checked]) -> int:
    codes = {"REPRODUCED": 0, "DIFFERS": 1, "CANNOT": 2}
    return max(codes[item.reproduction.verdict] for item in checked)
