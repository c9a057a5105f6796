"""Files that are others now, and reads that nobody saw."""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from nbmlops.capture.files import is_remote
from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.findings.found import Found
from nbmlops.findings.situation import Situation
from nbmlops.slices.history import FILE, Execution, label

# Programs that libraries start to learn about the machine, and those that change nothing which a run depends on.
_HARMLESS: Final = frozenset(
    """
    apt apt-get cc chmod clear conda date df du echo file free gcc git hostname ld ldconfig ls lscpu lsb_release
    mamba mkdir nproc nvcc nvidia-smi objdump pip pip3 poetry pwd rocm-smi stty sysctl tput tree uname uptime uv
    wc which whoami
    """.split()
)
_GIT_READS: Final = frozenset({"clone", "pull", "checkout", "fetch", "switch", "reset", "restore", "lfs"})
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "dash"})
_ASSIGNMENT: Final = re.compile(r"\A\w+=\S*\Z")
_PARTS: Final = re.compile(r"\|\||&&|[|;&\n]")


class RewrittenFile:
    """A file that a cell read is another one now."""

    code = "NB105"
    slug = "rewritten-file"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Looks at each file that was read and that no cell of the slice makes again."""
        for execution in situation.chosen:
            for path in execution.reads:
                if is_remote(path) or _is_made_again(path, execution):
                    continue
                how = self._how(path, execution, situation)
                if how:
                    itself = "itself wrote it after it" if path in execution.writes else ""
                    where = situation.label(execution)
                    text = f"{where} {itself} had read it" if itself else f"since {where} read it"
                    yield Found(f"{PurePath(path).name} {how}{':' * bool(itself)} {text}", path,
                                execution.index)  # fmt: skip

    def _how(self, path: str, execution: Execution, situation: Situation) -> str:
        if is_rewritten(path, execution, situation):
            return "was rewritten" if os.path.exists(path) else "was removed"  # noqa: PTH110 - of every file
        return ""


def is_rewritten(path: str, reader: Execution, situation: Situation) -> bool:
    """Whether a file that an execution read is another one now: by its state, or because a later cell wrote it."""
    if situation.traces.rewritten(path, reader.index):
        return True
    later = situation.history.executions[reader.index + 1 :]
    return any(path in item.writes for item in later) and not situation.traces.is_same(path, reader.index)


def _is_made_again(path: str, reader: Execution) -> bool:
    name = label(f"{FILE}{path}>")
    return any(name in names for names in reader.needs.values())


class UnseenRead:
    """What a cell read can't be known: a program read it, or code that is made while it runs."""

    code = "NB109"
    slug = "unseen-read"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Looks at the programs that cells start and at what can't be analysed."""
        for execution in situation.chosen:
            where = situation.label(execution)
            programs = dict(self._programs(execution))
            for program, line in programs.items():
                text = f"{where} runs {program}: which files that reads is not seen"
                yield Found(text, program, execution.index, line)
            if "<opaque>" in execution.marks and not _only_runs_scripts(execution):
                text = f"{where} runs what can't be read beforehand (eval, exec, a magic): what it reads is not known"
                yield Found(text, "", execution.index, execution.marks["<opaque>"])
            elif "<shell>" in execution.marks and not programs and not _texts(execution):
                text = f"{where} runs a program: which files that reads is not seen"
                yield Found(text, "", execution.index, execution.marks["<shell>"])

    def _programs(self, execution: Execution) -> Iterator[tuple[str, int]]:
        seen = [(text, execution.marks.get("<shell>", 0)) for text in execution.commands]
        for text, line in [*_texts(execution), *seen]:
            for program in programs_in(text):
                yield program, line


def _only_runs_scripts(execution: Execution) -> bool:
    """`%run` runs in this process: the files that it opens are seen."""
    line = execution.marks["<opaque>"]
    lines = execution.python.split("\n")
    return 0 < line <= len(lines) and "run_line_magic('run'" in lines[line - 1]


def _texts(execution: Execution) -> list[tuple[str, int]]:
    """The `!` lines of a cell and its calls of `os.system` and the like with a text, each with its line."""
    if "<shell>" not in execution.marks:
        return []
    try:
        body = parse(execution.python)
    except PARSE_FAULTS:
        return []
    calls = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return [(text, node.lineno) for node in calls for text in _command(node)]


def _command(node: ast.Call) -> Iterable[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    match name, node.args:
        case "system" | "getoutput" | "popen", [ast.Constant(value=str(text)), *_]:
            yield text
        case "run_cell_magic", [
            ast.Constant(value="bash" | "sh" | "script"),
            _,
            ast.Constant(value=str(text)),
        ]:
            yield text
        case "run_line_magic", [ast.Constant(value="sx" | "system" | "sc"), ast.Constant(value=str(text))]:
            yield text
        case "run" | "Popen" | "call" | "check_call" | "check_output", [ast.List(elts=[first, *rest]), *_]:
            words = [item.value for item in (first, *rest) if isinstance(item, ast.Constant)]
            yield shlex.join(map(str, words))
        case "run" | "Popen" | "call" | "check_call" | "check_output", [ast.Constant(value=str(text)), *_]:
            yield text


def programs_in(command: str) -> list[str]:
    """The programs of a command that may read what a run depends on.

    Example:
        >>> programs_in("cd data && curl -O https://example.org/a.csv; ls"), programs_in("pip install xgboost")
        (['curl'], [])
    """
    found = []
    for part in _PARTS.split(command.replace("\\\n", " ")):
        words = [word for word in part.split() if not _ASSIGNMENT.match(word)]
        while words and words[0] in ("sudo", "time", "env", "exec", "nohup"):
            words.pop(0)
        if not words or words[0].startswith("#"):
            continue
        if len(words) > 2 and words[0].rpartition("/")[2] in _SHELLS and words[1] == "-c":
            found += programs_in(" ".join(words[2:]).strip("'\""))
            continue
        name = words[0].rpartition("/")[2].strip("'\"()")
        if not _is_harmless(name, words):
            found.append(name)
    return list(dict.fromkeys(found))


def _is_harmless(name: str, words: list[str]) -> bool:
    if name == "git":
        return not any(word in _GIT_READS for word in words)
    if name.startswith("python"):
        return words[1:3] in (["-m", "pip"], ["--version"]) or "--version" in words or "-V" in words
    return name in _HARMLESS or name in ("cd", "export", "set", "source", "true", "")
