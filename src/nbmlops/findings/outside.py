"""What comes from outside of the notebook: time, the network, whoever is asked, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from nbmlops.capture.files import is_remote
from nbmlops.findings.found import Found
from nbmlops.findings.situation import Situation
from nbmlops.slices.history import Execution


class Clock:
    """A time goes into a metric: it is another one each time."""

    code = "NB107"
    slug = "clock"

    def check(self, situation: Situation) -> Iterator[Found]:
        """One finding for each metric; a check of the run leaves it out."""
        for metric, flows in situation.metric_flows.items():
            if "<clock>" in flows:
                yield Found(f"{metric} comes from a clock: it never decides whether a run is reproduced", metric,
                            *_place(situation, metric, "<clock>"))  # fmt: skip


class Network:
    """Something was taken from the network, which may give another answer tomorrow."""

    code = "NB108"
    slug = "network"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Metrics that an answer went into, and hosts that cells of the slice spoke to."""
        for metric, flows in situation.metric_flows.items():
            if "<network>" in flows:
                place = _place(situation, metric, "<network>")
                yield Found(f"{metric} comes from what the network answered", metric, *place)
        for execution in situation.chosen:
            for host in _hosts(execution):
                text = f"{situation.label(execution)} asked {host}: it may answer something else tomorrow"
                yield Found(text, host, execution.index, execution.marks.get("<network>", 0))
            if situation.is_file and "<network>" in execution.marks and not execution.hosts:
                text = f"{situation.label(execution)} asks the network: it may answer something else tomorrow"
                yield Found(text, "", execution.index, execution.marks["<network>"])


def _hosts(execution: Execution) -> list[str]:
    urls = [urlsplit(path) for path in execution.reads if is_remote(path)]
    return list(dict.fromkeys([*execution.hosts, *(url.hostname or url.scheme for url in urls)]))


def _place(situation: Situation, metric: str, mark: str) -> tuple[int | None, int]:
    """Where a metric of the tracked cell, or of one of a file's, is made."""
    execution = situation.last or next((item for item in situation.chosen if metric in item.metrics), None)
    return (None, 0) if execution is None else (execution.index, execution.marks.get(mark, 0))


class MaskedSecret:
    """A secret stands in the source, which is kept without it and can't be run again as it is."""

    code = "NB112"
    slug = "masked-secret"

    def check(self, situation: Situation) -> Iterator[Found]:
        """One finding for each cell."""
        for execution in situation.chosen:
            if execution.index in situation.masked:
                text = (
                    f"{situation.label(execution)} holds a secret, and is kept without it: it can't be run again "
                    "as it is. Read the secret with nbmlops.secret or from the environment"
                )
                yield Found(text, "", execution.index)


class Asked:
    """Somebody was asked for something that the run doesn't know."""

    code = "NB116"
    slug = "asked"

    def check(self, situation: Situation) -> Iterator[Found]:
        """One finding for each cell that asks."""
        for execution in situation.chosen:
            if "<input>" in execution.marks:
                text = f"{situation.label(execution)} asks for input, and the answer is not recorded"
                yield Found(text, "", execution.index, execution.marks["<input>"])
