"""News of a store, as they come over a connection that stays."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPResponse
from typing import Any

import pytest

from nbmlops.errors import StoreError
from nbmlops.server import feeds as feeds_module
from nbmlops.server.feeds import Feeds, Listener
from nbmlops.server.routes import API

EVENTS = f"/{API}/events"


def next_event(response: HTTPResponse) -> tuple[str, Any]:
    lines: list[str] = []
    while True:
        line = response.readline().decode().rstrip("\n")
        if line.startswith(":"):
            continue
        if line:
            lines.append(line)
        elif lines:
            fields = dict(line.split(": ", 1) for line in lines)
            return fields["event"], json.loads(fields["data"])


def test_a_change_is_told_soon(server: Any) -> None:
    with server.stream(f"{EVENTS}?folder=churn") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["X-Accel-Buffering"] == "no"
        name, first = next_event(response)
        assert (name, first["running"]) == ("revision", 0)
        assert server.ask(f"/{API}/revision?folder=churn").json == first
        run_id = server.ask(f"/{API}/runs?folder=churn").json["rows"][0]["id"]
        began = time.monotonic()
        server.ask(f"/{API}/runs/{run_id}?folder=churn", {"note": "told"}, method="PATCH")
        name, second = next_event(response)
        assert name == "revision"
        assert second["revision"] != first["revision"]
        assert time.monotonic() - began < 5


def test_a_store_that_is_made_later_is_told_of(server: Any) -> None:
    folder = server.root / "later"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    with server.stream(f"{EVENTS}?folder=later") as response:
        assert next_event(response) == ("revision", {"revision": "none", "running": 0})
        track = "import nbmlops\nwith nbmlops.start_run('first'): pass"
        subprocess.run([sys.executable, "-c", track], cwd=folder, check=True, capture_output=True)
        assert next_event(response)[1]["revision"] != "none"


def test_a_store_that_cannot_be_read_is_told_as_a_problem(server: Any) -> None:
    folder = server.root / "broken"
    (folder / ".nbmlops" / "journals").mkdir(parents=True)
    (folder / ".nbmlops" / "store.db").write_bytes(b"this is no database" * 1000)
    with server.stream(f"{EVENTS}?folder=broken") as response:
        name, said = next_event(response)
    assert (name, said["code"]) == ("problem", "store")


def test_a_folder_outside_is_refused_before_anything_is_streamed(server: Any) -> None:
    answer = server.ask(f"{EVENTS}?folder=../outside")
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


def test_an_interrupt_ends_the_server_cleanly_while_somebody_listens(own_ui: Any) -> None:
    with own_ui.server.stream(EVENTS) as response:
        next_event(response)
        own_ui.process.send_signal(signal.SIGINT)
        stdout, stderr = own_ui.process.communicate(timeout=30)
    assert own_ui.process.returncode == 0
    assert "Traceback" not in stdout + stderr
    assert "Task" not in stderr
    assert stderr.endswith("Ended.\n")


# ------------------------------------------------------------------- who looks, and how often


class Store:
    """What is looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.answers: Any = {"revision": "a", "running": 0}

    async def look(self, folder: str) -> Any:
        self.looks += 1
        if isinstance(self.answers, Exception):
            raise self.answers
        return self.answers


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds_module, "SECONDS", 0.02)


async def revision(listener: Listener) -> Any:
    news = await listener.next(2)
    return news and news.data.get("revision", news.event)


@pytest.mark.usefixtures("quick")
def test_a_store_is_looked_at_once_for_all_and_not_at_all_for_nobody() -> None:
    async def listen() -> None:
        store = Store()
        feeds = Feeds(store.look)
        with feeds.listening("s", "") as one:
            assert await revision(one) == "a"
            with feeds.listening("s", "") as two:
                assert await revision(two) == "a"
                store.answers = {"revision": "b", "running": 0}
                assert [await revision(one), await revision(two)] == ["b", "b"]
                looks = store.looks
                await asyncio.sleep(0.2)
                assert store.looks - looks < 15
            assert len(feeds) == 1
            store.answers = {"revision": "c", "running": 0}
            assert await revision(one) == "c"
        assert len(feeds) == 0
        looks = store.looks
        await asyncio.sleep(0.1)
        assert store.looks <= looks + 1
        with feeds.listening("s", "") as again:
            assert await revision(again) == "c"

    asyncio.run(listen())


@pytest.mark.usefixtures("quick")
def test_who_is_slow_hears_the_newest_alone_and_a_store_that_comes_back_is_told() -> None:
    async def listen() -> None:
        store = Store()
        with Feeds(store.look).listening("s", "") as listener:
            for name in "abc":
                store.answers = {"revision": name, "running": 0}
                await asyncio.sleep(0.1)
            assert await revision(listener) == "c"
            assert await listener.next(0.1) is None
            store.answers = StoreError("gone")
            assert await revision(listener) == "problem"
            store.answers = {"revision": "c", "running": 0}
            assert await revision(listener) == "c"

    asyncio.run(listen())


def test_many_listeners_keep_nobody_from_asking(server: Any) -> None:
    def listen() -> None:
        with server.stream(f"{EVENTS}?folder=churn") as response:
            next_event(response)
            heard.release()
            done.wait(30)

    heard, done = threading.Semaphore(0), threading.Event()
    threads = [threading.Thread(target=listen) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert all(heard.acquire(timeout=30) for _ in threads)
    began = time.monotonic()
    assert server.ask(f"/{API}/runs?folder=churn").status == 200
    assert time.monotonic() - began < 5
    done.set()
    for thread in threads:
        thread.join(30)
