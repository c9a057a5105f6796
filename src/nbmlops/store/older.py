"""Tables of an older format that can't be changed, read as if they had the newest one."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, event

# By the format that brought it: what columns a table gained since, each with what stands in it for older rows.
_GAINED: Final = {3: {"runs": ("'' AS verdict", "'' AS findings")}}


def read_as_newest(engine: Engine, found: int) -> None:
    """Lets each connection see what the tables lack: as temporary views in front of them, which need nothing
    written into the file. `found` is their format, 0 where there are none yet.
    """
    views = [
        f"CREATE TEMP VIEW {table} AS SELECT *, {', '.join(columns)} FROM main.{table}"  # noqa: S608 - ours
        for since, gained in _GAINED.items()
        if since > found > 0
        for table, columns in gained.items()
    ]
    if not views:
        return
    engine.dispose()  # connections from before know nothing of it

    def show(raw: Any, _record: Any) -> None:
        for view in views:
            raw.execute(view)

    event.listen(engine, "connect", show)
