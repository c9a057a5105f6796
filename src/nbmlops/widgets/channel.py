"""What a widget's view asks of its kernel, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbmlops.answers.desk import Desk
from nbmlops.records.wire.errors import wire_error

Answer = dict[str, Any]


class Channel:
    """Answers messages of the form `{id, method, args}` with `{reply_to, result}` or `{reply_to, error}`.

    Args:
        desk: what answers questions.
        front_end: the front end's code; the question `front_end` is for it.
    """

    def __init__(self, desk: Desk, *, front_end: Callable[[], str]) -> None:
        self._desk = desk
        self._front_end = front_end

    def answer(self, message: object) -> Answer | None:
        """The answer, None to what is no question. An error is an answer: nothing is raised in the kernel."""
        if not isinstance(message, dict) or "id" not in message:
            return None
        question, arguments = str(message.get("method")), message.get("args")
        try:
            if question == "front_end":
                return {"reply_to": message["id"], "result": self._front_end()}
            if not isinstance(arguments, dict):
                raise TypeError("the arguments of a question are named")
            return {"reply_to": message["id"], "result": self._desk.ask(question, arguments)}
        except Exception as exc:  # noqa: BLE001 - the reader of the widget is told, the kernel goes on
            return {"reply_to": message["id"], "error": wire_error(exc)}
