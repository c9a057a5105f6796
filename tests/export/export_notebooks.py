"""Notebooks for the tests, written as lists of cells."""

from __future__ import annotations

import json
from pathlib import Path

IMPORTS = """import pandas as pd
from pathlib import Path
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
import matplotlib.pyplot as plt"""
PARAMETERS = """n_estimators: int = 20  # number of trees, >= 1
criterion: Literal["gini", "entropy"] = "gini"
test_share = 0.25
data = Path("orders.csv")"""
FUNCTION = '''def clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows with a value in every column.

    And nothing else.
    """
    return frame.dropna()'''
TRAIN = '''%%track forest
# A forest.
orders = clean(pd.read_csv(data))
X_train, X_test, y_train, y_test = train_test_split(
    orders[["price", "size"]], orders["late"], test_size=test_share, random_state=0
)
note = """one
two"""
clf = RandomForestClassifier(n_estimators, criterion=criterion, random_state=0).fit(X_train, y_train)
accuracy = accuracy_score(y_test, clf.predict(X_test))
orders'''
TEST = """# It has learned something
assert accuracy > 0.5
assert note.splitlines() == ["one", "two"]
assert clf.n_estimators == n_estimators"""


def cell(source: str, *tags: str, kind: str = "code") -> dict[str, object]:
    """One cell."""
    made: dict[str, object] = {
        "cell_type": kind,
        "source": source,
        "metadata": {"tags": list(tags)} if tags else {},
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def save(path: Path, *cells: dict[str, object]) -> Path:
    """Writes a notebook."""
    document = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)}
    path.write_text(json.dumps(document))
    return path


def orders_notebook(folder: Path) -> Path:
    """A notebook that trains on orders.csv, which lies beside it."""
    rows = "".join(f"{i % 17},{i % 5},{int(i % 17 > 8)}\n" for i in range(200))
    (folder / "orders.csv").write_text("price,size,late\n" + rows)
    return save(
        folder / "train.ipynb",
        cell("# Training", kind="markdown"),
        cell("%load_ext nbmlops\n%matplotlib inline"),
        cell(IMPORTS + "\nfrom typing import Literal"),
        cell(PARAMETERS, "parameters"),
        cell("#| export\n" + FUNCTION),
        cell(TRAIN, "export"),
        cell("orders.head()"),
        cell(TEST, "test"),
        cell("assert len(clean(pd.read_csv(data))) == 200", "test"),
    )
