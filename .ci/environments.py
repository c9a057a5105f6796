"""Run the tests where users will run nbmlops: other Pythons, old and other dependencies, a real wheel.

Standard library only. Each environment is made anew under `.venv-envs`, from a clean copy of what git has
(what is not committed is not tested here, and that is said). An interpreter that is not on this machine is
named in the summary as not tested.

    python .ci/environments.py                all of them
    python .ci/environments.py oldest wheel   these
    python .ci/environments.py --list
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHERE = ROOT / ".venv-envs"
FAST = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "-q", "-p", "no:cacheprovider")
# All tests five times would take longer than anyone waits: each environment runs those of the code that meets what
# is other there. With the language change bytecode, audit events and the shell; with the libraries frames, the shell,
# kernels, connections, model files and the terminal.
LANGUAGE = ("tests/capture", "tests/magics", "tests/slices")
LIBRARIES = tuple(
    f"tests/{name}"
    for name in (
        "capture", "cli", "datasets", "findings", "kernels", "magics", "models", "server", "slices", "store",
        "widgets", "test_api.py",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One environment: who runs it, what is installed, which tests.

    Attributes:
        python: an interpreter; None when this machine has none of that version.
        install: arguments for pip; `nbmlops` stands for the wheel that is built here.
        tests: arguments for pytest.
    """

    name: str
    about: str
    python: str | None
    install: tuple[str, ...]
    tests: tuple[str, ...] = FAST


@dataclass
class Outcome:
    """How one environment ended, for the summary."""

    name: str
    word: str
    seconds: float = 0.0
    note: str = ""


@dataclass
class Report:
    """All outcomes, in the order in which they were run."""

    outcomes: list[Outcome] = field(default_factory=list)

    def print(self) -> None:
        """Print a line for each environment, the untested ones too."""
        print("\nEnvironments")
        for one in self.outcomes:
            print(f"  {one.word:<11} {one.name:<12} {one.seconds:5.0f} s  {one.note}")
        untested = [one.name for one in self.outcomes if one.word == "not tested"]
        if untested:
            print(f"  {len(untested)} not tested, for want of an interpreter: {', '.join(untested)}")

    @property
    def failed(self) -> bool:
        """Whether any environment failed."""
        return any(one.word == "failed" for one in self.outcomes)


def interpreter(version: str) -> str | None:
    """Find Python `version` on the path, or among pyenv's and uv's."""
    homes = [
        *Path.home().glob(f".pyenv/versions/{version}.*/bin/python"),
        *Path.home().glob(f".local/share/uv/python/cpython-{version}.*/bin/python{version}"),
    ]
    for candidate in [shutil.which(f"python{version}"), *map(str, homes)]:
        if candidate and version_of(candidate) == version:
            return candidate
    return None


def version_of(python: str) -> str:
    """Return "3.12", or nothing where `python` does not run (the shims of version managers don't always)."""
    said = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", said], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def oldest_pins() -> tuple[str, ...]:
    """Pin every direct dependency to the lowest version that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lowest = (re.match(r"([A-Za-z0-9._-]+)>=([0-9.]+)", line) for line in project["dependencies"])
    return tuple(f"{found[1]}=={found[2]}.*" for found in lowest if found)


def plans() -> list[Plan]:
    """List the environments, the most telling first."""
    here = sys.executable
    # Old releases warn about each other; which of their warnings are ours to mend, the main run tells.
    lenient = (*FAST, "-W", "default")
    return [
        Plan(
            "wheel",
            "the wheel and what the README shows",
            here,
            ("nbmlops", "pytest", "pytest-timeout", "pytest-xdist"),
            (*FAST, "-m", "not slow and not browser", "tests/contract"),
        ),
        Plan(
            "mlflow",
            "what mlflow loads of the models that are kept here",
            here,
            ("nbmlops[bench]", "pytest", "pytest-timeout", "pytest-xdist"),
            ("-q", "-m", "mlflow", "tests/models/test_mlflow.py"),
        ),
        Plan(
            "oldest",
            "the lowest versions that pyproject.toml allows, pandas 2 among them",
            interpreter("3.11"),
            ("nbmlops[test]", *oldest_pins()),
            (*lenient, *LIBRARIES),
        ),
        Plan(
            "python3.12",
            "Python 3.12, newest of all else",
            interpreter("3.12"),
            ("nbmlops[test]",),
            (*FAST, "tests/magics", "tests/cli"),
        ),
        Plan(
            "python3.13",
            "Python 3.13, newest of all else",
            interpreter("3.13"),
            ("nbmlops[test]",),
            (*FAST, *LANGUAGE, "tests/models", "tests/store"),
        ),
    ]


def clean_copy() -> Path:
    """Check out what git has into a folder of its own, so that nothing stray is built or tested."""
    copy = WHERE / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--local", "--no-hardlinks", str(ROOT), str(copy)], check=True)
    status = ["git", "-C", str(ROOT), "status", "--porcelain"]
    if subprocess.run(status, capture_output=True, text=True, check=True).stdout:
        print("Note: there are changes that are not committed; the environments test the last commit.")
    return copy


def build_wheel(copy: Path) -> str:
    """Build the wheel and return its path."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(WHERE / "dist"), str(copy)]
    shutil.rmtree(WHERE / "dist", ignore_errors=True)
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = (WHERE / "dist").glob("*.whl")
    return str(wheel)


