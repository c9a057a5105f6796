from __future__ import annotations

import struct
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.store import frames

RUN = "0123456789abcdef0123456789abcdef"


def payload_of(frame: bytes) -> bytes:
    size, checksum = struct.unpack_from("<II", frame)
    payload = frame[8:]
    assert len(payload) == size
    assert crc32(payload) == checksum
    return payload


# No halves of characters, and no NUL: neither can be stored everywhere.
STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(
    st.dictionaries(
        STORABLE,
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | STORABLE,
    )
)
def test_a_document_comes_back_as_it_was(fields):
    assert frames.unpack(payload_of(frames.pack_doc(fields))) == frames.Doc(fields)


@given(st.integers(0, 2**32 - 1), STORABLE)
def test_a_key_comes_back_as_it_was(series, key):
    assert frames.unpack(payload_of(frames.pack_key(series, RUN, key))) == frames.Key(series, RUN, key)


@given(st.integers(0, 2**32 - 1), st.binary())
def test_a_chunk_comes_back_as_it_was(series, data):
    assert frames.unpack(payload_of(frames.pack_chunk(series, data))) == frames.Chunk(series, data)


def test_a_kind_that_only_a_newer_version_knows_is_nothing():
    assert frames.unpack(payload_of(frames.pack_frame(b"\x7fnew"))) is None


def test_nan_and_infinity_stand_in_documents():
    back = frames.unpack(payload_of(frames.pack_doc({"a": float("inf"), "b": float("nan")})))
    assert isinstance(back, frames.Doc)
    assert back.fields["a"] == float("inf")
    assert back.fields["b"] != back.fields["b"]


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_a_character_does_not_keep_a_document_from_being_written(text):
    back = frames.unpack(payload_of(frames.pack_doc({"note": text})))
    assert isinstance(back, frames.Doc)
    back.fields["note"].encode()  # can be stored


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b", "a�b"),
        ("\0\0", "��"),
        ("a\\\0", "a\\�"),
        ("the words \\u0000 and \\\\u0000", "the words \\u0000 and \\\\u0000"),
    ],
)
def test_nul_is_replaced_and_what_only_looks_like_it_is_not(text, kept):
    assert frames.unpack(payload_of(frames.pack_doc({text: text}))) == frames.Doc({kept: kept})
    assert frames.unpack(payload_of(frames.pack_key(1, RUN, text))) == frames.Key(1, RUN, kept)
