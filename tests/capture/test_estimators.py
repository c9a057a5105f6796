from __future__ import annotations

import time

import numpy as np
import pytest
import sklearn
from scipy.stats import randint, uniform
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from nbmlops.capture.estimator_interface import is_estimator, is_fitted
from nbmlops.capture.estimator_params import estimator_params, inline_params
from nbmlops.capture.estimators import estimator_state, named_estimators
from nbmlops.capture.scope import read_scope

CLASSES = (
    AdaBoostClassifier, ColumnTransformer, DecisionTreeClassifier, FunctionTransformer, GridSearchCV,
    LogisticRegression, Pipeline, RandomForestClassifier, StandardScaler, StratifiedKFold,
)  # fmt: skip


class Boosted:
    """As catboost's: no BaseEstimator, no `x_` attributes, parameters by `**kwargs`."""

    def __init__(self, depth=None, **kwargs):
        self.params, self.trees = {"depth": depth, **kwargs}, 0

    def fit(self, X, y):
        self.trees = 1
        return self

    def get_params(self, deep=True):
        return dict(self.params)

    def is_fitted(self):
        return self.trees > 0


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError(name)

    @property
    def __class__(self):
        raise RuntimeError("class")


class HostileEstimator:
    @property
    def coef_(self):
        raise RuntimeError("not yet")

    def fit(self, X, y):
        self.loss_ = 1.0
        return self

    def get_params(self, deep=True):
        raise RuntimeError("no")


@pytest.fixture
def space() -> dict[str, object]:
    X = np.arange(40.0).reshape(20, 2) % 7
    names: dict[str, object] = {
        "__name__": "__main__",
        "X": X,
        "y": np.arange(20) % 2,
        "make_pipeline": make_pipeline,
    }
    names |= {cls.__name__: cls for cls in (*CLASSES, Boosted, Hostile, HostileEstimator)}
    return names | {"cross_val_score": cross_val_score, "np": np}


def fitted(cell: str, space: dict[str, object]) -> list[str]:
    scope = read_scope(cell)
    state = estimator_state(scope, dict(space))
    exec(cell, space)
    found = [item for item in named_estimators(scope, before_state=state, after=space) if item.fitted]
    assert all(item.estimator is space[item.name] for item in found)
    return [item.name for item in found]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("clf = DecisionTreeClassifier().fit(X, y)", ["clf"]),
        ("clf = DecisionTreeClassifier()\nclf.fit(X, y)", ["clf"]),
        ("clf = alias = DecisionTreeClassifier().fit(X, y)", ["clf"]),
        (
            "scaler = StandardScaler()\nXs = scaler.fit_transform(X)\nclf = LogisticRegression().fit(Xs, y)",
            ["scaler", "clf"],
        ),
        ("pipe = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)", ["pipe"]),
        (
            "scaler = StandardScaler()\npipe = make_pipeline(scaler, LogisticRegression()).fit(X, y)",
            ["pipe"],
        ),
        ("def train():\n    return DecisionTreeClassifier().fit(X, y)\nclf = train()", ["clf"]),
        ("for depth in (1, 2):\n    clf = DecisionTreeClassifier(max_depth=depth).fit(X, y)", ["clf"]),
        ("clf = Boosted(depth=3).fit(X, y)", ["clf"]),
        ("clf = HostileEstimator().fit(X, y)\nbad = Hostile()", ["clf"]),
        ("clf = DecisionTreeClassifier()", []),
        ("clf = Boosted()", []),
        ("cls = DecisionTreeClassifier", []),
        ("scores = cross_val_score(DecisionTreeClassifier(), X, y, cv=2)", []),
        ("models = {'a': DecisionTreeClassifier().fit(X, y)}", []),
        ("for clf in [DecisionTreeClassifier(), LogisticRegression()]:\n    clf.fit(X, y)", []),
        ("_clf = DecisionTreeClassifier().fit(X, y)", []),
        ("DecisionTreeClassifier().fit(X, y)", []),
        ("frame = np.zeros(3)", []),
    ],
)
def test_what_a_cell_fits_and_names_is_found(cell, names, space):
    assert fitted(cell, space) == names


