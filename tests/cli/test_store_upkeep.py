"""`nbmlops gc` and `nbmlops migrate`, as they are typed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

OLD = Path(__file__).parents[1] / "store" / "data" / "format-1.sqlite.sql"


@pytest.fixture
def type_(tmp_path):
    """Types a command in the folder of the test; what it said, and its exit code."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from nbmlops.cli import main; main()", *words],
            cwd=tmp_path,
            env=os.environ | {"NBMLOPS_STORE": str(tmp_path / "store")},
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def orphan(tmp_path, run_python) -> Path:
    """A file of two hours ago that no run names."""
    run_python(
        "import nbmlops\nwith nbmlops.start_run('a') as run:\n    open('f', 'w').write('x' * 2000)\n"
        "    nbmlops.log_artifact('f')\nprint(run.id)",
        env={"NBMLOPS_STORE": str(tmp_path / "store")},
    )
    path = tmp_path / "store" / "blobs" / "ab" / ("c" * 62)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(5000))
    for blob in (tmp_path / "store" / "blobs").rglob("*"):
        os.utime(blob, (time.time() - 7200,) * 2)
    return path


def test_gc_says_what_would_go_and_then_removes_it(type_, orphan):
    assert type_("gc", "--dry-run").stdout == "Would remove 1 file, 5 kB\n"
    assert orphan.exists()
    assert json.loads(type_("gc", "--dry-run", "--json").stdout) == {
        "dry_run": True, "files": [f"blobs/ab/{'c' * 62}"], "bytes": 5000, "young": 0,
    }  # fmt: skip
    assert type_("gc").stdout == "Removed 1 file, 5 kB\n"
    assert not orphan.exists()
    assert type_("gc").stdout == "Removed 0 files, 0 B\n"


def test_gc_without_a_store_says_so(type_):
    done = type_("gc")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no store" in done.stderr


def test_deleting_for_good_takes_the_files_of_the_run_and_no_others(type_, orphan, tmp_path):
    run_id = json.loads(type_("runs", "--json").stdout)[0]["id"]
    before = {path for path in (tmp_path / "store" / "blobs").rglob("*") if path.is_file()}
    done = type_("delete", run_id, "--forever", "--yes")
    assert "went with it" in done.stdout
    gone = before - {path for path in (tmp_path / "store" / "blobs").rglob("*") if path.is_file()}
    assert len(gone) == 2  # the artifact and the environment
    assert orphan.exists()


def test_migrate_shows_the_sql_and_then_says_what_it_did(type_, tmp_path):
    (tmp_path / "store" / "journals").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "store" / "store.db") as connection:
        connection.executescript(OLD.read_text())
    connection.close()
    shown = type_("migrate", "--dry-run").stdout
    assert shown.startswith(f"-- {tmp_path / 'store'}: from format 1 to 3, in one transaction\n")
    assert "ALTER TABLE journals ADD COLUMN beat" in shown
    done = type_("migrate").stdout
    assert "has format 3 now (it had 1)" in done
    assert "store.format-1.db" in done
    assert "nothing to do" in type_("migrate").stdout
    assert len(json.loads(type_("runs", "--json").stdout)) == 4
