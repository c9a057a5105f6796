"""`%nbmlops doctor`: what of the session is stale, and what to run again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from nbmlops.errors import MagicUsageError
from nbmlops.findings.rules import slug_of
from nbmlops.views.markup import plain

if TYPE_CHECKING:
    from nbmlops.findings.doctor import Diagnosis, StaleCell, TrackedCellState
    from nbmlops.magics.extension import TrackingExtension

_FAINT = "color:var(--jp-ui-font-color2,#6b7280)"
_CODE = "font-family:var(--jp-code-font-family,monospace)"
_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top"


def doctor(extension: TrackingExtension | None, *, as_json: bool) -> DoctorView | None:
    """Looks at the session; prints JSON when asked.

    Raises:
        MagicUsageError: the extension isn't loaded.
    """
    if extension is None:
        raise MagicUsageError("There is no session to look at: run %load_ext nbmlops first.")
    diagnosis = extension.proofs.diagnose()
    if as_json:
        print(json.dumps(diagnosis.to_doc(), indent=2))
        return None
    return DoctorView(diagnosis)


@dataclass(frozen=True, slots=True)
class DoctorView:
    """A diagnosis as a notebook and as a terminal show it."""

    diagnosis: Diagnosis

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        stale = self.diagnosis.stale
        lines = [_headline(self.diagnosis)]
        labels = [_label(cell.execution_count) for cell in stale]
        width = max(map(len, labels), default=0)
        for label, cell in zip(labels, stale, strict=True):
            lines.append(f"  {label:<{width}}  {_what(cell)}")
            lines += [f"  {'':<{width}}    {plain(why, 200)}" for why in cell.why]
        if stale:
            lines += ["", _order(self.diagnosis)]
        findings = [cell for cell in self.diagnosis.tracked if cell.findings]
        if findings:
            lines += ["", "Tracked cells, as they stand now:"]
        for tracked in findings:
            lines += [f"  {_label(tracked.execution_count)}  {text}" for text in _texts(tracked)]
        return lines

    def _repr_html_(self) -> str:
        parts = [f"<div><strong>{escape(_headline(self.diagnosis))}</strong></div>"]
        if self.diagnosis.stale:
            rows = "".join(map(_row, self.diagnosis.stale))
            parts.append(f'<table style="border-collapse:collapse;font:inherit;margin:4px 0">{rows}</table>')
            parts.append(f"<div>{escape(_order(self.diagnosis))}</div>")
        findings = [cell for cell in self.diagnosis.tracked if cell.findings]
        if findings:
            rows = "".join(map(_finding_rows, findings))
            parts.append(
                f'<div style="margin-top:8px">Tracked cells, as they stand now:</div>'
                f'<table style="border-collapse:collapse;font:inherit;margin:4px 0">{rows}</table>'
            )
        return f'<div class="nbmlops-doctor">{"".join(parts)}</div>'


def _headline(diagnosis: Diagnosis) -> str:
    n = len(diagnosis.stale)
    if n == 0:
        return "Nothing is stale."
    return f"{n} of {diagnosis.cells} cells {'is' if n == 1 else 'are'} stale."


def _order(diagnosis: Diagnosis) -> str:
    return f"Run again, in this order: {', '.join(_label(cell.execution_count) for cell in diagnosis.stale)}"


def _label(count: int | None) -> str:
    return "[ ]" if count is None else f"[{count}]"


def _what(cell: StaleCell) -> str:
    """What it made, else how it begins."""
    names = ", ".join(cell.names[:6]) + (" …" if len(cell.names) > 6 else "")
    return plain(names or cell.first_line, 100)


def _texts(cell: TrackedCellState) -> list[str]:
    return [plain(f"{item.code} {slug_of(item.code)}: {item.message}", 200) for item in cell.findings]


def _row(cell: StaleCell) -> str:
    why = "<br>".join(escape(plain(text, 200)) for text in cell.why)
    return (
        f'<tr><td style="{_CELL};{_CODE}">{_label(cell.execution_count)}</td>'
        f'<td style="{_CELL};{_CODE}">{escape(_what(cell))}</td><td style="{_CELL};{_FAINT}">{why}</td></tr>'
    )


def _finding_rows(cell: TrackedCellState) -> str:
    return "".join(
        f'<tr><td style="{_CELL};{_CODE}">{_label(cell.execution_count)}</td>'
        f'<td style="{_CELL}">{escape(text)}</td></tr>'
        for text in _texts(cell)
    )
