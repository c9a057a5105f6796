"""The quick look for completions says what the finder would."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from a_store import JournalFile

from nbmlops.store.glance import Glance


@pytest.fixture
def glance(store):
    journal = JournalFile()
    for at, digit in enumerate("abc"):
        journal.doc(op="start", run=digit * 32, name=f"forest {digit}", experiment="e", started=float(at))
    journal.point("a" * 32, "loss", 1.0)
    journal.point("b" * 32, "accuracy", 1.0)
    journal.params("a" * 32, {"depth": 1, "width": 2})
    journal.doc(op="start", run="d" * 32, name="a" * 32, experiment="f", started=9.0)
    store.take(journal)
    store.runs.bin(["c" * 32])
    return Glance(store.location)


def test_it_lists_runs_by_id_and_name_the_newest_first(glance):
    assert [run[1] for run in glance.runs("forest", deleted=False, limit=9)] == ["forest b", "forest a"]
    assert glance.runs("BB", deleted=False, limit=9) == [("b" * 32, "forest b", "e")]
    assert [run[0] for run in glance.runs("", deleted=True, limit=9)] == ["c" * 32]
    assert [run[0][0] for run in glance.runs("", deleted=False, limit=2)] == ["d", "b"]
    assert glance.runs("%", deleted=False, limit=9) == []


def test_it_lists_experiments_keys_and_the_metrics_of_a_run(glance):
    assert glance.experiments() == ["e", "f"]
    assert glance.keys("params") == ["depth", "width"]
    assert glance.keys("tags") == []
    assert glance.metrics("forest b") == ["accuracy"]
    assert glance.metrics("aaa") == ["loss"]
    assert glance.metrics("nobody") == []


def test_it_neither_loads_sqlalchemy_nor_makes_anything(sqlite_store, tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom nbmlops.config import StoreLocation\n"
        "from nbmlops.store.glance import Glance\n"
        "assert Glance(StoreLocation(Path(sys.argv[1]))).experiments() == []\n"
        "assert 'sqlalchemy' not in sys.modules"
    )
    sqlite_store.take(JournalFile())
    subprocess.run([sys.executable, "-c", code, str(sqlite_store.location.root)], check=True)
    from nbmlops.config import StoreLocation

    with pytest.raises(sqlite3.OperationalError):
        Glance(StoreLocation(tmp_path / "nowhere")).experiments()
    assert not (tmp_path / "nowhere").exists()
