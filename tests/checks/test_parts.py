from __future__ import annotations

import math
from pathlib import Path

import pytest
from blake3 import blake3

from nbmlops.errors import NotFoundError
from nbmlops.jobs.differences import clock_names, without_chance
from nbmlops.jobs.evidence import same_number
from nbmlops.jobs.kept_modules import keep_modules
from nbmlops.jobs.obstacles import holds_mask
from nbmlops.jobs.spared_files import SparedFiles
from nbmlops.programs.notebook import notebook_from
from nbmlops.programs.slice_notebook import execution_counts, slice_notebook
from nbmlops.records import LocalModule, SliceCell


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "same"),
    [
        (0.1, 0.1, 0.0, True),
        (0.1, math.nextafter(0.1, 1), 0.0, False),
        (0.1, math.nextafter(0.1, 1), 1e-12, True),
        (0.0, -0.0, 0.0, False),
        (0.0, -0.0, 1e-12, True),
        (math.nan, math.nan, 0.0, True),
        (math.nan, 1.0, 1.0, False),
        (math.inf, math.inf, 0.0, True),
        (math.inf, -math.inf, 10.0, False),
        (math.inf, 1.0, 10.0, False),
        (100.0, 101.0, 0.01, True),
        (100.0, 102.0, 0.01, False),
    ],
)
def test_numbers_are_equal_bit_for_bit_or_within_the_tolerance(
    before: float, after: float, tolerance: float, same: bool
) -> None:
    assert same_number(before, after, tolerance) is same
    assert same_number(after, before, tolerance) is same


def test_addresses_and_times_are_no_differences() -> None:
    one = "<Net at 0x7f3a5c0011d0> took 1.24 s (00:01:12, 3 ms)"
    other = "<Net at 0x7f3a5c99ab10> took 2.5 s (00:02:10, 41 ms)"
    assert without_chance(one) == without_chance(other)
    assert without_chance("shape (3, 4)") != without_chance("shape (3, 5)")


def test_what_a_clock_showed_is_known_by_name() -> None:
    assert clock_names("import time\nt0 = time.time()\nx = f()\ntook = round(time.time() - t0, 2)") == {
        "t0",
        "took",
    }


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("key = '***'", True),
        ("# the key is ***\nx = 1", False),
        ("x = 1  # ***\ny = '***'", True),
        ("!curl -H 'Authorization: Bearer ***'", True),
        ("x = 1", False),
    ],
)
def test_a_secret_that_stands_in_a_comment_alone_is_not_needed(source: str, holds: bool) -> None:
    assert holds_mask(source) is holds


def test_a_module_that_changed_is_put_back_with_the_rest_of_its_package(tmp_path: Path) -> None:
    files = {"own": "own/__init__.py", "own.part": "own/part.py", "other": "other.py"}
    blobs: dict[str, bytes] = {}
    modules = []
    for name, path in files.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(f"NAME = {name!r}\n")
        digest = str(blake3(target.read_bytes()).hexdigest())
        blobs[digest] = target.read_bytes()
        modules.append(LocalModule(name, str(target), digest))
    assert keep_modules(modules, blobs.__getitem__, tmp_path / "kept").folder is None
    (tmp_path / "own" / "part.py").write_text("NAME = 'edited'\n")
    found = keep_modules(modules, blobs.__getitem__, tmp_path / "kept")
    assert found.folder == tmp_path / "kept"
    assert found.notices == ("part.py has changed since: what it held then is used.",)
    kept = {path.relative_to(tmp_path / "kept").as_posix() for path in (tmp_path / "kept").rglob("*.py")}
    assert kept == {"own/__init__.py", "own/part.py"}
    assert (tmp_path / "kept/own/part.py").read_text() == "NAME = 'own.part'\n"

    def gone(digest: str) -> bytes:
        raise NotFoundError(digest)

    assert "put back" in keep_modules(modules, gone, tmp_path / "again").missing[0]


def test_files_are_put_back_and_new_ones_removed(tmp_path: Path) -> None:
    kept, untouched, new = (tmp_path / name for name in ("kept", "untouched", "new"))
    kept.write_text("before")
    untouched.write_text("same")
    modified = untouched.stat().st_mtime_ns
    with SparedFiles(map(str, (kept, untouched, new, tmp_path / "no/folder")), tmp_path / "aside"):
        kept.write_text("after")
        new.write_text("x")
    assert kept.read_text() == "before"
    assert untouched.stat().st_mtime_ns == modified
    assert not new.exists()


def test_a_slice_is_a_notebook_whose_cells_have_ids_of_their_own(tmp_path: Path) -> None:
    cells = (
        SliceCell("a = 1", cell_id="load", execution_count=2),
        SliceCell("raise ValueError", cell_id="a b/c", execution_count=3, failed=True),
        SliceCell("a += 1", cell_id="load", execution_count=7),
        SliceCell("%%track\na", execution_count=None),
    )
    document = slice_notebook(cells)
    source = notebook_from(document, tmp_path / "slice.ipynb")
    assert [cell.id for cell in source.cells] == ["nbmlops-set-up", "load", "a-b-c", "load-2", "cell-4"]
    assert [sorted(cell.tags) for cell in source.cells] == [[], [], ["raises-exception"], [], []]
    assert source.cells[0].source == "%load_ext nbmlops"
    assert execution_counts(cells) == "2,3,7,0"
    import nbformat

    nbformat.validate(nbformat.from_dict(document))
    automatic = slice_notebook((SliceCell("model.fit(X)"),), path=tmp_path)
    assert automatic["cells"][0]["source"].splitlines()[1:] == ["%load_ext nbmlops", "%track on"]
