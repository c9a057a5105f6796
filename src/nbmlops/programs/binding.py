"""Given values checked against what a notebook declares, all faults told at once, before any kernel starts."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from nbmlops.errors import ParameterError
from nbmlops.programs.choices import EnumMember
from nbmlops.programs.containers import SequenceKind
from nbmlops.programs.kinds import ANY, FLOAT, INT, BoundedKind, Kind, NotTakenError, shown
from nbmlops.programs.notebook import NotebookSource
from nbmlops.programs.overwrites import find_overwrites
from nbmlops.programs.parameters import INJECTED_TAG, TAG, Parameter, Parameters

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Bound:
    """Values for a notebook's parameters, of the declared types.

    Attributes:
        values: what was given, in the order of the declaration. An `EnumMember` stands for a member of an
            enumeration that only the notebook has.
        notices: what may not be as it was meant.
    """

    parameters: Parameters
    values: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The values as JSON and a run's parameters hold them: dates and paths as texts, members by name."""
        return {name: plain_value(value) for name, value in self.values.items()}

    def in_force(self) -> dict[str, Any]:
        """All that is known before the notebook runs, as in `plain`: the given values and the literal defaults."""
        defaults = {
            item.name: plain_value(item.default.value)
            for item in self.parameters
            if item.default is not None and not item.default.computed
        }
        return defaults | self.plain()


def bind(
    parameters: Parameters,
    texts: Mapping[str, str] = _NOTHING,
    *,
    values: Mapping[str, Any] = _NOTHING,
    complete: bool = True,
) -> Bound:
    """Checks what is given for a notebook, and makes of it values of the declared types.

    Args:
        parameters: what the notebook declares.
        texts: of the command line: each is read as its parameter's type, `-p flag false` as False.
        values: of files and of Python: their types are checked. A text beats a value of the same name.
        complete: a required parameter that isn't given is a fault.

    Raises:
        ParameterError: a name isn't declared, a value has another type or breaks its bounds, or a required one
            is missing. It names all of them.
    """
    check = _Check(parameters)
    for name, value in values.items():
        if name not in texts:
            check.take(name, value)
    for name, text in texts.items():
        check.read(name, text)
    if complete:
        check.require({*texts, *values})
    check.tell()
    order = {item.name: index for index, item in enumerate(parameters)}
    given = dict(sorted(check.found.items(), key=lambda pair: order.get(pair[0], len(order))))
    return Bound(
        parameters, given, (*parameters.notices, *_stale(parameters, given), *_overwritten(parameters, given))
    )


class _Check:
    """What is right and what is wrong with the values for one notebook."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self.found: dict[str, Any] = {}
        self._faults: list[str] = []

    def read(self, name: str, text: str) -> None:
        """Checks a text of the command line."""
        self._collect(name, lambda kind: kind.read(text))

    def take(self, name: str, value: object) -> None:
        """Checks a value of a file."""
        self._collect(name, lambda kind: kind.take(value))

    def _collect(self, name: str, convert: Callable[[Kind], Any]) -> None:
        item = self._parameters.get(name)
        if item is not None:
            try:
                self.found[name] = convert(item.kind)
            except NotTakenError as exc:
                self._faults.append(f"{name}: {exc}{_why(item, convert)}")
        elif not self._parameters.open:
            self._faults.append(self._unknown(name))
        elif name.isidentifier():
            self.found[name] = convert(ANY)
        else:
            self._faults.append(f"{name!r}: not a name that a notebook can have")

    def require(self, given: set[str]) -> None:
        """Notes what has no default and no value."""
        for item in self._parameters:
            if item.required and item.name not in given:
                said = ": ".join(filter(None, [str(item.kind), item.help]))
                self._faults.append(f"{item.name}: required, and not given ({said})")

    def tell(self) -> None:
        """Raises what was noted."""
        if not self._faults:
            return
        path = self._parameters.notebook.path
        if self._parameters.cell is None:
            raise ParameterError(_how_to_declare(self._parameters.notebook), tuple(self._faults))
        count = "One parameter" if len(self._faults) == 1 else f"{len(self._faults)} parameters"
        raise ParameterError(f"{count} of {path} can't be taken:", tuple(self._faults))

    def _unknown(self, name: str) -> str:
        import difflib  # only where something is amiss

        names = [item.name for item in self._parameters]
        if not names:
            return f"{name}: not declared"
        folded = {known.replace("_", "").lower(): known for known in names}
        near = difflib.get_close_matches(name.replace("-", "_"), names, 1)
        meant = folded.get(name.replace("-", "").replace("_", "").lower()) or (near[0] if near else None)
        if meant:
            return f"{name}: no such parameter. Did you mean {meant}?"
        return f"{name}: no such parameter. There are: {', '.join(names)}"


def _how_to_declare(notebook: NotebookSource) -> str:
    return (
        f"{notebook.path} declares no parameters. Give the cell that sets them the tag `{TAG}` (in JupyterLab: "
        f"the gear at the right, Cell tags), or begin it with the line `#| {TAG}`. Given was:"
    )


def _why(item: Parameter, convert: Callable[[Kind], Any]) -> str:
    """Where the type comes from, when nobody wrote it down and a wider one would take the value."""
    wider = _wider(item.kind) if item.inferred else None
    if wider is None or item.default is None:
        return ""
    try:
        convert(wider)
    except NotTakenError:
        return ""
    return f", as its default {shown_source(item.default.source)} is; write `{item.name}: {wider} = …` to allow more"


def _wider(kind: Kind) -> Kind | None:
    """Floats for ints, as many a default of 1 was meant."""
    if isinstance(kind, BoundedKind):
        return _wider(kind.kind)
    if isinstance(kind, SequenceKind) and kind.item == INT:
        return replace(kind, item=FLOAT)
    return FLOAT if kind == INT else None


def shown_source(source: str, limit: int = 40) -> str:
    """A default on one line, as it was written."""
    line = " ".join(source.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _stale(parameters: Parameters, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that the cell computes from a given one before it is given: the classic trap of papermill."""
    return tuple(
        f"{item.name} = {shown_source(item.default.source)} is computed in the parameters cell from the default of "
        f"{' and '.join(name for name in item.default.reads if name in given)}, before the given value counts. "
        "Give it as well, or compute it in a later cell."
        for item in parameters
        if item.default is not None and item.name not in given and given.keys() & set(item.default.reads)
    )


def _overwritten(parameters: Parameters, given: Mapping[str, Any]) -> Iterator[str]:
    """The given values that a later cell replaces by its own."""
    if parameters.cell is None or parameters.open or not given:
        return
    found = find_overwrites(parameters.notebook, parameters.cell, given.keys(), without=INJECTED_TAG)
    for name, cell in found.items():
        yield f"{name} is set again by cell {cell.index + 1} of the notebook: the given value counts up to there alone."


def plain_value(value: object) -> Any:
    """A value as JSON holds it; of a number that JSON can't write, and of all else, the text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, EnumMember):
        return value.name
    if isinstance(value, dict):
        return {str(plain_value(key)): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain_value(item) for item in value), key=repr)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal | PurePath) else shown(value, 200)
