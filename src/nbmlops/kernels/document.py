"""Puts a notebook together from what its job journalled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from nbmlops.kernels.journal import Frame
from nbmlops.kernels.metadata import begin_cell, begin_job, end_cell, end_job
from nbmlops.kernels.widget_state import WidgetState

# What a carriage return or a backspace takes away on a terminal, as Jupyter shows it.
_OVERWRITTEN: Final = re.compile(r"[^\n]*\r(?=[^\n\r])")
_RUBBED_OUT: Final = re.compile(r"[^\n\x08]\x08")
# What a message says beside its output, which is the kernel's business.
_DATA_KEYS: Final = ("data", "metadata")


class Document:
    """A notebook that grows by frames."""

    def __init__(self) -> None:
        self.notebook: dict[str, Any] = {}
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._clearing: set[int] = set()
        self._widgets = WidgetState()

    def add(self, frame: Frame) -> None:
        """Takes one frame in."""
        if frame.kind != "event":
            self._stream(frame.cell, frame.kind, frame.payload)
            return
        _TAKES[frame.payload["event"]](self, frame.cell, frame.payload)

    def finish(self) -> dict[str, Any]:
        """The notebook as it stands, with its streams joined and its widgets' states."""
        for cell in self.notebook.get("cells", ()):
            for output in cell.get("outputs", ()):
                if output["output_type"] == "stream" and isinstance(output["text"], list):
                    output["text"] = as_shown("".join(output["text"]))
        self._widgets.write(self.notebook)
        return self.notebook

    def _begin(self, cell: int, event: dict[str, Any]) -> None:  # noqa: ARG002 - all that take events are alike
        self.notebook = event["notebook"]
        begin_job(self.notebook, event)

    def _cell(self, cell: int, event: dict[str, Any]) -> None:
        begin_cell(self._at(cell), event)

    def _count(self, cell: int, event: dict[str, Any]) -> None:
        self._at(cell)["execution_count"] = event["count"]

    def _end(self, cell: int, event: dict[str, Any]) -> None:
        end_cell(self._at(cell), event)

    def _language(self, cell: int, event: dict[str, Any]) -> None:  # noqa: ARG002
        self.notebook["metadata"]["language_info"] = event["language_info"]

    def _done(self, cell: int, event: dict[str, Any]) -> None:  # noqa: ARG002
        end_job(self.notebook, event)

    def _stream(self, cell: int, name: str, text: str) -> None:
        outputs = self._outputs(cell)
        last = outputs[-1] if outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)  # a list until the end: to join each time would be quadratic
        else:
            outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def _output(self, cell: int, event: dict[str, Any]) -> None:
        output, display = event["output"], event.get("display_id")
        if display:
            self._change(display, output)
            self._displays.setdefault(display, []).append(output)
        self._outputs(cell).append(output)

    def _update(self, cell: int, event: dict[str, Any]) -> None:  # noqa: ARG002
        self._change(event["display_id"], event)

    def _change(self, display: str, content: dict[str, Any]) -> None:
        for shown in self._displays.get(display, ()):
            shown.update({key: content[key] for key in _DATA_KEYS if key in content})

    def _clear(self, cell: int, event: dict[str, Any]) -> None:
        if event["wait"]:
            self._clearing.add(cell)
        else:
            self._at(cell)["outputs"].clear()
            self._clearing.discard(cell)

    def _comm(self, cell: int, event: dict[str, Any]) -> None:  # noqa: ARG002
        self._widgets.take(event)

    def _outputs(self, cell: int) -> list[dict[str, Any]]:
        """Where the next output goes; `clear_output(wait=True)` takes away what stood there."""
        outputs: list[dict[str, Any]] = self._at(cell)["outputs"]
        if cell in self._clearing:
            self._clearing.discard(cell)
            outputs.clear()
        return outputs

    def _at(self, cell: int) -> dict[str, Any]:
        found: dict[str, Any] = self.notebook["cells"][cell]
        return found


_TAKES: Final = {
    "begin": Document._begin,
    "cell": Document._cell,
    "count": Document._count,
    "output": Document._output,
    "update": Document._update,
    "clear": Document._clear,
    "comm": Document._comm,
    "end": Document._end,
    "language": Document._language,
    "done": Document._done,
}


def as_shown(text: str) -> str:
    """A stream as a terminal leaves it: a progress bar that was drawn a thousand times stands once."""
    if "\b" in text:
        before = ""
        while before != text:
            before, text = text, _RUBBED_OUT.sub("", text)
    if "\r" in text:
        text = _OVERWRITTEN.sub("", text.replace("\r\n", "\n"))
    return text


def put_together(frames: Iterable[Frame]) -> dict[str, Any]:
    """The notebook of these frames; empty when there are none."""
    document = Document()
    for frame in frames:
        document.add(frame)
    return document.finish()
