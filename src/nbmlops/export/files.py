"""The texts of a package's files: templates filled with what the cells gave."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from nbmlops import __version__
from nbmlops.export.cli_source import config_names, default_text, option_lines, reader_imports
from nbmlops.export.config_source import config_source
from nbmlops.export.core_source import Names, core_source
from nbmlops.export.dependencies import dependencies_of
from nbmlops.export.inputs import inputs_json, recorded_inputs
from nbmlops.export.placement import Placement
from nbmlops.export.tests_source import TestCell, tests_source
from nbmlops.export.units import Unit, units_or_none
from nbmlops.programs.notebook import NotebookSource
from nbmlops.programs.parameters import Parameters

_VERSION = "0.1.0"
# Of an installed nbmlops, and of its repository.
_FOLDERS = (Path(__file__).parents[1] / "templates", Path(__file__).parents[3] / "templates")


class PackageFiles:
    """Writes the texts of one package."""

    def __init__(
        self,
        notebook: NotebookSource,
        names: Names,
        parameters: Parameters,
        placement: Placement,
        ran_with: Mapping[str, str],
    ) -> None:
        self._notebook = notebook
        self._placement = placement
        self._parameters = parameters
        self.names = self._without_clash(names)
        self.inputs = recorded_inputs(parameters, notebook.path.parent)
        heading = f"Exported from {names.notebook} by nbmlops {__version__}: edit the notebook, and export it again."
        self._core = core_source(placement, [item.name for item in parameters], self.names, heading)
        self._config = config_source(parameters, self._before_parameters(), heading)
        own = frozenset(path.stem for path in notebook.path.parent.glob("*.py"))
        self.dependencies = dependencies_of(
            [self._core, self._config], ran_with, own_files=own, package=names.package
        )

    def _without_clash(self, names: Names) -> Names:
        if names.function in self._placement.module_names | {"Config", "Result"}:
            return Names(names.package, names.distribution, f"run_{names.function}", names.notebook)
        return names

    def _before_parameters(self) -> list[Unit]:
        cell = self._parameters.cell
        if cell is None:
            return []
        return [
            unit
            for earlier in self._notebook.code_cells
            if earlier.index <= cell.index
            for unit in units_or_none(earlier)
        ]

    def texts(self, tests: Sequence[TestCell], others: Sequence[Unit]) -> dict[str, str]:
        """Path to text."""
        names, package = self.names, f"src/{self.names.package}"
        files = {
            "pyproject.toml": self._filled("pyproject.toml"),
            "README.md": self._filled("README.md"),
            f"{package}/__init__.py": self._filled("init.py"),
            f"{package}/config.py": self._config,
            f"{package}/core.py": self._core,
            f"{package}/py.typed": "",
        }
        if self._placement.body:
            files |= {
                f"{package}/cli.py": self._filled("cli.py"),
                f"{package}/inputs.py": self._filled("inputs.py"),
                f"{package}/inputs.json": inputs_json(self.inputs),
                f"{package}/readers.py": self._filled("readers.py"),
                "tests/conftest.py": self._filled("conftest.py"),
            }
        files["tests/test_package.py"] = self._filled("test_package.py")
        parameters = {item.name: item.name in self.inputs for item in self._parameters}
        text = tests_source(tests, self._placement, parameters, names, others)
        return files | ({"tests/test_notebook.py": text} if text else {})

    def _filled(self, template: str) -> str:
        values = self._values()
        if template == "cli.py":
            values["call"] = self._call("config")
        text = Template(_template(template)).substitute(values)
        return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n") + "\n"

    def _values(self) -> dict[str, str]:
        names = self.names
        public = sorted(name for name in _defined(self._placement) if not name.startswith("_"))
        runs = bool(self._placement.body)
        core = sorted([*public, *(["Result", names.function] if runs else [])])
        exported = ["Config", *core] if runs else core
        values = {
            "package": names.package,
            "distribution": names.distribution,
            "function": names.function,
            "command": names.command,
            "notebook": names.notebook,
            "version": _VERSION,
            "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
            "summary": f"Exported from {names.notebook}.",
            "description": f'"What {names.notebook} does, as a package."',
            "dependencies": "".join(f'\n    "{line}",' for line in self.dependencies.lines) + "\n",
            "init_imports": _init_imports(names.package, core, with_config=runs),
            "init_all": repr(sorted(exported)).replace("'", '"'),
            "call": self._call(""),
            "nbmlops_import": "import nbmlops\n\n" if "nbmlops" in self.dependencies else "",
        }
        return values | (self._command_values() if runs else _LIBRARY) | _test_values(names, runs=runs)

    def _command_values(self) -> dict[str, str]:
        names = self.names
        simple = [p for p in self._parameters if p.default and isinstance(p.default.value, int | float | str)]
        shown = [p for p in simple if not isinstance(p.default and p.default.value, bool)][:1]
        options = "".join(f" --{p.name.replace('_', '-')} {shlex.quote(default_text(p))}" for p in shown)
        return {
            "scripts": f'\n[project.scripts]\n{names.command} = "{names.package}.cli:main"\n',
            "usage": f"    {names.command} --help\n    {names.command}{options} --output results\n",
            "options": option_lines(self._parameters),
            "extra_imports": reader_imports(self._parameters, names.package),
            "config_names": config_names(self._parameters),
        }

    def _call(self, argument: str) -> str:
        """The call, inside a run where the cells log to one."""
        call = f"result = {self.names.function}({argument})"
        if "nbmlops" not in self.dependencies:
            return call
        return f'with nbmlops.start_run("{self.names.command}"):\n        {call}'


_LIBRARY = {"scripts": "", "usage": "", "options": "", "extra_imports": "", "config_names": ""}


def _template(name: str) -> str:
    folder = next(folder for folder in _FOLDERS if folder.is_dir())
    return (folder / "package" / f"{name}.tmpl").read_text(encoding="utf-8")


def _defined(placement: Placement) -> list[str]:
    """What the module defines for others: functions, classes and constants, in their order."""
    return list(dict.fromkeys(name for unit in placement.module for name in sorted(unit.binds)))


def _init_imports(package: str, core: Sequence[str], *, with_config: bool) -> str:
    lines = [f"from {package}.config import Config"] if with_config else []
    if core:
        lines.append(f"from {package}.core import {', '.join(core)}")
    return "\n".join(lines)


def _test_values(names: Names, *, runs: bool) -> dict[str, str]:
    """The tests that every package has."""
    if not runs:
        return {
            "test_imports": f"import {names.package}",
            "tests": (
                "def test_all_that_the_package_offers_is_there() -> None:\n"
                f"    assert all(hasattr({names.package}, name) for name in {names.package}.__all__)"
            ),
        }
    return {
        "test_imports": f"import pytest\n\nfrom {names.package}.cli import main",
        "tests": (
            "def test_the_command_tells_its_options(capsys: pytest.CaptureFixture[str]) -> None:\n"
            '    with pytest.raises(SystemExit, match="0"):\n        main(["--help"])\n'
            f'    assert "{names.command}" in capsys.readouterr().out\n\n\n'
            "def test_an_unknown_option_is_refused() -> None:\n"
            '    with pytest.raises(SystemExit, match="2"):\n        main(["--no-such-option"])'
        ),
    }
