"""`%track --amend`: mends a run that has ended, without training again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nbmlops.capture.metric_requests import parse_metric_requests, resolve
from nbmlops.capture.scope import CellScope
from nbmlops.errors import MagicUsageError
from nbmlops.workspace import Workspace

if TYPE_CHECKING:
    from nbmlops.magics.extension import TrackingExtension


def amend(extension: TrackingExtension, words: argparse.Namespace) -> None:
    """Does what the flags ask for, and says what was done.

    Raises:
        MagicUsageError: no run was tracked yet, or a key or variable does not exist.
    """
    workspace, mask = extension.session.workspace, extension.session.secrets.scrub_tree
    run_id = _run_id(extension, workspace, words.run)
    done = []
    if words.drop:
        done.append(f"dropped {', '.join(_drop(workspace, run_id, words.drop))}")
    if words.metrics:
        done.append(f"metrics {', '.join(_set_metrics(extension, workspace, run_id, words.metrics))}")
    if words.tag:
        workspace.runs.set_tags(run_id, mask(dict(words.tag)))
        done.append("tags set")
    if words.note:
        workspace.runs.add_note(run_id, mask(words.note))
        done.append("note added")
    if words.name:
        workspace.runs.rename(run_id, mask(words.name))
        done.append(f"renamed to {words.name}")
    if not done:
        raise MagicUsageError(
            "%track --amend needs something to do: --drop, --metrics, --tag, --note or --name"
        )
    print(f"{run_id[:8]} amended: {'; '.join(done)}")


def _run_id(extension: TrackingExtension, workspace: Workspace, prefix: str | None) -> str:
    if prefix is not None:
        return workspace.resolve([prefix])[0]
    if extension.last_run is None:
        raise MagicUsageError("No run was tracked in this session: name one with --run ID")
    workspace.sync()
    return extension.last_run.id


def _drop(workspace: Workspace, run_id: str, keys: list[str]) -> list[str]:
    dropped = workspace.runs.drop_keys(run_id, keys)
    missing = sorted(set(keys) - set(dropped))
    if missing:
        raise MagicUsageError(f"The run {run_id[:8]} has no parameter or metric {', '.join(missing)}")
    return dropped


def _set_metrics(extension: TrackingExtension, workspace: Workspace, run_id: str, spec: str) -> list[str]:
    """Directions of metrics that the run has; values of variables that it has not recorded."""
    requests = parse_metric_requests(spec)
    known = {metric.key for metric in workspace.runs.info(run_id).metric_details}
    missing = tuple(request for request in requests if request.key not in known)
    found = resolve(missing, after=extension.shell.user_ns, scope=CellScope())
    if found.unresolved:
        raise MagicUsageError(" ".join(reason for _, reason in found.unresolved))
    run = workspace.attach(run_id)
    for request in requests:
        if request.key in known and request.direction:
            run.describe_metric(request.key, direction=request.direction, origin="explicit")
    for metric in found.scalars:
        run.log_metric(metric.key, metric.last)
        run.describe_metric(metric.key, direction=metric.direction, origin="explicit")
    for series in found.series:
        run.log_series(series.key, series.values)
    workspace.detach(run_id)
    workspace.sync()
    return [request.key for request in requests]
