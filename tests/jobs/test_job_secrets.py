"""A secret given by reference reaches the notebook, and stands nowhere in clear, however it is let out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SECRET = "correct-Horse/battery+Staple&9271-of-some-length-that-tables-cut-short"
OTHER = "zq8-Parameter-Token-55"

CELLS = (
    "%load_ext nbmlops\nimport nbmlops, os, sys, time, pandas as pd, subprocess\nkey = nbmlops.secret('DB')",
    # in pieces, in one cell, over two streams
    (
        "for part in (key[:9], key[9:30], key[30:]):\n"
        "    print(part, end='', flush=True); print('.', file=sys.stderr, flush=True); time.sleep(0.05)"
    ),
    "print('tail ' + key[:40], end='', flush=True)",
    "print(key[40:])",
    "pd.DataFrame({'password': [key, key[::-1]], 'n': [1, 2]})",
    "from IPython.display import HTML, display\ndisplay(HTML(f'<b>{key}</b>'), {'text/plain': key}, raw=False)",
    (
        "#| track leak --params key2,depth\nkey2 = key\nnbmlops.log_param('dsn', f'postgres://u:{key}@h/db')\n"
        "nbmlops.set_tag('t', key)\nprint(key)\nlen(key)"
    ),
    "given",
    (
        "child = subprocess.run(['env'], capture_output=True, text=True).stdout\n"
        "print('child has it:', key in child, os.environ.get('DB_PASSWORD'))"
    ),
    "open('/proc/self/environ').read().count(key)",
    "import warnings; warnings.warn(key)",
    "def connect(dsn):\n    raise ConnectionError(f'can not log in with {dsn}')\nconnect(key)",
)


@pytest.fixture(scope="module", params=["log", "json"])
def leaky(request: Any, shared_place: Callable[[str], Any]) -> Any:
    """A job that does its worst, shown in each of the ways there are."""
    place = shared_place(f"leaky-{request.param}")
    place.notebook(*CELLS, parameters="depth = 3\ngiven = ''")
    words = {"log": ["--log-output"], "json": ["--json"]}[request.param]
    done = place.run(
        "run", "job.ipynb", "--secret", "DB=env:DB_PASSWORD", "-p", "given", SECRET[:-1] + SECRET[-1],
        *words, env={"DB_PASSWORD": SECRET},
    )  # fmt: skip
    return place, done


def forms(secret: str) -> set[bytes]:
    """The secret as it might stand somewhere, and a part of it that tells enough."""
    texts = {
        secret,
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
        secret[:30],
        secret[-30:],
    }
    return {text.encode() for text in texts}


def test_it_stands_in_no_file_and_on_no_terminal(leaky: Any) -> None:
    place, done = leaky
    said = {Path("stdout"): done.stdout.encode(), Path("stderr"): done.stderr.encode()}
    places = {
        str(path): form
        for path, content in {**place.everything(), **said}.items()
        for form in forms(SECRET)
        if form in content
    }
    assert not places


def test_the_notebook_had_it_all_the_same(leaky: Any) -> None:
    place, done = leaky
    (output,) = (place.folder / "executed").glob("*.ipynb")
    cells = json.loads(output.read_text())["cells"]
    texts = ["".join(json.dumps(cell["outputs"])) for cell in cells]
    assert done.returncode == 1, done.stderr  # the last cell, and no other
    assert "ConnectionError" in texts[-1]
    assert "***" in texts[-1]
    assert f"{len(SECRET)}" in texts[8]


def test_children_of_the_notebook_do_not_inherit_it(leaky: Any) -> None:
    place, _ = leaky
    (output,) = (place.folder / "executed").glob("*.ipynb")
    texts = [json.dumps(cell["outputs"]) for cell in json.loads(output.read_text())["cells"]]
    assert any("child has it: False" in text for text in texts)
    assert '"0"' in texts[11]


def test_the_run_of_its_cell_is_masked_too(leaky: Any) -> None:
    place, _ = leaky
    (leak,) = [run for run in place.runs() if run["name"] == "leak"]
    assert leak["params"]["dsn"] == "postgres://u:***@h/db"
    assert leak["tags"]["t"] == "***"


def test_a_parameter_named_like_a_secret_is_masked_and_warned_of(place: Any) -> None:
    place.notebook("print('token is', api_token)", parameters="api_token = ''")
    done = place.run("run", "job.ipynb", "-p", "api_token", OTHER, "--log-output")
    assert done.returncode == 0
    assert "--secret api_token=env:VARIABLE" in done.stderr
    assert "token is ***" in done.stdout
    assert not [path for path, content in place.everything().items() if OTHER.encode() in content]


def test_a_secret_that_is_not_there_is_told_by_the_cell_that_asks(place: Any) -> None:
    place.notebook("import nbmlops\nnbmlops.secret('NOT_GIVEN')")
    done = place.run("run", "job.ipynb")
    assert done.returncode == 1
    assert "--secret NOT_GIVEN=" in done.stderr
