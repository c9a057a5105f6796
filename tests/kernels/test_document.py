"""Outputs as Jupyter would show them."""

from __future__ import annotations

from typing import Any

import pytest

from nbmlops.kernels.document import as_shown, put_together
from nbmlops.kernels.journal import Frame

from .conftest import Execute


def assembled(*frames: tuple[str, Any]) -> list[dict[str, Any]]:
    """The outputs of a notebook's only cell after these frames."""
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None}
    begin = {"event": "begin", "job": "j", "at": "2026-01-01T00:00:00+00:00", "notebook": {"cells": [cell]}}
    told = [
        Frame(kind, 0, payload) if kind.startswith("std") else Frame("event", 0, {"event": kind, **payload})
        for kind, payload in frames
    ]
    outputs: list[dict[str, Any]] = put_together([Frame("event", -1, begin), *told])["cells"][0]["outputs"]
    return outputs


def shown(text: str, display: str = "") -> tuple[str, dict[str, Any]]:
    output = {"output_type": "display_data", "data": {"text/plain": text}, "metadata": {}}
    return ("output", {"output": output, **({"display_id": display} if display else {})})


def texts(outputs: list[dict[str, Any]]) -> list[str]:
    return [output.get("text") or output["data"]["text/plain"] for output in outputs]


def test_pieces_of_one_stream_stand_as_one() -> None:
    outputs = assembled(("stdout", "a"), ("stdout", "b\n"), ("stderr", "c"), ("stdout", "d"))
    assert [(output["name"], output["text"]) for output in outputs] == [
        ("stdout", "ab\n"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_clear_output_clears_at_once_or_with_the_next_output() -> None:
    assert texts(assembled(("stdout", "a"), ("clear", {"wait": False}))) == []
    assert texts(assembled(("stdout", "a"), ("clear", {"wait": True}))) == ["a"]
    assert texts(assembled(("stdout", "a"), ("clear", {"wait": True}), shown("b"), ("stdout", "c"))) == [
        "b",
        "c",
    ]


def test_a_display_is_updated_wherever_it_stands() -> None:
    update = ("update", {"display_id": "x", "data": {"text/plain": "new"}, "metadata": {}})
    assert texts(assembled(shown("old", "x"), shown("other", "y"), shown("b", "x"), update)) == [
        "new",
        "other",
        "new",
    ]
    assert texts(assembled(shown("old", "x"), shown("newer", "x"))) == ["newer", "newer"]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("1%\r2%\r3%\n", "3%\n"),
        ("line\r\nnext\r\n", "line\nnext\n"),
        ("waiting\r", "waiting\r"),
        ("a\rb\nc\rd", "b\nd"),
        ("abc\b\bX", "aX"),
        ("\b", "\b"),
    ],
)
def test_what_a_terminal_overwrites_is_gone(written: str, seen: str) -> None:
    assert as_shown(written) == seen


def test_displays_widgets_and_bars_of_a_real_kernel(execute: Execute) -> None:
    done = execute(
        "h = display('one', display_id=True)",
        "h.update('two'); print('second')",
        "from IPython.display import clear_output\nfor i in range(3):\n    clear_output(wait=True); print(i)",
        "import ipywidgets; slider = ipywidgets.IntSlider(value=3); slider",
        "slider.value = 7",
        "import sys\nfor i in range(50): print(f'\\r{i}', end='', file=sys.stderr)",
    )
    cells = done.notebook["cells"]
    assert cells[0]["outputs"][0]["data"]["text/plain"] == "'two'"
    assert "transient" not in cells[0]["outputs"][0]
    assert done.text(1) == "second\n"
    assert done.text(2) == "2\n"
    view = cells[3]["outputs"][0]["data"]["application/vnd.jupyter.widget-view+json"]
    states = done.notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert states[view["model_id"]]["model_name"] == "IntSliderModel"
    assert states[view["model_id"]]["state"]["value"] == 7
    assert done.text(5, "stderr") == "49"
