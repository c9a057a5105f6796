"""What was not seen of a session, or goes on after it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path, PurePath
from typing import Final

from blake3 import blake3

from nbmlops.capture.literals import call_path
from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.findings.files import programs_in
from nbmlops.findings.found import Found
from nbmlops.findings.situation import Situation
from nbmlops.slices.build import is_only_loading
from nbmlops.slices.history import Execution

_PLAIN: Final = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
_PLAIN_MAGICS: Final = frozenset(
    "autoreload cd conda config env load_ext matplotlib nbmlops pip precision reload_ext reset set_env track".split()
)


class BeforeLoad:
    """Cells ran before nbmlops was loaded: what they did was not seen."""

    code = "NB113"
    slug = "before-load"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Cells that only import and define things say all in their source."""
        unseen = [item for item in situation.chosen if item.before_load and not only_defines(item.python)]
        unseen = [item for item in unseen if not is_only_loading(item.raw)]
        if unseen:
            many = f"{len(unseen)} cells" if len(unseen) > 1 else "A cell"
            yield Found(f"{many} ran before nbmlops was loaded, and what was done there was not seen: "
                        "put %load_ext nbmlops into the first cell", "", unseen[0].index)  # fmt: skip


@lru_cache(maxsize=512)
def only_defines(python: str) -> bool:
    """Whether a cell only imports, defines functions and classes, and sets names to constants."""
    try:
        return all(_is_plain(statement) for statement in parse(python))
    except PARSE_FAULTS:
        return False


def _is_plain(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Subscript() as target]):
            return call_path(target.value) == ("os", "environ")
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _is_literal(value)
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="run_line_magic"), args=[ast.Constant(value=str(magic)), *_]
            )
        ):
            return magic in _PLAIN_MAGICS
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="system"), args=[ast.Constant(value=str(text))])
        ):
            return not programs_in(text)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            # Settings that every run of the cell makes alike.
            return name in (
                "filterwarnings",
                "simplefilter",
                "set_theme",
                "set_option",
                "use",
                "basicConfig",
                "seed",
            )
    return isinstance(statement, _PLAIN)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


class EditedModule:
    """A module of the user's was edited since it was imported: what ran is not what stands there, or not all of it."""

    code = "NB114"
    slug = "edited-module"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Compares each file with its source when it was loaded, and each time that it was loaded with the next."""
        for name, path in situation.modules.items():
            loaded = situation.module_digests.get(name)
            if loaded and _digest(path) != loaded:
                yield Found(f"{PurePath(path).name} was edited after it was imported: what ran is the older version",
                            name)  # fmt: skip
            elif users := _users_of_older(situation, name):
                where = ", ".join(map(situation.label, users[:4])) + (" …" if len(users) > 4 else "")
                text = f"{PurePath(path).name} was edited and loaded anew, but {where} ran with the older version"
                yield Found(f"{text}: run again from there", name, users[0].index)


def _users_of_older(situation: Situation, name: str) -> list[Execution]:
    """The cells that count and worked with a module as it was before it was loaded with another source."""
    last = situation.last
    if last is None:
        return []
    return users_of_older([*situation.history.executions[: last.index], last], situation.chosen, name)


def users_of_older(
    executions: Sequence[Execution], chosen: Iterable[Execution], name: str
) -> list[Execution]:
    """Those of some cells that worked with a module as it was before a cell loaded it with another source.

    Args:
        executions: all that count, in order.
        chosen: of which it is asked.
        name: of the module.
    """
    loads = [(item.index, item.module_digests[name]) for item in executions if name in item.module_digests]
    newest = max((now[0] for was, now in pairwise(loads) if was[1] != now[1]), default=0)
    names = frozenset(bound for item in executions for bound in _names_from(item.python, name))
    return [
        item
        for item in chosen
        if item.index < newest
        and names & {taken for taking in item.needs.values() for taken in taking}
        and not only_defines(item.python)
    ]


@lru_cache(maxsize=1024)
def _names_from(python: str, module: str) -> frozenset[str]:
    """The names that a cell binds to a module or to something out of it."""
    if module.partition(".")[0] not in python:
        return frozenset()
    try:
        nodes = [node for statement in parse(python) for node in ast.walk(statement)]
    except PARSE_FAULTS:
        return frozenset()
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Import(names=aliases):
                found |= {a.asname or a.name.partition(".")[0] for a in aliases if a.name == module}
            case ast.ImportFrom(module=origin, names=aliases):
                found |= {a.asname or a.name for a in aliases if module in (origin, f"{origin}.{a.name}")}
    return frozenset(found)


def _digest(path: str) -> str:
    try:
        return str(blake3(Path(path).read_bytes()).hexdigest())
    except OSError:  # the file is gone: what ran is not there either
        return ""


class StillRunning:
    """A thread or a task that a cell started is still at work."""

    code = "NB115"
    slug = "still-running"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Asks what cells of the slice started whether it has ended."""
        for execution in situation.chosen:
            for is_running, name in execution.running:
                if is_running():
                    text = f"{name}, started by {situation.label(execution)}, is still at work and may change things"
                    yield Found(text, name, execution.index, execution.marks.get("<starts>", 0))
