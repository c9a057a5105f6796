"""Everything that is known of a dataset, to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nbmlops.records.data_changes import Dataset
from nbmlops.records.profiles import Profile


@dataclass(frozen=True, slots=True)
class Reader:
    """A run that read the data.

    Attributes:
        id: of the run.
        name: of the run.
        started: when it began.
        input: what the data were called there.
    """

    id: str
    name: str
    started: datetime
    input: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """A dataset and what is known of it.

    Attributes:
        dataset: fingerprint, columns, shape.
        profile: None where there is none.
        readers: runs that read the same content, the newest first.
        producer: how it came about; None where that is not known.
        note: what else a run says of it.
        dvc: the md5 of a file that DVC manages.
        kept: the data themselves are kept.
    """

    dataset: Dataset
    profile: Profile | None = None
    readers: tuple[Reader, ...] = ()
    producer: str | None = None
    note: str = ""
    dvc: str = ""
    kept: bool = False
