"""Arrays, frames, tensors and generators: which memory they share, and a digest where that is cheap."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from blake3 import blake3

MAX_BYTES: Final = 1 << 18  # hashed of one object; a quarter of a millisecond


_MAX_BLOCKS: Final = 200
_MAX_TEXT: Final = 1_000
_PLAIN_TYPES: Final = frozenset({type(None), bool, int, float, complex, str, bytes})
_PLAIN_PACKAGES: Final = frozenset({"polars", "pyarrow", "torch"})
_PLAIN_BASES: Final = frozenset(
    {"ndarray", "DataFrame", "Series", "Index", "ExtensionArray", "_spbase", "spmatrix"}
)


def is_plain(kind: type) -> bool:
    """Whether instances are arrays, frames or tensors, and not what leads to them: indexers, groups, iterators."""
    package = kind.__module__.partition(".")[0]
    if package in _PLAIN_PACKAGES:
        return True
    return package in ("numpy", "pandas", "scipy") and any(
        cls.__name__ in _PLAIN_BASES for cls in kind.__mro__
    )


@dataclass(frozen=True, slots=True)
class ArrayPart:
    """What is seen of an array-like object.

    Attributes:
        nodes: what it shares with others: owners of memory.
        holds: further objects to look at.
        digest: None where it is too large.
        lent: memory of a frame that arrays may share; frames among each other copy it in time.
        files: files that are its memory.
        is_whole: all that it holds is in `holds`.
    """

    nodes: tuple[int, ...] = ()
    holds: tuple[Any, ...] = ()
    digest: bytes | None = None
    lent: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    is_whole: bool = True


def array_part(value: Any) -> ArrayPart | None:
    """What is seen of `value`; None when it is no array, frame, tensor or generator of random numbers."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    if package == "random":
        return (
            ArrayPart(digest=_hashed([repr(value.getstate())])) if isinstance(value, random.Random) else None
        )
    reader = _READERS.get(package)
    return reader(value) if reader is not None and package in sys.modules else None


def _hashed(parts: Iterable[Any]) -> bytes:
    hasher = blake3()
    for part in parts:
        hasher.update(part if not isinstance(part, str) else part.encode("utf-8", "replace"))
    return bytes(hasher.digest(16))


def _numpy(value: Any) -> ArrayPart | None:
    numpy = sys.modules["numpy"]
    if isinstance(value, numpy.ndarray):
        return _array(value)
    if isinstance(value, numpy.flatiter | numpy.void):
        return ArrayPart(holds=(value.base,)) if value.base is not None else None
    if isinstance(value, numpy.nditer):
        try:
            return ArrayPart(holds=tuple(value.operands))
        except ValueError:  # it is closed
            return ArrayPart()
    state = getattr(getattr(value, "bit_generator", value), "state", None)  # a Generator, or what drives it
    if isinstance(state, dict):
        owner = getattr(value, "bit_generator", value)
        return ArrayPart((id(owner),), digest=_hashed([repr(state)]))
    if isinstance(value, numpy.random.RandomState):
        return ArrayPart(digest=_hashed([repr(value.get_state(legacy=False)["state"]["pos"]), _key(value)]))
    return None


def _key(state: Any) -> bytes:
    return bytes(state.get_state(legacy=False)["state"]["key"].tobytes())


def owner_of(array: Any) -> Any:
    """The array that owns the memory of a view."""
    numpy = sys.modules["numpy"]
    while isinstance(array.base, numpy.ndarray):
        array = array.base
    return array


def _array(value: Any) -> ArrayPart:
    owner = owner_of(value)
    nodes: tuple[int, ...] = (
        id(owner),
        -int(owner.__array_interface__["data"][0]),
    )  # maybe another library's
    files: tuple[str, ...] = ()
    numpy = sys.modules["numpy"]
    base = owner.base.obj if type(owner.base) is memoryview else owner.base
    holds = (base,) if type(base) is bytearray else ()
    file = getattr(value, "filename", None) if isinstance(value, numpy.memmap) else None
    if file is not None:  # two of them on one file are one memory
        files, nodes = (str(file),), (*nodes, hash(str(file)) << 64)
    if isinstance(value, numpy.ma.MaskedArray):
        mask = numpy.ndarray.__getattribute__(value, "_mask")
        holds = (*holds, mask) if mask is not numpy.ma.nomask else holds
    if value.dtype.hasobject:
        # Without a digest of its own: what it holds is looked at, and tells.
        is_small = value.size <= MAX_BYTES >> 6
        return ArrayPart(nodes, _objects(value), b"objects" if is_small else None, is_whole=is_small)
    digest = None
    if value.nbytes <= MAX_BYTES:
        facts = (value.shape, value.dtype.str, value.strides, value.flags.writeable)
        digest = _hashed([repr(facts), value.tobytes()])
    return ArrayPart(nodes, holds, digest, files=files)


def _objects(value: Any) -> tuple[Any, ...]:
    """The first of them."""
    return tuple(value.ravel()[: MAX_BYTES >> 6].tolist())


