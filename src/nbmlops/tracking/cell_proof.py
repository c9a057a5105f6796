"""What a run depended on and what speaks against it, put together from the session's history and kept with it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace

from nbmlops.findings.document import saved_cells
from nbmlops.findings.metric_flows import metric_flows
from nbmlops.findings.rules import check_all
from nbmlops.findings.situation import Situation
from nbmlops.records import Finding, LocalModule
from nbmlops.slices.build import slice_cells
from nbmlops.slices.history import Execution
from nbmlops.slices.observe import Observer
from nbmlops.tracking.context import ContextReader
from nbmlops.tracking.proofs import keep_findings, keep_slice
from nbmlops.tracking.recorder import Recorder


class CellProof:
    """The proof of one execution.

    Args:
        recorder: writes to the store.
        context: reads aside what takes long.
        observer: of the session.
        execution: the tracked one, which is in the history.
    """

    def __init__(
        self, recorder: Recorder, context: ContextReader, observer: Observer, execution: Execution
    ) -> None:
        self._recorder = recorder
        self._context = context
        self._observer = observer
        self._execution = execution
        history = observer.history
        self._reasons = history.closure(execution)
        self._chosen = tuple(history.executions[index] for index in self._reasons)

    def keep_slice(self, run_id: str, *, cwd: str) -> None:
        """Keeps the cells that the run depends on, and the user's modules that it worked with."""
        modules = [self._kept_module(name, path) for name, path in self._modules().items()]
        cells = slice_cells(self._observer.history, self._execution)
        keep_slice(self._recorder, run_id, cells, modules, cwd=cwd)
        if seeds := {name: seed for execution in self._chosen for name, seed in execution.seeds.items()}:
            self._recorder.context(run_id, doc={"seeds": seeds})
        if files := self._files():
            self._context.files_for(run_id, files)
        if modules:
            self._context.diff_for(run_id, {module.name: module.path for module in modules})

    def keep_findings(self, run_id: str, notebook: str | None, metrics: Iterable[str]) -> tuple[Finding, ...]:
        """Asks every rule, and keeps what they find."""
        execution = self._execution
        execution.metrics = metric_flows(metrics, execution, self._observer.history)
        found = self.findings(notebook)
        if found:
            keep_findings(self._recorder, run_id, found)
        return found

    def _masked(self, finding: Finding) -> Finding:
        mask = self._recorder.mask
        return replace(finding, message=mask(finding.message), name=mask(finding.name))

    def findings(self, notebook: str | None) -> tuple[Finding, ...]:
        """What every rule finds now."""
        return tuple(map(self._masked, check_all(self.situation(notebook))))

    def situation(self, notebook: str | None) -> Situation:
        """What rules look at: the execution as it stands now, after all that was executed since."""
        document, saved_at = saved_cells(notebook)
        mask = self._recorder.mask
        return Situation(
            history=self._observer.history,
            last=self._execution,
            chosen=self._chosen,
            traces=self._observer.traces,
            document=document,
            saved_at=saved_at,
            metric_flows=self._execution.metrics,
            modules=self._modules(),
            module_digests=dict(self._observer.modules.digests),
            masked=frozenset(item.index for item in self._chosen if mask(item.raw) != item.raw),
        )

    def _files(self) -> dict[str, float]:
        """The files that cells before the tracked one read, less those that one of them wrote, and when."""
        written = {path for execution in self._chosen for path in execution.writes}
        earlier = [execution for execution in self._chosen if execution is not self._execution]
        return {path: item.ended for item in earlier for path in item.reads if path not in written}

    def _modules(self) -> dict[str, str]:
        """The user's modules that the chosen cells imported, and those that they import in turn."""
        imported = {name for execution in self._chosen for name in execution.modules}
        if any(execution.before_load for execution in self._chosen):
            imported |= {module.__name__ for module in self._observer.origins.local_modules()}
        found = {}
        for name in sorted(imported):
            path = getattr(sys.modules.get(name), "__file__", None)
            if isinstance(path, str):
                found[name] = path
        return found

    def _kept_module(self, name: str, path: str) -> LocalModule:
        """A module with the source that was loaded as a blob; one that holds a secret, or is very large, is told by
        its hash alone.
        """
        known = self._observer.modules
        source = known.sources.get(name)
        if source is not None:
            text = source.decode("utf-8", "replace")
            if self._recorder.mask(text) == text:
                return LocalModule(name, path, self._recorder.blobs.put(source))
        return LocalModule(name, path, known.digests.get(name, ""))
