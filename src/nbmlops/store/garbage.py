"""Files that no run names any more: found and removed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, or_, select

from nbmlops.errors import NotFoundError, StoreError
from nbmlops.store import tables
from nbmlops.store.blobs import BlobStore
from nbmlops.store.database import Database

_KEYS = ("environment", "slice", "usage")  # of what a run's `doc` names
_INPUT_KEYS = ("profile", "kept")  # of what an input's `doc` names
YOUNG_SECONDS = 3600.0  # a file is written before the run that names it is in the tables


@dataclass(frozen=True, slots=True)
class Garbage:
    """Files that nothing needs.

    Attributes:
        files: where they lie.
        size: of all together, in bytes.
        young: how many more no run names, but which are too new: a run may be about to.
    """

    files: tuple[Path, ...] = ()
    size: int = 0
    young: int = 0


class GarbageCollector:
    """Finds and removes files in `blobs/` that no run of the store names.

    Bring the tables up to date first: a journal may name what they do not.

    Args:
        database: whose runs count.
        blobs: the files.
        clock: seconds since the epoch.
    """

    def __init__(self, database: Database, blobs: BlobStore, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def find(self, among: Collection[str] | None = None) -> Garbage:
        """What could be removed.

        Args:
            among: digests, of `named_by`; all files when left out.

        Raises:
            StoreError: the folder holds files of another store as well, or a manifest can't be read.
        """
        self._refuse_shared()
        with self._database.reading() as connection:
            needed = self._named(connection)
        paths = self._blobs.all() if among is None else [self._blobs.path(digest) for digest in among]
        unneeded = [path for path in paths if self._blobs.digest(path) not in needed]
        return self._old_ones(unneeded)

    def named_by(self, run_ids: Collection[str]) -> set[str]:
        """The digests of all files that these runs name, and their folders' files."""
        with self._database.reading() as connection:
            return self._named(connection, run_ids)

    def remove(self, garbage: Garbage) -> Garbage:
        """Removes the files; those that were taken into use meanwhile stay."""
        gone = []
        size = 0
        for path in garbage.files:
            try:
                found = path.stat()
                if not self._is_young(found.st_mtime):
                    path.unlink()
                    gone.append(path)
                    size += found.st_size
            except FileNotFoundError:
                continue  # another process collects as well
            except OSError as exc:
                raise StoreError(f"The file {path} can't be removed: {exc.strerror or exc}") from exc
        return Garbage(tuple(gone), size, garbage.young + len(garbage.files) - len(gone))

    def _old_ones(self, paths: list[Path]) -> Garbage:
        old, size, young = [], 0, 0
        for path in paths:
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            if self._is_young(found.st_mtime):
                young += 1
            else:
                old.append(path)
                size += found.st_size
        return Garbage(tuple(old), size, young)

    def _is_young(self, modified: float) -> bool:
        return modified > self._clock() - YOUNG_SECONDS

    def _named(self, connection: Connection, run_ids: Collection[str] | None = None) -> set[str]:
        artifacts, runs = tables.artifacts, tables.runs
        files = select(artifacts.c.digest, artifacts.c.is_dir).distinct()
        docs = select(runs.c.doc).where(or_(*(runs.c.doc.contains(f'"{key}"') for key in _KEYS)))
        inputs = select(tables.inputs.c.doc).where(
            or_(*(tables.inputs.c.doc.contains(f'"{key}"') for key in _INPUT_KEYS))
        )
        if run_ids is not None:
            files = files.where(artifacts.c.run_id.in_(run_ids))
            docs = docs.where(runs.c.id.in_(run_ids))
            inputs = inputs.where(tables.inputs.c.run_id.in_(run_ids))
        named: set[str] = set()
        for row in connection.execute(files):
            named.add(row.digest)
            if row.is_dir:
                named.update(self._blobs.members(row.digest))
        for doc in map(json.loads, connection.scalars(docs)):
            named.update(doc[key] for key in _KEYS if doc.get(key))
            if doc.get("slice"):
                named.update(self._modules(doc["slice"]))
        for doc in map(json.loads, connection.scalars(inputs)):
            named.update(doc[key] for key in _INPUT_KEYS if doc.get(key))
            if doc.get("kept"):
                named.update(self._packs(doc["kept"]))
        return named

    def _packs(self, digest: str) -> list[str]:
        """The files of rows that the manifest of kept data names."""
        try:
            return list(json.loads(self._blobs.get(digest))["packs"])
        except NotFoundError:
            return []

    def _modules(self, digest: str) -> list[str]:
        """The sources of the user's modules that a slice names."""
        try:
            return [module["digest"] for module in json.loads(self._blobs.get(digest))["modules"]]
        except NotFoundError:
            return []

    def _refuse_shared(self) -> None:
        """The files of a folder may be of several databases: this one, and those named with it at other times."""
        others = sorted(self._other_stores())
        if others:
            raise StoreError(
                f"The files in {self._blobs.folder} belong to more than one store ({', '.join(others)} beside "
                f"{self._database.location}): none is removed, since not all their runs can be seen from here."
            )

    def _other_stores(self) -> Iterator[str]:
        folder = self._database.folder
        if self._database.location.database_url and folder.database.exists():
            yield folder.database.name
        for journals in folder.root.glob("journals*"):
            is_its = journals.name == "journals"  # which is made beside every store.db, and may be empty
            if journals.name != folder.spool and (not is_its or any(journals.iterdir())):
                yield journals.name
