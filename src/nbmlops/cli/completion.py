"""`nbmlops completion`: the script that makes a shell complete commands, ids, experiments and metrics."""

from __future__ import annotations

import sys

import click

from nbmlops.cli.examples import examples

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    "completion",
    short_help="Print the script for shell completion.",
    epilog=examples(
        'eval "$(nbmlops completion bash)"                 in ~/.bashrc',
        'eval "$(nbmlops completion zsh)"                  in ~/.zshrc, after compinit',
        "nbmlops completion fish > ~/.config/fish/completions/nbmlops.fish",
    ),
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command_completion(ctx: click.Context, shell: str) -> None:
    """Print the script that makes a shell complete commands, options, ids, experiments and metrics."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:  # pragma: no cover - click knows all three
        raise click.UsageError(f"click can't complete in {shell}")
    group = ctx.find_root().command
    script = kind(group, {}, "nbmlops", "_NBMLOPS_COMPLETE")
    # Not `source()`: for bash that asks the bash on the path for its version, which need not be the one
    # that runs.
    sys.stdout.write(script.source_template % script.source_vars() + "\n")
