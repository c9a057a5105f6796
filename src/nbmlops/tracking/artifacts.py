"""Pictures, models, predictions and files on their way into the store."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from nbmlops.errors import ModelError, ValueRefusedError
from nbmlops.store.frames import NO_STEP
from nbmlops.tracking.recorder import Recorder
from nbmlops.tracking.values import check_key

MODEL_MEDIA_TYPE: Final = "application/vnd.mlflow.model"
_MAX_SEARCHED: Final = 20_000_000  # bytes; larger members are arrays of weights
_ASCII_RUN: Final = re.compile(rb"[\t -~]{4,}")


def keep_path(recorder: Recorder, run_id: str, path: Path, name: str | None) -> None:
    """Keeps a copy of a file or folder."""
    if not path.exists():
        raise ValueRefusedError(
            f"There is no file or folder {str(path)!r} to keep (looked from {Path.cwd()})"
        )
    import mimetypes  # as the libraries below: what only some runs need does not delay `%load_ext`

    media_type = "inode/directory" if path.is_dir() else mimetypes.guess_type(path.name)[0]
    recorder.artifact_path(
        run_id,
        check_key(name or path.name, "artifact"),
        "file",
        media_type or "application/octet-stream",
        path,
    )


def keep_figure(recorder: Recorder, run_id: str, figure: Any, name: str) -> None:
    """Keeps a picture as PNG or SVG."""
    media_type, data = _picture(figure)
    data = masked_picture(recorder.mask, media_type, data)
    recorder.artifact_bytes(run_id, check_key(name, "artifact"), "figure", media_type, data)


def masked_picture(mask: Callable[[Any], Any], media_type: str, data: bytes) -> bytes:
    """The picture with the secrets in its text masked: SVG is text, what is made of pixels stays."""
    if not media_type.startswith("image/svg"):
        return data
    text = data.decode("utf-8", "surrogateescape")
    return str(mask(text)).encode("utf-8", "surrogateescape")


def _picture(figure: Any) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    figure = getattr(figure, "figure", figure)  # seaborn's grids and matplotlib's axes know theirs
    if hasattr(figure, "savefig"):
        figure.savefig(buffer, format="png", bbox_inches="tight")
        return "image/png", buffer.getvalue()
    if hasattr(figure, "save") and hasattr(figure, "getbands"):
        figure.save(buffer, format="PNG")
        return "image/png", buffer.getvalue()
    for method, media_type in (("_repr_png_", "image/png"), ("_repr_svg_", "image/svg+xml")):
        shown = getattr(figure, method, None)
        if callable(shown) and (data := shown()):
            return media_type, data.encode() if isinstance(data, str) else data
    raise ValueRefusedError(
        f"A {type(figure).__name__} is no picture: give a matplotlib figure, a PIL image, or an object with "
        "_repr_png_ or _repr_svg_"
    )


def keep_model(
    recorder: Recorder, run_id: str, model: Any, name: str, *, input_example: Any, allow_pickle: bool
) -> None:
    """Keeps a model as a model directory.

    Raises:
        ModelError: it can't be written safely, or holds a secret: `CountVectorizer(stop_words=[password])`.
    """
    from tempfile import TemporaryDirectory

    from nbmlops.models import save_model

    with TemporaryDirectory(prefix="nbmlops-model-") as temporary:
        folder = Path(temporary) / "model"
        save_model(
            model,
            folder,
            input_example=input_example,
            allow_pickle=allow_pickle,
            metadata={"nbmlops_run_id": run_id},
        )
        _refuse_secrets(recorder.mask, folder, type(model).__name__)
        recorder.artifact_path(run_id, check_key(name, "artifact"), "model", MODEL_MEDIA_TYPE, folder)


def _refuse_secrets(mask: Callable[[Any], Any], folder: Path, model: str) -> None:
    for name, data in _members(folder):
        # NumPy keeps texts with four bytes a character, of which three are zero for most.
        for text in {_text_in(data), _text_in(data.replace(b"\0", b""))}:
            if mask(text) != text:
                raise ModelError(
                    f"The {model} holds a secret (in {name}); it was not kept. Fit it without the secret, or "
                    "delete the secret from the model's parameters and attributes."
                )


def _members(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the files of a model directory, and of what archives among them hold."""
    import zipfile

    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        name = path.relative_to(folder).as_posix()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    if member.file_size <= _MAX_SEARCHED:
                        yield f"{name}: {member.filename}", archive.read(member)
        elif path.stat().st_size <= _MAX_SEARCHED:
            yield name, path.read_bytes()


def _text_in(data: bytes) -> str:
    """The text that these bytes are; of others the runs of ASCII in them, which is far less to search."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return b"\n".join(_ASCII_RUN.findall(data)).decode("ascii")


def keep_predictions(recorder: Recorder, run_id: str, name: str, columns: Mapping[str, Any]) -> None:
    """Keeps predictions as a compressed NumPy archive without pickles."""
    import numpy as np

    arrays = {key: _plain_array(key, value) for key, value in columns.items() if value is not None}
    lengths = {key: len(array) for key, array in arrays.items()}
    if len(set(lengths.values())) != 1:
        raise ValueRefusedError(f"Predictions must have one length, these have {lengths}")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    recorder.artifact_bytes(
        run_id, check_key(name, "artifact"), "predictions", "application/x-npz", buffer.getvalue()
    )


def _plain_array(key: str, value: Any) -> Any:
    import numpy as np

    array = np.asarray(value)
    if array.ndim == 0:
        raise ValueRefusedError(f"{key} must hold one value a row, not the single value {value!r:.80}")
    return array.astype(str) if array.dtype.hasobject else array


def pack_series(key: str, values: Iterable[float], steps: Iterable[int] | None, now: float) -> bytes:
    """The values as one packed chunk, all at the time `now` (seconds since the epoch)."""
    import numpy as np

    from nbmlops.store import chunks  # needs NumPy, which `import nbmlops` must not load

    try:
        column = np.asarray(values if hasattr(values, "__len__") else list(values), dtype="<f8")
        places = np.full(len(column), NO_STEP) if steps is None else np.asarray(steps)
        if (
            column.ndim != 1
            or places.shape != column.shape
            or (steps is not None and places.dtype.kind not in "iu")
        ):
            raise ValueError(f"values have shape {column.shape}, steps {places.shape} of {places.dtype}")
    except (TypeError, ValueError) as exc:
        raise ValueRefusedError(
            f"The series {key!r} can't be logged: {exc}. Give numbers of shape (n,), and whole numbers of the "
            "same length as steps."
        ) from exc
    return chunks.pack(chunks.Points.of(places, column, np.full(len(column), now)))
