from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from nbmlops.config import StoreLocation

# With `--import-mode=importlib` a test file does not find its neighbours by itself.
sys.path.insert(0, str(Path(__file__).parent))

from a_store import AStore


@pytest.fixture
def store(store_location: StoreLocation) -> Generator[AStore]:
    """A store on each kind of database, fed with journals that the test writes."""
    made = AStore(store_location)
    yield made
    made.database.reset()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Generator[AStore]:
    """A store on SQLite, for what concerns files."""
    made = AStore(StoreLocation(tmp_path / "store"))
    yield made
    made.database.reset()
