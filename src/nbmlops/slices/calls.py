"""What a call may change: told by the function that it calls, as far as that can be found before it runs."""

from __future__ import annotations

import ast
import builtins
import functools
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from nbmlops.capture.literals import call_path
from nbmlops.slices.arrays import is_plain
from nbmlops.slices.callee import (
    NO_ARGUMENTS,
    NO_NAMES,
    UNKNOWN,
    WORKS_IN_PLACE,
    Call,
    Callee,
    either,
)
from nbmlops.slices.functions import Definition, FunctionSources
from nbmlops.slices.globals_read import globals_of
from nbmlops.slices.libraries import (
    builtin,
    changed_keywords,
    in_place_of,
    is_sklearn,
    library,
    method,
    works_on_argument,
)
from nbmlops.slices.marks import call_marks, seeds_of
from nbmlops.slices.objects import package_of
from nbmlops.slices.origin import Origins
from nbmlops.slices.sets import UnorderedSets
from nbmlops.slices.spelled import names_in_texts, with_keywords
from nbmlops.slices.tables import PURE_PACKAGES
from nbmlops.slices.values import NOTHING, Effects, Value, joined, part_of

if TYPE_CHECKING:
    from nbmlops.slices.effects import EffectWalker

_MAX_DEPTH: Final = 20  # of functions that call functions
_MAX_FOLLOWED: Final = 500  # bodies of functions in one cell; a tenth of a millisecond each
_MISSING: Final = object()
# Types whose methods are told by the tables; of other libraries' types any method may change what it is called on.
_KNOWN_PACKAGES: Final = PURE_PACKAGES | {
    "builtins",
    "torch",
    "xgboost",
    "lightgbm",
    "catboost",
    "keras",
    "_io",
}
_UNKNOWN_METHODS: Final = frozenset(
    {"queue", "random", "_io", "tempfile", "itertools", "csv", "multiprocessing"}
)


