"""A real PostgreSQL server for tests: started once, killed, stopped and brought back as they like."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from nbmlops.config import StoreLocation

BOTH_DATABASES = ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])]


class PostgresServer:
    """A server of our own on the loopback interface, run by an unprivileged user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"postgresql://tester@127.0.0.1:{self.port}"
        # It refuses to run as root, hence another user there.
        self._as: Any = (
            {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        )
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        self._has_database = False
        self._run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": 60,
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """As a crash does: every process at once, without a word to anybody."""
        processes = self._processes()
        self._signal(processes, signal.SIGKILL)
        psutil.wait_procs(processes, timeout=20)

    @contextmanager
    def frozen(self) -> Generator[None]:
        """Its processes are stopped: connections are taken by the kernel, and nobody ever answers."""
        processes = self._processes()
        self._signal(processes, signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(processes, signal.SIGCONT)

    @property
    def database(self) -> str:
        """The URL of the one database, made when it is first asked for: each weighs 7 MB and takes 100 ms."""
        import psycopg

        if not self._has_database:
            with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE runs")
            self._has_database = True
        return f"{self.url}/runs"

    def clear(self) -> None:
        """Empties the database for the next test, and sends away whoever is connected. Tables are left only where
        they are those of a new store: to make them takes longest.
        """
        import psycopg

        from nbmlops.store.tables import FORMAT, metadata

        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            names = {name for (name,) in found}
            if names and names == set(metadata.tables) and _format(connection) == str(FORMAT):
                connection.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
            else:
                connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def wait_until_ready(self) -> None:
        """After a kill it mends what it finds, and refuses everybody until then."""
        import psycopg

        for _ in range(200):
            try:
                psycopg.connect(f"{self.url}/postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("PostgreSQL does not come up again")

    def _processes(self) -> list[psutil.Process]:
        main = psutil.Process(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))
        return [main, *main.children(recursive=True)]

    @staticmethod
    def _signal(processes: list[psutil.Process], which: signal.Signals) -> None:
        for process in processes:
            try:
                process.send_signal(which)
            except psutil.NoSuchProcess:
                continue

    def _run(self, program: str, *words: str) -> None:
        command = [_program(program), "-D", str(self.folder / "data"), *words]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **self._as)


def _format(connection: Any) -> str:
    return str(connection.execute("SELECT max(value) FROM meta WHERE key = 'format'").fetchone()[0])


def _program(name: str) -> str:
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/bin")]
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, places)))
    if found is None:
        pytest.skip(f"PostgreSQL's {name} is not installed (Debian: apt-get install postgresql)")
    return str(Path(found).resolve())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    """One server for all tests of a pytest process: it takes a second to make."""
    folder = Path(tempfile.mkdtemp(prefix="nbmlops-pg-"))
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Generator[str]:
    """The URL of an empty database."""
    yield postgres_server.database
    postgres_server.clear()


@pytest.fixture(params=BOTH_DATABASES)
def store_location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    """Where a store may be made: a folder, and with `-m postgres` also a database of a server."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return StoreLocation(tmp_path / "store", url)
