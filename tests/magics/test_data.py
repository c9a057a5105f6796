"""What a tracked cell keeps of its data, in a real kernel."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import nbmlops
from nbmlops import NotFoundError
from nbmlops.records import Input
from nbmlops.session import session

from .conftest import Notebook, last_run

PREPARE = """
import numpy as np, pandas as pd
rng = np.random.default_rng(0)
df = pd.DataFrame({"x": rng.normal(size=500), "kind": rng.choice(["a", "b"], 500)})
labels = rng.integers(0, 2, 500)
"""


def input_named(name: str) -> Input:
    return next(item for item in last_run().inputs if item.name == name)


def test_profiles_of_what_a_cell_reads_are_kept_with_its_run(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track\nscore = measure(float(df.x.mean() + labels.mean()))\ndf['x'] = 0.0")
    found = session().workspace.data.profile(input_named("df").profile)
    assert [(column.name, column.kind) for column in found.columns] == [("x", "number"), ("kind", "text")]
    assert found.rows == 500
    assert found.sampled is None
    numbers = found.columns[0].numbers
    assert numbers is not None
    assert numbers.mean != 0  # as the data were when the cell began
    assert session().workspace.data.profile(input_named("labels").profile).columns[0].count == 500


def test_unchanged_data_are_profiled_once_and_changed_data_anew(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    digests = []
    for change in ("", "", "df.loc[3, 'x'] = 9.0"):
        notebook.run(change)
        notebook.run("%%track\nscore = measure(float(df.x.mean()))")
        digests.append(input_named("df").profile)
    assert digests[0] == digests[1] != digests[2]


def test_a_profile_of_large_data_is_of_a_sample_and_says_so(notebook: Notebook) -> None:
    notebook.run(
        "import numpy as np, pandas as pd\nbig = pd.DataFrame(np.random.default_rng(0).random((1_000_000, 10)))"
    )
    notebook.run("%%track\nscore = measure(float(big[0].mean()))")
    found = session().workspace.data.profile(input_named("big").profile)
    assert found.rows == 1_000_000
    assert found.sampled is not None
    assert found.sampled < 1_000_000


def test_a_secret_in_the_data_reaches_no_profile(notebook: Notebook) -> None:
    notebook.run("import os; os.environ['API_TOKEN'] = 'tok-canary-5512'\nimport pandas as pd")
    notebook.run("df = pd.DataFrame({'token': ['tok-canary-5512'] * 5, 'tok-canary-5512': [1] * 5})")
    notebook.run("import os\ntoken = os.environ['API_TOKEN']")
    notebook.run("%%track\nscore = measure(float(len(df)) / 7)")
    profile = session().workspace.data.profile(input_named("df").profile)
    assert "canary" not in repr(profile)


def test_data_that_a_cell_keeps_come_back_as_they_were_when_it_began(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track --keep-data\nscore = measure(float(df.x.mean() + labels.mean()))\ndf['x'] = 0.0")
    run = last_run()
    df, labels = nbmlops.load_data(run.id, "df"), nbmlops.load_data(run.id, "labels")
    assert isinstance(df, pd.DataFrame)
    assert isinstance(labels, np.ndarray)
    assert nbmlops.fingerprint(df) == input_named("df").fingerprint
    assert nbmlops.fingerprint(labels) == input_named("labels").fingerprint
    with pytest.raises(NotFoundError, match=r"kept: df, labels\. Name one: load_data\('\w{8}', 'df'\)"):
        nbmlops.load_data(run.id)


def test_without_the_flag_nothing_but_fingerprint_and_profile_is_kept(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track\nscore = measure(float(df.x.mean()))")
    assert not input_named("df").kept
    assert b"PAR1" not in notebook.bytes_of_store()
    with pytest.raises(NotFoundError, match="--keep-data"):
        nbmlops.load_data(last_run().id, "df")


def test_data_that_can_not_be_kept_are_said_and_the_cell_goes_on(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nodd = np.array([[1, 'x'], [None, 2]], dtype=object)")
    notebook.run("%%track --keep-data\nscore = measure(float(len(odd)) / 3)")
    (notice,) = [text for text in last_run().notices if "keep-data" in text]
    assert notice.startswith("--keep-data: odd was not kept:")
    assert not last_run().degraded


def test_what_runs_keep_of_data_is_no_garbage_as_long_as_they_are_there(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track --keep-data\nscore = measure(float(df.x.mean()))")
    run, workspace = last_run(), session().workspace
    item = input_named("df")
    manifest = json.loads(workspace.blobs.get(item.kept))
    named = workspace.garbage.named_by([run.id])
    assert {item.profile, item.kept, *manifest["packs"]} <= named


def test_a_notebook_with_tracking_switched_off_keeps_nothing(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("os.environ['NBMLOPS_DISABLED'] = '1'")
    said = notebook.run("%%track --keep-data\nscore = measure(float(df.x.mean()))")
    notebook.run("del os.environ['NBMLOPS_DISABLED']")
    assert (said.error, said.text) == ("", "")
    assert not (notebook.store / "blobs").exists() or not any((notebook.store / "blobs").rglob("*"))


def test_a_variable_shows_its_fingerprint_its_profile_and_who_read_it(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track forest\nscore = measure(float(df.x.mean()))")
    shown = notebook.run("%nbmlops data df")
    fingerprint = input_named("df").fingerprint
    assert fingerprint is not None
    for part in (shown.text, shown.html):
        assert fingerprint.content in part
        assert "Read by 1 run" in part
        assert "kind" in part
    assert "<svg" in shown.html
    assert "<script" not in shown.html


def test_a_variable_is_compared_with_what_a_run_kept(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%%track forest --keep-data\nscore = measure(float(df.x.mean()))")
    notebook.run("df.loc[7, 'x'] = 4.0")
    shown = notebook.run("%nbmlops data diff forest:df df")
    for part in (shown.text, shown.html):
        assert "Different data." in part
        assert "1 changed" in part
    assert "polyline" in shown.html
    assert "The same data" in notebook.run("%nbmlops data diff df df").text


def test_names_and_values_of_data_are_shown_as_text_and_nothing_else(notebook: Notebook) -> None:
    notebook.run("import pandas as pd; df = pd.DataFrame({'<b>x</b>': ['<i>v</i>'] * 9, 'n': range(9)})")
    html = notebook.run("%nbmlops data df").html
    assert "&lt;b&gt;x" in html
    assert "<i>" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%nbmlops data diff df", "takes one name, or diff and two"),
        ("%nbmlops data nothing_of_this_name", "Nor is there a file or a variable"),
        ("%nbmlops data pd", "pd is a module"),
    ],
)
def test_wrong_words_after_data_are_said_in_a_line(notebook: Notebook, line: str, said: str) -> None:
    notebook.run("import pandas as pd; df = pd.DataFrame({'a': [1, 2]})")
    assert said in notebook.run(line).message
