"""A notebook file as if it had been run from top to bottom. Nothing of it runs."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nbmlops.capture.header import find_header, strip_header
from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.capture.scope import read_scope
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.capture.walk import Walker
from nbmlops.findings.chance import plain_draws, seeds_everything
from nbmlops.findings.likely_metrics import likely_metrics
from nbmlops.findings.remote_reads import remote_reads
from nbmlops.findings.situation import NotebookCell, Situation
from nbmlops.programs import NotebookSource
from nbmlops.slices.calls import Callees
from nbmlops.slices.effects import EffectWalker, effects_of
from nbmlops.slices.functions import FunctionSources
from nbmlops.slices.history import Execution, History, Made
from nbmlops.slices.origin import Origins
from nbmlops.slices.traces import FileTraces
from nbmlops.slices.values import NOTHING, Effects

# Names that IPython and Python give every notebook.
_GIVEN: Final = frozenset(dir(builtins)) | frozenset(
    "In Out exit quit get_ipython display _ __ ___ __name__ __file__ __doc__ __builtins__ __session__ _dh _ih _oh"
    " _exit_code __vsc_ipynb_file__".split()
)
_SHOWN: Final = re.compile(r"_i*\d*\Z")
# `%%capture out`, `%%bash --out text`: names that the words of a magic bind.
_BOUND_BY_MAGIC: Final = re.compile(
    r"^%%capture[^\n]*?\s(\w+)\s*$|--(?:out|err|proc)[ =](\w+)|^%%\w+\s+(\w+)\s*<<", re.MULTILINE
)
_PACKAGES: Final = frozenset({"numpy", "random", "torch"})


def file_situation(notebook: NotebookSource) -> Situation:
    """What rules look at of a notebook file: all its code cells, in its order."""
    reader = _Reader()
    cells = [cell for cell in notebook.cells if cell.is_code]
    secrets = SecretRegistry({})
    for cell in cells:
        reader.read(cell.source, cell.id, cell.index + 1)
        secrets.register_from_source(cell.source)
    executions = tuple(reader.history.executions)
    return Situation(
        history=reader.history,
        last=None,
        chosen=executions,
        traces=FileTraces(),
        document=tuple(map(_saved, cells_of(notebook))),
        masked=frozenset(item.index for item in executions if secrets.scrub(item.raw) != item.raw),
        tracked=frozenset(item.index for item in executions if find_header(item.raw) is not None),
    )


def cells_of(notebook: NotebookSource) -> list[tuple[int, Mapping[str, Any]]]:
    """The code cells with their numbers, as they lie in the file, outputs included."""
    cells = enumerate(notebook.document["cells"], 1)
    return [(number, cell) for number, cell in cells if cell["cell_type"] == "code"]


def _saved(item: tuple[int, Mapping[str, Any]]) -> NotebookCell:
    number, cell = item
    source, count = cell["source"], cell.get("execution_count")
    tags = (cell.get("metadata") or {}).get("tags") or ()
    return NotebookCell(
        cell_id=str(cell.get("id") or ""),
        source=source if isinstance(source, str) else "".join(source),
        number=number,
        execution_count=count if isinstance(count, int) else None,
        error="" if "raises-exception" in tags else _error(cell.get("outputs") or ()),
    )


def _error(outputs: Iterable[Any]) -> str:
    for output in outputs:
        if isinstance(output, dict) and output.get("output_type") == "error":
            return f"{output.get('ename', '')}: {output.get('evalue', '')}".split("\n")[0][:120]
    return ""


class _Reader:
    """Takes cell after cell into a history, as far as their texts tell."""

    def __init__(self) -> None:
        self.history = History()
        self._callees = Callees(
            {}, Origins({}), FunctionSources(), codes_of=lambda _: (), held_by=lambda _: ((), ()), methods={}
        )
        self._imported: dict[str, str] = {}
        self._defined: dict[str, ast.AST] = {}
        self._bound_to: dict[str, ast.expr | None] = {}
        self._deferred: dict[str, frozenset[str]] = {}
        self._seeded: set[str] = set()
        self._is_open = False  # names may come from where nobody sees

    def read(self, raw: str, cell_id: str, number: int) -> None:
        """Takes in the next cell."""
        python = _as_python(raw)
        execution = self.history.begin(raw, python, cell_id=cell_id or None, execution_count=number)
        try:
            body = parse(python)
            effects = self._effects(body)
        except PARSE_FAULTS:
            body, effects = [], Effects(marks={"<opaque>": 1})
        uses = self._names(execution, body, effects)
        execution.marks = dict(effects.marks)
        self._chance(execution, body, effects)
        execution.reads = remote_reads(body)
        execution.flows = {name: flows | self.history.taints(flows) for name, flows in effects.flows.items()}
        execution.shown = {name: flows | self.history.taints(flows) for name, flows in effects.shown.items()}
        execution.logged = {
            name: flows | self.history.taints(flows) for name, flows in effects.logged.items()
        }
        execution.metrics = likely_metrics(execution)
        self.history.add(execution, uses, self._made(execution, effects))
        self.history.taint(effects.flows)

    def _effects(self, body: list[ast.stmt]) -> Effects:
        walker = EffectWalker(self._callees, dict.fromkeys(self._imported, NOTHING))
        walker.imported, walker.defined = dict(self._imported), dict(self._defined)
        walker.bound_to = dict(self._bound_to)
        effects = effects_of(body, walker)
        self._imported, self._defined, self._bound_to = walker.imported, walker.defined, walker.bound_to
        return effects

    def _names(self, execution: Execution, body: list[ast.stmt], effects: Effects) -> set[str]:
        """The names that it takes from before; notes those that nobody has made yet."""
        walker = Walker()
        walker.visit_all(body)
        deferred = {name: frozenset(item.free()) for name, item in walker.deferred.items()}
        bound = {
            event.name
            for event in walker.events
            if event.how not in ("deleted", "patched", "filled", "grown")
        }
        bound |= {name for found in _BOUND_BY_MAGIC.findall(execution.raw) for name in found if name}
        execution.bound = frozenset(bound)
        called = self._called(walker.reads) - bound
        uses = {name for name in walker.reads | called if not _is_given(name)}
        self._is_open = self._is_open or "<opaque>" in effects.marks or _opens(body, execution.python)
        if not self._is_open:
            execution.unknown = frozenset(name for name in uses if not self.history.makers(name))
        self._deferred = {k: v for k, v in self._deferred.items() if k not in bound} | deferred
        return uses | (effects.changed.keys() - bound)

    def _called(self, names: Iterable[str]) -> set[str]:
        """What functions of earlier cells read when they are called: they are, as soon as they are named."""
        found: set[str] = set()
        waiting = [name for name in names if name in self._deferred]
        seen = set(waiting)
        while waiting:
            inner = self._deferred[waiting.pop()]
            found |= inner
            new = [name for name in inner if name in self._deferred and name not in seen]
            seen.update(new)
            waiting += new
        return found

    def _chance(self, execution: Execution, body: list[ast.stmt], effects: Effects) -> None:
        draws = {
            mark[len("<draws:") : -1]: line
            for mark, line in effects.marks.items()
            if mark.startswith("<draws:")
        }
        for line in plain_draws(body):
            draws.setdefault("numpy", line)
        self._seeded |= {*effects.seeds, *effects.may_seed}
        if seeds_everything(body):
            self._seeded |= _PACKAGES
        execution.draws = frozenset(draws)
        execution.unseeded = execution.draws - self._seeded
        execution.marks |= {f"<draws:{package}>": line for package, line in draws.items()}

    def _made(self, execution: Execution, effects: Effects) -> list[Made]:
        certain = {
            name
            for name, bindings in read_scope(execution.python).bindings.items()
            if any(not item.conditional for item in bindings)
        }
        made = [Made(name, f"defines {name}", name in certain) for name in sorted(execution.bound)]
        changed = sorted(effects.changed.keys() - execution.bound)
        return made + [
            Made(name, f"changes {name}: {effects.changed[name]}", replaces=False) for name in changed
        ]


def _as_python(raw: str) -> str:
    """The cell as IPython would run it."""
    from IPython.core.inputtransformer2 import TransformerManager  # not needed where nothing is linted

    try:
        return TransformerManager().transform_cell(strip_header(raw))
    except SyntaxError:
        return raw


def _is_given(name: str) -> bool:
    return name in _GIVEN or _SHOWN.match(name) is not None


def _opens(body: list[ast.stmt], python: str) -> bool:
    """Whether names may come from elsewhere from here on: a star import, `%pylab`, `%store -r`."""
    if "'pylab'" in python or "'store'" in python:
        return True
    imports = (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.ImportFrom))
    return any(alias.name == "*" for node in imports for alias in node.names)
