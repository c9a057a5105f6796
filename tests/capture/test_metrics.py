from __future__ import annotations

import ast
import asyncio
import math
import random
import time
import types
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from nbmlops import errors
from nbmlops.capture.metric_requests import parse_metric_requests, resolve
from nbmlops.capture.metrics import inferred_metrics
from nbmlops.capture.params import earlier_params, inferred_params
from nbmlops.capture.scalars import float_scalar, number
from nbmlops.capture.scope import read_scope


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("eq")

    @property
    def __class__(self):
        raise RuntimeError("class")

    __hash__ = None


class Tensor:
    """As torch's, as far as anybody asks."""

    def __init__(self, value, shape=(), dtype="torch.float32"):
        self.value, self.shape, self.dtype = value, shape, dtype

    def item(self):
        return self.value


def score(*args, **kwargs):
    return 0.75


def space() -> dict[str, object]:
    return {
        "__name__": "__main__", "np": np, "pd": pd, "random": random, "time": time, "datetime": datetime,
        "score": score,
        "accuracy_score": score, "X": np.zeros((4, 2)), "y": [0, 1], "Tensor": Tensor, "Hostile": Hostile,
        "tqdm": lambda items, **kwargs: items, "history": {"loss": [3.0, 2.0]}, "two": lambda: (0.25, 0.5),
        "later": asyncio.sleep, "clf": type("Model", (), {"score": score})(),
    }  # fmt: skip


def run(cell: str, names: dict[str, object]) -> object:
    """Execute a cell as IPython does: the value of its last expression is handed back."""
    tree = ast.parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    exec(compile(tree, "<cell>", "exec"), names)
    if last is None:
        return None
    code = compile(ast.Expression(last.value), "<cell>", "eval", flags)
    value = eval(code, names)
    return asyncio.run(value) if type(value) is types.CoroutineType else value


def metrics(
    cell: str, names: dict[str, object] | None = None, literals: frozenset[str] = frozenset()
) -> dict[str, float]:
    names = space() if names is None else names
    scope, before = read_scope(cell), dict(names)
    earlier = earlier_params(scope, before=before, literals=literals)
    result = run(cell, names)
    params = inferred_params(scope, earlier=earlier, after=names)
    keys = {param.key for param in params.items}
    found = inferred_metrics(scope, before=before, after=names, result=result, params=keys)
    assert all(item.origin == "inferred" and item.count == 1 for item in found.items)
    return {item.key: item.last for item in found.items}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("accuracy = accuracy_score(y, X)", {"accuracy": 0.75}),
        ("loss, acc = two()", {"loss": 0.25, "acc": 0.5}),
        (
            "a = np.float32(0.5) * score()\nb = np.array(0.5) + score()\nc = np.asarray(score())",
            {"a": 0.375, "b": 1.25, "c": 0.75},
        ),
        ("t = Tensor(score())", {"t": 0.75}),
        ("mean = X[:, 0].mean()", {"mean": 0.0}),
        ("rmse = np.sqrt(score())", {"rmse": math.sqrt(0.75)}),
        ("hits = [1, 0]\nrate = sum(score() > t for t in (0, 1)) / len(y)", {"rate": 0.5}),
        ("last = history['loss'][-1]", {"last": 2.0}),
        ("acc: float = score()", {"acc": 0.75}),
        ("if (acc := score()) > 1: pass", {"acc": 0.75}),
        ("for epoch in range(3):\n    loss = score() * epoch", {"loss": 1.5}),
        ("total = 0.0\nfor row in X:\n    total += score()", {"total": 3.0}),
        ("total = 0.0\nfor item in history['loss']:\n    total += item", {"total": 5.0}),
        ("best = 0.0\nfor i, item in enumerate(history['loss']):\n    best = max(best, item)", {"best": 3.0}),
        ("acc = score()\nacc *= 100\npercent = acc", {"acc": 75.0, "percent": 75.0}),
        ("with open('/dev/null') as fh:\n    acc = score()", {"acc": 0.75}),
        ("worst = float('nan') * score()\ntop = float('inf') * score()", {"top": math.inf}),
        ("random_forest = clf\nrf = random_forest.score(X)", {"rf": 0.75}),
    ],
)
def test_computed_floats_are_metrics(cell, expected):
    found = metrics(cell)
    assert {key: value for key, value in found.items() if not math.isnan(value)} == expected


