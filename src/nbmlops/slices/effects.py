"""What a cell or a function may change, followed through its statements before it runs.

An abstract interpreter: the value of an expression is known by the names whose objects it may share (`shares`) and the
names that went into it (`flows`). A change of a value is a change of all that it may share. Branches are joined, loops
are followed twice.
"""

# ruff: noqa: D102 - the methods of a node visitor, each named as what it visits

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from nbmlops.capture.literals import call_path
from nbmlops.capture.parsing import code_magic, last_expression
from nbmlops.slices.callee import Call, Callee
from nbmlops.slices.calls import Callees, all_arguments
from nbmlops.slices.functions import Definition
from nbmlops.slices.sets import ORDER_FREE
from nbmlops.slices.spelled import names_in_command
from nbmlops.slices.tables import OBSERVED_STATE
from nbmlops.slices.values import (
    ANYTHING,
    ITSELF,
    NONE,
    NOTHING,
    OWNED,
    Effects,
    Names,
    Value,
    joined,
    part_of,
)


def read_effects(body: Iterable[ast.stmt], callees: Callees) -> EffectWalker:
    """Follows a cell whose namespace is still as before it runs; its effects are those of the walker.

    Args:
        body: its statements.
        callees: tells what is called.
    """
    walker = EffectWalker(callees)
    effects_of(list(body), walker)
    return walker


def effects_of(body: list[ast.stmt], walker: EffectWalker) -> Effects:
    """The effects of a cell that a walker, which may know what came before, goes through."""
    walker.statements(body)
    last = last_expression(body)
    if last is not None:
        walker.effects.shown = walker.shown(last.node)
    walker.effects.flows = {name: value.flows for name, value in walker.names.items()}
    for name, items in walker.items.items():
        walker.effects.flows |= {item_of(name, key): flows for key, flows in items.items()}
    walker.effects.shares = {name: value.shares for name, value in walker.names.items()}
    return walker.effects