def worked_with(cell: str, space: dict[str, object]) -> dict[str, bool]:
    """The estimators that the cell worked with, and whether it fitted them."""
    scope, error = read_scope(cell), None
    state = estimator_state(scope, dict(space))
    try:
        exec(compile(cell, "<cell>", "exec"), space)
    except Exception as exc:
        error = exc.__traceback__.tb_next.tb_lineno
    found = named_estimators(scope.up_to(error) if error else scope, before_state=state, after=space)
    return {item.name: item.fitted for item in found}


EVALUATE = "def evaluate(model): return cross_val_score(model, X, y, cv=2).mean()\n"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("clf = DecisionTreeClassifier()\ncross_val_score(clf, X, y, cv=2)", {"clf": False}),
        ("clf = DecisionTreeClassifier()\ncross_val_score(estimator=clf, X=X, y=y, cv=2)", {"clf": False}),
        ("clf = DecisionTreeClassifier()\nscores = [cross_val_score(clf, X, y, cv=k) for k in (2, 3)]", {"clf": False}),
        (EVALUATE + "clf = DecisionTreeClassifier()\nscore = evaluate(clf)", {"clf": False}),
        (EVALUATE + "clf = DecisionTreeClassifier()", {}),
        ("clf = DecisionTreeClassifier()\nscore = cross_val_score(clf, X, y, cv=2)\nclf.fit(X, y)", {"clf": True}),
        (
            ("scaler = StandardScaler()\nclf = LogisticRegression()\npipe = make_pipeline(scaler, clf)\n"
            "cross_val_score(pipe, X, y, cv=2)"),
            {"pipe": False},
        ),
        (
            ("scaler = StandardScaler()\nclf = LogisticRegression()\n"
            "cross_val_score(make_pipeline(scaler, clf), X, y, cv=2)"),
            {"scaler": False, "clf": False},
        ),
        ("scaler = StandardScaler()\nclf = LogisticRegression()\npipe = make_pipeline(scaler, clf)", {}),
        (
            ("tree = DecisionTreeClassifier()\npipe = make_pipeline(tree)\n"
            "search = GridSearchCV(pipe, {'decisiontreeclassifier__max_depth': [1, 2]}, cv=2).fit(X, y)"),
            {"search": True},
        ),
        (
            ("tree = DecisionTreeClassifier()\n"
            "best = GridSearchCV(tree, {'max_depth': [1, 2]}, cv=2).fit(X, y).best_score_"),
            {"tree": False},
        ),
        ("tree = DecisionTreeClassifier()\nada = AdaBoostClassifier(tree).fit(X, y)", {"ada": True}),
        (
            ("log = FunctionTransformer(np.log1p)\npipe = make_pipeline(log, LogisticRegression())\n"
            "cross_val_score(pipe, X, y, cv=2)"),
            {"pipe": False},
        ),
        ("log = FunctionTransformer(np.log1p)\nX2 = log.transform(X)", {}),
        (
            "clf = DecisionTreeClassifier().fit(X, y)\nboth = AdaBoostClassifier(clf)\ncross_val_score(both, X, y, cv=2)",
            {"clf": True, "both": False},
        ),
        ("clf = DecisionTreeClassifier(max_depth='x')\nclf.fit(X, y)", {"clf": False}),
        ("clf = DecisionTreeClassifier()\n1 / 0\nclf.fit(X, y)", {}),
        ("for clf in [DecisionTreeClassifier()]:\n    cross_val_score(clf, X, y, cv=2)", {}),
        ("cross_val_score(DecisionTreeClassifier(), X, y, cv=2)", {}),
    ],
)  # fmt: skip
def test_what_is_only_evaluated_is_no_model_and_a_part_counts_with_the_whole(cell, found, space):
    assert worked_with(cell, space) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("cross_val_score(clf, X, y, cv=2)", {"clf": False}),
        ("def run(): return cross_val_score(clf, X, y, cv=2)\nscore = run()", {"clf": False}),
        ("def run(): return cross_val_score(clf, X, y, cv=2)", {}),
        ("print(clf, file=None) if False else None", {}),
        ("1 / 0\nclf.fit(X, y)", {}),
        ("1 / 0\ncross_val_score(clf, X, y, cv=2)", {}),
    ],
)
def test_an_estimator_of_an_earlier_cell_counts_when_it_is_cross_validated(cell, found, space):
    exec("clf = DecisionTreeClassifier().fit(X, y)", space)
    assert worked_with(cell, space) == found


