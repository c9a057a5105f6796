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


def _store(_words: argparse.Namespace) -> None:
    print(f"Runs are kept in {session().workspace.location}")


def _doctor(words: argparse.Namespace) -> Any:
    from IPython.core.getipython import get_ipython

    from nbmlops.magics.doctor import doctor
    from nbmlops.magics.extension import extension_of

    return doctor(extension_of(get_ipython()), as_json=words.as_json)


_COMMANDS = {"runs": _runs, "show": _show, "compare": _compare, "store": _store, "doctor": _doctor}
