"""Executes a notebook in a fresh kernel of the interpreter that runs here."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from nbmlops.config import STORE_VARIABLE
from nbmlops.demo.example import cell_titles
from nbmlops.errors import NbmlopsError

Progress = Callable[[int, int, str], None]

_CELL_SECONDS: Final = 600
_OWN: Final = "NBMLOPS_"


def execute(notebook: Any, path: Path, store: Path, on_progress: Progress) -> None:
    """Executes every cell, in place; a cell may fail where it is tagged `raises-exception`.

    Args:
        notebook: as nbformat reads it; its outputs are filled in.
        path: where it is said to lie; its folder is the working directory.
        store: where its runs are kept.
        on_progress: called with the cells done, the cells in all, and what goes on.

    Raises:
        NbmlopsError: there is no kernel, it died, or a cell failed or took too long; names the cell.
    """
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_own_kernel_only()),
        timeout=_CELL_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # it would warn of TCP in the middle of our progress
    )
    asyncio.run(_execute_cells(client, _environment(path, store), on_progress))


def _own_kernel_only() -> KernelSpecManager:
    """Looks nowhere, so that "python3" is the interpreter that runs here, whatever is installed elsewhere."""
    return KernelSpecManager(kernel_dirs=[])


def _environment(path: Path, store: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """This process's variables without what would send runs elsewhere or figures to a window."""
    kept = {key: value for key, value in environ.items() if not key.startswith(_OWN) and key != "MPLBACKEND"}
    return kept | {
        STORE_VARIABLE: str(store),
        "NBMLOPS_NOTEBOOK": str(path),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


async def _execute_cells(client: NotebookClient, environment: dict[str, str], on_progress: Progress) -> None:
    titles = cell_titles(client.nb)
    on_progress(0, len(titles), "starting a kernel")
    try:
        async with client.async_setup_kernel(env=environment, cleanup_kc=True):
            # nbclient's own handler would end the kernel and then report its death; ours is a plain
            # KeyboardInterrupt, on whose way out the kernel is ended as well.
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            for index, title in enumerate(titles):
                on_progress(index, len(titles), title)
                await _execute_cell(client, index, title)
    except NoSuchKernel as exc:
        raise NbmlopsError(
            "The demo runs in a Jupyter kernel, and this Python has none: pip install ipykernel"
        ) from exc


async def _execute_cell(client: NotebookClient, index: int, title: str) -> None:
    place = f"Cell {index + 1} of the demo ({title})"
    try:
        await client.async_execute_cell(client.nb.cells[index], index)
    except CellExecutionError as exc:
        raise NbmlopsError(f"{place} failed with {exc.ename}: {exc.evalue}") from exc
    except CellTimeoutError as exc:
        raise NbmlopsError(f"{place} took longer than {_CELL_SECONDS} s.") from exc
    except DeadKernelError as exc:
        raise NbmlopsError(
            f"{place} lost its kernel: the process ended, as it does when memory runs out. Run the demo again."
        ) from exc
