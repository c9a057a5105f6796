"""Which notebook this kernel serves: nobody tells it outright, each front end leaves another trace."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Final

_FROM_ENVIRONMENT: Final = (
    "NBMLOPS_NOTEBOOK",  # set by our own job engine
    "PAPERMILL_OUTPUT_PATH",
    "PAPERMILL_INPUT_PATH",
    "JPY_SESSION_NAME",  # Jupyter server: a path, or for consoles a name with a UUID
)


def notebook_path(namespace: Mapping[str, Any], environ: Mapping[str, str]) -> str | None:
    """The path or URL of the notebook that runs, as the front end names it.

    Args:
        namespace: the user's namespace (VS Code leaves the path there).
        environ: the process's environment variables.

    Returns:
        None where no front end tells: Colab, a terminal, a console.
    """
    from_code = namespace.get("__vsc_ipynb_file__")
    if isinstance(from_code, str) and _is_notebook(from_code):
        return from_code
    for variable in _FROM_ENVIRONMENT:
        found = environ.get(variable, "").removeprefix("RTC:")  # real-time collaboration marks its paths
        if _is_notebook(found):
            return found
    return None


def cell_under_way() -> dict[str, str | None]:
    """The notebook and the id of the cell that this process runs now; empty where it serves no notebook.

    It asks the kernel for the request that it answers, so that it is known without the extension too.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    kernel = getattr(shell, "kernel", None)
    if shell is None or kernel is None:
        return {}
    try:
        cell_id = kernel.get_parent("shell")["metadata"]["cellId"]
    except (AttributeError, LookupError, TypeError):  # a front end that names no cells, or another kernel
        cell_id = None
    known = cell_id if isinstance(cell_id, str) else None
    return {"notebook": notebook_path(shell.user_ns, os.environ), "cell_id": known}


def _is_notebook(path: str) -> bool:
    return path.partition("?")[0].lower().endswith(".ipynb")
