"""On how many threads libraries compute: results of linear algebra depend on it in their last bits."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Final

from nbmlops.records import ThreadPool

VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "OPENBLAS_CORETYPE",
    "MKL_CBWR",
    "CUBLAS_WORKSPACE_CONFIG",
)


def cpu_count() -> int | None:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def thread_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that set numbers of threads, or choose the way in which is computed."""
    return {name: environ[name] for name in VARIABLES if environ.get(name)}


def thread_pools() -> tuple[ThreadPool, ...]:
    """The libraries that are loaded; none where nothing that is loaded can tell."""
    library = sys.modules.get("threadpoolctl")  # scikit-learn brings it
    if library is None:
        return ()
    try:
        found = [_pool(info) for info in library.threadpool_info()]
    except Exception:  # noqa: BLE001 - a library that was built in an odd way; the rest is still recorded
        return ()
    return tuple(sorted(set(found), key=lambda pool: (pool.library, pool.version, pool.threads or 0)))


def _pool(info: Mapping[str, Any]) -> ThreadPool:
    return ThreadPool(
        library=str(info.get("internal_api", "")),
        version=str(info.get("version") or ""),
        threads=info.get("num_threads"),
        architecture=str(info.get("architecture") or ""),
    )
