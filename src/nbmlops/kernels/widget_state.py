"""The states of a notebook's widgets, so that a viewer can show them without a kernel."""

from __future__ import annotations

from typing import Any, Final

_MIME: Final = "application/vnd.jupyter.widget-state+json"
_TARGET: Final = "jupyter.widget"


class WidgetState:
    """Follows the models that a kernel opens and changes."""

    def __init__(self) -> None:
        self._models: dict[str, dict[str, Any]] = {}

    def take(self, event: dict[str, Any]) -> None:
        """Takes in a `comm_open` or `comm_msg`."""
        data, comm = event.get("data") or {}, event["comm_id"]
        if event["type"] == "comm_open" and event.get("target") == _TARGET:
            state = data.get("state") or {}
            self._models[comm] = {
                "model_name": state.get("_model_name"),
                "model_module": state.get("_model_module"),
                "model_module_version": state.get("_model_module_version"),
                "state": {},
            }
        if comm in self._models and "state" in data:
            model = self._models[comm]
            model["state"].update(data["state"])
            if event.get("buffers"):
                _replace_buffers(model, event["buffers"])

    def write(self, notebook: dict[str, Any]) -> None:
        """Puts the states where Jupyter looks for them."""
        if self._models:
            state = {"version_major": 2, "version_minor": 0, "state": self._models}
            notebook["metadata"].setdefault("widgets", {})[_MIME] = state


def _replace_buffers(model: dict[str, Any], buffers: list[dict[str, Any]]) -> None:
    """Keeps the newest buffer of each place in the state."""
    kept = {tuple(buffer["path"]): buffer for buffer in [*model.get("buffers", ()), *buffers]}
    model["buffers"] = list(kept.values())
