"""The top level of a cell, walked in the order in which it runs."""

# ruff: noqa: D102 - the methods of a node visitor, each named as what it visits

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from nbmlops.capture.literals import call_name, literal_value, root_name
from nbmlops.capture.nested import (
    FIT_OR_LOG,
    Body,
    Comprehension,
    Function,
    Use,
    Visitor,
    body_of_comprehension,
    body_of_function,
    body_of_lambda,
    bound_by_import,
    signature_parts,
    uses_of,
    walrus_targets,
)
from nbmlops.capture.parsing import code_magic

How = Literal[
    "literal",
    "computed",
    "augmented",
    "walrus",
    "loop",
    "with",
    "except",
    "match",
    "import",
    "function",
    "class",
    "deleted",
    "global",  # a function of this cell declares it `global` and binds it
    "patched",  # not a binding: an item, attribute or `.update()` set to literals
    "filled",  # not a binding: an item or attribute set to something computed
    "grown",  # not a binding: `.append()` and its like
]
MUTATIONS: frozenset[How] = frozenset({"patched", "filled", "grown"})

_GROW = frozenset({"append", "appendleft", "add", "extend", "insert"})
_PATCH = frozenset({"update", "setdefault"})


@dataclass(frozen=True, slots=True)
class Binding:
    """One event in the life of a top-level name.

    Attributes:
        value: the expression bound; of an unpacked call, the call; None where there is none.
        line: 1-based line in the cell.
        conditional: it stands in a branch, a `try`, a `match` or a loop, so may not have run.
        in_loop: it stands in the body of a loop, so may have run more than once.
        unpacked: the name got one item of `value`, not the whole.
    """

    name: str
    how: How
    value: ast.expr | None
    line: int
    conditional: bool = False
    in_loop: bool = False
    unpacked: bool = False


