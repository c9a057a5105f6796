"""What a widget's view asks of its kernel, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nbmlops.records.wire import wire_error
from nbmlops.tracking.pages import RunPages

Answer = dict[str, Any]


class Channel:
    """Answers messages of the form `{id, method, args}` with `{reply_to, result}` or `{reply_to, error}`.

    Args:
        pages: what answers questions about runs.
        compare: HTML of what differs between runs, by their ids.
        front_end: the front end's code.
    """

    def __init__(
        self, pages: RunPages, *, compare: Callable[[list[str]], str], front_end: Callable[[], str]
    ) -> None:
        self._methods: Final[Mapping[str, Callable[..., Any]]] = {
            "page": pages.page,
            "series": pages.series,
            "details": pages.details,
            "set_tag": pages.set_tag,
            "comparison": lambda ids: compare([str(one) for one in ids]),
            "front_end": front_end,
        }

    def answer(self, message: object) -> Answer | None:
        """The answer, None to what is no question. An error is an answer: nothing is raised in the kernel."""
        if not isinstance(message, dict) or "id" not in message:
            return None
        asked, arguments = self._methods.get(str(message.get("method"))), message.get("args")
        try:
            if asked is None or not isinstance(arguments, dict):
                raise TypeError("no such question")
            return {"reply_to": message["id"], "result": asked(**arguments)}
        except Exception as exc:  # noqa: BLE001 - the reader of the widget is told, the kernel goes on
            return {"reply_to": message["id"], "error": wire_error(exc)}
