"""How SQLite keeps its transactions: as a log beside the file (WAL) where the file system can do that.

WAL needs memory that processes share through a file. Some file systems have none (many FUSE mounts, Drive
folders), which is found out by trying. Several machines that mount one folder never share memory, and that no
single one of them can find out, so there the kind of mount decides. What is left then is the safe mode, a
rollback journal (DELETE): slower, and needing nothing but locks.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

WAL, SAFE = "wal", "delete"
_BUSY_SECONDS = 1.0
# Kinds of mounts that other machines may have too.
_SHARED = {
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "glusterfs",
    "gpfs", "lustre", "nfs", "nfs4", "smb3", "smbfs",
}  # fmt: skip


def choose_mode(database: Path) -> str:
    """The mode for the file, which may not be there yet. One that is in safe mode stays so."""
    try:
        found = _present_mode(database) if database.is_file() and database.stat().st_size else ""
    except sqlite3.OperationalError as exc:
        if not _lacks_shared_memory(exc):
            return WAL  # whatever it is, whoever uses the file meets it again and says it
        with suppress(sqlite3.OperationalError):  # nor does that work: who uses the file says why
            _leave_wal(database)
        return SAFE
    except sqlite3.DatabaseError:
        return WAL  # damaged
    if found == WAL and is_shared(database.parent):
        with suppress(sqlite3.OperationalError):  # another process has it open
            _leave_wal(database)
            return SAFE
        return WAL
    if found:
        return WAL if found == WAL else SAFE
    return WAL if not is_shared(database.parent) and _can_do_wal(database.parent) else SAFE


def is_shared(folder: Path) -> bool:
    """Whether other machines may have this folder too, by the kind of its mount. Only Linux tells that."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds: dict[str, str] = {}
    for line in lines:
        before, _, after = line.partition(" - ")
        kinds[_unescaped(before.split(" ")[4])] = after.split(" ")[0]
    here = folder.resolve()
    mount = next((str(place) for place in (here, *here.parents) if str(place) in kinds), "/")
    return kinds.get(mount, "") in _SHARED


def _unescaped(path: str) -> str:
    """As the kernel writes blanks and the like in paths."""
    return path.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def _present_mode(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
        has_tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return mode if has_tables else ""


def _can_do_wal(folder: Path) -> bool:
    """Whether what one connection writes is seen by another."""
    probe = folder / f"probe-{uuid4().hex}.db"
    try:
        with closing(sqlite3.connect(probe)) as writer, closing(sqlite3.connect(probe)) as reader:
            if writer.execute("PRAGMA journal_mode = WAL").fetchone()[0] != WAL:
                return False
            writer.execute("PRAGMA synchronous = OFF")
            writer.execute("CREATE TABLE probe (value)")
            return bool(reader.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 1)
    except sqlite3.OperationalError as exc:
        return not _lacks_shared_memory(exc)
    finally:
        for path in folder.glob(f"{probe.name}*"):
            path.unlink(missing_ok=True)


def _lacks_shared_memory(exc: sqlite3.OperationalError) -> bool:
    name = getattr(exc, "sqlite_errorname", "")
    return name.startswith("SQLITE_IOERR") or name == "SQLITE_PROTOCOL"


def _leave_wal(database: Path) -> None:
    """Brings a file to safe mode. Who has it alone needs no shared memory to read what its log holds."""
    with closing(sqlite3.connect(database, timeout=_BUSY_SECONDS)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
