"""What an executed notebook says of itself: in `metadata.nbmlops`, and in `metadata.papermill` for older tools."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from nbmlops.records.jobs import CellStatus

OWN: Final = "nbmlops"
PAPERMILL: Final = "papermill"
RUNNING: Final = "running"

# papermill's words for ours: it knows four, and what never ran is not "completed".
_PAPERMILL_WORDS: Final = {
    CellStatus.PENDING: "pending",
    CellStatus.SKIPPED: "pending",
    CellStatus.RUNNING: "running",
    CellStatus.COMPLETED: "completed",
}


def begin_job(notebook: dict[str, Any], event: dict[str, Any]) -> None:
    """Every code cell is pending, without the outputs of an earlier execution."""
    metadata = notebook.setdefault("metadata", {})
    metadata[OWN] = _others(metadata) | {"job": event["job"], "status": RUNNING, "exit_code": None}
    _timing(metadata, start=event["at"])
    metadata.get("widgets", {}).pop("application/vnd.jupyter.widget-state+json", None)
    for cell in notebook.get("cells", ()):
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
            _set_status(cell, CellStatus.PENDING)
            _timing(cell["metadata"])


def begin_cell(cell: dict[str, Any], event: dict[str, Any]) -> None:
    """The cell runs."""
    _set_status(cell, CellStatus.RUNNING)
    _timing(cell["metadata"], start=event["at"], exception=False)


def end_cell(cell: dict[str, Any], event: dict[str, Any]) -> None:
    """The cell is over, or is skipped."""
    status = CellStatus(event["status"])
    _set_status(cell, status, event.get("message"))
    failed = papermill_word(status) == "failed"
    start = cell["metadata"][PAPERMILL]["start_time"]
    exception = failed if start or failed else None
    _timing(cell["metadata"], start=start, end=event["at"] if start else None, exception=exception)


def end_job(notebook: dict[str, Any], event: dict[str, Any]) -> None:
    """The job is over."""
    metadata = notebook["metadata"]
    metadata[OWN] |= {"status": event["status"], "exit_code": event["exit_code"]}
    if event.get("failed_cell"):
        metadata[OWN]["failed_cell"] = event["failed_cell"]
    if event.get("message"):
        metadata[OWN]["message"] = event["message"]
    exception = True if event["status"] != CellStatus.COMPLETED else None
    _timing(metadata, start=metadata[PAPERMILL]["start_time"], end=event["at"], exception=exception)


def papermill_word(status: CellStatus) -> str:
    """A cell's status in papermill's words."""
    return _PAPERMILL_WORDS.get(status, "failed")


def _set_status(cell: dict[str, Any], status: CellStatus, message: str | None = None) -> None:
    metadata = cell.setdefault("metadata", {})
    metadata[OWN] = _others(metadata) | {"status": status.value} | ({"message": message} if message else {})
    metadata[PAPERMILL] = _as_dict(metadata.get(PAPERMILL)) | {"status": papermill_word(status)}


def _timing(
    metadata: dict[str, Any],
    *,
    start: str | None = None,
    end: str | None = None,
    exception: bool | None = None,
) -> None:
    duration = None
    if start and end:
        duration = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    metadata[PAPERMILL] = _as_dict(metadata.get(PAPERMILL)) | {
        "start_time": start,
        "end_time": end,
        "duration": duration,
        "exception": exception,
    }


def _others(metadata: dict[str, Any]) -> dict[str, Any]:
    """What else stands under our name; what an earlier execution said doesn't stay."""
    said = {"status", "message", "job", "exit_code", "failed_cell"}
    return {key: value for key, value in _as_dict(metadata.get(OWN)).items() if key not in said}


def _as_dict(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}
