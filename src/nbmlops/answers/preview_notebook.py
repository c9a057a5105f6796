"""A notebook that was kept, as far as it can be shown without running anything of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from nbmlops.records.wire.previews import CellFacts, OutputFacts

MOST_CELLS: Final = 500
_MOST_TEXT: Final = 20_000  # characters of one output
_IMAGES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml")
_LEFT_OUT: Final = "left out: the notebook's outputs are too large to be shown"


def notebook_cells(data: bytes, budget: int) -> tuple[list[CellFacts], bool]:
    """The cells of a notebook, and whether that is all.

    Args:
        data: of the file.
        budget: how many characters there may be in all; of what goes beyond it is said that it was left out.

    Raises:
        ValueError: it is no notebook.
    """
    document = json.loads(data)
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it is no notebook of nbformat 4")  # noqa: TRY004 - the file is wrong, not the call
    reader = _Reader(budget)
    found = [reader.cell(cell) for cell in cells[:MOST_CELLS] if isinstance(cell, dict)]
    return found, not reader.left_out and len(cells) <= MOST_CELLS


class _Reader:
    def __init__(self, budget: int) -> None:
        self._budget = budget
        self.left_out = False

    def cell(self, cell: Mapping[str, Any]) -> CellFacts:
        source = self._afford(_text(cell.get("source")))
        kind = cell.get("cell_type")
        count = cell.get("execution_count")
        outputs = cell.get("outputs") if kind == "code" else None
        return {
            "kind": kind if kind in ("code", "markdown") else "raw",
            "source": source,
            "count": count if isinstance(count, int) else None,
            "outputs": list(self._outputs(outputs if isinstance(outputs, list) else [])),
        }

    def _outputs(self, outputs: list[Any]) -> Iterator[OutputFacts]:
        for output in outputs:
            if isinstance(output, dict) and (found := _output(output)):
                if len(found["text"]) + len(found["plain"]) > self._budget:
                    self.left_out = True
                    yield _plain("text", _LEFT_OUT)
                    return
                self._budget -= len(found["text"]) + len(found["plain"])
                yield found

    def _afford(self, text: str) -> str:
        if len(text) > self._budget:
            self.left_out = True
            text = text[: self._budget]
        self._budget -= len(text)
        return text


def _output(output: Mapping[str, Any]) -> OutputFacts | None:
    match output.get("output_type"):
        case "stream":
            return _plain("text", _text(output.get("text")))
        case "error":
            return _plain("error", "\n".join(map(str, output.get("traceback") or [output.get("evalue")])))
        case "execute_result" | "display_data":
            return _shown(output.get("data"))
    return None


def _shown(data: Any) -> OutputFacts | None:
    if not isinstance(data, dict):
        return None
    plain = _text(data.get("text/plain"))[:_MOST_TEXT]
    for media_type in _IMAGES:
        if media_type in data:
            return {
                "kind": "image",
                "text": _base64(media_type, data),
                "media_type": media_type,
                "plain": plain,
            }
    if "text/html" in data:
        return {"kind": "html", "text": _text(data["text/html"]), "media_type": "", "plain": plain}
    texts = [key for key in data if key.startswith(("text/", "application/json"))]
    return _plain("text", plain or (_text(data[texts[0]]) if texts else ""))


def _base64(media_type: str, data: Mapping[str, Any]) -> str:
    text = _text(data[media_type])
    if media_type != "image/svg+xml":
        return "".join(text.split())
    from base64 import b64encode

    return b64encode(text.encode("utf-8", "replace")).decode()


def _plain(kind: Literal["text", "error"], text: str) -> OutputFacts:
    # Of an error the end tells, of what was printed the beginning.
    cut = text[-_MOST_TEXT:] if kind == "error" else text[:_MOST_TEXT]
    return {"kind": kind, "text": cut, "media_type": "", "plain": ""}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(str, value))
    return "" if value is None else json.dumps(value)
