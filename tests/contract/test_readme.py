"""The commands that README.md shows are run, in their order, as a reader would.

Each ```bash (or ```sh, ```console) and ```python fence is a step; all run in one temporary folder, the Python
ones in one IPython shell, a fence that holds several cell magics as several cells. Two comments steer this:

    <!-- not run: WHY -->       right above a fence: it is shown only (a server that stays, say)
    <!-- hidden                 a fence inside a comment: it is run and not shown, for what an example
    ```python                   takes as given
    ...
    ```
    -->

`pip install nbmlops` isn't run either, but held against the name and the extras of what is installed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import pytest

FENCE = re.compile(
    r"(?P<before>[^\n]*)\n(?:[ \t]*\n)?"
    r"[ ]*```(?P<language>bash|sh|console|python)[ \t]*\n(?P<code>.*?)\n[ ]*```",
    re.DOTALL,
)
NOT_RUN = re.compile(r"<!-- not run: (?P<why>.+?) -->")
INSTALL = re.compile(
    r"^\s*(?:python3? -m )?pip install (?:-\S+ )*[\"']?nbmlops(?:\[(?P<extras>[^\]]*)\])?[\"']?\s*$"
)

DRIVER = r"""
import json, os, subprocess, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for step in json.load(open(sys.argv[1])):
    print("+", step["code"], flush=True)
    if step["language"] == "python":
        shell.run_cell(step["code"], store_history=True).raise_error()
    else:
        subprocess.run(["bash", "-euo", "pipefail", "-c", step["code"]], check=True)
"""


@dataclass(frozen=True)
class Step:
    """One thing that a reader would run."""

    language: str
    code: str


@dataclass(frozen=True)
class Shown:
    """A fence, with the reason why it isn't run, if there is one."""

    step: Step
    not_run: str = ""


def fences(text: str) -> list[Shown]:
    """Every fence of commands, in order."""
    found = []
    for match in FENCE.finditer("\n" + text):
        language = "python" if match["language"] == "python" else "bash"
        code = match["code"] if language == "python" else shell_lines(match["code"])
        why = NOT_RUN.search(match["before"])
        found.append(Shown(Step(language, code), why["why"] if why else ""))
    return found


def shell_lines(code: str) -> str:
    """The commands alone: of a console session only what stands behind a `$`."""
    if re.search(r"^\s*\$ ", code, re.MULTILINE):
        return "\n".join(line.strip()[2:] for line in code.splitlines() if line.strip().startswith("$ "))
    return code


def steps(shown: list[Shown]) -> list[Step]:
    """What is to be run: cells apart, installations left out."""
    todo: list[Step] = []
    for fence in shown:
        if fence.not_run:
            continue
        if fence.step.language == "python":
            todo += [Step("python", cell) for cell in re.split(r"\n(?=%%)", fence.step.code) if cell.strip()]
        else:
            kept = [line for line in fence.step.code.splitlines() if not INSTALL.match(line)]
            todo += [Step("bash", "\n".join(kept))] if any(line.strip() for line in kept) else []
    return todo


@pytest.fixture(scope="module")
def readme(root: Path) -> list[Shown]:
    return fences((root / "README.md").read_text(encoding="utf-8"))


@pytest.fixture
def run_steps(tmp_path: Path) -> Callable[[list[Step]], subprocess.CompletedProcess[str]]:
    """Run steps in a fresh folder, with the commands of this very environment first on the path."""

    def run(todo: list[Step]) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / "reader"
        folder.mkdir()
        listing = tmp_path / "steps.json"
        listing.write_text(json.dumps([asdict(step) for step in todo]))
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [sys.executable, "-c", DRIVER, str(listing)],
            cwd=folder,
            env=os.environ | {"PATH": path, "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run


@pytest.mark.wheel
@pytest.mark.timeout(900)  # as long as its commands have together; it then also begins before the others
def test_every_command_of_the_readme_runs(
    readme: list[Shown], run_steps: Callable[[list[Step]], subprocess.CompletedProcess[str]]
) -> None:
    todo = steps(readme)
    assert todo, "README.md shows no command yet"
    assert {"bash", "python"} <= {step.language for step in todo}
    done = run_steps(todo)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_the_readme_installs_what_this_is(readme: list[Shown]) -> None:
    lines = [
        line for fence in readme if fence.step.language == "bash" for line in fence.step.code.splitlines()
    ]
    installs = [found for line in lines if (found := INSTALL.match(line))]
    assert installs, "README.md doesn't say how to install nbmlops"
    offered = set(metadata.metadata("nbmlops").get_all("Provides-Extra") or [])
    for found in installs:
        assert {extra.strip() for extra in (found["extras"] or "").split(",") if extra} <= offered


def test_most_of_what_the_readme_shows_is_run(readme: list[Shown]) -> None:
    assert sum(bool(fence.not_run) for fence in readme) <= len(readme) // 2


# The reader of the fences is itself worth a test: a fence that it overlooked would pass for ever.
SAMPLE = """# Title
```bash
pip install 'nbmlops[postgres]'
echo one > one.txt
```
<!-- not run: it stays in the foreground -->
```bash
jupyter lab
```
<!-- hidden
```python
x = 20
```
-->

```python
y = x + 1
%%capture
assert y == 21
```
```console
$ test -f one.txt
some output
```
```json
{"not": "a command"}
```
"""


def test_fences_are_found_split_and_left_out() -> None:
    shown = fences(SAMPLE)
    assert [fence.not_run for fence in shown] == ["", "it stays in the foreground", "", "", ""]
    assert steps(shown) == [
        Step("bash", "echo one > one.txt"),
        Step("python", "x = 20"),
        Step("python", "y = x + 1"),
        Step("python", "%%capture\nassert y == 21"),
        Step("bash", "test -f one.txt"),
    ]


def test_fences_run_in_one_folder_and_one_shell(
    run_steps: Callable[[list[Step]], subprocess.CompletedProcess[str]],
) -> None:
    done = run_steps(steps(fences(SAMPLE)))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "broken", [Step("bash", "false | true"), Step("python", "1 / 0"), Step("python", "1 +")]
)
def test_a_command_that_fails_is_noticed(
    broken: Step, run_steps: Callable[[list[Step]], subprocess.CompletedProcess[str]]
) -> None:
    assert run_steps([broken]).returncode != 0
