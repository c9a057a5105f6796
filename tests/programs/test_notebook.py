from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from nbmlops.errors import NotebookError
from nbmlops.programs import notebook_from, read_notebook
from nbmlops.programs.directives import read_directives, read_marks


def test_a_notebook_that_nbformat_wrote_is_read(tmp_path: Path) -> None:
    cell = v4.new_code_cell("x = 1\ny = 2", metadata={"tags": ["parameters", "big"]})
    notebook = v4.new_notebook(
        cells=[v4.new_markdown_cell("# Title"), cell, v4.new_raw_cell("raw")],
        metadata={"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}},
    )
    path = tmp_path / "a.ipynb"
    path.write_text(v4.writes_json(notebook), encoding="utf-8")
    found = read_notebook(path)
    assert (found.path, found.language, found.kernel, found.is_python) == (path, "r", "ir", False)
    assert [(c.index, c.type) for c in found.cells] == [(0, "markdown"), (1, "code"), (2, "raw")]
    assert found.cells[1].id == cell["id"]
    assert found.cells[1].source == "x = 1\ny = 2"
    assert found.cells[1].tags == {"parameters", "big"}
    assert [c.index for c in found.code_cells] == [1]
    assert found.marked("big") == (found.cells[1],)
    assert found.marked("small") == ()


def test_the_example_notebook_is_read(root: Path) -> None:
    found = read_notebook(root / "example-notebooks" / "first-light.ipynb")
    assert found.is_python
    assert found.kernel == "python3"
    assert len(found.code_cells) > 10


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "x", "language": "julia"}}, "julia"),
        ({"kernelspec": {"language": "x"}, "language_info": {"name": "Python"}}, "python"),
        ({"language_info": {"name": "ipython3"}}, "ipython3"),
    ],
)
def test_the_language_is_that_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    found = notebook_from(
        {"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": metadata}, Path("a.ipynb")
    )
    assert found.language == language
    assert found.is_python == ("python" in language)


def refused(path: Path, text: str | bytes) -> str:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(NotebookError) as caught:
        read_notebook(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_what_is_no_notebook_is_refused_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    assert "is empty" in refused(path, " \n")
    assert "isn't JSON (line 2: Expecting" in refused(path, '{"cells":\nx}')
    assert "merge conflict" in refused(path, '{\n<<<<<<< HEAD\n"cells": []')
    assert "isn't UTF-8" in refused(path, b"\xff\xfe\x00")
    assert "doesn't say which format" in refused(path, '{"a": 1}')
    assert "doesn't say which format" in refused(path, "[1]")
    assert "has no list of cells" in refused(path, '{"nbformat": 4}')
    assert "cell 1 is neither code nor text" in refused(path, '{"nbformat": 4, "cells": [3]}')
    assert "source of cell 1 is no text" in refused(
        path, '{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}'
    )
    assert "notebook format 5; nbmlops reads format 4" in refused(path, '{"nbformat": 5, "cells": []}')
    assert "nested too deep" in refused(path, "[" * 200_000)
    assert "too long a number" in refused(path, "9" * 5000)
    assert "is a script, no notebook" in refused(tmp_path / "a.py", "x = 1")


def test_an_old_notebook_is_refused_with_the_way_to_mend_it(tmp_path: Path) -> None:
    said = refused(tmp_path / "a.ipynb", '{"nbformat": 3, "worksheets": []}')
    assert "old notebook format 3" in said
    assert "jupyter nbconvert --to notebook --inplace a.ipynb" in said


def test_a_missing_notebook_is_told_from_one_that_was_meant(written: Callable[..., Path]) -> None:
    path = written("x = 1", name="train.ipynb")
    for name in ("trian.ipynb", "train"):
        with pytest.raises(NotebookError, match=r"There is no notebook .* Did you mean .*train\.ipynb\?"):
            read_notebook(path.with_name(name))
    with pytest.raises(NotebookError, match=r"other\.ipynb\.$"):
        read_notebook(path.with_name("other.ipynb"))
    with pytest.raises(NotebookError, match="there is no folder"):
        read_notebook(path.parent / "nowhere" / "train.ipynb")
    with pytest.raises(NotebookError, match="is a folder"):
        read_notebook(path.parent)


def test_a_source_may_be_a_list_of_lines(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": {"tags": "parameters"}}
    path = tmp_path / "a.ipynb"
    path.write_text("\ufeff" + json.dumps({"nbformat": 4, "cells": [cell]}), encoding="utf-8")
    found = read_notebook(path).cells[0]
    assert found.source == "a = 1\nb = 2"
    assert found.tags == frozenset()
    assert found.id == ""


def test_marks_are_tags_and_comments_as_nbdev_has_them(written: Callable[..., Path]) -> None:
    found = read_notebook(
        written(("slow", "#| export core\n#|eval: false\n\n# a comment\n#| test\nx = 1\n#| not_this"))
    ).cells[0]
    assert found.marks == {"slow", "export", "test"}
    assert found.directives == {"export": "core", "eval": "false", "test": ""}


@pytest.mark.parametrize(
    ("source", "marks"),
    [
        ("# | export", {"export"}),
        ("%%time\n#| export\nx = 1", {"export"}),
        ("#| tags: [parameters, slow]", {"parameters", "slow"}),
        ('#| tags: ["parameters"]', {"parameters"}),
        ("#| eval: false", set()),
        ("# export", set()),
        ("x = 1  #| export", set()),
        ("", set()),
    ],
)
def test_a_mark_is_read_where_nbdev_and_quarto_write_it(source: str, marks: set[str]) -> None:
    assert read_marks(source) == marks


def test_a_directive_keeps_the_words_after_it() -> None:
    assert read_directives("#| default_exp models.forest\n#| hide") == {
        "default_exp": "models.forest",
        "hide": "",
    }
