from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Generator

import pytest

from nbmlops.store import watchdog
from nbmlops.store.watchdog import Watchdog


@pytest.fixture
def silent() -> Generator[socket.socket]:
    """A connection to somebody who never says anything."""
    mine, other = socket.socketpair()
    with mine, other:
        yield mine


def test_a_wait_that_is_too_long_is_ended(silent):
    begun = time.monotonic()
    with Watchdog().over(silent, 0.2) as watch:
        assert silent.recv(1) == b""
    assert watch.was_cut
    assert 0.15 < time.monotonic() - begun < 3


def test_what_ends_in_time_is_left_alone(silent):
    dog = Watchdog()
    with dog.over(silent, 0.2) as watch:
        pass
    time.sleep(0.4)
    assert not watch.was_cut
    assert silent.send(b"still open") == 10


def test_an_answer_gives_the_whole_time_again(silent):
    with Watchdog().over(silent, 0.5) as watch:
        for _ in range(4):
            time.sleep(0.25)
            watch.renew()
        assert not watch.was_cut


def test_one_wait_that_is_ended_ends_no_other(silent):
    dog = Watchdog()
    mine, other = socket.socketpair()
    with mine, other, dog.over(mine, 30) as patient, dog.over(silent, 0.1) as short:
        assert silent.recv(1) == b""
        assert other.send(b"x") == 1
        assert mine.recv(1) == b"x"
    assert (patient.was_cut, short.was_cut) == (False, True)


def test_a_forked_child_watches_on_a_thread_of_its_own(silent):
    dog = Watchdog()
    with dog.over(silent, 30):
        pass
    mine, other = socket.socketpair()
    with mine, other:
        if not (pid := os.fork()):
            with dog.over(mine, 0.2):
                code = 0 if mine.recv(1) == b"" else 1
            os._exit(code)
        assert os.waitpid(pid, 0)[1] == 0


def test_its_thread_ends_when_there_is_nothing_to_watch_and_another_begins_later(silent, monkeypatch):
    monkeypatch.setattr(watchdog, "_IDLE_SECONDS", 0.1)
    dog = Watchdog()
    before = threading.active_count()
    with dog.over(silent, 30):
        assert threading.active_count() == before + 1
    time.sleep(0.5)
    with dog.over(silent, 0.1):
        pass
    time.sleep(0.5)
    assert threading.active_count() == before
    with dog.over(silent, 0.2):
        assert silent.recv(1) == b""
