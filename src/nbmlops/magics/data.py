"""`%nbmlops data`: a dataset, or what differs between two."""

from __future__ import annotations

import argparse
from typing import Any

from IPython.core.getipython import get_ipython

from nbmlops import api
from nbmlops.errors import MagicUsageError
from nbmlops.session import session
from nbmlops.tracking.data_query import DataFinder, Producer
from nbmlops.widgets.data_view import DataChangeView, DataView


def show_data(words: argparse.Namespace, producer: Producer | None = None) -> DataView | DataChangeView:
    """What `%nbmlops data` asks for.

    Args:
        words: `NAME`, or `diff A B` with `--key`.
        producer: tells how a variable came about.

    Raises:
        MagicUsageError: the words are neither.
        NotFoundError: there are no such data.
    """
    finder = _finder(producer)
    if words.what[0] == "diff" and len(words.what) == 3:
        changes = finder.compare(words.what[1], words.what[2], words.key)
        return DataChangeView(tuple(change for _, change in changes))
    if len(words.what) != 1 or words.key:
        raise MagicUsageError("%nbmlops data takes one name, or diff and two: %nbmlops data diff df RUN:df")
    return DataView(finder.page(words.what[0]))


def _finder(producer: Producer | None) -> DataFinder:
    workspace = session().workspace
    shell: Any = get_ipython()
    workspace.sync()
    return DataFinder(
        api.run_info,
        lambda: workspace.data,
        workspace.runs.infos,
        workspace.runs.reading,
        shell.user_ns if shell is not None else {},
        producer,
    )
