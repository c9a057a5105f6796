"""What importing costs: counted in modules, never in milliseconds, which depend on the machine.

The times stand in benchmarks/.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HEAVY = [
    "IPython",
    "click",
    "duckdb",
    "matplotlib",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "rich",
    "scipy",
    "skops",
]
HEAVY += ["sklearn", "sqlalchemy"]

LOADED = """
import json, sys
{do}
print(json.dumps([name for name in {heavy!r} if name in sys.modules and name not in before]))
"""
NOTHING_BEFORE = "before = set()\n"

# The store is opened aside, by a thread; what the prompt waits for is what stands here.
LOAD_EXTENSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
import threading
threading.Thread.start = lambda self: None  # nothing goes on aside: see what the foreground loads
threading.Thread.join = lambda self, timeout=None: None
shell.run_line_magic("load_ext", "nbmlops")
assert "track" in shell.magics_manager.magics["cell"]
"""


@pytest.mark.parametrize(
    "do", ["import nbmlops", "import nbmlops; dir(nbmlops)", "import nbmlops, nbmlops.errors"]
)
def test_importing_nbmlops_loads_nothing_heavy(do: str, ask_python: Callable[..., Any]) -> None:
    assert ask_python(LOADED.format(do=NOTHING_BEFORE + do, heavy=HEAVY)) == []


def test_importing_nbmlops_loads_few_modules(ask_python: Callable[..., Any]) -> None:
    count = ask_python("import sys; n = len(sys.modules); import nbmlops; print(len(sys.modules) - n)")
    assert count < 60


def test_loading_the_extension_loads_no_store_and_no_data_library(ask_python: Callable[..., Any]) -> None:
    slow = [
        "asyncio",
        "concurrent.futures",
        "duckdb",
        "email",
        "importlib.metadata",
        "matplotlib",
        "numpy",
        "pandas",
        "polars",
        "pyarrow",
        "scipy",
        "skops",
        "sklearn",
        "sqlalchemy",
        "subprocess",
        "wrapt",
    ]
    assert ask_python(LOADED.format(do=LOAD_EXTENSION, heavy=slow)) == []


def test_asking_for_help_on_the_command_line_opens_no_store(ask_python: Callable[..., Any]) -> None:
    do = "from click.testing import CliRunner\nfrom nbmlops.cli import main\n"
    do += "result = CliRunner().invoke(main, ['--help'])\nassert result.exit_code == 0, result.output"
    slow = ["IPython", "matplotlib", "pandas", "sklearn", "sqlalchemy"]
    assert ask_python(LOADED.format(do=NOTHING_BEFORE + do, heavy=slow)) == []
