"""Which way a metric is better, where its name says so."""

from __future__ import annotations

import re

from nbmlops.records.runs import Direction

_DOWN = frozenset(
    {"loss", "error", "err", "mse", "rmse", "mae", "mape", "logloss", "perplexity", "latency", "brier"}
)
_UP = frozenset(
    {"accuracy", "acc", "auc", "f1", "precision", "recall", "r2", "score", "auroc", "auprc", "iou", "bleu"}
)
# A spread, a duration or a count of something is not that thing.
_NEITHER = frozenset(
    {"std", "sd", "var", "variance", "stderr", "sem", "time", "seconds", "ms", "n", "num", "count"}
)
_WORD = re.compile(r"[a-z]+[0-9]*|[0-9]+")


def known_direction(key: str) -> Direction | None:
    """The direction that a metric's name implies, None where it implies none.

    A name that holds words of both directions (`error_score`) counts as unknown, and so does a spread or a
    time (`std_r2`, `score_time`). `neg` turns the direction round, as in scikit-learn's scorers.

    Example:
        >>> known_direction("test/rmse"), known_direction("f1_macro"), known_direction("n_leaves")
        ('min', 'max', None)
        >>> known_direction("neg_mean_absolute_error"), known_direction("score_time")
        ('max', None)
    """
    words = set(_WORD.findall(re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", key).lower()))
    down, up = bool(words & _DOWN), bool(words & _UP)
    if down == up or words & _NEITHER:
        return None
    if words & {"neg", "negative"}:
        down = not down
    return "min" if down else "max"
