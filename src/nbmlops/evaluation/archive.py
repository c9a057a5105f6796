"""The NumPy archive that `Run.log_predictions` keeps, read with care: a store may come from anywhere."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from nbmlops.errors import ValueRefusedError

MOST_BYTES: Final = 2 << 30
_COLUMNS: Final = ("y_true", "y_pred", "proba")


def read_arrays(data: bytes) -> Mapping[str, np.ndarray[Any, Any]]:
    """The arrays `y_true` and `y_pred` of shape (n,), and `proba` of shape (n,) or (n, classes) where it is there.

    Args:
        data: an archive of the format npz, without pickles.

    Raises:
        ValueRefusedError: it is none, or unpacks to more than 2 GiB, or its arrays don't belong together.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise ValueRefusedError(
                f"These predictions take {size >> 20:,} MiB: more than can be shown at once"
            )
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            arrays = {name: _flat(name, found[name]) for name in _COLUMNS if name in found}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, EOFError) as exc:
        raise ValueRefusedError(f"These predictions can't be read: {exc}") from exc
    if missing := {"y_true", "y_pred"} - set(arrays):
        raise ValueRefusedError(f"These predictions lack {min(missing)!r}")
    if len({len(array) for array in arrays.values()}) != 1:
        raise ValueRefusedError("The arrays of these predictions differ in length")
    return arrays


def _flat(name: str, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A column of shape (n, 1) is one of shape (n,)."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 and not (name == "proba" and array.ndim == 2):
        raise ValueRefusedError(
            f"{name} has {array.ndim} dimensions: only predictions of one value a row can be shown"
        )
    if name == "proba" and array.dtype.kind not in "fiub":
        raise ValueRefusedError(f"proba holds {array.dtype}, not numbers")
    return array
