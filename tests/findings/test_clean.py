"""Ordinary notebooks, with seeds where they need them, give no finding at all."""

from __future__ import annotations

import pytest

from .conftest import Notebook

LOAD = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\n"
    "from sklearn.datasets import load_breast_cancer\nfrom sklearn.ensemble import RandomForestClassifier\n"
    "from sklearn.metrics import accuracy_score, roc_auc_score\n"
    "from sklearn.model_selection import train_test_split, cross_val_score"
)
DATA = "X, y = load_breast_cancer(return_X_y=True, as_frame=True)"
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)"
NOTEBOOKS = {
    "forest": [
        LOAD, DATA, "X.head()", "X.describe()", "y.value_counts().plot.bar();", SPLIT,
        ("%%track forest\nclf = RandomForestClassifier(n_estimators=20, random_state=0).fit(X_train, y_train)\n"
        "accuracy = accuracy_score(y_test, clf.predict(X_test))"),
        ("%%track forest\nclf = RandomForestClassifier(n_estimators=30, random_state=0).fit(X_train, y_train)\n"
        "accuracy = accuracy_score(y_test, clf.predict(X_test))"),
    ],
    "global seed": [
        LOAD, "np.random.seed(42)", DATA, "X_train, X_test, y_train, y_test = train_test_split(X, y)",
        "model = RandomForestClassifier(n_estimators=10)",
        "%%track\nmodel.fit(X_train, y_train)\nauc = roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])\nauc",
        "%%track\nmodel.fit(X_train, y_train)\nauc = roc_auc_score(y_test, model.predict_proba(X_test)[:, 1])\nauc",
    ],
    "generator": [
        "import numpy as np\nfrom time import perf_counter", "rng = np.random.default_rng(7)",
        "X = rng.normal(size=(200, 3))\ny = (X[:, 0] + 0.1 * rng.normal(size=200) > 0).astype(int)",
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
        ("%%track\nw = np.zeros(3)\nlosses = []\nstarted = perf_counter()\nfor epoch in range(20):\n"
        "    p = sigmoid(X @ w)\n    losses.append(float(-np.mean(y * np.log(p + 1e-9))))\n    w -= 0.1 * X.T @ (p - y) / len(y)\n"
        "print(f'took {perf_counter() - started:.2f} s')\nloss = losses[-1]\naccuracy = float(((sigmoid(X @ w) > 0.5) == y).mean())\n"
        "{'loss': loss, 'accuracy': accuracy}"),
    ],
    "frames": [
        "import pandas as pd\npd.set_option('display.max_rows', 20)",
        "df = pd.DataFrame({'city': ['a', 'b', 'a', 'c'] * 5, 'price': [1.0, 2.0, None, 4.0] * 5})",
        "df = df.dropna()\ndf['rank'] = df['price'].rank()", "df.info()", "df.groupby('city')['price'].mean()",
        "summary = df.pivot_table(index='city', values='price')",
        "%%track\nmean_price = float(summary['price'].mean())\nspread = float(df['price'].std())",
    ],
    "csv and figures": [
        "from pathlib import Path\nimport pandas as pd, matplotlib.pyplot as plt",
        "Path('in.csv').write_text('a,b\\n1,2\\n3,5\\n')", "df = pd.read_csv('in.csv')",
        "fig, ax = plt.subplots()\nax.scatter(df.a, df.b)\nfig.savefig('plot.png')",
        "%%track\nslope = float((df.b.diff() / df.a.diff()).iloc[1])\ndf.assign(slope=slope).to_csv('out.csv')",
    ],
    "sweep": [
        LOAD, DATA, SPLIT,
        ("%%track sweep\nresults = []\nfor depth in (2, 4):\n"
        "    scores = cross_val_score(RandomForestClassifier(8, max_depth=depth, random_state=1), X_train, y_train, cv=3)\n"
        "    results.append({'depth': depth, 'score': scores.mean()})\nbest_score = float(max(r['score'] for r in results))"),
        "pd.DataFrame(results).plot(x='depth', y='score');",
    ],
    "pipeline and functions": [
        ("from sklearn.linear_model import LogisticRegression\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\nfrom sklearn.datasets import load_wine\n"
        "from sklearn.model_selection import train_test_split"),
        "SEED = 3\nconfig = {'C': 0.5, 'max_iter': 500}",
        "def load():\n    X, y = load_wine(return_X_y=True)\n    return train_test_split(X, y, random_state=SEED)",
        "def evaluate(model, X, y):\n    return {'accuracy': float((model.predict(X) == y).mean())}",
        "X_train, X_test, y_train, y_test = load()",
        ("%%track\npipe = make_pipeline(StandardScaler(), LogisticRegression(**config)).fit(X_train, y_train)\n"
        "evaluate(pipe, X_test, y_test)"),
    ],
    "classes": [
        "import random\nrandom.seed(5)\nimport time",
        ("class Walker:\n    def __init__(self, steps):\n        self.steps = steps\n        self.path = []\n"
        "    def walk(self):\n        t0 = time.time()\n        for _ in range(self.steps):\n"
        "            self.path.append(random.choice([-1, 1]))\n        self.seconds = time.time() - t0\n        return sum(self.path)"),
        "%%track\nwalker = Walker(100)\ndistance = abs(walker.walk()) / 10.0",
    ],
    "sets and files": [
        "import json\nfrom pathlib import Path\nwords = 'the cat sat on the mat'.split()",
        "vocabulary = {word: i for i, word in enumerate(sorted(set(words)))}\nseen = {'cat', 'dog'}",
        "known = [w for w in words if w in seen]",
        "Path('vocabulary.json').write_text(json.dumps(vocabulary))",
        "loaded = json.loads(Path('vocabulary.json').read_text())",
        "%%track\ncoverage = len(known) / len(words)\nsize = float(sum(loaded.values())) / len(set(words))",
    ],
    "log by hand": [
        "import nbmlops, time, uuid\nrun_name = f'run-{uuid.uuid4()}'",
        ("%%track\nt0 = time.time()\nfor step in range(5):\n    nbmlops.log_metric('loss', 1 / (step + 1), step=step)\n"
        "print('done in', time.time() - t0)"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_ordinary_notebook_gives_no_finding(notebook: Notebook, name: str) -> None:
    for at, cell in enumerate(NOTEBOOKS[name]):
        notebook.run(cell, f"cell-{at}")
    notebook.save()
    tracked = [f"cell-{at}" for at, cell in enumerate(NOTEBOOKS[name]) if cell.startswith("%%track")]
    # What draws from a global generator is run once: a second time it goes on from where it was.
    for cell in tracked if name != "global seed" else ():
        notebook.run(notebook.cells[cell], cell)
    assert notebook.findings == ()
