"""Calls of scikit-learn and pandas that draw from NumPy's global generator unless they are given a seed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from nbmlops.capture.literals import call_name
from nbmlops.slices.tables import SEEDERS

_DRAWS: Final = frozenset(
    """
    AdaBoostClassifier AdaBoostRegressor BaggingClassifier BaggingRegressor BernoulliRBM DecisionTreeClassifier
    DecisionTreeRegressor DictionaryLearning ExtraTreeClassifier ExtraTreeRegressor ExtraTreesClassifier
    ExtraTreesRegressor FastICA GaussianMixture GradientBoostingClassifier GradientBoostingRegressor IsolationForest
    KMeans BisectingKMeans LatentDirichletAllocation MLPClassifier MLPRegressor MiniBatchKMeans NMF
    PassiveAggressiveClassifier Perceptron RandomForestClassifier RandomForestRegressor RandomTreesEmbedding
    RandomizedSearchCV SGDClassifier SGDRegressor SMOTE RandomOverSampler RandomUnderSampler ShuffleSplit
    SpectralClustering StratifiedShuffleSplit GroupShuffleSplit TSNE RepeatedKFold RepeatedStratifiedKFold
    make_blobs make_circles make_classification make_moons make_regression permutation_importance resample
    train_test_split
    """.split()
)
_SHUFFLES: Final = frozenset({"KFold", "StratifiedKFold", "StratifiedGroupKFold"})
_SEEDS: Final = frozenset({"random_state", "seed", "random_seed"})


def plain_draws(body: Iterable[ast.stmt]) -> list[int]:
    """The line of the first such call without a seed; empty where there is none."""
    lines = [node.lineno for statement in body for node in _calls(statement) if _draws(node)]
    return [min(lines)] if lines else []


def seeds_everything(body: Iterable[ast.stmt]) -> bool:
    """Whether something is called that seeds, of whichever library it is: `seed_everything(42)`."""
    return any(
        call_name(node) in SEEDERS and bool(node.args or node.keywords) and not _is_of_one(node)
        for statement in body
        for node in _calls(statement)
    )


def _is_of_one(node: ast.Call) -> bool:
    """`np.random.seed`, `random.seed`, `torch.manual_seed`: seeds of one package are told by its name."""
    return call_name(node) in ("seed", "manual_seed", "manual_seed_all", "set_state", "setstate")


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    return (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def _draws(node: ast.Call) -> bool:
    name, keywords = call_name(node), {item.arg for item in node.keywords}
    if None in keywords or keywords & _SEEDS:  # `**options` may hold one
        return False
    if name == "train_test_split":
        return not any(item.arg == "shuffle" and _is(item.value, value=False) for item in node.keywords)
    if name in _SHUFFLES:
        return any(item.arg == "shuffle" and _is(item.value, value=True) for item in node.keywords)
    if name == "sample" and isinstance(node.func, ast.Attribute):
        return bool(keywords & {"frac", "n"})
    return name in _DRAWS


def _is(node: ast.expr, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
