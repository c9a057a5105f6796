"""Format 2: signs of life of processes on other machines, and children and notebooks found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """From format 1."""
    op.add_column("journals", sa.Column("beat", sa.Double(), nullable=False, server_default="0"))
    op.create_index("ix_runs_parent", "runs", ["parent_id"])
    op.create_index("ix_runs_notebook", "runs", ["notebook"], postgresql_using="hash")
    if op.get_context().dialect.name == "postgresql":
        # Whoever wrote with format 1 gave no signs: from now on its time runs.
        op.execute("UPDATE journals SET beat = extract(epoch FROM clock_timestamp()) WHERE NOT done")
