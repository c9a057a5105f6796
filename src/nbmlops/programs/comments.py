"""What the comments of a parameter say: its help text, its type."""

from __future__ import annotations

import ast
import re

from nbmlops.programs.python_cells import PythonCell

_TYPE = re.compile(r"type:\s*(?P<rest>\S.*)")
_TOOL = re.compile(
    r"(noqa|type:\s*ignore|pylint:|pyright:|mypy:|fmt:|ruff:|nosec|pragma:|isort:)", re.IGNORECASE
)
_NO_HELP = re.compile(r"\||[-=*#%~_]{3,}|%%|(papermill\s+)?parameters\W*$|\w+\s*=[^=]|!|$", re.IGNORECASE)


def comment_of(statement: ast.stmt, cell: PythonCell) -> str:
    """The comment on the first or last line of a statement, else the comments right above it."""
    for line in (statement.lineno, statement.end_lineno or statement.lineno):
        comment = cell.comments.get(line)
        if comment is not None and not comment.alone and (text := _without_tools(comment.text)):
            return text
    return _above(statement.lineno, cell)


def _above(line: int, cell: PythonCell) -> str:
    """The block of comments that ends on the line above; headings and code that was switched off are no help."""
    texts: list[str] = []
    while (comment := cell.comments.get(line - 1)) is not None and comment.alone:
        line -= 1
        texts.insert(0, comment.text)
    if any(_NO_HELP.match(text) for text in texts):
        texts = texts[1 + max(i for i, text in enumerate(texts) if _NO_HELP.match(text)) :]
    return " ".join(filter(None, map(_without_tools, texts)))


def _without_tools(text: str) -> str:
    """The comment without what it says to linters."""
    parts = [part.strip() for part in text.split("#")]
    return " # ".join(part for part in parts if part and not _TOOL.match(part))


def type_comment(comment: str) -> tuple[ast.expr | None, str]:
    """The type of `# type: int`, and what of the comment is help: `# type: int number of trees`.

    Example:
        >>> ast.unparse(type_comment("type: list[int]  sizes of the layers")[0])
        'list[int]'
    """
    found = _TYPE.match(comment)
    if found is None:
        return None, comment
    end = _type_end(found["rest"])
    try:
        node = ast.parse(found["rest"][:end].strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None, comment
    return node, found["rest"][end:].strip(" #,;")


def _type_end(text: str) -> int:
    """Where the type ends: at the first blank outside of brackets that no `|` stands beside."""
    depth = 0
    for index, character in enumerate(text):
        if character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
        elif depth == 0 and (character in "#,;" or character.isspace()):
            joins = text[index:].lstrip().startswith("|") or text[:index].rstrip().endswith("|")
            if not joins:
                return index
    return len(text)
