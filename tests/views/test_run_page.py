from __future__ import annotations

from dataclasses import replace

from samples import ERROR, LEAK, twelve_runs
from sanitised import tags_of, text_of

from nbmlops.records import OutputTails, Param, RunInfo
from nbmlops.views.run_page import run_html, run_text

HOSTILE = "</pre><script>alert(1)</script>\u202e"


def named(name: str) -> RunInfo:
    return next(run for run in twelve_runs() if run.name == name)


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


def test_in_a_terminal_it_fits_the_width() -> None:
    table = run_text(named("svm"), 80).split("source")[0]
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "accuracy  0.9298" in table


def test_hostile_content_is_only_text() -> None:
    run = replace(
        named("svm"), name=HOSTILE, source=HOSTILE * 3, note=HOSTILE,
        traceback="\x1b[31mred\x1b[0m" + HOSTILE, output=OutputTails(HOSTILE, HOSTILE, (HOSTILE,)),
        param_details=(Param(HOSTILE, {HOSTILE: [HOSTILE]}),),
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
