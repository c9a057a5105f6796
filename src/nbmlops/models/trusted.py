"""The types that are built from a model file without being asked for, beyond those that skops trusts."""

from __future__ import annotations

from typing import Final

# skops leaves these out because the indices in their arrays are followed without a check when they predict:
# a crafted file could crash the process. We build them, and look at every index before handing them out.
CHECKED_TYPES: Final = frozenset(
    {
        "sklearn.tree._tree.Tree",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.neighbors._kd_tree.KDTree",
    }
)

# Classes of scikit-learn in plain Python, which set attributes when they are built and run nothing else,
# and functions that only compute: a model refers to them, it can't choose what they do.
_PLAIN: Final = {
    "sklearn.utils": ("Bunch",),
    "sklearn.utils._bunch": ("Bunch",),
    "sklearn._loss.loss": ("HalfTweedieLossIdentity",),
    "sklearn.calibration": ("_CalibratedClassifier", "_SigmoidCalibration"),
    "sklearn.compose._column_transformer": ("make_column_selector",),
    "sklearn.feature_selection._univariate_selection": ("chi2", "f_classif", "f_regression"),
    "sklearn.gaussian_process._gpc": ("_BinaryGaussianProcessClassifierLaplace",),
    "sklearn.gaussian_process.kernels": (
        "CompoundKernel", "ConstantKernel", "DotProduct", "ExpSineSquared", "Exponentiation", "Matern",
        "Product", "RBF", "RationalQuadratic", "Sum", "WhiteKernel",
    ),
    "sklearn.metrics._classification": (
        "accuracy_score", "balanced_accuracy_score", "f1_score", "fbeta_score", "jaccard_score", "log_loss",
        "matthews_corrcoef", "precision_score", "recall_score",
    ),
    "sklearn.metrics._ranking": ("average_precision_score", "roc_auc_score", "top_k_accuracy_score"),
    "sklearn.metrics._regression": (
        "max_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error",
        "mean_squared_log_error", "median_absolute_error", "r2_score", "root_mean_squared_error",
    ),
    "sklearn.metrics._scorer": ("_MultimetricScorer", "_PassthroughScorer", "_Scorer"),
    "sklearn.model_selection._split": (
        "GroupKFold", "KFold", "LeaveOneOut", "RepeatedKFold", "RepeatedStratifiedKFold", "ShuffleSplit",
        "StratifiedGroupKFold", "StratifiedKFold", "StratifiedShuffleSplit", "TimeSeriesSplit",
    ),
    "sklearn.metrics._dist_metrics": ("EuclideanDistance64",),
    "sklearn.neural_network._stochastic_optimizers": ("AdamOptimizer", "SGDOptimizer"),
    "numpy": ("dtype",),
    "scipy.sparse._csr": ("csr_matrix",),
}  # fmt: skip

TRUSTED_TYPES: Final = CHECKED_TYPES | {
    f"{module}.{name}" for module, names in _PLAIN.items() for name in names
}
