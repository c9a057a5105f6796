"""Parameters in other languages than Python, written by papermill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbmlops.errors import NotebookError


def translated(values: Mapping[str, Any], kernel: str, language: str) -> str:
    """The source of a cell that sets these values.

    Args:
        values: plain ones, by name.
        kernel: the name of the notebook's kernel.
        language: of the notebook, in any case.

    Raises:
        NotebookError: papermill doesn't know the language, or is not installed.
    """
    try:  # a second of imports, for other languages alone
        from papermill.exceptions import PapermillException  # type: ignore[import-untyped]
        from papermill.translators import translate_parameters  # type: ignore[import-untyped]
    except ImportError as exc:
        raise NotebookError(
            f"Parameters in {language} are written by papermill, which is missing: "
            'pip install "nbmlops[papermill]"'
        ) from exc
    for spelling in dict.fromkeys((language, language.upper(), language.title())):
        try:
            return str(translate_parameters(kernel, spelling, dict(values), "Parameters"))
        except PapermillException:
            continue  # it knows "R" and "julia", and no other spelling of them
    raise NotebookError(
        f"Parameters can't be set in {language}, the notebook's language: papermill doesn't know how. Run it "
        "without any, or read them from a file in the notebook."
    )
