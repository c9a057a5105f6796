"""Masks what a kernel sends: nested values, and streams that come in pieces."""

from __future__ import annotations

from typing import Any, Final

from nbmlops.kernels.contract import HoldBack, Mask, unmasked

_WORDS: Final = frozenset({"cell_type", "id", "output_type", "execution_count", "outputs"})
_MOST_HELD: Final = 1 << 20  # characters; a longer text that is nowhere safe to cut is masked as it stands
_AROUND: Final = 8192  # characters on each side of a cut that are looked at


def mask_value(value: Any, mask: Mask) -> Any:
    """A copy of a value of JSON with every text in it masked, keys too; encoded images are left alone."""
    if mask is unmasked:
        return value
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [mask_value(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(key): item if _is_binary(key) else mask_value(item, mask) for key, item in value.items()}
    return value


def mask_output(output: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """A copy of a cell's output, masked but for what nbformat prescribes."""
    return {key: value if key in _WORDS else mask_value(value, mask) for key, value in output.items()}


def mask_notebook(notebook: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """A copy of a notebook, masked but for what nbformat prescribes."""
    cells = [mask_output(cell, mask) for cell in notebook["cells"]]
    return {**notebook, "cells": cells, "metadata": mask_value(notebook.get("metadata", {}), mask)}


def _is_binary(key: str) -> bool:
    """Whether a mime type's content is encoded bytes, in which no text is to be found."""
    return key == "application/pdf" or (
        key.startswith(("image/", "audio/", "video/")) and key != "image/svg+xml"
    )


class StreamMask:
    """Masks a stream piece by piece; what may be the beginning of a secret waits for what follows.

    Args:
        mask: replaces the secrets in a text.
        hold_back: how many characters at the end of a piece must wait.
    """

    def __init__(self, mask: Mask, hold_back: int | HoldBack) -> None:
        self._mask = mask
        self._hold_back = hold_back
        self._held = ""

    def feed(self, text: str) -> str:
        """What may be shown now, masked; possibly nothing."""
        if self._mask is unmasked:
            return text
        raw = self._held + text
        cut = self._safe_cut(raw)
        self._held = raw[cut:]
        return self._mask(raw[:cut]) if cut else ""

    def flush(self) -> str:
        """What was held back, masked: the stream is over."""
        held, self._held = self._held, ""
        return self._mask(held) if held else ""

    def _safe_cut(self, raw: str) -> int:
        """How many characters may go: no secret begins before and ends behind."""
        cut = max(0, len(raw) - self._waiting(raw))
        for place in (cut, raw.rfind("\n", 0, cut) + 1):
            if self._parts_none(raw, place):
                return place
        return 0 if len(raw) < _MOST_HELD else len(raw)

    def _waiting(self, raw: str) -> int:
        if callable(self._hold_back):
            return self._hold_back(raw)
        return max(0, self._hold_back - 1)  # one more, and the secret would be complete

    def _parts_none(self, raw: str, cut: int) -> bool:
        """Whether masking both sides of the cut gives the same as masking them together."""
        if cut in {0, len(raw)}:
            return True
        before, behind = raw[max(0, cut - _AROUND) : cut], raw[cut : cut + _AROUND]
        return self._mask(before) + self._mask(behind) == self._mask(before + behind)
