"""A virtual environment with what a run had: built once for each lock, and kept in the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from blake3 import blake3

from nbmlops.errors import ConfigError
from nbmlops.records.runs import Environment
from nbmlops.views.requirements import pins

_WITHOUT: Final = frozenset({"nbmlops", "pip"})  # this nbmlops goes in from where it is; pip is there
_SAID: Final = 4
_READY: Final = "nbmlops-ready"


def build_environment(then: Environment, say: Callable[[str], None], cache: Path | None = None) -> Path:
    """The Python of an environment with what a run had.

    Args:
        then: the environment of the run.
        say: told what takes a while.
        cache: where environments lie; a folder of the user's cache when left out.

    Raises:
        ConfigError: there is no such Python, or a distribution can't be installed.
    """
    lines = [*pins(then, without=_WITHOUT)]
    editable = [folder for name, folder in then.editable.items() if name != "nbmlops"]
    home = (cache or default_cache()) / _key(then, lines, editable)
    python = home / "bin" / "python"
    if (home / _READY).is_file() and python.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)  # somebody was interrupted while it was built
    try:
        _build(home, python, then, [*lines, *(word for folder in editable for word in ("-e", folder))], say)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    return python


def default_cache() -> Path:
    """Where environments are kept: `environments` in nbmlops' folder of the user's cache."""
    named = os.environ.get("XDG_CACHE_HOME")
    if sys.platform == "darwin" and not named:
        return Path.home() / "Library" / "Caches" / "nbmlops" / "environments"
    return (Path(named) if named else Path.home() / ".cache") / "nbmlops" / "environments"


def _key(then: Environment, lines: Sequence[str], editable: Sequence[str]) -> str:
    text = "\n".join([then.python, then.platform, str(_own_folder()), *lines, *editable])
    return str(blake3(text.encode()).hexdigest()[:16])


def _build(
    home: Path, python: Path, then: Environment, words: Sequence[str], say: Callable[[str], None]
) -> None:
    base = _base_python(then)
    say(f"Building an environment of {len(words)} packages in {home}, once for this lock")
    home.parent.mkdir(parents=True, exist_ok=True)
    _call([base, "-m", "venv", str(home)], f"A virtual environment can't be made in {home}")
    _call(
        [str(python), "-m", "pip", "install", "--no-deps", "--quiet", *words],
        "The environment of then can't be installed",
    )
    _link_nbmlops(python)
    (home / _READY).touch()


def _base_python(then: Environment) -> str:
    """A Python of the version of then."""
    version = then.python.rpartition(" ")[2]
    short = ".".join(version.split(".")[:2])
    if short == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    found = shutil.which(f"python{short}")
    if found is None:
        raise ConfigError(
            f"It ran with Python {version}, and there is no python{short} here: install it, or check without --env."
        )
    return found


def _call(command: Sequence[str], failing: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()][:_SAID]
        raise ConfigError(
            f"{failing}: {' '.join(said)} Check without --env, or give pip an index that has it."
        )


def _own_folder() -> Path:
    return Path(__file__).resolve().parent.parent


def _link_nbmlops(python: Path) -> None:
    """This nbmlops, alone of what lies beside it."""
    place = python.parent.parent / "nbmlops-source"
    place.mkdir()
    (place / "nbmlops").symlink_to(_own_folder(), target_is_directory=True)
    command = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (Path(site) / "nbmlops.pth").write_text(f"{place}\n", encoding="utf-8")
