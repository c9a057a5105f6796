"""Trees from a file: every index is looked at before anything follows it.

scikit-learn's compiled code follows child and feature indices without a check. In a tree that was grown,
a child stands behind its parent and a feature is one of those that the estimator takes. A file that says
otherwise was damaged or made up; to predict with it could read anywhere in memory or never end.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from types import MethodType
from typing import Any, Final

from nbmlops.errors import ModelError
from nbmlops.models.serialize import schema_nodes

_LEAF: Final = -1
_BITSET_WORDS: Final = 8
_TREE: Final = ("sklearn.tree._tree", "Tree")
_NEIGHBORS: Final = ("sklearn.neighbors._kd_tree", "KDTree")
_PREDICTOR: Final = ("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor")


def count_trees(schema: Any) -> int:
    """How many trees a skops schema would build."""
    found = set()
    for node in schema_nodes(schema):
        loader, name = node.get("__loader__"), (node.get("__module__"), node.get("__class__"))
        # A TypeNode only refers to the class.
        if loader == "TreeNode" or (name in (_TREE, _PREDICTOR, _NEIGHBORS) and loader != "TypeNode"):
            found.add(node.get("__id__"))
    return len(found)


def check_trees(model: Any, expected: int, *, source: str) -> None:
    """Check all trees that can be reached from a loaded model.

    Args:
        model: what was loaded.
        expected: how many trees the file held; if fewer are found, one hides where it can't be checked.
        source: the file, for the message.

    Raises:
        ModelError: an index points outside, or a tree could not be found.
    """
    if expected == 0:
        return
    objects = list(_walk(model))
    trees = [one for one in objects if _is(one, _TREE)]
    predictors = [one for one in objects if _is(one, _PREDICTOR)]
    neighbors = [one for one in objects if _is(one, _NEIGHBORS)]
    fault = _first_fault(objects, trees, predictors, neighbors)
    if not fault and len(trees) + len(predictors) + len(neighbors) < expected:
        fault = "a tree stands where it can't be checked"
    if fault:
        raise ModelError(f"{source} was damaged or tampered with: {fault}; don't use it")


def _is(obj: Any, name: tuple[str, str]) -> bool:
    return (type(obj).__module__, type(obj).__name__) == name


def _first_fault(objects: list[Any], trees: list[Any], predictors: list[Any], neighbors: list[Any]) -> str:
    checks: list[tuple[Callable[[Any], str], Iterable[Any]]] = [
        (_tree_fault, trees),
        (_owner_fault, objects),
        (_predictor_fault, predictors),
        (_neighbor_fault, neighbors),
        (_boosting_fault, objects),
        (_histogram_fault, objects),
    ]
    return next((fault for check, some in checks for one in some if (fault := check(one))), "")


def _walk(model: Any) -> Iterator[Any]:
    """Every object that is reachable through attributes and containers, once."""
    import numpy as np

    # The objects are kept beside their ids, lest a temporary one's id be given to another.
    seen: dict[int, Any] = {}
    rest = [model]
    while rest:
        one = rest.pop()
        if id(one) in seen or isinstance(one, str | bytes | int | float | type(None)):
            continue
        seen[id(one)] = one
        yield one
        if isinstance(one, np.ndarray):
            rest.extend(one.ravel().tolist() if one.dtype == object else ())
            continue
        rest.extend(_parts(one))


def _parts(one: Any) -> Iterator[Any]:
    if isinstance(one, dict):
        yield from one.keys()
        yield from one.values()
    elif isinstance(one, list | tuple | set | frozenset):
        yield from one
    elif isinstance(one, functools.partial):
        yield from (one.func, one.args, one.keywords)
    elif isinstance(one, MethodType):
        yield one.__self__
    if not isinstance(one, type) and hasattr(one, "__dict__"):
        yield from vars(one).values()


def _tree_fault(tree: Any) -> str:
    """Faults of a `Tree` in itself."""
    # The arrays are windows of `node_count` rows on memory that holds `capacity` of them.
    if not 0 < tree.node_count <= tree.capacity:
        return "a tree claims more nodes than it has"
    return _node_fault(tree.children_left, tree.children_right, tree.feature, tree.n_features)


def _node_fault(left: Any, right: Any, feature: Any, features: int) -> str:
    import numpy as np

    split = np.flatnonzero(left != _LEAF)
    for child in (left[split], right[split]):
        if np.any(child <= split) or np.any(child >= len(left)):
            return "a node of a tree points to a child that is none"
    if np.any(feature[split] < 0) or np.any(feature[split] >= features):
        return "a node of a tree asks for a feature that there is not"
    return ""


def _owner_fault(owner: Any) -> str:
    """An estimator checks its input against its own number of features, not against its tree's."""
    tree = getattr(owner, "__dict__", {}).get("tree_")
    if tree is None or not _is(tree, _TREE):
        return ""
    same = getattr(owner, "n_features_in_", None) == tree.n_features
    return "" if same else "an estimator and its tree disagree about the number of features"


