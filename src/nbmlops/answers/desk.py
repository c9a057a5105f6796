"""All that the front end may ask of a store.

A question has a name and named arguments, and they are the same for every host: the widget sends them over its own
channel, the server has a route for each. Who answers says so in its `questions`, which are names of its methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

from nbmlops.answers.arguments import checked
from nbmlops.answers.cells import NotebookCells
from nbmlops.answers.changes import RunChanges
from nbmlops.answers.checks import Checks
from nbmlops.answers.code import Codes
from nbmlops.answers.comparison import Comparisons
from nbmlops.answers.curves import Curves
from nbmlops.answers.evaluation import Evaluations
from nbmlops.answers.fleet import Fleets
from nbmlops.answers.jobs import JobLists
from nbmlops.answers.lineage import Lineages
from nbmlops.answers.pages import RunPages
from nbmlops.answers.previews import Previews
from nbmlops.answers.profiles import DataProfiles
from nbmlops.answers.runs import SingleRuns
from nbmlops.answers.spread import Spreads
from nbmlops.answers.standing import Standings
from nbmlops.answers.store import AskedStore
from nbmlops.answers.views import Views
from nbmlops.errors import ValueRefusedError

AREAS: Final[tuple[Any, ...]] = (
    Checks,
    Codes,
    Comparisons,
    Curves,
    DataProfiles,
    Evaluations,
    Fleets,
    JobLists,
    Lineages,
    NotebookCells,
    Previews,
    RunChanges,
    RunPages,
    SingleRuns,
    Spreads,
    Standings,
    Views,
)
WHO: Final[Mapping[str, Any]] = {question: area for area in AREAS for question in area.questions}


class Desk:
    """Answers questions about one store. Threads may share one.

    Args:
        store: what is asked.
    """

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    @cached_property
    def _areas(self) -> Mapping[Any, Any]:
        return {area: area(self._store) for area in AREAS}

    def ask(self, question: str, arguments: Mapping[str, Any]) -> Any:
        """The answer, as JSON can hold it.

        Args:
            question: its name.
            arguments: of the method that answers.

        Raises:
            ValueRefusedError: there is no such question, or it has other arguments.
            NbmlopsError: what the question itself meets.
        """
        if question not in WHO:
            raise ValueRefusedError(f"There is no question {question!r}")
        answer: Callable[..., Any] = getattr(self._areas[WHO[question]], question)
        return answer(**checked(question, answer, arguments))
