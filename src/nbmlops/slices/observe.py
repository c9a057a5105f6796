"""Watches each cell of a session: what it was about to read, and what it made of it."""

from __future__ import annotations

import ast
import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

from nbmlops.capture import readers
from nbmlops.capture.files import FileWatch, Recording
from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.capture.scope import CellScope, read_scope
from nbmlops.slices.aliases import changed_with, is_plain_data, own_nodes
from nbmlops.slices.arrays import is_plain
from nbmlops.slices.calls import Callees
from nbmlops.slices.effects import EffectWalker, read_effects
from nbmlops.slices.functions import Definition, FunctionSources
from nbmlops.slices.going_on import live_work, work_since
from nbmlops.slices.growth import only_grown
from nbmlops.slices.history import FILE, Execution, History, Made, label
from nbmlops.slices.modules import LocalModules, scripts_run
from nbmlops.slices.objects import Looker, Shape
from nbmlops.slices.origin import Origins, is_atomic
from nbmlops.slices.renewal import begins_anew
from nbmlops.slices.results import result_digest
from nbmlops.slices.shapes import Shapes
from nbmlops.slices.traces import FileTraces, folders_of
from nbmlops.slices.values import ANYTHING, Effects
from nbmlops.slices.world import (
    ENVIRONMENT,
    EXTENSIONS,
    FIGURES,
    FOLDER,
    PACKAGE,
    PROGRAMS,
    RANDOM,
    SEARCH_PATH,
    SETTINGS,
    World,
    look_around,
)

_HIDDEN: Final = frozenset(
    {"In", "Out", "exit", "quit", "get_ipython", "open", "_i", "_ii", "_iii", "_ih", "_oh", "_dh"}
)
_STATES: Final = frozenset({"get_state", "getstate", "get_rng_state"})
_OUTPUT: Final = re.compile(r"\b(?:Out|_oh)\[(\d+)\]")
_MAX_RESULTS: Final = 50
_MAX_IMPLICIT: Final = 200


@dataclass
class Watched:
    """A cell under way."""

    execution: Execution
    scope: CellScope
    effects: Effects
    reads: set[str]
    grown: set[str]
    shapes: dict[str, Shape]
    identities: dict[str, int]
    world: World
    modules: set[str]
    recording: Recording
    started: frozenset[int] = frozenset()
    reads_state: bool = False
    definitions: dict[str, list[Definition]] = field(default_factory=dict)


