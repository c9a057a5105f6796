"""The functions that notebooks and scripts call. Each works on the active run or on the open store."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbmlops.records import Experiment, Fingerprint, Reproduction, RunInfo
from nbmlops.session import session
from nbmlops.tracking.run import Run

if TYPE_CHECKING:
    import pandas as pd

    from nbmlops.answers.store import AskedStore
    from nbmlops.jobs import JobPlan, JobResult
    from nbmlops.kernels.contract import JobListener
    from nbmlops.widgets.comparison import ComparisonView
    from nbmlops.widgets.runs_widget import RunsWidget


def start_run(
    name: str | None = None, experiment: str | None = None, *, tags: Mapping[str, object] | None = None
) -> Run:
    """Begins a run, to be used as `with nbmlops.start_run("baseline", experiment="churn") as run:`.

    It ends with the block: FINISHED, FAILED on an exception, KILLED on an interrupt. Inside another run it
    becomes part of that one. Only this and tracked cells ever begin a run.

    Args:
        name: what to call it; a name is made up when there is none.
        experiment: the group it belongs to; when left out, that of the run it is part of, else "default".
        tags: tags to set at once.
    """
    return session().start_run(name, experiment=experiment, tags=tags)


def active_run() -> Run:
    """The run that the `log_*` functions log to.

    Raises:
        NoActiveRunError: there is none, or several are open and this thread belongs to none of them.
    """
    return session().active_run()


def log_metric(key: str, value: float, step: int | None = None) -> None:
    """Logs one value of a metric to the active run; see `Run.log_metric`."""
    active_run().log_metric(key, value, step)


def log_metrics(metrics: Mapping[str, float], step: int | None = None) -> None:
    """Logs several metrics at one step to the active run."""
    active_run().log_metrics(metrics, step)


def log_series(key: str, values: Iterable[float], steps: Iterable[int] | None = None) -> None:
    """Logs many values of a metric at once to the active run; see `Run.log_series`."""
    active_run().log_series(key, values, steps)


def log_param(key: str, value: Any) -> None:
    """Logs one parameter to the active run: text, number, bool, None, or lists and dicts of them."""
    active_run().log_param(key, value)


def log_params(params: Mapping[str, Any]) -> None:
    """Logs parameters to the active run; one logged again replaces its value."""
    active_run().log_params(params)


def log_artifact(path: str | Path, name: str | None = None) -> None:
    """Keeps a copy of a file or folder with the active run; see `Run.log_artifact`."""
    active_run().log_artifact(path, name)


def log_figure(figure: Any, name: str = "figure") -> None:
    """Keeps a picture with the active run; see `Run.log_figure`."""
    active_run().log_figure(figure, name)


def log_model(
    obj: Any, name: str = "model", input_example: Any = None, *, allow_pickle: bool = False
) -> None:
    """Keeps a fitted model with the active run; see `Run.log_model`."""
    active_run().log_model(obj, name, input_example, allow_pickle=allow_pickle)


def log_predictions(y_true: Any, y_pred: Any, proba: Any = None, name: str = "predictions") -> None:
    """Keeps predictions beside the truth with the active run; see `Run.log_predictions`."""
    active_run().log_predictions(y_true, y_pred, proba, name)


def set_tag(key: str, value: object, *, run: str | None = None) -> None:
    """Sets a tag of the active run, or, when `run` is given, of the run with this id; None removes it there."""
    if run is None:
        active_run().set_tag(key, value)
        return
    tags = session().secrets.scrub_tree({key: None if value is None else str(value)})
    session().workspace.runs.set_tags(_run_to_change(run), tags)


def note(text: str, *, run: str | None = None) -> None:
    """Sets the note of the active run, or, when `run` is given, adds a paragraph to that run's note."""
    if run is None:
        active_run().note(text)
        return
    session().workspace.runs.add_note(_run_to_change(run), session().secrets.scrub(text))


def rename(run: str, name: str) -> None:
    """Gives a run another name."""
    session().workspace.runs.rename(_run_to_change(run), session().secrets.scrub(name))


def _run_to_change(run: str) -> str:
    """The id of the one run that is meant."""
    (run_id,) = session().workspace.resolve([run])
    return run_id


def delete(*runs: str) -> None:
    """Moves runs to the bin; `restore` brings them back."""
    workspace = session().workspace
    workspace.runs.bin(workspace.resolve(runs))


