"""NumPy arrays to canonical columns: numbers, booleans, instants, durations, fixed-width text, records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.hashing import Column, combine, converted, nothing, pieces
from nbmlops.capture.fingerprints.texts import text_column
from nbmlops.errors import FingerprintError

INT64_MAX = np.iinfo(np.int64).max
NAT = np.iinfo(np.int64).min
_UNIT_STEPS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}
_TO_SECONDS = {"m": 60, "h": 3_600, "D": 86_400, "W": 604_800}
_FLOATS = {2: "f16", 4: "f32", 8: "f64"}
_COMPLEX = {8: "c64", 16: "c128"}

ObjectEncoder = Callable[[Any, str], Column]


def array_column(array: Any, name: str, *, objects: ObjectEncoder) -> Column:
    """The canonical form of an array's values in C order.

    Args:
        array: a plain `numpy.ndarray` of any shape and strides.
        name: what to call it in an error.
        objects: the encoder for arrays of Python objects.

    Raises:
        FingerprintError: its dtype has no canonical form.
    """
    kind = array.dtype.kind
    if kind == "f":
        return float_column(array)
    if kind in "iu":
        return int_column(array)
    if kind == "b":
        return Column("bool", array.size, (converted(array, lambda part: part.view(np.uint8)),))
    if kind in "mM":
        return instant_column(array)
    encoder = _OTHERS.get(kind)
    if encoder is not None:
        return encoder(array, name, objects)
    raise FingerprintError(
        f"{name}: NumPy dtype {array.dtype} has no canonical form. Convert it with .astype() first."
    )


def float_column(array: Any, missing: Any = None) -> Column:
    """Floats as their stored bits; a missing value is the NaN that pandas writes."""
    logical = _FLOATS.get(array.dtype.itemsize)
    if logical is None:
        return _extended_column(array)
    native = array.dtype.newbyteorder("<")
    if missing is not None and missing.any():
        array = np.where(missing, native.type(np.nan), array)
    if array.dtype == native:
        return Column(logical, array.size, (pieces(array),))
    return Column(logical, array.size, (converted(array, lambda part: part.astype(native)),))


def int_column(array: Any, missing: Any = None) -> Column:
    """Integers as 64 bits, whatever width they are stored in; missing values as a mask over zeros."""
    if missing is not None and missing.any():
        array = np.where(missing, array.dtype.type(0), array)
        masks: tuple[Iterable[Any], ...] = (pieces(missing.view(np.uint8)),)
        logical = "int?"
    else:
        masks, logical = (), "int"
    wide = array.dtype.kind == "u" and array.dtype.itemsize == 8 and array.size and array.max() > INT64_MAX
    target = np.dtype("<u8" if wide else "<i8")
    logical = logical.replace("int", "uint64") if wide else logical
    if array.dtype == target:
        return Column(logical, array.size, (pieces(array), *masks))
    return Column(logical, array.size, (converted(array, lambda part: part.astype(target)), *masks))


def bool_column(values: Any, missing: Any = None) -> Column:
    """Booleans as bytes 0 and 1; 2 is missing."""
    coded = values.astype(np.uint8)
    if missing is not None and missing.any():
        if missing.all():
            return nothing(coded.size)
        coded[missing] = 2
    return Column("bool", coded.size, (pieces(coded),))


def instant_column(array: Any, *, logical: str | None = None) -> Column:
    """Instants and durations in nanoseconds, or in the finest unit that holds all of them.

    Args:
        array: dtype datetime64 or timedelta64, in any unit.
        logical: in place of `timestamp` or `duration`.
    """
    name = logical or ("timestamp" if array.dtype.kind == "M" else "duration")
    unit, count = np.datetime_data(array.dtype)
    if unit in {"Y", "M"} and array.dtype.kind == "M":
        array, unit, count = array.astype("M8[D]"), "D", 1
    if unit == "generic" or unit in {"Y", "M"} or unit not in {*_UNIT_STEPS, *_TO_SECONDS}:
        raise FingerprintError(
            f"{name}s in NumPy's unit {unit!r} can't be hashed: use .astype('{array.dtype.kind}8[us]')."
        )
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    ticks = array.view(np.int64) if array.flags.c_contiguous else np.ascontiguousarray(array).view(np.int64)
    return ticks_column(ticks, unit, count=count, logical=name)


def ticks_column(ticks: Any, unit: str, *, logical: str, count: int = 1) -> Column:
    """As `instant_column`, for int64 counts of `unit` in which the smallest int64 is missing."""
    step = count * (_TO_SECONDS.get(unit, 1) if unit not in _UNIT_STEPS else 1)
    base = unit if unit in _UNIT_STEPS else "s"
    target = next((finer for finer in _UNIT_STEPS if _fits(ticks, _ratio(base, finer) * step)), None)
    if target is None or _UNIT_STEPS[target] > _UNIT_STEPS[base]:
        raise FingerprintError(f"{logical}s beyond the 64-bit range of {base!r} can't be hashed.")
    factor = _ratio(base, target) * step
    tag = logical if target == "ns" else f"{logical}[{target}]"
    if factor == 1:
        return Column(tag, ticks.size, (pieces(ticks),))
    return Column(
        tag, ticks.size, (converted(ticks, lambda part: np.where(part == NAT, NAT, part * factor)),)
    )


def _ratio(coarse: str, fine: str) -> int:
    return max(_UNIT_STEPS[coarse] // _UNIT_STEPS[fine], 1) if coarse != fine else 1


def _fits(ticks: Any, factor: int) -> bool:
    if factor == 1 or not ticks.size:
        return True
    limit = INT64_MAX // factor
    high = int(ticks.max())
    # NaT is the smallest int64: looked past with a mask only when something seems out of range.
    low = int(ticks.min())
    if low == NAT:
        low = int(ticks[ticks != NAT].min(initial=0))
    return high <= limit and low >= -limit


def _extended_column(array: Any) -> Column:
    """Long doubles: their padding bytes are noise, so mantissa and exponent are taken apart."""

    def split(part: Any) -> Any:
        mantissa, exponent = np.frexp(part)
        high = mantissa.astype("<f8")
        low = np.where(np.isfinite(mantissa), mantissa - high, 0).astype("<f8")
        return np.stack([high.view("<i8"), low.view("<i8"), exponent.astype("<i8")], axis=1).reshape(-1)

    return Column("f-extended", array.size, (converted(array, split),))


def _complex(array: Any, name: str, objects: ObjectEncoder) -> Column:
    del objects
    logical = _COMPLEX.get(array.dtype.itemsize)
    if logical is None:
        raise FingerprintError(
            f"{name}: extended complex numbers can't be hashed. Use .astype('complex128')."
        )
    native = array.dtype.newbyteorder("<")
    return Column(logical, array.size, (converted(array, lambda part: part.astype(native, copy=False)),))


def _text(array: Any, name: str, objects: ObjectEncoder) -> Column:
    del name, objects
    return text_column(array.reshape(-1), binary=array.dtype.kind == "S")


def _objects(array: Any, name: str, objects: ObjectEncoder) -> Column:
    return objects(array.reshape(-1), name)


def _variable_text(array: Any, name: str, objects: ObjectEncoder) -> Column:
    return objects(array.reshape(-1).astype(object), name)


def _record(array: Any, name: str, objects: ObjectEncoder) -> Column:
    names = array.dtype.names
    if names is None:
        raw = array.dtype.itemsize
        return Column(f"raw{raw}", array.size, (converted(array, lambda part: part.view(np.uint8)),))
    fields = [array_column(array[field], f"{name}.{field}", objects=objects) for field in names]
    logical = "struct(" + ",".join(f"{field.logical}*{field.length}" for field in fields) + ")"
    return Column(logical, array.size, tuple(buffer for field in fields for buffer in field.buffers))


_OTHERS: dict[str, Callable[[Any, str, ObjectEncoder], Column]] = {
    "c": _complex,
    "U": _text,
    "S": _text,
    "O": _objects,
    "T": _variable_text,
    "V": _record,
}


def dtype_text(dtype: Any) -> str:
    """A NumPy dtype in full: byte order, width, unit, and the fields of a record."""
    return str(dtype.descr) if dtype.names else str(dtype.str)


def shape_digest(shape: tuple[int, ...]) -> bytes:
    """The digest of a shape."""
    return combine(len(shape), *shape)
