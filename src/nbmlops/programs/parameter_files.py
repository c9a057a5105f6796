"""Parameters from YAML, JSON and TOML files, and the example that a notebook's declaration makes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbmlops.errors import ParameterError
from nbmlops.programs.binding import plain_value, shown_source
from nbmlops.programs.parameters import Parameter, Parameters

_READERS = {".yaml": "YAML", ".yml": "YAML", ".json": "JSON", ".toml": "TOML"}


def read_parameter_files(paths: Iterable[str | Path]) -> dict[str, Any]:
    """The values of several files, a later one over an earlier.

    Raises:
        ParameterError: one isn't there, can't be read, or isn't a mapping of names to values.
    """
    found: dict[str, Any] = {}
    for path in map(Path, paths):
        found |= _read_file(path)
    return found


def parse_yaml(text: str, place: str = "The YAML text") -> dict[str, Any]:
    """The names and values of a YAML text.

    It is read as YAML 1.2: `no` is a text, `1e-3` a number, and a date is the text that it is, until a parameter
    asks for a date. A name that stands twice is refused.

    Raises:
        ParameterError: it is no YAML, or no mapping; `place` is what the message calls it.
    """
    import yaml  # only where there is some

    from nbmlops.programs.yaml_loader import loader

    try:
        found = yaml.load(text, loader())
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        raise ParameterError(f"{place} is no YAML: {_yaml_fault(exc)}") from None
    return _named({} if found is None else found, place)


def example_yaml(parameters: Parameters) -> str:
    """A file to start from: all parameters with their defaults, and what each takes."""
    name = parameters.notebook.path.name
    lines = [f"# Parameters of {name}: nbmlops run {name} -f params.yaml"]
    for item in parameters:
        lines += ["", f"# {_described(item)}", _line(item)]
    return "\n".join(lines) + "\n"


def _read_file(path: Path) -> dict[str, Any]:
    kind = _READERS.get(path.suffix.lower())
    if kind is None:
        raise ParameterError(f"{path}: parameters are read from .yaml, .json and .toml files.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ParameterError(f"There is no file {path} to read parameters from.") from None
    except UnicodeDecodeError:
        raise ParameterError(f"{path} is no {kind}: it isn't UTF-8 text.") from None
    except OSError as exc:
        raise ParameterError(f"{path} can't be read: {exc.strerror or exc}.") from exc
    if kind == "YAML":
        return parse_yaml(text, str(path))
    return _parse_json(text, str(path)) if kind == "JSON" else _parse_toml(text, str(path))


def _parse_json(text: str, place: str) -> dict[str, Any]:
    try:
        return _named(json.loads(text), place)
    except json.JSONDecodeError as exc:
        fault = f"line {exc.lineno}, column {exc.colno}: {exc.msg}"
        raise ParameterError(f"{place} is no JSON: {fault}") from None
    except (ValueError, RecursionError):
        raise ParameterError(f"{place} is nested too deep, or holds too long a number") from None


def _parse_toml(text: str, place: str) -> dict[str, Any]:
    import tomllib  # only where there is some

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ParameterError(f"{place} is no TOML: {exc}") from None


def _named(found: object, place: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        kind = "a list" if isinstance(found, list) else f"the value {found!r}"
        raise ParameterError(f"{place} holds {kind}, not names with values: write `name: value`.")
    odd = [name for name in found if not isinstance(name, str)]
    if odd:
        raise ParameterError(f"{place}: {odd[0]!r} is no name; write `name: value`.")
    return found


def _yaml_fault(exc: Exception) -> str:
    """What PyYAML says, on one line, with the place counted from 1."""
    mark = getattr(exc, "problem_mark", None)
    problem = getattr(exc, "problem", None) or str(exc)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)


def _described(item: Parameter) -> str:
    allowed = item.kind.allowed
    kind = f"{item.kind}: {allowed}" if allowed and allowed not in item.help else str(item.kind)
    parts = [kind, *filter(None, [item.help])]
    return ("required; " if item.required else "") + "; ".join(parts)


def _line(item: Parameter) -> str:
    """`name: value`; commented out where the notebook computes it, empty where it must be given."""
    if item.default is None:
        return f"{item.name}:"
    if item.default.computed:
        return f"# {item.name}:  # else {shown_source(item.default.source)}"
    return f"{item.name}: {_flow(item.default.value)}"


def _flow(value: Any) -> str:
    """A value as YAML of one line, read alike by YAML 1.1 and 1.2."""
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        return f"[{', '.join(map(_flow, value))}]"
    return json.dumps(plain_value(value), ensure_ascii=False)


def _float_text(value: float) -> str:
    """Non-finite ones by YAML's names; with an exponent YAML 1.1 wants a point and a sign."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    digits, mark, exponent = repr(value).partition("e")
    if not mark:
        return digits
    return (
        f"{digits if '.' in digits else f'{digits}.0'}e{exponent if exponent[0] in '+-' else f'+{exponent}'}"
    )
