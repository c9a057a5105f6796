"""Where the store lies, and the environment variables there are.

A store is found in this order: `NBMLOPS_STORE` (a folder or a database URL), the `[store]` of the nearest
`nbmlops.toml` upward, the nearest `.nbmlops` upward, and else it is made beside the nearest `nbmlops.toml`, at the
root of the git repository, beside the nearest `pyproject.toml`, or in the folder itself. The home folder is used
only by who works right in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbmlops.config.upward import SETTINGS_FILE, nearest_settings, upward
from nbmlops.errors import ConfigError

STORE_FOLDER = ".nbmlops"
STORE_VARIABLE = "NBMLOPS_STORE"
RUN_VARIABLE = "NBMLOPS_RUN_ID"
RUN_STORE_VARIABLE = "NBMLOPS_RUN_STORE"
RUN_EXPERIMENT_VARIABLE = "NBMLOPS_RUN_EXPERIMENT"
NOTEBOOK_VARIABLE = "NBMLOPS_NOTEBOOK"
DISABLE_VARIABLE = "NBMLOPS_DISABLED"
COUNTS_VARIABLE = "NBMLOPS_EXECUTION_COUNTS"  # of the cells that a kernel executes again

# Options in the URL of a PostgreSQL database that say where it is, as for one behind a Unix socket.
_PLACE_OPTIONS = {"dbname", "host", "hostaddr", "port", "service"}


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """A store's place: `root` holds journals and blobs, `database_url` the tables.

    `database_url` is empty for the SQLite file inside `root`.
    """

    root: Path
    database_url: str = ""

    @property
    def exists(self) -> bool:
        """Whether something was made there already."""
        return self.root.is_dir()

    @property
    def spool(self) -> str:
        """The name of the folder in `root` for the journals that wait for this database."""
        return f"journals-{_digest(_bare_url(self.database_url))}" if self.database_url else "journals"

    def __str__(self) -> str:
        return mask_password(self.database_url) if self.database_url else str(self.root)


def mask_password(url: str) -> str:
    """The URL with its password as `***`.

    Example:
        >>> mask_password("postgresql://ann:s3cret@db/runs")
        'postgresql://ann:***@db/runs'
    """
    url = re.sub(r"([?&][^=&]*passw[^=&]*=)[^&]*", r"\1***", url)
    scheme, sep, rest = url.partition("://")
    login, at, host = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}{sep}{user}:***@{host}" if at and colon else url


def _bare_url(url: str) -> str:
    """What tells one database from another: the URL without driver, password, and options of the connection."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    login, at, host = place.rpartition("@")
    where = sorted(pair for pair in query.split("&") if pair.partition("=")[0] in _PLACE_OPTIONS)
    return f"{scheme.partition('+')[0]}://{login.partition(':')[0]}{at}{host}?{'&'.join(where)}"


def _digest(text: str) -> str:
    from hashlib import sha256  # only a store with a URL needs it

    return sha256(text.encode()).hexdigest()[:12]


def is_disabled(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether tracking is switched off for this process by `NBMLOPS_DISABLED=1`."""
    return environ.get(DISABLE_VARIABLE, "").strip().lower() in {"1", "true", "yes", "on"}


def find_store(folder: Path | None = None, environ: Mapping[str, str] = os.environ) -> StoreLocation:
    """The store that work in `folder` (default: the working directory) belongs to.

    Raises:
        ConfigError: `NBMLOPS_STORE` or `nbmlops.toml` names a file, or a URL of an unknown kind.
        SettingsError: `nbmlops.toml` can't be read, or its `[store]` holds what it doesn't take.
    """
    return find_store_and_origin(folder, environ)[0]


def find_store_and_origin(
    folder: Path | None = None, environ: Mapping[str, str] = os.environ
) -> tuple[StoreLocation, str]:
    """The store that work in `folder` belongs to, and what said so: a variable, a file, or what lies there.

    Raises:
        ConfigError: as `find_store`.
        SettingsError: as `find_store`.
    """
    here = (folder or Path.cwd()).absolute()
    named = environ.get(STORE_VARIABLE, "").strip()
    if named:
        return locate(named, default_root(here)), STORE_VARIABLE
    levels = list(upward(here))
    file = nearest_settings(levels)
    if file is not None:
        from nbmlops.config.reading import read_store_location  # only where there is a file

        if (place := read_store_location(file)) is not None:
            said_by = f"{file}: [store] location"
            return locate(place, _root(levels, file)[0], said_by=said_by, folder=file.parent), str(file)
    root, origin = _root(levels, file)
    return StoreLocation(root), origin


def locate(
    named: str, spool: Path, *, said_by: str = STORE_VARIABLE, folder: Path | None = None
) -> StoreLocation:
    """The location that a folder or a database URL names; `spool` keeps the journals of a URL.

    Args:
        named: the folder or the URL.
        spool: for the journals that wait for a database.
        said_by: what a message names as the place of the mistake.
        folder: what a relative path is relative to; the working directory without it.

    Raises:
        ConfigError: it is a file, or a URL of an unknown kind.
    """
    here = folder or Path.cwd()
    if "://" in named:
        if not named.startswith(("postgresql", "sqlite")):
            raise ConfigError(
                f"{said_by}={mask_password(named)} is no store that nbmlops can use: "
                "give a folder, or a URL that begins with postgresql:// or sqlite:///"
            )
        return StoreLocation(spool, _absolute(named, here))
    root = here / Path(named).expanduser()
    if root.exists() and not root.is_dir():
        raise ConfigError(f"{said_by}={named} is a file: name a folder (it is made when missing)")
    return StoreLocation(root)


def _absolute(url: str, folder: Path) -> str:
    """The URL of an SQLite file with its whole path, so that a `chdir` makes no other database of it."""
    scheme, _, file = url.partition(":///")
    if not scheme.startswith("sqlite") or not file or file.startswith(("/", ":", "file:")):
        return url
    path, mark, query = file.partition("?")
    return f"{scheme}:///{folder / path}{mark}{query}"


def default_root(folder: Path) -> Path:
    """The nearest `.nbmlops` upward of `folder`, or where one is to be made."""
    levels = list(upward(folder))
    return _root(levels, nearest_settings(levels))[0]


def _root(levels: Sequence[Path], settings: Path | None) -> tuple[Path, str]:
    """Where the store of a folder lies that nothing names one for, and why there."""
    for level in levels:
        if (level / STORE_FOLDER).is_dir():
            return level / STORE_FOLDER, f"the nearest {STORE_FOLDER} upward"
    if settings is not None:
        return settings.parent / STORE_FOLDER, f"made on first use, beside {SETTINGS_FILE}"
    for marker in (".git", "pyproject.toml"):
        for level in levels:
            if (level / marker).exists():
                return level / STORE_FOLDER, f"made on first use, beside {marker}"
    return levels[0] / STORE_FOLDER, "made on first use, in this folder"
