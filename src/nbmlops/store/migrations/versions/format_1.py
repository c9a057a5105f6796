"""Format 1: the tables of the first release, as they were then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """From nothing."""
    _create_bookkeeping()
    _create_runs()
    _create_values()
    _create_files()


def _create_bookkeeping() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "journals",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Double(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "experiments",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("required_tags", sa.Text(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double()),
        sa.Column("duration", sa.Double()),
        sa.Column("parent_id", sa.String(32)),
        sa.Column("journal_id", sa.String(32)),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("notebook", sa.Text()),
        sa.Column("cell_id", sa.Text()),
        sa.Column("execution_count", sa.Integer()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Double()),
        sa.Column("suspect", sa.Boolean(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
    )
    op.create_index("ix_runs_experiment_started", "runs", ["experiment_id", "started"])
    op.create_index("ix_runs_started", "runs", ["started"])
    op.create_index("ix_runs_cell", "runs", ["cell_id"])
    op.create_index("ix_runs_status", "runs", ["status"])


def _create_values() -> None:
    op.create_table(
        "params",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("type", sa.String(1), nullable=False),
        sa.Column("num", sa.Double()),
        sa.Column("text", sa.Text()),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_params_key_num", "params", ["key", "num"])
    op.create_table(
        "metrics",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("last", sa.Double()),
        sa.Column("min", sa.Double()),
        sa.Column("max", sa.Double()),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger()),
        sa.Column("last_time", sa.Double(), nullable=False),
        sa.Column("direction", sa.String(3)),
        sa.Column("origin", sa.String(16), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_metrics_key_last", "metrics", ["key", "last"])
    op.create_table(
        "metric_chunks",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "tags",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tags_key", "tags", ["key"])


def _create_files() -> None:
    op.create_table(
        "inputs",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text()),
        sa.Column("doc", sa.Text(), nullable=False),
    )
    op.create_index("ix_inputs_content", "inputs", ["content"])
    op.create_table(
        "artifacts",
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_dir", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_artifacts_digest", "artifacts", ["digest"])
