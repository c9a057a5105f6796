"""What a job is going to do, settled and checked before any kernel starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nbmlops.capture.secret_forms import is_weak
from nbmlops.capture.secret_looks import MASK
from nbmlops.capture.secret_names import is_secret_name
from nbmlops.capture.secret_references import SecretReference, fetch
from nbmlops.errors import ValueRefusedError
from nbmlops.jobs.outputs import check_output
from nbmlops.jobs.translate import translated
from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.programs.binding import Bound, bind
from nbmlops.programs.injection import inject
from nbmlops.programs.notebook import read_notebook
from nbmlops.programs.parameters import read_parameters

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class JobPlan:
    """A notebook and all that it is to be executed with.

    Attributes:
        bound: the notebook with the values given for its parameters.
        output: where the executed notebook goes, an `.ipynb` file or a folder for it; None for `executed/` beside
            the notebook.
        options: kernel, working directory, limits.
        secrets: values by the names that the notebook asks for.
        withheld: environment variables that the kernel must not see, since they hold such a value.
        notices: what may not be as it was meant, each a sentence.
    """

    bound: Bound
    output: Path | None = None
    options: ExecuteOptions = field(default_factory=ExecuteOptions)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    withheld: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def notebook(self) -> Path:
        """The notebook's path; it is never written."""
        return self.bound.parameters.notebook.path

    @property
    def params(self) -> dict[str, Any]:
        """Every parameter in force as JSON holds it, defaults included."""
        return self.bound.in_force()

    def document(self) -> dict[str, Any]:
        """The notebook with the parameters injected.

        Raises:
            NotebookError: it isn't Python, and there is no way to write its language.
        """
        injected = inject(self.bound, self._translate)
        return {**injected, "cells": [_fresh(cell) for cell in injected["cells"]]}

    def _translate(self, values: Mapping[str, Any]) -> str:
        notebook = self.bound.parameters.notebook
        return translated(values, self.options.kernel or notebook.kernel, notebook.language)

    def output_for(self, run_id: str) -> Path:
        """Where the executed notebook of this run goes."""
        folder = self.output or self.notebook.parent / "executed"
        if folder.suffix == ".ipynb" and not folder.is_dir():
            return folder.absolute()
        return (folder / f"{self.notebook.stem}-{run_id[:8]}.ipynb").absolute()


def _fresh(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The cell with its source as one text, and nothing of what an earlier execution left in it."""
    source = cell["source"]
    fresh = {**cell, "source": source if isinstance(source, str) else "".join(source)}
    return {**fresh, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else fresh


def plan_job(
    notebook: str | Path,
    texts: Mapping[str, str] = _NOTHING,
    *,
    values: Mapping[str, Any] = _NOTHING,
    output: str | Path | None = None,
    options: ExecuteOptions | None = None,
    secrets: Iterable[SecretReference] = (),
) -> JobPlan:
    """Reads a notebook and checks what it is to be executed with. Nothing is made or started.

    Args:
        notebook: its path.
        texts: parameters as the command line gives them, read as their declared types.
        values: parameters that have types already.
        output: where the executed notebook goes, a file or a folder.
        options: kernel, working directory, limits.
        secrets: where the values that the notebook asks for lie.

    Raises:
        NotebookError: the notebook isn't there, is none, or is of a language that nobody can set parameters in.
        ParameterError: values that its parameters don't take; names all of them.
        ValueRefusedError: the working directory isn't there.
        ConfigError: a secret can't be had.
    """
    bound = bind(read_parameters(read_notebook(notebook)), texts, values=values)
    options = options or ExecuteOptions()
    if options.cwd is not None and not options.cwd.is_dir():
        raise ValueRefusedError(f"There is no folder {options.cwd} for the notebook to work in.")
    references = {reference.name: reference for reference in secrets}
    fetched = {name: fetch(reference) for name, reference in references.items()}
    plan = JobPlan(
        bound,
        None if output is None else Path(output),
        options,
        secrets=fetched,
        withheld=tuple(reference.place for reference in references.values() if reference.kind == "env"),
        notices=(*bound.notices, *_secret_notices(bound, fetched)),
    )
    if not bound.parameters.notebook.is_python:
        plan.document()  # raises where there is no way to write its parameters
    return plan


def check_writable(plan: JobPlan) -> None:
    """Makes the folder of the output and tries to write to it.

    Raises:
        ValueRefusedError: it is the notebook itself, or can't be written.
    """
    check_output(plan.output_for("trial"), plan.notebook)


def without_secrets(plan: JobPlan) -> JobPlan:
    """The plan to be shown: what is named like a secret is `***`."""
    values = {name: MASK if is_secret_name(name) else value for name, value in plan.bound.values.items()}
    return replace(plan, bound=replace(plan.bound, values=values), secrets={})


def _secret_notices(bound: Bound, secrets: Mapping[str, str]) -> list[str]:
    weak = [name for name, value in secrets.items() if is_weak(value.strip())]
    named = [name for name, value in bound.values.items() if is_secret_name(name) and isinstance(value, str)]
    return [
        *(
            f"The secret {name} is so short or so common a word that it is masked only beside its name."
            for name in weak
        ),
        *(
            f"The parameter {name} looks like a secret. It is masked from here on, but others may read it where it "
            f"was given; better is --secret {name}=env:VARIABLE, and nbmlops.secret({name!r}) in the notebook."
            for name in named
        ),
    ]
