"""The names of nested scopes: functions, lambdas, comprehensions and class bodies."""

# ruff: noqa: D102 - the methods of a node visitor, each named as what it visits

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from nbmlops.capture.literals import call_name

FIT = frozenset(
    {"fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "fit_generator", "train"}
)
CROSS_VALIDATIONS = frozenset(
    {"cross_val_predict", "cross_val_score", "cross_validate", "learning_curve", "permutation_test_score"}
    | {"validation_curve"}
)
_FIT_FREE = CROSS_VALIDATIONS | {"fit_model", "train_model", "train_on_batch", "train_step"}
_LOG = frozenset(
    {"log_artifact", "log_figure", "log_metric", "log_metrics", "log_model", "log_param", "log_params"}
    | {"log_predictions", "log_series"}
)
FIT_OR_LOG = FIT | _FIT_FREE | _LOG

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# Leaves and contexts, which a generic visit would call a method for.
_SKIPPED_FIELDS = frozenset(
    {"ctx", "type_comment", "type_ignores", "kind", "lineno", "op", "ops", "conversion"}
)


@dataclass(frozen=True, slots=True)
class Use:
    """A value that a call works with: `clf` in `clf.fit(X)` and in `cross_val_score(clf, X, y)`.

    Attributes:
        value: a name; of a cross-validation also a call, the estimator that is made on the spot.
        by: the last part of what is called.
        call: the whole call.
        fits: it is what `.fit` is called on, not an argument.
    """

    value: ast.Name | ast.Call
    by: str
    call: ast.Call
    fits: bool = False

    @property
    def line(self) -> int:
        """1-based line in the cell."""
        return self.call.lineno

    @property
    def name(self) -> str | None:
        """The name, None of what has none."""
        return self.value.id if isinstance(self.value, ast.Name) else None


def uses_of(node: ast.Call) -> Iterator[Use]:
    """What the call is handed by name, and what it fits."""
    name = call_name(node)
    if name in FIT and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        yield Use(node.func.value, name, node, fits=True)
    for value in (*node.args, *(keyword.value for keyword in node.keywords)):
        if isinstance(value, ast.Name) or (isinstance(value, ast.Call) and name in CROSS_VALIDATIONS):
            yield Use(value, name, node)


class Visitor:
    """`ast.NodeVisitor` with its dispatch kept in a dict: half the time on a usual cell."""

    def __init__(self) -> None:
        self._methods: dict[type[ast.AST], Callable[[Any], None]] = {}

    def visit(self, node: ast.AST) -> None:
        kind = type(node)
        method = self._methods.get(kind)
        if method is None:
            method = self._methods[kind] = getattr(self, "visit_" + kind.__name__, self.visit_children)
        method(node)

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def visit_children(self, node: ast.AST) -> None:
        for name in node._fields:
            if name in _SKIPPED_FIELDS:
                continue
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                self.visit(value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Nothing is read or bound here."""


def signature_parts(node: Function) -> list[ast.expr | None]:
    """What a `def` evaluates where it stands: decorators, defaults and annotations."""
    arguments = _all_arguments(node.args)
    annotations = [argument.annotation for argument in arguments]
    return [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *annotations, node.returns]


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    stars = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def bound_by_import(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The names that an import binds, less those of `import *`."""
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        if name != "*":
            yield name


class Body(Visitor):
    """The names of a nested scope: a function, lambda, comprehension or class body."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.stores: set[str] = set()
        self.declared: set[str] = set()
        self.uses: list[Use] = []
        self.global_stores: set[str] = set()
        self.may_fit_or_log = False

    def local(self) -> set[str]:
        return self.stores - self.declared

    def free(self) -> set[str]:
        return self.loads - self.local()

    def free_uses(self) -> list[Use]:
        local = self.local()
        return [use for use in self.uses if use.name not in local]

    def nest(self, inner: Body) -> None:
        self.loads |= inner.free()
        self.uses += inner.free_uses()
        self.global_stores |= inner.global_stores
        self.may_fit_or_log |= inner.may_fit_or_log

    def visit_Name(self, node: ast.Name) -> None:
        (self.loads if isinstance(node.ctx, ast.Load) else self.stores).add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        self.may_fit_or_log |= call_name(node) in FIT_OR_LOG
        self.uses += uses_of(node)
        self.visit_children(node)

    def visit_FunctionDef(self, node: Function) -> None:
        self.stores.add(node.name)
        self.visit_all(signature_parts(node))
        self.nest(body_of_function(node))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_all([*node.args.defaults, *node.args.kw_defaults])
        self.nest(body_of_lambda(node))

    def visit_ListComp(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        inner = body_of_comprehension(node)
        self.stores |= {target for target, _ in walrus_targets(node)}
        self.nest(inner)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.stores.add(node.name)
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords])
        inner = Body()
        inner.visit_all(node.body)
        self.nest(inner)

    def visit_Global(self, node: ast.Global) -> None:
        self.declared.update(node.names)
        self.global_stores.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.declared.update(node.names)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.stores.update(bound_by_import(node))

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.stores.add(node.name)
        self.visit_children(node)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.stores.add(node.name)
        self.visit_children(node)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.stores.add(node.rest)
        self.visit_children(node)


def body_of_function(node: Function) -> Body:
    """What a function's body reads and binds when it is called."""
    body = Body()
    body.stores.update(argument.arg for argument in _all_arguments(node.args))
    body.visit_all(node.body)
    return body


def body_of_lambda(node: ast.Lambda) -> Body:
    """What a lambda's body reads when it is called."""
    body = Body()
    body.stores.update(argument.arg for argument in _all_arguments(node.args))
    body.visit(node.body)
    return body


def body_of_comprehension(node: Comprehension) -> Body:
    """All but the first iterable, which is evaluated outside."""
    body = Body()
    for index, generator in enumerate(node.generators):
        body.visit_all([generator.target, *generator.ifs, generator.iter if index else None])
    body.visit_all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
    body.declared |= {target for target, _ in walrus_targets(node)}
    return body


def walrus_targets(node: ast.AST) -> list[tuple[str, ast.NamedExpr]]:
    """The names that `:=` inside a comprehension binds around it."""
    return [(item.target.id, item) for item in ast.walk(node) if isinstance(item, ast.NamedExpr)]
