"""What a run used, over the time that it went."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Points of time and what was used at each, of equal length; empty for a run that was over soon.

    Attributes:
        seconds: since the run began.
        cpus: how many processors were busy on average since the point before, children included.
        memory: bytes of resident memory, children included: the most since the point before.
        gpu: bytes on all GPUs, likewise; empty where they are not known.
    """

    seconds: tuple[float, ...] = ()
    cpus: tuple[float, ...] = ()
    memory: tuple[int, ...] = ()
    gpu: tuple[int, ...] = ()
