"""Short digests of the values that cells left: equal in another process where the values are.

They show the first cell whose result differs when a run is done again. Large values are told by a sample, and say so.
"""

from __future__ import annotations

import marshal
import re
from typing import Any, Final

from blake3 import blake3

from nbmlops.slices.origin import is_atomic

_MAX_ITEMS: Final = 1_000
_MAX_BYTES: Final = 1 << 16
_SAMPLE: Final = 250  # rows
_MAX_COLUMNS: Final = 64  # of one block
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_PLAIN: Final = (list, tuple, dict)


def result_digest(value: object) -> str | None:
    """A digest of 16 hexadecimal digits, after `~` where it is of a sample; None for what has none.

    Functions, classes and modules have none: their source stands in the slice.
    """
    try:
        return _digest(value)
    except Exception:  # noqa: BLE001 - a user's class may raise anything; a digest is only an aid
        return None


def _digest(value: object) -> str | None:
    if is_atomic(value):
        return _hashed(_atom(value))
    if isinstance(value, _PLAIN) and type(value) in _PLAIN:
        return _container(value)
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if package == "numpy" and kind.__name__ == "ndarray":
        return _array(value)
    if package == "pandas" and kind.__name__ in ("DataFrame", "Series"):
        return _frame(value)
    if package == "polars" and kind.__name__ in ("DataFrame", "Series"):
        return _polars(value)
    if package == "sklearn":
        return _hashed(_ADDRESS.sub("0x", repr(value)).encode())
    return None


def _hashed(data: bytes, *, sample: bool = False) -> str:
    return ("~" if sample else "") + str(blake3(data).hexdigest(8))


def _atom(value: object) -> bytes:
    if isinstance(value, (int, float, str, bytes, complex, bool, type(None))):
        return marshal.dumps(value, 2)
    return _ADDRESS.sub("0x", f"{type(value).__name__}:{value!r}").encode("utf-8", "replace")


def _container(value: Any) -> str | None:
    if len(value) > _MAX_ITEMS:
        return None
    parts = []
    items = value.items() if isinstance(value, dict) else value
    for item in items:
        digest = _digest(item)
        if digest is None:
            return None
        parts.append(digest)
    return _hashed(
        f"{type(value).__name__}:{','.join(parts)}".encode(), sample=any(p[0] == "~" for p in parts)
    )


def _array(value: Any) -> str | None:
    if value.dtype.hasobject:
        return None if value.size > _MAX_ITEMS else _container(value.ravel().tolist())
    head = f"{value.shape}{value.dtype.str}".encode()
    if value.nbytes <= _MAX_BYTES:
        return _hashed(head + value.tobytes())
    step = max(1, len(value) // _SAMPLE)
    return _hashed(head + value[::step].tobytes()[: 4 * _MAX_BYTES], sample=True)


def _frame(value: Any) -> str | None:
    """Shape, types, names, and rows at equal distances, block by block."""
    blocks = getattr(value._mgr, "blocks", ())
    rows = len(value)
    step = max(1, rows // _SAMPLE)
    names = list(map(str, value.columns[:_MAX_ITEMS])) if value.ndim == 2 else [str(value.name)]
    hasher = blake3(f"{value.shape}{names}".encode("utf-8", "replace"))
    for block in blocks:
        part = block.values[..., ::step]
        hasher.update(str(block.dtype).encode())
        if type(part).__module__ == "numpy" and not part.dtype.hasobject:
            hasher.update(part[:_MAX_COLUMNS].tobytes())
        else:
            hasher.update(_texts(part).encode("utf-8", "replace"))
    whole = step == 1 and value.shape[-1] <= _MAX_COLUMNS
    return ("" if whole else "~") + str(hasher.hexdigest(8))


def _texts(part: Any) -> str:
    listed = part[:_MAX_COLUMNS].ravel().tolist() if hasattr(part, "ravel") else list(part)
    return _ADDRESS.sub("0x", "\x1f".join(map(str, listed[: 4 * _MAX_ITEMS])))


def _polars(value: Any) -> str:
    head = value.head(_SAMPLE)
    rows = head.to_list() if hasattr(head, "to_list") else head.rows()
    text = f"{value.shape}{getattr(value, 'schema', None) or value.dtype}{rows}"
    return _hashed(text.encode("utf-8", "replace"), sample=len(value) > _SAMPLE)
