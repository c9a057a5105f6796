from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

from nbmlops.config import StoreLocation

# With `--import-mode=importlib` a test file does not find its neighbours by itself.
sys.path.insert(0, str(Path(__file__).parent))

from a_store import AStore


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_program(name: str) -> str:
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/bin")]
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, places)))
    if found is None:
        pytest.skip(f"PostgreSQL's {name} is not installed (Debian: apt-get install postgresql)")
    return str(Path(found).resolve())


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    """The URL of a server of our own on the loopback interface, without a database's name at its end."""
    # It refuses to run as root, hence another user there.
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="nbmlops-pg-"))
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _free_port()
    initdb = [
        _postgres_program("initdb"),
        "-D",
        data,
        "-U",
        "tester",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, cwd=folder, check=True, stdout=subprocess.DEVNULL, **as_user)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    start = [_postgres_program("pg_ctl"), "-D", data, "-w", "-l", folder / "log", "-o", options]
    subprocess.run([*start, "start"], cwd=folder, check=True, stdout=subprocess.DEVNULL, **as_user)
    yield f"postgresql://tester@127.0.0.1:{port}"
    subprocess.run(
        [*start, "-m", "immediate", "stop"], cwd=folder, check=True, stdout=subprocess.DEVNULL, **as_user
    )
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])])
def store_location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    """Where a store may be made: a folder, and with `-m postgres` also a database of a server."""
    if request.param == "sqlite":
        return StoreLocation(tmp_path / "store")
    import psycopg

    server, name = request.getfixturevalue("postgres_server"), f"t{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return StoreLocation(tmp_path / "store", f"{server}/{name}")


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
