"""Where the store lies and the few settings there are.

A store is found in this order: `NBMLOPS_STORE` (a folder or a database URL), the nearest `.nbmlops`
upward, and else it is made at the root of the git repository, beside the nearest `pyproject.toml`,
or in the folder itself. The home folder is used only by who works right in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbmlops.errors import ConfigError

STORE_FOLDER = ".nbmlops"
STORE_VARIABLE = "NBMLOPS_STORE"
RUN_VARIABLE = "NBMLOPS_RUN_ID"
RUN_STORE_VARIABLE = "NBMLOPS_RUN_STORE"
DISABLE_VARIABLE = "NBMLOPS_DISABLED"

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
        ConfigError: `NBMLOPS_STORE` is a file or a URL of an unknown kind.
    """
    here = (folder or Path.cwd()).absolute()
    named = environ.get(STORE_VARIABLE, "").strip()
    if named:
        return locate(named, default_root(here))
    return StoreLocation(default_root(here))


def locate(named: str, spool: Path) -> StoreLocation:
    """The location that a folder or a database URL names; `spool` keeps the journals of a URL.

    Raises:
        ConfigError: it is a file, or a URL of an unknown kind.
    """
    if "://" in named:
        if not named.startswith(("postgresql", "sqlite")):
            raise ConfigError(
                f"{STORE_VARIABLE}={mask_password(named)} is no store that nbmlops can use: "
                "give a folder, or a URL that begins with postgresql:// or sqlite:///"
            )
        return StoreLocation(spool, _absolute(named))
    root = Path(named).expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise ConfigError(f"{STORE_VARIABLE}={named} is a file: name a folder (it is made when missing)")
    return StoreLocation(root)


def _absolute(url: str) -> str:
    """The URL of an SQLite file with its whole path, so that a `chdir` makes no other database of it."""
    scheme, _, file = url.partition(":///")
    if not scheme.startswith("sqlite") or not file or file.startswith(("/", ":", "file:")):
        return url
    path, mark, query = file.partition("?")
    return f"{scheme}:///{Path(path).absolute()}{mark}{query}"


def default_root(folder: Path) -> Path:
    """The nearest `.nbmlops` upward of `folder`, or where one is to be made."""
    levels = list(_upward(folder))
    for level in levels:
        if (level / STORE_FOLDER).is_dir():
            return level / STORE_FOLDER
    for marker in (".git", "pyproject.toml"):
        for level in levels:
            if (level / marker).exists():
                return level / STORE_FOLDER
    return folder / STORE_FOLDER


def _upward(folder: Path) -> Iterator[Path]:
    """`folder` and its parents; the home folder and what is above it only for who works right there."""
    home = Path.home()
    yield folder
    for level in folder.parents:
        if level == home or level in home.parents:
            return
        yield level
