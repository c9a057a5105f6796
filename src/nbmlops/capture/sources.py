"""What values are made from: computations, clocks, sizes, random draws, parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Set
from typing import Literal

from nbmlops.capture.literals import call_name, call_path, literal_value, root_name
from nbmlops.capture.scope import CellScope
from nbmlops.capture.walk import Binding

# What an expression's value is made from; only what is computed can be a metric.
Source = Literal["computed", "literal", "outside", "clock", "size", "random", "loop", "progress"]

_CLOCKS = frozenset(
    {"clock", "default_timer", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"}
    | {
        "process_time_ns",
        "thread_time",
        "thread_time_ns",
        "time_ns",
        "timer",
        "total_seconds",
        "timestamp",
        "utcnow",
    }
)
_CLOCK_PATHS = frozenset({("time",), ("now",), ("timeit", "timeit"), ("timeit",), ("timeit", "repeat")})
_CLOCK_OWNERS = frozenset({"datetime", "Timestamp", "date", "dt"})  # `datetime.now()`, `pd.Timestamp.now()`
_SIZES = frozenset(
    {"len", "getsizeof", "shape", "size", "ndim", "nbytes", "itemsize", "numel", "memory_usage"}
)
_GENERATORS = frozenset({"default_rng", "RandomState", "Random", "SystemRandom", "Generator", "PRNGKey"})
_GENERATOR_NAME = re.compile(r"^(?:(?:\w*_)?(?:rng|rnd|prng|random_state)\d*|random)$")
_DRAWS = frozenset({"rand", "randn", "randint", "randrange", "random_sample", "getrandbits", "betavariate"})
_COUNTERS = frozenset({"range", "trange", "count", "arange", "linspace", "logspace", "geomspace", "product"})
_PROGRESS = frozenset(
    {"tqdm", "trange", "tqdm_notebook", "notebook_tqdm", "Progress", "progress_bar", "track"}
)
# These hand on what they are given: a rounded clock is a clock.
TRANSPARENT = frozenset(
    {
        "abs",
        "around",
        "average",
        "ceil",
        "divide",
        "exp",
        "fabs",
        "float",
        "float32",
        "float64",
        "floor",
        "fsum",
    }
    | {"int", "item", "log", "log10", "log1p", "log2", "max", "mean", "median", "min", "pow", "prod", "round"}
    | {"sqrt", "std", "subtract", "sum", "tolist", "var", "cpu", "detach", "numpy"}
)
_NUMERIC_MODULES = frozenset({"math", "np", "numpy", "statistics", "jnp", "torch"})


class Sources:
    """Follows through the cell's assignments what each top-level name is made from.

    Attributes:
        computed: `id` of each binding whose value is computed.
    """

    def __init__(self, scope: CellScope, params: Set[str]) -> None:
        self.params = params
        self._config_roots = frozenset(param.partition(".")[0] for param in params) - scope.calls_fit
        self._names: dict[str, Source] = {}
        self.computed: set[int] = set()
        for event in scope.events:
            self._follow(event)

    @property
    def clocks(self) -> frozenset[str]:
        """The names that hold what a clock showed."""
        return frozenset(name for name, source in self._names.items() if source == "clock")

    def of(self, node: ast.expr | None) -> Source:
        """What the value of an expression is made from."""
        match node:
            case None | ast.Constant():
                return "literal"
            case ast.Name(id=name):
                return self._of_name(name)
            case ast.Attribute(attr=attr) if attr in _SIZES:
                return "size"
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                return self._of_part(inner)
            case ast.Call():
                return self._of_call(node)
            case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item) | ast.SetComp(elt=item):
                return self._of_comprehension(item, node.generators)
        return self._combine(*_operands(node))

    def _follow(self, event: Binding) -> None:
        source = self._source_of(event)
        if event.how in ("computed", "augmented", "walrus"):
            own = self._names.get(event.name)
            if event.how == "augmented" and source == "outside":
                source = "computed"
            if event.how == "augmented" and source == "computed" and own in ("clock", "random"):
                source = own
            if source == "computed" and not event.name.startswith("_"):
                self.computed.add(id(event))
            if event.how == "augmented" and source == "literal":
                source = own or "outside"
        self._names[event.name] = source

    def _source_of(self, event: Binding) -> Source:
        match event.how:
            case "literal":
                return "literal"
            case "loop":
                return self._of_loop(event.value)
            case "patched":
                return self._names.get(event.name, "outside")
            case "computed" | "augmented" | "walrus" | "with" | "grown":
                return self.of(event.value)
        return "computed"

    def _of_loop(self, iterable: ast.expr | None) -> Source:
        """A counter or a setting that is swept is no result; an item of computed things may make one."""
        if iterable is None or literal_value(iterable)[0]:
            return "loop"
        if isinstance(iterable, ast.Call):
            name = call_name(iterable)
            if name in _PROGRESS and iterable.args:
                return self._of_loop(iterable.args[0])
            if name in _COUNTERS:
                return "loop"
        return "loop" if self.of(iterable) == "literal" else "outside"

    def _of_name(self, name: str) -> Source:
        if name in self._names:
            return self._names[name]
        if name in self._config_roots:
            return "literal"
        return "random" if _GENERATOR_NAME.match(name) else "outside"

    def _of_part(self, inner: ast.expr) -> Source:
        source = self.of(inner)
        return "computed" if source == "outside" else source

    def _combine(self, *nodes: ast.expr) -> Source:
        sources = [source for node in nodes if (source := self.of(node)) != "literal"]
        if not sources:
            return "literal" if nodes else "computed"
        if "clock" in sources:
            return "clock"
        if "computed" in sources or "outside" in sources:
            return "computed"
        return sources[0]

    def _of_call(self, node: ast.Call) -> Source:
        path, name = call_path(node.func), call_name(node)
        special = special_call(path, name, has_arguments=bool(node.args))
        if special is not None:
            return special
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if receiver is not None and self._is_generator(receiver):
            return "random"
        if name not in TRANSPARENT and not (path and path[0] in _NUMERIC_MODULES and len(node.args) == 1):
            return "computed"
        parts = [*node.args] if receiver is None or (path[:1] and path[0] in _NUMERIC_MODULES) else [receiver]
        source = self._combine(*parts)
        # `np.mean(errors)` of something from outside is a computation; `round(0.1 * n)` of parameters is not.
        return "computed" if source == "outside" else source

    def _is_generator(self, receiver: ast.expr) -> bool:
        name = root_name(receiver)
        return (name is not None and self._of_name(name) == "random") or self.of(receiver) == "random"

    def _of_comprehension(self, item: ast.expr, generators: list[ast.comprehension]) -> Source:
        saved = dict(self._names)
        for generator in generators:
            source = self._of_part(generator.iter)
            self._names.update({n.id: source for n in ast.walk(generator.target) if isinstance(n, ast.Name)})
        source = self.of(item)
        self._names = saved
        return source


def _operands(node: ast.expr | None) -> list[ast.expr]:
    """The parts of an expression that its value is made from; none where it is a new thing."""
    match node:
        case ast.Await(value=inner) | ast.Starred(value=inner) | ast.NamedExpr(value=inner):
            return [inner]
        case ast.UnaryOp(operand=inner):
            return [inner]
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return [left, right]
        case ast.BoolOp(values=items) | ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return items
    return []


def special_call(path: tuple[str, ...], name: str, *, has_arguments: bool) -> Source | None:
    """What a call gives by its name alone: a clock, a size, a random draw; None for all else."""
    if name in _CLOCKS or path in _CLOCK_PATHS or (name in ("now", "today") and _CLOCK_OWNERS & set(path)):
        return "clock"
    if name == "time" and not has_arguments:  # under whatever alias the module was imported
        return "clock"
    if name in _SIZES:
        return "size"
    if name in _PROGRESS:
        return "progress"
    if "random" in path or name in _GENERATORS or name in _DRAWS or name.startswith("suggest_"):
        return "random"
    return None
