"""The settings of a project as `nbmlops.toml` gives them, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The table `[store]`.

    Attributes:
        location: a folder, relative to the file, or a database URL; None where the file names none.
    """

    location: str | None = None


@dataclass(frozen=True, slots=True)
class JobSettings:
    """A table `[jobs.NAME]`: a notebook, and how it runs as a job.

    Attributes:
        name: of the job.
        notebook: its absolute path.
        parameters: values by name, not yet checked against the notebook.
        kernel: the name of a kernel, None for the notebook's own.
        cell_timeout: seconds that each cell may take, None for as long as it likes.
        job_timeout: seconds that the whole job may take.
        memory: bytes that the job's processes may take together.
        output: the absolute path of the executed notebook, or of a folder for it.
        experiment: that its run belongs to.
        tags: of its run.
        secrets: names to references, "env:NAME" or "keyring:service/name".
        description: for whoever reads the list of jobs.
    """

    name: str
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    kernel: str | None = None
    cell_timeout: float | None = None
    job_timeout: float | None = None
    memory: int | None = None
    output: Path | None = None
    experiment: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that an `nbmlops.toml` sets.

    Attributes:
        file: where it was read from, None where there is none.
    """

    file: Path | None = None
    store: StoreSettings = field(default_factory=StoreSettings)
    jobs: Mapping[str, JobSettings] = field(default_factory=dict)
