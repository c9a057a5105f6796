"""Files that DVC manages: the md5 by which it knows them, read from its own files without importing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_CHECKED: Final = 1 << 26  # bytes; larger files are told by their size alone
_DIR: Final = ".dir"


@dataclass(frozen=True, slots=True)
class DvcEntry:
    """What DVC knows of a file.

    Attributes:
        md5: of its content; that of a folder ends with `.dir`.
        size: in bytes, None where it is not told.
        is_folded: an md5 of DVC 2, in which line ends of texts don't count.
    """

    md5: str
    size: int | None = None
    is_folded: bool = False


def find_dvc(path: Path) -> DvcEntry | None:
    """The entry of a file or folder: in `NAME.dvc` beside it or beside a folder around it, or in a `dvc.lock`.

    Looks upward to the root of the repository. Files that can't be read count as not there.
    """
    absolute = path.absolute()
    for target in (absolute, *absolute.parents):
        found = _entry_of(_outputs(target.with_name(f"{target.name}.dvc")), target) if target.name else None
        if found is not None:
            return found if target == absolute else _within(found, absolute.relative_to(target), target)
        if (target / ".git").exists() or (target / ".dvc").is_dir():
            break
    for folder in absolute.parents:
        found = _entry_of(_locked(folder / "dvc.lock"), absolute)
        if found is not None:
            return found
        if (folder / ".git").exists() or (folder / ".dvc").is_dir():
            break
    return None


def fits(path: Path, entry: DvcEntry) -> bool:
    """Whether a file still has the content that DVC knows; of folders, and of what is over 64 MB, only by size."""
    if entry.md5.endswith(_DIR) or not path.is_file():
        return True
    size = path.stat().st_size
    if entry.size is not None and size != entry.size:
        return False
    if size > _CHECKED:
        return True
    data = path.read_bytes()
    return entry.md5 in _sums(data, folded=entry.is_folded)


def _sums(data: bytes, *, folded: bool) -> Iterator[str]:
    yield hashlib.md5(data, usedforsecurity=False).hexdigest()
    if folded:
        yield hashlib.md5(data.replace(b"\r\n", b"\n"), usedforsecurity=False).hexdigest()


def _outputs(file: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """What a `.dvc` file lists: paths, and what is known of each."""
    doc = _read_yaml(file)
    base = file.parent / str(doc.get("wdir", "."))
    return [(base / item["path"], item) for item in _items(doc.get("outs"))]


def _locked(file: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """What a `dvc.lock` lists, outputs before what they were made from."""
    stages = _read_yaml(file).get("stages")
    known = (
        [stage for stage in stages.values() if isinstance(stage, dict)] if isinstance(stages, dict) else []
    )
    listed = [item for key in ("outs", "deps") for stage in known for item in _items(stage.get(key))]
    return [(file.parent / item["path"], item) for item in listed]


def _items(listed: Any) -> list[Mapping[str, Any]]:
    found = listed if isinstance(listed, list) else []
    return [item for item in found if isinstance(item, dict) and {"path", "md5"} <= item.keys()]


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    import yaml  # only where there is such a file

    try:
        doc = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return doc if isinstance(doc, dict) else {}


def _entry_of(listed: list[tuple[Path, Mapping[str, Any]]], path: Path) -> DvcEntry | None:
    for where, item in listed:
        if Path(where).resolve() == path.resolve():
            size = item.get("size")
            return DvcEntry(
                str(item["md5"]), size if isinstance(size, int) else None, item.get("hash") != "md5"
            )
    return None


def _within(folder: DvcEntry, inside: Path, root: Path) -> DvcEntry | None:
    """The entry of a file in a folder that DVC manages as one; the folder's own where its list is not in the cache."""
    digest = folder.md5.removesuffix(_DIR)
    for base in root.parents:
        cache = base / ".dvc" / "cache"
        for listing in (cache / "files" / "md5", cache):
            try:
                entries = json.loads(
                    (listing / digest[:2] / f"{digest[2:]}{_DIR}").read_text(encoding="utf-8")
                )
                md5 = next((item["md5"] for item in entries if item["relpath"] == inside.as_posix()), None)
            except (OSError, ValueError, KeyError, TypeError):
                continue
            return None if md5 is None else DvcEntry(md5, None, folder.is_folded)
    return folder