def restore(*runs: str) -> None:
    """Brings runs back from the bin."""
    workspace = session().workspace
    workspace.runs.restore(workspace.resolve(runs, deleted=True))


def runs(
    experiment: str | None = None,
    *,
    where: str | None = None,
    order_by: str | None = None,
    limit: int | None = None,
    deleted: bool = False,
    defaults: bool = False,
) -> pd.DataFrame:
    """The runs of the store, newest first.

    Args:
        experiment: only those of this experiment.
        where: only those that meet a condition: `"metrics.accuracy > 0.9 and params.max_depth <= 8"`.
        order_by: a column, `-` before it for descending: `"-metrics.accuracy"`. Runs without it come last.
        limit: at most so many, all when left out.
        deleted: what is in the bin instead.
        defaults: with the parameters of estimators that nobody set in any of these runs, which are left out
            otherwise.

    Returns:
        One row a run: `id`, `name`, `experiment`, `status`, `started`, `duration` (seconds), `params.*`,
        `metrics.*`, `tags.*`, `note`.

    Raises:
        WhereError: the condition can't be read, or names a key that no run has and that is spelt nearly like one;
            the message points at the place.
        ValueRefusedError: there is no such column to order by.
    """
    from nbmlops.store.run_query import RunQuery  # loads SQLAlchemy
    from nbmlops.tracking.query import runs_frame

    workspace = session().workspace
    workspace.sync()
    query = RunQuery(experiment, where, order_by, limit, deleted, defaults=defaults)
    return runs_frame(workspace.finder.table(query))


def run_info(id: str) -> RunInfo:  # noqa: A002 - the public name
    """Everything about one run, by its id, its name, or a unique beginning of its id. A notebook shows it as a page.

    Of several runs that share a name it is the newest. What changes a run (`rename`, `delete`) wants the one that
    is meant instead, and refuses such a name.

    Raises:
        NotFoundError: there is no such run.
        AmbiguousIdError: it is the beginning of several ids.
    """
    workspace = session().workspace
    workspace.context.wait()
    found = workspace.runs.info(_run_to_read(id))
    if "IPython" in sys.modules:
        from nbmlops.widgets.displays import register_displays

        register_displays()
    return found


def history(id: str, key: str) -> pd.DataFrame:  # noqa: A002 - the public name
    """The points of a metric: columns `step`, `value` and `time` (UTC), as logged.

    Raises:
        NotFoundError: there is no such run or metric.
    """
    from nbmlops.tracking.query import history_frame

    return history_frame(session().workspace.metrics.history(_run_to_read(id), key))


def _run_to_read(run: str) -> str:
    """The id of the run that is meant, the newest of those that share a name."""
    workspace = session().workspace
    workspace.sync()
    return workspace.finder.find(run).id


def compare(
    *runs: str,
    experiment: str | None = None,
    where: str | None = None,
    baseline: str | None = None,
    limit: int = 50,
    static: bool = False,
) -> ComparisonView | RunsWidget:
    """What differs between runs, as a table and curves.

    In a notebook it is a widget whose state can be read, set and observed: `w.selected_runs`, `w.baseline`,
    `w.where`, `w.text`, `w.order_by`, `w.metric`, `w.columns`. Its static view is saved in the notebook, and stays
    readable without a kernel.

    Args:
        runs: ids; the newest of the experiment when there are none.
        experiment: only those of this experiment; when left out, that of the newest run.
        where: only those that meet a condition.
        baseline: the run that the others are measured against; the best when left out.
        limit: how many the static view has, where no ids are given; the widget lists all.
        static: only the static view.

    Raises:
        NotFoundError: there are no such runs.
        WhereError: the condition can't be read.
    """
    from nbmlops.widgets.comparison import comparison_view
    from nbmlops.widgets.live import live_runs

    workspace = session().workspace
    view = comparison_view(
        workspace, runs, experiment=experiment, where=where, baseline=baseline, limit=limit
    )
    if static:
        return view
    ids = [workspace.finder.find(run).id for run in runs]
    state = {"where": where or "", "selected_runs": ids, "baseline": view.baseline}
    place = {"view": "compare", "ids": ids} if len(ids) > 1 else {"view": "runs", "experiment": ""}
    return live_runs(_asked(), view, place, state)


