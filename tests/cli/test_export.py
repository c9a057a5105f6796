"""`nbmlops export` as it is called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from nbmlops.cli import main

sys.path.insert(0, str(Path(__file__).parents[1] / "export"))

from export_notebooks import orders_notebook


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    orders_notebook(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    return tmp_path


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["export", "train.ipynb", *arguments])
    return int(ended.value.code or 0)


def test_it_says_what_it_wrote_and_what_to_do_next(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--to", "churn") == 0
    said = capsys.readouterr()
    assert "Exported to churn: 13 files" in said.out
    assert "orders.csv" in said.out
    assert (folder / "churn/src/churn/core.py").exists()
    assert not (folder / "store").exists(), "an export only reads the store"


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--to", "churn", "--dry-run", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["written"], said["command"]) == (False, "churn-train")
    assert not (folder / "churn").exists()


def test_a_change_by_hand_ends_with_2_and_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("--to", "churn")
    readme = folder / "churn/README.md"
    readme.write_text(readme.read_text() + "mine\n")
    capsys.readouterr()
    assert call("--to", "churn", "--diff") == 2
    said = capsys.readouterr()
    assert "-mine" in said.out
    assert "README.md" in said.err
    assert "--force" in said.err
    assert call("--to", "churn", "--force") == 0
    assert (folder / "churn/README.md.orig").read_text().endswith("mine\n")


def test_what_is_no_notebook_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "train.ipynb").write_text("{}")
    assert call() == 2
    assert "train.ipynb is no notebook" in capsys.readouterr().err
