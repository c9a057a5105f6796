"""The words of a `%%track` line as options."""

from __future__ import annotations

from nbmlops.capture.header import Header
from nbmlops.capture.metric_requests import parse_metric_requests
from nbmlops.errors import MagicUsageError
from nbmlops.magics.arguments import split, track_parser
from nbmlops.tracking.options import CellOptions


class TrackUsageError(MagicUsageError, SyntaxError):
    """Raised while the cell is read: IPython shows it in one line and does not run the cell."""


def read_header(header: Header) -> CellOptions:
    """The options of a cell's header.

    Raises:
        MagicUsageError: a flag is unknown, its value is wrong, or the line stands twice.
    """
    if header.repeated:
        raise MagicUsageError("%%track stands twice at the head of this cell: one run is recorded, keep one")
    return parse_track(header.line)


def parse_track(line: str) -> CellOptions:
    """The options of a `%%track` line.

    Raises:
        MagicUsageError: a flag is unknown or its value is wrong.
    """
    words = track_parser().parse_args(split(line))
    models: tuple[str, ...] | None = tuple(words.model) if words.model else None
    return CellOptions(
        name=words.name,
        experiment=words.experiment,
        tags=dict(words.tag),
        params=tuple(words.params),
        metrics=parse_metric_requests(words.metrics) if words.metrics else (),
        data=tuple(words.data),
        models=() if words.no_model else models,
        note=words.note,
        nested=words.nested,
        records_data=not words.no_data,
        keeps_data=words.keep_data,
        quiet=words.quiet,
    )