def test_nan_is_a_metric_too():
    found = metrics("loss = float('nan') * score()")
    assert math.isnan(found["loss"])


@pytest.mark.parametrize(
    "cell",
    [
        "n = len(y)",
        "flag = score() > 0.5",
        "count = int(score() * 10)",
        "name = str(score())",
        "values = np.array([score()])",
        "frame = pd.DataFrame({'a': [score()]})",
        "lr = 0.1",
        "_loss = score()",
        "n = 100\nwarmup = 0.1 * n",
        "cfg = {'lr': 0.1}\nhalf = cfg['lr'] / 2\nlog_lr = np.log10(cfg['lr'])",
        "ratio = len(y) / X.shape[0]",
        "size = float(X.size)",
        "x = float(np.random.rand())",
        "x = random.random()",
        "rng = np.random.default_rng(0)\nx = rng.normal()\nz = rng.normal(size=9).mean()",
        "generator = np.random.RandomState(0)\nx = generator.rand()",
        "t0 = time.time()",
        "t0 = time.perf_counter()\ntook = time.perf_counter() - t0\nrate = 100 / took\nr = round(took, 2)",
        "from time import perf_counter as pc, perf_counter\nt = perf_counter()\ntook = perf_counter() - t",
        "import time as clock\nt = clock.time()\ntook = clock.time() - t",
        "start = datetime.now()\ntook = (datetime.now() - start).total_seconds()",
        "times = []\nfor i in y:\n    times.append(time.time())\nmean = np.mean(times)\navg = sum(times) / 2",
        "spent = 0.0\nfor i in range(2):\n    t = time.time()\n    spent += time.time() - t",
        "for alpha in (0.1, 0.2): pass",
        "for alpha in np.linspace(0, 1, 3): a = alpha",
        "lr = 0.1\nfor epoch in range(3):\n    lr *= 0.9",
        "for epoch in range(3):\n    lr = 0.1 * 0.9 ** epoch",
        "for i, row in enumerate(X):\n    lr = 0.1 / (i + 1)",
        "for row in tqdm(X):\n    pass",
        "def f():\n    acc = score()\nf()",
        "acc = score()\ndel acc",
        "values = [score() for _ in range(3)]",
    ],
)
def test_these_are_no_metrics(cell):
    assert metrics(cell) == {}


def test_a_throughput_is_a_clock_too():
    assert metrics("t = time.time()\nper_second = score() / (time.time() - t + 1)") == {}
    assert metrics("t = time.time()\nspeed = len(X) / (time.time() - t + 1)") == {}


def test_a_name_whose_branch_did_not_run_is_no_metric():
    assert metrics("if y == []:\n    acc = score()") == {}
    assert metrics("if y == []:\n    acc = score()", space() | {"acc": 0.5}) == {}
    assert metrics("best = 0.0\nif y == []:\n    best = score()") == {}
    assert (
        metrics(
            "try:\n    raise ValueError\n    acc = score()\nexcept ValueError:\n    pass",
            space() | {"acc": 0.5},
        )
        == {}
    )


def test_a_name_whose_branch_ran_is_a_metric_also_the_second_time():
    names = space()
    cell = "if y:\n    acc = np.float64(0.5) * score()\nother = history['loss'][0]"
    assert metrics(cell, names) == metrics(cell, names) == {"acc": 0.375, "other": 3.0}


def test_parameters_read_from_earlier_cells_are_no_metrics():
    names = space() | {"lr": 0.1}
    assert metrics("scaled = lr * 0.5\nx = score(lr)", names, frozenset({"lr"})) == {"x": 0.75}


