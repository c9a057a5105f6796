"""The demo runs once, for all the tests of this module; each looks at another part of what it made."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser

import nbformat
import pytest

from nbmlops.config import StoreLocation
from nbmlops.demo import DemoResult, run_demo
from nbmlops.demo.example import EXPERIMENT, read_example
from nbmlops.errors import ValueRefusedError
from nbmlops.records import RunInfo, RunStatus
from nbmlops.store.run_query import RunQuery
from nbmlops.widgets.comparison import ComparisonView, comparison_view
from nbmlops.workspace import Workspace

pytestmark = pytest.mark.slow

Steps = list[tuple[int, int, str]]


def silent(_done: int, _total: int, _text: str) -> None:
    pass


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoResult, Steps]:
    steps: Steps = []
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    return run_demo(folder, on_progress=lambda *step: steps.append(step)), steps


@pytest.fixture(scope="module")
def demo(made: tuple[DemoResult, Steps]) -> DemoResult:
    return made[0]


@pytest.fixture(scope="module")
def workspace(demo: DemoResult) -> Iterator[Workspace]:
    opened = Workspace(StoreLocation(demo.store), mask=lambda value: value, on_trouble=lambda exc: None)
    yield opened
    opened.database.reset()


@pytest.fixture(scope="module")
def view(workspace: Workspace) -> ComparisonView:
    return comparison_view(workspace, experiment=EXPERIMENT)


@pytest.fixture(scope="module")
def runs(view: ComparisonView) -> dict[str, RunInfo]:
    return {run.name: run for run in view.runs}


def test_twelve_runs_are_tracked(demo: DemoResult, runs: dict[str, RunInfo]) -> None:
    assert demo.runs == len(runs) == 12
    assert not [run.degraded for run in runs.values() if run.degraded]


def test_one_run_fails_and_says_why(runs: dict[str, RunInfo]) -> None:
    (failed,) = [run for run in runs.values() if run.status is not RunStatus.FINISHED]
    assert failed.status is RunStatus.FAILED
    assert "feature names should match" in failed.error
    assert "ten-columns" in failed.source
    assert failed.traceback


def test_one_run_leaks_its_test_set_and_is_found_out(runs: dict[str, RunInfo], view: ComparisonView) -> None:
    (leaky,) = [run for run in runs.values() if run.doubts]
    assert leaky.name == "all-rows"
    assert "X_test" in leaky.doubts[0]
    assert leaky.metrics["cost"] == 0
    row = next(row for row in view.comparison.rows if row.run.id == leaky.id)
    assert row.standing == "doubtful"


def test_the_best_run_is_not_the_leaky_one(view: ComparisonView) -> None:
    best = view.comparison.verdict.best
    assert best is not None
    run = view.comparison.rows[best].run
    assert not run.doubts
    assert run.metrics["cost"] > 0


def test_the_goal_is_set_and_met(workspace: Workspace, view: ComparisonView) -> None:
    goal = workspace.experiments.get(EXPERIMENT).goal
    best = view.comparison.verdict.best
    assert goal is not None
    assert best is not None
    assert str(goal) == "cost <= 150"
    assert goal.is_met(view.comparison.rows[best].run.metrics["cost"])


def test_the_notebook_tells_the_truth_about_its_own_numbers(runs: dict[str, RunInfo]) -> None:
    usual = ["logistic", "neighbours", "forest", "boosting"]
    assert all(runs[name].metrics["accuracy"] > 0.93 for name in usual)
    for name in ("logistic", "neighbours", "forest"):
        assert runs[f"{name}-careful"].metrics["cost"] < runs[name].metrics["cost"] / 2
    assert runs["net-fast"].metrics["accuracy"] > runs["net-slow"].metrics["accuracy"]
    assert runs["net-fast"].metrics["cost"] > runs["net-slow"].metrics["cost"]


def test_networks_leave_curves_and_one_run_a_figure_and_its_predictions(runs: dict[str, RunInfo]) -> None:
    curves = {metric.key: metric.count for metric in runs["net-slow"].metric_details}
    assert curves["held_loss"] == curves["fit_loss"] == 80
    kinds = {artifact.kind for artifact in runs["vectors-careful"].artifacts}
    assert {"figure", "predictions", "model"} <= kinds


def test_the_executed_notebook_holds_lines_comparison_and_failure(demo: DemoResult) -> None:
    notebook = nbformat.read(demo.notebook, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    lines = [
        output
        for cell in cells.values()
        if cell.source.startswith("%%track")
        for output in cell.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(lines) == 12
    errors = [
        cell.id for cell in cells.values() for out in cell.get("outputs", ()) if out.output_type == "error"
    ]
    assert errors == ["ten-columns"]
    assert "not counted" in cells["compare"].outputs[0]["data"]["text/html"]
    said = [out for cell in cells.values() for out in cell.get("outputs", ()) if out.output_type == "stream"]
    assert said == [], "a warning or a message that no reader expects"


class Page(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = ("src", "href", "xlink:href", "srcset", "data", "action", "poster")
        self.loads += [value or "" for name, value in attrs if name in names or name.startswith("on")]


def test_the_report_loads_nothing_and_runs_nothing(demo: DemoResult) -> None:
    text = demo.report.read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert {"script", "link", "iframe", "object", "embed", "base"} & set(page.tags) == set()
    assert [target for target in page.loads if not target.startswith(("#", "data:image/"))] == []
    assert not re.search(r"@import|url\((?!['\"]?#)", text)


def test_the_report_shows_the_answer_the_doubt_the_failure_and_the_figure(demo: DemoResult) -> None:
    text = demo.report.read_text(encoding="utf-8")
    for said in (
        "vectors-careful",
        "Goal met",
        "all-rows is not counted",
        "ten-columns did not finish",
        "REPRODUCED",
    ):
        assert said in text
    assert "data:image/png;base64" in text
    assert len(text) < 1_000_000


def test_progress_begins_with_the_kernel_and_ends_with_all_cells(made: tuple[DemoResult, Steps]) -> None:
    steps = made[1]
    total = len(read_example().cells) + 7
    assert steps[0] == (0, total, "starting a kernel")
    assert steps[-1][:2] == (total, total)
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert "run forest" in [text for _, _, text in steps]


def test_the_notebook_is_a_job_with_three_sets_of_parameters_one_misspelt(demo: DemoResult) -> None:
    jobs = [command for command in demo.commands if "job" in command.chapter]
    assert [command.exit_code for command in jobs] == [0, 0, 2]
    assert "Did you mean n_estimators?" in jobs[2].output
    assert len(list((demo.notebook.parent / "executed").glob("train-*.ipynb"))) == 2


def test_the_jobs_are_runs_with_children(workspace: Workspace) -> None:
    table = workspace.finder.table(RunQuery(experiment="diabetes"))
    assert sorted(table.columns["name"]) == ["baseline", "baseline", "model", "model", "train", "train"]
    assert set(table.columns["status"]) == {"FINISHED"}


def test_the_package_passes_its_tests(demo: DemoResult) -> None:
    assert (demo.package / "src/diabetes/core.py").is_file()
    assert "4 passed" in demo.commands[-1].output


def test_the_report_tells_of_jobs_and_package(demo: DemoResult) -> None:
    text = demo.report.read_text(encoding="utf-8")
    assert "$ nbmlops run train.ipynb -e diabetes -p n_estimatrs 300" in text
    assert "refused, exit 2" in text
    assert "4 passed" in text


def test_a_changed_notebook_is_not_overwritten(demo: DemoResult) -> None:
    before = demo.notebook.read_text(encoding="utf-8")
    try:
        demo.notebook.write_text(before + "\n", encoding="utf-8")
        with pytest.raises(ValueRefusedError, match="was changed since"):
            run_demo(demo.notebook.parent, on_progress=silent)
        assert demo.notebook.read_text(encoding="utf-8") == before + "\n"
        assert demo.report.exists()
    finally:
        demo.notebook.write_text(before, encoding="utf-8")


def test_the_table_names_pipelines_by_their_model_and_rounds_what_needs_no_digits(demo: DemoResult) -> None:
    text = demo.report.read_text(encoding="utf-8")
    assert "KNeighborsClassifier after StandardScaler" in text
    assert ">0.047619<" in text
    assert "model.criterion" not in text.partition("<h2>What differs</h2>")[0], "defaults of other classes"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_report_fits_the_window_and_asks_for_nothing(demo: DemoResult, scheme: str, width: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(demo.report.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.close()
    assert [url for url in asked if not url.startswith(("data:", demo.report.as_uri()))] == []
    assert wide <= width
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(13, 17, 23)")
