"""Reading `nbmlops.toml`: all that is wrong with it is told at once, by table and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbmlops.config.keys import JOB_KEYS, JOB_NAME, STORE_KEYS, Key
from nbmlops.config.settings import JobSettings, Settings, StoreSettings
from nbmlops.config.upward import find_settings_file
from nbmlops.errors import SettingsError

_TABLES = ("store", "jobs")


def find_settings(folder: Path | None = None) -> Settings:
    """The settings that work in `folder` (default: the working directory) belongs to; empty without a file.

    Raises:
        SettingsError: as `read_settings`.
    """
    file = find_settings_file(folder)
    return Settings() if file is None else read_settings(file)


def read_settings(file: Path) -> Settings:
    """The settings of one `nbmlops.toml`.

    Raises:
        SettingsError: it can't be read, or holds what it doesn't take. It names all faults.
    """
    document = _parse(file)
    reader = _Reader(file.parent.absolute())
    for name in document:
        if name not in _TABLES:
            reader.unknown("", name, _TABLES, "There are the tables [store] and [jobs.NAME]")
    store = reader.table("store", document.get("store", {}), STORE_KEYS)
    jobs = reader.jobs(document.get("jobs", {}))
    reader.tell(file)
    return Settings(file, StoreSettings(**store), jobs)


def read_store_location(file: Path) -> str | None:
    """The `location` of `[store]` alone: a mistake in a job must not keep a cell from being tracked.

    Raises:
        SettingsError: the file is no TOML, or its `[store]` holds what it doesn't take.
    """
    reader = _Reader(file.parent)
    store = reader.table("store", _parse(file).get("store", {}), STORE_KEYS)
    reader.tell(file)
    location: str | None = store.get("location")
    return location


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is no TOML: it isn't UTF-8 text") from None
    except (ValueError, RecursionError) as exc:
        raise SettingsError(f"{file} is no TOML: {exc}") from None
    except OSError as exc:
        raise SettingsError(f"{file} can't be read: {exc.strerror or exc}") from exc


class _Reader:
    """Reads tables, and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._faults: list[str] = []

    def table(self, name: str, found: object, keys: Mapping[str, Key]) -> dict[str, Any]:
        """The settings of a table by key, as far as they are right."""
        if not isinstance(found, dict):
            self._faults.append(f"{name} is a table: write [{name}] above its keys")
            return {}
        values = {}
        for key, value in found.items():
            if key not in keys:
                self.unknown(name, key, keys, f"It takes {', '.join(keys)}")
                continue
            try:
                values[key] = keys[key].read(value, self._folder)
            except (ValueError, TypeError) as exc:
                self._faults.append(f"[{name}] {key}: {exc}")
        missing = [key for key, known in keys.items() if known.required and key not in found]
        self._faults += [f"[{name}] lacks the key {key}: {keys[key].meaning}" for key in missing]
        return values

    def jobs(self, found: object) -> dict[str, JobSettings]:
        """The jobs by name, as far as they are right."""
        if not isinstance(found, dict):
            self._faults.append("jobs is a table of jobs: write [jobs.NAME] above the keys of each")
            return {}
        jobs = {}
        for name, table in found.items():
            if not re.match(JOB_NAME, name):
                self._faults.append(
                    f"[jobs.{name!r}] is no name for a job: letters, digits, underscores and hyphens"
                )
            elif name in JOB_KEYS and not isinstance(table, dict):
                self._faults.append(f"[jobs] {name} belongs to one job: write [jobs.NAME] above it")
            else:
                values = self.table(f"jobs.{name}", table, JOB_KEYS)
                if "notebook" in values:
                    jobs[name] = JobSettings(name=name, **values)
        return jobs

    def unknown(self, table: str, name: str, known: tuple[str, ...] | Mapping[str, Key], all_: str) -> None:
        """Notes a name that isn't one, with the one that was meant."""
        near = difflib.get_close_matches(name.replace("-", "_"), list(known), 1)
        place = f"[{table}] {name}: no such key" if table else f"[{name}]: no such table"
        self._faults.append(f"{place}. Did you mean {near[0]}?" if near else f"{place}. {all_}")

    def tell(self, file: Path) -> None:
        """Raises what was noted."""
        if self._faults:
            count = "one mistake" if len(self._faults) == 1 else f"{len(self._faults)} mistakes"
            raise SettingsError(f"{file} has {count}:", tuple(self._faults))
