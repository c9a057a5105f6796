"""The module with the typed configuration: a dataclass with one field for each parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nbmlops.errors import NotebookError
from nbmlops.export.core_source import module_lines
from nbmlops.export.options import Option, option_of, written
from nbmlops.export.units import Unit
from nbmlops.programs.parameters import Parameter, Parameters

_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def config_source(parameters: Parameters, earlier: Sequence[Unit], heading: str) -> str:
    """The source of `config.py`.

    A default that the notebook computes is computed here as well, when the module is imported.

    Args:
        parameters: what the notebook declares.
        earlier: the units up to and with the parameters' cell, for what the defaults and types need of them.
        heading: the module's docstring.

    Raises:
        NotebookError: a default needs what can't come along.
    """
    options = {item.name: option_of(item.kind) for item in parameters}
    needed = list(_needed(parameters, options, earlier))
    imports = {pair for option in options.values() for pair in option.imports}
    lines = [f'"""{heading}"""', "", "from __future__ import annotations", ""]
    if any("re.match" in check for option in options.values() for check, _ in option.checks):
        lines.append("import re")
    lines += _import_lines(imports | {("dataclasses", "dataclass"), ("dataclasses", "field")}, needed)
    lines += module_lines([unit for unit in needed if not unit.is_import])
    lines += ["", "", "@dataclass(frozen=True, kw_only=True)", "class Config:"]
    lines += ['    """The parameters of the notebook, with its defaults."""', ""]
    for item in parameters:
        lines += _field(item, options[item.name])
    if not len(parameters):
        lines.append("    # The notebook declares none: tag a cell `parameters`.")
    lines += _post_init(options)
    source = "\n".join(lines) + "\n"
    return source if "field(" in source.partition("class Config")[2] else source.replace(", field", "", 1)


def _import_lines(pairs: Iterable[tuple[str, str]], units: Sequence[Unit]) -> list[str]:
    bound = {name for unit in units for name in unit.binds}
    by_module: dict[str, list[str]] = {}
    for module, name in sorted(pairs):
        if name not in bound:
            by_module.setdefault(module, []).append(name)
    ours = [f"from {module} import {', '.join(names)}" for module, names in by_module.items()]
    return ours + [unit.text.strip() for unit in units if unit.is_import]


def _needed(parameters: Parameters, options: Mapping[str, Option], earlier: Sequence[Unit]) -> Iterator[Unit]:
    """The imports, enumerations and functions of earlier cells that types and defaults need, in their order."""
    names = {item.name for item in parameters}
    wanted = set()
    for item in parameters:
        wanted |= _names_in(options[item.name].annotation)
        if item.default is not None and item.default.computed:
            wanted |= _names_in(item.default.source)
    chosen: list[Unit] = []
    while True:
        more = [
            unit for unit in earlier if unit not in chosen and unit.binds & wanted and not unit.binds & names
        ]
        if not more:
            return (yield from (unit for unit in earlier if unit in chosen))
        chosen += more
        wanted |= {name for unit in more for name in unit.reads}


def _names_in(source: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except SyntaxError:
        return set()


def _field(item: Parameter, option: Option) -> list[str]:
    default = _default(item)
    lines = [f"    {item.name}: {option.annotation}{default}"]
    if item.help:
        text = item.help.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
        lines.append(f'    """{text[:1].upper()}{text[1:]}{"" if text.endswith(".") else "."}"""')
    return lines


def _default(item: Parameter) -> str:
    if item.default is None:
        return ""
    source = item.default.source
    try:
        node = ast.parse(source, mode="eval").body
    except SyntaxError:
        raise NotebookError(
            f"The default of the parameter {item.name} can't be exported, since several statements make it: "
            f"{source}. Bind it in one."
        ) from None
    if isinstance(node, _MUTABLE):
        return f" = field(default_factory=lambda: {source})"
    return f" = {source}"


def _post_init(options: Mapping[str, Option]) -> list[str]:
    checks = [(name, check, words) for name, option in options.items() for check, words in option.checks]
    if not checks:
        return []
    lines = ["", "    def __post_init__(self) -> None:"]
    for name, check, words in checks:
        lines += [
            f"        value = self.{name}",
            f"        if value is not None and not {check}:",
            f"            raise ValueError({written(f'{name} must be {words}, not ')} + repr(value))",
        ]
    return lines