@pytest.mark.parametrize(
    ("cell", "params"),
    [
        (
            "cross_val_score(DecisionTreeClassifier(max_depth=3, criterion='gini'), X, y, cv=2)",
            {"DecisionTreeClassifier.max_depth": 3, "DecisionTreeClassifier.criterion": "gini"},
        ),
        (
            "score = cross_val_score(make_pipeline(StandardScaler(), LogisticRegression(C=2.0)), X, y).mean()",
            {"LogisticRegression.C": 2.0},
        ),
        (
            "cross_val_score(estimator=sklearn.tree.DecisionTreeClassifier(max_depth=3), X=X, y=y)",
            {"DecisionTreeClassifier.max_depth": 3},
        ),
        ("cross_val_score(DecisionTreeClassifier(max_depth=depth), X, y)", {}),
        ("cross_val_score(DecisionTreeClassifier(**settings), X, y, cv=StratifiedKFold(n_splits=3))", {}),
        (
            (
                "a = cross_val_score(DecisionTreeClassifier(max_depth=3, splitter='best'), X, y)\n"
                "b = cross_val_score(DecisionTreeClassifier(max_depth=5, splitter='best'), X, y)"
            ),
            {"DecisionTreeClassifier.splitter": "best"},
        ),
        ("evaluate(DecisionTreeClassifier(max_depth=3))", {}),
        ("cross_val_score(Unknown(max_depth=3), hostile.Tree(a=1), y)", {}),
    ],
)
def test_literals_of_an_estimator_made_inside_a_cross_validation_are_keyed_by_its_class(cell, params, space):
    space |= {"sklearn": sklearn, "hostile": Hostile()}
    found = inline_params(read_scope(cell), space)
    assert {param.key: param.value for param in found} == params
    assert all(param.origin == "estimator" and param.shown for param in found)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("clf.fit(X, y)", ["clf"]),
        ("clf.predict(X)", []),
        ("other = clf", []),
        ("def go(model): model.fit(X, y)\ngo(clf)", ["clf"]),
        ("fresh = clf.fit(X, y)", ["fresh"]),
        ("X2 = X + 1", []),
        ("for model in [clf]: model.fit(X, y)", ["clf"]),
    ],
)
def test_an_estimator_of_an_earlier_cell_counts_when_it_is_fitted_again(cell, names, space):
    exec("clf = DecisionTreeClassifier().fit(X, y)", space)
    assert fitted(cell, space) == names


def test_an_estimator_that_a_called_function_fits_is_found(space):
    exec("clf = DecisionTreeClassifier()\ndef train(): clf.fit(X, y)", space)
    assert fitted("train()", space) == ["clf"]


def test_a_loaded_model_was_not_fitted_here(space):
    space["load"] = lambda path: DecisionTreeClassifier().fit([[0], [1]], [0, 1])
    assert fitted("clf = load('model.skops')", space) == []


def test_the_best_estimator_of_a_search_counts_as_the_search(space):
    cell = "search = GridSearchCV(DecisionTreeClassifier(), {'max_depth': [1, 2]}, cv=2).fit(X, y)"
    assert fitted(cell + "\nbest = search.best_estimator_", space) == ["search"]
    space["winner"] = lambda search: search.best_estimator_
    assert fitted(cell + "\nbest = winner(search)", space) == ["search"]


def test_state_keeps_nothing_alive(space):
    exec("clf = DecisionTreeClassifier().fit(X, y)", space)
    state = estimator_state(read_scope("clf.fit(X, y)"), space)
    assert {
        type(part)
        for key, attributes in state.items()
        for part in (key, *(i for pair in attributes for i in pair))
    } == {int, str}


def shown(name: str, estimator: object) -> dict[str, object]:
    return {param.key: param.value for param in estimator_params(name, estimator) if param.shown}


def test_chosen_parameters_are_shown_and_defaults_kept():
    clf = RandomForestClassifier(n_estimators=20, max_depth=None, random_state=np.int64(0))
    params = estimator_params("clf", clf)
    assert {param.origin for param in params} == {"estimator"}
    assert shown("clf", clf) == {
        "clf": "RandomForestClassifier",
        "clf.n_estimators": 20,
        "clf.random_state": 0,
    }
    hidden = {param.key: param.value for param in params if not param.shown}
    assert hidden["clf.max_depth"] is None
    assert len(params) == 1 + len(clf.get_params())


