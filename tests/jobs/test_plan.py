"""What a job is going to do: settled, checked and shown before any kernel starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nbmlops.capture.secret_references import parse_reference
from nbmlops.errors import ConfigError, NotebookError, ParameterError, ValueRefusedError
from nbmlops.jobs import check_writable, plan_job
from nbmlops.jobs.limits import make_options
from nbmlops.jobs.plan import without_secrets
from nbmlops.kernels.contract import ExecuteOptions


def test_the_document_has_the_values_and_nothing_of_an_earlier_execution(place: Any) -> None:
    path = place.notebook("print(n)", parameters="n = 1")
    before = json.loads(path.read_text())
    before["cells"][1] |= {
        "source": ["a = 1\n", "b = 2"],
        "execution_count": 7,
        "outputs": [{"output_type": "stream"}],
    }
    path.write_text(json.dumps(before))
    cells = plan_job(path, {"n": "3"}).document()["cells"]
    assert [cell["source"] for cell in cells] == ["n = 1", "# Parameters\nn = 3", "a = 1\nb = 2"]
    assert (cells[2]["outputs"], cells[2]["execution_count"]) == ([], None)


def test_a_notebook_in_another_language_is_written_in_it(place: Any) -> None:
    path = place.notebook("print(n)", parameters="n <- 1")
    document = json.loads(path.read_text())
    document["metadata"] = {"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}}
    path.write_text(json.dumps(document))
    cells = plan_job(path, {"n": "3", "on": "true"}).document()["cells"]
    assert "n = 3" in cells[1]["source"]
    assert "on = TRUE" in cells[1]["source"]
    document["metadata"] = {
        "kernelspec": {"name": "cob", "language": "cobol"},
        "language_info": {"name": "cobol"},
    }
    path.write_text(json.dumps(document))
    with pytest.raises(NotebookError, match="cobol"):
        plan_job(path, {"n": "3"})
    assert plan_job(path).params == {}


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (None, "executed/job-3f9c2a1b.ipynb"),
        ("out.ipynb", "out.ipynb"),
        ("results", "results/job-3f9c2a1b.ipynb"),
        ("folder.ipynb", "folder.ipynb/job-3f9c2a1b.ipynb"),
    ],
)
def test_the_output_is_a_file_or_lies_in_a_folder(
    place: Any, monkeypatch: pytest.MonkeyPatch, output: str | None, expected: str
) -> None:
    monkeypatch.chdir(place.folder)
    (place.folder / "folder.ipynb").mkdir()
    plan = plan_job(place.notebook("1"), output=output)
    assert plan.output_for("3f9c2a1b00000000") == place.folder / expected
    check_writable(plan)
    assert (place.folder / expected).parent.is_dir()
    assert not (place.folder / expected).exists()


def test_an_output_that_can_not_be_written_is_refused(place: Any) -> None:
    notebook = place.notebook("1")
    (place.folder / "link.ipynb").symlink_to(notebook)
    for output, said in (
        (notebook, "overwrite"),
        ("link.ipynb", "overwrite"),
        ("job.ipynb/x.ipynb", "no folder"),
    ):
        with pytest.raises(ValueRefusedError, match=said):
            check_writable(plan_job(notebook, output=place.folder / output))
    with pytest.raises(ValueRefusedError, match="can't be written"):
        check_writable(plan_job(notebook, output="/proc/nowhere/out.ipynb"))


def test_what_is_wrong_is_said_before_anything_is_made(place: Any, tmp_path: Path) -> None:
    notebook = place.notebook("1", parameters="n = 1")
    with pytest.raises(NotebookError):
        plan_job(tmp_path / "none.ipynb")
    with pytest.raises(ParameterError, match="m: no such parameter"):
        plan_job(notebook, values={"m": 1})
    with pytest.raises(ConfigError, match="NOT_SET_ANYWHERE"):
        plan_job(notebook, secrets=[parse_reference("DB=env:NOT_SET_ANYWHERE")])
    with pytest.raises(ValueRefusedError, match="no folder"):
        plan_job(notebook, options=ExecuteOptions(cwd=tmp_path / "nowhere"))


def test_secrets_are_fetched_withheld_and_never_shown(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "hunter2-tea")
    notebook = place.notebook("1", parameters="api_token = ''")
    plan = plan_job(notebook, {"api_token": "zq8-token"}, secrets=[parse_reference("DB=env:DB_PASSWORD")])
    assert plan.secrets == {"DB": "hunter2-tea"}
    assert plan.withheld == ("DB_PASSWORD",)
    assert "hunter2" not in repr(plan)
    assert without_secrets(plan).params == {"api_token": "***"}
    assert any("api_token looks like a secret" in notice for notice in plan.notices)


def test_a_secret_that_can_not_be_masked_everywhere_is_told(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIN", "42")
    plan = plan_job(place.notebook("1"), secrets=[parse_reference("PIN=env:PIN")])
    assert any("PIN is so short" in notice for notice in plan.notices)


def test_limits_are_read_as_people_write_them() -> None:
    options = make_options(cell_timeout="90s", timeout=2, memory="1GiB", kernel="ir")
    assert (options.cell_timeout, options.job_timeout, options.memory_limit) == (90.0, 2.0, 2**30)
    assert make_options() == ExecuteOptions()
    for wrong in ({"timeout": "soon"}, {"cell_timeout": 0}, {"memory": "some"}):
        with pytest.raises(ValueRefusedError):
            make_options(**wrong)
