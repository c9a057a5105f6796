"""`where=` in SQL: on a real database, against the same expression evaluated in Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from nbmlops.records.where import parse_where
from nbmlops.records.where_tree import (
    RUN_FIELDS,
    AllOf,
    AnyOf,
    Compare,
    Field,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
)
from nbmlops.store import tables
from nbmlops.store.values import encode_metric, encode_value
from nbmlops.store.where import to_clause

NAN, INF = math.nan, math.inf


@dataclass(frozen=True)
class Run:
    """A run as a person would think of it."""

    id: str
    name: str = ""
    experiment: str = "churn"
    status: str = "FINISHED"
    kind: str = "cell"
    note: str = ""
    notebook: str | None = None
    source: str = ""
    verdict: str = ""
    findings: str = ""
    started: float = 1.0
    ended: float | None = None
    duration: float | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


PARAM_VALUES = [
    None,
    True,
    False,
    0,
    1,
    8,
    -1,
    1.0,
    0.5,
    NAN,
    INF,
    2**53,
    2**53 + 1,
    2**60,
    "",
    "sqrt",
    "SQRT",
    "8",
    "true",
    "100%",
    "a_b",
    "a\\b",
    "it's",
    "größe",
    [64, 64],
]
SERIES = [(0.5,), (1.0, 0.25), (NAN,), (NAN, 0.5, 1), (INF, 3.0), (8.0,), (0.0, -1.5)]
TEXTS = ["", "forest", "Forest 2", "100%", "a_b", "a-b", "it's", "größe", 'say "hi"', "\\"]


def some_runs() -> list[Run]:
    """Runs in which every value above stands somewhere, beside runs that lack it."""
    runs = []
    for number in range(75):
        params = {
            key: PARAM_VALUES[(number * step + shift) % len(PARAM_VALUES)]
            for key, step, shift in (("x", 1, 0), ("clf.depth", 3, 5), ("odd key", 7, 2))
            if number % (step + 2)
        }
        metrics = {
            key: SERIES[(number + shift) % len(SERIES)]
            for key, shift in (("loss", 0), ("val/loss", 3))
            if (number + shift) % 4
        }
        runs.append(
            Run(
                id=f"{number % 7}{number:031x}",
                name=TEXTS[number % len(TEXTS)],
                experiment=("churn", "demand")[number % 2],
                status=("FINISHED", "FAILED", "RUNNING")[number % 3],
                note=TEXTS[(number * 3) % len(TEXTS)],
                notebook=(None, "a.ipynb", "b.ipynb")[number % 3],
                source="clf.fit(X)" if number % 5 else "",
                verdict=("", "REPRODUCED", "DIFFERS", "CANNOT", "")[number % 5],
                findings=("", "NB101", "NB203 NB101", "NB203")[number % 4],
                started=1.7e9 + 3600.0 * number,
                ended=None if number % 3 == 2 else 1.7e9 + 3600.0 * number + number,
                duration=None if number % 3 == 2 else float(number),
                params=params,
                metrics=metrics,
                tags={"team": TEXTS[number % len(TEXTS)]} if number % 3 else {},
            )
        )
    return runs


RUNS = some_runs()


def lowest(series: tuple[float, ...]) -> float:
    return min((value for value in series if not math.isnan(value)), default=NAN)


def highest(series: tuple[float, ...]) -> float:
    return max((value for value in series if not math.isnan(value)), default=NAN)


def fill(connection: sa.Connection) -> None:
    tables.metadata.create_all(connection)
    experiments = {"churn": 1, "demand": 2}
    for name, number in experiments.items():
        connection.execute(tables.experiments.insert().values(id=number, name=name, created=0.0))
    for run in RUNS:
        plain = {name: getattr(run, name) for name in RUN_FIELDS if name != "experiment"}
        connection.execute(tables.runs.insert().values(**plain, experiment_id=experiments[run.experiment]))
        for key, value in run.params.items():
            kind, number, text = encode_value(value)
            row = {"run_id": run.id, "key": key, "type": kind, "num": number, "text": text}
            connection.execute(tables.params.insert().values(**row))
        for key, series in run.metrics.items():
            summary = {
                "last": encode_metric(series[-1]),
                "min": encode_metric(lowest(series)),
                "max": encode_metric(highest(series)),
                "points": len(series),
            }
            connection.execute(tables.metrics.insert().values(run_id=run.id, key=key, **summary))
        for key, text in run.tags.items():
            connection.execute(tables.tags.insert().values(run_id=run.id, key=key, value=text))


@pytest.fixture(scope="module")
def database() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        fill(connection)
        yield connection
    engine.dispose()


def found(connection: sa.Connection, text: str) -> set[str]:
    clause = to_clause(parse_where(text), tables)
    return set(connection.scalars(sa.select(tables.runs.c.id).where(clause)))


# -- the same language, read by Python ---------------------------------------------------------------


def look(run: Run, at: Field) -> Any:
    if at.place == "run":
        value = getattr(run, at.key)
        return None if value == "" else value
    values: Mapping[str, Any] = getattr(run, at.place)
    if at.place == "metrics" and at.key in values:
        series = values[at.key]
        summary = {"last": series[-1], "min": lowest(series), "max": highest(series), "count": len(series)}
        return summary[at.summary]
    return values.get(at.key)


def same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, float) and isinstance(right, float) and math.isnan(right):
        return math.isnan(left)
    return bool(left == right)


def holds(node: Node, run: Run) -> bool:  # a line a kind of node
    match node:
        case AllOf(nodes):
            return all(holds(part, run) for part in nodes)
        case AnyOf(nodes):
            return any(holds(part, run) for part in nodes)
        case Not(inner):
            return not holds(inner, run)
        case Missing(at):
            return look(run, at) in (None, "") if at.place != "params" else look(run, at) is None
    value = look(run, node.field)
    if value is None and not (node.field.place == "params" and node.field.key in run.params):
        return False
    match node:
        case Compare(_, "==", wanted):
            return same(value, wanted)
        case Compare(_, "!=", wanted):
            return not same(value, wanted)
        case OneOf(_, wanted, negated):
            return any(same(value, one) for one in wanted) is not negated
        case Matches(_, test, text):
            value = str(value) if isinstance(value, list) else value
            return isinstance(value, str) and (
                text in value if test == "contains" else value.startswith(text)
            )
        case Compare(_, order, wanted):
            if not isinstance(value, int | float) or isinstance(value, bool):
                return False
            return {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}[
                order
            ]
    raise AssertionError(node)


# -- random expressions ------------------------------------------------------------------------------


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def literal(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else str(value).lower()


PARAM = st.sampled_from(["params.x", "params.clf.depth", 'params."odd key"', "params.absent"])
METRIC = st.sampled_from(
    [
        "metrics.loss",
        "metrics.val/loss",
        "min(metrics.loss)",
        "max(metrics.loss)",
        "count(metrics.loss)",
        "metrics.no",
    ]
)
TEXT_FIELD = st.sampled_from(
    ["name", "experiment", "notebook", "note", "source", "findings", "tags.team", "tags.no"]
)
NUMBER = st.sampled_from([-1.5, -1, 0, 0.25, 0.5, 1, 1.0, 2, 3, 8, INF, 2**53, 2**53 + 1, 2**60])
WORDS = st.sampled_from(
    [text for text in TEXTS if text] + ["o", "%", "_", "FOREST", "churn", "a.ipynb", "fit("]
)
LITERAL = st.sampled_from(
    [value for value in PARAM_VALUES if value is not None and not isinstance(value, list)]
)
ORDER = st.sampled_from(["<", "<=", ">", ">="])
EQUAL = st.sampled_from(["==", "!=", "=", "<>"])
IN = st.sampled_from(["in", "not in"])
FIND = st.sampled_from(["contains", "startswith", "not contains", "not startswith"])
NONE = st.sampled_from(["is none", "is not none"])


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(" ".join)


def listed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4).map(lambda some: f"({', '.join(map(literal, some))})")


ORDERED = NUMBER.filter(lambda value: abs(value) < 2**53)
TESTS = st.one_of(
    joined(PARAM, EQUAL, LITERAL.map(literal)),
    joined(PARAM, ORDER, ORDERED.map(literal)),
    joined(PARAM, IN, listed(LITERAL)),
    joined(PARAM, FIND, WORDS.map(quoted)),
    joined(METRIC, EQUAL, (NUMBER | st.just(NAN)).map(literal)),
    joined(METRIC, ORDER, NUMBER.map(literal)),
    joined(METRIC, IN, listed(NUMBER | st.just(NAN))),
    joined(TEXT_FIELD, EQUAL, WORDS.map(quoted)),
    joined(TEXT_FIELD, IN, listed(WORDS)),
    joined(TEXT_FIELD, FIND, WORDS.map(quoted)),
    joined(PARAM | METRIC | TEXT_FIELD | st.sampled_from(["ended", "duration"]), NONE),
    joined(st.just("status"), EQUAL, st.sampled_from(["'failed'", "'RUNNING'"])),
    joined(st.just("verdict"), EQUAL, st.sampled_from(["'reproduced'", "'DIFFERS'"])),
    joined(st.just("verdict"), NONE),
    joined(st.just("duration"), ORDER | EQUAL, st.sampled_from(["3", "'5s'", "7.5", "'1m'"])),
    joined(st.just("started"), ORDER | EQUAL, st.sampled_from(["'2023-11-15'", "'2023-11-15T10:13'"])),
    joined(st.just("id"), EQUAL, st.sampled_from(["'3'", "'30'", quoted(RUNS[4].id)])),
    joined(st.just("id"), IN, st.just(f"('5', {quoted(RUNS[4].id)})")),
)
EXPRESSIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' and '.join(some)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' or '.join(some)})"),
    ),
    max_leaves=6,
)


@given(text=EXPRESSIONS)
@example(text="not (metrics.loss != nan)")
@example(text="params.x != 8 and not params.x == 8")
def test_sql_finds_the_runs_that_python_finds(database: sa.Connection, text: str) -> None:
    node = parse_where(text)
    assert found(database, text) == {run.id for run in RUNS if holds(node, run)}


@pytest.mark.slow
@given(text=EXPRESSIONS)
def test_sql_finds_the_runs_that_python_finds_at_length(database: sa.Connection, text: str) -> None:
    node = parse_where(text)
    assert found(database, text) == {run.id for run in RUNS if holds(node, run)}


@pytest.mark.parametrize(
    "text",
    [
        "params.x != 8",
        "params.x == 'sqrt'",
        "params.x == true",
        "params.x == 1",
        "params.x is none",
        "params.x == 9007199254740993",
        "params.x contains '64'",
        "params.x contains 'SQ'",
        "params.x == nan",
        "metrics.loss == nan",
        "metrics.loss != nan",
        "metrics.loss < inf",
        "max(metrics.loss) == inf",
        "min(metrics.loss) < 0.3",
        "count(metrics.loss) >= 2.5",
        "count(metrics.loss) in (2, 3)",
        "name contains '%'",
        "name startswith 'a_'",
        "name contains '\\'",
        "note == 'it''s'",
        "tags.team != 'forest'",
        "note is none",
        "notebook is none",
        "experiment == 'demand'",
        "verdict == 'REPRODUCED'",
        "verdict in ('differs', 'Cannot')",
        "verdict is none",
        "verdict != 'REPRODUCED'",
        "findings contains 'NB101'",
        "findings not contains 'NB101'",
        "findings is none",
        "source contains 'fit'",
        "id == '3'",
        "ended is none",
        "duration > '5s'",
        "started == '2023-11-15'",
        "started not in ('2023-11-15')",
    ],
)
def test_each_kind_of_test_finds_some_runs_and_not_all(database: sa.Connection, text: str) -> None:
    ids = found(database, text)
    assert 0 < len(ids) < len(RUNS)
    assert ids == {run.id for run in RUNS if holds(parse_where(text), run)}


def test_values_never_stand_in_the_statement() -> None:
    evil = "x'); DROP TABLE runs; --"
    text = f'params."{evil}" == {quoted(evil)} or name contains {quoted(evil)} or tags.t in ({quoted(evil)})'
    statement = sa.select(tables.runs.c.id).where(to_clause(parse_where(text), tables))
    for dialect in (None, postgresql.dialect()):  # type: ignore[no-untyped-call]
        assert "DROP" not in str(statement.compile(dialect=dialect))


def test_an_injected_statement_is_only_a_text(database: sa.Connection) -> None:
    assert found(database, "name == 'x''); DROP TABLE runs; --'") == set()
    assert len(found(database, "name is none or name is not none")) == len(RUNS)


def test_the_longest_expressions_fit_into_sqlite(database: sa.Connection) -> None:
    either = " or ".join(f"params.x == {number}" for number in range(200))
    assert found(database, either)
    assert found(database, f"params.x in ({', '.join(map(str, range(1500)))})")
    assert found(database, f"params.x in ({', '.join(['true, nan, 1'] * 600)})")
    assert found(database, f"metrics.loss in ({', '.join(map(str, range(1500)))})")
    huge = ", ".join(str(2**53 + number) for number in range(500))
    assert found(database, f"params.x in ({huge})")
    assert found(database, "(" * 50 + "params.x == 1 or not " * 20 + "name is none" + ")" * 50)


def test_a_key_is_looked_up_by_an_index(database: sa.Connection) -> None:
    clause = to_clause(parse_where("metrics.loss > 0.3 and params.x == 8"), tables)
    query = (
        sa.select(tables.runs.c.id).where(clause).compile(database, compile_kwargs={"literal_binds": True})
    )
    plan = " | ".join(row[3] for row in database.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))
    assert "SCAN metrics" not in plan
    assert "SCAN params" not in plan
