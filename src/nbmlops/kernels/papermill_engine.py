"""The papermill engine "nbmlops": `papermill in.ipynb out.ipynb --engine nbmlops`.

papermill loads every installed engine when it is imported itself, so this module loads nothing, and papermill's
own classes can't be imported here: they would want this module while it is still half made. What papermill
asks of an engine are the three class methods below.
"""

from __future__ import annotations

from typing import Any


class KernelName(str):
    """A kernel's name which papermill holds as long as its call lasts: when it is let go of, the output is written."""

    __slots__ = ("__weakref__",)


class NotebookEngine:
    """Executes a whole notebook: papermill's own completion would mark what never ran."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, **options: Any
    ) -> Any:
        """Executes a notebook for papermill.

        Args:
            nb: the notebook, its parameters injected.
            kernel_name: of the kernelspec.
            output_path: where papermill will write it; None when it won't.
            options: what papermill gives to its engines (`execution_timeout`, `start_timeout`, `log_output`,
                `progress_bar`, `stdout_file`, `stderr_file`), and of ours `job_timeout`, `memory_limit` and `env`.

        Returns:
            The executed notebook.

        Raises:
            NotebookEndedError: it ended by `sys.exit`, a time-out or its kernel's death.
            KernelError: there is no such kernel, or it doesn't start.
            KeyboardInterrupt: it was interrupted.
        """
        from nbmlops.kernels.papermill_job import execute_for_papermill

        return execute_for_papermill(nb, kernel_name, output_path, options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel that was asked for, else the notebook's; a `KernelName`."""
        from papermill.utils import nb_kernel_name  # type: ignore[import-untyped]

        return KernelName(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The language that was asked for, else the notebook's."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
