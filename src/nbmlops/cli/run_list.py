"""A list of runs on a terminal: as many columns as fit, the ones that tell most first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbmlops.cli.output import console, grid, terminal_width
from nbmlops.cli.run_columns import (
    RunColumn,
    metric_columns,
    param_columns,
    tag_columns,
    wished_columns,
)
from nbmlops.cli.statuses import STATUS_LOOKS
from nbmlops.records import RunStatus
from nbmlops.records.directions import known_direction
from nbmlops.views.markup import param_text, plain
from nbmlops.views.numbers import count_of, format_column, format_duration, format_number, format_relative
from nbmlops.views.proof_words import VERDICT_LOOKS, finding_codes, verdict_mark, worst_verdict

if TYPE_CHECKING:
    from rich.text import Text

    from nbmlops.store.run_query import RunQuery, RunTable
    from nbmlops.workspace import Workspace

_KEY_CHARS, _VALUE_CHARS, _NOTE_CHARS = 24, 18, 40
_GAP = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is drawn.

    Attributes:
        rank: the lower, the longer it stays where the terminal is narrow.
        place: where it stands, from left to right.
    """

    title: str
    cells: Sequence[Text]
    rank: float
    place: int
    right: bool = False

    @property
    def width(self) -> int:
        """In cells of the terminal."""
        from rich.cells import cell_len

        return max(cell_len(self.title), *(cell.cell_len for cell in self.cells))


