"""How a command's help shows examples."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """The end of a command's help: its examples, one a line, as they are typed."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