def _boosting_fault(owner: Any) -> str:
    """Gradient boosting hands its input to the trees of its estimators, past these."""
    if type(owner).__module__ != "sklearn.ensemble._gb" or not hasattr(owner, "estimators_"):
        return ""
    estimators = owner.estimators_
    if estimators.ndim != 2 or estimators.shape[1] != getattr(
        owner, "n_trees_per_iteration_", estimators.shape[1]
    ):
        return "a boosting model has not one tree a class and step"
    for estimator in estimators.ravel():
        if (
            not _is(getattr(estimator, "tree_", None), _TREE)
            or estimator.tree_.n_features != owner.n_features_in_
        ):
            return "a boosting model and its trees disagree about the number of features"
    return ""


def _predictor_fault(predictor: Any) -> str:
    """Faults of a tree of histogram gradient boosting in itself."""
    nodes = predictor.nodes
    if nodes.ndim != 1 or not len(nodes):
        return "a tree has no nodes"
    split = nodes["is_leaf"] == 0
    left = nodes["left"].astype("int64")
    left[~split] = _LEAF
    fault = _node_fault(left, nodes["right"].astype("int64"), nodes["feature_idx"], 2**31)
    categorical = nodes["bitset_idx"][split & (nodes["is_categorical"] != 0)]
    for bitsets in (predictor.raw_left_cat_bitsets, predictor.binned_left_cat_bitsets):
        if bitsets.ndim != 2 or bitsets.shape[1] != _BITSET_WORDS or (categorical >= len(bitsets)).any():
            return "a node of a tree asks for a category that there is not"
    return fault


def _histogram_fault(owner: Any) -> str:
    """Histogram gradient boosting looks categories up by feature in its own tables."""
    import numpy as np

    if not type(owner).__module__.startswith("sklearn.ensemble._hist_gradient_boosting.gradient"):
        return ""
    known = (
        np.asarray(getattr(owner._bin_mapper, "is_categorical_", ()))
        if hasattr(owner, "_predictors")
        else None
    )
    if known is None:
        return ""
    for predictor in (one for step in owner._predictors for one in step):
        nodes = predictor.nodes[predictor.nodes["is_leaf"] == 0]
        if len(known) != owner.n_features_in_ or (nodes["feature_idx"] >= len(known)).any():
            return "a node of a tree asks for a feature that there is not"
        if not known[nodes["feature_idx"][nodes["is_categorical"] != 0]].all():
            return "a node of a tree takes a number for a category"
    return ""


def _neighbor_fault(tree: Any) -> str:
    """Faults of a k-d tree, whose node i has the children 2i + 1 and 2i + 2."""
    import numpy as np

    data, index, nodes, bounds = (np.asarray(array) for array in tree.get_arrays())
    levels, count = tree.__getstate__()[5:7]
    sound = (
        count == len(nodes) == 2**levels - 1
        and bounds.shape == (2, count, data.shape[1])
        and index.shape == (len(data),)
        and bool(np.all((index >= 0) & (index < len(data))))
        and bool(np.all((nodes["idx_start"] >= 0) & (nodes["idx_start"] <= nodes["idx_end"])))
        and bool(np.all(nodes["idx_end"] <= len(data)))
        and bool(np.all(nodes["is_leaf"][count // 2 :] == 1))
    )
    return "" if sound else "a k-d tree points outside of its data"
