"""The folder of a store: what lies where in it, and its making."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nbmlops.errors import StoreError

_README = """\
This folder holds the runs that nbmlops tracked. Nothing here leaves this machine.

  store.db   parameters, metrics, tags: an SQLite database
  blobs/     models, figures and other files, named by their content
  kept/      which data are kept, so that their versions share what they have in common
  journals/  what running processes have logged and the database has not taken in yet

To remove every trace of it, delete this folder.
"""


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """Paths inside `.nbmlops`.

    Attributes:
        root: `.nbmlops` itself.
        spool: the name of the folder of journals: each database has its own, since whoever opens a database
            takes in, and then deletes, every journal in its folder.
    """

    root: Path
    spool: str = "journals"

    @property
    def database(self) -> Path:
        """The SQLite file, unless a database URL is used."""
        return self.root / "store.db"

    @property
    def journals(self) -> Path:
        """Journals and the lock files that tell whether their processes live."""
        return self.root / self.spool

    @property
    def blobs(self) -> Path:
        """Files named by their content."""
        return self.root / "blobs"

    @property
    def kept(self) -> Path:
        """Which data are kept."""
        return self.root / "kept"

    def ensure(self) -> bool:
        """Makes the folder where it is missing; True when it was.

        It ignores itself in git, so that no run is committed by accident.

        Raises:
            StoreError: it can't be made.
        """
        made = not self.root.is_dir()
        try:
            self.journals.mkdir(parents=True, exist_ok=True)
            self.blobs.mkdir(exist_ok=True)
            if made:
                (self.root / ".gitignore").write_text("*\n")
                (self.root / "README.txt").write_text(_README)
        except OSError as exc:
            raise StoreError(
                f"The store {self.root} can't be made: {exc.strerror or exc}. Make the folder writable, "
                "or name another with NBMLOPS_STORE."
            ) from exc
        return made
