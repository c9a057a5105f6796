"""Content fingerprints beside `joblib.hash`, `pandas.util.hash_pandas_object` and xxh3, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import joblib
import numpy as np
import pandas as pd
import xxhash

from nbmlops.capture.fingerprints import fingerprint
from nbmlops.profiles import profile

ROWS = 1_000_000


def in_turn(one: Callable[[], object], other: Callable[[], object], repeats: int) -> tuple[float, float]:
    """The shortest of several wall times of each, measured in turn, in milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for call, taken in zip((one, other), times, strict=True):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return 1000 * min(times[0]), 1000 * min(times[1])


@dataclass(frozen=True)
class Subject:
    """What is hashed.

    Attributes:
        title: in the table.
        obj: the data.
        repeats: how often it is hashed.
        least: how many times `joblib.hash` must take; None where nothing is asked.
        buffers: those of its values, for xxh3.
    """

    title: str
    obj: Any
    repeats: int
    least: float | None = None
    buffers: tuple[Any, ...] = ()


def subjects() -> list[Subject]:
    """Numbers and texts, large and small, in each way in which pandas lays them out."""
    rng = np.random.default_rng(0)
    values = rng.random((ROWS, 10))
    columns = tuple(np.ascontiguousarray(values.T))
    small = pd.DataFrame(rng.random((500, 30))).rename(columns="c{}".format)
    words = [f"word {number}" for number in rng.integers(0, 10_000, 300_000)]
    return [
        Subject("frame 1,000,000 x 10 floats, from an array", pd.DataFrame(values), 7, 4, columns),
        Subject(
            "frame 1,000,000 x 10 floats, from columns",
            pd.DataFrame({f"c{i}": values[:, i] for i in range(10)}),
            7,
            4,
            columns,
        ),
        Subject("frame 1,000,000 x 10 floats, rows in memory", pd.DataFrame(values, copy=False), 7, 4),
        Subject("array 1,000,000 x 10 floats", values, 7, 4, (values,)),
        Subject("frame 500 x 30 floats", small, 100),
        Subject("frame 500 x 30, floats and text", small.assign(s=words[:500], t=words[500:1000]), 100),
        Subject("column of 300,000 words", pd.DataFrame({"s": words}), 3, 5),
        Subject(
            "column of 300,000 words as objects", pd.DataFrame({"s": pd.Series(words, dtype=object)}), 3, 5
        ),
    ]


def peers(subject: Subject) -> dict[str, Callable[[], object]]:
    """What the peers offer for this object."""
    obj = subject.obj
    found: dict[str, Callable[[], object]] = {"joblib.hash": lambda: joblib.hash(obj)}
    if isinstance(obj, pd.DataFrame):
        found["hash_pandas_object"] = lambda: pd.util.hash_pandas_object(obj)
    if subject.buffers:
        found["xxh3_128 of the buffers"] = lambda: [
            xxhash.xxh3_128(buffer).digest() for buffer in subject.buffers
        ]
    return found


def compared(subject: Subject) -> list[dict[str, Any]]:
    """One row for each peer, all on the same object, ours and the peer's in turn."""
    rows = []
    for name, call in peers(subject).items():
        ours, peer = in_turn(partial(fingerprint, subject.obj), call, subject.repeats)
        row: dict[str, Any] = {
            "what": f"fingerprint: {subject.title} / {name}",
            "ours": ours,
            "peer": peer,
            "ratio": peer / ours,
            "unit": "ms",
        }
        least = {"joblib.hash": subject.least, "xxh3_128 of the buffers": 0.5}.get(name)
        if least is not None:
            row |= {"reach": f"at least {least:g}×", "holds": peer / ours >= least}
        rows.append(row)
    return rows


def profile_rows() -> list[dict[str, Any]]:
    """What a profile takes beside the fingerprint of the same data."""
    rng = np.random.default_rng(0)
    rows = []
    for title, values in (("uniform", rng.random((ROWS, 10))), ("normal", rng.normal(size=(ROWS, 10)))):
        frame = pd.DataFrame(values)
        ours, hashed = in_turn(partial(profile, frame), partial(fingerprint, frame), 5)
        what = f"profile: frame 1,000,000 x 10 floats, {title} / its fingerprint"
        rows.append({"what": what, "ours": ours, "peer": hashed, "ratio": hashed / ours, "unit": "ms"})
    return rows


def measure() -> list[dict[str, Any]]:
    """One row for each subject and peer: `what`, `ours` and `peer` (ms), `ratio` (peer / ours), `unit`."""
    return [row for subject in subjects() for row in compared(subject)] + profile_rows()


def main() -> None:
    for row in measure():
        print(
            f"{row['what']:<80}{row['ours']:>10.2f}{row['peer']:>10.2f} {row['unit']}{row['ratio']:>8.1f} x  "
            f"{row.get('reach', '')} {'' if row.get('holds') in (None, True) else 'NOT REACHED'}".rstrip()
        )


if __name__ == "__main__":
    main()
