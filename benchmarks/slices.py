"""What it costs to follow what cells depend on.

python benchmarks/slices.py
"""

from __future__ import annotations

import json

from tracking import Row, row, side  # type: ignore[import-not-found]  # run.py puts this folder on the path


def measure() -> list[Row]:
    """Sessions of 500 cells, and tracked cells, each in a process of its own."""
    plain, followed, tracked = (side("sessions", name) for name in ("plain", "followed", "tracked"))
    added = followed["cell"] - plain["cell"]
    beyond = tracked["tracked"] - tracked["cell"] - tracked["fingerprints"]
    return [
        row(
            "an untracked cell in a session of 500 cells: what following it adds", added, None, "ms", below=3
        ),
        row("the slice of a run that depends on 500 cells", followed["slice"], None, "ms", below=50),
        row(
            "a tracked cell that fits: what capture adds beyond the fingerprints",
            beyond,
            None,
            "ms",
            below=15,
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
