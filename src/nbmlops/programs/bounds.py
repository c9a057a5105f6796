"""What a number or a text may be: its bounds, from annotations and from comments."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sized
from dataclasses import dataclass, fields, replace
from typing import Any

from nbmlops.capture.literals import call_name, literal_value

Number = int | float

_NUM = r"[+-]?(?:\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf)"
_RANGE = re.compile(rf"({_NUM})\s*(?:\.\.\.?|…|–|to)\s*({_NUM})")
_BRACKETS = re.compile(rf"(?:in\s+)?([\[(])\s*({_NUM})\s*,\s*({_NUM})\s*([\])])")
_CHAIN = re.compile(rf"({_NUM})\s*(<=?|≤)\s*[A-Za-z_]\w*\s*(<=?|≤)\s*({_NUM})")
_ONE = re.compile(rf"(>=|<=|>|<|≥|≤)\s*({_NUM})")
_CLAUSES = re.compile(r"\s*(?:[,;]\s+|\s+and\s+|[()](?=[^,]*$)|:\s+)\s*")
_SIGNS = {">=": "ge", "≥": "ge", ">": "gt", "<=": "le", "≤": "le", "<": "lt"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a value, all of which it has to keep; None asks for nothing.

    Attributes:
        ge, gt, le, lt: limits of a number, by the names that annotated-types and pydantic give them.
        multiple_of: a number is a whole multiple of it.
        min_length, max_length: limits of the length of a text or a container.
        pattern: a regular expression that a text has to match, from its beginning.
    """

    ge: Number | None = None
    gt: Number | None = None
    le: Number | None = None
    lt: Number | None = None
    multiple_of: Number | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))

    def __and__(self, other: Bounds) -> Bounds:
        """Both; where both limit the same, the other's limit counts."""
        given = {f.name: value for f in fields(other) if (value := getattr(other, f.name)) is not None}
        return replace(self, **given)

    def __str__(self) -> str:
        return ", ".join(self._parts())

    def fault(self, value: object) -> str | None:
        """What `value` breaks, as in "at least 1"; None when it keeps all limits."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._number_fault(value)
        if isinstance(value, Sized):
            return self._length_fault(value) or self._pattern_fault(value)
        return None

    def _number_fault(self, value: Number) -> str | None:
        kept = {
            f">= {self.ge}": self.ge is None or value >= self.ge,
            f"> {self.gt}": self.gt is None or value > self.gt,
            f"<= {self.le}": self.le is None or value <= self.le,
            f"< {self.lt}": self.lt is None or value < self.lt,
            f"a multiple of {self.multiple_of}": self.multiple_of is None
            or _divides(self.multiple_of, value),
        }
        return next((said for said, holds in kept.items() if not holds), None)

    def _length_fault(self, value: Sized) -> str | None:
        if self.min_length is not None and len(value) < self.min_length:
            return f"of length >= {self.min_length}"
        if self.max_length is not None and len(value) > self.max_length:
            return f"of length <= {self.max_length}"
        return None

    def _pattern_fault(self, value: object) -> str | None:
        if self.pattern is None or not isinstance(value, str):
            return None
        try:
            return None if re.match(self.pattern, value) else f"matching {self.pattern}"
        except re.error:  # pydantic knows forms that `re` does not: the notebook will say so
            return None

    def _parts(self) -> list[str]:
        if self.ge is not None and self.le is not None:
            parts = [f"{self.ge} to {self.le}"]
        else:
            parts = [
                f"{sign} {limit}"
                for sign, limit in ((">=", self.ge), (">", self.gt), ("<=", self.le), ("<", self.lt))
                if limit is not None
            ]
        if self.multiple_of is not None:
            parts.append(f"a multiple of {self.multiple_of}")
        if self.min_length is not None and self.min_length == self.max_length:
            parts.append(f"length {self.min_length}")
        else:
            parts += [f"length >= {self.min_length}"] if self.min_length is not None else []
            parts += [f"length <= {self.max_length}"] if self.max_length is not None else []
        return [*parts, f"matches {self.pattern}"] if self.pattern is not None else parts


def _divides(step: Number, value: Number) -> bool:
    """Whether `value` is a whole multiple of `step`, as far as floats can tell: 0.3 is one of 0.1."""
    if not step or not math.isfinite(value):
        return False
    if isinstance(step, int) and isinstance(value, int):
        return value % step == 0
    return math.isclose(value / step, round(value / step), rel_tol=1e-9)


def bounds_of_text(text: str) -> Bounds | None:
    """The bounds that a text is: "1..10", "1 to 10", "[0, 1)", "0 < x <= 1", ">= 1". None for any other.

    Example:
        >>> str(bounds_of_text("1..10")), bounds_of_text("number of trees")
        ('1 to 10', None)
    """
    text = text.strip().rstrip(".")
    if found := _RANGE.fullmatch(text):
        return Bounds(ge=_number(found[1]), le=_number(found[2]))
    if found := _BRACKETS.fullmatch(text):
        low, high = _number(found[2]), _number(found[3])
        return _bounds({"ge" if found[1] == "[" else "gt": low, "le" if found[4] == "]" else "lt": high})
    if found := _CHAIN.fullmatch(text):
        low, high = _number(found[1]), _number(found[4])
        return _bounds({"gt" if found[2] == "<" else "ge": low, _SIGNS[found[3]]: high})
    if found := _ONE.fullmatch(text):
        return _bounds({_SIGNS[found[1]]: _number(found[2])})
    return None


def bounds_in_comment(comment: str) -> Bounds:
    """The bounds that stand in a comment as a clause of their own: `# number of trees, >= 1`.

    "use >= 100 in production" is advice and binds nothing.

    Example:
        >>> str(bounds_in_comment("share of the rows, in (0, 1]")), bool(bounds_in_comment("use >= 100 there"))
        ('> 0, <= 1', False)
    """
    if whole := bounds_of_text(comment):
        return whole
    if tail := re.search(rf"(?:^|[,;:]\s*|\s)({_BRACKETS.pattern})\s*$", comment):
        return bounds_of_text(tail[1]) or Bounds()
    found = Bounds()
    for clause in _CLAUSES.split(comment):
        found &= bounds_of_text(clause) or Bounds()
    return found


def bounds_of_node(node: ast.expr) -> Bounds | None:
    """The bounds that one item of `Annotated[...]` is: `Ge(1)`, `Interval(ge=1, le=10)`, `Field(gt=0)`, `1:10`,
    `range(1, 11)`, a text. None for what is no bound.
    """
    match node:
        case ast.Slice():
            return _of_slice(node)
        case ast.Constant(value=str(text)):
            return bounds_of_text(text) or _clauses_only(text)
        case ast.Call():
            return _of_call(node)
    return None


def _clauses_only(text: str) -> Bounds | None:
    """Several bounds with nothing else between them: ">= 1, <= 10"."""
    parts = [bounds_of_text(part) for part in re.split(r",\s*|\s+and\s+", text)]
    if not all(parts):
        return None
    found = Bounds()
    for part in parts:
        found &= part or Bounds()
    return found


def _of_slice(node: ast.Slice) -> Bounds:
    """`1:10` and `0:`, both ends included, as in pandas' `.loc`; the step is what it is a multiple of."""
    return _bounds({"ge": _value(node.lower), "le": _value(node.upper), "multiple_of": _value(node.step)})


