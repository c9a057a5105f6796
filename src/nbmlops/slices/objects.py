"""A bounded look into an object: what it holds, what it would run, and a digest that tells whether it changed.

Two names share an object when the nodes of what they hold overlap. Nothing of the user's runs here: classes are told
by `type()`, attributes are read from `__dict__`, and what can't be looked into without running something is opaque.
"""

from __future__ import annotations

import functools
import gc
import io
import marshal
import os
import types
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from blake3 import blake3

from nbmlops.slices.arrays import MAX_BYTES, array_part
from nbmlops.slices.origin import Origins, attributes_of, is_atomic

MAX_NODES: Final = 1_500
MAX_ITEMS: Final = 5_000  # of one container, where they are all atoms
_MARSHAL: Final = 2  # without references, which depend on counts
_PARTS: Final[dict[type, tuple[str, ...]]] = {
    functools.partial: ("func", "args", "keywords"),
    types.MethodType: ("__func__", "__self__"),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    property: ("fget", "fset", "fdel"),
    functools.cached_property: ("func",),
}
_SEQUENCES: Final = (list, tuple, set, frozenset, deque)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an object holds, as far as it was looked at.

    Attributes:
        nodes: identities of the objects in it that can change; equal nodes in two shapes are shared.
        digest: of all that it holds; None where it could not be told, since it is too large or opaque.
        codes: functions of the user's that it holds.
        methods: those of the user's classes that it is, or holds instances of.
        classes: the user's classes that its parts are instances of.
        implicit: those of them that run without being called, by `a + b`, `x.attribute`, `for`: (name, code).
        has_iterator: something in it changes by being read: a generator, an open file.
        is_whole: False where the bounds ended the look.
        lent: memory that frames in it may share with arrays, as these name it among their nodes.
        files: files that are its memory.
        packages: the packages that its parts are of.
    """

    nodes: frozenset[int] = frozenset()
    digest: bytes | None = None
    codes: tuple[types.CodeType, ...] = ()
    methods: tuple[types.CodeType, ...] = ()
    classes: tuple[type, ...] = ()
    implicit: tuple[tuple[str, types.CodeType], ...] = ()
    has_iterator: bool = False
    is_whole: bool = True
    packages: frozenset[str] = frozenset()
    lent: frozenset[int] = frozenset()
    files: tuple[str, ...] = ()

    def shares_with(self, nodes: frozenset[int], lent: frozenset[int]) -> bool:
        """Whether it shares with something else: not two frames by their memory, which pandas copies in time."""
        return not (
            self.nodes.isdisjoint(nodes) and self.nodes.isdisjoint(lent) and self.lent.isdisjoint(nodes)
        )


ATOM: Final = Shape(digest=b"")


class Looker:
    """Looks into the objects of one session.

    Args:
        namespace: the user's variables: what leads back to them is not followed.
        origins: tells the user's own from libraries.
    """

    def __init__(self, namespace: Mapping[str, Any], origins: Origins) -> None:
        self._namespace = namespace
        self._origins = origins

    def look(self, value: object, *, digests: bool = True) -> Shape:
        """The shape of a value.

        Args:
            value: any object.
            digests: False where only what it shares is asked for, which is cheaper.
        """
        if is_atomic(value):
            return ATOM
        walk = _Walk(self._namespace, self._origins, digests=digests)
        walk.run(value)
        return walk.shape()


class _Walk:
    """One look: breadth first, so that what lies near is seen where the bounds end it."""

    def __init__(self, namespace: Mapping[str, Any], origins: Origins, *, digests: bool) -> None:
        self._origins = origins
        self._seen: set[int] = {id(namespace)}
        self._waiting: deque[Any] = deque()
        self._nodes: set[int] = set()
        self._codes: list[types.CodeType] = []
        self._methods: list[types.CodeType] = []
        self._classes: dict[int, type] = {}  # a class may have a hash of its own
        self._implicit: list[tuple[str, types.CodeType]] = []
        self._packages: set[str] = set()
        self._lent: set[int] = set()
        self._files: list[str] = []
        self._tokens: list[bytes] | None = [] if digests else None
        self._kept: list[Any] = []  # temporary objects, whose identities must not be used again meanwhile
        self._has_iterator = False
        self._is_whole = True

    def run(self, value: object) -> None:
        self._waiting.append(value)
        while self._waiting:
            if len(self._seen) > MAX_NODES:
                self._is_whole = False
                self._opaque()
                return
            self._visit(self._waiting.popleft())

    def shape(self) -> Shape:
        digest = None
        if self._tokens is not None:
            digest = blake3(b"\0".join(self._tokens)).digest(16)
        return Shape(
            frozenset(self._nodes),
            digest,
            tuple(self._codes),
            tuple(self._methods),
            tuple(self._classes.values()),
            (*self._implicit, *(("__next__", code) for code in self._codes if self._has_iterator)),
            self._has_iterator,
            self._is_whole,
            frozenset(self._packages),
            frozenset(self._lent),
            tuple(self._files),
        )

    def _opaque(self) -> None:
        self._tokens = None

    def _token(self, *parts: object) -> None:
        if self._tokens is not None:
            self._tokens.append(repr(parts).encode("utf-8", "replace"))

    def _visit(self, value: Any) -> None:
        if is_atomic(value):
            self._atom(value)
            return
        key = id(value)
        self._token(type(value).__name__, key)
        if key in self._seen:
            return
        self._seen.add(key)
        kind = type(value)
        visit = _VISITS.get(kind)
        if visit is not None:
            visit(self, value)
        elif kind in _PARTS:
            self._follow(getattr(value, name, None) for name in _PARTS[kind])
        elif issubclass(kind, type):
            self._class(value)
        else:
            self._instance(value, kind)

    def _atom(self, value: Any) -> None:
        if self._tokens is None:
            return
        try:
            self._tokens.append(marshal.dumps(value, _MARSHAL))
        except (ValueError, TypeError):
            self._token(type(value).__name__, value if len(self._tokens) < MAX_NODES else id(value))

    def _follow(self, values: Iterable[Any]) -> None:
        self._waiting.extend(values)

    def _sequence(self, value: Any) -> None:
        if type(value) not in (tuple, frozenset):
            self._nodes.add(id(value))
        self._items(value, len(value))

    def _builtin(self, value: Any) -> None:
        """A method of a builtin's instance holds that: `basket.append`."""
        owner = value.__self__
        if owner is not None and not isinstance(owner, types.ModuleType):
            self._follow((owner,))

    def _cell(self, value: types.CellType) -> None:
        self._nodes.add(id(value))
        self._follow(_content(value))

    def _dict(self, value: Mapping[Any, Any]) -> None:
        self._nodes.add(id(value))
        self._mapping(value)
        if type(value) is defaultdict:
            self._follow((value.default_factory,))

    def _mapping(self, value: Mapping[Any, Any]) -> None:
        self._token(len(value))
        self._items(value, len(value))
        self._items(value.values(), len(value))

    def _items(self, values: Iterable[Any], count: int) -> None:
        self._token(count)
        if count > MAX_ITEMS:
            self._is_whole = False
            self._opaque()
            values = [item for item, _ in zip(values, range(MAX_ITEMS), strict=False)]
        rest = [item for item in list(values) if not is_atomic(item)]
        if self._tokens is not None:
            try:
                self._tokens.append(marshal.dumps([item for item in values if is_atomic(item)], _MARSHAL))
            except (ValueError, TypeError):
                for item in values:
                    if is_atomic(item):
                        self._atom(item)
        self._follow(rest)

    def _function(self, value: types.FunctionType) -> None:
        self._follow(item for cell in value.__closure__ or () for item in _content(cell))
        if not self._origins.is_own_function(value):
            self._packages.add(package_of(value))
            return
        self._nodes.add(id(value))
        self._codes.append(value.__code__)
        self._token(id(value.__code__))
        self._follow(value.__defaults__ or ())
        self._follow((value.__kwdefaults__ or {}).values())
        self._follow(value.__dict__.values())
        module = self._origins.local_module_of(value)
        if module is not None:
            self._visit(module)

    def _class(self, value: type) -> None:
        if not self._origins.is_own_class(value):
            self._packages.add(package_of(value))
            return
        self._nodes.add(id(value))
        self._classes[id(value)] = value
        if type(value) is not type:
            self._waiting.append(type(value))
        held = attributes_of(value)
        names = [name for name in held if name not in _CLASS_NOISE]
        self._token(names)
        for name in names:
            item = held[name]
            self._implicit.extend(
                (name, code) for code in _run_by_itself(name, item, is_metaclass=issubclass(value, type))
            )
            if type(item) is types.FunctionType and self._origins.is_own_function(item):
                self._seen.add(id(item))
                self._token(id(item), id(item.__code__))
                self._methods.append(item.__code__)
                self._follow(content for cell in item.__closure__ or () for content in _content(cell))
                self._follow(item.__defaults__ or ())
            else:
                self._waiting.append(item)
        self._follow(type.__dict__["__bases__"].__get__(value))

    def _memory(self, value: memoryview) -> None:
        self._nodes.add(id(value))
        self._opaque()
        self._follow((value.obj,))

    def _bytes(self, value: bytearray) -> None:
        self._nodes.add(id(value))
        if len(value) > MAX_BYTES:
            self._opaque()
        elif self._tokens is not None:
            self._tokens.append(bytes(value))

    def _cached(self, value: Any) -> None:
        """What it remembers can't be seen, but how much that is."""
        self._nodes.add(id(value))
        known = value.cache_info()
        self._token(known.misses, known.currsize)
        self._follow((value.__wrapped__,))

    def _module(self, value: types.ModuleType) -> None:
        if not self._origins.is_own_module(value):
            self._packages.add(value.__name__.partition(".")[0])
            return
        self._nodes.add(id(value))
        names = [name for name in vars(value) if not name.startswith("__")]
        self._token(names)
        self._follow(vars(value)[name] for name in names)

    def _generator(self, value: Any) -> None:
        """It changes by being read, and has no digest: where it stands can't be compared by value."""
        self._nodes.add(id(value))
        self._has_iterator = True
        self._opaque()
        frame = (
            getattr(value, "gi_frame", None)
            or getattr(value, "cr_frame", None)
            or getattr(value, "ag_frame", None)
        )
        self._codes.append(
            getattr(value, "gi_code", None) or getattr(value, "cr_code", None) or value.ag_code
        )
        if frame is not None:
            local = dict(frame.f_locals)
            self._kept.append(local)
            self._follow(local.values())

    def _instance(self, value: Any, kind: type) -> None:
        self._nodes.add(id(value))
        if self._origins.is_own_class(kind):
            self._own_instance(value, kind)
            return
        self._packages.add(package_of(kind))
        if issubclass(kind, weakref.ref):  # not isinstance(), for which a proxy may run the user's code
            self._follow((value(),))
            return
        part = array_part(value)
        if part is not None:
            self._nodes.update(part.nodes)
            self._lent.update(part.lent)
            self._files.extend(part.files)
            self._follow(part.holds[:MAX_ITEMS])
            self._is_whole = self._is_whole and part.is_whole
            if part.digest is None:
                self._opaque()
            else:
                self._token(part.digest)
            return
        if hasattr(kind, "__next__") or hasattr(kind, "readinto"):
            self._has_iterator = True
            self._opaque()
        if kind in _OPEN_FILES and type(value.name) is str and not value.closed and value.writable():
            self._files.append(os.path.abspath(value.name))  # noqa: PTH100
        self._library_instance(value, kind)

    def _own_instance(self, value: Any, kind: type) -> None:
        self._visit(kind)
        if issubclass(kind, (list, set, deque, tuple)):
            self._items(list(value) if kind.__iter__ in _PLAIN_ITERS else gc.get_referents(value), len(value))
        elif issubclass(kind, dict):
            self._mapping(dict.copy(value))
        if hasattr(kind, "__next__"):
            self._has_iterator = True
        state = _state_of(value)
        if state is None:
            self._opaque()
            self._follow(gc.get_referents(value))
            return
        self._token(list(state))
        self._follow(state.values())
        if not _is_all_state(kind) and not issubclass(kind, _PLAIN_BASES):
            self._opaque()

    def _library_instance(self, value: Any, kind: type) -> None:
        """An estimator and its like: what stands in its `__dict__` is all there is to see of it."""
        state = _state_of(value)
        if state is not None:
            self._token(list(state))
            self._follow(state.values())
            if _is_all_state(kind):
                return
        self._opaque()
        self._follow(
            item for item in gc.get_referents(value) if not isinstance(item, (type, types.FrameType))
        )


