from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from nbmlops.errors import NoActiveRunError
from nbmlops.records import RunStatus
from nbmlops.tracking.current import CurrentRuns
from nbmlops.tracking.run import Run, status_of
from nbmlops.tracking.silent import silent_recorder


def a_run(name: str, parent: Run | None = None) -> Run:
    return Run(silent_recorder(), name * 32, name=name, experiment="e", parent=parent.id if parent else None)


def in_thread(function: Callable[[], Any]) -> Any:
    """What the function gives, or raises, in a thread of its own."""
    results: list[Any] = []

    def work() -> None:
        try:
            results.append(function())
        except NoActiveRunError as exc:
            results.append(exc)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return results[0]


@pytest.fixture
def runs() -> CurrentRuns:
    return CurrentRuns()


def test_without_a_run_there_is_none_and_the_remedy_is_named(runs):
    assert runs.find() is None
    assert runs.find_parent() is None
    with pytest.raises(NoActiveRunError, match="start_run"):
        runs.require()


def test_the_innermost_run_is_the_active_one_and_gives_way_to_the_outer(runs):
    outer = a_run("a")
    inner = a_run("b", outer)
    runs.enter(outer)
    runs.enter(inner)
    assert runs.find() is inner
    runs.leave(inner)
    assert runs.find() is outer
    runs.leave(outer)
    runs.leave(outer)
    assert runs.find() is None


def test_a_run_that_ended_out_of_turn_is_not_the_active_one(runs):
    outer = a_run("a")
    inner = a_run("b", outer)
    runs.enter(outer)
    runs.enter(inner)
    runs.leave(outer)
    assert runs.find() is inner
    assert runs.holds(inner.id)
    assert not runs.holds(outer.id)


def test_a_thread_sees_the_run_of_the_main_thread(runs):
    run = a_run("a")
    runs.enter(run)
    assert in_thread(runs.find) is run
    assert in_thread(runs.find_parent) is run


def test_a_thread_that_belongs_to_none_of_several_runs_is_told_their_names(runs):
    for name in "ab":
        runs.enter(a_run(name))
    problem = in_thread(runs.find)
    assert isinstance(problem, NoActiveRunError)
    assert "a (aaaaaaaa), b (bbbbbbbb)" in str(problem)
    assert in_thread(runs.find_parent) is None


def test_the_run_of_another_thread_is_no_parent_but_the_only_one_to_log_to(runs):
    run, entered, done = a_run("a"), threading.Event(), threading.Event()

    def hold() -> None:
        runs.enter(run)
        entered.set()
        done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    assert runs.find_parent() is None
    assert runs.find() is run
    done.set()
    thread.join()


def test_the_run_of_another_task_is_no_parent_that_of_a_cell_is(runs):
    async def enter(run: Run, *, everywhere: bool) -> None:
        runs.enter(run, everywhere=everywhere)

    async def main() -> list[Run | None]:
        cell = a_run("c")
        await asyncio.create_task(enter(a_run("a"), everywhere=False))
        first = runs.find_parent()
        await asyncio.create_task(enter(cell, everywhere=True))
        return [first, runs.find_parent()]

    first, second = asyncio.run(main())
    assert first is None
    assert second is not None
    assert second.name == "c"


def test_a_run_begins_while_another_thread_imports_asyncio(runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncio", ModuleType("asyncio"))  # as it is while its import goes on
    run = a_run("a")
    runs.enter(run)
    assert runs.find() is run
    assert status_of(ValueError()) is RunStatus.FAILED
