"""The parameters that a notebook declares in its cell tagged `parameters`: read, never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nbmlops.errors import NotebookError
from nbmlops.programs.annotations import bounded, help_of_annotation, kind_of_annotation, kind_of_value
from nbmlops.programs.bounds import bounds_in_comment
from nbmlops.programs.choices import EnumMember, UnionKind
from nbmlops.programs.comments import comment_of, type_comment
from nbmlops.programs.kinds import ANY, FLOAT, INT, NONE, Kind, NotTakenError
from nbmlops.programs.known_values import known_value
from nbmlops.programs.name_bindings import Binding, bindings_of, changed, taken_away
from nbmlops.programs.names import Names, gather_names, learn_names
from nbmlops.programs.notebook import NotebookCell, NotebookSource
from nbmlops.programs.python_cells import PythonCell, parse_cell

TAG = "parameters"
INJECTED_TAG = "injected-parameters"


@dataclass(frozen=True, slots=True)
class Default:
    """What a parameter is when nothing is given.

    Attributes:
        source: as the cell writes it.
        value: the value of a literal, None of what the notebook computes.
        computed: the notebook computes it.
        reads: the parameters that a computed one is made from.
    """

    source: str
    value: Any = None
    computed: bool = False
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name that may be given.

    Attributes:
        kind: what values it takes.
        default: None where a value must be given.
        help: from the comment beside or above it, or from its annotation.
        line: where it stands in its cell, from 1.
        inferred: its kind comes from its default alone.
    """

    name: str
    kind: Kind
    default: Default | None
    help: str = ""
    line: int = 1
    inferred: bool = False

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a notebook declares.

    Attributes:
        cell: the cell that declares them; None where there is none.
        open: names aren't known, and every one is taken: the cell is of another language than Python.
        names: what the names of the notebook stand for, up to its parameters.
        notices: what is worth knowing before the notebook runs.
    """

    notebook: NotebookSource
    items: tuple[Parameter, ...] = ()
    cell: NotebookCell | None = None
    open: bool = False
    names: Names = field(default_factory=Names, repr=False)
    notices: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def get(self, name: str) -> Parameter | None:
        """The parameter of this name."""
        return next((item for item in self.items if item.name == name), None)


def read_parameters(notebook: NotebookSource) -> Parameters:
    """The parameters that a notebook declares, in their order.

    They are the names that the first cell tagged `parameters` binds at its top level, those that begin with an
    underscore left out.

    Raises:
        NotebookError: the cell is no Python.
    """
    tagged = notebook.marked(TAG)
    if not tagged:
        return Parameters(notebook, open=not notebook.is_python)
    cell = tagged[0]
    notices = _notices(tagged)
    if not notebook.is_python:
        return Parameters(notebook, cell=cell, open=True, notices=notices)
    parsed = _parse(notebook, cell)
    names = gather_names(_bodies_before(notebook, cell))
    items = tuple(_Declared(parsed, names).all())
    return Parameters(notebook, items, cell, names=names, notices=(*notices, *_misfits(items)))


def _notices(tagged: Sequence[NotebookCell]) -> tuple[str, ...]:
    if len(tagged) == 1:
        return ()
    only = f"only the first, cell {tagged[0].index + 1} of the notebook, declares parameters"
    return (
        f"{len(tagged)} cells are tagged `{TAG}`: {only}; the others overwrite what is given for their names.",
    )


def _misfits(items: Sequence[Parameter]) -> Iterator[str]:
    """Defaults that could not be given; None for a type that doesn't name it is a common shorthand."""
    for item in items:
        default = item.default
        if default is None or default.computed or isinstance(default.value, EnumMember | None):
            continue
        try:
            item.kind.take(default.value)
        except NotTakenError as exc:
            yield f"{item.name}: its default doesn't fit its own declaration: {exc}."


