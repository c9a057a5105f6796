from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import timeit
from itertools import pairwise
from types import ModuleType, SimpleNamespace

import psutil
import pytest

from nbmlops.capture.resources import ResourceSampler
from nbmlops.capture.usage_points import MOST, UsagePoints
from nbmlops.records.usage import Usage

BURN = "import time\nwhile time.process_time() < {seconds}: pass"


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def cpu_of(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def test_own_cpu_time_is_measured() -> None:
    sampler = ResourceSampler()
    sampler.start()
    burn(0.3)
    use = sampler.stop().use
    assert use.cpu_seconds is not None
    assert 0.25 < use.cpu_seconds < 2
    sampler.start()
    time.sleep(0.15)
    use = sampler.stop().use
    assert use.cpu_seconds is not None
    assert use.cpu_seconds < 0.15


def test_a_child_that_has_ended_counts() -> None:
    sampler = ResourceSampler()
    sampler.start()
    subprocess.run([sys.executable, "-c", BURN.format(seconds=0.4)], check=True)
    use = sampler.stop().use
    assert use.cpu_seconds is not None
    assert use.cpu_seconds > 0.36  # clocks tick in hundredths


def test_a_child_that_still_runs_counts_for_its_part_only() -> None:
    child = subprocess.Popen([sys.executable, "-c", BURN.format(seconds=30)])
    try:
        while cpu_of(child.pid) < 0.4:
            time.sleep(0.02)
        before = cpu_of(child.pid)
        sampler = ResourceSampler()
        sampler.start()
        time.sleep(0.5)
        use = sampler.stop().use
        assert use.cpu_seconds is not None
        used = cpu_of(child.pid) - before
        assert used * 0.3 < use.cpu_seconds < used + 0.35
        assert use.peak_rss_bytes > psutil.Process().memory_info().rss + 3_000_000  # type: ignore[operator]
    finally:
        child.kill()
        child.wait()


def test_the_time_of_an_old_child_that_ends_meanwhile_is_not_this_runs() -> None:
    child = subprocess.Popen([sys.executable, "-c", BURN.format(seconds=1.2)])
    while cpu_of(child.pid) < 0.7:
        time.sleep(0.02)
    sampler = ResourceSampler()
    sampler.start()
    child.wait()
    use = sampler.stop().use
    assert use.cpu_seconds is not None
    assert use.cpu_seconds < 0.7


def test_a_peak_of_memory_between_start_and_stop_is_seen() -> None:
    code = """
from nbmlops.capture.resources import ResourceSampler
from nbmlops.capture.usage_points import MOST, UsagePoints
from nbmlops.records.usage import Usage
sampler = ResourceSampler()
sampler.start()
block = bytearray(b"x") * 150_000_000
del block
use = sampler.stop().use
print(use.peak_rss_bytes - use.start_rss_bytes)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 140_000_000 < int(done.stdout) < 400_000_000


def test_a_short_measurement_costs_little_and_no_thread_of_its_own() -> None:
    sampler = ResourceSampler()

    def measure() -> None:
        sampler.start()
        sampler.stop()

    measure()
    threads = threading.active_count()
    cost = min(timeit.repeat(measure, number=20, repeat=10)) / 20
    assert cost < 300e-6
    assert threading.active_count() == threads
    sampler.close()


def test_measurements_nest() -> None:
    sampler = ResourceSampler()
    sampler.start()
    burn(0.2)
    sampler.start()
    burn(0.1)
    inner, outer = sampler.stop().use, sampler.stop().use
    assert inner.cpu_seconds is not None
    assert outer.cpu_seconds is not None
    assert inner.cpu_seconds < outer.cpu_seconds
    assert outer.cpu_seconds > 0.28


def test_stop_without_start_is_empty() -> None:
    assert ResourceSampler().stop().use.cpu_seconds is None


def test_threads_end_with_their_measurement() -> None:
    before = set(threading.enumerate())
    sampler = ResourceSampler()
    sampler.start()
    time.sleep(0.2)
    assert any(thread.name == "nbmlops-resources-long" for thread in threading.enumerate())
    sampler.stop()
    sampler.close()
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("nbmlops-resources") for thread in set(threading.enumerate()) - before):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_works_in_a_forked_child_and_goes_on_in_the_parent() -> None:
    sampler = ResourceSampler()
    sampler.start()
    time.sleep(0.1)
    child = os.fork()
    if child == 0:
        empty = sampler.stop().use
        sampler.start()
        burn(0.1)
        own = sampler.stop().use
        os._exit(0 if empty.cpu_seconds is None and (own.cpu_seconds or 0) > 0.07 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert sampler.stop().use.cpu_seconds is not None


def test_gpu_memory_is_asked_only_where_pynvml_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = ResourceSampler()
    sampler.start()
    time.sleep(0.1)
    assert sampler.stop().use.gpu_peak_bytes is None
    # The machine has no GPU: a module that answers as the driver would.
    nvml = ModuleType("pynvml")
    processes = [
        SimpleNamespace(pid=os.getpid(), usedGpuMemory=700),
        SimpleNamespace(pid=1, usedGpuMemory=90),
    ]
    vars(nvml).update(
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetComputeRunningProcesses=lambda device: processes,
    )
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    sampler.start()
    time.sleep(0.15)
    assert sampler.stop().use.gpu_peak_bytes == 1400


def test_what_is_used_is_known_over_time() -> None:
    sampler = ResourceSampler()
    sampler.start()
    held = bytearray(40_000_000)
    burn(0.8)
    del held
    time.sleep(0.8)
    usage = sampler.stop().usage
    assert len(usage.seconds) >= 5
    assert list(usage.seconds) == sorted(usage.seconds)
    assert max(usage.memory) - min(usage.memory) > 30_000_000
    spans = [b - a for a, b in pairwise((0.0, *usage.seconds))]
    assert 0.6 < sum(share * span for share, span in zip(usage.cpus, spans, strict=True)) < 2
    sampler.start()
    assert sampler.stop().usage == Usage()  # over before the first sample


def test_however_long_it_goes_the_points_stay_few_and_no_peak_is_lost() -> None:
    points = UsagePoints()
    for second in range(100_000):
        points.add(float(second), second * 0.5, 9_999 if second == 54_321 else 100, None)
    usage = points.usage()
    assert MOST / 2 <= len(usage.seconds) <= MOST
    assert max(usage.memory) == 9_999
    assert all(0.45 < share <= 0.5 for share in usage.cpus[1:])
    assert usage.seconds[-1] == 99_999
    assert usage.gpu == ()
