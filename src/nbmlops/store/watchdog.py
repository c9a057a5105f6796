"""Ends the wait for a server that has stopped to answer.

A server that hangs keeps its connections open: neither its own time-outs nor those of TCP end a read then. So
the socket is shut from here, and the read fails as if the server had gone.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Watch:
    """One wait: until when, and whether it was ended.

    Attributes:
        seconds: how long.
        was_cut: whether that was too long.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._sock = sock
        self.seconds = seconds
        self.was_cut = False
        self.renew()

    def renew(self) -> None:
        """The server answered: it has the whole time again."""
        self.until = time.monotonic() + self.seconds

    def cut(self) -> None:
        """Ends the wait."""
        self.was_cut = True
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it went by itself


class Watchdog:
    """Watches connections on one thread, which lives as long as there is something to watch."""

    def __init__(self) -> None:
        self._begin()
        forked = weakref.WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, connection: Any, seconds: float) -> Iterator[Watch]:
        """Cuts the driver's connection when this block takes longer.

        Args:
            connection: of the driver, with a `fileno()`.
            seconds: how long it may take, unless the watch is renewed.
        """
        # A descriptor of our own: the connection may close its one, and another file get the number.
        with socket.socket(fileno=os.dup(connection.fileno())) as sock:
            watch = Watch(sock, seconds)
            self._add(watch)
            try:
                yield watch
            finally:
                with self._changed:
                    self._watches.discard(watch)

    def _add(self, watch: Watch) -> None:
        with self._changed:
            self._watches.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="nbmlops-watchdog", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:  # the interpreter ends: nobody waits for this thread for long
                    self._thread = None
            self._changed.notify()

    def _work(self) -> None:
        idle_until = time.monotonic() + _IDLE_SECONDS
        with self._changed:
            while self._watches or time.monotonic() < idle_until:
                now = time.monotonic()
                for watch in [watch for watch in self._watches if watch.until <= now]:
                    watch.cut()
                    self._watches.discard(watch)
                if self._watches:
                    idle_until = now + _IDLE_SECONDS
                next_due = min((watch.until for watch in self._watches), default=idle_until)
                self._changed.wait(max(0.0, next_due - now))
            self._thread = None


_IDLE_SECONDS = 60.0  # a thread costs more to begin than to keep
