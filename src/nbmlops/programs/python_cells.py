"""The Python of a cell: its statements and its comments, magics and shell lines left out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from dataclasses import dataclass

from nbmlops.capture.parsing import PARSE_FAULTS

_NOT_PYTHON = re.compile(r"^([ \t]*)(?:[%!].*|\?{1,2}[\w.]+|[\w.%]+\?{1,2})[ \t]*$", re.MULTILINE)
_NOT_PYTHON_VALUE = re.compile(r"^([ \t]*[\w, ]+=)[ \t]*[%!].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment without its `#`.

    Attributes:
        alone: nothing else stands on its line.
    """

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class PythonCell:
    """What Python stands in a cell.

    Attributes:
        source: with other lines than Python's replaced, its lines and their numbers kept.
        comments: line, from 1, to the comment on it.
    """

    source: str
    body: tuple[ast.stmt, ...]
    comments: dict[int, Comment]

    def segment(self, node: ast.AST) -> str:
        """The source of a node."""
        return ast.get_source_segment(self.source, node) or ""


def parse_cell(source: str) -> PythonCell:
    """The statements and comments of a cell. Nothing of it runs.

    Raises:
        SyntaxError: it is no Python, even without its magics.
    """
    try:
        body = _parse(source)
    except SyntaxError:
        source = _NOT_PYTHON_VALUE.sub(r"\1 None", _NOT_PYTHON.sub(r"\1pass", source))
        body = _parse(source)
    return PythonCell(source, tuple(body), _comments(source))


def _parse(source: str) -> list[ast.stmt]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the kernel will say it when the cell runs
        try:
            return ast.parse(source).body
        except SyntaxError:
            raise
        except PARSE_FAULTS as exc:  # null bytes, nested too deep
            raise SyntaxError(str(exc) or "nested too deep") from None


def _comments(source: str) -> dict[int, Comment]:
    found: dict[int, Comment] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                alone = not token.line[: token.start[1]].strip()
                found[token.start[0]] = Comment(token.string.lstrip("#").strip(), alone)
    except (tokenize.TokenError, SyntaxError):
        pass  # what was found before it still counts: comments only help
    return found
