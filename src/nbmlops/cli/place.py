"""Which store a command works with, opened when it is used, and never made by a command that only reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbmlops.cli.output import say_aside
from nbmlops.config import StoreLocation, default_root, find_store, locate
from nbmlops.errors import AmbiguousIdError, NotFoundError

if TYPE_CHECKING:
    from nbmlops.capture.secrets import SecretRegistry
    from nbmlops.workspace import Workspace

_F = TypeVar("_F", bound=Callable[..., Any])


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
    return locate(named, default_root(Path.cwd())) if named else find_store()


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


def require_workspace(wanted: str) -> Workspace:
    """The store, for commands that name something in it.

    Raises:
        NotFoundError: none was made yet, so `wanted` can't be in it.
    """
    workspace = find_workspace()
    if workspace is None:
        raise NotFoundError(
            f"No run {wanted!r}: there is no store yet at {location()}. Begin a cell with %%track to make "
            "one, or name another with --store."
        )
    return workspace


def resolve(workspace: Workspace, prefix: str) -> str:
    """The whole id that a shortened one stands for, among the runs and then in the bin.

    Raises:
        NotFoundError: it fits no run.
        AmbiguousIdError: it fits several.
    """
    try:
        return workspace.finder.resolve(prefix)
    except AmbiguousIdError:
        raise
    except NotFoundError:
        try:
            return workspace.finder.resolve(prefix, deleted=True)
        except AmbiguousIdError:
            raise
        except NotFoundError:
            pass
        raise


def secrets() -> SecretRegistry:
    """What must stand nowhere in clear, not even in a note."""
    from nbmlops.capture.secrets import SecretRegistry

    return SecretRegistry(os.environ)


def _on_trouble(exc: Exception) -> None:
    say_aside(f"nbmlops can't write its store now: {exc}")