def make(plan: Plan, wheel: str) -> bool:
    """Make one environment; whether that went well."""
    assert plan.python is not None
    install = [
        wheel + item.removeprefix("nbmlops") if item.startswith("nbmlops") else item for item in plan.install
    ]
    # What is imported is compiled then; the most is not.
    pip = ("-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-compile")
    steps = [
        [plan.python, "-m", "venv", "--clear", str(WHERE / plan.name)],
        [venv_python(plan), *pip, *install],
    ]
    return all(subprocess.run(step, cwd=WHERE, check=False).returncode == 0 for step in steps)


def venv_python(plan: Plan) -> str:
    """The interpreter of an environment."""
    return str(WHERE / plan.name / "bin" / "python")


def run_tests(plan: Plan, copy: Path) -> bool:
    """Whether the tests pass."""
    return (
        subprocess.run([venv_python(plan), "-m", "pytest", *plan.tests], cwd=copy, check=False).returncode
        == 0
    )


def carry_out(chosen: Sequence[Plan], copy: Path) -> Report:
    """Make and test one environment after the other: while one is tested the next is made, which is mostly waiting."""
    report = Report(
        [Outcome(plan.name, "not tested", note=plan.about) for plan in chosen if plan.python is None]
    )
    ready = [plan for plan in chosen if plan.python is not None]
    wheel = build_wheel(copy)
    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = [maker.submit(make, plan, wheel) for plan in ready[:1]]
        for at, plan in enumerate(ready):
            began = time.monotonic()
            print(f"\n=== {plan.name}: {plan.about} ({plan.python})", flush=True)
            made = coming.pop().result()
            coming += [maker.submit(make, following, wheel) for following in ready[at + 1 : at + 2]]
            word = "passed" if made and run_tests(plan, copy) else "failed"
            shutil.rmtree(WHERE / plan.name, ignore_errors=True)
            report.outcomes.append(Outcome(plan.name, word, time.monotonic() - began, plan.about))
    return report


def main() -> int:
    """Run the environments that were asked for and return the exit code."""
    every = plans()
    parser = argparse.ArgumentParser(description="Run the tests in other environments.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of: {', '.join(plan.name for plan in every)}"
    )
    parser.add_argument("--list", action="store_true", help="only list them")
    asked = parser.parse_args()
    if unknown := set(asked.names) - {plan.name for plan in every}:
        parser.error(f"no environment named {', '.join(sorted(unknown))}")
    if asked.list:
        for plan in every:
            print(f"{plan.name:<12} {plan.about}: {plan.python or 'no such interpreter here'}")
        return 0
    WHERE.mkdir(exist_ok=True)
    copy = clean_copy()
    report = carry_out([plan for plan in every if not asked.names or plan.name in asked.names], copy)
    report.print()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
