"""The widget without a browser: its traits, its answers, and what it leaves in a notebook."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import traitlets
from IPython.core.interactiveshell import InteractiveShell

import nbmlops
from nbmlops.records import Fingerprint, Input
from nbmlops.session import Session, _Holder, session
from nbmlops.store.documents import input_to_doc
from nbmlops.widgets import front_end, live
from nbmlops.widgets.comparison import ComparisonView
from nbmlops.widgets.live_view import LiveView
from nbmlops.widgets.static_view import WIDGET_MIME


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(_Holder, "session", Session())
    yield tmp_path
    workspace = session().workspace
    workspace.drain.close()
    workspace.database.reset()


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As in a kernel, with a front end that was built."""
    built = tmp_path / "widget.js"
    built.write_text("export default {};")
    monkeypatch.setattr(front_end, "_BUILT", built)
    monkeypatch.setattr(live, "_in_kernel", lambda: True)
    front_end.code.cache_clear()
    front_end.version.cache_clear()


def some_runs(experiment: str = "churn", count: int = 3) -> list[str]:
    ids = []
    for number in range(count):
        with nbmlops.start_run(f"{experiment}-{number}", experiment=experiment) as run:
            nbmlops.log_params({"depth": number})
            for step in range(3):
                nbmlops.log_metric("loss", 1 / (number + step + 1), step)
            nbmlops.log_metric("accuracy", 0.9 + number / 100)
        ids.append(run.id)
    return ids


def ask(widget: Any, method: str, **args: Any) -> Any:
    answer = widget._channel.answer({"id": 7, "method": method, "args": args})
    json.dumps(answer, allow_nan=False)
    assert answer["reply_to"] == 7
    return answer


def terminal() -> Any:
    """IPython without a kernel."""
    return InteractiveShell.instance()


def lines_of(shell: Any, expression: str) -> str:
    """What IPython prints of an expression's value."""
    shell.run_cell("import nbmlops", silent=True)
    value = eval(expression)
    formats, _ = shell.display_formatter.format(value)
    return str(formats.get("text/plain", ""))


def test_outside_of_a_notebook_it_is_the_static_view() -> None:
    some_runs()
    view = nbmlops.compare()
    assert isinstance(view, ComparisonView)
    assert "churn-2" in repr(view)


def test_comparing_in_a_terminal_loads_no_widgets(ask_python: Callable[..., Any]) -> None:
    code = (
        "import json, sys, nbmlops\n"
        "with nbmlops.start_run('a'): nbmlops.log_metric('accuracy', 1)\n"
        "repr(nbmlops.compare())\n"
        "print(json.dumps([name for name in ('anywidget', 'ipywidgets') if name in sys.modules]))"
    )
    assert ask_python(code) == []


