"""Cells that would give something else when they ran again right away."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from nbmlops.capture.literals import root_name
from nbmlops.capture.parsing import PARSE_FAULTS, code_magic, parse
from nbmlops.findings.found import Found
from nbmlops.findings.situation import Situation
from nbmlops.slices.history import Execution

# Done twice they give what they gave once.
_IDEMPOTENT: Final = frozenset(
    """
    abs array asarray astype bool bytes ceil clip convert_dtypes copy deepcopy dict drop_duplicates drop_nulls dropna
    fill_nan fill_null fillna float floor frozenset int list lower lstrip nan_to_num ravel rstrip round set
    sort sort_index sort_values sorted squeeze str strip to_datetime to_frame to_numeric to_numpy tuple unique upper
    reset_index head tail infer_objects rename float32 float64 to cpu cuda detach eval train fit set_params
    nlargest nsmallest query filter select ffill bfill interpolate normalize title capitalize DataFrame Series
    """.split()
)
# Methods that change what they are called on, but to the same each time.
_SETS: Final = frozenset(
    """
    add clear discard set_params fit fit_transform fit_predict fit_resample update setdefault sort seed manual_seed
    eval train to requires_grad_ zero_grad zero_ fill fill_ sort_values sort_index fillna dropna rename
    drop_duplicates difference_update intersection_update load_state_dict set_index_names set_title set_xlabel
    set_ylabel legend reset plot hist scatter bar imshow savefig show compile warm_up close
    """.split()
)


# Where no metric is known, a list that the cell only puts something into is its result, and no input.
_GROWS: Final = (".append(…)", ".extend(…)", ".insert(…)", ".appendleft(…)", ".put(…)")


class ChangesItsInput:
    """The tracked cell changes something that it read: run again, it gives another result."""

    code = "NB110"
    slug = "changes-its-input"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Of a file all tracked cells; where the metrics are known, only what goes into one of them."""
        last = situation.last
        cells = [last] if last is not None else [e for e in situation.chosen if e.index in situation.tracked]
        for execution in cells:
            flows = situation.metric_flows
            into = {flow.partition("[")[0] for names in flows.values() for flow in names} or _used(execution)
            for name, (line, how) in changes(execution.python).items():
                read = any(name in names for names in execution.needs.values())
                counts = name in into or not (flows or how.endswith(_GROWS))
                if read and counts and name not in execution.renewed:
                    text = (
                        f"{name} is read and then changed ({how}): run again, the cell gives another result"
                    )
                    yield Found(text, name, execution.index, line)
            if not situation.is_file:
                yield from self._by_functions(execution, into)

    def _by_functions(self, execution: Execution, into: set[str]) -> Iterator[Found]:
        """What functions of the user's changed in place, as it was seen."""
        taken = {name for names in execution.needs.values() for name in names}
        told = changes(execution.python)
        for name, how in execution.made.items():
            if name not in taken & into or name in told or name in execution.renewed:
                continue
            call = how.partition(": ")[2]
            if how.startswith("changes ") and _is_users_call(call, execution):
                text = f"{name} is read and then changed ({call}): run again, the cell gives another result"
                yield Found(text, name, execution.index)


def _used(execution: Execution) -> set[str]:
    """What went into other names than itself."""
    return {flow.partition("[")[0] for name, flows in execution.flows.items() for flow in flows - {name}}


def _is_users_call(call: str, execution: Execution) -> bool:
    """`prepare(…)` or `prepare(…) gets it`, a plain function; what methods do is told by their names."""
    name = call.partition("(…)")[0]
    return name.isidentifier() and call.startswith(f"{name}(…)") and name not in execution.bound


@lru_cache(maxsize=256)
def changes(python: str) -> Mapping[str, tuple[int, str]]:
    """The names that a cell reads and then changes so that a second time differs, with the line and how."""
    try:
        body = parse(python)
    except PARSE_FAULTS:
        return {}
    walker = _Walker()
    walker.statements(body)
    return walker.found