_VISITS: Final[dict[type, Callable[[_Walk, Any], None]]] = {
    **dict.fromkeys(_SEQUENCES, _Walk._sequence),
    dict: _Walk._dict,
    types.FunctionType: _Walk._function,
    types.ModuleType: _Walk._module,
    types.BuiltinFunctionType: _Walk._builtin,
    types.MappingProxyType: _Walk._mapping,
    types.CellType: _Walk._cell,
    defaultdict: _Walk._dict,
    OrderedDict: _Walk._dict,
    Counter: _Walk._dict,
    memoryview: _Walk._memory,
    bytearray: _Walk._bytes,
    type(functools.cache(len)): _Walk._cached,
    types.GeneratorType: _Walk._generator,
    types.CoroutineType: _Walk._generator,
    types.AsyncGeneratorType: _Walk._generator,
}
_CLASS_NOISE: Final = frozenset(
    {"__dict__", "__weakref__", "__doc__", "_abc_impl", "__abstractmethods__", "__slotnames__"}
)
_OPEN_FILES: Final = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom, io.FileIO)
_POINTER: Final = 8  # bytes
_PLAIN_BASES: Final = (list, dict, set, deque, tuple)
_PLAIN_ITERS: Final = (list.__iter__, set.__iter__, deque.__iter__, tuple.__iter__)


