"""Data of any library to an Arrow table, and back to what they were."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from nbmlops.datasets.arrow import arrow
from nbmlops.errors import ValueRefusedError

_WIDEST = 1000  # columns; wider arrays are kept row by row
_NAMES = (str, int, type(None))

Form = dict[str, Any]


def to_table(obj: Any) -> tuple[Any, Form]:
    """An Arrow table of the same values, and what is needed to come back.

    Raises:
        ValueRefusedError: it is none that can be kept, or holds what Arrow has no type for.
    """
    for module_name, class_name, convert in _CONVERTERS:
        known = getattr(sys.modules.get(module_name), class_name, None)
        if isinstance(known, type) and issubclass(type(obj), known):
            pa = arrow()
            try:
                table, form = convert(obj, pa)
            except (pa.ArrowException, TypeError, ValueError, OverflowError) as exc:
                raise ValueRefusedError(_first_line(exc)) from exc
            return table, form
    raise ValueRefusedError(
        f"a {type(obj).__name__} can't be kept: pandas, polars and Arrow tables and NumPy arrays can"
    )


def from_table(table: Any, form: Mapping[str, Any]) -> Any:
    """What `to_table` was given."""
    return _BACK[form["kind"]](table, form)


def _first_line(exc: BaseException) -> str:
    return str(exc).split("\n")[0][:300]


def _from_frame(frame: Any, pa: Any) -> tuple[Any, Form]:
    if type(frame).__module__.partition(".")[0] != "pandas":
        raise ValueRefusedError(f"a {type(frame).__name__} may hold more than its columns")
    plain = frame
    if frame.attrs:
        plain = frame.copy(deep=False)
        plain.attrs = {}  # what is no data would be written with them
    return pa.Table.from_pandas(plain), {"kind": "pandas.DataFrame", **_lost_types(frame)}


def _lost_types(frame: Any) -> Form:
    """The columns whose types pandas does not tell Arrow: by place, and that of the index."""
    kinds = [type(dtype).__name__ if str(dtype) != "object" else "object" for dtype in frame.dtypes]
    lost: Form = {
        "objects": [place for place, kind in enumerate(kinds) if kind == "object"],
        "arrow": [place for place, kind in enumerate(kinds) if kind == "ArrowDtype"],
    }
    return lost | {"object_index": frame.index.nlevels == 1 and str(frame.index.dtype) == "object"}


def _from_series(series: Any, pa: Any) -> tuple[Any, Form]:
    if not isinstance(series.name, _NAMES):
        raise ValueRefusedError(f"its name is a {type(series.name).__name__}")
    table, form = _from_frame(series.rename("values").to_frame(), pa)
    return table, form | {"kind": "pandas.Series", "name": series.name}


def _from_index(index: Any, pa: Any) -> tuple[Any, Form]:
    if index.nlevels > 1 or not isinstance(index.name, _NAMES):
        raise ValueRefusedError("an index of several levels can't be kept by itself: call .to_frame() first")
    table, form = _from_frame(index.to_frame(index=False, name="values"), pa)
    return table, form | {"kind": "pandas.Index", "name": index.name}


def _from_polars(frame: Any, _pa: Any) -> tuple[Any, Form]:
    return frame.to_arrow(), {"kind": "polars.DataFrame"}


def _from_polars_series(series: Any, pa: Any) -> tuple[Any, Form]:
    table, _ = _from_polars(series.alias("values").to_frame(), pa)
    return table, {"kind": "polars.Series", "name": series.name}


def _from_arrow(table: Any, pa: Any) -> tuple[Any, Form]:
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table]), {"kind": "pyarrow.RecordBatch"}
    return table, {"kind": "pyarrow.Table"}


def _from_arrow_array(array: Any, pa: Any) -> tuple[Any, Form]:
    kind = "pyarrow.ChunkedArray" if isinstance(array, pa.ChunkedArray) else "pyarrow.Array"
    return pa.table([array], names=["values"]), {"kind": kind}


def _from_numpy(array: Any, pa: Any) -> tuple[Any, Form]:
    if type(array) is not np.ndarray or array.dtype.hasobject or not array.ndim:
        raise ValueRefusedError(
            f"a {type(array).__name__} of dtype {array.dtype} can't be kept without pickle"
        )
    form = {
        "kind": "numpy.ndarray",
        "dtype": np.lib.format.dtype_to_descr(array.dtype),
        "shape": list(array.shape),
    }
    if array.dtype.kind in "fiub" and array.dtype.isnative and array.ndim <= 2 and array.shape[-1] <= _WIDEST:
        columns = [array] if array.ndim == 1 else list(array.T)
        return pa.table({str(place): column for place, column in enumerate(columns)}), form | {"rows": False}
    width = array[:1].nbytes if len(array) else array.itemsize
    whole = pa.py_buffer(np.ascontiguousarray(array).tobytes())
    rows = pa.FixedSizeBinaryArray.from_buffers(pa.binary(max(width, 1)), len(array), [None, whole])
    return pa.table({"rows": rows}), form | {"rows": True}


def _to_frame(table: Any, form: Mapping[str, Any]) -> Any:
    frame = table.to_pandas()
    for place in form["objects"]:
        frame.isetitem(place, frame.iloc[:, place].astype(object))
        if frame.iloc[:, place].hasnans:  # what was missing is None again, as Python has it
            frame.isetitem(place, frame.iloc[:, place].where(frame.iloc[:, place].notna(), None))
    if form["arrow"]:
        import pandas as pd

        for place in form["arrow"]:
            frame.isetitem(place, pd.arrays.ArrowExtensionArray(table.column(place)))
    if form["object_index"]:
        frame.index = frame.index.astype(object)
    return frame


def _to_series(table: Any, form: Mapping[str, Any]) -> Any:
    return _to_frame(table, form)["values"].rename(form["name"])


def _to_index(table: Any, form: Mapping[str, Any]) -> Any:
    import pandas as pd

    return pd.Index(_to_frame(table, form)["values"], name=form["name"])


def _to_polars(table: Any, _form: Mapping[str, Any]) -> Any:
    import polars as pl

    return pl.from_arrow(table)


def _to_polars_series(table: Any, form: Mapping[str, Any]) -> Any:
    return _to_polars(table, form).get_column("values").alias(form["name"])


def _to_arrow(table: Any, form: Mapping[str, Any]) -> Any:
    return table if form["kind"] == "pyarrow.Table" else table.combine_chunks().to_batches()[0]


def _to_arrow_array(table: Any, form: Mapping[str, Any]) -> Any:
    column = table.column(0)
    return column if form["kind"] == "pyarrow.ChunkedArray" else column.combine_chunks()


def _to_numpy(table: Any, form: Mapping[str, Any]) -> Any:
    descr = form["dtype"]
    fields = [tuple(field) for field in descr] if isinstance(descr, list) else descr
    dtype, shape = np.dtype(fields), tuple(form["shape"])
    if form["rows"]:
        data = b"".join(
            chunk.buffers()[1].to_pybytes()[chunk.offset * chunk.type.byte_width :][
                : len(chunk) * chunk.type.byte_width
            ]
            for chunk in table.column(0).chunks
        )
        return np.frombuffer(bytearray(data), dtype=dtype, count=int(np.prod(shape))).reshape(shape)
    columns = [column.to_numpy().astype(dtype, copy=False) for column in table.columns]
    array = (
        np.column_stack(columns) if len(shape) == 2 and columns else np.array(columns[0] if columns else [])
    )
    return array.astype(dtype, copy=False).reshape(shape)


_CONVERTERS: tuple[tuple[str, str, Any], ...] = (
    ("pandas", "DataFrame", _from_frame),
    ("pandas", "Series", _from_series),
    ("pandas", "Index", _from_index),
    ("polars", "DataFrame", _from_polars),
    ("polars", "Series", _from_polars_series),
    ("pyarrow", "Table", _from_arrow),
    ("pyarrow", "RecordBatch", _from_arrow),
    ("pyarrow", "Array", _from_arrow_array),
    ("pyarrow", "ChunkedArray", _from_arrow_array),
    ("numpy", "ndarray", _from_numpy),
)
_BACK: dict[str, Any] = {
    "pandas.DataFrame": _to_frame,
    "pandas.Series": _to_series,
    "pandas.Index": _to_index,
    "polars.DataFrame": _to_polars,
    "polars.Series": _to_polars_series,
    "pyarrow.Table": _to_arrow,
    "pyarrow.RecordBatch": _to_arrow,
    "pyarrow.Array": _to_arrow_array,
    "pyarrow.ChunkedArray": _to_arrow_array,
    "numpy.ndarray": _to_numpy,
}
