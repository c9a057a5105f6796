"""`%nbmlops doctor`: what of the session is stale, and what to run again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from nbmlops.errors import MagicUsageError
from nbmlops.findings.rules import slug_of
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of

if TYPE_CHECKING:
    from nbmlops.findings.doctor import Diagnosis, StaleCell, TrackedCellState
    from nbmlops.magics.extension import TrackingExtension

_MOST_LABELS = 12
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
        findings = _grouped(self.diagnosis.tracked)
        if findings:
            lines += ["", "Tracked cells, as they stand now:"]
        lines += [f"  {cells}  {text}" for cells, text in findings]
        return lines

    def _repr_html_(self) -> str:
        parts = [f"<div><strong>{escape(_headline(self.diagnosis))}</strong></div>"]
        if self.diagnosis.stale:
            rows = "".join(map(_row, self.diagnosis.stale))
            parts.append(f'<table style="border-collapse:collapse;font:inherit;margin:4px 0">{rows}</table>')
            parts.append(f"<div>{escape(_order(self.diagnosis))}</div>")
        findings = _grouped(self.diagnosis.tracked)
        if findings:
            rows = "".join(_finding_row(cells, text) for cells, text in findings)
            parts.append(
                f'<div style="margin-top:8px">Tracked cells, as they stand now:</div>'
                f'<table style="border-collapse:collapse;font:inherit;margin:4px 0">{rows}</table>'
            )
        return f'<div class="nbmlops-doctor">{"".join(parts)}</div>'


def _headline(diagnosis: Diagnosis) -> str:
    n = len(diagnosis.stale)
    if n == 0:
        found = sum(bool(cell.findings) for cell in diagnosis.tracked)
        if found:
            return f"No cell is stale, but something speaks against {count_of(found, 'tracked cell')}."
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


def _grouped(tracked: Iterable[TrackedCellState]) -> list[tuple[str, str]]:
    """Each finding once, with the cells that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for cell in tracked:
        for item in cell.findings:
            found.setdefault((item.code, item.message), []).append(_label(cell.execution_count))
    return [
        (_cells(labels), plain(f"{code} {slug_of(code)}: {message}", 200))
        for (code, message), labels in found.items()
    ]


def _cells(labels: Sequence[str]) -> str:
    if len(labels) == 1:
        return labels[0]
    more = f" and {len(labels) - _MOST_LABELS} more" if len(labels) > _MOST_LABELS else ""
    return f"{len(labels)} cells: {', '.join(labels[:_MOST_LABELS])}{more}"


def _row(cell: StaleCell) -> str:
    why = "<br>".join(escape(plain(text, 200)) for text in cell.why)
    return (
        f'<tr><td style="{_CELL};{_CODE}">{_label(cell.execution_count)}</td>'
        f'<td style="{_CELL};{_CODE}">{escape(_what(cell))}</td><td style="{_CELL};{_FAINT}">{why}</td></tr>'
    )


def _finding_row(cells: str, text: str) -> str:
    return f'<tr><td style="{_CELL};{_CODE}">{cells}</td><td style="{_CELL}">{escape(text)}</td></tr>'
