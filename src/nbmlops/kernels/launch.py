"""How ipykernel is started for a job: without what only somebody who sits before it needs.

The debugger's libraries are a seventh of what a kernel's start costs, and nobody can attach to a job. The
history of what was typed, shared by all kernels of a user, is none of a job's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec

_LAUNCHER: Final = "ipykernel_launcher"
_OPTIONS: Final = ("--HistoryManager.enabled=False", "--log-level=ERROR")

# Stands in for ipykernel's debugger and then runs the launcher as `-m` would. It runs in the kernel's own Python,
# which need not have nbmlops. `debugpy` itself stays importable for whoever wants it.
_START: Final = f"""\
import sys
if sys.path[:1] == [""]:
    del sys.path[0]  # the launcher does so as well: the working directory must not shadow what starts
import runpy, types
stand_in = types.ModuleType("ipykernel.debugger")
stand_in._is_debugpy_available = False
stand_in.Debugger = type("Debugger", (), {{}})
sys.modules["ipykernel.debugger"] = stand_in
del stand_in, types
runpy.run_module("{_LAUNCHER}", run_name="__main__", alter_sys=True)
"""


def is_ipykernel(argv: Sequence[str]) -> bool:
    """Whether a kernelspec starts ipykernel."""
    return _LAUNCHER in argv and argv[list(argv).index(_LAUNCHER) - 1] == "-m"


def ipykernel_of(python: str) -> KernelSpec:
    """The ipykernel of a Python that need not have registered it anywhere."""
    from jupyter_client.kernelspec import KernelSpec

    return KernelSpec(argv=[python, "-m", _LAUNCHER, "-f", "{connection_file}"], language="python")


def fast_argv(argv: Sequence[str]) -> list[str]:
    """The command of a kernelspec of ipykernel, without debugger and history."""
    at = list(argv).index(_LAUNCHER)
    return [*argv[: at - 1], "-c", _START, *argv[at + 1 :], *_OPTIONS]
