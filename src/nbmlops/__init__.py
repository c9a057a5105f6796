"""MLOps that lives in the notebook.

In a notebook: `%load_ext nbmlops`, then begin a cell with `%%track`. In a script:

    with nbmlops.start_run("baseline", experiment="churn"):
        nbmlops.log_metric("accuracy", 0.93)

Names are resolved when they are first used, so that `import nbmlops` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0.dev0"

_HOMES = {
    "nbmlops.api": (
        "active_run",
        "compare",
        "delete",
        "experiment",
        "experiments",
        "fingerprint",
        "history",
        "load_data",
        "load_model",
        "log_artifact",
        "log_figure",
        "log_metric",
        "log_metrics",
        "log_model",
        "log_param",
        "log_params",
        "log_predictions",
        "log_series",
        "note",
        "rename",
        "reproduce",
        "restore",
        "run_info",
        "run_notebook",
        "runs",
        "secret",
        "set_tag",
        "start_run",
        "table",
    ),
    "nbmlops.errors": (
        "AmbiguousIdError",
        "ConfigError",
        "FingerprintError",
        "JobFailedError",
        "KernelError",
        "MagicUsageError",
        "ModelError",
        "NbmlopsError",
        "NoActiveRunError",
        "NotFoundError",
        "NotebookError",
        "ParameterError",
        "RunClosedError",
        "SettingsError",
        "StoreBusyError",
        "StoreError",
        "StoreFormatError",
        "ValueRefusedError",
        "WhereError",
    ),
    "nbmlops.jobs.result": ("JobResult",),
    "nbmlops.magics": ("load_ipython_extension", "unload_ipython_extension"),
    "nbmlops.records": ("Fingerprint", "Reproduction", "RunInfo", "RunStatus"),
    "nbmlops.tracking.run": ("Run",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted([*_HOME_OF, "__version__"])  # noqa: PLE0605 - __init__.pyi lists them for type checkers


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'nbmlops' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Where jupyter_server finds the routes; it imports the module when it starts."""
    return [{"module": "nbmlops.server.extension"}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """What `jupyter labextension develop` links into JupyterLab."""
    return [{"src": "labextension", "dest": "nbmlops-labextension"}]
