"""Slices of notebooks, with what each cell takes from earlier ones, as lineages are drawn from."""

from __future__ import annotations

from datetime import UTC, datetime

from nbmlops.records import (
    Artifact,
    Fingerprint,
    Input,
    LocalModule,
    Need,
    RunInfo,
    RunStatus,
    SliceCell,
    Verdict,
)

CUSTOMERS = "/home/ann/churn/data/customers.csv"
PREPARED = "/home/ann/churn/prepared.parquet"


def cell(count: int, source: str, *needs: tuple[int, str], **more: object) -> SliceCell:
    """A cell; `needs` are pairs of a place and names parted by commas."""
    made = tuple(Need(at, tuple(names.split(", "))) for at, names in needs)
    return SliceCell(source, f"c{count}", count, more.pop("reason", "it is needed"), needs=made, **more)  # type: ignore[arg-type]


CHURN = (
    cell(1, "import numpy as np\nimport pandas as pd\n"),
    cell(2, "SEED = 7\nnp.random.seed(SEED)", (0, "np")),
    cell(3, f"customers = pd.read_csv({CUSTOMERS!r})", (0, "pd"), reads=(CUSTOMERS,)),
    cell(5, "customers['age'] = customers['age'].clip(18)", (2, "customers")),
    cell(6, "customers.to_parquet('prepared.parquet')", (3, "customers"), writes=(PREPARED,)),
    cell(8, "df = pd.read_parquet('prepared.parquet')", (0, "pd"), (4, "file prepared.parquet"), reads=(PREPARED,)),
    cell(9, "from features import scale\ntrain, test = scale(df)", (5, "df"), (1, "random numbers (numpy)")),
    cell(10, "1 / 0", failed=True),
    cell(12, "%%track forest\nclf = Forest().fit(train)\nauc = score(clf, test)",
         (6, "train, test"), (6, "random numbers (numpy)"), results={"auc": "a1b2c3d4e5"}),
)  # fmt: skip


def churn_run(**more: object) -> RunInfo:
    """A run of that slice."""
    given: dict[str, object] = {
        "slice": CHURN,
        "modules": (LocalModule("features", "/home/ann/churn/features.py", "9f" * 32, "-a\n+b"),),
        "metrics": {"auc": 0.95},
        "inputs": (
            Input("train", "dataframe", fingerprint=Fingerprint("c1:5c3210dd00", "s1:0"), shape=(80, 4)),
            Input("customers.csv", "file", path=CUSTOMERS, fingerprint=Fingerprint("c1:77aa88bb00", "s1:0")),
        ),
        "artifacts": (Artifact("clf", "model", "application/x", "ab" * 32, 10, is_dir=True),),
        "verdict": Verdict.DIFFERS,
    }
    return RunInfo(
        "c3a59fbf3ae0ced25730d503c3a56d4d", "forest", "churn", RunStatus.FINISHED,
        datetime(2026, 11, 20, tzinfo=UTC), **(given | more),  # type: ignore[arg-type]
    )  # fmt: skip


def chain(length: int) -> tuple[SliceCell, ...]:
    """A notebook that goes on and on with one frame."""
    first = cell(1, "df = load()")
    return (first, *(cell(n + 1, f"df = step_{n}(df)", (n - 1, "df")) for n in range(1, length)))