class Callees:
    """Finds what calls do.

    Args:
        namespace: the user's variables, as they are before the cell runs.
        origins: tells the user's own from libraries.
        sources: definitions of functions.
        codes_of: the user's functions that the object of a name may run.
        held_by: the user's functions, and methods of the user's classes, in what the object of a name holds.
        methods: methods by name of all classes of the user's, for receivers whose class is not known.

    Attributes:
        reads: names that are read by what was followed, where the cell's own source doesn't show it.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        origins: Origins,
        sources: FunctionSources,
        *,
        codes_of: Callable[[str], Iterable[types.CodeType]],
        held_by: Callable[[str], tuple[Iterable[types.CodeType], Iterable[types.CodeType]]],
        methods: Mapping[str, Iterable[Definition]],
    ) -> None:
        self._namespace = namespace
        self.sets = UnorderedSets(namespace)
        self._origins = origins
        self._sources = sources
        self._codes_of = codes_of
        self._held_by = held_by
        self.reads: set[str] = set()
        self._methods = methods
        self._going: list[ast.AST] = []
        self._known: dict[Any, Effects] = {}
        self._followed_count = 0
        self._cuts = 0  # calls of functions that were being followed already

    # finding it

    def of(self, call: Call, walker: EffectWalker) -> Callee:
        """What the call may do."""
        func = call.node.func
        path = call_path(func)
        name = path[-1] if path else (func.attr if isinstance(func, ast.Attribute) else "")
        if any(item.arg is None for item in call.node.keywords):
            call = Call(
                with_keywords(call.node, self._namespace, walker.names),
                call.receiver,
                call.arguments,
                call.keywords,
            )
        callee = self._find(call, walker, path)
        callee = self._with_called_arguments(callee, call, walker)
        callee = self._with_held(callee, call, walker)
        if name in ("query", "eval") and isinstance(func, ast.Attribute):
            texts = names_in_texts(call.node, path, self._namespace)
            self.reads |= texts or set()
            callee = callee if texts is not None else either(callee, Callee(marks=frozenset({"<opaque>"})))
        dotted = self.package_path(path, walker) or ".".join(path)
        marks = call_marks(dotted, name, call.node)
        seeds = seeds_of(dotted, name, call.node)
        if not marks and not seeds:
            return callee
        return replace(
            callee, marks=callee.marks | marks, taints=callee.taints | marks, seeds={**callee.seeds, **seeds}
        )

    def _find(self, call: Call, walker: EffectWalker, path: tuple[str, ...]) -> Callee:
        func = call.node.func
        if not path:
            if isinstance(func, ast.Attribute):
                return self._method_by_name(func.attr, call, walker)
            return self._any_of(walker.value(func), call, walker)
        root = path[0]
        if isinstance(func, ast.Name) and root in walker.defined:
            return self._defined(walker.defined[root], call, walker)
        if root in walker.imported:
            return self._of_path(".".join((walker.imported[root], *path[1:])), call, walker)
        if root in walker.names:
            if isinstance(func, ast.Attribute):
                return self._method_by_name(func.attr, call, walker)
            return self._any_of(walker.names[root], call, walker)
        value = self._namespace.get(root, _MISSING)
        if value is _MISSING:
            if isinstance(func, ast.Name) and hasattr(builtins, root):
                return builtin(root, call)
            return self._method_by_name(path[-1], call, walker) if len(path) > 1 else UNKNOWN
        return self._of_value(value, path, call, walker)

    def _of_value(self, value: Any, path: tuple[str, ...], call: Call, walker: EffectWalker) -> Callee:
        owner: Any = _MISSING
        for at, name in enumerate(path[1:], 1):
            owner = value
            value = _attribute(owner, name)
            if value is _MISSING:
                if at == len(path) - 1:
                    return in_place_of(owner, self._method_of(type(owner), name, call, walker))
                return self._method_by_name(path[-1], call, walker)
        if owner is not _MISSING and not issubclass(type(owner), types.ModuleType | type):
            return self._method_of(type(owner), path[-1], call, walker)
        return self._of_object(value, call, walker)

    def _of_path(self, dotted: str, call: Call, walker: EffectWalker) -> Callee:
        """Something that this very cell imports: looked up if it is loaded, else told by its name."""
        import sys

        parts = dotted.split(".")
        for cut in range(len(parts), 0, -1):
            module = sys.modules.get(".".join(parts[:cut]))
            if module is None:
                continue
            value: Any = module
            for name in parts[cut:]:
                value = _attribute(value, name)
                if value is _MISSING:
                    break
            else:
                return self._of_object(value, call, walker)
            break
        if parts[-1][:1].isupper():
            return Callee()  # a class: what it is given, it holds
        return library(parts[0], parts[-1], call, walker)

    def is_package(self, path: tuple[str, ...], walker: EffectWalker) -> bool:
        """Whether a path is one of a library's module or class."""
        if not path or path[0] in walker.names:
            return bool(path) and path[0] in walker.imported
        return issubclass(type(self._namespace.get(path[0])), types.ModuleType) and bool(
            self.package_path(path, walker)
        )

    def package_path(self, path: tuple[str, ...], walker: EffectWalker) -> str:
        """The path as libraries name it (`numpy.random.seed` for `np.random.seed`); empty for the user's own."""
        if not path:
            return ""
        if path[0] in walker.imported:
            return ".".join((walker.imported[path[0]], *path[1:]))
        if path[0] in walker.names:
            return ""
        value: Any = self._namespace.get(path[0])
        kind = type(value)
        if issubclass(kind, types.ModuleType):
            return "" if self._origins.is_own_module(value) else ".".join((value.__name__, *path[1:]))
        if issubclass(kind, types.BuiltinFunctionType | types.FunctionType | type) and len(path) <= 2:
            package = package_of(value)
            is_own = package in ("", "__main__") or self._origins.is_own_name(value.__module__ or "")
            owner = "" if is_own else f"{value.__module__}.{value.__name__}"
            bound = getattr(value, "__self__", None)
            if not owner and bound is not None and not isinstance(bound, types.ModuleType):
                owner = f"{package_of(type(bound))}.{value.__name__}"
            return ".".join((owner, *path[1:])) if owner else ""
        return ""

    # what it is

    def _of_object(self, value: Any, call: Call, walker: EffectWalker) -> Callee:
        # type(), not isinstance(): a proxy's `__class__` may run the user's code.
        while type(value) in (staticmethod, classmethod, _CACHED):
            value = value.__wrapped__
        kind = type(value)
        if kind is types.MethodType:
            return self._bound(value, call, walker)
        if kind is functools.partial:
            return self._with_everything(value.func, call, walker)
        if kind is types.FunctionType:
            return self._function(value, call, walker)
        if issubclass(kind, type):
            return self._constructor(value, call, walker)
        if kind is types.BuiltinFunctionType:
            return self._builtin_function(value, call, walker)
        return self._callable_object(value, call, walker)

    def _callable_object(self, value: Any, call: Call, walker: EffectWalker) -> Callee:
        kind = type(value)
        if package_of(kind) == "numpy" and kind.__name__ == "ufunc":
            callee = library("numpy", value.__name__, call, walker)
            out = frozenset(range(value.nin, value.nin + value.nout))  # `np.add(a, b, out)`
            return replace(callee, changes_arguments=(callee.changes_arguments or NO_ARGUMENTS) | out)
        if self._origins.is_own_class(kind):
            return self._method_of(kind, "__call__", call, walker)
        package = package_of(kind)
        if package in PURE_PACKAGES and package not in ("random", "operator"):
            name = getattr(value, "__name__", "")  # polars gives an expression
            return library(package, name if type(name) is str else "", call, walker)
        return UNKNOWN

    def _bound(self, value: types.MethodType, call: Call, walker: EffectWalker) -> Callee:
        kind = type(value.__self__)
        receiver = (
            call.receiver if isinstance(call.node.func, ast.Attribute) else walker.value(call.node.func)
        )
        if isinstance(value.__self__, type):
            return self._of_object(value.__func__, call, walker)
        bound = Call(call.node, receiver, call.arguments, call.keywords)
        return self._as_changes(self._method_of(kind, value.__name__, bound, walker), bound)

    def _builtin_function(self, value: Any, call: Call, walker: EffectWalker) -> Callee:
        owner = getattr(value, "__self__", None)
        if owner is None or isinstance(owner, types.ModuleType):
            package = package_of(value) or (owner.__name__.partition(".")[0] if owner else "")
            package = package.lstrip("_") or package
            return (
                builtin(value.__name__, call)
                if package == "builtins"
                else library(package, value.__name__, call, walker)
            )
        if isinstance(owner, type):
            return Callee()
        receiver = walker.value(call.node.func) if isinstance(call.node.func, ast.Name) else call.receiver
        bound = Call(call.node, receiver, call.arguments, call.keywords)
        return self._as_changes(self._method_of(type(owner), value.__name__, bound, walker), bound)

    def _as_changes(self, callee: Callee, call: Call) -> Callee:
        """A change of the receiver as a change of a value: the caller sees another receiver, or none."""
        if not callee.changes_receiver:
            return callee
        return replace(
            callee,
            changes_receiver=False,
            changed=(*callee.changed, (call.receiver, 2 if callee.changes_arguments is None else 1)),
        )

    def _function(self, value: types.FunctionType, call: Call, walker: EffectWalker) -> Callee:
        if self._origins.is_own_function(value):
            self.reads |= globals_of(value.__code__)
            definition = self._sources.of(value.__code__)
            if definition is None:
                return _HIDDEN
            itself = walker.value(call.node.func)
            return self._own(
                definition, call, walker, receiver=None, itself=itself, closed=value.__code__.co_freevars
            )
        inner = [cell.cell_contents for cell in value.__closure__ or () if _is_function_cell(cell)]
        own = [item for item in inner if self._origins.is_own_function(item)]
        if own:  # a decorator of a library around the user's function
            return self._with_everything(own[0], call, walker)
        return library(package_of(value), value.__name__, call, walker)

    def _constructor(self, value: type, call: Call, walker: EffectWalker) -> Callee:
        if not self._origins.is_own_class(value):
            if package_of(value) == "builtins":
                return builtin(value.__name__, call)
            return Callee(
                changes_keywords=changed_keywords(call.node),
                taints=frozenset({WORKS_IN_PLACE}) if works_on_argument(call.node) else NO_NAMES,
            )
        callee = self._own_method(value, "__init__", call, walker, receiver=NOTHING)
        return replace(callee, result=self._made_of(value, call), returns_fresh=False)

    def _made_of(self, kind: type, call: Call) -> Value:
        """A new instance: it holds what it was given, and its class."""
        named = call.node.func

        held = _all_of(call)
        one = frozenset((named.id,)) if isinstance(named, ast.Name) and kind is not None else NO_NAMES
        return Value(held.shares | one, held.flows | one)

    def _method_of(self, kind: type, name: str, call: Call, walker: EffectWalker) -> Callee:
        if self._origins.is_own_class(kind):
            return self._own_method(kind, name, call, walker, receiver=call.receiver)
        package = package_of(kind)
        patched = _attribute(kind, name)
        if type(patched) is types.FunctionType and self._origins.is_own_function(patched):
            self.reads |= globals_of(patched.__code__)
            return self._own_method(kind, name, call, walker, receiver=call.receiver)
        if package not in _KNOWN_PACKAGES and not is_sklearn(kind):
            return UNKNOWN
        if package in _UNKNOWN_METHODS:
            return UNKNOWN
        if kind in _READ_ONLY:
            return method(name, call, otherwise=Callee())
        if package == "numpy" and kind.__name__ in ("Generator", "RandomState"):
            return Callee(
                changes_receiver=True,
                changes_arguments=frozenset({0}) if name == "shuffle" else NO_ARGUMENTS,
            )
        if kind in (list, dict, set, bytearray):
            return method(name, call, otherwise=Callee())
        return method(name, call, otherwise=UNKNOWN)

    def _own_method(
        self, kind: type, name: str, call: Call, walker: EffectWalker, *, receiver: Value
    ) -> Callee:
        for cls in kind.__mro__:
            found = cls.__dict__.get(name)
            if found is None:
                continue
            function = getattr(found, "__func__", found)
            if isinstance(found, property):
                return UNKNOWN
            if isinstance(function, types.FunctionType) and self._origins.is_own_function(function):
                definition = self._sources.of(function.__code__)
                if definition is None:
                    return _HIDDEN
                bound = None if isinstance(found, staticmethod) else receiver
                return self._own(definition, call, walker, receiver=bound, itself=receiver)
            if not self._origins.is_own_class(cls):
                if name in ("__init__", "__new__"):
                    return Callee()
                callee = method(name, call, otherwise=UNKNOWN)
                # What a library's method calls on the user's class (a template method) isn't seen.
                return replace(callee, changes_receiver=True)
        return Callee() if name == "__init__" else UNKNOWN

    def _method_by_name(self, name: str, call: Call, walker: EffectWalker) -> Callee:
        """A receiver whose class is not known: by the tables, and by every class of the user's that has the method."""
        callee = method(name, call, otherwise=UNKNOWN)
        for definition in self._methods.get(name, ()):
            callee = either(
                callee, self._own(definition, call, walker, receiver=call.receiver, itself=call.receiver)
            )
        return callee

    def _any_of(self, value: Value, call: Call, walker: EffectWalker) -> Callee:
        """A function out of a variable or a container: each that may lie there is taken as called."""
        callee = replace(UNKNOWN, changed=((value, 2),))
        for name in value.shares:
            for code in self._codes_of(name):
                definition = self._sources.of(code)
                if definition is not None:
                    callee = either(
                        callee,
                        self._own(definition, call, walker, receiver=None, itself=value, everything=True),
                    )
        return callee

    def _with_everything(self, value: Any, call: Call, walker: EffectWalker) -> Callee:
        code = getattr(value, "__code__", None)
        definition = self._sources.of(code) if code is not None else None
        if definition is None:
            return (
                self._of_object(value, call, walker) if not isinstance(value, types.FunctionType) else UNKNOWN
            )
        itself = walker.value(call.node.func)
        return self._own(definition, call, walker, receiver=None, itself=itself, everything=True)

    def _with_called_arguments(self, callee: Callee, call: Call, walker: EffectWalker) -> Callee:
        """Functions that are handed on are taken as called, with whatever else is handed on."""
        for node in (*call.node.args, *(keyword.value for keyword in call.node.keywords)):
            if isinstance(node, ast.Name) and isinstance(walker.defined.get(node.id), Definition):
                definition = walker.defined[node.id]
                effects = self._followed(definition, walker, lambda _: _all_of(call), local=True)
                callee = either(callee, _applied(effects, call))
            elif isinstance(node, ast.Attribute) and node.attr in self._methods:
                for method in self._methods[node.attr]:  # `map(Point.step, points)`
                    effects = self._followed(method, walker, lambda _: _all_of(call), local=False)
                    callee = either(callee, _applied(effects, call))
            elif isinstance(node, ast.Name | ast.Attribute):
                for name in walker.value(node).shares if self._may_be_called(node, walker) else ():
                    for code in self._codes_of(name):
                        found = self._sources.of(code)
                        if found is not None:
                            callee = either(
                                callee,
                                self._own(
                                    found,
                                    call,
                                    walker,
                                    receiver=None,
                                    itself=walker.name(name),
                                    everything=True,
                                ),
                            )
        return callee

    def _may_be_called(self, node: ast.Name | ast.Attribute, walker: EffectWalker) -> bool:
        """Whether an argument may be a function, or hold some; frames and models are not called."""
        if not isinstance(node, ast.Name) or node.id in walker.names:
            return True
        value = self._namespace.get(node.id)
        kind = type(value)
        return issubclass(kind, _HOLD_FUNCTIONS) or callable(value) or hasattr(kind, "__next__")

    def _with_held(self, callee: Callee, call: Call, walker: EffectWalker) -> Callee:
        """A method of a library's object may call the user's functions in it: the steps of a pipeline."""
        arguments = joined((*call.arguments, *call.keywords.values()))
        for name in sorted(call.receiver.shares) if isinstance(call.node.func, ast.Attribute) else ():
            if not self._is_held(name):
                continue
            codes, methods = self._held_by(name)
            for code in (*codes, *methods):
                definition = self._sources.of(code)
                if definition is None:
                    continue
                values = {_first(definition): call.receiver} if code in methods else {}
                effects = self._followed(definition, walker, _values(values, arguments), local=False)
                callee = either(callee, _applied(effects, call))
        return callee

    def _is_held(self, name: str) -> bool:
        """Whether an object of this name is a library's, or the user's class or function that one may hold."""
        value = self._namespace.get(name)
        kind = type(value)
        if kind is types.FunctionType or issubclass(kind, type):
            return True
        return not (kind.__module__ == "builtins" or self._origins.is_own_class(kind) or is_plain(kind))

    def run_by_themselves(self, name: str, codes: Iterable[types.CodeType], walker: EffectWalker) -> None:
        """Takes operators, properties and the like of what a name holds as used.

        Args:
            name: what holds them.
            codes: theirs.
            walker: of the cell; it takes in what they may change.
        """
        value = walker.name(name)
        for code in codes:
            definition = self._sources.of(code)
            if definition is not None:
                effects = self._followed(definition, walker, lambda _: value, local=False)
                for changed, how in effects.changed.items():
                    walker.change(walker.name(changed), f"`{code.co_name}` ({how})")

    # the user's own functions

    def _defined(self, node: ast.AST, call: Call, walker: EffectWalker) -> Callee:
        """One that the same cell defines: followed with the names as they are now."""
        if isinstance(node, ast.ClassDef):
            callee = Callee()
            for item in node.body:
                if isinstance(item, Definition) and getattr(item, "name", "") == "__init__":
                    callee = self._own(item, call, walker, receiver=NOTHING, itself=NOTHING, local=True)
            return replace(callee, result=None, returns_fresh=False)
        assert isinstance(node, Definition)
        return self._own(node, call, walker, receiver=None, itself=NOTHING, local=True)

    def _own(
        self,
        definition: Definition,
        call: Call,
        walker: EffectWalker,
        *,
        receiver: Value | None,
        itself: Value,
        everything: bool = False,
        local: bool = False,
        closed: Iterable[str] = (),
    ) -> Callee:
        everything_of = _all_of(call)
        effects = self._followed(
            definition,
            walker,
            lambda name: everything_of if everything else _argument(definition, name, call, receiver, itself),
            local=local,
            closed={name: part_of(itself) for name in closed},
        )
        return _applied(effects, call)

    def _followed(
        self,
        definition: Any,
        walker: EffectWalker,
        value_of: Callable[[str], Value],
        *,
        local: bool,
        closed: Mapping[str, Value] = MappingProxyType({}),
    ) -> Effects:
        """The effects of its body, with parameters bound to these values; followed once for the same values."""
        parameters = {argument.arg: value_of(argument.arg) for argument in all_arguments(definition.args)}
        names = {**closed, **parameters}
        around = {name: walker.names[name] for name in sorted(_names_in(definition)) if name in walker.names}
        key = (definition, local, tuple(names.values()), tuple(around.items()))
        known = self._known.get(key)
        if known is not None:
            return known

        if definition in self._going:  # it calls itself: what it does is being followed already
            self._cuts += 1
            return Effects()
        if len(self._going) >= _MAX_DEPTH or self._followed_count >= _MAX_FOLLOWED:
            return Effects(marks={"<opaque>": 0})
        cuts = self._cuts
        self._followed_count += 1
        self._going.append(definition)
        try:
            # A function of an earlier cell sees the names as this cell has left them by now.
            outer = (
                walker
                if local
                else walker.elsewhere({n: v for n, v in around.items() if n in self._namespace})
            )
            effects = outer.called(definition, names).effects
        finally:
            self._going.pop()
        if cuts == self._cuts or not self._going:
            self._known[key] = effects
        return effects


