"""What `%nbmlops` shows."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from nbmlops import api
from nbmlops.errors import AmbiguousIdError, NotFoundError
from nbmlops.magics.extension import extension_of
from nbmlops.session import session

if TYPE_CHECKING:
    from nbmlops.records.lineage import Lineage


def run(words: argparse.Namespace) -> Any:
    """What the words ask for, as an object that the notebook displays."""
    return _COMMANDS[words.command](words)


def _runs(words: argparse.Namespace) -> Any:
    return api.runs(words.experiment, where=words.where, order_by=words.order_by, limit=words.limit)


def _show(words: argparse.Namespace) -> Any:
    return api.run_info(words.run)


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


def _lineage(words: argparse.Namespace) -> Any:
    from nbmlops.widgets.lineage_view import LineageView

    view = LineageView(_variable_lineage(words.name) or _stored_lineage(words.name))
    if words.output is None:
        return view
    print(view.save(words.output).absolute())
    return None


def _variable_lineage(name: str) -> Lineage | None:
    """How a variable of this session came about; None where there is none of this name, or nothing known of it."""
    from nbmlops.tracking.lineage import slice_lineage

    shell = get_ipython()
    slice_of = getattr(extension_of(shell), "slice_of", None)
    if shell is None or slice_of is None or name not in shell.user_ns:
        return None
    mask = session().secrets.scrub_tree
    cells = [replace(cell, source=mask(cell.source)) for cell in slice_of(name)]
    return slice_lineage(cells, target=name) if cells else None


def _stored_lineage(name: str) -> Lineage:
    from nbmlops.tracking.lineage import stored_lineage

    workspace = session().workspace
    workspace.sync()
    try:
        return stored_lineage(workspace, name)
    except AmbiguousIdError:
        raise
    except NotFoundError as exc:
        raise NotFoundError(
            f"{name!r} is no variable that a cell of this session made, and names no run and no model in the store "
            f"{workspace.location}. %nbmlops runs lists the runs."
        ) from exc


def _data(words: argparse.Namespace) -> Any:
    from nbmlops.magics.data import show_data

    return show_data(words, _producer)


def _producer(name: str) -> str | None:
    """Which cell of this session made a variable, as a sentence."""
    shell = get_ipython()
    extension = extension_of(shell)
    cells = extension.slice_of(name) if extension is not None and name in shell.user_ns else ()
    if not cells:
        return None
    first, *_ = session().secrets.scrub_tree(cells[-1].source).strip().splitlines()
    return f"[{cells[-1].execution_count}] {first}"


def _store(_words: argparse.Namespace) -> None:
    print(f"Runs are kept in {session().workspace.location}")


def _doctor(words: argparse.Namespace) -> Any:
    from IPython.core.getipython import get_ipython

    from nbmlops.magics.doctor import doctor
    from nbmlops.magics.extension import extension_of

    return doctor(extension_of(get_ipython()), as_json=words.as_json)


_COMMANDS = {
    "runs": _runs,
    "show": _show,
    "compare": _compare,
    "reproduce": _reproduce,
    "lineage": _lineage,
    "data": _data,
    "doctor": _doctor,
    "store": _store,
}
