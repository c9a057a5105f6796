"""What a tracked cell leaves, seen from a real kernel."""

from __future__ import annotations

import math

import nbmlops
from nbmlops import RunStatus

from .conftest import Notebook, last_run

PREPARE = """
import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
FOREST = """%%track forest -e churn --tag team=growth
clf = RandomForestClassifier(n_estimators=20, max_depth=depth, random_state=0).fit(X_train, y_train)
accuracy = accuracy_score(y_test, clf.predict(X_test))
"""


def test_a_tracked_cell_without_further_words_records_what_a_person_would_have_written_down(
    notebook: Notebook,
) -> None:
    notebook.run(PREPARE)
    notebook.run("depth = 8")
    shown = notebook.run(FOREST)

    run = last_run()
    assert (run.name, run.experiment, run.status, run.kind) == ("forest", "churn", RunStatus.FINISHED, "cell")
    assert run.tags == {"team": "growth"}
    assert run.params["depth"] == 8
    assert run.params["clf.n_estimators"] == 20
    assert run.params["clf.max_depth"] == 8
    chosen = {param.key for param in run.param_details if param.shown}
    assert chosen == {"depth", "clf", "clf.n_estimators", "clf.max_depth", "clf.random_state"}
    assert run.metrics.keys() == {"accuracy"}
    assert 0.9 < run.metrics["accuracy"] <= 1
    assert {item.name: item.shape for item in run.inputs} == {
        "X_test": (143, 30), "X_train": (426, 30), "y_test": (143,), "y_train": (426,),
    }  # fmt: skip
    assert all(item.fingerprint for item in run.inputs)
    assert run.inputs[0].columns[0].name == "mean radius"
    assert [(artifact.kind, artifact.name) for artifact in run.artifacts] == [("model", "clf")]
    assert run.source == FOREST
    assert run.environment is not None
    assert "scikit-learn" in run.environment.packages
    assert run.duration is not None
    assert run.resources.peak_rss_bytes
    assert run.resources.cpu_seconds is not None
    assert run.degraded == ()
    assert run.notices == ()
    assert run.short_id in shown.text
    assert "accuracy" in shown.html


def test_the_kept_model_predicts_as_the_fitted_one_does(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("depth = 3")
    notebook.run(FOREST)
    notebook.run("import nbmlops; kept = nbmlops.load_model('forest')")
    same = notebook.run("bool((kept.predict(X_test) == clf.predict(X_test)).all())")
    assert same.text == "True"


def test_the_line_tells_how_the_run_stands_against_the_best_so_far(notebook: Notebook) -> None:
    first = notebook.run("%%track a -e e\naccuracy = measure(0.5)")
    assert "▲" not in first.text
    better = notebook.run("%%track b -e e\naccuracy = measure(0.75)")
    assert "▲" in better.text
    worse = notebook.run("%%track c -e e\naccuracy = measure(0.25)")
    assert "▼" in worse.text
    assert "0.5" in worse.text, "measured against the best, 0.75"


def test_the_line_is_small_and_holds_no_time(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("depth = 2")
    shown = [notebook.run(FOREST).html for _ in range(2)]
    assert all(0 < len(html.encode()) < 2000 for html in shown)
    ids = list(nbmlops.runs(order_by="started")["id"].str[:8])
    plain = [html.replace(run_id, "ID") for html, run_id in zip(shown, ids, strict=True)]
    # The first run has nothing to be compared with; from the second on the line repeats to the letter.
    third = notebook.run(FOREST).html.replace(last_run().short_id, "ID")
    assert third == plain[1]


def test_a_reached_goal_is_told(notebook: Notebook) -> None:
    nbmlops.experiment("e", goal="accuracy >= 0.9", required_tags=["team"])
    below = notebook.run("%%track -e e\naccuracy = measure(0.8)")
    assert "accuracy >= 0.9" not in below.text
    assert "team" in below.text, "a required tag is missed"
    reached = notebook.run("%%track -e e --tag team=x\naccuracy = measure(0.95)")
    assert "accuracy >= 0.9" in reached.text
    assert "team" not in reached.text


def test_rows_of_the_test_set_among_the_training_rows_are_noticed(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    honest = notebook.run("%%track honest -e e\naccuracy = accuracy_score(y_test, y_test * 0)")
    assert "too good" not in honest.text
    shown = notebook.run(
        "%%track leak -e e\nclf = RandomForestClassifier(n_estimators=5).fit(X, y)\n"
        "accuracy = accuracy_score(y_test, clf.predict(X_test))"
    )
    assert "Every row of X_test is also in X" in shown.text
    assert last_run().doubts == ("Every row of X_test is also in X: metrics may be too good.",)
    # It is not what the next run is measured against.
    assert "▲" in notebook.run("%%track next -e e\naccuracy = measure(0.9)").text


def test_data_files_are_inputs_and_writing_is_not_reading(notebook: Notebook) -> None:
    notebook.run("import pandas as pd, os, pathlib, tempfile\nos.chdir(tempfile.mkdtemp())")
    notebook.run("pathlib.Path('orders.csv').write_text('a,b\\n1,2\\n')")
    notebook.run(
        "%%track\ndf = pd.read_csv('orders.csv')\ndf.to_parquet('out.parquet')\ntotal = float(df.b.mean())"
    )
    (file,) = [item for item in last_run().inputs if item.kind == "file"]
    assert (file.name, file.source) == ("orders.csv", "file")
    assert file.fingerprint is not None


def test_a_failed_cell_leaves_a_failed_run_and_its_lines_are_numbered_as_written(notebook: Notebook) -> None:
    shown = notebook.run("%%track bad\nrate = 0.1\n\n1 / 0")
    assert shown.error == "ZeroDivisionError"
    assert "line 4" in shown.traceback
    run = last_run()
    assert run.status == RunStatus.FAILED
    assert run.error == "ZeroDivisionError: division by zero"
    assert "1 / 0" in run.traceback
    assert run.params == {"rate": 0.1}

    notebook.run("%%track good\nrate = 0.2")
    assert last_run().status == RunStatus.FINISHED


def test_a_syntax_error_leaves_a_failed_run(notebook: Notebook) -> None:
    assert notebook.run("%%track\nx = = 1").error == "SyntaxError"
    assert last_run().status == RunStatus.FAILED
    assert notebook.run("%%track\nx = 1").error == ""
    assert last_run().status == RunStatus.FINISHED


def test_a_wrong_flag_stops_the_cell_before_it_runs(notebook: Notebook) -> None:
    shown = notebook.run("%%track --experment churn\nran = True")
    assert shown.error == "TrackUsageError"
    assert "--experment" in shown.message
    assert notebook.run("'ran' in dir()").text == "False"
    assert nbmlops.runs().empty


def test_time_may_stand_above_and_below(notebook: Notebook) -> None:
    for cell in ("%%time\n%%track one\nx = 0.5", "%%track one\n%%time\nx = 0.5"):
        shown = notebook.run(cell)
        assert shown.error == ""
        assert "Wall time" in shown.text
        run = last_run()
        assert (run.name, run.params) == ("one", {"x": 0.5})


def test_comments_and_blank_lines_may_stand_above(notebook: Notebook) -> None:
    assert notebook.run("# the baseline\n\n%%track base\nx = 0.5").error == ""
    assert last_run().name == "base"


def test_a_comment_tracks_where_nbmlops_may_be_missing(notebook: Notebook) -> None:
    assert notebook.run("#| track base -e e\nx = 0.5").error == ""
    assert (last_run().name, last_run().experiment) == ("base", "e")


def test_top_level_await_works_and_its_metrics_belong_to_the_run(notebook: Notebook) -> None:
    notebook.run(
        "%%track\nimport asyncio, nbmlops\nawait asyncio.sleep(0.01)\nnbmlops.log_metric('after', 1)\n"
        "await asyncio.sleep(0.01)\nnbmlops.log_metric('after', 2)"
    )
    run = last_run()
    assert run.status == RunStatus.FINISHED
    assert run.metrics["after"] == 2


def test_a_task_that_outlives_its_cell_breaks_nothing(notebook: Notebook) -> None:
    notebook.run(
        "%%track early\nimport asyncio, nbmlops\nfaults = []\n"
        "async def later():\n"
        "    await asyncio.sleep(0.3)\n"
        "    try:\n        nbmlops.log_metric('late', 1)\n"
        "    except Exception as exc:\n        faults.append(type(exc).__name__)\n"
        "task = asyncio.ensure_future(later())\n"
    )
    notebook.run("await task")
    assert notebook.run("faults").text == "['NoActiveRunError']"
    assert last_run().status == RunStatus.FINISHED
    assert "late" not in last_run().metrics


def test_threads_and_child_processes_log_to_the_cell_s_run(notebook: Notebook) -> None:
    notebook.run(
        "%%track\nimport nbmlops, subprocess, sys, threading\n"
        "thread = threading.Thread(target=nbmlops.log_metric, args=('thread', 1)); thread.start(); thread.join()\n"
        "done = subprocess.run([sys.executable, '-c', 'import nbmlops; nbmlops.log_metric(\"child\", 2)'], check=True)"
    )
    run = last_run()
    assert run.metrics["thread"] == 1
    assert run.metrics["child"] == 2


def test_metrics_may_be_named_as_one_likes(notebook: Notebook) -> None:
    notebook.run(
        "%%track\nimport nbmlops\n"
        "for key in ('val/loss', 'mean error', 'größe', \"it's\", 'a\"b'):\n    nbmlops.log_metric(key, 1.5)"
    )
    assert last_run().metrics == dict.fromkeys(("val/loss", "mean error", "größe", "it's", 'a"b'), 1.5)


def test_nan_and_infinities_are_kept_and_said(notebook: Notebook) -> None:
    shown = notebook.run("%%track\nloss = measure(float('nan'))\nscore = measure(-float('inf'))")
    run = last_run()
    assert math.isnan(run.metrics["loss"])
    assert run.metrics["score"] == -math.inf
    assert "not a finite number" in shown.text


def test_a_parameter_that_looks_like_code_stays_text(notebook: Notebook) -> None:
    notebook.run("%%track\nname = \"'; DROP TABLE runs; --\"\nhtml = '<img src=x onerror=alert(1)>'")
    assert last_run().params == {"name": "'; DROP TABLE runs; --", "html": "<img src=x onerror=alert(1)>"}
    assert "<img" not in notebook.run("%%track '<img src=x onerror=alert(1)>'\nx = 1").html


def test_odd_objects_harm_nobody(notebook: Notebook) -> None:
    notebook.run(
        "import numpy as np, pandas as pd\n"
        "class Hostile:\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "    def __eq__(self, other): raise RuntimeError('eq')\n"
        "    __hash__ = None\n"
        "    def __repr__(self): raise RuntimeError('repr')\n"
        "    def __bool__(self): raise RuntimeError('bool')\n"
        "hostile = Hostile()\ncyclic = {}; cyclic['me'] = cyclic\nlong = list(range(1_000_000))\n"
        "odd = pd.DataFrame({'a': [object(), {1}, [2]]})"
    )
    shown = notebook.run(
        "%%track\nseen = (hostile, cyclic, long, odd)\nscore = measure(2.0)\nresult = 'fine'"
    )
    assert shown.error == ""
    assert notebook.run("result").text == "'fine'"
    run = last_run()
    assert run.metrics == {"score": 2.0}
    (odd,) = run.inputs
    assert odd.fingerprint is None
    assert odd.note


def test_output_warnings_and_progress_bars_are_kept_as_a_terminal_shows_them(notebook: Notebook) -> None:
    notebook.run(
        "%%track\nimport sys, warnings\nfrom tqdm import tqdm\nprint('hello')\n"
        "for _ in tqdm(range(50)): pass\nwarnings.warn('careful')"
    )
    output = last_run().output
    assert output.stdout == "hello\n"
    assert output.stderr.count("100%") == 1
    assert any("careful" in text for text in output.warnings)


def test_figures_are_kept_as_they_were_shown(notebook: Notebook) -> None:
    notebook.run("%matplotlib inline")
    shown = notebook.run("%%track\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()")
    assert any("image/png" in data for data in shown.data)
    assert [(a.kind, a.media_type) for a in last_run().artifacts] == [("figure", "image/png")]


def test_autoreload_goes_on_working(notebook: Notebook) -> None:
    notebook.run("%load_ext autoreload\n%autoreload 2")
    notebook.run("import sys, pathlib, tempfile\nfolder = tempfile.mkdtemp(); sys.path.insert(0, folder)")
    notebook.run(
        "pathlib.Path(folder, 'my_metric.py').write_text('def value(): return 1.5')\nimport my_metric"
    )
    notebook.run("%%track\nscore = my_metric.value()")
    assert last_run().metrics == {"score": 1.5}
    notebook.run(
        "import os, time\npathlib.Path(folder, 'my_metric.py').write_text('def value(): return 2.5')\n"
        "os.utime(pathlib.Path(folder, 'my_metric.py'), (time.time() + 5,) * 2)"
    )
    notebook.run("%%track\nscore = my_metric.value()")
    assert last_run().metrics == {"score": 2.5}
    notebook.run("%autoreload 0")


def test_a_second_header_stops_the_cell(notebook: Notebook) -> None:
    shown = notebook.run("%%track one\n%%track two\nran = True")
    assert shown.error == "TrackUsageError"
    assert "twice" in shown.message
    assert nbmlops.runs().empty


def test_a_cell_run_inside_a_cell_has_its_own_run_and_the_bare_magic_refuses(notebook: Notebook) -> None:
    notebook.run("%%track outer\nget_ipython().run_cell('%%track inner\\ny = 2.5')\nx = 1.5")
    frame = nbmlops.runs(order_by="started")
    assert list(frame["name"]) == ["outer", "inner"]
    assert set(frame["status"]) == {"FINISHED"}
    assert nbmlops.run_info("inner").params == {"y": 2.5}
    shown = notebook.run("get_ipython().run_cell_magic('track', '', 'x = 1')")
    assert shown.error == "UsageError"
    assert "first line" in shown.message


def test_automatic_tracking_records_what_fits_or_logs_and_nothing_else(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("%track on")
    notebook.run("x = 1.5")
    notebook.run("def fit_nothing(): pass\nfit_nothing()")
    assert nbmlops.runs().empty
    notebook.run("clf = RandomForestClassifier(n_estimators=3).fit(X_train, y_train)")
    notebook.run("import nbmlops\nnbmlops.log_metric('loss', 0.5)")
    assert len(nbmlops.runs()) == 2
    notebook.run("%track off")
    notebook.run("clf.fit(X_train, y_train)")
    assert len(nbmlops.runs()) == 2


def test_a_run_is_mended_without_training_again(notebook: Notebook) -> None:
    notebook.run("%%track first -e e\nn = 5\nf1 = measure(0.5)\nscores = {'auc': 0.75}")
    notebook.run(
        "%track --amend --drop n --metrics f1:max,scores.auc --note 'too few rows' --tag checked=yes"
    )
    run = last_run()
    assert "n" not in run.params
    assert run.metrics == {"f1": 0.5, "scores.auc": 0.75}
    assert run.note == "too few rows"
    assert run.tags == {"checked": "yes"}
    assert notebook.run("%track --amend --drop nothing").error == "UsageError"


def test_flags_override_what_is_inferred(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nrows = np.arange(10.0)\nk = int('3')\nlosses = [3.0, 2.0, 1.0]")
    notebook.run(
        "%%track -e e --params k --metrics acc:max,losses:min --data rows --no-model --note 'a remark'\n"
        "acc = int('1')"
    )
    run = last_run()
    assert run.params == {"k": 3}
    assert run.metrics == {"acc": 1.0, "losses": 1.0}
    assert {metric.key: (metric.direction, metric.count) for metric in run.metric_details} == {
        "acc": ("max", 1), "losses": ("min", 3),
    }  # fmt: skip
    assert [item.name for item in run.inputs] == ["rows"]
    assert run.note == "a remark"
    assert list(nbmlops.history(run.id, "losses")["value"]) == [3.0, 2.0, 1.0]

    shown = notebook.run("%%track quiet --no-data --quiet\ntotal = rows.sum()")
    assert shown.html == ""
    assert last_run().inputs == ()


def test_a_pipeline_is_one_model_though_its_steps_have_names(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run(
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import LogisticRegression"
    )
    notebook.run(
        "%%track pipe\nscaler = StandardScaler()\nclf = LogisticRegression(C=2.0)\n"
        "pipe = make_pipeline(scaler, clf).fit(X_train, y_train)"
    )
    run = last_run()
    assert [artifact.name for artifact in run.artifacts] == ["pipe"]
    assert {param.key: param.value for param in run.param_details if param.shown} == {
        "pipe": "Pipeline", "pipe.standardscaler": "StandardScaler",
        "pipe.logisticregression": "LogisticRegression", "pipe.logisticregression__C": 2.0,
    }  # fmt: skip
    assert notebook.run("import nbmlops; nbmlops.load_model('pipe').predict(X_test).shape").text == "(143,)"


def test_a_cross_validated_estimator_gives_its_parameters_and_no_model(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("from sklearn.model_selection import cross_val_score")
    cell = (
        "clf = RandomForestClassifier(n_estimators=3, max_depth=3, random_state=0)\n"
        "accuracy = cross_val_score(clf, X_train, y_train, cv=2).mean()"
    )
    notebook.run("%track on")
    for header in ("%%track\n", ""):
        notebook.run(header + cell)
        run = last_run()
        chosen = {param.key: param.value for param in run.param_details if param.shown}
        assert chosen == {
            "clf": "RandomForestClassifier", "clf.max_depth": 3, "clf.n_estimators": 3, "clf.random_state": 0,
        }  # fmt: skip
        assert run.metrics.keys() == {"accuracy"}
        assert run.artifacts == ()
    assert len(nbmlops.runs()) == 2
    inline = cell.replace("clf,", "RandomForestClassifier(max_depth=2, n_estimators=2),").split("\n")[1]
    notebook.run("%track off")
    notebook.run("%%track\n" + inline)
    assert last_run().params == {
        "RandomForestClassifier.max_depth": 2,
        "RandomForestClassifier.n_estimators": 2,
    }


def test_of_a_search_over_distributions_the_best_estimator_is_kept_and_all_of_it_on_demand(
    notebook: Notebook,
) -> None:
    notebook.run(PREPARE)
    notebook.run("from scipy.stats import randint\nfrom sklearn.model_selection import RandomizedSearchCV")
    cell = (
        "search = RandomizedSearchCV(RandomForestClassifier(n_estimators=2), {'max_depth': randint(1, 5)}, "
        "n_iter=2, cv=2).fit(X_train, y_train)"
    )
    shown = notebook.run("%%track first\n" + cell)
    assert [(artifact.kind, artifact.name) for artifact in last_run().artifacts] == [("model", "search")]
    assert type(nbmlops.load_model(last_run().id)).__name__ == "RandomForestClassifier"
    (notice,) = last_run().notices
    assert notice.startswith(
        "Of search only its best_estimator_ was kept: skops can't write the param_distributions"
    )
    remedy = 'nbmlops.log_model(search, "search", allow_pickle=True)'
    assert f"write {remedy} in the cell" in notice
    assert "best_estimator_" in shown.text

    notebook.run(f"%%track second\nimport nbmlops\n{cell}\n{remedy}")
    assert last_run().notices == ()
    kept = nbmlops.load_model(last_run().id, trust=["pickle"])
    assert type(kept).__name__ == "RandomizedSearchCV"


def test_a_model_that_the_cell_logs_itself_is_kept_once_and_as_it_says(notebook: Notebook) -> None:
    notebook.run(PREPARE)
    notebook.run("class mlflow:\n    @staticmethod\n    def log_model(*args): pass")
    fit = "clf = RandomForestClassifier(n_estimators=2).fit(X_train, y_train)\n"
    notebook.run(
        "%%track\nfrom nbmlops import log_model\n" + fit + "log_model(clf, 'forest', input_example=X_test)"
    )
    assert [artifact.name for artifact in last_run().artifacts] == ["forest"]
    notebook.run("%%track\nimport nbmlops\n" + fit + "nbmlops.active_run().log_model(clf, 'forest')")
    assert [artifact.name for artifact in last_run().artifacts] == ["clf", "forest"], "no name to follow"
    notebook.run("%%track\n" + fit + "mlflow.log_model(clf, 'forest')")
    assert [artifact.name for artifact in last_run().artifacts] == ["clf"]
    notebook.run(
        "%%track outer\n"
        + fit
        + "with nbmlops.start_run('inner') as inner:\n    inner.log_model(clf, 'forest')"
    )
    assert [artifact.name for artifact in nbmlops.run_info("outer").artifacts] == ["clf"]
    assert [artifact.name for artifact in nbmlops.run_info("inner").artifacts] == ["forest"]


def test_the_value_of_the_last_expression_is_kept_as_text(notebook: Notebook) -> None:
    notebook.run("%%track\nimport pandas as pd\npd.DataFrame({'model': ['ridge'], 'r2': [0.5]})")
    assert "ridge" in last_run().output.result


def test_an_error_of_ours_shows_the_user_s_line_and_no_frame_of_nbmlops(notebook: Notebook) -> None:
    shown = notebook.run("import nbmlops\ndef look():\n    return nbmlops.run_info('nothing')\nlook()")
    assert shown.error == "NotFoundError"
    assert "In line 3: return nbmlops.run_info('nothing')" in shown.traceback
    assert "No run 'nothing'" in shown.traceback
    assert "workspace" not in shown.traceback


def test_a_bad_key_costs_only_its_own_metric(notebook: Notebook) -> None:
    notebook.run("%%track\n{'': measure(1.0), 'accuracy': measure(0.5)}")
    assert last_run().metrics == {"accuracy": 0.5}


def test_data_that_is_not_hashed_makes_no_two_runs_the_same(notebook: Notebook) -> None:
    notebook.run("import numpy as np\nrows = np.arange(10.0)")
    notebook.run("%%track --no-data\ntotal = rows.sum()")
    assert last_run().identity == ""


def test_a_frame_that_the_cell_replaces_is_let_go(notebook: Notebook) -> None:
    notebook.run("import numpy as np, gc, weakref\nclass Rows(np.ndarray): pass\nX = np.zeros(10).view(Rows)")
    notebook.run("%%track\nold = weakref.ref(X)\nX = X + 1\n_ = gc.collect()\ngone = old() is None")
    assert notebook.run("gone").text == "True"


def test_a_module_that_fails_to_import_gives_the_cell_no_metric_of_an_earlier_one(notebook: Notebook) -> None:
    notebook.run("import sys, pathlib, tempfile\nfolder = tempfile.mkdtemp(); sys.path.insert(0, folder)")
    notebook.run("pathlib.Path(folder, 'brokenmod.py').write_text('\\n' * 300 + '1 / 0')")
    notebook.run("acc = measure(0.75)")
    notebook.run("%%track\nimport brokenmod\nacc = measure(0.5)")
    assert last_run().status == RunStatus.FAILED
    assert last_run().metrics == {}


def test_an_empty_cell_run_inside_a_tracked_one_takes_nothing_from_it(notebook: Notebook) -> None:
    notebook.run("%%track outer\nget_ipython().run_cell('')\naccuracy = measure(0.5)")
    assert last_run().metrics == {"accuracy": 0.5}


def test_sql_over_a_frame_and_over_a_file_goes_on_working(notebook: Notebook) -> None:
    notebook.run("import duckdb, os, pandas as pd, tempfile\nos.chdir(tempfile.mkdtemp())")
    notebook.run("df = pd.DataFrame({'a': [1, 2, 3]})\ndf.to_csv('rows.csv', index=False)")
    notebook.run(
        "%%track\ntotal = duckdb.sql('select sum(a) from df').fetchall()[0][0]\n"
        "rows = duckdb.sql(\"select * from 'rows.csv'\").df()"
    )
    run = last_run()
    assert run.status == RunStatus.FINISHED
    assert {item.name for item in run.inputs} == {"rows.csv"}  # a frame named only in SQL is not seen
    after = notebook.run("duckdb.sql('select max(a) from df').fetchall()[0][0]")
    assert after.text == "3"


def test_files_that_are_named_are_inputs_and_a_wrong_name_costs_only_itself(notebook: Notebook) -> None:
    notebook.run(
        "import os, pathlib, tempfile\nos.chdir(tempfile.mkdtemp())\npathlib.Path('a.csv').write_text('a')"
    )
    shown = notebook.run("%%track --data a.csv,nothing\nx = 1.5")
    assert [item.name for item in last_run().inputs] == ["a.csv"]
    assert "--data nothing" in shown.text


def test_a_file_that_changes_while_the_cell_runs_is_said(notebook: Notebook) -> None:
    notebook.run(
        "import os, pathlib, tempfile\nos.chdir(tempfile.mkdtemp())\npathlib.Path('a.csv').write_text('a')"
    )
    notebook.run("%%track\ntext = open('a.csv').read()\npathlib.Path('a.csv').write_text('another text')")
    (file,) = last_run().inputs
    assert "changed after" in file.note


def test_more_figures_than_are_kept_are_said(notebook: Notebook) -> None:
    shown = notebook.run(
        "%%track\nimport matplotlib.pyplot as plt\n%matplotlib inline\n"
        "for n in range(22):\n    plt.figure(figsize=(1, 1)); plt.plot([n, 2]); plt.show()"
    )
    assert "2 more figures" in shown.text
    assert len(last_run().artifacts) == 20


def test_identical_executions_share_an_identity(notebook: Notebook) -> None:
    for cell in ("%%track\nx = 1.5", "%%track\nx = 1.5", "%%track\nx = 2.5"):
        notebook.run(cell)
    ids = list(nbmlops.runs(order_by="started")["id"])
    first, second, third = (nbmlops.run_info(run_id).identity for run_id in ids)
    assert first == second != third


def test_the_cell_and_the_notebook_are_named(notebook: Notebook) -> None:
    notebook.run("__vsc_ipynb_file__ = '/somewhere/train.ipynb'")
    notebook.run("%%track\nx = 1.5")
    run = last_run()
    assert run.notebook == "/somewhere/train.ipynb"
    assert run.execution_count


def test_help_and_completion_know_the_flags(notebook: Notebook) -> None:
    for code, expected in (
        ("%%track --e", "--experiment"),
        ("%track --am", "--amend"),
        ("%nbmlops s", "show"),
    ):
        notebook.client.complete(code, len(code))
        reply = notebook.client.get_shell_msg(timeout=30)
        assert expected in reply["content"]["matches"]
    notebook.client.inspect("%track", 6)
    text = notebook.client.get_shell_msg(timeout=30)["content"]["data"]["text/plain"]
    assert "--experiment" in text
    assert "%%track forest -e churn" in text


def test_the_line_magic_lists_shows_and_compares(notebook: Notebook) -> None:
    notebook.run("%%track one -e e\nrate = 0.1\naccuracy = measure(0.5)")
    notebook.run("%%track two -e e\nrate = 0.2\naccuracy = measure(0.75)")
    assert "two" in notebook.run("%nbmlops runs e").text
    assert " one " not in notebook.run('%nbmlops runs --where "metrics.accuracy > 0.6"').text
    ordered = notebook.run("%nbmlops runs --order-by -metrics.accuracy -n 1").text
    assert "two" in ordered
    assert " one " not in ordered
    assert "0.75" in notebook.run("%nbmlops show two").text
    compared = notebook.run("%nbmlops compare -e e")
    assert "rate" in compared.html
    assert any("image/svg+xml" in data and "image/png" in data for data in compared.data)
    missing = notebook.run("%nbmlops show nothing")
    assert missing.error == "UsageError"
    assert "No run 'nothing'" in missing.message


def test_switched_off_it_records_nothing_and_the_cell_runs(notebook: Notebook) -> None:
    notebook.run("import os; os.environ['NBMLOPS_DISABLED'] = '1'")
    shown = notebook.run(
        "%%track\nimport nbmlops\nx = 1.5\nnbmlops.log_metric('loss', 1)\nnbmlops.log_param('a', 2)"
    )
    assert shown.error == ""
    assert shown.html == ""
    assert notebook.run("x").text == "1.5"
    notebook.run("del os.environ['NBMLOPS_DISABLED']")
    assert nbmlops.runs().empty
