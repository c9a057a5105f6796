from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from nbmlops.capture.git import read_git, without_credentials


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    (folder / "a.txt").write_text("one")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_a_clean_tree_tells_commit_and_branch(repository: Path) -> None:
    state = read_git(repository)
    assert state is not None
    assert state.commit == git(repository, "rev-parse", "HEAD")
    assert (state.dirty, state.branch, state.remote) == (False, "trunk", None)


def test_a_changed_file_makes_it_dirty_and_an_untracked_one_does_not(repository: Path) -> None:
    (repository / "new.txt").touch()
    state = read_git(repository)
    assert state is not None
    assert not state.dirty
    (repository / "a.txt").write_text("two")
    state = read_git(repository)
    assert state is not None
    assert state.dirty


def test_a_staged_file_makes_it_dirty(repository: Path) -> None:
    (repository / "new.txt").touch()
    git(repository, "add", "new.txt")
    state = read_git(repository)
    assert state is not None
    assert state.dirty


def test_a_folder_below_belongs_to_the_repository(repository: Path) -> None:
    (repository / "deep" / "er").mkdir(parents=True)
    assert read_git(repository / "deep" / "er") == read_git(repository)


def test_a_detached_head_has_no_branch(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    state = read_git(repository)
    assert state is not None
    assert state.branch is None


def test_credentials_in_the_remote_are_removed(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://ann:s3cret@example.org/team/code.git")
    state = read_git(repository)
    assert state is not None
    assert state.remote == "https://example.org/team/code.git"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ghp_abc@github.com/a/b.git", "https://github.com/a/b.git"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("ssh://git@example.org:2222/a/b", "ssh://git@example.org:2222/a/b"),
        ("ssh://ann:pw@example.org/a", "ssh://ann@example.org/a"),
        ("/srv/code.git", "/srv/code.git"),
    ],
)
def test_only_credentials_leave_a_url(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


def test_no_repository_and_a_missing_folder_give_none(tmp_path: Path) -> None:
    assert read_git(tmp_path) is None
    assert read_git(tmp_path / "missing") is None


def test_an_empty_repository_gives_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert read_git(tmp_path) is None


def test_no_git_gives_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert read_git(repository) is None


def test_a_git_that_hangs_is_given_up(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    assert read_git(repository, timeout=0.1) is None


def test_nothing_is_printed_and_the_index_is_left_alone(
    tmp_path: Path, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    index = repository / ".git" / "index"
    os.utime(repository / "a.txt", (1, 1))  # a stale stat cache: git would refresh the index
    before = index.read_bytes()
    read_git(repository)
    read_git(tmp_path)
    assert index.read_bytes() == before
    assert capfd.readouterr() == ("", "")
