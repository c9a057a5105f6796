"""The tables of the store, as the newest format has them; `migrations` brings older ones here.

Times are seconds since the epoch. SQLite keeps NaN as NULL, so in `metrics` NULL means NaN on every
database. Rows refer to each other by id without foreign keys: what a child process logs may arrive
before the run that its parent started.

The narrow tables are kept in the order of their key on SQLite (`WITHOUT ROWID`): a condition on one key of
10,000 runs takes 40 ms at most, and up to 120 ms otherwise.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

FORMAT = 3

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# How far each journal has been read; written in the transaction that applies what was read.
journals = Table(
    "journals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("offset", BigInteger, nullable=False, default=0),
    Column("host", Text, nullable=False, default=""),
    Column("pid", Integer, nullable=False, default=0),
    Column("opened", Double, nullable=False, default=0.0),
    Column("done", Boolean, nullable=False, default=False),
    # When its process last said that it lives, on the database's clock; 0 where locks tell that (see heartbeat.py).
    Column("beat", Double, nullable=False, default=0.0, server_default="0"),
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("goal", Text, nullable=False, default=""),
    Column("required_tags", Text, nullable=False, default="[]"),
    Column("created", Double, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("experiment_id", Integer, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False, default="script"),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("duration", Double),
    Column("parent_id", String(32)),
    Column("journal_id", String(32)),
    Column("identity", String(64), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("notebook", Text),
    Column("cell_id", Text),
    Column("execution_count", Integer),
    Column("source", Text, nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Column("deleted", Double),
    # Something makes its metrics doubtful (a leaked test set, see RunInfo.doubts): it is never called best.
    Column("suspect", Boolean, nullable=False, default=False),
    # What is only ever read with its run: a JSON object (see store/documents.py).
    Column("doc", Text, nullable=False, default="{}"),
    # What a check found (see records/proof.py), empty where there was none; the codes of findings, parted by spaces.
    Column("verdict", String(16), nullable=False, default="", server_default=""),
    Column("findings", Text, nullable=False, default="", server_default=""),
    Index("ix_runs_experiment_started", "experiment_id", "started"),
    Index("ix_runs_started", "started"),
    Index("ix_runs_cell", "cell_id"),
    Index("ix_runs_status", "status"),
    Index("ix_runs_parent", "parent_id"),
    Index("ix_runs_notebook", "notebook", postgresql_using="hash"),  # its B-trees take no long path
)

# `type`: i(nteger) f(loat) s(tring) b(ool) n(one) j(son). `num` holds numbers and bools, `text` the rest;
# integers keep their digits in `text` as well, since `num` is a double.
params = Table(
    "params",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("type", String(1), nullable=False),
    Column("num", Double),
    Column("text", Text),
    Column("origin", String(16), nullable=False, default="explicit"),
    Column("shown", Boolean, nullable=False, default=True),
    Index("ix_params_key_num", "key", "num"),
    sqlite_with_rowid=False,
)

metrics = Table(
    "metrics",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("last", Double),
    Column("min", Double),
    Column("max", Double),
    Column("points", BigInteger, nullable=False, default=0),
    Column("last_step", BigInteger),
    Column("last_time", Double, nullable=False, default=0.0),
    Column("direction", String(3)),
    Column("origin", String(16), nullable=False, default="explicit"),
    Index("ix_metrics_key_last", "key", "last"),
    sqlite_with_rowid=False,
)

# The points of series of two or more; a single point is its row in `metrics`.
metric_chunks = Table(
    "metric_chunks",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False, default=""),
    Index("ix_tags_key", "key"),
    sqlite_with_rowid=False,
)

inputs = Table(
    "inputs",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", Text),
    Column("doc", Text, nullable=False),
    Index("ix_inputs_content", "content"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("media_type", Text, nullable=False, default=""),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False, default=0),
    Column("is_dir", Boolean, nullable=False, default=False),
    Index("ix_artifacts_digest", "digest"),
)
