"""The user's own modules as they were when a run worked with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from blake3 import blake3

from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records import LocalModule


@dataclass(frozen=True, slots=True)
class KeptModules:
    """What has become of a run's modules.

    Attributes:
        folder: that must stand first on `sys.path`; None when all modules are as they were.
        notices: which were put back, each a sentence.
        missing: which can't be, each a sentence with the remedy.
    """

    folder: Path | None = None
    notices: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def keep_modules(modules: Iterable[LocalModule], blob: Callable[[str], bytes], folder: Path) -> KeptModules:
    """Writes those modules whose files have changed as they were, with the rest of their packages.

    Args:
        modules: of the run.
        blob: reads a kept file.
        folder: to write to; made when it is needed.
    """
    modules = list(modules)
    changed = [module for module in modules if _digest_now(module) != module.digest]
    packages = {_top(module) for module in changed}
    missing = []
    for module in modules:
        if _top(module) in packages:
            try:
                _write(module, blob(module.digest), folder)
            except (NotFoundError, StoreError):
                missing.append(
                    f"The module {module.name} has changed, and its source of then was not kept: put back "
                    f"{module.path} as it was."
                )
    notices = [
        f"{Path(module.path).name} has changed since: what it held then is used." for module in changed
    ]
    return KeptModules(folder if changed else None, tuple(notices), tuple(missing))


def _digest_now(module: LocalModule) -> str:
    try:
        return str(blake3(Path(module.path).read_bytes()).hexdigest())
    except OSError:
        return ""


def _top(module: LocalModule) -> str:
    return module.name.partition(".")[0]


def _write(module: LocalModule, source: bytes, folder: Path) -> None:
    place = folder.joinpath(*module.name.split("."))
    is_package = Path(module.path).name == "__init__.py"
    target = place / "__init__.py" if is_package else place.with_suffix(".py")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source)
