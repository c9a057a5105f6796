"""Which store a command works with, opened when it is used, and never made by a command that only reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbmlops.cli.output import remark, say_aside
from nbmlops.config import STORE_VARIABLE, StoreLocation, default_root, find_store, locate
from nbmlops.errors import AmbiguousIdError, ConfigError, NotFoundError

if TYPE_CHECKING:
    from nbmlops.capture.secrets import SecretRegistry
    from nbmlops.workspace import Workspace

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")


def store_option(command: _F) -> _F:
    """Takes `--store` after the command's name too; the one that stands later wins."""
    return click.option(
        "--store", type=click.Path(path_type=str), expose_value=False, hidden=True, callback=_override
    )(command)


def _override(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.find_root().params["store"] = value


def location() -> StoreLocation:
    """Where the store of this command lies, made or not.

    Raises:
        ConfigError: `--store` or `NBMLOPS_STORE` names no store.
    """
    named = click.get_current_context().find_root().params.get("store")
    return named_location(named) if named else find_store()


def choose_store() -> None:
    """The session of this process works with the store that the command names.

    Raises:
        ConfigError: it names none.
    """
    if (named := click.get_current_context().find_root().params.get("store")) is not None:
        location()
        os.environ[STORE_VARIABLE] = str(named)


def named_location(named: str) -> StoreLocation:
    """Where the store lies that `--store` names.

    Raises:
        ConfigError: it names none.
    """
    try:
        return locate(named, default_root(Path.cwd()))
    except ConfigError as exc:
        raise ConfigError(str(exc).replace(f"{STORE_VARIABLE}=", "--store ", 1)) from exc


def is_made(place: StoreLocation) -> bool:
    """Whether there is a store: any folder may be named, and reading must not make one of it."""
    if place.database_url:
        return True
    return (place.root / "store.db").is_file() or (place.root / "journals").is_dir()


def open_workspace(place: StoreLocation | None = None) -> Workspace:
    """The store, to write to."""
    from nbmlops.workspace import Workspace

    return Workspace(
        place or location(), mask=secrets().scrub_tree, on_trouble=_on_trouble, on_loss=say_aside
    )


def find_workspace() -> Workspace | None:
    """The store, up to date with all that was logged; None where none was made yet."""
    place = location()
    if not is_made(place):
        return None
    workspace = open_workspace(place)
    workspace.sync()
    return workspace


def require_workspace(wanted: str | None = None) -> Workspace:
    """The store, for commands that look for something in it, such as the run `wanted`.

    Raises:
        NotFoundError: none was made yet, so nothing can be in it.
    """
    workspace = find_workspace()
    if workspace is None:
        what = "No runs" if wanted is None else f"No run {wanted!r}"
        raise NotFoundError(
            f"{what}: there is no store yet at {location()}. Begin a cell with %%track to make "
            "one, or name another with --store."
        )
    return workspace


def resolve(workspace: Workspace, wanted: str) -> str:
    """The id of the run that is to be changed, among the runs and then in the bin.

    Raises:
        NotFoundError: `wanted` stands for no run.
        AmbiguousIdError: it stands for several.
    """
    return _anywhere(workspace.finder.resolve, wanted)


def resolve_to_read(workspace: Workspace, wanted: str) -> str:
    """As `resolve`, for commands that only read: of runs that share a name the newest, which is said.

    Raises:
        NotFoundError: `wanted` stands for no run.
        AmbiguousIdError: it is the beginning of several ids.
    """
    found = _anywhere(workspace.finder.find, wanted)
    if found.count > 1:
        remark(f"newest of {found.count} runs named {found.wanted}")
    return found.id


def _anywhere(find: Callable[..., _T], wanted: str) -> _T:
    """What is found among the runs, else in the bin."""
    try:
        return find(wanted)
    except AmbiguousIdError:
        raise
    except NotFoundError as missing:
        try:
            return find(wanted, deleted=True)
        except AmbiguousIdError:
            raise
        except NotFoundError:
            raise missing from None


def secrets() -> SecretRegistry:
    """What must stand nowhere in clear, not even in a note."""
    from nbmlops.capture.secrets import SecretRegistry

    return SecretRegistry(os.environ)


def _on_trouble(exc: Exception) -> None:
    say_aside(f"nbmlops can't write its store now: {exc}")
