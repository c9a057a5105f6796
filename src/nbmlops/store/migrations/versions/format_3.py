"""Format 3: what a check of a run found, and the codes of what speaks against it, as columns to filter by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """From format 2."""
    op.add_column("runs", sa.Column("verdict", sa.String(16), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("findings", sa.Text(), nullable=False, server_default=""))
