"""Every command, option, magic and flag has its place in docs/reference."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

MAGICS = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = {kind: set(names) for kind, names in shell.magics_manager.magics.items()}
shell.run_line_magic("load_ext", "nbmlops")
new = {kind: set(names) - before[kind] for kind, names in shell.magics_manager.magics.items()}
print(json.dumps(sorted(["%%" + name for name in new["cell"]] + ["%" + name for name in new["line"]])))
"""


@pytest.fixture
def page(root: Path) -> Callable[[str], str]:
    """Read a page of docs/reference."""
    return lambda name: (root / "docs" / "reference" / name).read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if not command.hidden:
            yield f"{prefix} {name}", command
            if isinstance(command, click.Group):
                yield from commands(command, f"{prefix} {name}")


def all_commands() -> list[tuple[str, click.Command]]:
    from nbmlops.cli import main

    assert isinstance(main, click.Group)
    return list(commands(main, "nbmlops"))


def section(page: str, heading: str) -> str:
    """The text from a heading that begins with `heading` to the next heading of its level."""
    lines = page.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("#") and heading in line.split("`")[1::2]]
    assert starts, f"no heading for `{heading}`"
    level = len(lines[starts[0]]) - len(lines[starts[0]].lstrip("#"))
    ends = [
        i
        for i, line in enumerate(lines)
        if i > starts[0] and line.startswith("#") and len(line.split()[0]) <= level
    ]
    return "\n".join(lines[starts[0] : ends[0] if ends else None])


def test_the_commands_of_the_first_release_are_there() -> None:
    names = {name for name, _ in all_commands()}
    asked = ["compare", "delete", "demo", "experiment", "history", "init", "runs", "show"]
    assert {f"nbmlops {name}" for name in asked} <= names


def test_every_command_and_option_is_documented(page: Callable[[str], str]) -> None:
    text = page("cli.md")
    for name, command in all_commands():
        part = section(text, name)
        for option in command.params:
            for flag in [
                flag for flag in option.opts if flag.startswith("--") and not getattr(option, "hidden", False)
            ]:
                assert flag in part, f"`{name} {flag}` isn't documented in docs/reference/cli.md"


def test_every_command_says_what_it_does() -> None:
    for name, command in all_commands():
        assert command.help, f"`{name}` has no help"


def flags(parser: argparse.ArgumentParser) -> set[str]:
    """Every flag, and of a parser with commands, theirs as well."""
    found: set[str] = set()
    for action in parser._actions:  # argparse has no public way to list them
        found |= set(action.option_strings)
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                found |= {name} | flags(command)
    return found


def test_every_magic_is_documented(page: Callable[[str], str], ask_python: Callable[..., Any]) -> None:
    magics = ask_python(MAGICS)
    assert {"%%track", "%track", "%nbmlops"} <= set(magics)
    for name in magics:
        assert section(page("magics.md"), name)


@pytest.mark.parametrize("name", ["%%track", "%track", "%nbmlops"])
def test_every_flag_of_a_magic_is_documented(name: str, page: Callable[[str], str]) -> None:
    from nbmlops.magics import arguments

    parsers = {
        "%%track": arguments.track_parser,
        "%track": arguments.amend_parser,
        "%nbmlops": arguments.nbmlops_parser,
    }
    words = flags(parsers[name]())
    assert len(words) > 3
    part = section(page("magics.md"), name)
    assert [word for word in words if f"{word}" not in part] == []


@pytest.mark.parametrize("status", ["RUNNING", "FINISHED", "FAILED", "KILLED", "LOST"])
def test_every_status_is_documented(status: str, page: Callable[[str], str]) -> None:
    assert status in page("api.md")
