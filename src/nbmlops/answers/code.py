"""Code that takes a run up again."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.capture.header import find_header
from nbmlops.errors import ValueRefusedError
from nbmlops.records import Param, RunInfo, SliceCell
from nbmlops.records.wire.doing import SliceNotebook, Snippet


class Codes:
    """Answers with code. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("code", "slice_notebook")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def code(self, run_id: str) -> list[Snippet]:
        """Code and commands that take up the run with this whole id.

        Raises:
            NotFoundError: there is none.
        """
        return list(_snippets(self._store.workspace.runs.info(run_id)))

    def slice_notebook(self, run_id: str) -> SliceNotebook:
        """The cells that the run with this whole id depended on, as a notebook.

        Raises:
            NotFoundError: there is none.
            ValueRefusedError: its cells are not known.
        """
        from nbmlops.programs.slice_notebook import slice_notebook

        run = self._store.workspace.runs.info(run_id)
        cells = run.slice or (
            (SliceCell(run.source, run.cell_id, run.execution_count),) if run.source else ()
        )
        if not cells:
            raise ValueRefusedError(f"The run {run.short_id} {run.name!r} was begun outside of a notebook.")
        # The last cell of a run that `start_run` began has no header, and must not be tracked beside it.
        begins_runs = run.kind != "cell" and find_header(cells[-1].source) is None
        notebook = slice_notebook(cells, fails=str(run.status) == "FAILED", begins_runs=begins_runs)
        return {"name": f"{_file_name(run)}.ipynb", "notebook": notebook}


def _file_name(run: RunInfo) -> str:
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', run.name).strip('-')[:60] or 'run'}-{run.short_id}"


def _snippets(run: RunInfo) -> Iterator[Snippet]:
    head = f'import nbmlops\n\nrun = nbmlops.run_info("{run.id}")'
    yield {"title": "Read the run", "language": "python", "code": f"{head}\nrun.metrics"}
    if chosen := {
        param.key: param.value for param in run.param_details if param.shown and not _is_class(param)
    }:
        yield {"title": "Its parameters", "language": "python", "code": _assignments(chosen)}
    for artifact in run.artifacts:
        if artifact.kind == "model":
            call = f'model = nbmlops.load_model("{run.id}", {artifact.name!r})'
            title = "Load the model" if artifact.name == "model" else f"Load the model {artifact.name}"
            yield {"title": title, "language": "python", "code": f"import nbmlops\n\n{call}"}
    if kept := [item.name for item in run.inputs if item.kept]:
        calls = [f"{_name(name) or 'data'} = nbmlops.load_data(run, {name!r})" for name in kept]
        lines = "\n".join([f'import nbmlops\n\nrun = "{run.id}"', *calls])
        yield {"title": "Load the data", "language": "python", "code": lines}
    yield {"title": "Check it again", "language": "shell", "code": f"nbmlops reproduce {run.id}"}
    if run.notebook and run.notebook.endswith(".ipynb"):
        name = PurePath(run.notebook).name
        yield {
            "title": "Make a package of its notebook",
            "language": "shell",
            "code": f"nbmlops export {_quoted(name)}",
        }


def _is_class(param: Param) -> bool:
    """An estimator's class stands under the name of its variable: to set it would put a text in its place."""
    return param.origin == "estimator" and "." not in param.key


def _assignments(params: dict[str, object]) -> str:
    """`max_depth = 4` for each; those that no variable can be called stand in a dictionary."""
    named = {key: value for key, value in params.items() if _name(key)}
    rest = {key: value for key, value in params.items() if key not in named}
    lines = [f"{key} = {value!r}" for key, value in named.items()]
    if rest:
        inner = "".join(f"    {key!r}: {value!r},\n" for key, value in rest.items())
        lines.append(f"params = {{\n{inner}}}")
    return "\n".join(lines)


def _name(text: str) -> str:
    return text if text.isidentifier() and not keyword.iskeyword(text) else ""


def _quoted(name: str) -> str:
    from shlex import quote

    return quote(name)
