"""Runs as twelve cells on the breast-cancer data leave them, two of them wrong on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import numpy as np

from nbmlops.records import (
    Artifact,
    Column,
    Environment,
    Experiment,
    Fingerprint,
    GitState,
    Goal,
    Input,
    Metric,
    OutputTails,
    Param,
    ResourceUse,
    RunInfo,
    RunStatus,
    Series,
    known_direction,
)

STARTED = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
GOAL = Goal("accuracy", ">=", 0.95)
EXPERIMENT = Experiment("breast-cancer", goal=GOAL, runs=12, created=STARTED)
LEAK = "Every row of X_test is also in X, which clf was fitted on: the metrics say nothing about new data."
COLUMNS = tuple(
    Column(name, "float64") for name in ("mean radius", "mean texture", "mean perimeter", "mean area")
)
ENVIRONMENT = Environment(
    "3.11.9",
    "Linux-6.8-x86_64",
    {"scikit-learn": "1.6.1", "numpy": "2.2.1", "pandas": "2.2.3", "nbmlops": "0.1.0"},
)
TRACEBACK = """---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[9], line 3
      1 clf = LogisticRegression(penalty="l1", solver="lbfgs", C=1.0)
----> 3 clf.fit(X_train, y_train)

File ~/venv/lib/python3.11/site-packages/sklearn/linear_model/_logistic.py:71, in _check_solver(solver)
---> 71     raise ValueError(f"Solver {solver} supports only 'l2' or None penalties, got {penalty} penalty.")

ValueError: Solver lbfgs supports only 'l2' or None penalties, got l1 penalty."""
ERROR = "ValueError: Solver lbfgs supports only 'l2' or None penalties, got l1 penalty."


def digest(text: str) -> str:
    """A stand-in for a content hash: stable, and different for different texts."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def frame(name: str, rows: int, columns: int = 30, *, content: str | None = None) -> Input:
    return Input(
        name=name,
        kind="dataframe",
        fingerprint=Fingerprint(f"c1:{digest(content or name)}", f"s1:{digest(name)}"),
        shape=(rows, columns) if columns else (rows,),
        columns=COLUMNS if columns else (),
        nbytes=rows * max(columns, 1) * 8,
    )


DATA = (frame("X_train", 455), frame("y_train", 455, 0), frame("X_test", 114), frame("y_test", 114, 0))
LEAKING = (frame("X", 569), frame("y", 569, 0), frame("X_test", 114), frame("y_test", 114, 0))


def make_run(name: str, metrics: dict[str, float] | None = None, **changes: Any) -> RunInfo:
    """A finished run of `name`, with the details that the store would give beside its metrics and params."""
    metrics = metrics or {}
    counts = changes.pop("counts", {})
    details = tuple(
        Metric(
            key,
            value,
            value - 0.004 if key in counts else value,
            0.72 if key in counts else value,
            count=counts.get(key, 1),
            direction=known_direction(key),
        )
        for key, value in metrics.items()
    )
    params = changes.pop("params", {})
    defaults = changes.pop("defaults", {})
    shown = tuple(Param(key, value, "estimator") for key, value in params.items())
    hidden = tuple(Param(key, value, "estimator", shown=False) for key, value in defaults.items())
    given: dict[str, Any] = {
        "id": digest(name + repr(sorted(changes)) + repr(metrics)),
        "experiment": "breast-cancer",
        "status": RunStatus.FINISHED,
        "started": STARTED,
        "duration": 0.42,
        "kind": "cell",
        "metrics": metrics,
        "metric_details": details,
        "params": {**params, **defaults},
        "param_details": shown + hidden,
        "inputs": DATA,
        "environment": ENVIRONMENT,
    }
    return RunInfo(name=name, **{**given, **changes})


def _cell(name: str, made: str, train: str = "X_train, y_train") -> str:
    return (
        f"%%track {name} -e breast-cancer\n{made}\nclf.fit({train})\n"
        "accuracy = accuracy_score(y_test, clf.predict(X_test))\n"
        "roc_auc = roc_auc_score(y_test, clf.predict_proba(X_test)[:, 1])\n"
    )


