"""What all tests share: a clean environment, Python in a child process, and no test skipped in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

# With `--import-mode=importlib` a test file does not find its neighbours by itself.
sys.path.insert(0, str(Path(__file__).parent))

# Fixtures for all: a PostgreSQL server, a database of it, and a store on each kind of database.
from a_postgres import postgres_server, postgres_url, store_location  # noqa: F401

RunPython = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of whoever runs the tests out of them, and choose how long to search for faults."""
    for name in [name for name in os.environ if name.startswith(("NBMLOPS_", "GIT_"))]:
        if name != "NBMLOPS_FORBID_SKIPS":
            del os.environ[name]
    home = Path(tempfile.gettempdir()) / f"nbmlops-tests-{os.getuid()}"
    home.mkdir(exist_ok=True)
    os.environ |= {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "Agg",
        # A commit made by a test must not depend on who is at the machine.
        "GIT_AUTHOR_NAME": "A Tester",
        "GIT_AUTHOR_EMAIL": "tester@example.invalid",
        "GIT_COMMITTER_NAME": "A Tester",
        "GIT_COMMITTER_EMAIL": "tester@example.invalid",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    _choose_hypothesis_profile(thorough="slow" in config.option.markexpr.replace("not slow", ""))


def _choose_hypothesis_profile(*, thorough: bool) -> None:
    try:
        from hypothesis import HealthCheck, settings
    except ImportError:  # the wheel's environment runs only the contract tests, which need none
        return
    # Time limits for one example would fail on a busy machine, and say nothing about the code.
    calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("quick", max_examples=60, **calm)
    settings.register_profile("thorough", max_examples=1000, **calm)
    settings.load_profile("thorough" if thorough else "quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes share the files (`--dist loadfile`): those with the longest tests begin first, so that
    no process waits for another at the end. The tests of one file stay in their order.
    """
    limits: dict[Path, float] = {}
    for item in items:
        limits[item.path] = max(limits.get(item.path, 0.0), _time_limit(item))
    items.sort(key=lambda item: limits[item.path], reverse=True)


def _time_limit(item: pytest.Item) -> float:
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark is not None else 0.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where skips are forbidden (make test), a skipped test is a failed one that names its reason."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NBMLOPS_FORBID_SKIPS"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which `make test` doesn't take: {reason}"
    return report


@pytest.fixture
def run_python(tmp_path: Path) -> RunPython:
    """Run code in a fresh interpreter, in the test's own folder: `run_python(code, *argv, env={...})`."""

    def run(
        code: str, *argv: str, check: bool = True, env: dict[str, str] | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, *argv],
            cwd=tmp_path,
            env=os.environ | (env or {}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            pytest.fail(f"the child process ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture
def ask_python(run_python: RunPython) -> Callable[..., Any]:
    """Run code in a fresh interpreter and return what it printed last, read as JSON."""

    def ask(code: str, *argv: str, **options: Any) -> Any:
        return json.loads(run_python(code, *argv, **options).stdout.splitlines()[-1])

    return ask


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository, where README.md and docs/ are."""
    return Path(__file__).resolve().parent.parent