def _parse(notebook: NotebookSource, cell: NotebookCell) -> PythonCell:
    try:
        return parse_cell(cell.source)
    except SyntaxError as exc:
        lines = cell.source.splitlines()
        number = min(max(exc.lineno or 1, 1), len(lines) or 1)
        shown = lines[number - 1].strip() if lines else ""
        raise NotebookError(
            f"The parameters of {notebook.path} can't be read: line {number} of its cell {cell.index + 1} is no "
            f"Python ({exc.msg}).\n  {shown}"
        ) from None


def _bodies_before(notebook: NotebookSource, cell: NotebookCell) -> Iterator[tuple[ast.stmt, ...]]:
    for earlier in notebook.code_cells:
        if earlier.index < cell.index:
            try:
                yield parse_cell(earlier.source).body
            except SyntaxError:
                continue  # it is the kernel's to say so, when it comes to that cell


class _Declared:
    """Reads the parameters off a parsed cell, and what its names stand for as it goes: `date: date = date(…)`."""

    def __init__(self, cell: PythonCell, names: Names) -> None:
        self._cell = cell
        self._names = names

    def all(self) -> Iterator[Parameter]:
        """Each name once, where it first stands, as it is last bound."""
        found: dict[str, Parameter] = {}
        for statement in self._cell.body:
            for binding in bindings_of(statement, self._names):
                if not binding.name.startswith("_"):
                    found[binding.name] = self._parameter(binding, found)
            learn_names(statement, self._names)
            for name in taken_away(statement):
                found.pop(name, None)
            for name in changed(statement) & found.keys():
                found[name] = _computed(found[name], self._cell.segment(statement))
        yield from found.values()

    def _parameter(self, binding: Binding, earlier: Mapping[str, Parameter]) -> Parameter:
        default = self._default(binding, earlier)
        comment = comment_of(binding.statement, self._cell)
        annotation, text = binding.annotation, comment
        if annotation is None:
            annotation, text = type_comment(comment)
        before = earlier.get(binding.name)
        if annotation is not None:
            kind = kind_of_annotation(annotation, self._names)
        elif before is not None and not before.inferred:
            kind = before.kind
        else:
            kind = self._kind_of_default(default)
        kind = _bounded_by_comment(kind, text)
        said = text or (help_of_annotation(annotation, self._names) if annotation is not None else "")
        return Parameter(
            binding.name,
            kind,
            default if default is not None or before is None else before.default,
            said or (before.help if before else ""),
            binding.statement.lineno,
            inferred=annotation is None and (before is None or before.inferred),
        )

    def _default(self, binding: Binding, earlier: Mapping[str, Parameter]) -> Default | None:
        if binding.value is None:
            return Default(self._cell.segment(binding.whole), computed=True) if binding.whole else None
        source = self._cell.segment(binding.value)
        known, value = known_value(binding.value, self._names)
        if known:
            return Default(source, value)
        reads = {node.id for node in ast.walk(binding.value) if isinstance(node, ast.Name)}
        return Default(source, computed=True, reads=tuple(name for name in earlier if name in reads))

    def _kind_of_default(self, default: Default | None) -> Kind:
        if default is None or default.computed:
            return ANY
        if isinstance(default.value, EnumMember):
            return self._names.enums[default.value.enum]
        return kind_of_value(default.value)


def _bounded_by_comment(kind: Kind, comment: str) -> Kind:
    """A number within what its comment says; an annotation with bounds of its own stands above comments."""
    kinds = kind.kinds if isinstance(kind, UnionKind) else (kind,)
    if any(one in (INT, FLOAT) for one in kinds) and all(one in (INT, FLOAT, NONE) for one in kinds):
        return bounded(kind, bounds_in_comment(comment))
    return kind


_BLANKS = re.compile(r"\s+")


def _computed(parameter: Parameter, change: str) -> Parameter:
    """The parameter after a statement that may have changed it."""
    before = f"{parameter.default.source}; " if parameter.default else ""
    source = _BLANKS.sub(" ", before + change)
    return replace(
        parameter, default=Default(source if len(source) <= 60 else source[:59] + "…", computed=True)
    )