def _pandas(value: Any) -> ArrayPart | None:
    pandas = sys.modules["pandas"]
    if not isinstance(value, pandas.DataFrame | pandas.Series):
        return _index(value) if isinstance(value, pandas.Index) else None
    manager = getattr(value, "_mgr", None)
    blocks = getattr(manager, "blocks", ())
    nodes: tuple[int, ...] = ()
    if not _copies_on_write(pandas):
        # Until pandas 3 a selection may be a view. From then on every frame is its own.
        nodes = tuple(node for block in blocks for node in _memory(block.values))
    lent = tuple(node for block in blocks[:_MAX_BLOCKS] for node in _memory(block.values)[1:])
    attributes = getattr(value, "_attrs", None)
    holds = (*value.axes, *((attributes,) if attributes else ()), *_held_objects(blocks))
    return ArrayPart(nodes, holds, _frame_digest(value, blocks), lent)


def _held_objects(blocks: Iterable[Any]) -> list[Any]:
    """What columns of objects hold that may change, of small ones."""
    return [
        item
        for block in blocks
        if getattr(block.values.dtype, "hasobject", False) and block.values.size <= MAX_BYTES >> 6
        for item in block.values.ravel().tolist()
        if not _is_plain_item(item)
    ]


def _index(value: Any) -> ArrayPart:
    """Its values never change, its names do."""
    names = list(value.names)
    is_plain_text = all(type(name) in _PLAIN_TYPES for name in names)
    return ArrayPart(digest=_hashed([repr(names)]) if is_plain_text else None)


def _copies_on_write(pandas: Any) -> bool:
    if int(pandas.__version__.partition(".")[0]) >= 3:
        return True
    return bool(pandas.options.mode.copy_on_write is True)


def _memory(values: Any) -> tuple[int, ...]:
    numpy = sys.modules["numpy"]
    if isinstance(values, numpy.ndarray):
        owner = owner_of(values)
        return id(owner), -int(owner.__array_interface__["data"][0])
    return (id(values),)


def _frame_digest(value: Any, blocks: Any) -> bytes | None:
    numpy = sys.modules["numpy"]
    parts: list[Any] = []
    size = 0
    axes = value.axes
    for block in blocks:
        values = block.values
        if not isinstance(values, numpy.ndarray) or values.dtype.hasobject:
            values = _texts(values)
            if values is None:
                return None
            parts.append(values)
            size += len(values)
        else:
            size += values.nbytes
            if size > MAX_BYTES:
                return None
            parts += [repr((values.shape, values.dtype.str)), values.tobytes()]
        if size > MAX_BYTES:
            return None
    for axis in axes:
        if len(axis) > MAX_BYTES >> 6:
            if type(axis).__name__ != "RangeIndex":
                return None
            parts.append(repr(axis))
        else:
            labels = _texts(axis)
            if labels is None:
                return None
            parts.append(labels)
    name = getattr(value, "_name", None)
    parts.append(
        repr((name if type(name) in _PLAIN_TYPES else id(name), value.flags.allows_duplicate_labels))
    )
    return _hashed(parts)


def _texts(values: Any) -> str | None:
    """Columns of texts and of pandas' own types: read as a list where they are small."""
    if getattr(values, "size", MAX_BYTES) > MAX_BYTES >> 6:
        return None
    listed = values.ravel().tolist() if hasattr(values, "ravel") else list(values)
    if not all(_is_plain_item(item) for item in listed):
        return None  # to show the user's own objects would run their code
    return repr(listed)


def _is_plain_item(item: Any) -> bool:
    kind = type(item)
    if kind is tuple:
        return all(_is_plain_item(part) for part in item)
    if kind is str or kind is bytes:
        return len(item) <= _MAX_TEXT
    return kind in _PLAIN_TYPES or kind.__module__.partition(".")[0] in ("pandas", "datetime", "decimal")


def _torch(value: Any) -> ArrayPart | None:
    torch = sys.modules["torch"]
    if not isinstance(value, torch.Tensor):
        return None
    try:
        node = -int(value.untyped_storage().data_ptr())
        small = value.device.type == "cpu" and value.nelement() * value.element_size() <= MAX_BYTES
        digest = _hashed([repr(tuple(value.shape)), value.detach().numpy().tobytes()]) if small else None
    except (RuntimeError, TypeError):  # a tensor without memory of its own
        return ArrayPart(digest=None)
    holds = (value.grad,) if value.is_leaf and value.grad is not None else ()
    return ArrayPart((node,), holds, digest)


def _polars(value: Any) -> ArrayPart | None:
    """Its columns never change; a frame changes only by methods that say so, and is small to look at."""
    polars = sys.modules["polars"]
    if isinstance(value, polars.DataFrame):
        series = value.get_columns()
        small = value.estimated_size() <= MAX_BYTES
        return ArrayPart(
            digest=_hashed([repr([(s.name, s.dtype) for s in series]), repr(value.rows())]) if small else None
        )
    return (
        ArrayPart(digest=b"polars")
        if isinstance(value, polars.Series | polars.LazyFrame | polars.Expr)
        else None
    )


def _arrow(_value: Any) -> ArrayPart | None:
    return ArrayPart(digest=b"arrow")  # Arrow's arrays and tables never change


_READERS: Final = {
    "numpy": _numpy,
    "pandas": _pandas,
    "polars": _polars,
    "pyarrow": _arrow,
    "torch": _torch,
}