def test_what_the_user_calls_a_parameter_is_no_metric():
    after = {"acc": 0.5, "loss": 0.25}
    found = inferred_metrics(
        read_scope("loss, acc = two()"), before={}, after=after, result=None, params=frozenset({"acc"})
    )
    assert [item.key for item in found.items] == ["loss"]


def test_a_failed_cell_gives_what_it_had_computed():
    scope = read_scope("acc = score()\nboom()\nloss = score()").up_to(2)
    after = {"acc": 0.5, "loss": 0.75}
    found = inferred_metrics(scope, before={"loss": 0.75}, after=after, result=None, params=frozenset())
    assert [item.key for item in found.items] == ["acc"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("accuracy_score(y, X)", {"accuracy_score": 0.75}),
        ("clf.score(X)", {"score": 0.75}),
        ("round(accuracy_score(y, X), 3)", {"accuracy_score": 0.75}),
        ("np.mean(history['loss'])", {"mean": 2.5}),
        ("await later(0, 0.5)", {"later": 0.5}),
        ("acc = score()\nacc", {"acc": 0.75}),
        ("{'acc': score(), 'n': 3, 'ok': True, 'name': 'x', 'train': {'acc': 0.5, 'deep': {'er': 1}}}",
         {"acc": 0.75, "n": 3.0, "ok": 1.0, "train.acc": 0.5}),
        ("{'lr': lr, 'acc': score()}", {"acc": 0.75}),
        ("dict(auc=np.float32(0.5), hits=np.int64(3))", {"auc": 0.5, "hits": 3.0}),
        ("{'bad': Hostile(), 'acc': 0.5, 'frame': X}", {"acc": 0.5}),
        ("len(y)", {}),
        ("len(y) / 3", {}),
        ("time.time()", {}),
        ("np.random.rand()", {}),
        ("random.random()", {}),
        ("lr", {}),
        ("score() * 2", {}),
        ("'text'", {}),
        ("X", {}),
        ("pd.DataFrame({'a': [1.0]})", {}),
        ("Hostile()", {}),
        ("0.5", {}),
        ("print(score())", {}),
    ],
)  # fmt: skip
def test_the_last_expression_gives_metrics(cell, expected):
    assert metrics(cell, space() | {"lr": 0.1}, frozenset({"lr"})) == expected


def test_a_name_of_an_earlier_cell_is_a_metric_when_shown():
    assert metrics("acc", space() | {"acc": 0.5}) == {"acc": 0.5}
    assert metrics("n", space() | {"n": 5}) == {}


def test_cross_validation_is_named_after_itself():
    names = space() | {"cross_val_score": lambda *args: np.array([0.5, 1.0])}
    assert metrics("cross_val_score(clf, X, y).mean()", names) == {"cross_val_score": 0.75}


def test_directions_are_known_by_name():
    cell = "loss = score()\nacc = score()\nleaves = score()"
    names = space()
    scope = read_scope(cell)
    exec(cell, names)
    found = inferred_metrics(scope, before=space(), after=names, result=None, params=frozenset())
    assert [item.direction for item in found.items] == ["min", "max", None]


def test_over_a_hundred_metrics_are_cut_with_a_notice():
    names = space()
    cell = "counts"
    names["counts"] = {f"k{index}": index for index in range(150)}
    found = inferred_metrics(
        read_scope(cell), before=names, after=names, result=names["counts"], params=frozenset()
    )
    assert len(found.items) == 100
    assert "150 metrics" in found.notices[0]


def test_objects_that_only_look_like_numbers_are_none():
    class Lazy:
        __module__ = "dask.array"
        shape, dtype = (), "float64"

        def item(self):
            raise AssertionError("computed")

    for value in (
        Hostile(),
        Lazy(),
        float,
        np.float64,
        Tensor(1, dtype="torch.int64"),
        Tensor(1.0, (3,)),
        pd.NA,
        "1.0",
        None,
        1j,
    ):
        assert float_scalar(value) is None
    assert number(10**400) == math.inf
    assert number(np.bool_(True)) == 1.0


# --metrics ------------------------------------------------------------------------------------------


