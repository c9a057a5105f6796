"""The options of the generated command."""

from __future__ import annotations

import re

from nbmlops.export.options import Option, option_of, written
from nbmlops.programs.choices import EnumKind
from nbmlops.programs.kinds import BoundedKind, Kind
from nbmlops.programs.parameters import Parameter, Parameters

_READERS = ("member", "optional", "sequence", "value")
_STANDARD = {"date": "datetime", "datetime": "datetime", "time": "datetime", "Decimal": "decimal"}
_PATH = re.compile(r"""(?:pathlib\.)?Path\(["']([^"']*)["']\)""")
_TEXT_ALONE = r"\1"
RESERVED = frozenset({"check_inputs", "output", "json", "help"})
"""Names of options that every generated command has."""


def option_lines(parameters: Parameters) -> str:
    """The calls of `add_argument`, one for each parameter."""
    return "\n".join(_add_argument(item, option_of(item.kind)) for item in parameters)


def reader_imports(parameters: Parameters, package: str) -> str:
    """The import lines that the options need."""
    used = " ".join(option_of(item.kind).reader for item in parameters)
    words = set(re.findall(r"\w+", used))
    lines = []
    for module in sorted({_STANDARD[word] for word in words if word in _STANDARD}):
        names = sorted(word for word in words if _STANDARD.get(word) == module)
        lines.append(f"from {module} import {', '.join(names)}")
    readers = [name for name in _READERS if name in words]
    if readers:
        lines.append(f"from {package}.readers import {', '.join(readers)}")
    return "\n".join(lines)


def config_names(parameters: Parameters) -> str:
    """What the command imports of the configuration: the class, and enumerations of the notebook."""
    return ", ".join(sorted({"Config", *(_enum(item.kind) for item in parameters)} - {""}))


def _enum(kind: Kind) -> str:
    inner = kind.kind if isinstance(kind, BoundedKind) else kind
    return inner.name if isinstance(inner, EnumKind) else ""


def _add_argument(item: Parameter, option: Option) -> str:
    flag = item.name.replace("_", "-")
    if item.name in RESERVED:
        flag = f"param-{flag}"
    arguments = [written(f"--{flag}"), f"dest={written(item.name)}"]
    arguments.append(f"type={option.reader}" if option.reader else "action=argparse.BooleanOptionalAction")
    if option.choices:
        arguments.append(f"choices={option.choices}")
    elif option.reader:
        arguments.append(f"metavar={written(_metavar(option))}")
    if item.required:
        arguments.append("required=True")
    arguments.append(f"help={written(_help(item, option))}")
    lines = [f"        {argument}," for argument in arguments]
    return "\n".join(["    made.add_argument(", *lines, "    )"])


def _metavar(option: Option) -> str:
    name = option.annotation.removesuffix(" | None")
    return name.upper() if name.isidentifier() else "VALUE"


def default_text(item: Parameter) -> str:
    """A default as it is typed on the command line; for what is computed, its source."""
    if item.default is None:
        return ""
    known = item.default.value
    return known if isinstance(known, str) else _PATH.sub(_TEXT_ALONE, item.default.source)


def _help(item: Parameter, option: Option) -> str:
    parts = [item.help] if item.help else []
    said = set(re.findall(r"\d+(?:\.\d+)?", item.help))  # a comment such as "1 to 2000" gave the bounds
    parts += [words for _, words in option.checks if not set(re.findall(r"\d+(?:\.\d+)?", words)) <= said]
    if item.default is not None:
        parts.append(f"(default: {default_text(item)})")
    return " ".join(parts).replace("%", "%%")
