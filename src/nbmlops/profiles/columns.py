"""The columns of tables and arrays, of whatever library, in the few forms that are summarised."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import numpy as np

from nbmlops.profiles.arrow_columns import of_arrow
from nbmlops.profiles.source import MAX_COLUMNS, NANOSECONDS, Source, Table


def table_of(obj: Any) -> Table | None:
    """The columns of a pandas, polars or Arrow table or column, or of an array; None for anything else."""
    kind = type(obj)
    for module_name, class_name, read in _READERS:
        known = getattr(sys.modules.get(module_name), class_name, None)
        if isinstance(known, type) and issubclass(kind, known):
            found: Table | None = read(obj)
            return found
    return None


def _of_pandas_frame(frame: Any) -> Table:
    matrix = _row_matrix(frame)
    names = [str(name) for name in frame.columns[:MAX_COLUMNS]]
    if matrix is not None:
        return Table(len(frame), frame.shape[1], iter(()), (matrix, names))
    sources = (of_pandas(name, series) for name, (_, series) in zip(names, frame.items(), strict=False))
    return Table(len(frame), frame.shape[1], sources)


def _row_matrix(frame: Any) -> Any:
    """The values, where pandas holds all of them as one array, rows one after another."""
    blocks: Any = getattr(getattr(frame, "_mgr", None), "blocks", ())
    if (
        len(blocks) != 1
        or type(blocks[0].values) is not np.ndarray
        or blocks[0].values.dtype.kind not in "fiu"
    ):
        return None
    values = blocks[0].values.T
    is_in_order = np.array_equal(blocks[0].mgr_locs.as_array, np.arange(frame.shape[1]))
    return values[:, :MAX_COLUMNS] if is_in_order and values.strides[0] != values.itemsize else None


def _of_pandas_series(series: Any) -> Table:
    name = "" if series.name is None else str(series.name)
    return Table(len(series), 1, iter([of_pandas(name, series)]))


def of_pandas(name: str, series: Any) -> Source:
    """A pandas column or index."""
    dtype = series.dtype
    text, length = str(dtype), len(series)
    if isinstance(dtype, np.dtype):
        values = series.to_numpy()
        if dtype.kind == "O":
            return _of_objects(name, text, values.tolist())
        return of_array(name, text, values)
    kind = type(dtype).__name__
    if kind in {"ArrowDtype", "StringDtype"} and hasattr(series.array, "__arrow_array__") and _has_arrow():
        return of_arrow(name, text, series.array.__arrow_array__())
    if kind == "StringDtype":
        return _of_objects(name, text, series.to_numpy(dtype=object).tolist())
    if kind == "CategoricalDtype":
        return _of_codes(name, text, np.asarray(series.array.codes), dtype.categories)
    if kind == "DatetimeTZDtype":
        return of_array(name, text, series.array.asi8.view(f"M8[{dtype.unit}]"))
    missing = int(series.isna().sum())
    if hasattr(dtype, "numpy_dtype") and hasattr(series.array, "_mask"):
        dense = series.dropna().to_numpy(dtype=dtype.numpy_dtype)
        return Source(name, text, length, missing, array=dense)
    if kind == "SparseDtype":
        return of_array(name, text, np.asarray(series.array))
    return Source(name, text, length, missing)


def _of_codes(name: str, dtype: str, codes: Any, categories: Any) -> Source:
    known = np.bincount(codes[codes >= 0], minlength=len(categories)).tolist()
    texts = [str(value) for value in categories.tolist()]
    pairs = [(text, count) for text, count in zip(texts, known, strict=True) if count]
    missing = int((codes < 0).sum())
    return Source(name, dtype, len(codes), missing, counts=([t for t, _ in pairs], [c for _, c in pairs]))


def _of_objects(name: str, dtype: str, rows: list[Any]) -> Source:
    """A column of Python objects, by the type that they share."""
    try:
        counts = Counter(rows)
    except TypeError:  # lists, dicts: nothing that could be counted
        gone = sum(map(_is_missing, rows))
        return Source(name, dtype, len(rows), gone)
    missing = sum(count for value, count in counts.items() if _is_missing(value))
    present = {value: count for value, count in counts.items() if not _is_missing(value)}
    kinds = set(map(type, present))
    if kinds and all(issubclass(kind, str) for kind in kinds):
        return Source(name, dtype, len(rows), missing, counts=(list(present), list(present.values())))
    if kinds and kinds <= {int, float, bool, np.float64, np.int64, np.bool_}:
        array = np.array([float(value) for value in rows if not _is_missing(value)])
        is_bool = kinds <= {bool, np.bool_}
        return Source(name, dtype, len(rows), missing, array=array.astype(bool) if is_bool else array)
    return Source(name, dtype, len(rows), missing)


def _is_missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN
        or type(value).__name__ in {"NAType", "NaTType"}
    )


def of_array(name: str, dtype: str, values: Any) -> Source:
    """A 1-d NumPy array."""
    kind = values.dtype.kind
    if kind in "fiub":
        return Source(name, dtype, len(values), array=values)
    if kind in "mM":
        return _of_times(name, dtype, values)
    if kind == "U":
        texts, counts = np.unique(values, return_counts=True)
        return Source(name, dtype, len(values), counts=(texts.tolist(), counts.tolist()))
    if kind in "OT":
        return _of_objects(name, dtype, values.tolist())
    return Source(name, dtype, len(values))


def _of_times(name: str, dtype: str, values: Any) -> Source:
    unit, count = np.datetime_data(values.dtype)
    if unit not in NANOSECONDS:  # months and years, and units finer than a nanosecond
        return Source(name, dtype, len(values), int(np.isnat(values).sum()))
    ticks = np.ascontiguousarray(values).view(np.int64)
    known = ticks[ticks != np.iinfo(np.int64).min]
    step = (known, NANOSECONDS[unit] * count, values.dtype.kind == "M")
    return Source(name, dtype, len(values), len(values) - len(known), ticks=step)


def _of_numpy(array: Any) -> Table | None:
    plain = np.asarray(array)
    if plain.ndim != 2:
        flat = plain.reshape(-1)
        return Table(len(flat), 1, iter([of_array("", str(plain.dtype), flat)])) if plain.ndim else None
    names = [str(place) for place in range(min(plain.shape[1], MAX_COLUMNS))]
    if plain.dtype.kind in "fiu" and plain.strides[0] != plain.itemsize and len(plain):
        return Table(len(plain), plain.shape[1], iter(()), (plain[:, :MAX_COLUMNS], names))
    sources = (of_array(name, str(plain.dtype), plain[:, place]) for place, name in enumerate(names))
    return Table(len(plain), plain.shape[1], sources)


def _of_polars_frame(frame: Any) -> Table:
    sources = (_of_polars(series) for series in frame.get_columns()[:MAX_COLUMNS])
    return Table(frame.height, frame.width, sources)


def _of_polars_series(series: Any) -> Table:
    return Table(len(series), 1, iter([_of_polars(series)]))


def _of_polars(series: Any) -> Source:
    dtype = series.dtype
    kind, text, missing = str(dtype.base_type()), str(dtype), series.null_count()
    dense = series.drop_nulls() if missing else series
    length, name = len(series), series.name
    if kind in {"Float32", "Float64", "Boolean"} or dtype.is_integer():
        return Source(name, text, length, missing, array=dense.to_numpy())
    if kind in {"Datetime", "Duration", "Date"}:
        unit = NANOSECONDS["D" if kind == "Date" else dtype.time_unit.replace("μ", "u")]
        ticks = dense.to_physical().to_numpy().astype(np.int64)
        return Source(name, text, length, missing, ticks=(ticks, unit, kind != "Duration"))
    if kind in {"String", "Categorical", "Enum"}:
        found = dense.cast(sys.modules["polars"].String).alias("value").value_counts()
        return Source(
            name, text, length, missing, counts=(found["value"].to_list(), found["count"].to_list())
        )
    return Source(name, text, length, missing)


def _of_arrow_table(table: Any) -> Table:
    fields = list(table.schema)[:MAX_COLUMNS]
    sources = (
        of_arrow(field.name, str(field.type), table.column(place)) for place, field in enumerate(fields)
    )
    return Table(table.num_rows, table.num_columns, sources)


def _of_arrow_array(array: Any) -> Table:
    return Table(len(array), 1, iter([of_arrow("", str(array.type), array)]))


def _of_tensor(tensor: Any) -> Table | None:
    torch = sys.modules["torch"]
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.device.type == "meta":
        return None
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    return _of_numpy((plain.float() if plain.dtype == torch.bfloat16 else plain).numpy())


def _has_arrow() -> bool:
    return "pyarrow" in sys.modules


_READERS: tuple[tuple[str, str, Any], ...] = (
    ("pandas", "DataFrame", _of_pandas_frame),
    ("pandas", "Series", _of_pandas_series),
    ("pandas", "Index", _of_pandas_series),
    ("numpy", "ndarray", _of_numpy),
    ("polars", "DataFrame", _of_polars_frame),
    ("polars", "Series", _of_polars_series),
    ("pyarrow", "Table", _of_arrow_table),
    ("pyarrow", "RecordBatch", _of_arrow_table),
    ("pyarrow", "Array", _of_arrow_array),
    ("pyarrow", "ChunkedArray", _of_arrow_array),
    ("torch", "Tensor", _of_tensor),
)
