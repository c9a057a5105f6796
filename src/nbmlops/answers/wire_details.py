"""Everything about one run, as the front end is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nbmlops.answers.wire_runs import wire_number, wire_row, wire_value
from nbmlops.records import (
    Environment,
    GitState,
    Input,
    LocalModule,
    Metric,
    Reproduction,
    RunInfo,
    SliceCell,
)
from nbmlops.records.proof import Need
from nbmlops.records.wire.details import (
    CheckInfo,
    EnvironmentInfo,
    GitInfo,
    InputInfo,
    MetricInfo,
    ModuleInfo,
    NeedInfo,
    RunDetails,
    SliceCellInfo,
)
from nbmlops.views.markup import block
from nbmlops.views.proof_words import (
    cell_mark,
    check_remarks,
    differing_metrics,
    telling_line,
    verdict_sentence,
)

_MOST_SOURCE: Final = 20_000  # characters of one cell of a slice
_MOST_DIFF: Final = 20_000


def wire_details(run: RunInfo) -> RunDetails:
    """Everything about a run."""
    environment, output, used = run.environment, run.output, run.resources
    return {
        "row": wire_row(run),
        "ended": run.ended.timestamp() if run.ended else None,
        "source": run.source,
        "traceback": run.traceback,
        "params": [
            {"key": p.key, "value": wire_value(p.value), "origin": p.origin, "chosen": p.shown}
            for p in run.param_details
        ],
        "metrics": [_metric(metric) for metric in run.metric_details],
        "inputs": [_input(item, run.slice) for item in run.inputs],
        "artifacts": [
            {
                "name": a.name, "kind": a.kind, "media_type": a.media_type, "size": a.size,
                "digest": a.digest, "is_dir": a.is_dir,
            }
            for a in run.artifacts
        ],
        "notices": list(run.notices),
        "check": _check(run.reproduction) if run.reproduction else None,
        "slice": [_slice_cell(run.slice, at) for at in range(len(run.slice) - 1)],
        "needs": _needs(run.slice[-1].needs) if run.slice else [],
        "deleted": run.deleted is not None,
        "modules": [_module(module) for module in run.modules],
        "git": wire_git(run.git) if run.git else None,
        "python": environment.python if environment else "",
        "platform": environment.platform if environment else "",
        "packages": dict(environment.packages) if environment else {},
        "environment": _environment(environment) if environment else None,
        "cwd": run.cwd,
        "cpu_seconds": used.cpu_seconds,
        "peak_rss_bytes": used.peak_rss_bytes,
        "start_rss_bytes": used.start_rss_bytes,
        "gpu_peak_bytes": used.gpu_peak_bytes,
        "stdout": output.stdout,
        "stderr": output.stderr,
        "warnings": list(output.warnings),
        "result": output.result,
    }  # fmt: skip


def _metric(metric: Metric) -> MetricInfo:
    return {
        "key": metric.key,
        "last": wire_number(metric.last),
        "min": wire_number(metric.min),
        "max": wire_number(metric.max),
        "count": metric.count,
        "last_step": metric.last_step,
        "direction": metric.direction,
        "origin": metric.origin,
    }


def wire_git(git: GitState) -> GitInfo:
    """The commit that a run was made at."""
    return {"commit": git.commit, "dirty": git.dirty, "branch": git.branch, "remote": git.remote}


def _module(module: LocalModule) -> ModuleInfo:
    diff = block(module.diff, _MOST_DIFF)
    return {"name": module.name, "path": module.path, "changed": bool(module.diff), "diff": diff}


def _environment(found: Environment) -> EnvironmentInfo:
    return {
        "build": found.build,
        "executable": found.executable,
        "cpus": found.cpus,
        "pools": [{"library": p.library, "version": p.version, "threads": p.threads} for p in found.pools],
        "threads": dict(found.threads),
        "hash_seed": found.hash_seed,
        "seeds": dict(found.seeds),
        "direct": {**found.direct, **found.editable},
    }


def _check(check: Reproduction) -> CheckInfo:
    changes = differing_metrics(check)
    return {
        "verdict": str(check.verdict),
        "checked": check.checked.timestamp(),
        "summary": verdict_sentence(check).partition(": ")[2],
        "metrics": [{"key": k, "then": then, "now": now, "change": by} for k, then, now, by in changes],
        "remarks": list(check_remarks(check)),
    }


def _needs(needs: Iterable[Need]) -> list[NeedInfo]:
    return [{"cell": need.cell, "names": list(need.names)} for need in needs]


def _slice_cell(cells: tuple[SliceCell, ...], at: int) -> SliceCellInfo:
    cell = cells[at]
    taken = [
        name for later in cells[at + 1 :] for need in later.needs if need.cell == at for name in need.names
    ]
    return {
        "mark": cell_mark(cell, at),
        "first": telling_line(cell, taken),
        "reason": cell.reason,
        "failed": cell.failed,
        "source": block(cell.source, _MOST_SOURCE),
        "needs": _needs(cell.needs),
        "reads": list(cell.reads),
        "writes": list(cell.writes),
        "masked": cell.masked,
        "cell_id": cell.cell_id,
    }


def _input(item: Input, cells: tuple[SliceCell, ...]) -> InputInfo:
    return {
        "name": item.name,
        "kind": item.kind,
        "source": item.source,
        "shape": list(item.shape),
        "columns": [column.name for column in item.columns],
        "path": item.path,
        "nbytes": item.nbytes,
        "content": item.fingerprint.content if item.fingerprint else "",
        "schema": item.fingerprint.schema if item.fingerprint else "",
        "note": item.note,
        "profiled": bool(item.profile),
        "kept": bool(item.kept),
        "dvc": item.dvc,
        "maker": _maker(item, cells),
    }


def _maker(item: Input, cells: tuple[SliceCell, ...]) -> int | None:
    """The cell that it came from: that which wrote the file last, or from which the run's own cell takes the name."""
    if item.path:
        writers = [at for at, cell in enumerate(cells[:-1]) if item.path in cell.writes]
        return writers[-1] if writers else None
    needs = cells[-1].needs if cells else ()
    return next((need.cell for need in reversed(needs) if item.name in need.names), None)
