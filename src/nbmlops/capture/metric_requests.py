"""What `--metrics acc:max,loss:min,losses` asks for, read and looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from nbmlops.capture.literals import literal_value
from nbmlops.capture.result import final_values
from nbmlops.capture.scalars import dict_numbers, number
from nbmlops.capture.scope import CellScope
from nbmlops.errors import MagicUsageError
from nbmlops.records import Metric, known_direction
from nbmlops.records.runs import Direction, Origin


@dataclass(frozen=True, slots=True)
class MetricRequest:
    """One item of `--metrics`: what to record, and which way is better (None: as its name says).

    Attributes:
        name: the text as given, `scores["auc"]`.
        key: the metric's key, `scores.auc`.
        path: the variable's name, then attributes, keys and indexes.
    """

    name: str
    direction: Direction | None = None
    key: str = ""
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestedSeries:
    """The values of a 1-d array or list that `--metrics` names, one a step from 0."""

    key: str
    values: list[float]
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Requested:
    """What `--metrics` asked for.

    `unresolved` holds what the namespace has no number for; each with the reason as a sentence. What
    the cell logged under such a key has only its direction set by the request.
    """

    scalars: tuple[Metric, ...] = ()
    series: tuple[RequestedSeries, ...] = ()
    unresolved: tuple[tuple[MetricRequest, str], ...] = ()


def parse_metric_requests(spec: str) -> tuple[MetricRequest, ...]:
    """Read the text after `--metrics`.

    Raises:
        MagicUsageError: an item names no variable, or a direction other than `max` and `min`.

    Example:
        >>> [(r.key, r.direction) for r in parse_metric_requests("acc:max, history['loss']:min, scores.auc")]
        [('acc', 'max'), ('history.loss', 'min'), ('scores.auc', None)]
    """
    requests = [_parse_request(item, spec) for item in _split(spec)]
    keys = [request.key for request in requests]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise MagicUsageError(f"--metrics {spec}: {twice[0]} is named twice. Name each metric once.")
    return tuple(requests)


def resolve(
    requests: tuple[MetricRequest, ...],
    *,
    after: Mapping[str, object],
    scope: CellScope,
    result: object = None,
) -> Requested:
    """The values of what was asked for: a variable, or a key of the last expression's value."""
    scalars: list[Metric] = []
    series: list[RequestedSeries] = []
    unresolved: list[tuple[MetricRequest, str]] = []
    final = dict(final_values(scope, result))
    for request in requests:
        found, value = _look_up(request, after, final)
        direction = request.direction or known_direction(request.key)
        items = dict(_requested_values(request.key, value)) if found else {}
        for key, item in items.items():
            if isinstance(item, list):
                series.append(RequestedSeries(key, item, direction))
            else:
                scalars.append(single_metric(key, item, "explicit", request.direction))
        if not items:
            unresolved.append((request, _why_not(request, found, value)))
    return Requested(tuple(scalars), tuple(series), tuple(unresolved))


def _split(spec: str) -> list[str]:
    """`spec` at its commas, those in brackets and quotes left alone."""
    items, depth, quote, start = [], 0, "", 0
    for index, char in enumerate(spec):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[(":
            depth += 1
        elif char in "])":
            depth -= 1
        elif char == "," and depth == 0:
            items.append(spec[start:index])
            start = index + 1
    return [*items, spec[start:]]


_DIRECTION = re.compile(r"^(?P<name>.*?)(?::(?P<direction>[^\[\]\"':]*))?$", re.DOTALL)


def _parse_request(item: str, spec: str) -> MetricRequest:
    match = _DIRECTION.match(item.strip())
    name, direction = (match["name"].strip(), match["direction"]) if match else ("", None)
    example = "Write names with an optional direction, as in --metrics acc:max,loss:min,losses"
    if not name:
        raise MagicUsageError(f"--metrics {spec}: there is an empty item. {example}.")
    if direction is not None and direction.strip() not in ("max", "min"):
        raise MagicUsageError(
            f"--metrics {spec}: {direction.strip()!r} is no direction. Write {name}:max or {name}:min."
        )
    path = _path(name)
    if path is None:
        raise MagicUsageError(
            f"--metrics {spec}: {name!r} is no variable. {example}, scores.auc or history['loss']; "
            f"assign an expression to a name first."
        )
    return MetricRequest(name, cast("Direction | None", direction and direction.strip()), _key(path), path)


def _path(name: str) -> tuple[str | int, ...] | None:
    try:
        return _path_of(ast.parse(name, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _path_of(node: ast.expr) -> tuple[str | int, ...] | None:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=inner, attr=part):
            above = _path_of(inner)
        case ast.Subscript(value=inner, slice=ast.Name(id=part)):  # a shell's splitting ate the quotes
            above = _path_of(inner)
        case ast.Subscript(value=inner, slice=index):
            above, (_, part) = _path_of(inner), literal_value(index)
        case _:
            return None
    return (*above, part) if above is not None and type(part) in (str, int) else None


def _key(path: tuple[str | int, ...]) -> str:
    first, *rest = path
    return str(first) + "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in rest)


def _look_up(
    request: MetricRequest, after: Mapping[str, object], final: Mapping[str, object]
) -> tuple[bool, object]:
    first, *rest = request.path
    if first not in after:
        return (True, final[request.key]) if request.key in final else (False, None)
    value = after[str(first)]
    for part in rest:
        try:
            value = _step(value, part)
        except Exception:  # noqa: BLE001 - the user's __getitem__ and __getattr__: it is not there, and said so
            return False, None
    return True, value


def _step(value: Any, part: str | int) -> object:
    """An item where there is one, else an attribute: `scores.auc` may be either."""
    if isinstance(part, int) or hasattr(type(value), "__getitem__"):
        try:
            return value[part]
        except (LookupError, TypeError, ValueError):
            if isinstance(part, int):
                raise
    return getattr(value, str(part))


def _requested_values(key: str, value: object) -> Iterator[tuple[str, float | list[float]]]:
    try:
        scalar = number(value)
        if scalar is not None:
            yield key, scalar
        elif isinstance(value, dict):
            yield from ((f"{key}.{part}", item) for part, item in dict_numbers(value))
        else:
            values = _numbers(value)
            if values:
                yield key, values
    except Exception:  # noqa: BLE001 - a value of the user's that can't be looked at: said to be no number
        return


def _numbers(value: Any) -> list[float] | None:
    """The items of a 1-d array, series, tensor, list or tuple of numbers."""
    if not isinstance(value, list | tuple):
        if len(value.shape) != 1:
            return None
        value = value.tolist()
    values = [number(item) for item in value]
    return None if any(item is None for item in values) else cast("list[float]", values)


def _why_not(request: MetricRequest, found: bool, value: object) -> str:
    if found:
        kind = type(value).__name__
        return (
            f"--metrics {request.name}: it is a {kind}; a metric is a number, or a 1-d array or list of them."
        )
    return f"--metrics {request.name}: there was nothing of this name when the cell ended."


def single_metric(key: str, value: float, origin: Origin, direction: Direction | None = None) -> Metric:
    """The record of a metric that has one value."""
    return Metric(
        key, last=value, min=value, max=value, direction=direction or known_direction(key), origin=origin
    )