def test_the_steps_of_a_pipeline_are_in_its_parameters():
    pipe = Pipeline([("scale", StandardScaler()), ("clf", LogisticRegression(C=10.0))])
    assert shown("pipe", pipe) == {
        "pipe": "Pipeline",
        "pipe.scale": "StandardScaler",
        "pipe.clf": "LogisticRegression",
        "pipe.clf__C": 10.0,
    }
    assert not any(param.key.endswith(".steps") for param in estimator_params("pipe", pipe))


def test_a_search_shows_its_grid_and_what_it_chose(space):
    exec(
        "tree = DecisionTreeClassifier(random_state=0)\n"
        "search = GridSearchCV(tree, {'max_depth': [1, 2]}, cv=2).fit(X, y)",
        space,
    )
    found = shown("search", space["search"])
    assert found["search.param_grid"] == {"max_depth": [1, 2]}
    assert found["search.estimator"] == "DecisionTreeClassifier"
    assert found["search.estimator__random_state"] == 0
    assert found["search.best_params_.max_depth"] in (1, 2)


def test_distributions_of_a_random_search_stand_as_they_were_written():
    settings = {"max_depth": randint(1, 9), "ccp_alpha": uniform(loc=0.5, scale=2), "splitter": ["best"]}
    search = RandomizedSearchCV(DecisionTreeClassifier(), settings)
    assert shown("search", search)["search.param_distributions"] == {
        "max_depth": "randint(1, 9)",
        "ccp_alpha": "uniform(loc=0.5, scale=2)",
        "splitter": ["best"],
    }


def test_nested_things_are_named_not_stored():
    ada = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), random_state=np.random.RandomState(0))
    found = shown("ada", ada)
    assert found["ada.estimator"] == "DecisionTreeClassifier"
    assert found["ada.estimator__max_depth"] == 1
    assert found["ada.random_state"] == "RandomState"
    assert shown("f", FunctionTransformer(np.log1p))["f.func"] == "log1p"
    search = GridSearchCV(LogisticRegression(), {"C": [1]}, cv=StratifiedKFold(3))
    assert shown("s", search)["s.cv"] == "StratifiedKFold"


def test_nan_defaults_are_no_choice():
    class Imputer:
        def __init__(self, missing=float("nan"), fill=0):
            self.missing, self.fill = missing, fill

        def fit(self, X): ...

        def get_params(self, deep=True):
            return {"missing": float("nan"), "fill": self.fill}

    assert shown("i", Imputer()) == {"i": "Imputer"}
    assert shown("i", Imputer(fill=1)) == {"i": "Imputer", "i.fill": 1}


def test_parameters_taken_by_keywords_are_shown_when_given():
    assert shown("b", Boosted(depth=3, rate=0.1, border=None)) == {
        "b": "Boosted",
        "b.depth": 3,
        "b.rate": 0.1,
    }


def test_values_that_compare_elementwise_or_not_at_all_are_safe():
    class Awkward:
        def __eq__(self, other):
            raise RuntimeError

        __hash__ = None

    clf = DecisionTreeClassifier(class_weight={0: 1.0, 1: 2.0})
    clf.max_depth, clf.min_samples_leaf = np.array([1, 2]), Awkward()
    found = shown("clf", clf)
    assert found["clf.class_weight"] == {"0": 1.0, "1": 2.0}
    assert found["clf.max_depth"] == "ndarray"
    assert found["clf.min_samples_leaf"] == "Awkward"


def test_hostile_estimators_keep_their_class_name():
    assert [param.key for param in estimator_params("bad", HostileEstimator())] == ["bad"]
    assert not is_estimator(Hostile())
    assert not is_estimator(HostileEstimator)
    assert not is_fitted(HostileEstimator())


def test_looking_at_names_is_cheap(space):
    space |= {f"frame{index}": np.zeros(3) for index in range(200)}
    scope = read_scope("\n".join(f"frame{index}" for index in range(200)))
    start = time.process_time()
    for _ in range(10):
        estimator_state(scope, space)
    assert (time.process_time() - start) / 10 < 0.01