def draw_runs(
    workspace: Workspace, table: RunTable, query: RunQuery, wish: str | None, *, all_lines: bool
) -> int:
    """Prints the runs; how many lines they took, identical ones being one."""
    groups = _groups(table, query.limit, all_lines=all_lines or wish is not None)
    lines, times = [group[0] for group in groups], [len(group) for group in groups]
    best = {} if query.deleted else _best(workspace, table)
    if wish is not None:
        shown = [_wished(c, lines, place) for place, c in enumerate(wished_columns(table, wish))]
        fitting = shown
    else:
        shown = [*_columns(table, lines, times, best), *_proof_columns(table, groups)]
        fitting = _fitting(shown, terminal_width())
    view = grid()
    for column in fitting:
        view.add_column(
            plain(column.title, _KEY_CHARS),
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    for at in range(len(lines)):
        view.add_row(*(column.cells[at] for column in fitting))
    console().print(view)
    if left := len(shown) - len(fitting):
        console().print(
            f"{count_of(left, 'more column')}: --columns chooses, --json has all", style="bright_black"
        )
    return sum(times)


def _groups(table: RunTable, limit: int | None, *, all_lines: bool) -> list[list[int]]:
    """The runs that each line stands for, the one that it shows first: identical ones, of one end, are one."""
    groups: dict[Any, list[int]] = {}
    for at, identity in enumerate(table.columns["identity"][:limit]):
        same = at if all_lines or not identity else (identity, table.columns["status"][at])
        groups.setdefault(same, []).append(at)
    return list(groups.values())


def _best(workspace: Workspace, table: RunTable) -> Mapping[tuple[str, str], float]:
    """The best value of each metric whose direction its name tells, by experiment.

    Runs that are suspect (a leak, say) don't count, which is why it is asked of the store.
    """
    names = sorted({name for name in table.columns["experiment"] if name})[:8]
    directed = [(key, way) for key in table.metrics if (way := known_direction(key))][:6]
    found = {(name, key): workspace.finder.best(name, key, way) for name in names for key, way in directed}
    return {pair: value for pair, value in found.items() if value is not None}


def _columns(
    table: RunTable, lines: Sequence[int], times: Sequence[int], best: Mapping[tuple[str, str], float]
) -> Iterator[Shown]:
    columns = table.columns
    yield Shown("id", [_marked_id(columns, at) for at in lines], 0, 0)
    yield Shown(
        "name",
        [_name(columns["name"][at], n, terminal_width() // 4) for at, n in zip(lines, times, strict=True)],
        1,
        1,
    )
    if len({columns["experiment"][at] for at in lines}) > 1:
        yield Shown(
            "experiment",
            [_text(plain(columns["experiment"][at] or "", terminal_width() // 6)) for at in lines],
            2,
            2,
        )
    if any(columns["status"][at] != RunStatus.FINISHED for at in lines):
        yield Shown("status", [_status(columns["status"][at]) for at in lines], 3, 3)
    if any(columns["kind"][at] == "job" for at in lines):  # its cells have runs of their own
        yield Shown("kind", [_text(columns["kind"][at], "bright_black") for at in lines], 3.5, 4)
    for at, metric in enumerate(_telling(metric_columns(table), lines, directed_first=True)):
        yield Shown(metric.key, _metric_cells(metric, lines, columns, best), 4 + at * 3, 100 + at, right=True)
    for at, param in enumerate(c for c in _telling(param_columns(table), lines) if _of(c, lines).differs):
        yield Shown(param.key, _value_cells(param, lines), 5.5 + at * 2, 300 + at, right=_is_numeric(param))
    for at, tag in enumerate(_telling(tag_columns(table), lines)):
        yield Shown(tag.key, _value_cells(tag, lines), 20 + at, 500 + at)
    now = datetime.now(UTC)
    yield Shown("took", [_text(_took(columns["duration"][at])) for at in lines], 9, 800, right=True)
    yield Shown(
        "started",
        [_text(_ago(columns["started"][at], now), "bright_black") for at in lines],
        6,
        900,
        right=True,
    )


def _proof_columns(table: RunTable, groups: Sequence[Sequence[int]]) -> Iterator[Shown]:
    """What checks found and what speaks against the runs, where there is any of it."""
    verdicts = [worst_verdict(table.columns["verdict"][at] for at in group) for group in groups]
    if any(verdicts):
        cells = [_text(verdict_mark(v), VERDICT_LOOKS[v].colour if v else "") for v in verdicts]
        yield Shown("verdict", cells, 4.5, 700)
    found = [[finding for at in group for finding in table.columns["findings"][at]] for group in groups]
    if any(found):
        yield Shown("findings", [_text(finding_codes(some, 3), "yellow") for some in found], 4.7, 710)


def _of(column: RunColumn, lines: Sequence[int]) -> RunColumn:
    return RunColumn(column.name, column.group, column.key, [column.values[at] for at in lines])


def _telling(
    columns: Iterable[RunColumn], lines: Sequence[int], *, directed_first: bool = False
) -> list[RunColumn]:
    """Those that most of these runs have come first; those that none has are left out."""
    counted = [(sum(column.values[at] is not None for at in lines), column) for column in columns]
    ranked = sorted(
        (pair for pair in counted if pair[0]),
        key=lambda pair: (directed_first and known_direction(pair[1].key) is None, -pair[0]),
    )
    return [column for _, column in ranked]


def _fitting(columns: Sequence[Shown], width: int) -> list[Shown]:
    left = width + _GAP
    kept = []
    for column in sorted(columns, key=lambda column: column.rank):
        if column.width + _GAP <= left or column.rank <= 1:
            left -= column.width + _GAP
            kept.append(column)
    return sorted(kept, key=lambda column: column.place)


def _wished(column: RunColumn, lines: Sequence[int], place: int) -> Shown:
    values = [column.values[at] for at in lines]
    if column.name == "id":
        cells = [_text(value[:8]) for value in values]
    elif column.group == "metrics":
        cells = [_text(cell) for cell in format_column(values)]
    elif column.name == "duration":
        cells = [_text(_took(value)) for value in values]
    elif column.name == "started":
        cells = [_text(value[:19].replace("T", " ")) for value in values]
    else:
        cells = [_text("" if value is None else param_text(value, _NOTE_CHARS)) for value in values]
    title = column.name if column.group == "run" else column.key
    return Shown(title, cells, 0, place, right=column.name == "duration" or _is_numeric(column))


def _marked_id(columns: Mapping[str, Sequence[Any]], at: int) -> Text:
    from rich.text import Text

    look = STATUS_LOOKS[RunStatus(columns["status"][at])]
    return Text.assemble((look.sign, look.colour), f" {columns['id'][at][:8]}")


def _name(name: str, times: int, limit: int) -> Text:
    from rich.text import Text

    text = Text(plain(name, limit), "bold")
    return text.append(f" ×{times}", "bright_black not bold") if times > 1 else text


def _status(status: str) -> Text:
    look = STATUS_LOOKS[RunStatus(status)]
    return _text(look.word, look.colour if status != RunStatus.FINISHED else "bright_black")


def _metric_cells(
    metric: RunColumn,
    lines: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
    best: Mapping[tuple[str, str], float],
) -> list[Text]:
    values = [metric.values[at] for at in lines]
    cells = []
    for at, value, text in zip(lines, values, format_column(values), strict=True):
        is_best = (
            value is not None
            and columns["status"][at] == RunStatus.FINISHED
            and value == best.get((columns["experiment"][at], metric.key))
        )
        cells.append(_text(f"★ {text}", "bold green") if is_best else _text("" if value is None else text))
    return cells


def _value_cells(column: RunColumn, lines: Sequence[int]) -> list[Text]:
    values = [column.values[at] for at in lines]
    return [_text("" if value is None else _value(value)) for value in values]


def _value(value: Any) -> str:
    if isinstance(value, float):
        return format_number(value)
    return param_text(value, _VALUE_CHARS)


def _is_numeric(column: RunColumn) -> bool:
    present = [value for value in column.values if value is not None]
    return bool(present) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in present)


def _took(seconds: float | None) -> str:
    return "" if seconds is None else format_duration(seconds)


def _ago(started: float, now: datetime) -> str:
    return format_relative(datetime.fromtimestamp(started, UTC), now)


def _text(content: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(content, style)