class EffectWalker:
    """Follows the statements of one scope.

    Args:
        callees: tells what is called.
        names: what the scope's names are at its start; a name that is not among them is itself.
        outer: of a function inside another, the names around it.
    """

    def __init__(self, callees: Callees, names: Mapping[str, Value] | None = None) -> None:
        self.callees = callees
        self.effects = Effects()
        self.names: dict[str, Value] = dict(names or {})
        self.defined: dict[str, ast.AST] = {}
        self.imported: dict[str, str] = {}
        self.items: dict[str, dict[str, Names]] = {}  # what went into items and attributes of a name
        self.order_free: set[ast.expr] = set()  # comprehensions whose order nobody sees
        self.bound_to: dict[
            str, ast.expr | None
        ] = {}  # names that are bound here: to what, where that is plain
        self.discarded: ast.expr | None = None  # a call whose value nobody takes
        self._depth = 0  # of branches, loops and functions
        self._is_function = False

    def elsewhere(self, names: Mapping[str, Value]) -> EffectWalker:
        """A walker of another scope, in which these names have these values."""
        return EffectWalker(self.callees, names)

    # names

    def name(self, name: str) -> Value:
        known = self.names.get(name)
        if known is not None:
            return known
        one = frozenset((name,))
        return Value(one, one, is_exact=True)

    def bind(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(id=name):
                self.items.pop(name, None)
                self.bound_to[name] = None
                self.names[name] = value if self._depth == 0 else self.name(name) | value
                if self._depth == 0:
                    self.defined.pop(name, None)
                    self.imported.pop(name, None)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                for item in items:
                    self.bind(item, part_of(value))
            case ast.Starred(value=inner):
                self.bind(inner, value)
            case ast.Attribute(value=owner) | ast.Subscript(value=owner):
                self._store(target, owner, value)

    def _store(self, target: ast.Attribute | ast.Subscript, owner: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Subscript):
            self.value(target.slice)
        held = self.value(owner)
        how = ast.unparse(target) if isinstance(target, ast.Attribute) else f"{_short(owner)}[…]"
        extent = ITSELF
        if isinstance(owner, ast.Attribute) and owner.attr in ("loc", "iloc", "at", "iat"):
            held, extent = self.value(owner.value), OWNED
        self.change(held, f"{how} is set", extent)
        self._hold(owner, self._kept_apart(target, value))
        self._package_store(target)

    def _kept_apart(self, target: ast.Attribute | ast.Subscript, value: Value) -> Value:
        """What one item or attribute is set to: that it is a time says nothing of the others."""
        match target.value, _item(target):
            case ast.Name(id=name), str(key):
                before = self.items.get(name, {}).get(key, NONE) if self._depth else NONE
                self.items.setdefault(name, {})[key] = before | value.flows
                return Value(value.shares, value.flows - _KEPT_APART)
        return value

    def _package_store(self, target: ast.expr) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Call):
            target = target.value.func  # `decimal.getcontext().prec = 5`
        path = self.callees.package_path(call_path(target), self)
        if path.startswith("pandas.options.display."):
            return  # how tables are shown, and nothing that is computed
        if path and not any(path.startswith(observed) for observed in OBSERVED_STATE):
            self.effects.packages.setdefault(path.partition(".")[0], f"{path} is set")

    def _hold(self, owner: ast.expr, value: Value) -> None:
        """What is put into something local is shared by it from then on."""
        while isinstance(owner, ast.Attribute | ast.Subscript):
            owner = owner.value
        if isinstance(owner, ast.Name) and (value.shares or value.flows):
            self.names[owner.id] = self.name(owner.id) | value

    def change(self, value: Value, how: str, extent: int = ANYTHING) -> None:
        """Takes what the value may share as changed."""
        for name in value.shares:
            self.effects.changed.setdefault(name, how)
            reached = extent if value.is_exact else ANYTHING
            self.effects.extents[name] = max(reached, self.effects.extents.get(name, ITSELF))

    def mark(self, mark: str, node: ast.AST) -> None:
        self.effects.marks.setdefault(mark, getattr(node, "lineno", 0))

    # expressions

    def value(self, node: ast.expr | None) -> Value:
        if node is None or isinstance(node, ast.Constant):
            return NOTHING
        method = _EXPRESSIONS.get(type(node))
        return method(self, node) if method is not None else self._parts(node)

    def values(self, nodes: Iterable[ast.expr | None]) -> Value:
        found = NOTHING
        for node in nodes:
            found |= self.value(node)
        return found

    def _attribute(self, node: ast.Attribute) -> Value:
        return self._of_item(node, part_of(self.value(node.value)))

    def _of_item(self, node: ast.Attribute | ast.Subscript, value: Value) -> Value:
        """What is known of one item or attribute of a name, in place of what is known of all."""
        match node.value, _item(node):
            case ast.Name(id=name), str(key):
                known = self.items.get(name, {}).get(key)
                if known is not None:
                    return Value(value.shares, known)
                if name not in self.names and isinstance(node, ast.Subscript):
                    return Value(value.shares, frozenset((item_of(name, key),)))
        return value

    def shown(self, node: ast.expr) -> dict[str, Names]:
        """What went into the value that a cell shows, and into each of its items where it is a dict."""
        found = {"": self.value(node).flows}
        if isinstance(node, ast.Name):
            return self.items.get(node.id, {}) | found
        if isinstance(node, ast.Dict):
            return self._items_of(node) | found
        return found

    def _items_of(self, node: ast.Dict) -> dict[str, Names]:
        return {
            str(key.value): self.value(value).flows
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }

    def _parts(self, node: ast.AST) -> Value:
        found = NOTHING
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self.value(child)
        return part_of(found)

    def _name(self, node: ast.Name) -> Value:
        return self.name(node.id)

    def _fresh(self, node: ast.expr) -> Value:
        """Arithmetic, comparisons, texts: new objects."""
        return self._parts(node).fresh

    def _subscript(self, node: ast.Subscript) -> Value:
        self_value, at = self.value(node.value), self.value(node.slice)
        return self._of_item(node, part_of(self_value | at.fresh))

    def _lambda(self, node: ast.Lambda, given: Value = NOTHING) -> Value:
        """What it would do is taken as done: it is called where nobody sees."""
        defaults = self.values([*node.args.defaults, *node.args.kw_defaults])
        inner = self._inner(dict.fromkeys((argument.arg for argument in all_arguments(node.args)), given))
        found = inner.value(node.body)
        self._take_in(inner)
        return defaults | found

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        saved = dict(self.names)
        order_free = node in self.order_free or isinstance(node, ast.SetComp)
        self._depth += 1
        for generator in node.generators:
            source = part_of(self.value(generator.iter))
            if not order_free:
                self._ordered(generator.iter)
            for name in _target_names(generator.target):
                self.names[name] = source
            self.values(generator.ifs)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        found = self.values(elements)
        self._depth -= 1
        walrus = {name: self.names[name] for name in _walrus_names(node) if name in self.names}
        self.names = saved | walrus
        return found

    def _named(self, node: ast.NamedExpr) -> Value:
        found = self.value(node.value)
        self.bind(node.target, found)
        return found

    def _call(self, node: ast.Call) -> Value:
        magic = code_magic(node)
        if magic is not None:
            self.statements(magic[1])
            return NOTHING
        receiver = NOTHING
        if isinstance(node.func, ast.Name) and node.func.id in ORDER_FREE and len(node.args) == 1:
            self.order_free.add(node.args[0])
        if isinstance(node.func, ast.Attribute):
            receiver = self.value(node.func.value)
            if self.callees.is_package(call_path(node.func.value), self):
                receiver = receiver.fresh  # a module is no part of what its functions give
        plain = joined(self.value(item) for item in _arguments_of(node) if not isinstance(item, ast.Lambda))
        arguments = [self._argument(item, receiver | plain) for item in node.args]
        keywords = {item.arg or "**": self._argument(item.value, receiver | plain) for item in node.keywords}
        call = Call(node, receiver, tuple(arguments), keywords)
        self.callees.reads |= names_in_command(node)
        callee = self.callees.of(call, self)
        return self._apply(callee, call)

    def _argument(self, node: ast.expr, others: Value) -> Value:
        """An argument; a lambda is taken as called with all the others."""
        return self._lambda(node, others) if isinstance(node, ast.Lambda) else self.value(node)

    def _apply(self, callee: Callee, call: Call) -> Value:
        node = call.node
        everything = call.receiver | joined(call.arguments) | joined(call.keywords.values())
        if isinstance(node.func, ast.Name):
            everything |= Value(NONE, self.name(node.func.id).flows)
        self._apply_changes(callee, call)
        self._seed(callee)
        self._log(node, call)
        for key, flows in callee.logged.items():
            self.effects.logged[key] = self.effects.logged.get(key, NONE) | flows
        for mark in callee.marks:
            self.mark(mark, node)
        for iterable in self.callees.sets.ordered_by(node):
            self._ordered(iterable)
        result = callee.result if callee.result is not None else part_of(everything)
        if callee.returns_fresh:
            result = result.fresh
        marks = callee.taints & _TAINTS
        return result | Value(NONE, marks) if marks else result

    def _apply_changes(self, callee: Callee, call: Call) -> None:
        node, how = call.node, f"{_short(call.node.func)}(…)"
        if callee.changes_receiver:
            self.change(call.receiver, how, ANYTHING if callee.changes_arguments is None else OWNED)
            if isinstance(node.func, ast.Attribute):
                self._hold(node.func.value, joined(call.arguments) | joined(call.keywords.values()))
        for at, value in enumerate(call.arguments):
            if callee.changes_arguments is None or at in callee.changes_arguments:
                self.change(value, f"{how} gets it")
        for name, value in call.keywords.items():
            if callee.changes_arguments is None or name in callee.changes_keywords:
                self.change(value, f"{how} gets it")
        for value, extent in callee.changed:
            self.change(value, how, extent)
        for package in callee.packages:
            self.effects.packages.setdefault(package, how)

    def _seed(self, callee: Callee) -> None:
        self.effects.may_seed |= callee.may_seed
        for package, seed in callee.seeds.items():
            if self._depth == 0:
                self.effects.seeds.setdefault(package, seed)
            self.effects.may_seed.add(package)

    def _log(self, node: ast.Call, call: Call) -> None:
        path = call_path(node.func)
        match path[-1:], node.args:
            case ("log_metric",) | ("log_series",), [ast.Constant(value=str(key)), _, *_]:
                self._logged({key: call.arguments[1].flows})
            case ("log_metric",) | ("log_series",), [_, _, *_]:
                self._logged({"*": call.arguments[1].flows})
            case ("log_metrics",), [ast.Dict() as given, *_]:
                self._logged(self._items_of(given))
            case ("log_metrics",), [_, *_]:
                self._logged({"*": call.arguments[0].flows})

    def _logged(self, flows: Mapping[str, Names]) -> None:
        for key, names in flows.items():
            self.effects.logged[key] = self.effects.logged.get(key, NONE) | names

    def _await(self, node: ast.Await) -> Value:
        return self.value(node.value)

    # statements

    def statements(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        self.discarded = node.value if isinstance(node, ast.Expr) else None
        method = _STATEMENTS.get(type(node))
        if method is not None:
            method(self, node)
        else:
            self._parts(node)

    def _assign(self, node: ast.Assign) -> None:
        match node.targets, node.value:
            case [ast.Tuple(elts=targets)], ast.Tuple(elts=values) if len(targets) == len(values):
                found = [self.value(item) for item in values]
                for target, each in zip(targets, found, strict=True):
                    self.bind(target, each)
                return
        value = self.value(node.value)
        for target in node.targets:
            self.bind(target, value)
            self._define(target, node.value)
            if isinstance(target, ast.Name):
                self.bound_to[target.id] = node.value
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Dict):
                self.items[target.id] = self._items_of(node.value)

    def _define(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name) and isinstance(value, ast.Lambda) and self._depth == 0:
            self.defined[target.id] = value

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        before, value = self.value(node.target), self.value(node.value)
        self.change(before, f"{_short(node.target)} {_OPERATORS.get(type(node.op), '')}= …", OWNED)
        if isinstance(node.target, ast.Name):
            self.names[node.target.id] = before | value
        else:
            self.bind(node.target, value)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                self.change(self.value(target.value), f"del {_short(target)}", ITSELF)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        source = part_of(self.value(node.iter))
        self._ordered(node.iter)
        self._depth += 1
        for _ in range(2):
            self.bind(node.target, source)
            self.statements(node.body)
        self.statements(node.orelse)
        self._depth -= 1

    def _ordered(self, iterable: ast.expr) -> None:
        """A loop over a set goes in an order that differs from process to process where it holds texts."""
        if self.callees.sets.is_unordered(iterable, self.bound_to):
            self.mark("<set order>", iterable)

    def _while(self, node: ast.While) -> None:
        self._depth += 1
        for _ in range(2):
            self.value(node.test)
            self.statements(node.body)
        self.statements(node.orelse)
        self._depth -= 1

    def _if(self, node: ast.If) -> None:
        self.value(node.test)
        self._depth += 1
        self.statements(node.body)
        self.statements(node.orelse)
        self._depth -= 1

    def _try(self, node: ast.Try) -> None:
        self._depth += 1
        self.statements(node.body)
        for handler in node.handlers:
            self.value(handler.type)
            self.statements(handler.body)
        self.statements(node.orelse)
        self._depth -= 1
        self.statements(node.finalbody)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value)
        self.statements(node.body)

    def _match(self, node: ast.Match) -> None:
        subject = self.value(node.subject)
        self._depth += 1
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    self.names[name] = subject
            self.value(case.guard)
            self.statements(case.body)
        self._depth -= 1

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                bound, path = (
                    (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
                )
            else:
                bound, path = alias.asname or alias.name, f"{node.module or ''}.{alias.name}"
            self.names.pop(bound or "", None)
            self.imported[bound or ""] = path
            self.names[bound or ""] = NOTHING

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = self.values([*node.args.defaults, *node.args.kw_defaults])
        free = Value(_free_names(node) - self.names.keys(), NONE)
        one = frozenset((node.name,)) & free.shares
        self.names[node.name] = Value(defaults.shares - one, defaults.flows)
        self.defined[node.name] = node
        if self._is_function:
            # Nobody sees when a function that a function makes is called.
            self._take_in(
                self.called(node, dict.fromkeys((item.arg for item in all_arguments(node.args)), NOTHING))
            )
        for decorator in reversed(node.decorator_list):
            self._decorate(decorator, node.name)

    def _decorate(self, decorator: ast.expr, name: str) -> None:
        """A decorator is called with the function, which it may keep and call."""
        if isinstance(decorator, ast.Call):
            self.value(decorator)
            return
        call = ast.Call(decorator, [ast.Name(name, ast.Load())], [])
        self.value(
            ast.copy_location(ast.fix_missing_locations(ast.copy_location(call, decorator)), decorator)
        )

    def _class(self, node: ast.ClassDef) -> None:
        bases = self.values([*node.bases, *(keyword.value for keyword in node.keywords)])
        inner = self._inner({})
        inner.statements(node.body)
        inner.defined.clear()
        self._take_in(inner)
        self.names[node.name] = bases.fresh
        self.defined[node.name] = node
        for decorator in reversed(node.decorator_list):
            self._decorate(decorator, node.name)

    def _return(self, node: ast.Return) -> None:
        self.effects.returned |= self.value(node.value)

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> Value:
        value = self.value(node.value)
        self.effects.returned |= value
        return value

    def _global(self, _node: ast.Global | ast.Nonlocal) -> None:
        pass

    # functions

    def _inner(self, names: Mapping[str, Value]) -> EffectWalker:
        inner = EffectWalker(self.callees, {**self.names, **names})
        inner.defined, inner.imported = dict(self.defined), dict(self.imported)
        inner.bound_to = {**self.bound_to, **dict.fromkeys(names)}
        inner._depth = self._depth + 1
        return inner

    def _take_in(self, inner: EffectWalker) -> None:
        effects = inner.effects
        for name, how in effects.changed.items():
            self.effects.changed.setdefault(name, how)
        for name, extent in effects.extents.items():
            self.effects.extents[name] = max(extent, self.effects.extents.get(name, ITSELF))
        for package, how in effects.packages.items():
            self.effects.packages.setdefault(package, how)
        for mark, line in effects.marks.items():
            self.effects.marks.setdefault(mark, line)
        self.effects.may_seed |= effects.may_seed
        self.effects.logged.update(effects.logged)

    def called(self, node: Definition, names: Mapping[str, Value]) -> EffectWalker:
        """Follows the body of a function that is called with its parameters bound so."""
        inner = self._inner(names)
        inner._depth, inner._is_function = 0, True
        if isinstance(node, ast.Lambda):
            inner.effects.returned = inner.value(node.body)
        else:
            inner.statements(node.body)
        return inner


_TAINTS: Final = frozenset(
    {"<works in place>", "<clock>", "<network>", "<entropy>", "<token>", "<shell>", "<input>"}
)
_KEPT_APART: Final = frozenset({"<clock>", "<token>"})
_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitOr: "|", ast.BitAnd: "&", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_EXPRESSIONS: Final[dict[type[ast.expr], Callable[[EffectWalker, Any], Value]]] = {
    ast.Name: EffectWalker._name,
    ast.Attribute: EffectWalker._attribute,
    ast.Subscript: EffectWalker._subscript,
    ast.Lambda: EffectWalker._lambda,
    ast.ListComp: EffectWalker._comprehension,
    ast.SetComp: EffectWalker._comprehension,
    ast.GeneratorExp: EffectWalker._comprehension,
    ast.DictComp: EffectWalker._comprehension,
    ast.NamedExpr: EffectWalker._named,
    ast.Call: EffectWalker._call,
    ast.Await: EffectWalker._await,
    ast.Yield: EffectWalker._yield,
    ast.YieldFrom: EffectWalker._yield,
    ast.BinOp: EffectWalker._fresh,
    ast.UnaryOp: EffectWalker._fresh,
    ast.Compare: EffectWalker._fresh,
    ast.JoinedStr: EffectWalker._fresh,
    ast.FormattedValue: EffectWalker._fresh,
}
_STATEMENTS: Final[dict[type[ast.stmt], Callable[[EffectWalker, Any], None]]] = {
    ast.Assign: EffectWalker._assign,
    ast.AnnAssign: EffectWalker._annotated,
    ast.AugAssign: EffectWalker._augmented,
    ast.Delete: EffectWalker._delete,
    ast.For: EffectWalker._for,
    ast.AsyncFor: EffectWalker._for,
    ast.While: EffectWalker._while,
    ast.If: EffectWalker._if,
    ast.Try: EffectWalker._try,
    ast.TryStar: EffectWalker._try,
    ast.With: EffectWalker._with,
    ast.AsyncWith: EffectWalker._with,
    ast.Match: EffectWalker._match,
    ast.Import: EffectWalker._import,
    ast.ImportFrom: EffectWalker._import,
    ast.FunctionDef: EffectWalker._function,
    ast.AsyncFunctionDef: EffectWalker._function,
    ast.ClassDef: EffectWalker._class,
    ast.Return: EffectWalker._return,
    ast.Global: EffectWalker._global,
    ast.Nonlocal: EffectWalker._global,
}


def item_of(name: str, key: str) -> str:
    """How an item or attribute of a name stands among flows."""
    return f"{name}[{key!r}]"


def _item(node: ast.Attribute | ast.Subscript) -> str | None:
    """The key of an item, the name of an attribute; None where it is computed."""
    match node:
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
    return None


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else text[:37] + "…"


def _arguments_of(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _target_names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _walrus_names(node: ast.AST) -> list[str]:
    return [item.target.id for item in ast.walk(node) if isinstance(item, ast.NamedExpr)]


def _free_names(node: ast.AST) -> Names:
    return frozenset(item.id for item in ast.walk(node) if isinstance(item, ast.Name))
