from __future__ import annotations

import json
from pathlib import Path

import pytest

from nbmlops.config.keys import settings_schema

from .conftest import Cli

SETTINGS = """
[store]
location = "runs"
[jobs.train]
notebook = "train.ipynb"
description = "every night"
parameters = { n = 300 }
cell_timeout = "10m"
"""


def project(folder: Path, settings: str = SETTINGS) -> None:
    cell = {"cell_type": "code", "source": "n = 1\ndata: str", "metadata": {"tags": ["parameters"]}}
    (folder / "train.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}))
    (folder / "nbmlops.toml").write_text(settings)


def test_each_setting_stands_with_where_it_comes_from(nowhere: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NBMLOPS_FORBID_SKIPS", raising=False)  # make sets it, and it would be told
    project(nowhere.folder)
    lines = [line.split(maxsplit=1) for line in nowhere.out("config").splitlines()]
    said = {name: " ".join(rest.split()) for name, rest in lines}
    assert said == {
        "file": str(nowhere.folder / "nbmlops.toml"),
        "store": f"{nowhere.folder / 'runs'} nbmlops.toml",
        "tracking": "on default",
        "job": "train train.ipynb: every night nbmlops.toml",
    }


def test_the_option_wins_over_the_variable_and_that_over_the_file(nowhere: Cli) -> None:
    project(nowhere.folder)
    env = {"NBMLOPS_STORE": "named", "NBMLOPS_DISABLED": "1", "NBMLOPS_SECRET_DB": "hunter2"}
    found = json.loads(nowhere.out("config", "--json", env=env))
    assert found["store"] == {"location": str(nowhere.folder / "named"), "from": "NBMLOPS_STORE"}
    assert found["tracking"] == {"on": False, "from": "NBMLOPS_DISABLED"}
    assert found["environment"] == env | {"NBMLOPS_SECRET_DB": "***"}
    optional = json.loads(nowhere.out("config", "--json", "--store", "other", env=env))
    assert optional["store"] == {"location": str(nowhere.folder / "other"), "from": "--store"}


def test_jobs_as_json_leave_out_what_is_not_set(nowhere: Cli) -> None:
    project(nowhere.folder)
    assert json.loads(nowhere.out("config", "--json"))["jobs"] == {
        "train": {
            "name": "train",
            "notebook": str(nowhere.folder / "train.ipynb"),
            "description": "every night",
            "parameters": {"n": 300},
            "cell_timeout": 600.0,
        }
    }


def test_without_a_file_it_says_where_the_store_will_be(nowhere: Cli) -> None:
    out = nowhere.out("config")
    assert "no nbmlops.toml in this folder or above it" in out
    assert "made on first use, in this folder" in out
    assert list(nowhere.folder.iterdir()) == []


def test_a_right_file_is_said_to_be_right(nowhere: Cli) -> None:
    project(nowhere.folder)
    said = nowhere("config", "--check")
    assert (said.stdout, said.stderr) == ("", f"{nowhere.folder / 'nbmlops.toml'}: nothing wrong, 1 job\n")


def test_each_job_is_checked_against_its_notebook(nowhere: Cli) -> None:
    project(
        nowhere.folder,
        '[jobs.train]\nnotebook = "train.ipynb"\nparameters = { n = "x", m = 1 }\n'
        '[jobs.gone]\nnotebook = "gone.ipynb"\n',
    )
    assert nowhere("config", "--check", code=2).stderr == (
        f"Error: {nowhere.folder / 'nbmlops.toml'} has 3 mistakes:\n"
        "  [jobs.train] parameters: n: 'x' is not an int\n"
        "  [jobs.train] parameters: m: no such parameter. There are: n, data\n"
        f"  [jobs.gone] notebook: There is no notebook {nowhere.folder / 'gone.ipynb'}.\n"
    )


def test_a_wrong_file_is_a_wrong_call(nowhere: Cli) -> None:
    project(nowhere.folder, "[store]\nlocatoin = 'x'")
    assert "[store] locatoin: no such key. Did you mean location?" in nowhere("config", code=2).stderr
    assert "[store] locatoin" in nowhere("runs", code=2).stderr


def test_without_a_file_there_is_nothing_to_check(nowhere: Cli) -> None:
    assert "There is no nbmlops.toml" in nowhere("config", "--check", code=2).stderr


def test_the_schema_is_printed_for_editors(nowhere: Cli) -> None:
    assert json.loads(nowhere.out("config", "--schema")) == settings_schema()


def test_commands_read_the_store_that_the_file_names(own: Cli) -> None:
    (own.folder / ".nbmlops").rename(own.folder / "kept")
    (own.folder / "nbmlops.toml").write_text('[store]\nlocation = "kept"\n')
    (own.folder / "deep").mkdir()
    deep = Cli(own.folder / "deep", own.env)
    assert "forest-1" in deep.out("runs")
    assert not (own.folder / ".nbmlops").exists()


def test_init_makes_the_store_that_the_file_names(nowhere: Cli) -> None:
    project(nowhere.folder)
    assert str(nowhere.folder / "runs") in nowhere.out("init")
    assert not (nowhere.folder / ".nbmlops").exists()
