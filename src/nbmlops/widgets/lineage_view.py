"""`%nbmlops lineage x`: how a variable, a run or a model came about."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from nbmlops.errors import ValueRefusedError
from nbmlops.records.lineage import Lineage, lineage_to_doc
from nbmlops.views.lineage_html import lineage_html, lineage_page
from nbmlops.views.lineage_svg import lineage_svg
from nbmlops.views.lineage_text import lineage_text


@dataclass(frozen=True, slots=True)
class LineageView:
    """A lineage that shows itself: a picture in a notebook, a tree in a terminal."""

    lineage: Lineage

    def _repr_html_(self) -> str:
        return lineage_html(self.lineage)

    def __repr__(self) -> str:
        return lineage_text(self.lineage, shutil.get_terminal_size((100, 24)).columns)

    def save(self, path: str | Path) -> Path:
        """Writes it as the file's ending says, `.svg`, `.html` or `.json`; the path it has.

        Raises:
            ValueRefusedError: it ends otherwise.
        """
        target = Path(path)
        target.write_text(self._written(target), encoding="utf-8")
        return target

    def _written(self, target: Path) -> str:
        match target.suffix.lower():
            case ".svg":
                return lineage_svg(self.lineage) + "\n"
            case ".html" | ".htm":
                return lineage_page(self.lineage)
            case ".json":
                return _json(self.lineage)
        raise ValueRefusedError(
            f"A lineage can't be written as {target.name!r}: end the file's name with .svg, .html or .json."
        )


def _json(lineage: Lineage) -> str:
    import json

    return json.dumps(lineage_to_doc(lineage), indent=2) + "\n"
