"""Secrets stand nowhere, however a stream is cut."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.kernels.contract import HoldBack, Mask
from nbmlops.kernels.journal import journal_of
from nbmlops.kernels.masking import StreamMask, mask_value

from .conftest import Execute

SECRETS = ("abcab", "cabxx", "hunter2-tea")


def mask(text: str) -> str:
    for secret in sorted(SECRETS, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def exact(text: str) -> int:
    """How many of the last characters may begin a secret."""
    return max(
        (n for secret in SECRETS for n in range(1, len(secret)) if text.endswith(secret[:n])), default=0
    )


@pytest.mark.parametrize("hold_back", [max(map(len, SECRETS)), exact], ids=["length", "function"])
@given(
    pieces=st.lists(
        st.one_of(st.sampled_from(SECRETS), st.text("abcx-\n", max_size=6), st.text(max_size=3)), max_size=8
    ),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_a_stream_cut_anywhere_shows_no_secret(
    hold_back: int | HoldBack, pieces: list[str], cuts: list[int]
) -> None:
    whole = "".join(pieces)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    stream = StreamMask(mask, hold_back)
    shown = [stream.feed(whole[a:b]) for a, b in pairwise(places)]
    shown.append(stream.flush())
    text = "".join(shown)
    assert not any(secret in text for secret in SECRETS)
    if not any(secret in whole for secret in SECRETS):
        assert text == whole


def test_what_begins_no_secret_is_shown_at_once() -> None:
    assert StreamMask(mask, exact).feed("epoch 3\n") == "epoch 3\n"
    assert StreamMask(mask, exact).feed("so hunt") == "so "


def test_without_secrets_nothing_waits() -> None:
    from nbmlops.kernels.contract import unmasked

    assert StreamMask(unmasked, 100).feed("x") == "x"


def test_values_are_masked_in_depth_and_images_left_alone() -> None:
    value = {
        "text/html": ["<b>hunter2-tea</b>"],
        "image/png": "hunter2-tea",
        "image/svg+xml": "hunter2-tea",
        "n": 1,
    }
    assert mask_value(value, mask) == {
        "text/html": ["<b>***</b>"],
        "image/png": "hunter2-tea",
        "image/svg+xml": "***",
        "n": 1,
    }


def _first(text: str) -> str:
    return text.replace("hunter2-tea", "***")


@pytest.mark.parametrize(("masked", "hold_back"), [(_first, 11)])
def test_a_secret_stands_in_neither_notebook_journal_nor_log(
    execute: Execute, tmp_path: Path, masked: Mask, hold_back: int
) -> None:
    journals: list[bytes] = []

    def spy(text: str) -> str:
        journal = journal_of(tmp_path / "out.ipynb")
        if journal.exists():
            journals.append(journal.read_bytes())
        return masked(text)

    done = execute(
        "s = 'hunter2' + '-tea'; note = 'hunter2-tea'",
        "import time\nprint('key: hunt', end='', flush=True); time.sleep(0.5); print('er2-tea', flush=True); time.sleep(0.3)\nprint('done')",
        "from IPython.display import HTML, JSON, display\ndisplay(HTML(f'<i>{s}</i>'), JSON({s: [s]})); s",
        "raise ValueError(s)",
        mask=spy,
        hold_back=hold_back,
    )
    assert done.text(1) == "key: ***\ndone\n" == done.listener.text()
    assert done.outcome.failure is not None
    assert (done.outcome.failure.source, done.outcome.failure.message) == ("raise ValueError(s)", "***")
    everything = json.dumps(done.notebook) + repr(done.outcome) + repr(done.listener)
    assert "hunter2-tea" not in everything
    assert "***" in done.notebook["cells"][2]["outputs"][0]["data"]["text/html"]
    assert journals
    assert not any(b"hunter2-tea" in journal for journal in journals)


def test_a_secret_that_is_one_of_our_words_spoils_no_notebook(execute: Execute) -> None:
    done = execute(
        "print('code')\n'stream'",
        "1/0",
        mask=lambda text: text.replace("code", "***").replace("output", "***"),
    )
    assert done.statuses == ["completed", "failed"]
    assert done.text(0) == "***\n"
    assert done.notebook["cells"][0]["source"] == "print('***')\n'stream'"
