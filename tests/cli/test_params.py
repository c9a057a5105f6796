from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Cli, clean_environment

SOURCE = """
from typing import Annotated, Literal
data: str  # where the orders are
n_estimators: int = 100  # number of trees, >= 1
criterion: Literal["gini", "entropy"] = "gini"
lr = 0.1
made = n_estimators * 2
title = "[red]x[/red] \\x1b[31m"
"""
HEAVY = [
    "nbformat",
    "jsonschema",
    "sqlalchemy",
    "pandas",
    "numpy",
    "rich",
    "yaml",
    "papermill",
    "IPython",
    "tomllib",
]


def notebook(
    folder: Path,
    *,
    source: str = SOURCE,
    tag: str = "parameters",
    name: str = "train.ipynb",
    language: str = "python",
) -> Path:
    cell = {
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": [tag]},
        "outputs": [],
        "execution_count": None,
        "id": "p",
    }
    metadata = {"kernelspec": {"name": "k", "language": language, "display_name": "k"}}
    path = folder / name
    path.write_text(json.dumps({"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_the_table_in_a_pipe_has_all_of_every_parameter(nowhere: Cli) -> None:
    notebook(nowhere.folder)
    lines = [line.split("\t") for line in nowhere.out("params", "train.ipynb").splitlines()]
    assert lines == [
        ["name", "type", "default", "allowed", "required", "help"],
        ["data", "str", "", "", "yes", "where the orders are"],
        ["n_estimators", "int", "100", ">= 1", "no", "number of trees, >= 1"],
        ["criterion", "Literal['gini', 'entropy']", '"gini"', "gini, entropy", "no", ""],
        ["lr", "float", "0.1", "", "no", ""],
        ["made", "any", "n_estimators * 2", "", "no", ""],
        ["title", "str", '"[red]x[/red] \\x1b[31m"', "", "no", ""],
    ]


def test_the_table_on_a_terminal_begins_with_the_answer(
    nowhere: Cli, plain_text: Callable[[str], str]
) -> None:
    notebook(nowhere.folder)
    screen = plain_text(nowhere.screen("params", "train.ipynb", width=100))
    assert screen.startswith("train.ipynb: 6 parameters, 1 required\n")
    assert re.search(r"^data +str +required +where the orders are", screen, re.MULTILINE)
    assert re.search(r'^criterion +choice +"gini" +gini, entropy', screen, re.MULTILINE)
    assert "[red]x[/red]" in screen
    assert "nbmlops run train.ipynb -p NAME VALUE" in screen
    assert max(map(len, screen.splitlines())) <= 100


def test_json_has_values_and_sources(nowhere: Cli) -> None:
    notebook(nowhere.folder)
    found = json.loads(nowhere.out("params", "train.ipynb", "--json"))
    by_name = {item["name"]: item for item in found["parameters"]}
    assert (found["notebook"], found["language"], found["kernel"], found["notices"]) == (
        "train.ipynb",
        "python",
        "k",
        [],
    )
    assert by_name["data"]["required"]
    assert by_name["data"]["default_source"] is None
    assert by_name["n_estimators"] == {
        "name": "n_estimators",
        "type": "int",
        "required": False,
        "default": 100,
        "default_source": "100",
        "computed": False,
        "allowed": ">= 1",
        "inferred": False,
        "help": "number of trees, >= 1",
    }
    assert (by_name["made"]["computed"], by_name["made"]["default"]) == (True, None)
    assert by_name["lr"]["inferred"]


def test_the_example_is_a_file_to_start_from(nowhere: Cli) -> None:
    notebook(nowhere.folder)
    from nbmlops.programs import bind, parse_yaml, read_notebook, read_parameters

    text = nowhere.out("params", "train.ipynb", "--example").replace("data:", "data: x.csv")
    bound = bind(read_parameters(read_notebook(nowhere.folder / "train.ipynb")), values=parse_yaml(text))
    assert bound.values["data"] == "x.csv"
    assert bound.values["title"] == "[red]x[/red] \x1b[31m"


def test_a_notebook_without_parameters_says_how_to_declare_them(nowhere: Cli) -> None:
    notebook(nowhere.folder, tag="other")
    said = nowhere("params", "train.ipynb")
    assert said.stdout == ""
    assert "declares no parameters. Give the cell that sets them the tag `parameters`" in said.stderr
    assert json.loads(nowhere.out("params", "train.ipynb", "--json"))["parameters"] == []


def test_a_notebook_of_another_language_is_said_to_be_unchecked(nowhere: Cli) -> None:
    notebook(nowhere.folder, source="n <- 1", language="R")
    assert "written in r: its parameters are taken unchecked" in nowhere("params", "train.ipynb").stderr


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["trian.ipynb"], "There is no notebook trian.ipynb. Did you mean train.ipynb?"),
        (["broken.ipynb"], "broken.ipynb is no notebook"),
        (["train.ipynb", "--json", "--example"], "--json and --example exclude each other"),
        (["odd.ipynb"], "line 1 of its cell 1 is no Python"),
    ],
)
def test_what_can_not_be_read_is_a_wrong_call(nowhere: Cli, words: list[str], fault: str) -> None:
    notebook(nowhere.folder)
    notebook(nowhere.folder, name="odd.ipynb", source="a = = 1")
    (nowhere.folder / "broken.ipynb").write_text("{")
    assert fault in nowhere("params", *words, code=2).stderr


def test_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    path = notebook(tmp_path)
    code = "import sys\nfrom nbmlops.cli import main\ntry:\n    main(['params', sys.argv[1]])\nexcept SystemExit:\n    pass\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env=clean_environment(),
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_given_values_stand_beside_the_declaration(nowhere: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    from nbmlops.cli.parameter_table import parameters_document, render_parameters
    from nbmlops.programs import bind, read_notebook, read_parameters

    parameters = read_parameters(read_notebook(notebook(nowhere.folder)))
    bound = bind(parameters, {"n_estimators": "7", "data": "x"})
    render_parameters(parameters, bound)
    said = capsys.readouterr()
    assert "n_estimators\t7\tint\t100" in said.out
    assert "lr\t\tfloat" in said.out
    assert "made = n_estimators * 2 is computed in the parameters cell" in said.err
    assert parameters_document(parameters, bound)["values"] == {"data": "x", "n_estimators": 7}
