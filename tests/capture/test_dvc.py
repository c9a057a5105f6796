"""Files that DVC manages, as its own files name them."""

from __future__ import annotations

import hashlib
import json

import pytest

from nbmlops.capture.dvc import DvcEntry, find_dvc, fits
from nbmlops.capture.files import OpenedFile
from nbmlops.tracking.inputs import describe_files

CONTENT = b"a,b\n1,2\n"
MD5 = hashlib.md5(CONTENT).hexdigest()
ADDED = """\
outs:
- md5: {md5}
  size: {size}
  hash: md5
  path: {path}
"""
LOCK = """\
schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py
    deps:
    - path: data/raw.csv
      hash: md5
      md5: {md5}
      size: 8
    outs:
    - path: data/clean.csv
      hash: md5
      md5: 0123456789abcdef0123456789abcdef
      size: 8
"""


@pytest.fixture
def repo(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".dvc").mkdir()
    (tmp_path / "data").mkdir()
    return tmp_path


def add(file, content=CONTENT):
    file.write_bytes(content)
    text = ADDED.format(md5=hashlib.md5(content).hexdigest(), size=len(content), path=file.name)
    file.with_name(file.name + ".dvc").write_text(text)


def described(file, root):
    (found,) = describe_files([OpenedFile(str(file), "r")], root, lambda _: None)
    return found


def test_a_file_that_dvc_added_is_recorded_with_its_md5(repo):
    add(repo / "data" / "raw.csv")
    found = described(repo / "data" / "raw.csv", repo)
    assert (found.dvc, found.path, found.note) == (MD5, str(repo / "data" / "raw.csv"), "")
    assert found.fingerprint is not None


def test_a_file_that_was_changed_since_says_so(repo):
    add(repo / "raw.csv")
    (repo / "raw.csv").write_bytes(CONTENT.replace(b"2", b"3"))
    found = described(repo / "raw.csv", repo)
    assert found.dvc == MD5
    assert found.note.startswith("changed since `dvc add`")


def test_a_file_of_a_pipeline_is_found_in_the_lock_above_it(repo):
    (repo / "dvc.lock").write_text(LOCK.format(md5=MD5))
    (repo / "data" / "raw.csv").write_bytes(CONTENT)
    (repo / "data" / "clean.csv").write_bytes(CONTENT)
    assert (
        described(repo / "data" / "raw.csv", repo).dvc,
        described(repo / "data" / "raw.csv", repo).note,
    ) == (MD5, "")
    assert described(repo / "data" / "clean.csv", repo).note.startswith("changed")


def test_a_file_in_a_folder_that_dvc_manages_is_found_in_its_list(repo):
    (repo / "images" / "cats").mkdir(parents=True)
    (repo / "images" / "cats" / "1.png").write_bytes(CONTENT)
    listing = json.dumps([{"md5": MD5, "relpath": "cats/1.png"}])
    digest = hashlib.md5(listing.encode()).hexdigest()
    (repo / "images.dvc").write_text(ADDED.format(md5=digest + ".dir", size=8, path="images"))
    assert find_dvc(repo / "images") == DvcEntry(digest + ".dir", 8)
    assert find_dvc(repo / "images" / "cats" / "1.png").md5 == digest + ".dir"  # its list isn't here
    cache = repo / ".dvc" / "cache" / "files" / "md5" / digest[:2]
    cache.mkdir(parents=True)
    (cache / f"{digest[2:]}.dir").write_text(listing)
    assert find_dvc(repo / "images" / "cats" / "1.png") == DvcEntry(MD5)
    assert find_dvc(repo / "images" / "new.png") is None


def test_line_ends_do_not_count_for_what_dvc_2_added(repo):
    file = repo / "x.csv"
    file.write_bytes(CONTENT.replace(b"\n", b"\r\n"))
    assert fits(file, DvcEntry(MD5, None, is_folded=True))
    assert not fits(file, DvcEntry(MD5, None))


def test_what_dvc_does_not_manage_has_no_md5(repo):
    (repo / "x.csv").write_bytes(CONTENT)
    (repo / "y.csv").write_bytes(CONTENT)
    (repo / "y.csv.dvc").write_text("outs: [{path: other.csv, md5: abc}]")
    (repo / "z.csv").write_bytes(CONTENT)
    (repo / "z.csv.dvc").write_text("{ no yaml")
    (repo / "dvc.lock").write_text("stages: nonsense")
    assert [described(repo / name, repo).dvc for name in ("x.csv", "y.csv", "z.csv")] == ["", "", ""]


def test_the_search_ends_at_the_root_of_the_repository(repo):
    inner = repo / "inner"
    (inner / ".git").mkdir(parents=True)
    (inner / "raw.csv").write_bytes(CONTENT)
    (repo / "dvc.lock").write_text(LOCK.format(md5=MD5).replace("data/raw.csv", "inner/raw.csv"))
    assert find_dvc(inner / "raw.csv") is None