class _Walker:
    """Goes through the statements of a cell, functions and classes left out."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, str]] = {}
        self._bound: set[str] = set()

    def statements(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._bound.add(name)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete():
                self._binding(node)
            case ast.Expr(value=value) if (magic := code_magic(value)) is not None:
                self.statements(magic[1])
            case ast.For() | ast.AsyncFor() | ast.With() | ast.AsyncWith():
                self._block(node)
            case _:
                self._inner(node)

    def _binding(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete) -> None:
        if not isinstance(node, ast.Delete) and node.value is not None:
            self._calls(node.value)
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.AugAssign(target=target):
                how = f"{_short(target)} {_OPERATORS.get(type(node.op), '')}= …"
                self._note(root_name(target), node, how)
            case ast.Delete(targets=targets):
                for target in targets:
                    if not isinstance(target, ast.Name):
                        self._note(root_name(target), node, f"del {_short(target)}")

    def _block(self, node: ast.For | ast.AsyncFor | ast.With | ast.AsyncWith) -> None:
        if isinstance(node, ast.For | ast.AsyncFor):
            self._calls(node.iter)
            self._bind(node.target)
            self.statements([*node.body, *node.orelse])
            return
        for item in node.items:
            self._calls(item.context_expr)
            if item.optional_vars is not None:
                self._bind(item.optional_vars)
        self.statements(node.body)

    def _inner(self, node: ast.stmt) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._calls(child)
            elif isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                self.statements(child.body)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                if name in _names(value) and not _is_idempotent(value, name):
                    self._note(name, target, f"{name} = {_short(value)}")
                self._bound.add(name)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for item in targets:
                    self._assign(item, value)
            case ast.Subscript() | ast.Attribute():
                same = ast.unparse(target)
                parts = [n for n in ast.walk(value) if isinstance(n, ast.Subscript | ast.Attribute)]
                reads_itself = any(ast.unparse(part) == same for part in parts)
                if reads_itself and not _is_idempotent(value, same):
                    self._note(root_name(target), target, f"{_short(target)} = {_short(value)}")

    def _bind(self, target: ast.expr) -> None:
        self._bound |= {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}

    def _calls(self, value: ast.expr) -> None:
        """Methods that change what they are called on, by their names."""
        for node in ast.walk(value):
            if isinstance(node, ast.NamedExpr):
                self._bound.add(node.target.id)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr == "shuffle" and node.args:
                    self._note(root_name(node.args[0]), node, f"{_short(node.func)}(…)")
                elif _changes_each_time(node, node.func.attr):
                    self._note(root_name(node.func), node, f"{_short(node.func)}(…)")
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "next"
                and node.args
            ):
                self._note(root_name(node.args[0]), node, f"next({_short(node.args[0])})")

    def _note(self, name: str | None, node: ast.AST, how: str) -> None:
        if name is not None and name not in self._bound:
            self.found.setdefault(name, (getattr(node, "lineno", 0), how))


_CHANGES: Final = frozenset(
    """
    append appendleft extend extendleft insert pop popitem popleft remove reverse rotate partial_fit step push put
    insert_column drop_in_place
    """.split()
)


def _changes_each_time(node: ast.Call, name: str) -> bool:
    if any(item.arg == "inplace" and not _is_false(item.value) for item in node.keywords):
        return name not in _IDEMPOTENT and name not in _SETS
    return name in _CHANGES and name not in _SETS


def _is_idempotent(value: ast.expr, target: str) -> bool:
    """Whether doing it to its own result changes nothing: `df.dropna()`, `list(x)`, `df[df.a > 0]`, `x`."""
    match value:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if _is_or_holds(owner, target):
            return name in _IDEMPOTENT and _is_idempotent(owner, target)
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]):
            return name in _IDEMPOTENT and _is_idempotent(first, target)
        case ast.Subscript(value=owner, slice=at) if _is_or_holds(owner, target):
            if isinstance(at, ast.Slice):
                return at.lower is None and at.step is None
            return not isinstance(at, ast.Constant)
        case ast.Attribute(attr="loc", value=owner):
            return _is_idempotent(owner, target)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_idempotent(body, target) and _is_idempotent(orelse, target)
    return ast.unparse(value) == target or not _reads(value, target)


def _is_or_holds(node: ast.expr, target: str) -> bool:
    return root_name(node) == target or ast.unparse(node).startswith(target)


def _reads(value: ast.expr, target: str) -> bool:
    parts = (node for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript))
    return any(ast.unparse(part) == target for part in parts)


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _short(node: ast.AST) -> str:
    text = ast.unparse(node).replace("\n", " ")
    return text if len(text) <= 40 else text[:37] + "…"


_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitOr: "|", ast.BitAnd: "&", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
