"""What a run used: CPU seconds, the peak of resident memory, GPU memory where it can be had; and all that over time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Final, NamedTuple

from nbmlops.capture.usage_points import UsagePoints
from nbmlops.records import ResourceUse
from nbmlops.records.usage import Usage

_FIRST: Final = 0.05  # seconds until the first sample: most cells are over by then
_LONGEST: Final = 1.0
_GROWTH: Final = 1.5
_CLOCK_TICK: Final = 0.02  # create times are kept in hundredths of a second


class Measured(NamedTuple):
    """What a measurement found: in all, and over time where it took long enough."""

    use: ResourceUse = ResourceUse()
    usage: Usage = Usage()


class ResourceSampler:
    """Measures between `start` and `stop`; between two samples, up to a second apart, a peak can go unseen.

    One sleeping thread serves all measurements, and begins again in a forked child. On Linux the highest
    peak that this process ever had is exact; all else is sampled (pages that children share count twice).
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[_Measurement | None] | None = None
        self._pid = 0
        self._running: list[_Measurement] = []

    def start(self) -> None:
        """Begin to measure. Measurements nest: `stop` ends the one started last."""
        if self._pid != os.getpid():
            self._begin_thread()
        measurement = _Measurement()
        self._running.append(measurement)
        if self._queue is not None:
            self._queue.put(measurement)

    def stop(self) -> Measured:
        """End the measurement started last; empty when there is none."""
        if not self._running:
            return Measured()
        measurement = self._running.pop()
        if measurement.pid != os.getpid():  # begun before a fork: its thread and locks stayed with the parent
            return Measured()
        return measurement.finish()

    def close(self) -> None:
        """End the thread; the next `start` makes a new one."""
        if self._queue is not None and self._pid == os.getpid():
            self._queue.put(None)
        self._queue, self._pid = None, 0

    def _begin_thread(self) -> None:
        self._queue = SimpleQueue()
        self._pid = os.getpid()
        self._running = [running for running in self._running if running.pid == self._pid]
        Thread(target=_sample_all, args=(self._queue,), name="nbmlops-resources", daemon=True).start()


def _sample_all(queue: SimpleQueue[_Measurement | None]) -> None:
    while (measurement := queue.get()) is not None:
        # A nested measurement must not wait until the outer one ends: each long one gets a thread.
        if not measurement.ended.wait(_FIRST):
            Thread(target=_sample, args=(measurement,), name="nbmlops-resources-long", daemon=True).start()


def _sample(measurement: _Measurement) -> None:
    pause = _FIRST
    while True:
        try:
            measurement.sample()
        except Exception:  # noqa: BLE001 - a process that vanished meanwhile; the next sample will do
            pass
        if measurement.ended.wait(pause):
            return
        pause = min(pause * _GROWTH, _LONGEST)


_Who = tuple[int, float]  # a process's number and when it was made: numbers are used again


class _Measurement:
    """One start, its samples, and the difference at the end."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.ended = Event()
        self._children: dict[tuple[int, float], _Child] = {}
        self._gpu_peak: int | None = None
        self._sampled = False
        self._began = _now()
        self._start_rss, self._start_highest = _own_memory()
        self._peak_rss = self._start_rss
        self._start_cpu = _own_cpu()
        self._points = UsagePoints()

    def sample(self) -> set[_Who]:
        """Takes a sample; the children that were there."""
        self._sampled = True
        rss, _ = _own_memory()
        alive: set[_Who] = set()
        for process in _process().children(recursive=True):
            rss += self._sample_child(process, alive)
        self._peak_rss = max(self._peak_rss, rss)
        gpu = _gpu_bytes()
        if gpu is not None:
            self._gpu_peak = max(self._gpu_peak or 0, gpu)
        self._points.add(_now() - self._began, self._cpu_until_now(alive), rss, gpu)
        return alive

    def _cpu_until_now(self, alive: set[_Who]) -> float:
        cpu = _own_cpu() - self._start_cpu
        for who, child in list(self._children.items()):
            # A child that was waited for is in our own times already, with all that it ever used.
            cpu += child.cpu - child.before if who in alive else -child.before
        return max(0.0, cpu)

    def _sample_child(self, process: Any, alive: set[_Who]) -> int:
        import psutil

        try:
            created, times = process.create_time(), process.cpu_times()
            rss = int(process.memory_info().rss)
        except psutil.Error:  # it ended between being listed and being asked
            return 0
        cpu = float(times.user + times.system)
        child = self._children.get((process.pid, created))
        if child is None:
            # What a child from an earlier cell used until now isn't this run's.
            before = cpu if _born(process) < self._began - _CLOCK_TICK else 0.0
            child = self._children[process.pid, created] = _Child(before)
        child.cpu = cpu
        alive.add((process.pid, created))
        return rss

    def finish(self) -> Measured:
        alive = self.sample() if self._sampled else set()
        self.ended.set()
        rss, highest = _own_memory()
        peak = max(self._peak_rss, rss, highest if highest > self._start_highest else 0)
        use = ResourceUse(
            cpu_seconds=self._cpu_until_now(alive),
            peak_rss_bytes=peak,
            start_rss_bytes=self._start_rss,
            gpu_peak_bytes=self._gpu_peak,
        )
        return Measured(use, self._points.usage())


@dataclass(slots=True)
class _Child:
    """CPU seconds of a child process: before the run, and up to the last sample."""

    before: float
    cpu: float = 0.0


def _process() -> Any:
    import psutil

    return psutil.Process()


def _now() -> float:
    """Seconds since boot, where that is told.

    The wall clock that `create_time` is on knows the moment of booting to a second only.
    """
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.time()


def _born(process: Any) -> float:
    """When the process began, on the clock of `_now`."""
    import psutil

    since = psutil.boot_time() if hasattr(time, "CLOCK_BOOTTIME") else 0.0
    return float(process.create_time()) - since


def _own_cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _own_memory() -> tuple[int, int]:
    """Resident memory of this process in bytes: now, and the highest it ever was (0 if that isn't told).

    Linux's `ru_maxrss` would not do for the second: a process begins with that of the one that started it.
    """
    try:
        with open("/proc/self/status", "rb", buffering=0) as file:  # noqa: PTH123 - on every run
            status = file.read(4096)
        return _kilobytes(status, b"VmRSS:"), _kilobytes(status, b"VmHWM:")
    except (OSError, ValueError, IndexError):
        return int(_process().memory_info().rss), 0


def _kilobytes(status: bytes, field: bytes) -> int:
    return int(status.partition(field)[2].split(maxsplit=1)[0]) * 1024


def _gpu_bytes() -> int | None:
    """Memory of this process on all GPUs; None unless the user has loaded and initialised pynvml."""
    nvml = sys.modules.get("pynvml")
    if nvml is None:
        return None
    try:
        return sum(_gpu_uses(nvml))
    except Exception:  # noqa: BLE001 - not initialised, no driver, no right to ask
        return None


def _gpu_uses(nvml: Any) -> Iterator[int]:
    for index in range(nvml.nvmlDeviceGetCount()):
        device = nvml.nvmlDeviceGetHandleByIndex(index)
        for process in nvml.nvmlDeviceGetComputeRunningProcesses(device):
            if process.pid == os.getpid():
                yield process.usedGpuMemory or 0
