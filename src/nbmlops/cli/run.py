"""`nbmlops run`: a notebook as a job."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.output import print_json, say_aside
from nbmlops.cli.param_options import ParameterCommand
from nbmlops.cli.place import choose_store, store_option
from nbmlops.cli.stopping import terminated_like_interrupted
from nbmlops.cli.suggest import suggest_experiments
from nbmlops.config import is_disabled

if TYPE_CHECKING:
    from nbmlops.cli.job_parts import StoreState
    from nbmlops.cli.job_request import JobRequest
    from nbmlops.jobs import JobResult


@dataclass(frozen=True, slots=True)
class Show:
    """How a job is shown."""

    quiet: bool
    log_output: bool
    progress: bool
    as_json: bool


def _notebooks(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    del typed
    return [CompletionItem(None, type="file")]


@click.command(
    "run",
    cls=ParameterCommand,
    short_help="Run a notebook as a job.",
    epilog=examples(
        "nbmlops run train.ipynb",
        "nbmlops run train.ipynb -p n_estimators 300 -p model=boosting -e diabetes",
        "nbmlops run train.ipynb out.ipynb -f params.yaml --cell-timeout 10m --memory 4GB",
        "nbmlops run train.ipynb --secret DB=env:DATABASE_PASSWORD",
        "nbmlops run train.ipynb -p n_estimators 300 --dry-run",
        "nbmlops run nightly                          a job of nbmlops.toml",
    )
    + "\n\n\b\nExit codes:\n"
    "  0    every cell ran            124      a time-out\n"
    "  1    a cell failed             128 + n  signal n ended the kernel\n"
    "  2    refused before the start  130      interrupted\n"
    "  n    the notebook called sys.exit(n)",
)
@click.argument("notebook", metavar="NOTEBOOK|JOB", shell_complete=_notebooks)
@click.argument("output", required=False, type=click.Path(path_type=Path))
@click.option(
    "-p", "--parameter", "--parameters", "texts", nargs=2, multiple=True, metavar="NAME VALUE",
    help="A parameter, read as its declared type; -p NAME=VALUE too. May be given again.",
)  # fmt: skip
@click.option(
    "-r", "--raw", "--parameters_raw", "raw", nargs=2, multiple=True, metavar="NAME TEXT",
    help="A parameter that is this text, whatever it looks like.",
)  # fmt: skip
@click.option(
    "-f", "--file", "--parameters_file", "files", multiple=True, metavar="FILE",
    help="Parameters from a YAML, JSON or TOML file; a later one beats an earlier, -y and -p beat files.",
)  # fmt: skip
@click.option(
    "-y", "--yaml", "--parameters_yaml", "yamls", multiple=True, metavar="TEXT",
    help="Parameters as YAML: -y '{depths: [4, 8]}'.",
)  # fmt: skip
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME=WHERE",
    help="A secret by where it lies, env:VARIABLE or keyring:SERVICE/USER; the notebook reads it by "
    "nbmlops.secret(NAME). It stands nowhere in clear.",
)  # fmt: skip
@click.option("--name", metavar="NAME", help="The run's name; by default the notebook's.")
@click.option(
    "-e", "--experiment", metavar="NAME", shell_complete=suggest_experiments,
    help="The experiment of the run, and of its tracked cells that name none.",
)  # fmt: skip
@click.option(
    "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag of the run. May be given again."
)
@click.option("-k", "--kernel", metavar="NAME", help="The kernel; by default the notebook's.")
@click.option(
    "--cwd", type=click.Path(path_type=Path), metavar="FOLDER",
    help="The notebook's working directory; by default its folder, as in Jupyter.",
)  # fmt: skip
@click.option("--cell-timeout", metavar="TIME", help="What one cell may take: 90s, 10m, 1h30m.")
@click.option("--timeout", metavar="TIME", help="What the whole job may take.")
@click.option(
    "--memory", metavar="SIZE", help="What the kernel and all it starts may take together: 4GB, 512MiB."
)
@click.option("--log-output", is_flag=True, help="Show what the cells print while they run.")
@click.option("--progress/--no-progress", default=True, help="Show which cell runs. The default is to.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless it fails.")
@click.option("--dry-run", is_flag=True, help="Check everything, show what would run, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@store_option
def command_run(
    notebook: str,
    output: Path | None,
    *,
    quiet: bool,
    log_output: bool,
    progress: bool,
    as_json: bool,
    dry_run: bool,
    **words: Any,
) -> None:
    """Run a notebook as a job: a run with its parameters, whose tracked cells are part of it.

    Parameters are checked against the notebook's `parameters` cell before a kernel starts. The executed notebook is
    written to OUTPUT, a file or a folder, by default to `executed/NAME-ID.ipynb` beside the notebook, which is itself
    left as it is. It is kept with the run as well.
    """
    from nbmlops.cli.job_parts import store_state
    from nbmlops.cli.job_request import read_request
    from nbmlops.jobs.leftovers import recover_beside

    request = read_request(notebook, output, words)
    if dry_run:
        _show_plan(request, as_json=as_json)
        return
    for notice in request.plan.notices:
        say_aside(notice)
    for written in recover_beside(request.plan):
        say_aside(f"{written} was put together just now, from what a killed job had journalled.")
    choose_store()
    show = Show(quiet, log_output, progress, as_json)
    before = None if is_disabled() else store_state()
    with terminated_like_interrupted() as signals:
        result = _run(request, show)
    _tell(result, show, before)
    click.get_current_context().exit(128 + signals[0] if signals else result.exit_code or int(not result.ok))


def _show_plan(request: JobRequest, *, as_json: bool) -> None:
    from nbmlops.cli.parameter_table import parameters_document, render_parameters
    from nbmlops.jobs.plan import without_secrets

    plan = without_secrets(request.plan)
    parameters = plan.bound.parameters
    output = str(plan.output_for("________")).replace("________", "ID")
    cwd = plan.options.cwd or plan.notebook.absolute().parent
    kernel = plan.options.kernel or parameters.notebook.kernel or "python3"
    facts: dict[str, Any] = {
        "output": output,
        "cwd": str(cwd),
        "kernel": kernel,
        "secrets": list(request.secrets),
    }
    if as_json:
        document = parameters_document(parameters, plan.bound)
        print_json({**document, "in_force": plan.params, **facts})
        return
    render_parameters(parameters, plan.bound)
    say_aside("")
    for key, value in (facts | {"secrets": ", ".join(request.secrets)}).items():
        if value:
            say_aside(f"{key:<8} {value}")
    say_aside("Nothing was run.")


def _run(request: JobRequest, show: Show) -> JobResult:
    from nbmlops.api import run_plan
    from nbmlops.cli.job_progress import job_progress

    with job_progress(
        quiet=show.quiet, log_output=show.log_output, bar=show.progress, as_json=show.as_json
    ) as listener:
        return run_plan(
            request.plan,
            name=request.name,
            experiment=request.experiment,
            tags=request.tags,
            listener=listener,
        )


def _tell(result: JobResult, show: Show, before: StoreState | None) -> None:
    from nbmlops.cli.job_parts import part_runs
    from nbmlops.cli.job_result import result_document, say_failure, say_result

    if show.as_json:
        from nbmlops.session import session

        document = result_document(result, part_runs(result, before))
        print_json(session().secrets.scrub_tree(document))
    elif result.ok:
        if not show.quiet:
            say_result(result, part_runs(result, before))
    else:
        sys.stdout.flush()
        say_failure(result)
