"""What goes into a model and what comes out, in the terms of MLflow's schemas."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import Any, Final, Literal

_EXAMPLE_ROWS: Final = 5
_INTEGER_BITS: Final = 32  # what an MLflow `integer` holds; larger ones are `long`


@dataclass(frozen=True, slots=True)
class Example:
    """The first rows of an input example.

    Attributes:
        rows: a pandas DataFrame or a NumPy array of at most five rows.
        document: the same as JSON-like data, as `input_example.json` keeps them.
        schema: MLflow's input schema.
    """

    kind: Literal["dataframe", "ndarray"]
    rows: Any
    document: Any
    schema: list[dict[str, Any]]

    @property
    def serving_document(self) -> dict[str, Any]:
        """The body of a request to a scoring server."""
        return {"dataframe_split" if self.kind == "dataframe" else "inputs": self.document}


def read_example(data: Any) -> Example:
    """Take the first rows of a DataFrame (pandas, polars), a Series, an array or nested lists.

    Raises:
        ValueError: the data are no table or array, or hold what JSON can't.
        TypeError: likewise.
    """
    import numpy as np
    import pandas as pd

    if not isinstance(data, pd.DataFrame | np.ndarray):
        data = _to_known(data)
    if isinstance(data, pd.DataFrame):
        rows = data.head(_EXAMPLE_ROWS)
        document = json.loads(rows.to_json(orient="split", index=False, date_format="iso"))
        return Example("dataframe", rows, document, _frame_schema(data))
    if data.ndim == 0:
        raise ValueError("a single value is no example of a table or an array")
    rows = data[:_EXAMPLE_ROWS]
    return Example("ndarray", rows, _json_array(rows), [_tensor(data)])


def output_schema(model: Any, example: Example) -> list[dict[str, Any]]:
    """The schema of what `model.predict` gives for the example. Whatever it raises goes through."""
    import numpy as np
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = model.predict(example.rows)
    if isinstance(result, pd.DataFrame):
        return _frame_schema(result)
    return [_tensor(np.asarray(result))]


def _to_known(data: Any) -> Any:
    """A DataFrame for a polars table, an array for the rest: a Series of texts too is taken as an array."""
    import numpy as np
    import pandas as pd

    if type(data).__module__.partition(".")[0] == "polars":
        return pd.DataFrame(data.head(_EXAMPLE_ROWS).to_dict(as_series=False))
    array = np.asarray(data)
    if array.dtype == object and array.ndim == 0:
        raise TypeError(f"a {type(data).__name__} is neither a table nor an array")
    return array


def _frame_schema(frame: Any) -> list[dict[str, Any]]:
    return [
        {"type": _column_type(column), "name": str(name), "required": not bool(column.isna().any())}
        for name, column in frame.items()
    ]


def _column_type(column: Any) -> str:
    import pandas as pd

    types = pd.api.types
    dtype = column.cat.categories.dtype if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype
    if types.is_bool_dtype(dtype):
        return "boolean"
    if types.is_datetime64_any_dtype(dtype):
        return "datetime"
    if types.is_integer_dtype(dtype):
        bits = dtype.itemsize * 8 + (1 if types.is_unsigned_integer_dtype(dtype) else 0)
        return "integer" if bits <= _INTEGER_BITS else "long"
    if types.is_float_dtype(dtype):
        return "float" if dtype.itemsize <= _INTEGER_BITS // 8 else "double"
    if types.infer_dtype(column.dropna(), skipna=True) == "bytes":
        return "binary"
    return "string"


def _tensor(array: Any) -> dict[str, Any]:
    name = {"U": "str", "S": "bytes", "T": "str"}.get(array.dtype.kind, array.dtype.name)
    return {"type": "tensor", "tensor-spec": {"dtype": name, "shape": [-1, *array.shape[1:]]}}


def _json_array(array: Any) -> Any:
    """Nested lists; NaN and infinities, which JSON lacks, are null."""
    import numpy as np

    if array.dtype.kind == "f":
        array = np.where(np.isfinite(array), array.astype(object), None)
    document = array.tolist()
    json.dumps(document, allow_nan=False)
    return document
