"""Nothing that nbmlops does by itself reaches for the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WATCHED = """
import json, sys
seen = []
def watch(event, args):
    if event.startswith("urllib") or event in {{
        "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"
    }}:
        seen.append(event + ": " + repr(args[1:]))
sys.addaudithook(watch)
{do}
print(json.dumps(seen))
"""
EXPORTS = "import nbmlops\nfor name in nbmlops.__all__: getattr(nbmlops, name)"
COMMANDS = "import nbmlops.cli"
A_TRACKED_CELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "nbmlops")
shell.run_cell("%%track\\nx = 1", store_history=True).raise_error()
import nbmlops
assert len(nbmlops.runs()) == 1
"""


@pytest.mark.parametrize(
    "do", [EXPORTS, COMMANDS, A_TRACKED_CELL], ids=["exports", "commands", "tracked cell"]
)
def test_nothing_calls_home(do: str, ask_python: Callable[..., Any]) -> None:
    assert ask_python(WATCHED.format(do=do), env={"NBMLOPS_STORE": "store"}) == []


def test_the_watch_sees_a_connection(ask_python: Callable[..., Any]) -> None:
    do = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), timeout=1)\nexcept OSError: pass"
    assert any("socket.connect" in event for event in ask_python(WATCHED.format(do=do)))
