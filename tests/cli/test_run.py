"""`nbmlops run`: what it takes, what it refuses before any kernel starts, and what it shows."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pexpect
import pytest

PARAMETERS = (
    "n_estimators: int = 200  # 1 to 2000\n"
    "flag: bool = True\n"
    "rate = 0.5\n"
    "label = 'plain'\n"
    "depths: list[int] = [4, 8]"
)
HEAVY = (
    "sqlalchemy",
    "pandas",
    "numpy",
    "nbclient",
    "nbformat",
    "papermill",
    "IPython",
    "jupyter_client",
    "zmq",
    "rich",
)


def write(folder: Path, *sources: str, parameters: str = PARAMETERS, name: str = "train.ipynb") -> Path:
    cells = [(parameters, ["parameters"]), *((source, []) for source in sources)]
    document = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": tags},
                "source": source.splitlines(keepends=True),
                "outputs": [],
                "execution_count": None,
            }
            for number, (source, tags) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def here(nowhere: Any) -> Any:
    """A folder with a notebook and a settings file in it, and no store."""
    write(nowhere.folder, "print(n_estimators)")
    (nowhere.folder / "nbmlops.toml").write_text(
        '[jobs.nightly]\nnotebook = "train.ipynb"\nexperiment = "trees"\ncell_timeout = "10m"\n'
        'parameters = { n_estimators = 400, label = "night" }\nsecrets = { DB = "env:HOME" }\noutput = "out"\n'
    )
    (nowhere.folder / "params.yaml").write_text("n_estimators: 50\nrate: 0.25\n")
    return nowhere


def dry(cli: Any, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cli.out("run", *words, "--dry-run", "--json"))
    return found


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["-p", "n_estimators", "300", "-p", "flag", "false"], {"n_estimators": 300, "flag": False}),
        (["-p", "n_estimators=300", "-p", "flag=no"], {"n_estimators": 300, "flag": False}),
        (["-pn_estimators=300", "--parameter=label=a=b"], {"n_estimators": 300, "label": "a=b"}),
        (["--parameters", "rate", "-1e-3", "-p", "label", ""], {"rate": -0.001, "label": ""}),
        (["-r", "label", "300"], {"label": "300"}),
        (["-p", "depths", "[1, 2]", "-y", "{rate: 2.0}"], {"depths": [1, 2], "rate": 2.0}),
        (["-f", "params.yaml"], {"n_estimators": 50, "rate": 0.25}),
        (["-f", "params.yaml", "-y", "n_estimators: 60", "-p", "n_estimators", "70"], {"n_estimators": 70, "rate": 0.25}),
        (["-p", "n_estimators", "1", "-p", "n_estimators", "2"], {"n_estimators": 2}),
    ],
)  # fmt: skip
def test_parameters_are_given_in_papermills_ways_and_more(here: Any, words: list[str], values: Any) -> None:
    assert dry(here, "train.ipynb", *words)["values"] == values


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train.ipynb", "-p", "n_estimatrs", "300"], "Did you mean n_estimators?"),
        (["train.ipynb", "-p", "n_estimators", "3.7"], "'3.7' is not an int"),
        (["train.ipynb", "-p", "flag", "maybe"], "flag"),
        (["train.ipynb", "-p", "n_estimators", "0"], ">= 1"),
        (["train.ipynb", "-y", "n_estimators: 'ten'"], "n_estimators"),
        (["train.ipynb", "-f", "none.yaml"], "none.yaml"),
        (["train.ipynb", "-p", "n_estimators"], "no value"),
        (["train.ipynb", "-p"], "-p n_estimators 300"),
        (["tran.ipynb"], "Did you mean train.ipynb?"),
        (["train"], "Did you mean the notebook train.ipynb?"),
        (["nightley"], "Did you mean nightly?"),
        (["train.ipynb", "train.ipynb"], "overwrite"),
        (["train.ipynb", "params.yaml/out.ipynb"], "is no folder"),
        (["train.ipynb", "--cell-timeout", "10q"], "10m"),
        (["train.ipynb", "--memory", "much"], "4GB"),
        (["train.ipynb", "--cwd", "nowhere"], "no folder"),
        (["train.ipynb", "--tag", "team"], "KEY=VALUE"),
        (["train.ipynb", "--secret", "DB=env:NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE, which is not set"),
        (["train.ipynb", "--secret", "DB"], "NAME=env:VARIABLE"),
    ],
)  # fmt: skip
def test_what_can_not_run_is_refused_before_anything_starts(here: Any, words: list[str], said: str) -> None:
    done = here("run", *words, code=2)
    assert said in done.stderr
    assert done.stdout == ""
    assert not (here.folder / ".nbmlops").exists()


def test_a_value_typed_in_place_of_a_reference_is_not_repeated(here: Any) -> None:
    for words in (
        ["--secret", "DB=hunter2-tea"],
        ["--secret", "hunter2-tea"],
        ["--secret", "DB=keyring:hunter2-tea"],
    ):
        assert "hunter2" not in here("run", "train.ipynb", *words, code=2).stderr


def test_a_refusal_loads_nothing_heavy_and_comes_at_once(
    here: Any, run_python: Callable[..., Any], tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom nbmlops.cli import main\n"
        "try:\n    main(['run', 'train.ipynb', '-p', 'n_estimatrs', '300', '-p', 'flag', 'maybe'])\n"
        f"except SystemExit as end:\n    print(end.code, [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run_python(code).stdout.strip() == "2 []"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor's time, since the wall's depends on who else is at the machine.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_a_dry_run_shows_the_typed_table_and_makes_nothing(here: Any) -> None:
    done = here("run", "train.ipynb", "-p", "n_estimators", "300", "--dry-run")
    heads, first, *_ = (line.split("\t") for line in done.stdout.splitlines())
    assert heads[:3] == ["name", "value", "type"]
    assert first[:4] == ["n_estimators", "300", "int", "200"]
    assert "Nothing was run" in done.stderr
    assert sorted(path.name for path in here.folder.iterdir()) == [
        "nbmlops.toml",
        "params.yaml",
        "train.ipynb",
    ]


def test_a_dry_run_does_not_show_what_is_named_like_a_secret(nowhere: Any) -> None:
    write(nowhere.folder, "1", parameters="api_token = ''")
    done = nowhere("run", "train.ipynb", "-p", "api_token", "hunter2-tea", "--dry-run")
    assert "hunter2" not in done.stdout + done.stderr
    assert "hunter2" not in json.dumps(dry(nowhere, "train.ipynb", "-p", "api_token", "hunter2-tea"))


def test_a_job_of_the_settings_file_runs_with_what_it_says(here: Any) -> None:
    plan = dry(here, "nightly", "-p", "label", "again")
    assert plan["in_force"]["n_estimators"] == 400
    assert plan["in_force"]["label"] == "again"
    assert plan["secrets"] == ["DB=env:HOME"]
    assert plan["output"] == str(here.folder / "out" / "train-ID.ipynb")


def test_every_parameter_in_force_is_told(here: Any) -> None:
    assert dry(here, "train.ipynb", "-p", "rate", "1")["in_force"] == {
        "n_estimators": 200, "flag": True, "rate": 1.0, "label": "plain", "depths": [4, 8],
    }  # fmt: skip


def test_a_terminal_sees_the_cell_that_runs_and_then_one_glance(nowhere: Any, plain_text: Any) -> None:
    write(
        nowhere.folder,
        "# comment\nslow = __import__('time').sleep(1)",
        "%load_ext nbmlops",
        "#| track best\nimport nbmlops\nnbmlops.log_metric('auc', 0.875)",
    )
    child = nowhere.terminal("run", "train.ipynb", "-p", "rate", "2", width=100)
    child.expect("cell 3 of 5")
    child.expect("slow = ")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    lines = [line.strip() for line in plain_text(str(child.before)).split("\r\n")]
    at = next(number for number, line in enumerate(lines) if "finished in" in line)
    assert lines[at].endswith("5 code cells")
    assert lines[at + 1].startswith("best")
    assert lines[at + 1].endswith("auc 0.875")
    assert lines[at + 2].startswith("executed/train-")
    assert "nbmlops show" in lines[at + 4]


def test_a_pipe_gets_a_line_for_each_cell_and_the_failure_with_its_line(nowhere: Any) -> None:
    write(nowhere.folder, "a = 1\nb = a / 0\nc = 2", "print('never')")
    done = nowhere._elsewhere(("run", "train.ipynb"), {})  # for once a traceback is due
    assert (done.code, done.stdout) == (1, "")
    assert "2/3 a = 1" in done.stderr
    assert "--> 2  b = a / 0" in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "failed in cell 2 (id cell-1)" in done.stderr
    assert "nbmlops show " in done.stderr
    assert "executed/train-" in done.stderr
    assert "3/3" not in done.stderr


def test_output_is_shown_live_and_quiet_says_nothing(nowhere: Any) -> None:
    write(nowhere.folder, "import sys\nprint('one', end='')\nprint('two')\nprint('three', file=sys.stderr)")
    done = nowhere("run", "train.ipynb", "out.ipynb", "--log-output", env={"NO_COLOR": "1"})
    assert done.stdout.startswith("onetwo\n")
    assert "three" in done.stderr
    assert (nowhere.folder / "out.ipynb").is_file()
    quiet = nowhere("run", "train.ipynb", "out.ipynb", "-q", env={"NO_COLOR": "1"})
    assert quiet.stdout + quiet.stderr == ""


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    from nbmlops.cli.stopping import terminated_like_interrupted

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup leaves it
    try:
        with terminated_like_interrupted() as received:
            signal.raise_signal(signal.SIGHUP)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGTERM)
        assert received == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_its_help_names_the_exit_codes() -> None:
    from click.testing import CliRunner

    from nbmlops.cli import main

    assert isinstance(main, click.Group)
    text = CliRunner().invoke(main, ["run", "--help"]).output
    assert "124" in text
    assert "130" in text
    assert "executed/NAME-ID.ipynb" in text
