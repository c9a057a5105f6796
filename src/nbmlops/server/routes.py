"""The routes of the REST interface: which question each asks. What takes a change says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

API: Final = "nbmlops/api/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        method: of HTTP. What a GET asks stands in its query string, all else in the body, a JSON object.
        path: below `API`; names in braces are arguments of the question.
        question: which one: see `answers/desk.py`.
        changes: whether it changes anything: who may only read is refused.
        whole: the argument that takes all that a GET's query string says, for questions that take one object.
    """

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    question: str
    changes: bool = False
    whole: str = ""


# `labextension/src/shared/routes.ts` lists the same; a test compares the two.
ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/revision", "revision"),
    Route("GET", "/experiments", "experiments"),
    Route("GET", "/runs", "page", whole="query"),
    Route("POST", "/runs/query", "page"),
    Route("GET", "/runs/{run_id}", "details"),
    Route("PUT", "/runs/{run_id}/tags/{key}", "set_tag", changes=True),
    Route("POST", "/series", "series"),
    Route("POST", "/comparison", "comparison"),
    Route("POST", "/evaluation", "evaluation"),
    Route("POST", "/spread", "spread"),
    Route("POST", "/importance", "importance"),
)