class Observer:
    """Keeps the history of one session. Neither `before` nor `after` runs anything of the user's.

    Args:
        namespace: the user's variables, live.
        files: sees what is opened.
    """

    def __init__(self, namespace: Mapping[str, Any], files: FileWatch) -> None:
        self.history = History()
        self.origins = Origins(namespace)
        self._sources = FunctionSources()
        self.shapes = Shapes(namespace, Looker(namespace, self.origins), self._sources.growth)
        self.traces = FileTraces()
        self._namespace = namespace
        self._files = files
        self._methods: dict[str, list[Definition]] = {}
        self._seeded: set[str] = set()
        self._links: dict[str, set[str]] = {}
        readers.install(files)
        for name in self._names():
            self.shapes.renew(name)
        self.modules = LocalModules(self.origins)
        self.modules.look(set(sys.modules))

    def assume(self, raw: str, python: str, execution_count: int | None) -> None:
        """Takes in a cell that ran before anybody looked."""
        execution = self.history.begin(raw, python, execution_count=execution_count, before_load=True)
        execution.bound = frozenset(read_scope(python).bindings)
        self.history.add(execution, (), ())
        if "seed" in python:
            body = _parsed(python)
            effects = read_effects(body, self._callees(_methods(body))).effects
            self._seeded |= {*effects.seeds, *effects.may_seed}

    def before(self, raw: str, python: str, *, cell_id: str | None, execution_count: int | None) -> Watched:
        """A cell is about to run."""
        execution = self.history.begin(
            raw, python, cell_id=cell_id, execution_count=execution_count, started=time.time()
        )
        scope = read_scope(python)
        body = _parsed(python)
        definitions = _methods(body)
        walker = read_effects(body, self._callees(definitions))
        effects = walker.effects
        if not scope.parsed:
            effects.marks["<opaque>"] = 1
        named = {*scope.reads_now, *scope.possible_reads, *_grown(scope), *self._outputs(python)}
        reads = self.shapes.reached(named)
        self._run_by_themselves(reads, python, walker)
        reads |= self.shapes.reached((*effects.changed, *walker.callees.reads))
        grown = self._put_into(body, named, walker)
        if "<opaque>" in effects.marks:
            reads |= set(self._names())
            grown.clear()
        reads -= _HIDDEN  # `!cmd` is a call of get_ipython(), which is nobody's variable
        return Watched(
            execution,
            scope,
            effects,
            reads,
            grown,
            shapes={name: self.shapes.of(name) for name in reads},
            identities={name: id(self._namespace[name]) for name in self._names()},
            world=look_around(),
            modules=set(sys.modules),
            recording=self._files.begin(),
            started=live_work(),
            reads_state=any(state in python for state in _STATES),
            definitions=definitions,
        )

    def after(self, watched: Watched, *, ok: bool) -> Execution:
        """The cell has run: takes it into the history."""
        self._files.finish(watched.recording)
        execution, world = watched.execution, look_around()
        execution.ended, execution.ok = time.time(), ok
        execution.unknown = frozenset(filter(self._has_no_maker, watched.reads))
        bound, removed = self._bound(watched)
        made = [*self._bindings(watched, bound, removed)]
        self.shapes.forget({*bound, *removed})
        self.shapes.removed = (self.shapes.removed | removed) - bound.keys()
        made += self._changes(watched, bound, world)
        uses = {*watched.reads, *watched.scope.reads_now, *watched.scope.possible_reads} - watched.grown
        if "<opaque>" in watched.effects.marks:  # names that are gone are missing too
            uses |= {name for name in self.history.locations() if name[:1] != "<"}
        if "<shell>" in watched.effects.marks:
            uses.add(PROGRAMS)
            made.append(Made(PROGRAMS, "runs a program", replaces=False))
        uses |= self._world_uses(watched, world)
        made += self._world_made(watched, world)
        self._take_files(watched)
        mapped = {path for item in made for path in self._files_of(item.location, watched)}
        execution.writes = (*execution.writes, *sorted(mapped - {*execution.writes}))
        used = self._files_used(watched) | set(watched.recording.moved)
        if world.parts[FOLDER] != watched.world.parts[FOLDER]:
            used.add(world.parts[FOLDER])
        uses |= {f"{FILE}{path}>" for path in (*used, *folders_of({*used, *execution.writes}))}
        made += [Made(f"{FILE}{path}>", f"writes {_name(path)}", replaces=False) for path in execution.writes]
        execution.bound, execution.removed = frozenset(bound), frozenset(removed)
        execution.marks = dict(watched.effects.marks)
        execution.renewed = self._renewed(watched)
        execution.running = work_since(watched.started, self._is_own_code)
        self._take_flows(execution, watched.effects)
        self._digest(execution, {*bound, *(item.location for item in made)})
        self.history.add(execution, uses, made, grown=watched.grown)
        self.history.taint(watched.effects.flows)
        self._link(watched.effects)
        for name in bound:  # as it is now: a later change must be seen against it
            self.shapes.of(name)
        for name, found in watched.definitions.items():
            self._methods.setdefault(name, []).extend(found)
        return execution

    def _has_no_maker(self, name: str) -> bool:
        return not (self.history.makers(name) or name in _HIDDEN or _is_shown(name) or _is_of_ipython(name))

    def _renewed(self, watched: Watched) -> frozenset[str]:
        changed = {name: watched.effects.changed.get(name, "") for name in watched.reads}
        return frozenset(name for name, how in changed.items() if begins_anew(self._namespace.get(name), how))

    def _is_own_code(self, names: Mapping[str, Any]) -> bool:
        """Whether the globals of a function are the user's."""
        return names is self._namespace or self.origins.is_own_name(str(names.get("__name__")))

    def _take_flows(self, execution: Execution, effects: Effects) -> None:
        """What went into what, as it was before the cell bound any of it anew."""
        for name in ("flows", "shown", "logged"):
            found = {key: flows | self.history.taints(flows) for key, flows in getattr(effects, name).items()}
            setattr(execution, name, found)

    def drop(self, watched: Watched) -> None:
        """The cell did not run at all."""
        self._files.finish(watched.recording)

    def _names(self) -> list[str]:
        return [
            name
            for name in list(self._namespace)
            if name not in _HIDDEN and not (name[:1] == "_" and _is_of_ipython(name))
        ]

    def _outputs(self, python: str) -> set[str]:
        """`Out[5]` is `_5`."""
        if "Out" not in python and "_oh" not in python:
            return set()
        named = {f"_{number}" for number in _OUTPUT.findall(python)}
        return named or {name for name in self._names() if name[:1] == "_" and name[1:].isdigit()}

    def _callees(self, definitions: Mapping[str, list[Definition]]) -> Callees:
        methods = {name: [*self._methods.get(name, ()), *found] for name, found in definitions.items()}
        return Callees(
            self._namespace,
            self.origins,
            self._sources,
            codes_of=self.shapes.codes,
            held_by=self.shapes.held,
            methods={**self._methods, **methods},
        )

    def _put_into(self, body: Iterable[ast.stmt], named: set[str], walker: EffectWalker) -> set[str]:
        """The names of which the cell reads nothing: it, or a function that it calls, only puts something in."""
        grown = self.shapes.only_put_into(only_grown(body))
        content = self.shapes.reached(named - grown, grown)
        content |= self.shapes.reached(walker.callees.reads - grown, grown)
        return grown - content

    def _run_by_themselves(self, reads: Iterable[str], python: str, walker: EffectWalker) -> None:
        """What operators and properties may change; digests tell it better, where everything has one."""
        shapes = {name: self.shapes.of(name) for name in reads}
        if not any(
            shape.digest is None and not is_plain_data(self._namespace.get(name))
            for name, shape in shapes.items()
        ):
            return
        used = {
            item
            for shape in shapes.values()
            for code in (*shape.codes, *shape.methods)
            for item in code.co_names
        }
        for name, shape in shapes.items():
            codes = [
                code
                for attribute, code in shape.implicit
                if attribute[:2] == "__" or attribute in used or attribute in python
            ]
            walker.callees.run_by_themselves(name, codes[:_MAX_IMPLICIT], walker)

    # names

    def _bound(self, watched: Watched) -> tuple[dict[str, bool], set[str]]:
        """The names that the cell bound, each with whether it did so for certain, and those that it removed."""
        now = {name: id(self._namespace[name]) for name in self._names()}
        before = watched.identities
        bound = {name: True for name, identity in now.items() if before.get(name) != identity}
        for name, bindings in watched.scope.bindings.items():
            if name in now and name not in bound:
                # The same object again, as small numbers are: whether the line ran, only its place tells.
                bound[name] = watched.execution.ok and any(not item.conditional for item in bindings)
        return bound, before.keys() - now.keys()

    def _bindings(
        self, watched: Watched, bound: Mapping[str, bool], removed: Iterable[str]
    ) -> Iterable[Made]:
        for name, certain in bound.items():
            yield Made(name, f"defines {name}", replaces=certain)
        for name in removed:
            yield Made(name, f"deletes {name}", replaces=True)
        del watched

    def _changes(self, watched: Watched, bound: Mapping[str, bool], world: World) -> list[Made]:
        """What it changed in place, and whatever else shares that."""
        effects, goes_on = watched.effects, self._goes_on(watched, world)
        changed: dict[str, str] = {}
        for name in sorted(watched.reads):
            how = effects.changed.get(name)
            if self._has_changed(name, watched, how, bound, goes_on=goes_on):
                changed[name] = how or "it is used"
        found: dict[str, str] = dict(changed)
        names = [name for name in self._names() if name not in bound]
        for name, how in changed.items():
            shape = watched.shapes[name]
            extent = ANYTHING if goes_on else self._extent(name, effects)
            after = self.shapes.known(name) if name not in bound else None
            nodes = shape.nodes | (after.nodes if after is not None else frozenset())
            own = shape.nodes if name in bound else own_nodes(self._namespace.get(name))
            lent = shape.lent | (after.lent if after is not None else frozenset())
            for other in changed_with((nodes, lent), own, names, self.shapes, self._namespace, extent=extent):
                if other not in changed:
                    found.setdefault(other, f"{how}, which shares it with {name}")
            for other in self._linked(name, shape):
                found.setdefault(other, f"{how}, which may share it with {name}")
        for name in self._drawn_on(watched, names):
            found.setdefault(name, "pyplot draws")
        made = [
            Made(name, f"changes {name}: {how}", replaces=False)
            for name, how in found.items()
            if name not in bound
        ]
        if any("sqlite3" in watched.shapes[name].packages for name in changed):
            # Another connection may lead to the same database.
            made.append(Made(f"{PACKAGE}sqlite3>", "uses a database", replaces=False))
        return made

    def _drawn_on(self, watched: Watched, names: Iterable[str]) -> list[str]:
        """Figures and what is in them, where pyplot may go on with an open one."""
        if "<plots>" not in watched.effects.marks or not watched.world.parts.get(FIGURES):
            return []
        return [
            name
            for name in names
            if type(self._namespace[name]) is not ModuleType and "matplotlib" in self.shapes.of(name).packages
        ]

    def _extent(self, name: str, effects: Effects) -> int:
        """A store into a library's object may go on to what that stands for: an indexer's to its frame."""
        kind = type(self._namespace.get(name))
        extent = effects.extents.get(name, ANYTHING)
        keeps = kind.__module__ == "builtins" or is_plain(kind) or self.origins.is_own_class(kind)
        return extent if keeps and kind is not memoryview else ANYTHING

    def _linked(self, name: str, shape: Shape) -> list[str]:
        """Names that once got a part of the other, where one of them is too large to be looked through."""
        linked = self._links.get(name, ())
        return [
            other
            for other in linked
            if other in self._namespace
            and not (is_plain_data(self._namespace.get(name)) or is_plain_data(self._namespace[other]))
            and not (shape.is_whole and self.shapes.of(other).is_whole)
        ]

    def _link(self, effects: Effects) -> None:
        for name, shares in effects.shares.items():
            for other in shares - {name}:
                self._links.setdefault(name, set()).add(other)
                self._links.setdefault(other, set()).add(name)

    def _goes_on(self, watched: Watched, world: World) -> bool:
        """Whether something that the cell started may still be at work."""
        return world.threads > watched.world.threads or "<starts>" in watched.effects.marks

    def _has_changed(
        self, name: str, watched: Watched, how: str | None, bound: Mapping[str, bool], *, goes_on: bool
    ) -> bool:
        before = watched.shapes[name]
        opaque = "<opaque>" in watched.effects.marks
        suspect = how is not None or before.has_iterator or opaque or goes_on
        is_small = before.digest is not None and not is_plain_data(self._namespace.get(name))
        if not (suspect or is_small) or is_atomic(self._namespace.get(name)):
            return False
        if name not in self._namespace or watched.identities.get(name) != id(self._namespace[name]):
            return how is not None and bool(
                before.nodes
            )  # what it was bound to may live on under another name
        after = self.shapes.renew(name)
        if before.digest is not None and after.digest is not None:
            return before.digest != after.digest or goes_on
        if opaque and how is None and is_plain_data(self._namespace[name]):
            return False
        del bound
        return suspect

    # what is no name

    def _world_uses(self, watched: Watched, world: World) -> set[str]:
        marks, effects = watched.effects.marks, watched.effects
        uses = {FOLDER, ENVIRONMENT}
        drawn = [name for name in world.changed_since(watched.world) if name.startswith(RANDOM)]
        # A generator that was loaded by this cell has no state from before: then its text tells.
        new = world.parts.keys() - watched.world.parts.keys()
        drawn += [name for name in new if f"<draws:{_inside(name)}>" in marks]
        certain = {f"{RANDOM}{package}>" for package in effects.seeds} if watched.execution.ok else set()
        watched.execution.draws = frozenset(_inside(name) for name in drawn if name not in certain)
        watched.execution.unseeded = watched.execution.draws - self._seeded - effects.may_seed
        if len(sys.modules) != len(watched.modules) and "<draws:random>" not in marks:
            watched.execution.unseeded -= {"random"}  # some libraries draw when they are imported
        uses |= set(drawn) if not _seeds_first(watched) else {name for name in drawn if name not in certain}
        if watched.reads_state or "<opaque>" in marks:
            uses |= {name for name in world.parts if name.startswith(RANDOM)}
        if _imports(watched.scope) or len(sys.modules) != len(watched.modules):
            uses.add(SEARCH_PATH)
        if "<plots>" in marks:
            uses |= {SETTINGS, FIGURES} if watched.world.parts.get(FIGURES) else {SETTINGS}
        if "<uses extension>" in marks or "<opaque>" in marks:
            uses.add(EXTENSIONS)
        packages = {package for shape in watched.shapes.values() for package in shape.packages}
        return uses | {f"{PACKAGE}{package}>" for package in packages}

    def _world_made(self, watched: Watched, world: World) -> Iterable[Made]:
        effects = watched.effects
        seeded = set(effects.seeds) if watched.execution.ok else set()
        for name in world.changed_since(watched.world):
            if name.startswith(RANDOM) and _inside(name) in seeded:
                continue
            verb = "draws" if name.startswith(RANDOM) else "sets"
            yield Made(name, f"{verb} {label(name)}", replaces=False)
        for package in seeded:
            yield Made(f"{RANDOM}{package}>", f"seeds {label(f'{RANDOM}{package}>')}", replaces=True)
        watched.execution.seeds = dict(effects.seeds)
        self._seeded |= seeded | effects.may_seed
        if "<plots>" in effects.marks and (world.parts.get(FIGURES) or watched.world.parts.get(FIGURES)):
            yield Made(FIGURES, "draws", replaces=False)
        for package, how in effects.packages.items():
            yield Made(f"{PACKAGE}{package}>", f"sets {label(f'{PACKAGE}{package}>')}: {how}", replaces=False)
        if "<loads extension>" in effects.marks and "nbmlops" not in watched.execution.python:
            yield Made(EXTENSIONS, "loads an extension of IPython", replaces=False)

    # files

    def _take_files(self, watched: Watched) -> None:
        execution, recording = watched.execution, watched.recording
        read = (*(item.path for item in recording.inputs), *scripts_run(execution.python))
        # The store may have been made while the cell went on.
        execution.reads = tuple(path for path in read if not self._files.is_ignored(path))
        execution.writes = tuple(path for path in recording.written if not self._files.is_ignored(path))
        execution.hosts, execution.commands = tuple(recording.hosts), tuple(recording.commands)
        self.traces.take(execution, recording)
        execution.modules = self.modules.look(set(sys.modules) - watched.modules)
        if execution.modules:
            digests = self.modules.digests
            execution.module_digests = {name: digests.get(name, "") for name in execution.modules}
            self._sources.forget()

    def _files_used(self, watched: Watched) -> set[str]:
        """Files of earlier cells: read, listed, or handed to a program that may read any."""
        execution, marks = watched.execution, watched.effects.marks
        read = {*execution.reads, *execution.modules.values()}
        for name in watched.reads:
            module = sys.modules.get(name)
            if module is not None and self.origins.is_own_name(name):
                read.add(str(module.__file__))
        if execution.commands or {"<shell>", "<lists files>", "<opaque>"} & marks.keys():
            read |= {
                location[len(FILE) : -1] for location in self.history.locations() if location.startswith(FILE)
            }
        for path in execution.reads:
            if self.history.makers(f"{FILE}{path}>"):
                continue
            for writer in self.traces.writers(path, execution):
                execution.needs.setdefault(writer, set()).add(label(f"{FILE}{path}>"))
        return read

    def _files_of(self, name: str, watched: Watched) -> Iterable[str]:
        """Files that an object is the memory of, or is open for, before the cell or after it."""
        before = watched.shapes.get(name)
        yield from before.files if before is not None else ()
        if name in self._namespace:
            yield from self.shapes.of(name).files

    def _digest(self, execution: Execution, names: Iterable[str]) -> None:
        for name in sorted(names):
            if len(execution.results) >= _MAX_RESULTS:
                return
            if name in self._namespace and not name.startswith("_"):
                digest = result_digest(self._namespace[name])
                if digest is not None:
                    execution.results[name] = digest


