"""Realistic sessions: what each slice leaves out changes nothing, and most of what isn't needed is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from a_session import UNNEEDED, Played, cells_of, fresh_copy, play, play_again

TEXT = (Path(__file__).parent / "sessions.txt").read_text()
SESSIONS = {
    title.strip(): cells_of(body)
    for title, body in re.findall(r"^=== (.+)\n([\s\S]*?)(?=^=== |\Z)", TEXT, re.MULTILINE)
}


def played(title: str, folder: Path) -> tuple[Played, Path]:
    start = folder / "start"
    start.mkdir()
    return play(SESSIONS[title], fresh_copy(start, "session")), fresh_copy(start, "again")


def test_there_are_many_sessions() -> None:
    assert len(SESSIONS) >= 30


@pytest.mark.parametrize("title", SESSIONS)
def test_a_slice_gives_the_same_result_and_leaves_out_what_is_not_needed(title: str, tmp_path: Path) -> None:
    session, folder = played(title, tmp_path)
    cells = SESSIONS[title]
    assert play_again(session.slice, folder) == session.result
    assert session.slice[-1].source == cells[-1]
    assert list(session.chosen) == sorted(session.chosen)
    assert all(cell.reason for cell in session.slice)
    unneeded = {at for at, cell in enumerate(cells) if cell.startswith(UNNEEDED)}
    kept = unneeded & set(session.chosen)
    assert len(kept) <= 0.2 * len(unneeded), [session.slice[session.chosen.index(at)] for at in kept]