_CACHED: Final = type(functools.cache(len))
_READ_ONLY: Final = frozenset({str, bytes, int, float, bool, complex, tuple, frozenset, range, type(None)})


_HOLD_FUNCTIONS: Final = (list, tuple, dict, set, functools.partial)
_HIDDEN: Final = Callee(changes_receiver=True, changes_arguments=None, marks=frozenset({"<opaque>"}))


def _applied(effects: Effects, call: Call) -> Callee:

    changed = tuple(
        (Value(frozenset((name,)), NO_NAMES, is_exact=True), effects.extents[name])
        for name in effects.changed
    )
    return Callee(
        changed=changed,
        packages=frozenset(effects.packages),
        marks=frozenset(effects.marks),
        seeds=dict(effects.seeds),
        may_seed=frozenset(effects.may_seed),
        logged=dict(effects.logged),
        result=effects.returned | Value(NO_NAMES, _all_of(call).flows),
    )


@functools.lru_cache(maxsize=4096)
def _names_in(definition: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(definition) if isinstance(node, ast.Name))


def _all_of(call: Call) -> Value:
    return joined((call.receiver, *call.arguments, *call.keywords.values()))


def _values(known: Mapping[str, Value], others: Value) -> Callable[[str], Value]:
    return lambda name: known.get(name, others)


