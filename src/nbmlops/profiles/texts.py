"""Texts to 64-bit hashes that are the same in every process, and to their most frequent values."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from blake3 import blake3

from nbmlops.records.profiles import KEPT_HASHES, Values, most_frequent

_LONG = 256  # bytes; longer texts are few, and hashed one by one
_SHOWN = 120  # characters
_MIX = tuple(
    np.uint64(word) for word in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)  # SplitMix64, Steele et al. 2014
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)


def mixed(words: Any) -> Any:
    """Each 64-bit word as another that depends on all its bits."""
    words = (words ^ (words >> np.uint64(30))) * _MIX[0]
    words = (words ^ (words >> np.uint64(27))) * _MIX[1]
    return words ^ (words >> np.uint64(31))


def text_hashes(data: Any, offsets: Any) -> Any:
    """A 64-bit hash of each of many byte strings.

    Args:
        data: uint8, all strings' bytes one after another.
        offsets: int64, shape (n + 1,): where each begins, and where the last ends.

    Returns:
        uint64, shape (n,).
    """
    lengths = np.diff(offsets)
    padded = np.concatenate([data[offsets[0] : offsets[-1]], np.zeros(8, dtype=np.uint8)])
    windows: Any = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))  # eight bytes from each place
    starts = offsets[:-1] - offsets[0]
    words = mixed(lengths.astype(np.uint64) + _STEP)
    short = lengths <= _LONG
    for at in range(0, int(lengths[short].max(initial=0)), 8):
        rows = np.flatnonzero(short & (lengths > at))
        piece = windows[starts[rows] + at] & _MASKS[np.minimum(lengths[rows] - at, 8)]
        words[rows] = mixed((words[rows] ^ piece) + _STEP)
    for row in np.flatnonzero(~short):
        digest = blake3(padded[starts[row] : starts[row] + lengths[row]].data).digest()
        words[row] = int.from_bytes(digest[:8], "little")
    return words


def hashes_of(texts: Sequence[str]) -> Any:
    """`text_hashes` of `str` objects."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    return text_hashes(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)


def counted(texts: Sequence[str], counts: Sequence[int]) -> Values:
    """The summary of a column from its distinct values and how often each occurs."""
    if not len(texts):
        return Values()
    smallest = np.unique(hashes_of(texts))[:KEPT_HASHES]
    top: Iterable[int] = range(len(texts))
    rest = 0
    if len(texts) > 4 * KEPT_HASHES:
        order = np.argsort(-np.asarray(counts), kind="stable")
        # One more than can be kept, so that the first that is left out is known.
        top = itertools.islice(order.tolist(), KEPT_HASHES)
        rest = int(counts[order[KEPT_HASHES]])
    frequent: dict[str, int] = {}
    for place in top:
        text = _shortened(texts[place])
        frequent[text] = frequent.get(text, 0) + int(counts[place])
    found = most_frequent(tuple(smallest.tolist()), frequent)
    return Values(found.hashes, found.frequent, max(found.error, rest))


def of_booleans(counts: Mapping[str, int]) -> Values:
    """The summary of booleans."""
    present = {word: count for word, count in counts.items() if count}
    return counted(list(present), list(present.values()))


def _shortened(text: str) -> str:
    if len(text) <= _SHOWN:
        return text
    mark = blake3(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{text[: _SHOWN - 10]}… {mark}"
