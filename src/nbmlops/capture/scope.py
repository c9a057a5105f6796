"""What the source of one cell reads, binds and calls.

The source is Python after IPython's transformation. It is walked once, in the order in which it
would run, so that a name counts as read from outside only where the cell has not bound it yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from nbmlops.capture.literals import is_construction
from nbmlops.capture.nested import FIT_OR_LOG, Use
from nbmlops.capture.parsing import PARSE_FAULTS, LastExpression, last_expression, parse
from nbmlops.capture.reach import codes_of, reach
from nbmlops.capture.walk import MUTATIONS, Binding, How, Walker


@dataclass(frozen=True, slots=True)
class CellScope:
    """What one cell does with names.

    Attributes:
        reads: names loaded before the cell binds them for certain, builtins included; every loop
            is taken to run at least once.
        reads_now: the same without what functions read that the cell only defines: they read when they are called.
        possible_reads: further names that are read from outside only when a loop runs zero times.
        events: bindings and mutations of top-level names in the order in which they run.
        bindings: the bindings alone, by name.
        uses: what the calls that it makes are handed by name, or fit.
        calls_fit: names X in `X.fit(...)` and its like.
        may_fit_or_log: the cell itself calls something that fits or logs.
        parsed: False when the source is no Python, and all else is empty.
    """

    reads: frozenset[str] = frozenset()
    reads_now: frozenset[str] = frozenset()
    possible_reads: frozenset[str] = frozenset()
    events: tuple[Binding, ...] = ()
    bindings: Mapping[str, tuple[Binding, ...]] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    calls_fit: frozenset[str] = frozenset()
    may_fit_or_log: bool = False
    last: LastExpression | None = None
    parsed: bool = True

    def mutated(self, *hows: How) -> frozenset[str]:
        """Names that the cell mutates in place in one of these ways: patched, filled, grown."""
        return frozenset(event.name for event in self.events if event.how in hows)

    def up_to(self, line: int) -> CellScope:
        """The scope of a cell that failed on 1-based `line`: what stands there or below never ended."""
        last = self.last if self.last is not None and self.last.line < line else None
        events = tuple(event for event in self.events if event.line < line)
        uses = tuple(use for use in self.uses if use.line <= line)
        return replace(
            self,
            events=events,
            bindings=_by_name(events),
            uses=uses,  # what failed had been handed what it failed on
            calls_fit=_fit_by(use for use in uses if use.line < line),
            last=last,
        )


def read_scope(source: str) -> CellScope:
    r"""Analyse one cell; source that can't be parsed gives an empty scope.

    Example:
        >>> scope = read_scope("rate = 0.1\nloss = train(model, rate)")
        >>> sorted(scope.reads), scope.bindings["rate"][0].how, scope.bindings["loss"][0].how
        (['model', 'train'], 'literal', 'computed')
    """
    try:
        walker = Walker()
        body = parse(source)
        walker.visit_all(body)
        now = frozenset(walker.reads - {"get_ipython"})
        walker.finish()
        last = last_expression(body)
    except PARSE_FAULTS:
        return CellScope(parsed=False)
    return CellScope(
        reads=frozenset(walker.reads - {"get_ipython"}),
        reads_now=now,
        possible_reads=frozenset(walker.possible - walker.reads),
        events=tuple(walker.events),
        bindings=_by_name(walker.events),
        uses=tuple(walker.uses),
        calls_fit=_fit_by(walker.uses),
        may_fit_or_log=walker.may_fit_or_log,
        last=last,
    )


def literal_names(scope: CellScope) -> frozenset[str]:
    """Names that the cell binds once to a literal, or to a config object made of literals."""
    return frozenset(
        name for name, bindings in scope.bindings.items() if _is_setting(bindings)
    ) - scope.mutated("grown", "filled")


def rebound_names(scope: CellScope) -> frozenset[str]:
    """Names that the cell binds otherwise or fills: they are no longer literals of an earlier cell."""
    return (frozenset(scope.bindings) | scope.mutated("grown", "filled")) - literal_names(scope)


def reachable_reads(scope: CellScope, namespace: Mapping[str, object]) -> frozenset[str]:
    """The names of `namespace` that the cell reads itself or through the user's functions and classes.

    Functions count as the user's when their globals are `namespace` or their module is `__main__`.
    """
    return frozenset(name for name, _ in reach(scope.reads, namespace))


def reaches_fit_or_log(scope: CellScope, namespace: Mapping[str, object]) -> bool:
    """Whether the cell fits or logs something, itself or through the user's functions that it reads."""
    if scope.may_fit_or_log:
        return True
    codes = (code for _, value in reach(scope.reads, namespace) for code in codes_of(value, namespace))
    return any(not FIT_OR_LOG.isdisjoint(code.co_names) for code in codes)


def _is_setting(bindings: tuple[Binding, ...]) -> bool:
    if len(bindings) != 1 or bindings[0].in_loop:
        return False
    return bindings[0].how == "literal" or (
        bindings[0].how == "computed" and is_construction(bindings[0].value)
    )


def _fit_by(uses: Iterable[Use]) -> frozenset[str]:
    return frozenset(use.name for use in uses if use.fits and use.name is not None)


def _by_name(events: Iterable[Binding]) -> dict[str, tuple[Binding, ...]]:
    found: dict[str, tuple[Binding, ...]] = {}
    for event in events:
        if event.how not in MUTATIONS:
            found[event.name] = (*found.get(event.name, ()), event)
    return found
