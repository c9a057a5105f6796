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
        for execution, metric, flows in situation.results():
            if "<clock>" in flows:
                text = f"{metric} comes from a clock: it never decides whether a run is reproduced"
                yield Found(text, metric, execution.index, execution.marks.get("<clock>", 0))


class Network:
    """Something was taken from the network, which may give another answer tomorrow."""

    code = "NB108"
    slug = "network"

    def check(self, situation: Situation) -> Iterator[Found]:
        """Metrics that an answer went into, and hosts that cells of the slice spoke to."""
        for execution, metric, flows in situation.results():
            if "<network>" in flows:
                line = execution.marks.get("<network>", 0)
                yield Found(f"{metric} comes from what the network answered", metric, execution.index, line)
        for execution in situation.chosen:
            verb = "asks" if situation.is_file else "asked"
            for host in _hosts(execution):
                text = f"{situation.label(execution)} {verb} {host}: it may answer something else tomorrow"
                yield Found(text, host, execution.index, execution.marks.get("<network>", 0))
            if situation.is_file and "<network>" in execution.marks and not _hosts(execution):
                text = f"{situation.label(execution)} asks the network: it may answer something else tomorrow"
                yield Found(text, "", execution.index, execution.marks["<network>"])


def _hosts(execution: Execution) -> list[str]:
    urls = [urlsplit(path) for path in execution.reads if is_remote(path)]
    return list(dict.fromkeys([*execution.hosts, *(url.hostname or url.scheme for url in urls)]))


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
