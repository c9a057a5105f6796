from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from samples import ERROR, LEAK, twelve_runs
from sanitised import tags_of, text_of

from nbmlops.records import (
    Difference,
    Environment,
    Finding,
    LocalModule,
    MetricCheck,
    OutputTails,
    Param,
    Reproduction,
    RunInfo,
    SliceCell,
    Verdict,
)
from nbmlops.views.run_page import run_html, run_text

CHECKED = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
HOSTILE = "</pre><script>alert(1)</script>\u202e"


def named(name: str) -> RunInfo:
    return next(run for run in twelve_runs() if run.name == name)


def proven(run: RunInfo) -> RunInfo:
    """The run as one that was checked, with all that a proof can hold."""
    metrics = (
        MetricCheck("roc_auc", 0.97, 0.96, False), MetricCheck("accuracy", 0.93, 0.93, True),
        MetricCheck("seconds", 1.2, 1.4, False, decides=False),
    )  # fmt: skip
    check = Reproduction(
        Verdict.DIFFERS, CHECKED, metrics, Difference(1, 3, "X_train", "a1b2", "99ff"),
        notices=("scikit-learn was 1.6.1, is 1.7.0.",),
    )  # fmt: skip
    cells = (
        SliceCell("import pandas as pd\n\n# all of them\ndf = pd.read_csv('churn.csv')", None, 1, "df is read by cell [3]"),
        SliceCell("X_train = df.sample(100)", None, 3, "X_train is read by cell [4]", failed=True),
        SliceCell(run.source, None, 4),
    )  # fmt: skip
    return replace(
        run, verdict=check.verdict, reproduction=check, slice=cells,
        modules=(LocalModule("features", "/home/ann/features.py", "9f" * 32, "-a\n+b"),),
        findings=(
            Finding("NB101", "X_train came from a cell that was changed afterwards.", "X_train"),
            Finding("NB203", "randomness was drawn with no seed", "numpy"),
        ),
    )  # fmt: skip


def test_a_run_shows_everything_that_was_kept_of_it() -> None:
    text = text_of(run_html(named("svm")))
    for said in ("svm", "finished", "accuracy 0.930", "clf.gamma scale", "and 2 defaults that nobody chose",
                 "X_test dataframe 114 × 30", "clf model, 48.2 kB", "ConvergenceWarning", "team=growth",
                 "fitted", "breast-cancer.ipynb [12]"):  # fmt: skip
        assert said in text
    assert named("svm").id in text


def test_a_failed_run_shows_its_error_before_all_else() -> None:
    text = text_of(run_html(named("logistic-l1")))
    assert text.index(ERROR) < text.index("Parameters") < text.index("Traceback")
    assert "failed" in text


def test_findings_stand_plainly_at_the_run() -> None:
    assert LEAK in text_of(run_html(named("forest-all")))
    assert LEAK in " ".join(run_text(named("forest-all"), 200).split())


def test_a_run_says_whether_it_can_be_believed_and_on_what_it_depended() -> None:
    run = proven(named("svm"))
    for text in (text_of(run_html(run)), " ".join(run_text(run, 200).split())):
        for said in (
            "≠ DIFFERS: 1 of 2 metrics came out otherwise", "roc_auc", "first difference is in cell [3] (2 of the slice)",
            "X_train was a1b2, is 99ff", "scikit-learn was 1.6.1, is 1.7.0.", "does not decide",
            "NB101 X_train came from a cell that was changed afterwards", "NB203 numpy: randomness was drawn with no seed",
            "epends on 2 cells", "[1] df = pd.read_csv('churn.csv')", "df is read by cell [3]", "it failed",
            "features: /home/ann/features.py, 9f9f9f9f, changed since the commit",
        ):  # fmt: skip
            assert said in text
    assert "import pandas" in text_of(run_html(run))  # the whole source, behind a disclosure
    assert "Verdict" not in run_html(named("svm"))
    assert "depends on" not in run_text(named("svm"))


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ((MetricCheck("a", 0.1 + 0.2, 0.3, False),), "a  was 0.30000000000000004, is 0.29999999999999999"),
        ((MetricCheck("a", 0.5, None, False),), "a  was 0.5, is –"),
        ((MetricCheck("a", float("nan"), 1.0, False),), "a  was NaN, is 1"),
    ],
)
def test_a_metric_that_differs_shows_the_digits_that_tell(
    metrics: tuple[MetricCheck, ...], said: str
) -> None:
    check = Reproduction(Verdict.DIFFERS, CHECKED, metrics)
    assert said in run_text(replace(named("svm"), verdict=Verdict.DIFFERS, reproduction=check))


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (Reproduction(Verdict.REPRODUCED, CHECKED, (MetricCheck("a", 1.0, 1.0, True),) * 2),
         "✓ REPRODUCED: all 2 metrics bit for bit (checked 2026-11-20 14:03:00 UTC)"),
        (Reproduction(Verdict.REPRODUCED, CHECKED, (MetricCheck("a", 1.0, 1.0, True),), tolerance=1e-6, seconds=2,
                      fresh_environment=True),
         "1 metric within 1e-06 (checked 2026-11-20 14:03:00 UTC, in a fresh environment, took 2.0 s)"),
        (Reproduction(Verdict.CANNOT, CHECKED, missing=("churn.csv is gone: put it back.",)),
         "? CANNOT: 1 thing in the way"),
    ],
)  # fmt: skip
def test_a_verdict_is_said_in_one_line(check: Reproduction, said: str) -> None:
    text = run_text(replace(named("svm"), verdict=check.verdict, reproduction=check), 200)
    assert said in text
    assert all(reason in text for reason in check.missing)


