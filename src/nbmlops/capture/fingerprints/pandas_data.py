"""pandas frames, series and indexes, of pandas 2 and 3."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from blake3 import blake3

from nbmlops.capture.fingerprints.arrays import (
    bool_column,
    dtype_text,
    float_column,
    int_column,
    ticks_column,
)
from nbmlops.capture.fingerprints.arrow import ArrowColumns
from nbmlops.capture.fingerprints.context import Context, Digests
from nbmlops.capture.fingerprints.hashing import Column, combine, framed, nothing
from nbmlops.capture.fingerprints.texts import text_column

_CANONICAL = {"<f8": "f64", "<f4": "f32", "<i8": "int"}  # stored bytes are canonical bytes


def frame_digests(context: Context, frame: Any, where: str) -> Digests:
    """Digests of a `pandas.DataFrame`; `where` names it in errors."""
    levels, level_schema = _index(context, frame.index, where)
    names = frame.columns.tolist()
    digests, types = _columns(context, frame, names, where)
    titles = [context.name(name, "a column's name") for name in names]
    axis = [context.name(name, "the columns' name") for name in frame.columns.names]
    content = context.table([*levels, *digests], rows=len(frame), index_levels=len(levels))
    columns = [part for pair in zip(titles, types, strict=True) for part in pair]
    return Digests(content, combine("pandas.DataFrame", *level_schema, len(names), *columns, *axis))


def series_digests(context: Context, series: Any, where: str) -> Digests:
    """Digests of a `pandas.Series`."""
    levels, level_schema = _index(context, series.index, where)
    values = _values(series)
    digest = context.digester.column(_column(context, values, where))
    content = context.series([*levels, digest], index_levels=len(levels))
    schema = combine(
        "pandas.Series",
        *level_schema,
        context.name(series.name, "the name"),
        _type_text(context, values, where),
    )
    return Digests(content, schema)


def index_digests(context: Context, index: Any, where: str) -> Digests:
    """Digests of a `pandas.Index` as data of its own."""
    digests, schema = _levels(context, index, where)
    if index.nlevels == 1:
        return Digests(context.series(digests), combine("pandas.Index", *schema))
    return Digests(context.table(digests, rows=len(index)), combine("pandas.Index", *schema))


def extension_digests(context: Context, array: Any, where: str) -> Digests:
    """Digests of a pandas extension array, such as a Categorical."""
    digest = context.digester.column(_column(context, array, where))
    return Digests(context.series([digest]), combine("pandas.array", _type_text(context, array, where)))


def _index(context: Context, index: Any, where: str) -> tuple[list[bytes], list[bytes | str | int]]:
    if type(index).__name__ == "RangeIndex" and index.start == 0 and index.step == 1 and index.name is None:
        return [], []
    return _levels(context, index, f"the index of {where}")


def _levels(context: Context, index: Any, where: str) -> tuple[list[bytes], list[bytes | str | int]]:
    digests: list[bytes] = []
    schema: list[bytes | str | int] = [index.nlevels]
    for number in range(index.nlevels):
        level = index.get_level_values(number)
        values = _values(level)
        digests.append(context.digester.column(_column(context, values, where)))
        schema += [context.name(level.name, "an index name"), _type_text(context, values, where)]
    return digests, schema


def _matrix_digests(context: Context, matrix: Any) -> list[bytes]:
    digester, rows = context.digester, matrix.shape[0]
    logical = _CANONICAL[matrix.dtype.str]
    if matrix.strides[0] == matrix.itemsize:
        columns = matrix.T if matrix.T.flags.c_contiguous else list(matrix.T)
        digests = [digester.digest((column,)) for column in columns]
    else:
        digests = digester.strided_columns(matrix)
    start = framed(logical, rows)
    return [blake3(start + framed(digest)).digest() for digest in digests]


def _columns(
    context: Context, frame: Any, names: list[Any], where: str
) -> tuple[list[bytes], list[bytes | str]]:
    """The digest and the type of each column, by place: names may repeat."""
    known = dict(_block_columns(context, frame))
    digests, types = [], []
    for place, name in enumerate(names):
        found = known.get(place)
        if found is None:
            values = _column_values(frame, place)
            title = f"column {name!r} of {where}" if type(name) in {str, int} else f"a column of {where}"
            found = (
                context.digester.column(_column(context, values, title)),
                _type_text(context, values, title),
            )
        digests.append(found[0])
        types.append(found[1])
    return digests, types


def _block_columns(context: Context, frame: Any) -> Iterator[tuple[int, tuple[bytes, bytes | str]]]:
    """Columns that pandas holds as one array with others of their type, by place: hashed together, without a copy."""
    for block in getattr(getattr(frame, "_mgr", None), "blocks", ()):
        values = block.values
        if type(values) is not np.ndarray or values.dtype.str not in _CANONICAL or not values.size:
            continue
        digests = _matrix_digests(context, values.T)
        for place, digest in zip(block.mgr_locs.as_array.tolist(), digests, strict=True):
            yield place, (digest, values.dtype.str)


def _column_values(frame: Any, place: int) -> Any:
    read = getattr(getattr(frame, "_mgr", None), "iget_values", None)
    if read is None:
        return _values(frame.iloc[:, place])
    values = read(place)  # a tenth of the time that making a Series of it takes
    return np.asarray(values) if isinstance(values.dtype, np.dtype) else values


def _values(series: Any) -> Any:
    return series.to_numpy() if isinstance(series.dtype, np.dtype) else series.array


def _column(context: Context, values: Any, where: str) -> Column:
    if type(values) is np.ndarray:
        return context.array(values, where)
    kind = type(values.dtype).__name__
    encode = _EXTENSIONS.get(kind)
    if encode is not None:
        return encode(context, values, where)
    if hasattr(values.dtype, "numpy_dtype") and hasattr(values, "_mask"):
        return _masked(values)
    return context.array(np.asarray(values, dtype=object), where)


def _type_text(context: Context, values: Any, where: str) -> bytes | str:
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return dtype_text(dtype)
    if type(dtype).__name__ != "CategoricalDtype":
        return f"{type(dtype).__name__}:{dtype}:{getattr(dtype, 'storage', '')}"
    categories = index_digests(context, dtype.categories, f"the categories of {where}")
    return combine("category", int(bool(dtype.ordered)), categories.content, categories.schema)


def _masked(values: Any) -> Column:
    missing = values.isna()
    plain = values.to_numpy(dtype=values.dtype.numpy_dtype, na_value=0)
    if plain.dtype.kind == "b":
        return bool_column(plain, missing)
    if plain.dtype.kind == "f":
        return float_column(plain, missing)
    return int_column(plain, missing)


def _zoned(context: Context, values: Any, where: str) -> Column:
    del context, where
    return ticks_column(values.asi8, values.dtype.unit, logical="instant")


def _string(context: Context, values: Any, where: str) -> Column:
    if values.dtype.storage == "pyarrow":
        return _arrow(context, values, where)
    rows = values.to_numpy(dtype=object).tolist()
    return context.objects.texts(rows)


def _arrow(context: Context, values: Any, where: str) -> Column:
    chunked = values.__arrow_array__()
    return ArrowColumns(sys.modules["pyarrow"], context.objects).column(chunked.chunks, chunked.type, where)


def _categorical(context: Context, values: Any, where: str) -> Column:
    codes, categories = np.asarray(values.codes), values.categories
    missing = codes < 0
    plain = _values(categories)
    if type(plain) is np.ndarray and plain.dtype.kind in "iub":
        taken = plain[np.where(missing, 0, codes)] if len(plain) else np.zeros(len(codes), dtype=plain.dtype)
        return bool_column(taken, missing) if plain.dtype.kind == "b" else int_column(taken, missing)
    if _is_text(categories):
        return _category_texts(context, codes, categories)
    if not len(categories):
        return nothing(len(codes))
    if type(plain) is np.ndarray and plain.dtype.kind == "O":
        return context.array(_taken(categories, codes), where)
    taken = categories.take(codes, allow_fill=True, fill_value=getattr(categories, "_na_value", np.nan))
    return _column(context, _values(taken), where)


def _taken(categories: Any, codes: Any) -> Any:
    """The categories' values as objects, None for the code -1."""
    values = np.empty(len(categories) + 1, dtype=object)
    values[:-1] = categories.to_numpy(dtype=object)
    return values[codes]