def table(
    *, experiment: str | None = None, where: str | None = None, limit: int = 50, static: bool = False
) -> ComparisonView | RunsWidget:
    """The runs of the store as a table to search, order, group and choose from.

    In a notebook it is a widget with the state of that of `compare`; its static view, which has the newest runs, is
    saved in the notebook.

    Args:
        experiment: only those of this experiment; of all when left out.
        where: only those that meet a condition.
        limit: how many the static view has; the widget lists all.
        static: only the static view.

    Raises:
        NotFoundError: there are no such runs.
        WhereError: the condition can't be read.
    """
    from nbmlops.widgets.comparison import Scope, comparison_view
    from nbmlops.widgets.live import live_runs

    scope = Scope({"experiment": experiment} if experiment else {}, "" if experiment else "all experiments")
    view = comparison_view(session().workspace, scope=scope, where=where, limit=limit)
    if static:
        return view
    place = {"view": "runs", "experiment": experiment or ""}
    return live_runs(_asked(), view, place, {"where": where or "", "order_by": ""})


def _asked() -> AskedStore:
    from nbmlops.answers.store import AskedStore

    return AskedStore(session().workspace, session().secrets.scrub_tree)


def experiment(
    name: str, *, goal: str | None = None, required_tags: Sequence[str] | None = None
) -> Experiment:
    """Declares an experiment, or reads it when only its name is given.

    Args:
        name: of the experiment.
        goal: a metric, a comparison and a number: `"accuracy >= 0.9"`; an empty text removes it.
        required_tags: tags that each of its runs ought to have.

    Raises:
        ValueRefusedError: the goal can't be read.
        NotFoundError: nothing but the name is given, and there is no such experiment.
    """
    workspace, secrets = session().workspace, session().secrets
    workspace.sync()
    name = secrets.scrub(name)
    if goal is None and required_tags is None:
        return workspace.experiments.get(name)
    tags = None if required_tags is None else [secrets.scrub(tag) for tag in required_tags]
    return workspace.experiments.declare(name, goal=goal, required_tags=tags)


def experiments() -> list[Experiment]:
    """All experiments, by name."""
    workspace = session().workspace
    workspace.sync()
    return workspace.experiments.all()


def load_model(run: str, name: str | None = None, *, trust: Sequence[str] = ()) -> Any:
    """The model that a run kept, inspected before anything in it is built.

    Args:
        run: the run's id or name, the newest of that name.
        name: of the artifact; may be left out when the run kept one model.
        trust: types to allow beside those that are known to be harmless.

    Raises:
        ModelError: it holds types that nobody said to trust, or is damaged.
        NotFoundError: the run kept no such model.
    """
    from nbmlops.tracking.models import load_run_model

    return load_run_model(session().workspace.blobs, run_info(run), name, trust=trust)


def load_data(run: str, name: str | None = None) -> Any:
    """The data that a run kept, as they were when its cell began: the same library, types, values and index.

    A cell keeps the tables and arrays that it reads when it begins with `%%track --keep-data`.

    Args:
        run: the run's id or name, the newest of that name.
        name: of the variable; may be left out when the run kept one dataset.

    Raises:
        NotFoundError: the run kept no such data.
        ValueRefusedError: pyarrow, the extra `data`, is not installed.
    """
    from nbmlops.tracking.data_query import kept_input

    return session().workspace.data.load(kept_input(run_info(run), name).kept)


def fingerprint(obj: Any = None, *, path: str | Path | None = None) -> Fingerprint:
    """The content and schema hashes of a piece of data, or of a file or folder.

    Equal content gives equal content hashes in pandas, polars and Arrow; one value changed anywhere gives
    another.

    Args:
        obj: a table, series, array, tensor, sparse matrix, DuckDB relation (its query is run), or plain Python data.
        path: a file or folder, instead of an object.

    Raises:
        FingerprintError: it is nothing that can be hashed.
    """
    from nbmlops.capture.fingerprints import fingerprint as hash_content

    return hash_content(obj, path=path)


