"""What `%nbmlops` shows."""

from __future__ import annotations

import argparse
from typing import Any

from nbmlops import api
from nbmlops.session import session


def run(words: argparse.Namespace) -> Any:
    """What the words ask for, as an object that the notebook displays."""
    return _COMMANDS[words.command](words)


def _runs(words: argparse.Namespace) -> Any:
    return api.runs(words.experiment, where=words.where, order_by=words.order_by, limit=words.limit)


def _show(words: argparse.Namespace) -> Any:
    from nbmlops.widgets.run_view import RunView

    return RunView(api.run_info(words.run))


def _compare(words: argparse.Namespace) -> Any:
    return api.compare(*words.runs, experiment=words.experiment, where=words.where, baseline=words.baseline)


def _reproduce(words: argparse.Namespace) -> Any:
    from nbmlops.widgets.reproduction_view import ReproductionView

    found = api.reproduce(
        words.run,
        tolerance=words.tolerance,
        env=words.env,
        timeout=words.timeout,
        secrets=dict(words.secret),
    )
    return ReproductionView(api.run_info(words.run), found)


def _store(_words: argparse.Namespace) -> None:
    print(f"Runs are kept in {session().workspace.location}")


_COMMANDS = {"runs": _runs, "show": _show, "compare": _compare, "reproduce": _reproduce, "store": _store}
