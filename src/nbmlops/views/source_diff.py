"""What differs between the sources of cells and between the environments that they ran in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff

from nbmlops.records.runs import RunInfo
from nbmlops.views.compared import Setting, SourceDiff, Version

_MOST_LINES = 3000  # difflib needs quadratic time in the worst case


def diff_sources(runs: Sequence[RunInfo], labels: Sequence[str], reference: int) -> tuple[SourceDiff, ...]:
    """Every other run's source against the reference's; runs that left no source are passed over."""
    old = runs[reference].source if runs else ""
    if not old:
        return ()
    return tuple(
        SourceDiff(labels[reference], labels[index], tuple(_diff(old, run.source)))
        for index, run in enumerate(runs)
        if index != reference and run.source
    )


def diff_environments(runs: Sequence[RunInfo]) -> tuple[Setting, ...]:
    """Python, platform and packages that are not the same in all runs that know theirs."""
    settings = (
        Setting(name, tuple(Version(text, tuple(rows)) for text, rows in versions.items()))
        for name, versions in _versions(runs).items()
    )
    return tuple(setting for setting in settings if len(setting.versions) > 1)


def _diff(old: str, new: str) -> Iterator[str]:
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return
    if max(len(before), len(after)) > _MOST_LINES:
        yield f"@@ {len(before)} and {len(after)} lines: too long to compare @@"
        return
    yield from list(unified_diff(before, after, lineterm="", n=2))[2:]


def _versions(runs: Sequence[RunInfo]) -> Mapping[str, Mapping[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    known = [(i, run.environment) for i, run in enumerate(runs) if run.environment is not None]
    packages = sorted({name for _, environment in known for name in environment.packages})
    for index, environment in known:
        found["Python"][environment.python].append(index)
        found["platform"][environment.platform].append(index)
        if environment.packages:
            for name in packages:
                found[name][environment.packages.get(name, "not installed")].append(index)
    return found
