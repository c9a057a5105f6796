"""Content fingerprints beside `joblib.hash` and `pandas.util.hash_pandas_object`, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import joblib
import numpy as np
import pandas as pd

from nbmlops.capture.fingerprints import fingerprint

ROWS = 1_000_000


def best(call: Callable[[], object], repeats: int) -> float:
    """The shortest of several wall times, in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def subjects() -> list[tuple[str, Any, int]]:
    """What is hashed: a title, the object, how often."""
    rng = np.random.default_rng(0)
    values = rng.random((ROWS, 10))
    small = pd.DataFrame(rng.random((500, 30))).rename(columns="c{}".format)
    words = [f"word {number}" for number in rng.integers(0, 10_000, 300_000)]
    return [
        ("frame 1,000,000 x 10 floats, from an array", pd.DataFrame(values), 7),
        (
            "frame 1,000,000 x 10 floats, from columns",
            pd.DataFrame({f"c{i}": values[:, i] for i in range(10)}),
            7,
        ),
        ("frame 1,000,000 x 10 floats, rows in memory", pd.DataFrame(values, copy=False), 7),
        ("array 1,000,000 x 10 floats", values, 7),
        ("frame 500 x 30 floats", small, 100),
        ("frame 500 x 30, floats and text", small.assign(s=words[:500], t=words[500:1000]), 100),
        ("column of 300,000 words", pd.DataFrame({"s": words}), 3),
        ("column of 300,000 words as objects", pd.DataFrame({"s": pd.Series(words, dtype=object)}), 3),
    ]


def peers(obj: Any) -> dict[str, Callable[[], object]]:
    """What the peers offer for this object."""
    found: dict[str, Callable[[], object]] = {"joblib.hash": lambda: joblib.hash(obj)}
    if isinstance(obj, pd.DataFrame):
        found["hash_pandas_object"] = lambda: pd.util.hash_pandas_object(obj)
    return found


def compared(title: str, obj: Any, repeats: int) -> list[dict[str, Any]]:
    """One row for each peer, all on the same object."""
    ours = best(lambda: fingerprint(obj), repeats)
    rows = []
    for name, call in peers(obj).items():
        peer = best(call, max(repeats // 2, 2))
        what = f"fingerprint: {title} / {name}"
        rows.append({"what": what, "ours": ours, "peer": peer, "ratio": peer / ours, "unit": "ms"})
    return rows


def measure() -> list[dict[str, Any]]:
    """One row for each subject and peer: `what`, `ours` and `peer` (ms), `ratio` (peer / ours), `unit`."""
    return [row for subject in subjects() for row in compared(*subject)]


def main() -> None:
    for row in measure():
        print(
            f"{row['what']:<80}{row['ours']:>10.2f}{row['peer']:>10.2f} {row['unit']}{row['ratio']:>8.1f} x"
        )


if __name__ == "__main__":
    main()