_SINGLE = {
    "Ge": "ge", "Gt": "gt", "Le": "le", "Lt": "lt", "MultipleOf": "multiple_of",
    "MinLen": "min_length", "MaxLen": "max_length",
}  # fmt: skip
_NAMED = {"Interval", "Field", "Bounds", "Len", "StringConstraints", "Meta"}
_KEYS = {field.name: field.name for field in fields(Bounds)} | {
    "min_len": "min_length",
    "max_len": "max_length",
}


def _of_call(node: ast.Call) -> Bounds | None:
    name = call_name(node)
    if name in _SINGLE:
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        return _bounds({_SINGLE[name]: _value(arguments[0])}) if arguments else None
    if name == "range":
        return _of_range([_value(argument) for argument in node.args])
    if name not in _NAMED:
        return None
    found = {_KEYS[k.arg]: _value(k.value) for k in node.keywords if k.arg in _KEYS}
    if name == "Len":
        found |= dict(zip(("min_length", "max_length"), map(_value, node.args), strict=False))
    return _bounds(found)


def _of_range(ends: list[Any]) -> Bounds | None:
    if not ends or any(not isinstance(end, int) for end in ends):
        return None
    try:
        span = range(*ends)
    except (TypeError, ValueError):
        return None
    return Bounds(ge=min(span[0], span[-1]), le=max(span[0], span[-1])) if span else None


def _value(node: ast.expr | None) -> Any:
    return literal_value(node)[1] if node is not None else None


def _bounds(limits: dict[str, Any]) -> Bounds:
    """Bounds of what was read; an infinite limit is none."""
    texts = {"pattern": str}
    kept: dict[str, Any] = {
        name: limit
        for name, limit in limits.items()
        if isinstance(limit, texts.get(name, (int, float))) and limit not in (math.inf, -math.inf)
    }
    return Bounds(**kept)


def _number(text: str) -> Number:
    text = text.replace("_", "")
    try:
        return int(text)
    except ValueError:
        return float(text)