def _is_text(categories: Any) -> bool:
    return bool(len(categories)) and categories.inferred_type == "string"


def _category_texts(context: Context, codes: Any, categories: Any) -> Column:
    arrow = sys.modules.get("pyarrow")
    if arrow is None:
        return text_column(_taken(categories, codes))
    try:
        known = arrow.array(categories.tolist(), type=arrow.large_string())
    except (UnicodeEncodeError, arrow.ArrowException):
        return text_column(_taken(categories, codes))
    taken = known.take(arrow.array(codes.astype(np.int64), mask=codes < 0))
    return ArrowColumns(arrow, context.objects).column([taken], taken.type, "")


def _period(context: Context, values: Any, where: str) -> Column:
    del context, where
    plain = int_column(np.where(values.isna(), 0, values.asi8), values.isna())
    return Column(f"period[{values.dtype.freq.freqstr}]:{plain.logical}", plain.length, plain.buffers)


def _interval(context: Context, values: Any, where: str) -> Column:
    ends = [_column(context, _values(end), where) for end in (values.left, values.right)]
    kinds = ",".join(end.logical for end in ends)
    return Column(f"interval[{values.closed}]({kinds})", len(values), ends[0].buffers + ends[1].buffers)


def _sparse(context: Context, values: Any, where: str) -> Column:
    return context.array(np.asarray(values), where)


_EXTENSIONS: dict[str, Callable[[Context, Any, str], Column]] = {
    "ArrowDtype": _arrow,
    "CategoricalDtype": _categorical,
    "DatetimeTZDtype": _zoned,
    "IntervalDtype": _interval,
    "PeriodDtype": _period,
    "SparseDtype": _sparse,
    "StringDtype": _string,
}
