"""Takes a kernel's messages: masks them, journals them, tells the listener."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from nbmlops.kernels.contract import ExecuteOptions, JobListener, Mask
from nbmlops.kernels.journal import NO_CELL, JournalWriter
from nbmlops.kernels.kernel import Message
from nbmlops.kernels.masking import StreamMask, mask_notebook, mask_output, mask_value

_WIDGET: Final = "jupyter.widget"


def now() -> str:
    """The time, as it stands in notebooks."""
    return datetime.now(UTC).isoformat()


class Recorder:
    """Writes what a job's cells put out.

    Args:
        journal: where it goes.
        options: how it is masked.
        listener: told of streams.

    Attributes:
        idle: the ids of the requests of which no more is to come.
    """

    def __init__(self, journal: JournalWriter, options: ExecuteOptions, listener: JobListener | None) -> None:
        self._journal = journal
        self._options = options
        self._listener = listener
        self._cells: dict[str, int] = {}
        self._streams: dict[tuple[int, str], StreamMask] = {}
        self._widgets: set[str] = set()
        self.idle: set[str] = set()

    def mask(self, value: Any) -> Any:
        """The value with its secrets masked."""
        return mask_value(value, self._options.mask)

    def event(self, kind: str, cell: int = NO_CELL, /, **fields: Any) -> None:
        """Journals an event, masked wherever it may hold what a user wrote; never its own words."""
        mask = self._options.mask
        masked = {key: _MASKS[key](value, mask) if key in _MASKS else value for key, value in fields.items()}
        self._journal.event(cell, {"event": kind, **masked})

    def expect(self, request: str, cell: int) -> None:
        """What answers this request belongs to this cell, and what answers none (printed at the kernel's end) too."""
        self._cells[request] = self._cells[""] = cell

    def take(self, message: Message) -> None:
        """Takes a message from the channel of outputs."""
        cell = self._cells.get(message["parent_header"].get("msg_id", ""))
        take = _TAKES.get(message["msg_type"])
        if cell is not None and take is not None:
            take(self, cell, message)

    def error(self, cell: int, name: str, message: str, traceback: list[str] | None = None) -> None:
        """Adds an error of our own to a cell: what ended it, where the kernel can't tell any more."""
        self.flush(cell)
        lines = traceback or [f"{name}: {message}"]
        output = {"output_type": "error", "ename": name, "evalue": message, "traceback": lines}
        self.event("output", cell, output=output)

    def flush(self, cell: int | None = None) -> None:
        """Lets go of what was held back of a cell's streams, of all without an argument."""
        for (at, name), stream in self._streams.items():
            if cell is None or at == cell:
                self._show(at, name, stream.flush())

    def _show(self, cell: int, name: str, text: str) -> None:
        if text:
            self._journal.stream(cell, name, text)
            if self._listener is not None:
                self._listener.stream(cell, name, text)

    def _stream(self, cell: int, message: Message) -> None:
        name = "stderr" if message["content"]["name"] == "stderr" else "stdout"
        stream = self._streams.get((cell, name))
        if stream is None:
            stream = self._streams[cell, name] = StreamMask(self._options.mask, self._options.hold_back)
        self._show(cell, name, stream.feed(message["content"]["text"]))

    def _display(self, cell: int, message: Message) -> None:
        content = message["content"]
        output = {
            "output_type": message["msg_type"],
            "data": content["data"],
            "metadata": content["metadata"],
        }
        if message["msg_type"] == "execute_result":
            output["execution_count"] = content.get("execution_count")
        display = (content.get("transient") or {}).get("display_id")
        self.event("output", cell, output=output, **({"display_id": display} if display else {}))

    def _update(self, cell: int, message: Message) -> None:
        content = message["content"]
        if display := (content.get("transient") or {}).get("display_id"):
            self.event("update", cell, display_id=display, data=content["data"], metadata=content["metadata"])

    def _error(self, cell: int, message: Message) -> None:
        content = message["content"]
        if content["ename"] == "SystemExit" and exit_code(content["evalue"]) == 0:
            return  # the job is done, and an error would say otherwise
        self.error(cell, content["ename"], content["evalue"], content["traceback"])

    def _clear(self, cell: int, message: Message) -> None:
        self.flush(cell)
        self.event("clear", cell, wait=bool(message["content"].get("wait")))

    def _input(self, cell: int, message: Message) -> None:
        self.event("count", cell, count=message["content"]["execution_count"])

    def _status(self, cell: int, message: Message) -> None:  # noqa: ARG002 - all that take messages are alike
        if message["content"]["execution_state"] == "idle":
            self.idle.add(message["parent_header"].get("msg_id", ""))

    def _comm(self, cell: int, message: Message) -> None:
        content = message["content"]
        data, comm = content.get("data") or {}, content["comm_id"]
        if message["msg_type"] == "comm_open" and content.get("target_name") == _WIDGET:
            self._widgets.add(comm)
        if comm in self._widgets and "state" in data:
            self.event(
                "comm",
                cell,
                type=message["msg_type"],
                comm_id=comm,
                target=content.get("target_name"),
                data={"state": data["state"]},
                buffers=_encoded(data.get("buffer_paths") or [], message.get("buffers") or []),
            )


_MASKS: Final[dict[str, Callable[[Any, Mask], Any]]] = {
    "notebook": mask_notebook,
    "output": mask_output,
    "data": mask_value,
    "metadata": mask_value,
    "message": mask_value,
}
_TAKES: Final[dict[str, Callable[[Recorder, int, Message], None]]] = {
    "stream": Recorder._stream,
    "display_data": Recorder._display,
    "execute_result": Recorder._display,
    "update_display_data": Recorder._update,
    "error": Recorder._error,
    "clear_output": Recorder._clear,
    "execute_input": Recorder._input,
    "status": Recorder._status,
    "comm_open": Recorder._comm,
    "comm_msg": Recorder._comm,
}


def exit_code(value: str) -> int:
    """What the process would end with that gives this, as text, to `sys.exit`.

    Example:
        >>> exit_code(""), exit_code("3"), exit_code("no data"), exit_code("-1")
        (0, 3, 1, 255)
    """
    if value in {"", "None"}:
        return 0
    try:
        return int(value) & 0xFF
    except ValueError:
        return {"True": 1, "False": 0}.get(value, 1)


def _encoded(paths: list[Any], buffers: list[Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "encoding": "base64", "data": b64encode(bytes(buffer)).decode("ascii")}
        for path, buffer in zip(paths, buffers, strict=False)
    ]
