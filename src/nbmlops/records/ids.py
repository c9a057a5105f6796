"""Names for what must not be mistaken for anything else."""

from __future__ import annotations

import os


def new_id() -> str:
    """32 random hexadecimal digits. `uuid` would give the same, and takes longer to load than this module's users."""
    return os.urandom(16).hex()
