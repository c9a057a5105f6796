"""Parameters on the command line: papermill's `-p NAME VALUE` and `-p NAME=VALUE` alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

_PAIRED = {
    "-p": "-p",
    "--parameter": "-p",
    "--parameters": "-p",
    "-r": "-r",
    "--raw": "-r",
    "--parameters_raw": "-r",
}


class ParameterCommand(click.Command):
    """A command whose options `-p` and `-r` take a name and a value, in two words or in one with `=`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, once every pair stands in two words."""
        return super().parse_args(ctx, list(_in_two_words(args, ctx)))


def _in_two_words(args: Sequence[str], ctx: click.Context) -> Iterator[str]:
    words = iter(args)
    for word in words:
        if word == "--":
            yield word
            yield from words
            return
        flag, text = _flag_of(word)
        if flag is None:
            yield word
            continue
        name = text if text is not None else next(words, None)
        if name is None:
            raise click.UsageError(f"{flag} needs a parameter's name and value: {flag} n_estimators 300", ctx)
        name, sign, value = name.partition("=")
        given: Any = value if sign else next(words, None)
        if given is None:
            raise click.UsageError(f"The parameter {name} has no value: write {flag} {name} VALUE.", ctx)
        yield from (flag, name, given)


def _flag_of(word: str) -> tuple[str | None, str | None]:
    """The flag that a word is, and what of the pair stands in the same word: `-pn=3`, `--parameter=n=3`."""
    if word in _PAIRED:
        return _PAIRED[word], None
    if word.startswith("--"):
        flag, sign, rest = word.partition("=")
        return (_PAIRED[flag], rest) if sign and flag in _PAIRED else (None, None)
    if word[:2] in ("-p", "-r") and len(word) > 2:
        return word[:2], word[2:]
    return None, None
