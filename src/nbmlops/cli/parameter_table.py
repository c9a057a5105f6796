"""How the parameters of a notebook are shown: the typed table of `params` and of a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nbmlops.cli.output import console, grid, on_terminal, print_tsv, say, say_aside
from nbmlops.programs.binding import plain_value, shown_source
from nbmlops.programs.choices import LiteralKind
from nbmlops.programs.parameters import TAG
from nbmlops.views.markup import param_text, plain
from nbmlops.views.numbers import count_of

if TYPE_CHECKING:
    from rich.text import Text

    from nbmlops.programs import Bound, Parameter, Parameters

_HEADS = ("name", "type", "default", "allowed", "required", "help")
_WIDEST = 60


def render_parameters(parameters: Parameters, bound: Bound | None = None) -> None:
    """Prints the typed table: aligned on a terminal, tab-separated in a pipe; remarks go to standard error.

    Args:
        parameters: what the notebook declares.
        bound: given values, shown in a column of their own.
    """
    if parameters.items:
        if on_terminal():
            _draw(parameters, bound)
        else:
            heads = _HEADS if bound is None else (_HEADS[0], "value", *_HEADS[1:])
            print_tsv(heads, (_row(item, bound) for item in parameters))
    else:
        _render_undeclared(parameters, bound)
    for notice in bound.notices if bound else parameters.notices:
        say_aside(notice)


def parameters_document(parameters: Parameters, bound: Bound | None = None) -> dict[str, Any]:
    """The same as JSON: what the notebook declares, and the given values beside it."""
    given = bound.plain() if bound else {}
    document: dict[str, Any] = {
        "notebook": str(parameters.notebook.path),
        "language": parameters.notebook.language,
        "kernel": parameters.notebook.kernel or None,
        "parameters": [_item_document(item) for item in parameters],
        "notices": list(bound.notices if bound else parameters.notices),
    }
    return document | ({"values": given} if bound is not None else {})


def _item_document(item: Parameter) -> dict[str, Any]:
    default = item.default
    return {
        "name": item.name,
        "type": str(item.kind),
        "required": item.required,
        "default": plain_value(default.value) if default and not default.computed else None,
        "default_source": default.source if default else None,
        "computed": bool(default and default.computed),
        "allowed": item.kind.allowed or None,
        "inferred": item.inferred,
        "help": item.help or None,
    }


def how_to_declare(parameters: Parameters) -> str:
    """What to do where a notebook has no parameters."""
    return (
        f"{parameters.notebook.path} declares no parameters. Give the cell that sets them the tag `{TAG}` (in "
        f"JupyterLab: the gear at the right, Cell tags), or begin it with the line `#| {TAG}`."
    )


def _render_undeclared(parameters: Parameters, bound: Bound | None) -> None:
    if bound is not None and bound.values:
        print_tsv(("name", "value"), bound.plain().items())
    elif parameters.open:
        language = parameters.notebook.language
        say_aside(f"{parameters.notebook.path} is written in {language}: its parameters are taken unchecked.")
    elif parameters.cell is None:
        say_aside(how_to_declare(parameters))
    else:
        say_aside(f"The cell tagged `{TAG}` of {parameters.notebook.path} sets nothing.")


def _row(item: Parameter, bound: Bound | None) -> tuple[object, ...]:
    default = item.default.source if item.default else None
    cells = (str(item.kind), default, item.kind.allowed, "yes" if item.required else "no", item.help)
    if bound is None:
        return item.name, *cells
    return item.name, bound.plain().get(item.name), *cells


def _draw(parameters: Parameters, bound: Bound | None) -> None:
    from rich.text import Text

    say(_summary(parameters, bound))
    say("")
    columns = list(_columns(parameters, bound))
    view = grid()
    for head, _ in columns:
        view.add_column(head, overflow="fold", no_wrap=head == "name")
    for row in zip(*(cells for _, cells in columns), strict=True):
        view.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    console().print(view)


def _summary(parameters: Parameters, bound: Bound | None) -> str:
    required = sum(item.required for item in parameters)
    parts = [count_of(len(parameters), "parameter")]
    if bound is not None:
        parts.append(f"{len(bound.values)} given")
    elif required:
        parts.append(f"{required} required")
    return f"{parameters.notebook.path}: {', '.join(parts)}"


def _columns(parameters: Parameters, bound: Bound | None) -> Iterator[tuple[str, list[Text | str]]]:
    """The columns that say anything, with their cells."""
    from rich.text import Text

    items = parameters.items
    yield "name", [Text(item.name, "bold") for item in items]
    yield "type", [_kind_text(item) for item in items]
    if bound is not None:
        yield "value", [_value_text(item, bound) for item in items]
    yield "default", [_default_text(item, bound) for item in items]
    for head, texts in (
        ("allowed", [plain(item.kind.allowed, _WIDEST) for item in items]),
        ("", [Text(plain(item.help, 4 * _WIDEST), "bright_black") for item in items]),
    ):
        if any(texts):
            yield head, list(texts)


def _kind_text(item: Parameter) -> str:
    """The type; the choices of a literal stand in a column of their own."""
    return "choice" if isinstance(item.kind, LiteralKind) else plain(str(item.kind), _WIDEST)


def _value_text(item: Parameter, bound: Bound) -> Text | str:
    from rich.text import Text

    if item.name not in bound.values:
        return ""
    return Text(param_text(bound.plain()[item.name]), "bold")


def _default_text(item: Parameter, bound: Bound | None) -> Text | str:
    from rich.text import Text

    if item.default is None:
        return Text("required", "" if bound else "bold")
    style = "bright_black" if bound is not None and item.name in bound.values else ""
    return Text(
        plain(shown_source(item.default.source), _WIDEST), "italic" if item.default.computed else style
    )
