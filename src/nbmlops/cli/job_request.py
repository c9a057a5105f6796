"""What `nbmlops run` is asked for: the words of the command line over a job of `nbmlops.toml`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.errors import ConfigError, SettingsError, ValueRefusedError

if TYPE_CHECKING:
    from nbmlops.config.settings import JobSettings
    from nbmlops.jobs.plan import JobPlan

_LIMITS = ("kernel", "cwd", "cell_timeout", "timeout", "memory")


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job that was asked for, checked.

    Attributes:
        secrets: the references, as they are written.
    """

    plan: JobPlan
    name: str | None
    experiment: str | None
    tags: Mapping[str, str]
    secrets: tuple[str, ...]


def read_request(notebook: str, output: Path | None, words: Mapping[str, Any]) -> JobRequest:
    """The job that the words ask for.

    Args:
        notebook: the path of one, or the name of a job in `nbmlops.toml`.
        output: where the executed notebook goes.
        words: the options by name.

    Raises:
        click.UsageError: there is no such job.
        ValueRefusedError, NotebookError, SettingsError: something else is wrong, or a secret can't be had.
    """
    from nbmlops.capture.secret_references import parse_reference
    from nbmlops.jobs.limits import make_options
    from nbmlops.jobs.plan import plan_job

    job = None if _is_notebook(notebook) else _job(notebook)
    given = _job_words(job) | {key: words[key] for key in _LIMITS if words[key] is not None}
    references = {name: f"{name}={place}" for name, place in (job.secrets if job else {}).items()}
    references |= {text.partition("=")[0]: text for text in words["secrets"]}
    parsed = [parse_reference(text) for text in references.values()]
    raw = dict(words["raw"])
    values = {**(job.parameters if job else {}), **_values(words["files"], words["yamls"]), **raw}
    try:
        plan = plan_job(
            job.notebook if job else notebook,
            {key: text for key, text in words["texts"] if key not in raw},
            values=values,
            output=output or (job.output if job else None),
            options=make_options(**given),
            secrets=parsed,
        )
    except SettingsError:
        raise
    except ConfigError as exc:
        raise ValueRefusedError(str(exc)) from exc  # not the store is amiss, for which it would stand
    return JobRequest(
        plan,
        name=words["name"] or (job.name if job else None),
        experiment=words["experiment"] or (job.experiment if job else None),
        tags={**(job.tags if job else {}), **dict(map(_tag, words["tags"]))},
        secrets=tuple(map(str, parsed)),
    )


def _is_notebook(word: str) -> bool:
    return word.endswith(".ipynb") or "/" in word or Path(word).is_file()


def _job(name: str) -> JobSettings:
    from nbmlops.config.reading import find_settings

    settings = find_settings()
    if name in settings.jobs:
        return settings.jobs[name]
    if (notebook := Path(f"{name}.ipynb")).is_file():
        raise click.UsageError(f"There is no job {name!r}. Did you mean the notebook {notebook}?")
    if settings.file is None:
        raise click.UsageError(
            f"There is no notebook {name!r}, and no nbmlops.toml that could name a job so. A notebook's name "
            "ends in .ipynb."
        )
    near = difflib.get_close_matches(name, list(settings.jobs), 1)
    known = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(settings.jobs) or 'none'}."
    raise click.UsageError(f"There is no job {name!r} in {settings.file}. {known}")


def _job_words(job: JobSettings | None) -> dict[str, Any]:
    """What a job sets of the limits, by the names of the options."""
    if job is None:
        return {}
    limits = {
        "kernel": job.kernel,
        "cell_timeout": job.cell_timeout,
        "timeout": job.job_timeout,
        "memory": job.memory,
    }
    return {key: value for key, value in limits.items() if value is not None}


def _values(files: tuple[str, ...], yamls: tuple[str, ...]) -> dict[str, Any]:
    if not files and not yamls:
        return {}
    from nbmlops.programs.parameter_files import parse_yaml, read_parameter_files

    values = read_parameter_files(files)
    for text in yamls:
        values |= parse_yaml(text, "The text after -y")
    return values


def _tag(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise click.UsageError(f"{text!r} is no tag: write --tag KEY=VALUE.")
    return key.strip(), value
