"""Commands and what they said, as a part of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from nbmlops.views.markup import shown, shown_block
from nbmlops.views.numbers import format_duration

_MOST = 4000


@dataclass(frozen=True, slots=True)
class SaidCommand:
    """A command that was called.

    Attributes:
        chapter: the heading that it stands under.
        title: what it shows.
        typed: as a person would type it.
        output: what it said.
        exit_code: what it ended with.
        expected: what it should end with; a refusal that is wanted has another than 0.
        seconds: how long it took.
    """

    chapter: str
    title: str
    typed: str
    output: str
    exit_code: int
    expected: int = 0
    seconds: float = 0.0

    @property
    def as_expected(self) -> bool:
        """Whether it ended as it should."""
        return self.exit_code == self.expected

    @property
    def word(self) -> str:
        """How it ended, in words."""
        if not self.as_expected:
            return f"failed with {self.exit_code}"
        return "done" if self.exit_code == 0 else f"refused, exit {self.exit_code}"


def transcript_html(commands: Sequence[SaidCommand]) -> str:
    """A section for each chapter; empty without commands."""
    parts = [
        f"<section><h2>{shown(chapter, 120)}</h2>{''.join(_told(group))}</section>"
        for chapter, group in groupby(commands, key=lambda command: command.chapter)
    ]
    return "".join(parts)


def _told(commands: Iterator[SaidCommand]) -> Iterator[str]:
    for command in commands:
        said = shown_block(command.output.rstrip().lstrip("\r\n"), _MOST)
        kind = "nbm-good" if command.as_expected else "nbm-bad"
        yield (
            f"<p><strong>{shown(command.title, 200)}</strong><br>"
            f'<span class="{kind}">{"✓" if command.as_expected else "×"} {command.word}</span>'
            f" · {format_duration(command.seconds)}</p>"
            f'<pre class="said">$ {shown(command.typed, 400)}\n{said}</pre>'
        )
