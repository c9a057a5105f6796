"""Which store a request is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError, StoreError
from nbmlops.server.stores import FolderRefusedError, StoreBook


@pytest.fixture
def book(tmp_path: Path) -> StoreBook:
    (tmp_path / "project" / "notebooks").mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    return StoreBook(tmp_path, on_trouble=pytest.fail)


def test_it_is_the_one_that_a_notebook_there_would_find(book: StoreBook, tmp_path: Path) -> None:
    assert book.locate("project/notebooks").root == tmp_path / "project" / ".nbmlops"
    assert book.locate("RTC:project/notebooks") == book.locate("/project/notebooks/")
    assert book.notebook("RTC:project/a.ipynb") == str(tmp_path / "project" / "a.ipynb")


def test_a_relative_name_is_relative_to_the_notebook(
    book: StoreBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBMLOPS_STORE", "mine")
    assert book.locate("project").root == tmp_path / "project" / "mine"


def test_a_folder_outside_is_refused_and_one_that_is_missing_not_found(book: StoreBook) -> None:
    for folder in ("..", "project/../..", "a\0b"):
        with pytest.raises(FolderRefusedError):
            book.locate(folder)
    with pytest.raises(NotFoundError):
        book.locate("project/nowhere")


def test_a_server_that_is_dead_is_named_without_its_password(tmp_path: Path) -> None:
    place = StoreLocation(tmp_path / "spool", "postgresql://ann:s3cret@127.0.0.1:1/runs")
    book = StoreBook(tmp_path, on_trouble=pytest.fail, fixed=place)
    desk = book.desk(book.locate("anywhere"))
    assert desk is not None
    with pytest.raises(StoreError) as refused:
        desk.ask("page", {"query": {}})
    assert "127.0.0.1" in str(refused.value)
    assert "s3cret" not in str(refused.value)
