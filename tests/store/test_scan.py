from __future__ import annotations

import struct
from zlib import crc32

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nbmlops.store import frames
from nbmlops.store.scan import PointBlock, scan

RUN = "0123456789abcdef0123456789abcdef"


def point(series: int, step: int, value: float, time: float) -> bytes:
    return frames.pack_frame(frames.POINT_BODY.pack(frames.POINT, series, step, value, time))


def payloads(data: bytes, *, final: bool = False) -> list[bytes]:
    """What was found, blocks of points taken apart again."""
    found = []
    for item in scan(data, final=final).found:
        if isinstance(item, PointBlock):
            for row in item.rows:
                body = (int(row["series"]), int(row["step"]), float(row["value"]), float(row["time"]))
                found.append(frames.POINT_BODY.pack(frames.POINT, *body))
        else:
            found.append(item)
    return found


@st.composite
def a_frame(draw: st.DrawFn) -> bytes:
    match draw(st.sampled_from(["doc", "key", "point", "points", "chunk"])):
        case "doc":
            return frames.pack_doc(
                {"op": "x", "text": draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))}
            )
        case "key":
            return frames.pack_key(draw(st.integers(0, 9)), RUN, draw(st.text("abc/", max_size=9)))
        case "chunk":
            return frames.pack_chunk(draw(st.integers(0, 9)), draw(st.binary(max_size=60)))
        case _:
            return point(
                draw(st.integers(0, 9)),
                draw(st.integers(-9, 9)),
                draw(st.floats(width=64, allow_nan=False)),
                1.5,
            )


some_frames = st.lists(a_frame(), min_size=1, max_size=12)


def bodies(parts: list[bytes]) -> list[bytes]:
    return [part[8:] for part in parts]


@given(some_frames)
def test_whole_frames_are_found_in_their_order(parts):
    data = b"".join(parts)
    assert payloads(data) == bodies(parts)
    assert scan(data).consumed == len(data)
    assert scan(data).damaged == 0


@given(some_frames, st.data())
def test_a_torn_tail_is_left_for_later(parts, data):
    whole = b"".join(parts)
    cut = data.draw(st.integers(0, len(whole)))
    done = scan(whole[:cut])
    assert done.damaged == 0
    # The rest is found when it has come, and nothing is found twice.
    assert payloads(whole[:cut]) + payloads(whole[done.consumed :]) == bodies(parts)


@given(some_frames, some_frames, st.data())
def test_no_frame_outside_of_a_cut_is_lost_and_none_is_made_up(before, after, data):
    victim = data.draw(a_frame())
    kept = data.draw(st.integers(1, len(victim) - 1))
    journal = b"".join([*before, victim[:kept], *after])
    found = payloads(journal, final=True)
    assert found == bodies(before) + bodies(after)
    assert scan(journal, final=True).damaged == kept


@given(some_frames, st.data())
def test_no_frame_outside_of_overwritten_bytes_is_lost_and_none_is_made_up(parts, data):
    journal = bytearray(b"".join(parts))
    start = data.draw(st.integers(0, len(journal) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=40))
    end = min(len(journal), start + len(noise))
    assume(bytes(journal[start:end]) != noise[: end - start])
    journal[start:end] = noise[: end - start]
    edges = np.cumsum([0, *map(len, parts)])
    intact = [
        part[8:]
        for part, low, high in zip(parts, edges, edges[1:], strict=False)
        if high <= start or low >= end or journal[low:high] == part
    ]
    assert payloads(bytes(journal), final=True) == intact


def test_a_frame_torn_by_a_full_disk_and_written_again_is_found_while_the_process_lives():
    again = point(1, 2, 3.0, 4.0)
    done = scan(point(0, 0, 0.0, 0.0) + again[:20] + again + again[:5])
    assert sum(len(item.rows) for item in done.found) == 2
    assert done.damaged == 20
    assert done.consumed == 37 + 20 + 37


@pytest.mark.parametrize("final", [False, True])
def test_zeros_at_the_end_as_after_a_power_cut_are_no_frames(final):
    parts = [frames.pack_doc({"op": "start"}), point(0, 0, 1.0, 2.0)]
    done = scan(b"".join(parts) + bytes(4096), final=final)
    assert len(done.found) == 2
    assert done.consumed == sum(map(len, parts))


def test_zeros_in_the_middle_are_passed_over_and_counted():
    parts = [frames.pack_doc({"op": "start"}), frames.pack_doc({"op": "end"})]
    done = scan(parts[0] + bytes(4096) + parts[1])
    assert done.found == tuple(bodies(parts))
    assert done.damaged == 4096


def test_an_announced_size_that_no_frame_has_does_not_hide_what_follows():
    good = frames.pack_doc({"op": "end"})
    assert scan(struct.pack("<II", 2**32 - 1, 0) + b"\x01{}" + good).found == (good[8:],)


def test_nothing_is_nothing():
    assert scan(b"") == scan(b"", final=True)
    assert scan(b"").found == ()


def test_points_are_read_in_blocks():
    rng = np.random.default_rng(0)
    values = rng.normal(size=10_000)
    data = b"".join(point(7, n, value, 0.5) for n, value in enumerate(values))
    (block,) = scan(data).found
    assert isinstance(block, PointBlock)
    assert np.array_equal(block.rows["value"], values)
    assert np.array_equal(block.rows["step"], np.arange(10_000))


@given(st.binary(min_size=29, max_size=29))
def test_the_checksum_of_blocks_is_that_of_zlib(body):
    body = b"\x03" + body[1:]
    frame = frames.HEAD.pack(len(body), crc32(body)) + body
    wrong = frames.HEAD.pack(len(body), crc32(body) ^ 1) + body
    for count in (3, 100):  # few are summed one by one, many as columns
        assert len(scan(frame * count).found[0].rows) == count
        assert scan(wrong * count, final=True).found == ()
