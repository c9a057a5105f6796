"""Lines of code moved into a function without changing what stands in strings."""

from __future__ import annotations

import ast


def indented(text: str, depth: int = 1) -> str:
    """The code, further in by `depth` levels; the inner lines of texts over several lines stay as they are."""
    kept = _inside_strings(text)
    pad = "    " * depth
    lines = text.splitlines()
    return "\n".join(
        line if number in kept or not line.strip() else pad + line for number, line in enumerate(lines, 1)
    )


def _inside_strings(text: str) -> set[int]:
    """The lines that begin within a string."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        ):
            inside.update(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return inside
