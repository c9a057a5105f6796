"""`nbmlops config`: the settings in force, and where each comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option
from nbmlops.cli.output import hint, print_json, say, say_aside
from nbmlops.cli.place import named_location, store_option
from nbmlops.config import (
    DISABLE_VARIABLE,
    SETTINGS_FILE,
    StoreLocation,
    find_store_and_origin,
    is_disabled,
    mask_password,
)
from nbmlops.errors import NotebookError, ParameterError, SettingsError
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of

if TYPE_CHECKING:
    from nbmlops.config.settings import JobSettings, Settings

_EXAMPLE = """\
[jobs.train]
notebook = "train.ipynb"
parameters = { n_estimators = 300 }"""


@click.command(
    "config",
    short_help="Show the settings in force, and where each comes from.",
    epilog=examples(
        "nbmlops config",
        "nbmlops config --check",
        "nbmlops config --schema > nbmlops.schema.json",
    ),
)
@click.option("--check", is_flag=True, help="Check nbmlops.toml, and each job against its notebook.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of nbmlops.toml, for an editor.")
@json_option
@store_option
def command_config(check: bool, schema: bool, as_json: bool) -> None:
    """Show the settings in force, and where each comes from: a variable, nbmlops.toml, or what lies there.

    --check reads all of nbmlops.toml, opens the notebook of each job, and checks the job's parameters against it;
    nothing runs. It exits with 2 when anything is wrong.
    """
    if schema:
        from nbmlops.config.keys import settings_schema

        print_json(settings_schema())
        return
    from nbmlops.config.reading import find_settings

    settings = find_settings()
    if check:
        _check(settings)
    if as_json:
        print_json(_document(settings))
    elif not check:
        _show(settings)


def _check(settings: Settings) -> None:
    """Says that nothing is wrong, or raises all that is."""
    if settings.file is None:
        raise SettingsError(f"There is no {SETTINGS_FILE} in this folder or above it: nothing to check.")
    _place()
    faults = tuple(fault for job in settings.jobs.values() for fault in _job_faults(job))
    if faults:
        count = "one mistake" if len(faults) == 1 else f"{len(faults)} mistakes"
        raise SettingsError(f"{settings.file} has {count}:", faults)
    say_aside(f"{settings.file}: nothing wrong, {count_of(len(settings.jobs), 'job')}")


def _job_faults(job: JobSettings) -> Iterator[str]:
    """What of a job doesn't fit its notebook; a required parameter may still come with `-p`."""
    from nbmlops.programs import bind, read_notebook, read_parameters

    try:
        bind(read_parameters(read_notebook(job.notebook)), values=job.parameters, complete=False)
    except ParameterError as exc:
        yield from (f"[jobs.{job.name}] parameters: {fault}" for fault in exc.faults)
    except NotebookError as exc:
        yield f"[jobs.{job.name}] notebook: {exc}"


def _document(settings: Settings) -> dict[str, Any]:
    place, origin = _place()
    return {
        "file": str(settings.file) if settings.file else None,
        "store": {"location": str(place), "from": origin},
        "tracking": {"on": not is_disabled(), "from": _tracking_origin()},
        "environment": dict(_environment()),
        "jobs": {name: _job_document(job) for name, job in settings.jobs.items()},
    }


def _job_document(job: JobSettings) -> dict[str, Any]:
    """A job with what isn't set left out; spans in seconds, memory in bytes."""
    from nbmlops.programs.binding import plain_value

    return {key: plain_value(value) for key, value in asdict(job).items() if value not in (None, "", {})}


def _place() -> tuple[StoreLocation, str]:
    """Where the store lies, and what said so."""
    named = click.get_current_context().find_root().params.get("store")
    return (named_location(named), "--store") if named else find_store_and_origin()


def _tracking_origin() -> str:
    return DISABLE_VARIABLE if os.environ.get(DISABLE_VARIABLE, "").strip() else "default"


def _environment() -> Iterator[tuple[str, str]]:
    """The variables of nbmlops that are set: passwords masked, and of secrets the names alone."""
    for name, value in sorted(os.environ.items()):
        if name.startswith("NBMLOPS_"):
            yield name, "***" if name.startswith("NBMLOPS_SECRET_") else mask_password(value)


def _show(settings: Settings) -> None:
    place, origin = _place()
    rows = [
        (
            "file",
            str(settings.file) if settings.file else f"no {SETTINGS_FILE} in this folder or above it",
            "",
        ),
        ("store", str(place), origin if origin != str(settings.file) else SETTINGS_FILE),
        ("tracking", "off" if is_disabled() else "on", _tracking_origin()),
        *((name, value, "environment") for name, value in _environment()),
        *((f"job {job.name}", _job_line(job), SETTINGS_FILE) for job in settings.jobs.values()),
    ]
    _write(rows)
    if settings.jobs:
        hint("", "nbmlops run JOB    nbmlops config --check    nbmlops config --json")
    elif settings.file is None:
        hint("", f"To name a job, write {SETTINGS_FILE}:", "", *_EXAMPLE.splitlines())


def _write(rows: list[tuple[str, str, str]]) -> None:
    name_width = max(len(name) for name, _, _ in rows)
    width = max((len(value) for _, value, origin in rows if origin), default=0)
    for name, value, origin in rows:
        say(f"{name:<{name_width}}  {plain(value, 200):<{width}}  {origin}".rstrip())


def _job_line(job: JobSettings) -> str:
    path = job.notebook
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return f"{shown}: {job.description}" if job.description else str(shown)
