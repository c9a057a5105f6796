"""State that belongs to no variable: random generators, folder, environment, settings; looked at around each cell."""

from __future__ import annotations

import os
import random
import sys
import threading
from dataclasses import dataclass
from typing import Any, Final

RANDOM: Final = "<random:"  # <random:numpy>, <random:random>, <random:torch>
FOLDER: Final = "<folder>"
ENVIRONMENT: Final = "<environment>"
SETTINGS: Final = "<rcParams>"
SEARCH_PATH: Final = "<sys.path>"
FIGURES: Final = "<figures>"
EXTENSIONS: Final = "<extensions>"
PROGRAMS: Final = "<programs>"  # what programs left that cells started: one may read another's files
PACKAGE: Final = "<package:"
_HELPERS: Final = (
    "nbmlops",
    "QueueFeederThread",
    "ExecutorManagerThread",
    "ThreadPoolExecutor",
    "asyncio_",
    "IOPub",
)
_HELPERS_MODULES: Final = (
    "tqdm",
    "joblib",
    "multiprocessing",
    "concurrent",
    "ipykernel",
    "zmq",
    "dask",
    "distributed",
)
_OURS: Final[dict[type, Any]] = {bytes: b"NBMLOPS_", str: "NBMLOPS_"}


@dataclass(frozen=True, slots=True)
class World:
    """The state at one moment; what can't be had is left out.

    Attributes:
        parts: by name of the pseudo-variable: something that compares equal when it did not change.
        threads: how many threads live that may work for the user.
    """

    parts: dict[str, Any]
    threads: int

    def changed_since(self, before: World) -> list[str]:
        """The pseudo-variables that changed. A generator that was loaded meanwhile has not: it is as it begins."""
        return [
            name for name, value in self.parts.items() if name in before.parts and before.parts[name] != value
        ]


def look_around() -> World:
    """The state now, in some tens of microseconds."""
    parts: dict[str, Any] = {f"{RANDOM}random>": hash(random.getstate())}
    numpy_state = getattr(sys.modules.get("numpy.random"), "mtrand", None)
    if numpy_state is not None:
        state = numpy_state._rand.get_state(legacy=False)
        inner = state["state"]
        key = inner["key"].tobytes() if "key" in inner else repr(inner)
        parts[f"{RANDOM}numpy>"] = (inner.get("pos"), state["has_gauss"], state["gauss"], key)
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_rng_state"):
        parts[f"{RANDOM}torch>"] = torch.get_rng_state().numpy().tobytes()
    try:
        parts[FOLDER] = os.getcwd()  # noqa: PTH109 - on every cell
    except OSError:  # the folder is gone
        parts[FOLDER] = ""
    parts[ENVIRONMENT] = _environment()
    parts[SEARCH_PATH] = tuple(sys.path)
    matplotlib = sys.modules.get("matplotlib")
    settings = getattr(matplotlib, "rcParams", None)
    if settings is not None:
        parts[SETTINGS] = _settings(settings)
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    if helpers is not None:
        parts[FIGURES] = tuple(getattr(getattr(helpers, "Gcf", None), "figs", ()))
    return World(parts, sum(not _is_a_helper(thread) for thread in threading.enumerate()))


def _is_a_helper(thread: threading.Thread) -> bool:
    """Whether a thread only serves a library: ours, progress bars, pools that wait for work."""
    return thread.name.startswith(_HELPERS) or type(thread).__module__.startswith(_HELPERS_MODULES)


def _environment() -> dict[Any, Any]:
    known: dict[Any, Any] = getattr(os.environ, "_data", None) or dict(
        os.environ
    )  # undecoded: a tenth of the time
    return {key: value for key, value in known.items() if not key.startswith(_OURS[type(key)])}


def _settings(settings: Any) -> dict[str, Any]:
    """Without the backend, which our own look at figures may settle."""
    found = dict.copy(settings)
    found.pop("backend", None)
    return found