@pytest.mark.usefixtures("in_a_notebook")
class TestInANotebook:
    def test_it_is_a_widget_that_has_all_the_static_view_has(self, folder: Path) -> None:
        some_runs()
        widget = nbmlops.compare()
        view = nbmlops.compare(static=True)
        assert isinstance(view, ComparisonView)
        assert repr(widget) == repr(view)
        assert widget.html == view.html
        assert [run.id for run in widget.runs] == [run.id for run in view.runs]
        assert widget.comparison.verdict == view.comparison.verdict
        assert widget.chart is not None
        assert "churn-2" in widget.save(folder / "page.html").read_text()

    def test_without_a_front_end_it_is_the_static_view(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(front_end, "_BUILT", Path("nowhere.js"))
        some_runs()
        assert isinstance(nbmlops.compare(), ComparisonView)

    def test_without_anywidget_it_is_the_static_view(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "nbmlops.widgets.live_view", None)
        some_runs()
        assert isinstance(nbmlops.compare(), ComparisonView)

    def test_its_state_is_set_from_python(self) -> None:
        ids = some_runs()
        widget = nbmlops.compare(where="params.depth > 0")
        assert widget.where == "params.depth > 0"
        assert widget.order_by == "-metrics.accuracy"
        widget.selected_runs = [ids[0][:8], "churn-1", ids[0]]
        assert widget.selected_runs == ids[:2]
        with pytest.raises(traitlets.TraitError, match="nothing"):
            widget.selected_runs = ["nothing"]
        assert widget.selected_runs == ids[:2]

    def test_a_condition_that_cannot_be_read_raises_nothing_and_says_where(self) -> None:
        some_runs()
        widget = nbmlops.compare()
        widget.where = "params.depth >> 1"
        assert widget.where_error is not None
        assert widget.where_error.column == 14
        answer = ask(widget, "page", query={"where": widget.where})
        assert (answer["error"]["code"], answer["error"]["column"]) == ("where", 14)
        widget.where = ""
        assert widget.where_error is None

    def test_it_answers_what_the_view_asks(self) -> None:
        ids = some_runs()
        widget = nbmlops.compare()
        query = {**widget._scope, "order_by": "metrics.accuracy", "descending": True, "limit": 2}
        page = ask(widget, "page", query=query)["result"]
        assert [row["id"] for row in page["rows"]] == [ids[2], ids[1]]
        assert page["total"] == 3
        (series,) = ask(widget, "series", ids=[ids[0]], key="loss")["result"]
        assert series["values"] == [1.0, 0.5, 1 / 3]
        assert ask(widget, "details", run_id=ids[0])["result"]["row"]["name"] == "churn-0"
        ask(widget, "change", ids=ids[:1], tags={"team": "growth"})
        assert nbmlops.run_info(ids[0]).tags == {"team": "growth"}
        compared = ask(widget, "comparison", ids=ids[:2], baseline=ids[0])["result"]
        assert [run["label"] for run in compared["runs"]] == ["churn-0", "churn-1"]

    @pytest.mark.parametrize(
        ("method", "args"),
        [
            ("nonsense", {}),
            ("__init__", {}),
            ("page", {"query": 3}),
            ("details", {}),
            ("series", {"ids": None}),
        ],
    )
    def test_a_question_that_makes_no_sense_is_answered_with_an_error(self, method: str, args: Any) -> None:
        some_runs(count=1)
        assert "error" in ask(nbmlops.compare(), method, **args)

    def test_what_is_no_question_gets_no_answer(self) -> None:
        some_runs(count=1)
        channel = nbmlops.compare()._channel
        assert [channel.answer(message) for message in (None, "page", [], {"method": "page"})] == [None] * 4

    def test_the_static_view_stands_in_the_notebook_in_an_output_of_its_own(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        some_runs()
        widget = nbmlops.compare()
        outputs = published(widget, monkeypatch)
        assert [sorted(output) for output in outputs] == [
            ["text/html", "text/plain"],
            ["image/png", "image/svg+xml", "text/plain"],
            [WIDGET_MIME, "text/plain"],
        ]
        assert "churn-2" in outputs[0]["text/html"]
        assert sum(len(json.dumps(output)) for output in outputs) < 200_000

    def test_what_was_measured_on_other_data_is_told_to_the_view(self) -> None:
        ids = []
        for number, rows in enumerate((10, 10, 12)):
            data = Input("X_test", "array", fingerprint=Fingerprint(f"c1:{rows}", "s1:0"), shape=(rows,))
            with nbmlops.start_run(f"r{number}", experiment="churn") as run:
                run.write_inputs([input_to_doc(data)])
                nbmlops.log_metric("accuracy", 0.9 + number / 100)
            ids.append(run.id)
        widget = nbmlops.compare()
        assert list(widget._apart) == [ids[2]]
        assert "another X_test" in widget._apart[ids[2]]
        assert widget._cautions[0].startswith("Not the same data:")

    def test_one_bundle_holds_it_all_for_who_asks(self) -> None:
        some_runs()
        bundle, _ = nbmlops.compare()._repr_mimebundle_()
        assert {WIDGET_MIME, "text/html", "image/svg+xml", "image/png", "text/plain"} == set(bundle)
        assert bundle[WIDGET_MIME]["model_id"]

    def test_its_state_holds_no_front_end(self) -> None:
        some_runs()
        assert len(json.dumps(nbmlops.compare().get_state(), default=str)) < 5_000

    def test_exported_by_nbconvert_the_static_view_is_what_shows(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nbconvert = pytest.importorskip("nbconvert")
        some_runs()
        outputs = [
            nbformat.v4.new_output("display_data", data=data)
            for data in published(nbmlops.compare(), monkeypatch)
        ]
        cell = nbformat.v4.new_code_cell("w", outputs=outputs)
        html, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
        assert "Best: churn-2" in html
        assert "data:image/svg+xml" in html
        assert "model_id" not in html


def published(widget: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    outputs: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data, **_: outputs.append(data))
    widget._ipython_display_()
    return outputs


# Which runs -------------------------------------------------------------------------------------------------


def test_of_several_experiments_the_newest_runs_is_taken_and_the_others_are_named() -> None:
    some_runs("sales", 1)
    some_runs("churn", 2)
    view = nbmlops.compare()
    assert {run.experiment for run in view.runs} == {"churn"}
    assert view.caption == "experiment churn; 1 other: sales"
    assert "experiment churn; 1 other: sales" in view.html
    assert "experiment churn; 1 other: sales" in repr(view)


def test_ids_and_conditions_may_mix_experiments() -> None:
    (one,) = some_runs("sales", 1)
    (two,) = some_runs("churn", 1)
    assert {run.experiment for run in nbmlops.compare(one, two).runs} == {"sales", "churn"}
    either = nbmlops.compare(where='experiment == "sales" or experiment == "churn"')
    assert {run.experiment for run in either.runs} == {"sales", "churn"}
    assert either.caption == ""


def test_one_experiment_needs_no_caption() -> None:
    some_runs("churn", 2)
    assert nbmlops.compare().caption == ""
    some_runs("sales", 1)
    assert nbmlops.compare(experiment="churn").caption == ""


@pytest.mark.usefixtures("in_a_notebook")
class TestTable:
    def test_it_has_the_runs_of_all_experiments(self) -> None:
        some_runs("churn")
        some_runs("fraud", 1)
        widget = nbmlops.table()
        assert isinstance(widget, LiveView)
        assert widget._place == {"view": "runs", "experiment": ""}
        page = ask(widget, "page", query=widget._scope)["result"]
        assert page["total"] == 4
        assert "fraud-0" in widget.html
        assert "churn-1" in repr(widget)

    def test_it_has_those_of_one_experiment_and_a_condition(self) -> None:
        some_runs("churn")
        some_runs("fraud", 1)
        widget = nbmlops.table(experiment="churn", where="params.depth > 0")
        assert widget._scope == {"experiment": "churn"}
        assert widget.where == "params.depth > 0"
        assert "churn-0" not in repr(widget)

    def test_outside_of_a_notebook_it_is_the_static_view(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live, "_in_kernel", lambda: False)
        some_runs()
        assert isinstance(nbmlops.table(), ComparisonView)


@pytest.mark.usefixtures("in_a_notebook")
class TestBaseline:
    def test_it_is_set_when_made_and_from_python(self) -> None:
        ids = some_runs()
        widget = nbmlops.compare(baseline="churn-1")
        assert widget.baseline == ids[1]
        widget.baseline = ids[2][:10]
        assert widget.baseline == ids[2]
        with pytest.raises(traitlets.TraitError, match="nothing"):
            widget.baseline = "nothing"
        widget.baseline = ""
        assert widget.baseline == ""

    def test_runs_that_are_named_are_compared_at_once(self) -> None:
        ids = some_runs()
        widget = nbmlops.compare(ids[0], "churn-2")
        assert widget._place == {"view": "compare", "ids": [ids[0], ids[2]]}
        assert widget.selected_runs == [ids[0], ids[2]]

    def test_changes_are_observed(self) -> None:
        ids = some_runs()
        widget = nbmlops.table()
        seen: list[Any] = []
        widget.observe(lambda change: seen.append(change["new"]), "selected_runs")
        widget.set_state({"selected_runs": ids[:1]})  # as the front end does
        assert seen == [ids[:1]]


class TestRun:
    def test_a_terminal_prints_it_as_text(self) -> None:
        ids = some_runs()
        text = lines_of(terminal(), f"nbmlops.run_info({ids[0]!r})")
        assert "churn-0" in text
        assert "RunInfo(" not in text

    @pytest.mark.usefixtures("in_a_notebook")
    def test_a_notebook_shows_it_live_over_a_static_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = some_runs()
        shell = terminal()
        published: list[dict[str, Any]] = []
        monkeypatch.setattr(
            shell.display_pub, "publish", lambda data, *_, **__: published.append(data), raising=True
        )
        shell.run_cell(f"import nbmlops\nnbmlops.run_info({ids[1]!r})")
        static, live_one = published
        assert "churn-1" in static["text/html"]
        assert WIDGET_MIME in live_one
        assert all("churn-1" in static[kind] for kind in ("text/html", "text/plain"))
