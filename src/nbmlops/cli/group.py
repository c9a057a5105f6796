"""A group whose commands are imported when they are asked for, and whose errors are said, not thrown."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from nbmlops.cli.failures import exit_code_of


class LazyGroup(click.Group):
    """Commands by name, in titled sections; each is the attribute `command_NAME` of its module.

    Args:
        sections: title of a section to its commands; name of a command to its module.
        aliases: further names, not listed, to names.
    """

    def __init__(
        self,
        *args: Any,
        sections: Mapping[str, Mapping[str, str]] = {},
        aliases: Mapping[str, str] = {},
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        self._sections = sections
        self._aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order of the sections."""
        return [name for commands in self._sections.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now; None when there is none of this name."""
        name = self._aliases.get(cmd_name, cmd_name)
        for commands in self._sections.values():
            if name in commands:
                command: click.Command = getattr(import_module(commands[name]), f"command_{name}")
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest name where there is no such command."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            meant = f" Did you mean `{ctx.command_path} {near[0]}`?" if near else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{meant}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section, all aligned alike."""
        width = max(map(len, self.list_commands(ctx)))
        for title, names in self._sections.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (f"{name:<{width}}", command.get_short_help_str(70)) for name, command in found if command
            ]
            with formatter.section(title):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. A reader that went away (`nbmlops runs | head`) is no failure."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_output()
            ctx.exit(0)
        return result

    def main(  # type: ignore[override]  # click's overloads tell standalone_mode's two results apart
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Runs the command line; in standalone mode it ends the process with a documented exit code."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        _show_what_can_be_encoded()
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - the edge: said in words, not thrown
            code = exit_code_of(exc)
        sys.exit(code if isinstance(code, int) else 0)


def _show_what_can_be_encoded() -> None:
    """Where the output's encoding lacks a character, an escape stands for it instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """What is still buffered has no reader; the interpreter would complain about it at its end."""
    import os

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
