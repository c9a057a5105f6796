"""Samples of what a run uses, kept few however long it goes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Final

from nbmlops.records.usage import Usage

MOST: Final = 300
LEAST: Final = 5  # fewer make no curve
_SHORTEST: Final = 0.03  # seconds: the processor's clock ticks in hundredths


@dataclass(frozen=True, slots=True)
class _Point:
    seconds: float
    cpu: float  # seconds of CPU since the start: of two points the average between them is exact
    memory: int
    gpu: int | None

    def after(self, earlier: _Point) -> _Point:
        """Both as one, at the later time."""
        known = [gpu for gpu in (earlier.gpu, self.gpu) if gpu is not None]
        memory = max(earlier.memory, self.memory)
        return _Point(self.seconds, self.cpu, memory, max(known) if known else None)


class UsagePoints:
    """Takes samples, from any thread. When they are too many, every two become one, and from then on as many are
    gathered for one.
    """

    def __init__(self) -> None:
        self._mutex = Lock()
        self._points: list[_Point] = []
        self._gathered = 0  # samples in the last point
        self._each = 1

    def add(self, seconds: float, cpu: float, memory: int, gpu: int | None) -> None:
        """Takes one: seconds since the start, seconds of CPU since then, bytes."""
        with self._mutex:
            self._add(_Point(seconds, cpu, memory, gpu))

    def _add(self, point: _Point) -> None:
        last = self._points[-1] if self._points else _Point(0.0, 0.0, 0, None)
        if self._points and (self._gathered < self._each or point.seconds - last.seconds < _SHORTEST):
            self._points[-1] = point.after(last)
            self._gathered += 1
            return
        if len(self._points) == MOST:
            self._halve()
        self._points.append(point)
        self._gathered = 1

    def _halve(self) -> None:
        self._points = [
            later.after(earlier) for earlier, later in zip(self._points[::2], self._points[1::2], strict=True)
        ]
        self._each *= 2

    def usage(self) -> Usage:
        """What was taken in; nothing where that is too little to be drawn."""
        with self._mutex:
            points = list(self._points)
        if len(points) < LEAST:
            return Usage()
        spans = list(pairwise([_Point(0.0, 0.0, 0, None), *points]))
        # A child that ends takes its time along for a moment, until it is waited for.
        busy = [max(0.0, now.cpu - then.cpu) / max(now.seconds - then.seconds, 1e-3) for then, now in spans]
        has_gpu = any(point.gpu is not None for point in points)
        return Usage(
            tuple(round(point.seconds, 3) for point in points),
            tuple(round(share, 3) for share in busy),
            tuple(point.memory for point in points),
            tuple(point.gpu or 0 for point in points) if has_gpu else (),
        )
