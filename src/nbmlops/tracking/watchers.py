"""Everything that watches a cell while it runs, started and stopped together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbmlops.capture import readers
from nbmlops.capture.figures import CapturedFigure, FigureWatch
from nbmlops.capture.files import FileWatch, OpenedFile
from nbmlops.capture.output import OutputTail
from nbmlops.capture.resources import Measured, ResourceSampler
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.records import OutputTails, ResourceUse
from nbmlops.records.usage import Usage
from nbmlops.tracking.guard import Guard


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watchers saw."""

    files: tuple[OpenedFile, ...] = ()
    output: OutputTails = field(default_factory=OutputTails)
    figures: tuple[CapturedFigure, ...] = ()
    notices: tuple[str, ...] = ()
    resources: ResourceUse = field(default_factory=ResourceUse)
    usage: Usage = field(default_factory=Usage)


class Watchers:
    """The watchers of a process. They nest: `stop` ends what was started last.

    Args:
        secrets: masks what is printed.
        files: sees what is opened; one for a process.
        shell: the IPython shell whose displayed figures are seen.
    """

    def __init__(self, secrets: SecretRegistry, files: FileWatch, shell: Any) -> None:
        self._secrets = secrets
        self._shell = shell
        self.files = files
        self._resources = ResourceSampler()
        self._open: list[tuple[OutputTail, FigureWatch]] = []
        readers.install(self.files)

    def ignore_store(self, root: Path) -> None:
        """What we read and write ourselves is no data of the user's."""
        self.files.ignore_folder(root)

    def start(self, guard: Guard) -> None:
        """Begins to watch."""
        output, figures = OutputTail(self._secrets.scrub), FigureWatch(self._shell)
        self._open.append((output, figures))
        with guard.protect("Figures"):
            figures.start()
        with guard.protect("Output"):
            output.start()
        with guard.protect("Resource use"):
            self._resources.start()
        with guard.protect("Files read"):
            self.files.start()

    def stop(self, guard: Guard) -> Seen:
        """Ends watching; a watcher that fails loses only what it saw."""
        if not self._open:
            return Seen()
        output, figures = self._open.pop()
        files: tuple[OpenedFile, ...] = ()
        measured, tails = Measured(), OutputTails()
        pictures: tuple[CapturedFigure, ...] = ()
        with guard.protect("Files read"):
            files = self.files.stop()
        with guard.protect("Resource use"):
            measured = self._resources.stop()
        with guard.protect("Output"):
            tails = output.stop()
        with guard.protect("Figures"):
            pictures = figures.stop()
        notices = list(figures.faults)
        if figures.dropped:
            notices.append(
                f"{figures.dropped} more figures were shown than the {len(pictures)} that are kept."
            )
        if self.files.overflowed:
            notices.append(f"More than {len(files)} files were opened: only the first are known.")
        return Seen(files, tails, pictures, tuple(notices), *measured)
