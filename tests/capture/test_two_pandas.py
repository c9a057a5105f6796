"""The same values have the same content in pandas 2 and pandas 3, and in polars and Arrow beside either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import nbmlops

HERE = int(pd.__version__.split(".", maxsplit=1)[0])
OTHER = "pandas>=3,<4" if HERE == 2 else "pandas>=2.2,<3"
HASHES = """
import datetime as dt, json
from decimal import Decimal
import numpy as np, pandas as pd, polars as pl, pyarrow as pa
from nbmlops.capture.fingerprints import fingerprint

days = pd.date_range("2020-01-01", periods=3)
made = {
    "int": pd.Series([1, 2, 3]),
    "uint64": pd.Series([1, 2, 2**64 - 1], dtype="uint64"),
    "int?": pd.Series([1, None, 3], dtype="Int64"),
    "f64": pd.Series([1.5, np.nan, -0.0]),
    "f32": pd.Series([1.5, np.nan, -0.0], dtype="float32"),
    "f64 nullable": pd.Series([1.5, None, 2.0], dtype="Float64"),
    "complex": pd.Series([1 + 2j, 0]),
    "bool": pd.Series([True, False, True]),
    "bool?": pd.Series([True, None, False], dtype="boolean"),
    "string": pd.Series(["a", None, "ü"]),
    "string as objects": pd.Series(["a", None, "ü"], dtype=object),
    "string dtype": pd.Series(["a", None, "ü"], dtype="string"),
    "string in Arrow": pd.Series(["a", None, "ü"], dtype=pd.ArrowDtype(pa.string())),
    "binary": pd.Series([b"a", None, b""], dtype=object),
    "timestamp": pd.Series(days),
    "timestamp of texts": pd.Series(pd.to_datetime(["2020-01-01 00:00:01", None, "2021-01-01 00:00:00"])),
    "instant": pd.Series(days.tz_localize("Europe/Berlin")),
    "duration": pd.Series(pd.to_timedelta([1, None, 3], unit="s")),
    "date": pd.Series([dt.date(2020, 1, 1), None], dtype=object),
    "time": pd.Series([dt.time(1, 2), None], dtype=object),
    "decimal": pd.Series([Decimal("1.10"), None], dtype=object),
    "period": pd.Series(days.to_period("D")),
    "interval": pd.Series(pd.interval_range(0, 3)),
    "category": pd.Series(["b", "a", None], dtype="category"),
    "category of numbers": pd.Series([2, 1, 2], dtype="category"),
    "mixed": pd.Series([[1, 2], {"a": 1}, "x"], dtype=object),
    "null": pd.Series([None, None], dtype=object),
    "index": pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
    "index of two levels": pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
    "index of days": pd.DataFrame({"a": [1, 2, 3]}, index=days),
    "read from csv": pd.read_csv(__import__("io").StringIO("a,b,c\\n1,x,2.5\\n2,,\\n")),
    "frame": pd.DataFrame({"a": [1, 2], "s": ["x", None], "t": days[:2], "f": [0.5, 1.5]}),
}
arrow = pa.table({"a": [1, 2], "s": ["x", None], "t": pa.array([dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 2)]), "f": [0.5, 1.5]})
made |= {"frame in Arrow": arrow, "frame in polars": pl.from_arrow(arrow), "frame from Arrow": arrow.to_pandas()}
print(json.dumps([pd.__version__, {name: fingerprint(obj).content for name, obj in made.items()}]))
"""


def hashes(*folders: Path) -> tuple[str, dict[str, str]]:
    source = Path(nbmlops.__file__).parents[1]
    path = os.pathsep.join(map(str, [*folders, source]))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HASHES],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    version, found = json.loads(done.stdout.splitlines()[-1])
    return version, found


def test_what_is_equal_is_equal_here():
    _, found = hashes()
    assert len({found[name] for name in found if name.startswith("frame")}) == 1
    assert len({found[name] for name in found if name.startswith("string")}) == 1


@pytest.mark.slow
def test_every_logical_type_has_one_content_in_pandas_2_and_3(tmp_path):
    # What pandas 2 needs beside what is here; all else (NumPy, Arrow, polars) is shared, so only pandas differs.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path)]
    subprocess.run([*install, OTHER, "pytz", "python-dateutil", "six", "tzdata"], check=True)
    here, mine = hashes()
    other, theirs = hashes(tmp_path)
    assert {here.split(".")[0], other.split(".")[0]} == {"2", "3"}
    assert {name: theirs[name] for name in mine if mine[name] != theirs[name]} == {}