def _is_all_state(kind: type) -> bool:
    """Whether an instance holds nothing but its `__dict__` and slots: a base written in C may hide more."""
    slots = 0
    for cls in type.__dict__["__mro__"].__get__(kind):
        named = attributes_of(cls).get("__slots__", ())
        slots += 1 if isinstance(named, str) else len(tuple(named))
    return bool(kind.__basicsize__ <= object.__basicsize__ + _POINTER * (2 + slots))


def _run_by_itself(name: str, item: Any, *, is_metaclass: bool) -> Iterable[types.CodeType]:
    """The code of an attribute of a class that runs by operators, statements and plain looks at attributes."""
    kind = type(item)
    if kind is property:
        functions = [item.fget, item.fset, item.fdel]
    elif kind is functools.cached_property:
        functions = [item.func]
    elif name.startswith("__") and name.endswith("__") and (name != "__init__" or is_metaclass):
        functions = [getattr(item, "__func__", item) if kind in (classmethod, staticmethod) else item]
    else:
        return
    for function in functions:
        if type(function) is types.FunctionType:
            yield function.__code__


def _content(cell: types.CellType) -> tuple[Any, ...]:
    try:
        return (cell.cell_contents,)
    except ValueError:  # not filled yet
        return ()


def _state_of(value: Any) -> dict[str, Any] | None:
    """`__dict__` and slots, read without running anything of the user's; None where it has neither."""
    state: dict[str, Any] = {}
    has_state = False
    for cls in type.__dict__["__mro__"].__get__(type(value)):
        held = attributes_of(cls)
        descriptor = held.get("__dict__")
        if type(descriptor) is types.GetSetDescriptorType and not has_state:  # not a property of the user's
            state.update(descriptor.__get__(value) or {})
            has_state = True
        slots = held.get("__slots__")
        if slots is None:
            continue
        has_state = True
        for name in (slots,) if isinstance(slots, str) else slots:
            descriptor = held.get(name)
            if isinstance(descriptor, types.MemberDescriptorType):
                try:
                    state[name] = descriptor.__get__(value)
                except AttributeError:  # not set
                    continue
    return state if has_state else None


def package_of(value: Any) -> str:
    """The first part of the name of the module that a class or function is of."""
    module = type.__dict__["__module__"].__get__(value) if issubclass(type(value), type) else value.__module__
    return module.partition(".")[0] if isinstance(module, str) else ""
