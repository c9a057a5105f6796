"""The commit that the working tree is at, asked of the `git` command."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from nbmlops.records import GitState

TIMEOUT: Final = 2.0  # seconds for each command
MAX_DIFF: Final = 20_000  # characters
_WEB_USER: Final = re.compile(r"\A(https?://)[^/@]*@", re.IGNORECASE)
_PASSWORD: Final = re.compile(r"\A([a-z][a-z0-9+.\-]*://[^/@:]*):[^/@]*@", re.IGNORECASE)


def read_git(folder: Path, *, timeout: float = TIMEOUT) -> GitState | None:
    """The state of the repository that holds `folder`.

    Untracked files don't make it dirty: looking for them can take seconds in a large tree.

    Args:
        folder: any folder inside the working tree.
        timeout: seconds that each git command may take.

    Returns:
        None where there is no git, no repository or no commit yet, and when git takes too long.
    """
    status = _run(folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no", timeout=timeout)
    if status is None:
        return None
    headers = _headers(status)
    commit = headers.get("branch.oid", "(initial)")
    if commit.startswith("("):
        return None
    branch = headers.get("branch.head", "(detached)")
    remote = _run(folder, "config", "--get", "remote.origin.url", timeout=timeout)
    return GitState(
        commit=commit,
        dirty=any(line and not line.startswith("#") for line in status.splitlines()),
        branch=None if branch.startswith("(") else branch,
        remote=without_credentials(remote.strip()) if remote else None,
    )


def read_diff(path: Path, *, timeout: float = TIMEOUT) -> str:
    """What differs in a file from the commit, as git prints it; empty when nothing does, and where git knows no such
    file or takes too long. Long ones are cut.
    """
    found = _run(path.parent, "diff", "--no-color", "--no-ext-diff", "HEAD", "--", path.name, timeout=timeout)
    return (found or "")[:MAX_DIFF]


def without_credentials(url: str) -> str:
    """A remote's URL with no user or password in it; the `git@` of SSH stays.

    Example:
        >>> without_credentials("https://ann:s3cret@example.org/team/code.git")
        'https://example.org/team/code.git'
    """
    return _PASSWORD.sub(r"\1@", _WEB_USER.sub(r"\1", url))


def _headers(status: str) -> Mapping[str, str]:
    pairs = (line[2:].partition(" ") for line in status.splitlines() if line.startswith("# "))
    return {key: value for key, _, value in pairs}


def _run(folder: Path, *words: str, timeout: float) -> str | None:
    # No file-system monitor: a repository's own configuration could name any command for it.
    command = ["git", "-c", "core.fsmonitor=false", *words]
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