def requested(spec: str, after: dict[str, object], cell: str = "", result: object = None):
    return resolve(parse_metric_requests(spec), after=after, scope=read_scope(cell), result=result)


def test_requests_have_names_paths_and_directions():
    parsed = parse_metric_requests(
        'acc:max, loss:min,losses,scores.auc,history["val,loss"]:min,h[loss],losses[-1]'
    )
    assert [(item.key, item.direction) for item in parsed] == [
        ("acc", "max"), ("loss", "min"), ("losses", None), ("scores.auc", None), ("history.val,loss", "min"),
        ("h.loss", None), ("losses[-1]", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("acc:up", ["'up'", "acc:max", "acc:min"]),
        ("acc:", ["no direction"]),
        ("", ["empty"]),
        ("acc,,loss", ["empty"]),
        ("f(x)", ["f(x)", "assign"]),
        ("test acc", ["test acc"]),
        ("a + b:max", ["a + b"]),
        ("3", ["'3'"]),
        ("acc[", ["acc["]),
        ("acc:max,acc:min", ["acc", "twice"]),
    ],
)
def test_a_wrong_request_says_what_is_wrong(spec, words):
    with pytest.raises(errors.MagicUsageError) as caught:
        parse_metric_requests(spec)
    for word in words:
        assert word in str(caught.value)


def test_requests_take_what_inference_would_not():
    after = {
        "n": 5,
        "ok": np.bool_(True),
        "took": 1.5,
        "s": {"auc": 0.5},
        "o": Tensor(0.25),
        "scores": {"a": 1, "b": {"c": 2}},
    }
    found = requested("n:max,ok,took:min,s.auc,o.value,scores", after)
    assert {item.key: (item.last, item.direction) for item in found.scalars} == {
        "n": (5.0, "max"), "ok": (1.0, None), "took": (1.5, "min"), "s.auc": (0.5, "max"),
        "o.value": (0.25, None),
        "scores.a": (1.0, None), "scores.b.c": (2.0, None),
    }  # fmt: skip
    assert all(item.origin == "explicit" for item in found.scalars)
    assert found.unresolved == ()


@pytest.mark.parametrize(
    "value",
    [
        [3, 2.0, np.float32(1)],
        (3, 2, 1),
        np.array([3.0, 2.0, 1.0]),
        pd.Series([3, 2, 1], index=list("abc")),
        [Tensor(3.0), 2, 1],
    ],
)
def test_one_dimensional_things_are_series(value):
    found = requested("losses:min", {"losses": value})
    assert [(item.key, item.values, item.direction) for item in found.series] == [
        ("losses", [3.0, 2.0, 1.0], "min")
    ]


@pytest.mark.parametrize(
    "value", ["text", None, [], ["a"], np.zeros((2, 2)), pd.DataFrame({"a": [1]}), object(), score]
)
def test_what_has_no_number_is_told(value):
    found = requested("thing", {"thing": value})
    assert (found.scalars, found.series) == ((), ())
    ((request, reason),) = found.unresolved
    assert request.key == "thing"
    assert "thing" in reason


def test_a_hostile_value_is_told_like_any_other():
    found = requested("bad,bad.part,bad[0],acc", {"bad": Hostile(), "acc": 0.5})
    assert [request.key for request, _ in found.unresolved] == ["bad", "bad.part", "bad[0]"]
    assert [item.key for item in found.scalars] == ["acc"]


def test_a_missing_name_is_told():
    ((request, reason),) = requested("acc.x", {"y": 1}).unresolved
    assert request.key == "acc.x"
    assert "nothing of this name" in reason


def test_a_request_may_name_what_the_last_expression_gave():
    final = requested("auc:max", {}, cell="evaluate()", result={"auc": 0.5})
    assert [(item.key, item.last) for item in final.scalars] == [("auc", 0.5)]
    bare = requested("count_errors:min", {}, cell="count_errors(y)", result=3)
    assert [(item.key, item.last) for item in bare.scalars] == [("count_errors", 3.0)]