def test_in_a_terminal_it_fits_the_width() -> None:
    table = run_text(named("svm"), 80).split("source")[0]
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "accuracy  0.9298" in table


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_packages_are_named_whole_as_far_as_there_is_room(width: int) -> None:
    packages = {f"package{n:02}": f"1.{n}" for n in range(40)}
    run = replace(named("svm"), environment=Environment("3.11.9", "Linux", packages))
    line = next(line for line in run_text(run, width).splitlines() if line.startswith("  packages"))
    *some, rest = line.removeprefix("  packages").strip().split(", ")
    assert len(line) <= width
    assert some == [f"{name} {version}" for name, version in packages.items()][: len(some)]
    assert len(some) >= (width - 45) // 20
    assert rest == f"all 40: nbmlops env {run.short_id}"
    few = replace(run, environment=Environment("3.11.9", "Linux", {"numpy": "2.2"}))
    assert "packages  numpy 2.2\n" in run_text(few, width)


def test_a_job_shows_the_runs_of_its_cells() -> None:
    job = replace(named("svm"), name="nightly", kind="job")
    cells = [replace(one, parent=job.id) for one in (named("tree"), named("logistic-l1"))]
    text = run_text(job, 100, parts=cells)
    assert " · a job" in text or "  a job · " in text
    assert f"● {cells[0].short_id}  tree         accuracy 0.9386" in text
    assert f"✕ {cells[1].short_id}  logistic-l1  ValueError: Solver lbfgs" in text
    assert max(map(len, text.split("metrics")[0].splitlines())) <= 100
    assert f"part of {job.short_id}" in run_text(cells[0], 200)
    assert "runs of its cells" not in run_text(cells[0])


def test_hostile_content_is_only_text() -> None:
    run = replace(
        named("svm"), name=HOSTILE, source=HOSTILE * 3, note=HOSTILE,
        traceback="\x1b[31mred\x1b[0m" + HOSTILE, output=OutputTails(HOSTILE, HOSTILE, (HOSTILE,)),
        param_details=(Param(HOSTILE, {HOSTILE: [HOSTILE]}),), findings=(Finding(HOSTILE, HOSTILE, HOSTILE),),
        slice=(SliceCell(HOSTILE, HOSTILE, 1, HOSTILE),) * 2, modules=(LocalModule(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        cwd=HOSTILE, verdict=Verdict.CANNOT,
        reproduction=Reproduction(Verdict.CANNOT, CHECKED, (MetricCheck(HOSTILE, 1, 2, False),), missing=(HOSTILE,)),
    )  # fmt: skip
    html = run_html(run)
    assert "script" not in {tag for tag, _ in tags_of(html)}
    assert not {"\x1b", "\u202e"} & set(html + run_text(run))


def test_a_huge_run_is_cut_and_says_so() -> None:
    run = replace(
        named("svm"),
        source="x\n" * 1_000_000,
        param_details=tuple(Param(f"p{i}", "v" * 10_000) for i in range(5000)),
    )
    html = run_html(run)
    assert len(html) < 100_000
    assert "and 4\u2009900 more" in html or "4900 more" in html
    assert "not shown" in html