class Walker(Visitor):
    """The top level of a cell, in the order in which it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.bound: set[str] = set()
        self.bound_by_loops: set[str] = set()
        self.reads: set[str] = set()
        self.possible: set[str] = set()
        self.events: list[Binding] = []
        self.deferred: dict[str, Body] = {}
        self.uses: list[Use] = []
        self.may_fit_or_log = False
        self.branches = 0
        self.loops = 0

    def finish(self) -> None:
        """What functions that the cell only defines read counts; what they would call has not been called."""
        called = self.may_fit_or_log, list(self.uses)
        for name in list(self.deferred):
            self._run_deferred(name)
        self.may_fit_or_log, self.uses = called

    # names

    def load(self, name: str) -> None:
        if name in self.deferred:
            self._run_deferred(name)
        if name not in self.bound:
            (self.possible if name in self.bound_by_loops else self.reads).add(name)

    def bind(
        self, name: str, how: How, value: ast.expr | None, node: ast.AST, *, unpacked: bool = False
    ) -> None:
        if how not in MUTATIONS:
            self.bound.add(name)
            if how not in ("function", "class"):
                self.deferred.pop(name, None)
        line: int = getattr(node, "lineno", 1)
        conditional, in_loop = bool(self.branches or self.loops), bool(self.loops)
        self.events.append(Binding(name, how, value, line, conditional, in_loop, unpacked))

    def _run_deferred(self, name: str) -> None:
        body = self.deferred.pop(name, None)
        if body is not None:
            self._run(body)

    def _run(self, body: Body) -> None:
        for name in sorted(body.free()):
            self.load(name)
        self.uses += body.free_uses()
        self.may_fit_or_log |= body.may_fit_or_log

    @contextmanager
    def _branch(self) -> Iterator[None]:
        self.branches += 1
        try:
            yield
        finally:
            self.branches -= 1

    def _visit_branches(self, branches: Iterable[Callable[[], bool]]) -> None:
        """Only what every branch that goes on binds is bound afterwards."""
        start, ends = self.bound, []
        for branch in branches:
            self.bound = set(start)
            with self._branch():
                goes_on = branch()
            if goes_on:
                ends.append(self.bound)
        self.bound = set.intersection(*ends) if ends else start

    def _block(self, body: list[ast.stmt]) -> Callable[[], bool]:
        def run() -> bool:
            self.visit_all(body)
            return not (body and isinstance(body[-1], ast.Raise | ast.Continue | ast.Break))

        return run

    def assign(
        self, target: ast.expr, value: ast.expr | None, *, how: How | None = None, unpacked: bool = False
    ) -> None:
        match target:
            case ast.Name(id=name):
                self.bind(name, how or _kind_of(value, unpacked), value, target, unpacked=unpacked)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for item, part, whole in _pairs(targets, value):
                    self.assign(item, part, how=how, unpacked=unpacked or not whole)
            case ast.Starred(value=inner):
                self.assign(inner, value, how=how, unpacked=True)
            case ast.Attribute() | ast.Subscript():
                self.visit_children(target)
                self._mutate(
                    target, value, "patched" if how is None and literal_value(value)[0] else "filled"
                )

    def _mutate(self, target: ast.expr, value: ast.expr | None, how: How) -> None:
        name = root_name(target)
        if name is not None:
            self.bind(name, how, value, target)

    # expressions

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.load(node.id)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.bind(node.target.id, "walrus", node.value, node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_all([*node.args.defaults, *node.args.kw_defaults])
        self._run(body_of_lambda(node))

    def visit_ListComp(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        self._run(body_of_comprehension(node))
        for name, walrus in walrus_targets(node):
            self.loops += 1
            self.bind(name, "walrus", walrus.value, walrus)
            self.loops -= 1

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_Call(self, node: ast.Call) -> None:
        magic = code_magic(node)
        if magic is not None:
            self._visit_magic(*magic)
            return
        self.visit_children(node)
        name = call_name(node)
        self.may_fit_or_log |= name in FIT_OR_LOG
        self.uses += uses_of(node)
        if not isinstance(node.func, ast.Attribute):
            return
        if name in _GROW and node.args:
            self._mutate(node.func.value, node.args[-1], "grown")
        elif name in _PATCH:
            arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
            plain = all(literal_value(item)[0] for item in arguments)
            self._mutate(node.func.value, None, "patched" if plain else "filled")

    def _visit_magic(self, name: str, body: list[ast.stmt]) -> None:
        if name != "timeit":
            self.visit_all(body)
            return
        inner = Body()  # `%timeit` runs its code in a function: nothing of it is bound here
        inner.visit_all(body)
        self._run(inner)

    # statements

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.assign(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.assign(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.load(node.target.id)
        self.visit(node.value)
        self.assign(node.target, node.value, how="augmented")

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.load(target.id)
                self.bind(target.id, "deleted", None, target)
            else:
                self.visit_children(target)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in bound_by_import(node):
            self.bind(name, "import", None, node)

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node: Function) -> None:
        self.visit_all(signature_parts(node))
        body = body_of_function(node)
        self.bind(node.name, "function", None, node)
        self.deferred[node.name] = body
        if node.decorator_list:
            self._run_deferred(node.name)  # the decorator may call it
        for name in body.global_stores & body.stores:
            self.events.append(Binding(name, "global", None, node.lineno, conditional=True))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords])
        now, later = Body(), Body()
        for statement in node.body:
            if isinstance(statement, Function):
                now.visit_all(signature_parts(statement))
                now.stores.add(statement.name)
                later.nest(body_of_function(statement))
            else:
                now.visit(statement)
        self._run(now)
        self.bind(node.name, "class", None, node)
        self.deferred[node.name] = later

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._visit_branches([self._block(node.body), self._block(node.orelse)])

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        with self._loop():
            self._assign_items(node.target, node.iter)
            self.visit_all(node.body)
        self.visit_all(node.orelse)

    visit_AsyncFor = visit_For

    def _assign_items(self, target: ast.expr, iterable: ast.expr) -> None:
        match target, iterable:
            case ast.Tuple(elts=[counter, item]), ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                self.assign(counter, None, how="loop")
                self.assign(item, inner, how="loop")
            case _:
                self.assign(target, iterable, how="loop")

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        with self._loop():
            self.visit_all(node.body)
        self.visit_all(node.orelse)

    @contextmanager
    def _loop(self) -> Iterator[None]:
        before = set(self.bound)
        self.loops += 1
        yield
        self.loops -= 1
        self.bound_by_loops |= self.bound - before
        self.bound = before

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, item.context_expr, how="with")
        self.visit_all(node.body)

    visit_AsyncWith = visit_With

    def visit_Try(self, node: ast.Try) -> None:
        handlers = (self._handler(handler) for handler in node.handlers)
        self._visit_branches([self._block([*node.body, *node.orelse]), *handlers])
        self.visit_all(node.finalbody)

    visit_TryStar = visit_Try

    def _handler(self, node: ast.ExceptHandler) -> Callable[[], bool]:
        def run() -> bool:
            self.visit_all([node.type])
            if node.name:
                self.bind(node.name, "except", None, node)
            return self._block(node.body)()

        return run

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        cases: list[Callable[[], bool]] = [self._case(case) for case in node.cases]
        if not any(_is_irrefutable(case) for case in node.cases):
            cases.append(lambda: True)
        self._visit_branches(cases)

    def _case(self, case: ast.match_case) -> Callable[[], bool]:
        def run() -> bool:
            pattern = Body()
            pattern.visit(case.pattern)
            self._run(pattern)
            for name in sorted(pattern.stores):
                self.bind(name, "match", None, case.pattern)
            self.visit_all([case.guard])
            return self._block(case.body)()

        return run


def _kind_of(value: ast.expr | None, unpacked: bool) -> How:
    return "literal" if not unpacked and literal_value(value)[0] else "computed"


def _pairs(
    targets: list[ast.expr], value: ast.expr | None
) -> Iterator[tuple[ast.expr, ast.expr | None, bool]]:
    """Each target with its own expression where the two sides show it, else with the whole."""
    items = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    starred = any(isinstance(node, ast.Starred) for node in (*targets, *items))
    if len(items) == len(targets) and not starred:
        yield from ((target, item, True) for target, item in zip(targets, items, strict=True))
    else:
        yield from ((target, value, False) for target in targets)


def _is_irrefutable(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
