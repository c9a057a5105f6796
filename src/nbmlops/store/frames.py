"""The journal's format, version 1: what is written and read, without any file.

A journal is a row of frames, each `size: u32, crc32: u32` (little endian, of the payload) and the
payload, whose first byte tells its kind:

    1 DOC     a JSON object; its "op" says what it is about
    2 KEY     series: u32, run: 16 bytes, key: UTF-8      numbers a metric of a run
    3 POINT   series: u32, step: i64, value: f64, time: f64
    4 SERIES  series: u32, then a chunk as `store/chunks.py` packs it

Numbers of series count within one journal. A step of `NO_STEP` means "the next one".
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

NO_STEP = -(2**63)
DOC, KEY, POINT, SERIES = 1, 2, 3, 4

HEAD = struct.Struct("<II")
POINT_BODY = struct.Struct("<BIqdd")
_SERIES_HEAD = struct.Struct("<BI")
_KEY_HEAD = struct.Struct("<BI16s")
_JSON_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # not a backslash before the five characters "u0000"


@dataclass(frozen=True, slots=True)
class Doc:
    """A JSON object about a run or the journal itself."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """From here on `series` stands for this metric of this run."""

    series: int
    run_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Many values of a metric at once, packed."""

    series: int
    data: bytes


Frame = Doc | Key | Chunk


def pack_frame(payload: bytes) -> bytes:
    """The payload behind its size and checksum."""
    return HEAD.pack(len(payload), crc32(payload)) + payload


def pack_doc(fields: Mapping[str, Any]) -> bytes:
    """A DOC frame. A lone surrogate, which neither UTF-8 nor a database can hold, becomes a question mark, and
    NUL, which PostgreSQL can't hold, the replacement character.
    """
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    if "\\u0000" in text:
        text = _JSON_NUL.sub("\\1\ufffd", text)
    return pack_frame(b"\x01" + text.encode("utf-8", "replace"))


def pack_key(series: int, run_id: str, key: str) -> bytes:
    """A KEY frame."""
    name = key.replace("\0", "\ufffd").encode()
    return pack_frame(_KEY_HEAD.pack(KEY, series, bytes.fromhex(run_id)) + name)


def pack_chunk(series: int, data: bytes) -> bytes:
    """A SERIES frame."""
    return pack_frame(_SERIES_HEAD.pack(SERIES, series) + data)


def unpack(payload: bytes) -> Frame | None:
    """The frame in a payload; None for a kind that only a newer nbmlops knows. Points, of which there are many,
    are read in blocks by `store/scan.py`.
    """
    match payload[0]:
        case 1:
            return Doc(json.loads(payload[1:]))
        case 2:
            _, series, run = _KEY_HEAD.unpack_from(payload)
            return Key(series, run.hex(), payload[_KEY_HEAD.size :].decode())
        case 4:
            _, series = _SERIES_HEAD.unpack_from(payload)
            return Chunk(series, payload[_SERIES_HEAD.size :])
    return None
