"""Codes, classes, slugs and pages of findings agree, and asking all of them is quick."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from nbmlops.capture.files import FileWatch
from nbmlops.findings.rules import RULES, check_all, slug_of
from nbmlops.findings.situation import NotebookCell, Situation
from nbmlops.slices.history import Execution, History
from nbmlops.slices.observe import Observer
from nbmlops.slices.traces import FileTraces


def test_codes_rise_and_never_repeat() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert all(re.fullmatch(r"NB1\d\d", code) for code in codes)


def test_a_class_is_named_as_its_slug() -> None:
    for rule in RULES:
        words = re.findall(r"[A-Z][a-z]*", type(rule).__name__)
        assert "-".join(word.lower() for word in words) == rule.slug
        assert slug_of(rule.code) == rule.slug
        assert (type(rule).__doc__ or "").strip()


def test_every_rule_has_its_page(root: Path) -> None:
    folder = root / "docs" / "findings"
    pages = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("NB*.md")}
    assert set(pages) == {rule.code for rule in RULES}
    index = (folder / "index.md").read_text(encoding="utf-8")
    for rule in RULES:
        text = pages[rule.code]
        assert text.startswith(f"# {rule.code} {rule.slug}\n")
        for heading in ("## Example", "## What to do", "## When not to worry"):
            assert heading in text, f"{rule.code} lacks {heading}"
        assert f"[{rule.code}]({rule.code}.md)" in index
        assert f"`{rule.slug}`" in index


def test_asking_all_rules_takes_a_few_milliseconds_at_most() -> None:
    """Two milliseconds on a usual slice; three times that is allowed to a busy machine."""
    history, executions = a_long_session()
    situation = Situation(
        history=history,
        last=executions[-1],
        chosen=tuple(executions),
        traces=FileTraces(),
        document=tuple(NotebookCell(item.cell_id or "", item.raw) for item in executions),
        saved_at=time.time() + 60,
        metric_flows={"total": frozenset(executions[-1].flows["total"])},
    )
    check_all(situation)
    seconds = []
    for _ in range(7):
        began = time.perf_counter()
        assert check_all(situation) == ()
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 0.006


def a_long_session() -> tuple[History, list[Execution]]:
    """Forty cells that each make something of one frame, and one that takes it all."""
    namespace: dict[str, Any] = {}
    observer = Observer(namespace, FileWatch())
    cells = ["import numpy as np", "np.random.seed(0)", "rows = list(np.random.rand(100))"]
    cells += [f"c{i} = sum(rows) + {i}\nd{i} = [x for x in range(3)]" for i in range(40)]
    cells.append("total = " + " + ".join(f"c{i}" for i in range(40)))
    for at, cell in enumerate(cells):
        watched = observer.before(cell, cell, cell_id=f"c{at}", execution_count=at + 1)
        exec(cell, namespace)
        observer.after(watched, ok=True)
    return observer.history, observer.history.executions
