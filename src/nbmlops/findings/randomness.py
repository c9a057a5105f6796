"""Chance that no seed rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from nbmlops.findings.found import Found
from nbmlops.findings.situation import Situation

_SEEDS: Final = {
    "numpy": "np.random.seed(…) above, or random_state=…",
    "random": "random.seed(…) above",
    "torch": "torch.manual_seed(…) above",
}


class UnseededRandom:
    """Random numbers are drawn that no seed rules."""

    code = "NB106"
    slug = "unseeded-random"

    def check(self, situation: Situation) -> Iterator[Found]:
        """One finding for each generator."""
        seen: set[str] = set()
        for execution in situation.chosen:
            where = situation.label(execution)
            for package in sorted(execution.unseeded - seen):
                seen.add(package)
                remedy = _SEEDS.get(package, "a seed above")
                text = f"{where} draws random numbers ({package}) that no seed rules: set {remedy}"
                line = execution.marks.get(f"<draws:{package}>", 0)
                yield Found(text, package, execution.index, line)
            if "<entropy>" in execution.marks and "" not in seen:
                seen.add("")
                text = f"{where} makes a random generator without a seed"
                yield Found(text, "", execution.index, execution.marks["<entropy>"])
        for execution, metric, flows in situation.results():
            if "<token>" in flows:
                text = f"{metric} comes from numbers that the system makes up each time"
                yield Found(text, metric, execution.index)


class SetOrder:
    """Something goes through a set of texts, whose order is another one in each process."""

    code = "NB111"
    slug = "set-order"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Only where hashes are salted, as they are by default."""
        if not situation.is_file and os.environ.get("PYTHONHASHSEED", "random") not in ("", "random"):
            return
        for execution in situation.chosen:
            if "<set order>" in execution.marks:
                text = (
                    f"{situation.label(execution)} goes through a set, in an order that differs from process to "
                    "process: sort it"
                )
                yield Found(text, "", execution.index, execution.marks["<set order>"])
