from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nbmlops.records import Finding, Verdict

from .conftest import Lab

IRIS = (
    "from sklearn.datasets import load_iris\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.model_selection import train_test_split\n"
    "X, y = load_iris(return_X_y=True)\n"
    "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)"
)
TRACKED = (
    "%%track logistic -e iris\n"
    "import nbmlops\n"
    "clf = LogisticRegression(C=0.5, max_iter=500).fit(X_train, y_train)\n"
    "accuracy = clf.score(X_test, y_test)\n"
    "nbmlops.log_series('loss', [1.0 / n for n in range(1, 50)])"
)


@pytest.fixture
def scratch(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, in which nothing may be left."""
    folder = lab.folder / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert [path.name for path in folder.iterdir() if path.name.startswith("nbmlops-")] == []


def test_a_deterministic_notebook_is_reproduced_bit_for_bit(lab: Lab, scratch: Path) -> None:
    run = lab.session(IRIS, TRACKED)
    before = {path for path in lab.store.rglob("*") if path.is_file() and "journals" not in path.parts}
    said = lab.check(run)
    assert said.code == 0, said
    assert said.document["verdict"] == "REPRODUCED"
    assert said.document["metrics"]["accuracy"] == {
        "before": run.metrics["accuracy"],
        "after": run.metrics["accuracy"],
        "equal": True,
        "decides": True,
    }
    assert said.document["metrics"]["loss"]["equal"]
    assert said.document["first_difference"] is None
    kept = lab.run(run.id)
    assert kept.verdict is Verdict.REPRODUCED
    assert kept.reproduction is not None
    assert len(kept.reproduction.metrics) == 2
    after = {path for path in lab.store.rglob("*") if path.is_file() and "journals" not in path.parts}
    assert {path.name for path in after - before} <= {"store.db-wal", "store.db-shm", "live"}
    assert len(lab.runs()) == 1  # nothing but the verdict was added


def test_an_unseeded_notebook_differs_and_the_first_difference_is_named(lab: Lab) -> None:
    run = lab.session("import numpy as np", "X = np.random.rand(10)", "%%track\nmean = X.mean()")
    said = lab.check(run)
    assert said.code == 1
    assert said.document["verdict"] == "DIFFERS"
    assert said.document["metrics"]["mean"]["equal"] is False
    assert said.document["first_difference"]["name"] == "X"
    assert lab.run(run.id).verdict == "DIFFERS"
    text = lab.nbmlops("reproduce", run.id)
    assert text.stdout.startswith("≠ DIFFERS")
    assert str(run.metrics["mean"]) in text.stdout


def test_a_changed_file_can_not_and_is_named_before_anything_is_executed(lab: Lab) -> None:
    data = lab.folder / "data.csv"
    data.write_text("x\n1\n2\n")
    run = lab.session(
        "import pandas as pd, pathlib",
        "%%track\npathlib.Path('ran').touch()\ntotal = float(pd.read_csv('data.csv').x.sum())",
    )
    (lab.folder / "ran").unlink()
    data.write_text("x\n1\n3\n")
    said = lab.check(run)
    assert said.code == 2
    assert said.document["verdict"] == "CANNOT"
    assert "data.csv has changed" in said.document["missing"][0]
    assert not (lab.folder / "ran").exists()
    data.unlink()
    assert "data.csv is not there any more" in lab.check(run).document["missing"][0]
    data.write_text("x\n1\n2\n")
    assert lab.check(run).document["verdict"] == "REPRODUCED"


def test_a_file_that_an_earlier_cell_read_counts_too_but_one_that_a_cell_wrote_does_not(lab: Lab) -> None:
    (lab.folder / "raw.csv").write_text("x\n1\n2\n")
    run = lab.session(
        "import pandas as pd",
        "pd.read_csv('raw.csv').mul(2).to_csv('made.csv', index=False)",
        "df = pd.read_csv('made.csv')",
        "%%track\ntotal = float(df.x.mean()) / 7",
    )
    assert list(run.files) == [str(lab.folder / "raw.csv")]
    (lab.folder / "made.csv").write_text("x\n100\n")
    assert lab.check(run).document["verdict"] == "REPRODUCED"
    assert (lab.folder / "made.csv").read_text() == "x\n100\n"
    (lab.folder / "raw.csv").write_text("x\n5\n2\n")
    said = lab.check(run)
    assert said.code == 2, said
    assert "raw.csv has changed" in said.document["missing"][0]
    assert (lab.folder / "made.csv").read_text() == "x\n100\n"


def test_outputs_and_names_of_earlier_cells_mean_what_they_meant(lab: Lab) -> None:
    run = lab.session(
        "a = 20.0\na", "a * 2", "unneeded = 1\nunneeded",
        "%%track\nfirst = Out[2] / 3\nsecond = _3 / 7\nlength = sum(map(ord, In[3])) * 0.5",
    )  # fmt: skip
    assert [cell.execution_count for cell in run.slice] == [2, 3, 5]  # what the other gave is not read
    said = lab.check(run)
    assert said.document["verdict"] == "REPRODUCED", said
    assert set(said.document["metrics"]) == {"first", "second", "length"}


@pytest.mark.slow
def test_what_a_clock_made_never_decides(lab: Lab) -> None:
    source = "%%track\nimport time, nbmlops\nnbmlops.log_metric('seconds', time.time())\nr = 0.5 * 3"
    run = lab.session(source, findings=[Finding("NB107", "A clock reaches the metric seconds.", "seconds")])
    said = lab.check(run)
    assert said.document["verdict"] == "REPRODUCED", said
    assert said.document["metrics"]["seconds"]["equal"] is False
    assert said.document["metrics"]["seconds"]["decides"] is False
    assert "not compared" in lab.nbmlops("reproduce", run.id).stdout


@pytest.mark.slow
def test_a_tolerance_lets_small_differences_pass(lab: Lab) -> None:
    run = lab.session(
        "import random\nx = 1 + random.random() * 1e-9", "%%track\nm = x * 2.0\nn = float('nan') * m"
    )
    assert lab.check(run).document["verdict"] == "DIFFERS"
    said = lab.check(run, "--tolerance", "1e-6")
    assert said.document["verdict"] == "REPRODUCED", said
    assert said.document["tolerance"] == 1e-6
    assert "equal within 1e-06" in lab.nbmlops("reproduce", run.id, "--tolerance", "1e-6").stdout


@pytest.mark.slow
def test_every_point_of_a_history_counts(lab: Lab) -> None:
    run = lab.session(
        "%%track\nimport nbmlops, random\n"
        "for step, value in enumerate([1.0, random.random(), 3.0]):\n    nbmlops.log_metric('loss', value, step)"
    )
    said = lab.check(run)
    assert said.code == 1
    assert said.document["metrics"]["loss"]["before"] == said.document["metrics"]["loss"]["after"] == 3.0
    assert said.document["first_difference"]["name"] == "loss"
    assert "at step 1" in said.document["first_difference"]["after"]


def test_an_edited_module_is_put_back_for_the_check(lab: Lab) -> None:
    module = lab.folder / "helpers.py"
    module.write_text("FACTOR = 2.5\n")
    run = lab.session("import helpers", "%%track\nm = helpers.FACTOR * 2")
    module.write_text("FACTOR = 99.0\n")
    said = lab.check(run)
    assert said.document["verdict"] == "REPRODUCED", said
    assert any("helpers.py has changed" in notice for notice in said.document["notices"])
    assert module.read_text() == "FACTOR = 99.0\n"


@pytest.mark.slow
def test_a_removed_package_can_not_and_the_remedy_names_its_version(lab: Lab) -> None:
    site = lab.folder / "site"
    (site / "tinypkg-1.4.dist-info").mkdir(parents=True)
    (site / "tinypkg-1.4.dist-info" / "METADATA").write_text("Name: tinypkg\nVersion: 1.4\n")
    (site / "tinypkg.py").write_text("VALUE = 0.25\n")
    path = f"{site}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    run = lab.session("import tinypkg", "%%track\nm = tinypkg.VALUE * 2", env={"PYTHONPATH": path})
    assert run.environment is not None
    assert run.environment.packages["tinypkg"] == "1.4"
    said = lab.check(run)
    assert said.document["verdict"] == "CANNOT", said
    assert "pip install tinypkg==1.4" in said.document["missing"][0]


@pytest.mark.slow
def test_a_run_that_failed_is_reproduced_when_it_fails_in_the_same_way(lab: Lab) -> None:
    source = "# fails\n%%track\nclass Net: pass\nraise ValueError(f'{object.__repr__(Net())} can not')"
    run = lab.session(source)
    assert run.status == "FAILED"
    found = lab.check(run).document
    assert (found["verdict"], found["notices"]) == ("REPRODUCED", ["It failed again, in the same way."])
    run = lab.session("import random", "# fails\n%%track\nraise ValueError(str(random.random()))")
    said = lab.check(run).document
    assert said["verdict"] == "DIFFERS"
    assert said["first_difference"]["name"] == "error"


@pytest.mark.slow
def test_an_earlier_cell_that_failed_may_fail_again(lab: Lab) -> None:
    run = lab.session("# fails\npart = 3.5\nraise KeyError('x')", "%%track\nm = part * 2")
    assert lab.check(run).document["verdict"] == "REPRODUCED"


def test_a_cell_that_raises_now_is_the_first_difference(lab: Lab) -> None:
    flag = lab.folder / "flag"
    flag.mkdir()
    run = lab.session(
        "import os\nif not os.path.isdir('flag'): raise RuntimeError('no flag')\nx = sum([0.5, 1.0])",
        "%%track\nm = x * 3",
    )
    flag.rmdir()
    said = lab.check(run)
    assert said.code == 1
    assert said.document["first_difference"]["name"] == "error"
    assert said.document["first_difference"]["execution_count"] == 2
    assert said.document["first_difference"]["after"] == "RuntimeError: no flag"


def test_a_secret_in_a_cell_can_not_and_the_remedy_is_said(lab: Lab) -> None:
    run = lab.session("token = 'ghp_" + "a1B2" * 9 + "'", "%%track\nm = len(token) / 3")
    said = lab.check(run)
    assert said.code == 2
    assert "nbmlops.secret" in said.document["missing"][0]
    assert "--secret NAME=env:" in said.document["missing"][0]


@pytest.mark.slow
def test_a_secret_by_reference_is_given_again(lab: Lab) -> None:
    run = lab.session(
        "import nbmlops\nkey = nbmlops.secret('LAB_KEY')",
        "%%track\nm = len(key) / 7",
        env={"LAB_KEY": "s3cret-and-long"},
    )
    said = lab.check(run)
    assert said.document["verdict"] == "CANNOT", said
    assert "--secret" in said.document["missing"][0]
    said = lab.check(run, "--secret", "LAB_KEY=env:ELSEWHERE", env={"ELSEWHERE": "s3cret-and-long"})
    assert said.document["verdict"] == "REPRODUCED", said


@pytest.mark.slow
def test_files_that_the_cells_write_are_left_as_they_are_now(lab: Lab) -> None:
    run = lab.session(
        "%%track\nfrom pathlib import Path\nPath('out.txt').write_text('then')\nPath('new.txt').write_text('x')\nm = 0.5*3"
    )
    (lab.folder / "out.txt").write_text("edited later")
    (lab.folder / "new.txt").unlink()
    assert lab.check(run).document["verdict"] == "REPRODUCED"
    assert (lab.folder / "out.txt").read_text() == "edited later"
    assert not (lab.folder / "new.txt").exists()


@pytest.mark.slow
def test_the_settings_of_then_are_put_back(lab: Lab) -> None:
    run = lab.session(
        "import os",
        "%%track\nm = hash('a fixed text') / 3\nthreads = float(os.environ['OMP_NUM_THREADS'])",
        env={"PYTHONHASHSEED": "17", "OMP_NUM_THREADS": "1"},
    )
    said = lab.check(run, env={"PYTHONHASHSEED": "3", "OMP_NUM_THREADS": "2"})
    assert said.document["verdict"] == "REPRODUCED", said


def test_a_script_can_not_and_the_reason_is_said(lab: Lab, run_python: Callable[..., object]) -> None:
    run_python("import nbmlops\nwith nbmlops.start_run('s'): nbmlops.log_metric('m', 1.0)")
    said = lab.check("s")
    assert said.code == 2
    assert "not begun by a tracked cell" in said.document["missing"][0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["f'rate-{rate}'", "'same'", "None"], ids=["own", "same", "made up"])
def test_runs_that_a_loop_in_a_cell_began_are_told_apart(lab: Lab, name: str) -> None:
    lab.session(
        "import nbmlops, random",
        f"for rate in (1, 2, 3):\n    with nbmlops.start_run({name}):\n        nbmlops.log_metric('m', rate / 7)\n"
        "        nbmlops.log_metric('drawn', random.random() if rate == 3 else rate)",
        "%%track last\nm = 0.5 * 3",
    )
    began = [run for run in lab.runs() if run.kind == "script"]
    assert len(began) == 3
    for run in sorted(began, key=lambda run: run.metrics["m"]):
        said = lab.check(run).document
        assert said["metrics"]["m"]["equal"], said
        assert said["verdict"] == ("DIFFERS" if run.metrics["m"] > 0.4 else "REPRODUCED"), said


@pytest.mark.slow
def test_parts_of_a_cell_s_run_are_compared_too(lab: Lab) -> None:
    lab.session(
        "import nbmlops, random",
        "%%track sweep\nfor c in (1, 2):\n    with nbmlops.start_run(f'part-{c}'):\n"
        "        nbmlops.log_metric('same', c)\n        nbmlops.log_metric('drawn', random.random())",
    )
    said = lab.check("sweep").document
    assert said["metrics"]["part-1/same"]["equal"]
    assert not said["metrics"]["part-2/drawn"]["equal"]
    assert said["verdict"] == "DIFFERS"
    assert said["first_difference"]["name"] == "part-1/drawn"


@pytest.mark.slow
def test_a_timeout_is_said(lab: Lab) -> None:
    (lab.folder / "slow").mkdir()
    run = lab.session("import os, time", "%%track\nif not os.path.isdir('slow'): time.sleep(60)\nm = 0.5 * 3")
    (lab.folder / "slow").rmdir()
    said = lab.check(run, "--timeout", "3s")
    assert said.code == 2
    assert "--timeout" in said.document["missing"][0]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_check_leaves_nothing_and_the_old_verdict(
    lab: Lab, number: signal.Signals, scratch: Path
) -> None:
    (lab.folder / "quick").mkdir()
    run = lab.session(
        "import os, time, pathlib",
        "%%track\nif not os.path.isdir('quick'):\n    pathlib.Path('begun').touch(); time.sleep(60)\nm = 0.5 * 3",
    )
    assert lab.check(run).document["verdict"] == "REPRODUCED"
    (lab.folder / "quick").rmdir()
    child = lab.start("reproduce", run.id)
    deadline = time.monotonic() + 60
    while not (lab.folder / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    expected = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}
    assert child.returncode == expected[number], (out, err)
    assert lab.run(run.id).verdict == "REPRODUCED"
    while any(path.name.startswith("nbmlops-") for path in scratch.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)  # the guardian of a killed check


@pytest.mark.slow
def test_the_notebook_of_the_slice_is_written_and_runs_by_itself(lab: Lab) -> None:
    run = lab.session(IRIS, TRACKED)
    said = lab.nbmlops("reproduce", run.id, "--notebook-only", "--keep-notebook", "slice.ipynb")
    assert said.code == 0
    written = json.loads((lab.folder / "slice.ipynb").read_text())
    assert [cell["source"] for cell in written["cells"]][-1] == TRACKED
    assert written["cells"][-1]["metadata"]["nbmlops"] == {"execution_count": 3}
    assert lab.run(run.id).verdict is None
    assert lab.nbmlops("run", "slice.ipynb", "-q").code == 0


@pytest.mark.slow
def test_an_experiment_is_checked_as_a_whole_with_a_table_and_the_worst_exit_code(lab: Lab) -> None:
    lab.session("%%track good -e lab\nm = 0.5 * 3")
    lab.session("import nbmlops, random", "%%track odd -e lab\nnbmlops.log_metric('m', random.random())")
    lab.session("%%track other -e elsewhere\nm = 0.5 * 3")
    said = lab.nbmlops("reproduce", "-e", "lab")
    assert said.code == 1
    lines = [line.split("\t") for line in said.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["verdict", "run"], ["REPRODUCED", "good"], ["DIFFERS", "odd"]]
    said = lab.nbmlops("reproduce", "--all", "--json")
    assert said.document["verdict"] == "DIFFERS"
    assert said.document["counts"] == {"REPRODUCED": 2, "DIFFERS": 1}
    newest = lab.nbmlops("reproduce", "work.ipynb", "--json")  # of its first cell two were run
    assert [part["name"] for part in newest.document["runs"]] == ["odd", "other"]


def test_words_that_do_not_fit_are_refused(lab: Lab) -> None:
    lab.session("%%track\nm = 0.5 * 3")
    for words in ([], ["x", "--all"], ["nowhere"], ["-e", "nowhere"], ["run", "--tolerance", "-1"]):
        assert lab.nbmlops("reproduce", *words).code in (2, 3), words
