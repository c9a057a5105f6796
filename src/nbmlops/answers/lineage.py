"""How a run came about, as a picture."""

from __future__ import annotations

from typing import ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.records.wire.pictures import Picture, PictureCard, PictureLine


class Lineages:
    """Answers with lineages. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("lineage",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def lineage(self, run_id: str) -> Picture:
        """How the run with this whole id came about.

        Raises:
            NotFoundError: there is none.
        """
        from nbmlops.tracking.lineage import run_lineage
        from nbmlops.views.lineage_picture import lineage_picture
        from nbmlops.views.lineage_words import lineage_counts, lineage_sentence

        lineage = run_lineage(self._store.workspace.runs.info(run_id))
        found = lineage_picture(lineage)
        cards: list[PictureCard] = [
            {
                "key": card.key, "look": card.look, "x": card.x, "y": card.y, "width": card.width,
                "height": card.height, "round": card.round, "title": card.title,
                "texts": [
                    {"text": one.text, "look": one.look, "x": one.x, "y": one.y, "at_end": one.at_end}
                    for one in card.texts
                ],
            }
            for card in found.cards
        ]  # fmt: skip
        lines: list[PictureLine] = [
            {"path": line.path, "faint": line.faint, "x": line.x, "y": line.y, "title": line.title}
            for line in found.lines
        ]
        return {
            "width": found.width,
            "height": found.height,
            "sentence": lineage_sentence(lineage),
            "counts": lineage_counts(lineage),
            "cards": cards,
            "lines": lines,
        }
