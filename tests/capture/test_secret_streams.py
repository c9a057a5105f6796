"""Secrets in text that comes in pieces, or of which only a part is shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.capture.secret_streams import OutputMask, mask_cut
from nbmlops.capture.secrets import SecretRegistry

SECRET = "correct-Horse/battery+Staple&9271"


@pytest.fixture
def outputs() -> OutputMask:
    return mask_of(SECRET)


def mask_of(*secrets: str) -> OutputMask:
    registry = SecretRegistry({})
    for secret in secrets:
        registry.register(secret, name="password")
    return OutputMask(registry)


def shown(outputs: OutputMask, pieces: list[str]) -> str:
    """What of a stream is shown when it comes in these pieces, by the rule that `hold_back` gives."""
    said, held = "", ""
    for piece in pieces:
        text = held + piece
        waits = outputs.hold_back(text)
        said, held = said + outputs.mask(text[: len(text) - waits]), text[len(text) - waits :]
    return said + outputs.mask(held)


@pytest.mark.parametrize("at", range(1, len(SECRET)))
def test_a_secret_cut_anywhere_is_masked_as_a_whole(outputs: OutputMask, at: int) -> None:
    assert shown(outputs, ["key: " + SECRET[:at], SECRET[at:] + ", told"]) == "key: ***, told"


@given(st.lists(st.integers(0, 60), max_size=12), st.text("corectHs-x/\n", max_size=20))
def test_it_is_masked_in_whatever_pieces_it_comes(cuts: list[int], around: str) -> None:
    text = f"{around}{SECRET}{around}"
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert SECRET not in shown(mask_of(SECRET), pieces)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_text_without_secrets_is_shown_as_it_is(pieces: list[str]) -> None:
    assert shown(OutputMask(SecretRegistry({})), pieces) == "".join(pieces)


def test_a_stream_that_ends_within_a_secret_shows_none_of_it(outputs: OutputMask) -> None:
    assert shown(outputs, ["key: ", SECRET[:20]]) == "key: ***"


def test_a_token_that_is_known_by_its_look_waits_for_its_end(outputs: OutputMask) -> None:
    token = "ghp_" + "a1B2" * 9
    assert shown(outputs, [f"use {token[:12]}", f"{token[12:]} now"]) == "use *** now"


def test_an_ordinary_line_does_not_wait(outputs: OutputMask) -> None:
    assert outputs.hold_back("epoch 3: loss 0.25 ") == 0
    assert outputs.hold_back("epoch 3: loss 0.25 c") == 1


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("0  correct-Horse/batt...", "0  ***..."),
        ("0  correct-Horse/batt…", "0  ***…"),
        ("'...ple&9271'", "'...***'"),
        ("'corre...&9271'", "'corre...&9271'"),
        ("and so on ... and on", "and so on ... and on"),
    ],
)
def test_what_a_table_leaves_of_it_is_masked(text: str, masked: str) -> None:
    assert mask_cut(text, [SECRET]) == masked


def test_a_long_fragment_is_masked_wherever_it_stands(outputs: OutputMask) -> None:
    assert outputs.mask("rest: Horse/battery+St and on") == "rest: *** and on"
    assert outputs.mask("a Horse/battery") == "a ***"
    assert outputs.mask("a Horse/batt now") == "a Horse/batt now"


def test_a_short_secret_is_only_itself() -> None:
    outputs = mask_of("tea-4-two")
    assert outputs.mask("it is tea-4-two, or tea-4-too") == "it is ***, or tea-4-too"


@pytest.mark.parametrize(
    "token",
    [
        "AKIA" + "A1B2C3D4" * 2,
        "ASIA" + "A1B2C3D4" * 2,
        *(f"gh{kind}_" + "a1B2" * 9 for kind in "pousr"),
        "github_pat_" + "a1_B2" * 6,
        "glpat-" + "a1.B-2" * 5,
        "xoxb-" + "12a-" * 4,
        "sk-" + "a1B2" * 6,
        "sk_live_" + "a1B2" * 5,
        "hf_" + "a1B2" * 9,
        "eyJ" + "a1B2" * 5 + ".eyJ" + "a1B2" * 3 + ".a1-B2",
    ],
)
def test_a_token_is_known_by_its_look_where_a_word_begins(outputs: OutputMask, token: str) -> None:
    for before in ("", " ", '"', "é ", "key=", "\n", "-"):
        assert outputs.mask(f"{before}{token} and on") == f"{before}*** and on"
    assert outputs.mask(f"x{token} and on") == f"x{token} and on"


def test_many_places_that_are_cut_are_all_looked_at(outputs: OutputMask) -> None:
    line = f"step ... of {SECRET[:9]}... and ...{SECRET[-8:]} ...\n"
    assert outputs.mask(line * 50) == "step ... of ***... and ...*** ...\n" * 50