_MADE: tuple[tuple[str, str, dict[str, Any], float, float], ...] = (
    ("logistic", "LogisticRegression", {"C": 1.0, "max_iter": 5000}, 109 / 114, 0.9970899470899471),
    ("logistic-strong", "LogisticRegression", {"C": 0.01, "max_iter": 5000}, 108 / 114, 0.9930555555),
    ("tree", "DecisionTreeClassifier", {"max_depth": 4}, 107 / 114, 0.9380787037037037),
    ("forest-50", "RandomForestClassifier", {"n_estimators": 50, "max_depth": 4}, 108 / 114, 0.99239417989),
    ("forest-200", "RandomForestClassifier", {"n_estimators": 200, "max_depth": 8}, 109 / 114, 0.9937169312),
    ("forest-deep", "RandomForestClassifier", {"n_estimators": 500}, 109 / 114, 0.99421296296),
    (
        "boosting",
        "HistGradientBoostingClassifier",
        {"learning_rate": 0.1, "max_iter": 200},
        110 / 114,
        0.99437830688,
    ),
    (
        "boosting-slow",
        "HistGradientBoostingClassifier",
        {"learning_rate": 0.03, "max_iter": 400},
        111 / 114,
        0.9953703,
    ),
    ("svm", "SVC", {"C": 10.0, "gamma": "scale", "probability": True}, 106 / 114, 0.9705687830687),
    (
        "mlp",
        "MLPClassifier",
        {"hidden_layer_sizes": [64, 32], "learning_rate_init": 0.003},
        107 / 114,
        0.985449735,
    ),
)


def twelve_runs() -> list[RunInfo]:
    """Ten sound runs, then one that failed and one that was fitted on the test rows too."""
    runs = [_sound(position, *made) for position, made in enumerate(_MADE)]
    runs.insert(
        3,
        make_run(
            "logistic-l1",
            status=RunStatus.FAILED,
            params={"clf.C": 1.0, "clf.penalty": "l1", "random_state": 0},
            error=ERROR,
            traceback=TRACEBACK,
            inputs=DATA[:2],
            source=_cell("logistic-l1", 'clf = LogisticRegression(penalty="l1", solver="lbfgs", C=1.0)'),
            started=STARTED + timedelta(minutes=9),
            duration=0.031,
        ),
    )
    runs.append(
        make_run(
            "forest-all",
            {"accuracy": 1.0, "roc_auc": 1.0},
            params={"clf.n_estimators": 200, "random_state": 0, "test_size": 0.2},
            inputs=LEAKING,
            doubts=(LEAK,),
            source=_cell(
                "forest-all", "clf = RandomForestClassifier(n_estimators=200, random_state=0)", "X, y"
            ),
            started=STARTED + timedelta(minutes=31),
        )
    )
    return runs


def _sound(
    position: int, name: str, model: str, params: dict[str, Any], accuracy: float, auc: float
) -> RunInfo:
    series = {"loss": 0.08 + 0.004 * position} if model.startswith(("MLP", "Hist")) else {}
    words = ", ".join(f"{key}={value!r}" for key, value in params.items())
    return make_run(
        name,
        {"accuracy": accuracy, "roc_auc": auc, **series},
        counts={"loss": 200},
        params={
            **{f"clf.{key}": value for key, value in params.items()},
            "random_state": 0,
            "test_size": 0.2,
        },
        defaults={"clf.verbose": 0, "clf.warm_start": False},
        source=_cell(name, f"clf = {model}({words})"),
        started=STARTED + timedelta(minutes=3 * position),
        duration=0.21 + 0.9 * position,
        git=GitState("4f2a9c1b7d", dirty=position > 5, branch="main"),
        resources=ResourceUse(cpu_seconds=0.4 + position, peak_rss_bytes=212_000_000),
        artifacts=(
            Artifact("clf", "model", "application/vnd.mlflow.model", digest(name), 48_213, is_dir=True),
        ),
        output=OutputTails(
            stdout="fitted\n", warnings=("ConvergenceWarning: stopped early",) if model == "SVC" else ()
        ),
        tags={"team": "growth"},
        notebook="breast-cancer.ipynb",
        execution_count=position + 4,
    )


def loss_series(runs: list[RunInfo]) -> dict[tuple[str, str], Series]:
    """A falling loss for each run that has one."""
    found = {}
    for number, run in enumerate(run for run in runs if "loss" in run.metrics):
        steps = np.arange(200, dtype=np.int64)
        noise = np.random.default_rng(number).normal(0, 0.008, 200)
        values = run.metrics["loss"] + 0.6 * np.exp(-steps / (18 + 14 * number)) + noise
        values[-1] = run.metrics["loss"]
        found[run.id, "loss"] = Series("loss", steps, values, STARTED.timestamp() + steps * 0.01)
    return found
