"""The routes of the REST interface: which question each asks. What takes a change says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

API: Final = "nbmlops/api/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        method: of HTTP. What a GET or a DELETE asks stands in its query string, all else in the body, a JSON object.
        path: below `API`; names in braces are arguments of the question.
        question: which one: see `answers/desk.py`.
        changes: whether it changes anything: who may only read is refused.
        whole: the argument that takes all that a GET's query string says, for questions that take one object.
        follows_revision: for a GET: the answer follows from what the store holds and what is asked, and from
            nothing else. Then the store's revision tells whether a client has it already, and no answer is made.
    """

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    question: str
    changes: bool = False
    whole: str = ""
    follows_revision: bool = False

    @property
    def in_address(self) -> bool:
        """Whether what it asks stands in the query string."""
        return self.method in ("GET", "DELETE")


# `labextension/src/shared/routes.ts` lists the same; a test compares the two.
ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/revision", "revision", follows_revision=True),
    Route("GET", "/experiments", "experiments", follows_revision=True),
    Route("GET", "/runs", "page", whole="query", follows_revision=True),
    Route("POST", "/runs/query", "page"),
    Route("POST", "/runs/change", "change", changes=True),
    Route("POST", "/runs/changes", "changes", changes=True),
    Route("GET", "/runs/{run_id}", "details", follows_revision=True),
    Route("PATCH", "/runs/{run_id}", "change_run", changes=True),
    Route("GET", "/runs/{run_id}/usage", "usage", follows_revision=True),
    Route("GET", "/runs/{run_id}/standing", "standing", follows_revision=True),
    Route("GET", "/runs/{run_id}/lineage", "lineage", follows_revision=True),
    Route("GET", "/runs/{run_id}/data", "data", follows_revision=True),
    Route("GET", "/runs/{run_id}/preview", "preview", follows_revision=True),
    Route("GET", "/runs/{run_id}/code", "code", follows_revision=True),
    Route("GET", "/runs/{run_id}/slice", "slice_notebook", follows_revision=True),
    Route("GET", "/runs/{run_id}/check", "reproduction"),
    Route("POST", "/runs/{run_id}/check", "reproduce", changes=True),
    Route("DELETE", "/runs/{run_id}/check", "stop_reproduction", changes=True),
    Route("POST", "/series", "series"),
    Route("POST", "/comparison", "comparison"),
    Route("GET", "/fleet", "fleet", follows_revision=True),
    Route("GET", "/jobs", "jobs", follows_revision=True),
    Route("POST", "/cells/query", "cells"),
    Route("GET", "/notebook", "notebook_place"),
    Route("POST", "/evaluation", "evaluation"),
    Route("POST", "/spread", "spread"),
    Route("POST", "/importance", "importance"),
    Route("POST", "/comparison/source", "source_diff"),
    Route("GET", "/runs/{run_id}/figure", "figure", follows_revision=True),
    Route("GET", "/views", "views", follows_revision=True),
    Route("PUT", "/views", "save_view", changes=True),
    Route("DELETE", "/views", "delete_view", changes=True),
)