def run_notebook(
    path: str | Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    output: str | Path | None = None,
    name: str | None = None,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
    secrets: Mapping[str, str] | None = None,
    kernel: str = "",
    cwd: str | Path | None = None,
    cell_timeout: float | str | None = None,
    timeout: float | str | None = None,
    memory: int | str | None = None,
    check: bool = False,
) -> JobResult:
    """Executes a notebook in a kernel of its own as a run, whose tracked cells are part of it.

    Args:
        path: the notebook, which is left as it is.
        parameters: values for the names that its cell tagged `parameters` declares; their types are checked.
        output: where the executed notebook goes; `executed/` beside the notebook when left out.
        name: of the run; the notebook's when left out.
        experiment: of the run, and of those of its cells that name none.
        tags: of the run.
        secrets: where what `nbmlops.secret(name)` returns lies: `{"DB": "env:VARIABLE"}` or
            `{"DB": "keyring:service/user"}`.
        kernel: a kernelspec's name; the notebook's own when left out.
        cwd: the notebook's working directory; its folder when left out.
        cell_timeout: what one cell may take: seconds, or a text such as `"10m"`.
        timeout: what all of it may take.
        memory: what the kernel and all it starts may take together: bytes, or a text such as `"4GB"`.
        check: raise when it fails, instead of returning a result that says so.

    Raises:
        NotebookError: the notebook isn't there, or is none.
        ParameterError: values that its parameters don't take. No kernel was started, as with all that follow.
        ValueRefusedError: the output can't be written, or another argument is wrong.
        ConfigError: a secret can't be had.
        KernelError: there is no such kernel, or it doesn't start.
        JobFailedError: it failed, and `check` is true.
    """
    from nbmlops.capture.secret_references import parse_reference
    from nbmlops.jobs import plan_job
    from nbmlops.jobs.limits import make_options

    options = make_options(kernel=kernel, cwd=cwd, cell_timeout=cell_timeout, timeout=timeout, memory=memory)
    references = [parse_reference(f"{name}={place}") for name, place in (secrets or {}).items()]
    plan = plan_job(path, values=parameters or {}, output=output, options=options, secrets=references)
    for notice in plan.notices:
        warnings.warn(notice, stacklevel=2)
    result = run_plan(plan, name=name, experiment=experiment, tags=tags)
    if check:
        result.check()
    return result


def run_plan(
    plan: JobPlan,
    *,
    name: str | None = None,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
    listener: JobListener | None = None,
) -> JobResult:
    """Executes a planned job as a run of this process's store; see `run_notebook`."""
    from nbmlops.capture.secret_names import is_secret_name
    from nbmlops.jobs import check_writable, run_job

    check_writable(plan)
    owner = session()
    secret_params = {key: value for key, value in plan.params.items() if is_secret_name(key)}
    for key, value in {**secret_params, **plan.secrets}.items():
        owner.secrets.register(str(value), name=key)
    notebook = str(plan.notebook.absolute())
    run = owner.start_job(name or plan.notebook.stem, experiment=experiment, tags=tags, notebook=notebook)
    return run_job(plan, run, secrets=owner.secrets, env=owner.store_variables, listener=listener)


def reproduce(
    run: str,
    *,
    tolerance: float = 0.0,
    env: bool = False,
    timeout: float | str | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Reproduction:
    """Does a run again in a clean kernel, compares what comes out, and keeps the verdict with the run.

    Args:
        run: its id or name, the newest of that name. A job is executed once for all runs that are part of it.
        tolerance: relative difference that counts as equal; bit for bit without it.
        env: in an environment that is built from the run's lock; this asks the package index, the first time.
        timeout: what the execution may take: seconds, or a text such as `"10m"`.
        secrets: where what `nbmlops.secret(name)` returns lies: `{"DB": "env:VARIABLE"}`.

    Returns:
        The verdict, every metric that was compared, and the first difference or what is missing.

    Raises:
        NotFoundError: there is no such run.
        ValueRefusedError: an argument is wrong.
        ConfigError: a secret can't be had.
    """
    from nbmlops.checks import Checker, CheckWords
    from nbmlops.jobs.limits import make_options

    words = CheckWords(
        tolerance=tolerance,
        fresh=env,
        timeout=make_options(timeout=timeout).job_timeout,
        secrets=tuple(f"{name}={place}" for name, place in (secrets or {}).items()),
        say=session().say,
    )
    run_id = _run_to_read(run)
    return Checker(session(), words).check(run_id).reproduction


def secret(name: str) -> str:
    """A secret, masked wherever it turns up.

    In a job it is what `--secret NAME=...` refers to, else an environment variable (`NBMLOPS_SECRET_NAME`, or
    `NAME`).

    Raises:
        ConfigError: there is none.
    """
    return session().secrets.secret(name)