def _first(definition: Definition) -> str:
    """The name of a method's first parameter."""
    found = all_arguments(definition.args)
    return found[0].arg if found else ""


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters of a definition, starred ones included."""
    stars = [item for item in (arguments.vararg, arguments.kwarg) if item is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def _argument(definition: Any, name: str, call: Call, receiver: Value | None, itself: Value) -> Value:
    """What a parameter is bound to in a call; all that was handed over where stars hide it."""
    arguments: ast.arguments = definition.args
    positional = [item.arg for item in (*arguments.posonlyargs, *arguments.args)]
    starred = "**" in call.keywords or any(isinstance(item, ast.Starred) for item in call.node.args)
    if starred or name in (getattr(arguments.vararg, "arg", None), getattr(arguments.kwarg, "arg", None)):
        return _all_of(call)
    if name in call.keywords:
        return call.keywords[name]
    if name in positional:
        at = positional.index(name) - (receiver is not None)
        if at < 0:
            return receiver if receiver is not None else NOTHING
        if at < len(call.arguments):
            return call.arguments[at]
    return itself  # a default, which lives as long as the function


def _attribute(owner: Any, name: str) -> Any:
    """An attribute, without running anything: of a module, a class, or an instance's `__dict__`."""
    if issubclass(type(owner), types.ModuleType):
        return vars(owner).get(name, _MISSING)
    if issubclass(type(owner), type):
        for cls in owner.__mro__:
            if name in cls.__dict__:
                return cls.__dict__[name]
        return _MISSING
    try:
        state = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return _MISSING
    return state.get(name, _MISSING) if isinstance(state, dict) else _MISSING


def _is_function_cell(cell: types.CellType) -> bool:
    try:
        return isinstance(cell.cell_contents, types.FunctionType)
    except ValueError:
        return False