def _parsed(python: str) -> list[ast.stmt]:
    try:
        return parse(python)
    except PARSE_FAULTS:
        return []


def _methods(body: Iterable[ast.stmt]) -> dict[str, list[Definition]]:
    """Methods of the classes that a cell defines, by name."""
    found: dict[str, list[Definition]] = {}
    for statement in body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.If | ast.With | ast.Try):
            for node in ast.walk(statement):
                if isinstance(node, ast.ClassDef):
                    for item in node.body:
                        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                            found.setdefault(item.name, []).append(item)
    return found


def _grown(scope: CellScope) -> set[str]:
    """Names that are changed without being loaded: `x += 1`, `x[0] = 1`."""
    return {
        event.name
        for event in scope.events
        if event.how in ("augmented", "patched", "filled", "grown", "deleted")
    }


def _imports(scope: CellScope) -> bool:
    return any(event.how == "import" for event in scope.events)


def _seeds_first(watched: Watched) -> bool:
    """Whether nothing can draw before the first seed: only imports, literals and definitions stand above it."""
    for statement in _parsed(watched.execution.python):
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef():
                continue
            case ast.Assign(value=ast.Constant()):
                continue
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name))):
                from nbmlops.slices.tables import SEEDERS

                return name in SEEDERS
        return False
    return False


def _is_shown(name: str) -> bool:
    """`_`, `__` and `_5`: what cells have shown."""
    return name.strip("_") == "" or (name.startswith("_") and name[1:].isdigit())


def _is_of_ipython(name: str) -> bool:
    """`_i5` and `__name__`; not `_5`, which is the user's output."""
    if name.startswith("_i"):
        return name[2:].isdigit()
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _inside(location: str) -> str:
    return location.partition(":")[2].rstrip(">")


def _name(path: str) -> str:
    return path.rpartition("/")[2]
