from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Lab, notebook

PARAMETERS = "n = 2\nnoise = False"
TOTAL = "%%track total\nm = sum(range(n)) * 0.5"
DRAWN = "%%track drawn\nimport nbmlops, random\nnbmlops.log_metric('d', random.random() if noise else 0.25)"


@pytest.fixture
def job(lab: Lab) -> Callable[..., dict[str, Any]]:
    """Runs a notebook as a job; its run as JSON."""
    document = notebook(["%load_ext nbmlops", PARAMETERS, TOTAL, "nbmlops_own = 1", DRAWN])
    document["cells"][1]["metadata"]["tags"] = ["parameters"]
    document["cells"][3]["source"] = "import nbmlops\nnbmlops.log_metric('own', n / 4)"
    (lab.folder / "train.ipynb").write_text(json.dumps(document))

    def run(*words: str) -> dict[str, Any]:
        said = lab.nbmlops("run", "train.ipynb", "--json", *words)
        assert said.code == 0, said
        return said.document

    return run


def test_a_job_is_executed_once_for_all_its_runs_with_its_parameters(
    lab: Lab, job: Callable[..., dict[str, Any]]
) -> None:
    run = job("-p", "n", "7")
    said = lab.check(run["run"])
    assert said.code == 0, said
    assert said.document["verdict"] == "REPRODUCED"
    assert said.document["metrics"]["own"]["after"] == 7 / 4
    assert [part["name"] for part in said.document["runs"]] == ["total", "drawn"]
    assert said.document["runs"][0]["metrics"]["m"]["after"] == 10.5
    assert {item.name: item.verdict for item in lab.runs()} == {
        "train": "REPRODUCED", "total": "REPRODUCED", "drawn": "REPRODUCED"
    }  # fmt: skip
    assert not [path for path in lab.folder.glob("executed/*") if run["run"][:8] not in path.name]


@pytest.mark.slow
def test_a_job_differs_where_one_of_its_runs_does(lab: Lab, job: Callable[..., dict[str, Any]]) -> None:
    run = job("-p", "noise", "true")
    said = lab.check(run["run"])
    assert said.code == 1
    assert said.document["first_difference"]["name"] == "drawn/d"
    assert [part["verdict"] for part in said.document["runs"]] == ["REPRODUCED", "DIFFERS"]
    shown = lab.nbmlops("reproduce", run["run"])
    assert shown.stdout.startswith("≠ DIFFERS  train")
    assert "REPRODUCED\ttotal" in shown.stdout


@pytest.mark.slow
def test_a_job_without_its_notebook_can_not(lab: Lab, job: Callable[..., dict[str, Any]]) -> None:
    run = job()
    executed: Path = Path(run["output"])
    executed.unlink()
    assert lab.check(run["run"]).code == 0  # a copy is kept with the run
    lab.nbmlops("delete", *(part["id"] for part in run["runs"] if part["id"] != run["run"]))
    assert lab.check(run["run"]).code == 0  # its own metric is left


@pytest.mark.slow
def test_a_job_that_failed_is_reproduced_when_it_fails_in_the_same_way(lab: Lab) -> None:
    document = notebook(["%load_ext nbmlops", "%%track\nm = 0.5 * 3", "raise ValueError('no data')"])
    (lab.folder / "bad.ipynb").write_text(json.dumps(document))
    said = lab.nbmlops("run", "bad.ipynb", "--json")
    assert said.code == 1
    found = lab.check(said.document["run"])
    assert found.document["verdict"] == "REPRODUCED", found
