"""A lock file of an environment (PEP 751), with the files and hashes that pip finds for its distributions.

What is installed does not know which file it came from, nor that file's hash: pip is asked, and asks the index that
it is configured for.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from nbmlops.capture.secret_looks import mask_url
from nbmlops.errors import ConfigError
from nbmlops.records.runs import Environment
from nbmlops.views.requirements import pins

_REPORT: Final = ("install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", "-")
_SAID: Final = 5  # lines of what pip says


def lock_text(environment: Environment) -> str:
    """The content of a pylock.toml.

    Raises:
        ConfigError: pip can't find a distribution.
    """
    found = _report([*pins(environment)])
    series = ".".join(environment.python.rpartition(" ")[2].split(".")[:2])
    lines = [
        'lock-version = "1.0"',
        f"requires-python = {_text(f'=={series}.*')}",
        'created-by = "nbmlops"',
    ]
    for item in sorted(found, key=lambda item: str(item["metadata"]["name"]).lower()):
        lines += ["", *_package(item)]
    for name, folder in environment.editable.items():
        lines += ["", "[[packages]]", f"name = {_text(name)}"]
        lines += [f"directory = {{ path = {_text(folder)}, editable = true }}"]
    return "\n".join(lines) + "\n"


def _report(requirements: Sequence[str]) -> list[dict[str, Any]]:
    """What pip would install for each of these lines."""
    if not requirements:
        return []
    done = subprocess.run(
        [sys.executable, "-m", "pip", *_REPORT, *requirements], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()][:_SAID]
        raise ConfigError(
            "pip can't find all that the lock needs: "
            + " ".join(said or ["it did not say why."])
            + " A requirements.txt needs no index: leave --format out."
        )
    installs: list[dict[str, Any]] = json.loads(done.stdout)["install"]
    return installs


def _package(item: Mapping[str, Any]) -> Iterator[str]:
    info, metadata = item["download_info"], item["metadata"]
    yield "[[packages]]"
    yield f"name = {_text(_normal(metadata['name']))}"
    if "archive_info" in info:
        yield f"version = {_text(metadata['version'])}"
    yield from _source(info)


def _source(info: Mapping[str, Any]) -> Iterable[str]:
    url = mask_url(str(info["url"]))
    if "vcs_info" in info:
        vcs = info["vcs_info"]
        facts = {"type": vcs["vcs"], "url": url, "commit-id": vcs["commit_id"]}
        return [f"vcs = {_table(facts)}"]
    if "archive_info" in info:
        name = unquote(urlsplit(url).path.rpartition("/")[2])
        file = f"{{ name = {_text(name)}, url = {_text(url)}, hashes = {_table(info['archive_info']['hashes'])} }}"
        return [f"wheels = [{file}]" if name.endswith(".whl") else f"sdist = {file}"]
    return [f"directory = {_table({'path': unquote(urlsplit(url).path)})}"]


def _table(facts: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{key} = {_text(value)}' for key, value in facts.items())} }}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a basic string of TOML takes the escapes of JSON


def _normal(name: str) -> str:
    import re

    return re.sub(r"[-_.]+", "-", name).lower()
