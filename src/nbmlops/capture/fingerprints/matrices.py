"""NumPy arrays, SciPy sparse matrices and torch tensors."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.arrays import dtype_text
from nbmlops.capture.fingerprints.context import Context, Digests
from nbmlops.capture.fingerprints.hashing import combine
from nbmlops.errors import FingerprintError


def array_digests(context: Context, array: Any, where: str) -> Digests:
    """Digests of a `numpy.ndarray` of any shape, strides and byte order."""
    if isinstance(array, np.ma.MaskedArray):
        return _masked_digests(context, array, where)
    plain = np.asarray(array)
    content = context.nd(context.array(plain, where), plain.shape)
    return Digests(content, combine("numpy.ndarray", dtype_text(plain.dtype), plain.ndim))


def _masked_digests(context: Context, array: Any, where: str) -> Digests:
    mask = np.ma.getmaskarray(array)
    filled = np.asarray(array.filled(np.zeros((), dtype=array.dtype)[()]))
    content = combine(
        "masked",
        context.nd(context.array(mask, where), mask.shape),
        context.nd(context.array(filled, where), filled.shape),
    )
    return Digests(content, combine("numpy.ma", dtype_text(filled.dtype), filled.ndim))


def sparse_digests(context: Context, matrix: Any, where: str) -> Digests:
    """Digests of a SciPy sparse matrix or array: the same content in every format.

    Stored zeros (all bits zero) are no content.
    """
    coords, data = _entries(matrix)
    columns = [context.digester.column(context.array(axis, where)) for axis in coords]
    values = context.digester.column(context.array(data, where))
    content = combine("sparse", len(matrix.shape), *(int(n) for n in matrix.shape), *columns, values)
    return Digests(
        content, combine("scipy.sparse", type(matrix).__name__, matrix.format, dtype_text(matrix.dtype))
    )


def _entries(matrix: Any) -> tuple[list[Any], Any]:
    """Coordinates by axis and values, in C order, duplicates summed."""
    coo = matrix.tocoo(copy=True)
    coords = [np.asarray(axis, dtype=np.int64) for axis in getattr(coo, "coords", None) or (coo.row, coo.col)]
    order = np.lexsort(coords[::-1])
    coords, data = [axis[order] for axis in coords], np.asarray(coo.data)[order]
    if not data.size:
        return coords, data
    fresh = np.ones(len(data), dtype=bool)
    fresh[1:] = np.any([axis[1:] != axis[:-1] for axis in coords], axis=0)
    if not fresh.all():
        starts = np.flatnonzero(fresh)
        data, coords = np.add.reduceat(data, starts), [axis[starts] for axis in coords]
    stored = np.ascontiguousarray(data).view(np.uint8).reshape(len(data), -1).any(axis=1)
    return [axis[stored] for axis in coords], data[stored]


def tensor_digests(context: Context, tensor: Any, where: str) -> Digests:
    """Digests of a dense `torch.Tensor`, copied from its device if need be."""
    torch = sys.modules["torch"]
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.device.type == "meta":
        raise FingerprintError(
            f"{where}: a torch tensor of layout {tensor.layout} on {tensor.device} can't be hashed. "
            "Pass tensor.to_dense() or tensor.dequantize()."
        )
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    brain_float = plain.dtype == torch.bfloat16
    array = (plain.view(torch.int16) if brain_float else plain).numpy()
    content = context.nd(context.array(array, where), tuple(array.shape))
    if brain_float:
        content = combine("bf16", content)
    return Digests(content, combine("torch.Tensor", str(tensor.dtype), array.ndim))
