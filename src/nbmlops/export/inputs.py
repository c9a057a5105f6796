"""The files that parameters name, recognised again by the package when it is asked to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from nbmlops.capture.fingerprints import fingerprint
from nbmlops.programs.parameters import Parameter

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RecordedInput:
    """A file as it was when the package was made.

    Attributes:
        path: as the notebook names it.
        size: bytes.
        sha256: of its bytes, which the package checks with the standard library alone.
        fingerprint: as `nbmlops.fingerprint(path=...)` and tracked runs have it.
    """

    path: str
    size: int
    sha256: str
    fingerprint: str


def recorded_inputs(parameters: Iterable[Parameter], folder: Path) -> dict[str, RecordedInput]:
    """The files that the defaults of parameters name, seen from the notebook's folder."""
    found = {}
    for item in parameters:
        value = item.default.value if item.default is not None else None
        text = _path_text(item) if value is None else value
        if isinstance(text, str | PurePath) and text and len(str(text)) < 1000:
            path = folder / text
            if path.is_file():
                found[item.name] = _record(path, str(text))
    return found


def _path_text(item: Parameter) -> str | None:
    """The text in `Path("orders.csv")`."""
    source = item.default.source if item.default is not None else ""
    head, mark, rest = source.partition("Path(")
    text = rest.rstrip(")").strip()
    if not mark or head.strip(". pathlib") or text[:1] not in ("'", '"') or text[-1:] != text[:1]:
        return None
    return text[1:-1]


def _record(path: Path, text: str) -> RecordedInput:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return RecordedInput(text, path.stat().st_size, digest.hexdigest(), str(fingerprint(path=path)))


def inputs_json(inputs: Mapping[str, RecordedInput]) -> str:
    """The records as the package carries them."""
    return json.dumps({name: asdict(item) for name, item in inputs.items()}, indent=2) + "\n"
