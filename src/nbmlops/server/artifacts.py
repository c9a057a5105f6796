"""The bytes of artifacts. They are the user's, and may be anything: nothing in them runs in a browser."""

from __future__ import annotations

import json
import mimetypes
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tornado import web

from nbmlops.errors import NbmlopsError, NotFoundError
from nbmlops.server.caching import known_tags
from nbmlops.server.problems import RouteHandler

if TYPE_CHECKING:
    from nbmlops.records import Artifact
    from nbmlops.workspace import Workspace

_PIECE: Final = 1 << 20
_BYTES: Final = "application/octet-stream"
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(; ?charset=[\w-]+)?", re.ASCII)
# What a browser may show in a page of its own: nothing that holds scripts, or refers to anything.
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_SHOWN: Final = _IMAGES | {"text/plain", "text/csv", "text/markdown", "application/json"}


@dataclass(frozen=True, slots=True)
class Download:
    """What is sent: `pieces` is None where the client has it already."""

    name: str
    media_type: str
    digest: str
    pieces: Iterator[bytes] | None


class ArtifactHandler(RouteHandler):
    """One artifact of a run; of a folder one file by its `path`, or without that all of them as a zip file."""

    @web.authenticated
    async def get(self, run_id: str, name: str) -> None:
        """Sends it."""
        await self.authorize("read")
        folder, path = self.folder, str(self.get_query_argument("path", "", strip=False))
        known = known_tags(self.request)
        found = await self.on_thread(
            lambda: _download(self.service.workspace(folder), run_id, name, path, known=known)
        )
        self._head(found)
        if found.pieces is None:
            self.set_status(304)
        elif self.request.method != "HEAD":
            await self._send(found.pieces)
        self.finish(set_content_type=self._headers.get("Content-Type", _BYTES))

    head = get

    async def _send(self, pieces: Iterator[bytes]) -> None:
        """One piece is always held back: when the last one goes, all of them have been found to be what was kept."""
        held = await self.on_thread(lambda: next(pieces, b""))
        while piece := await self._after(held, pieces):
            self.write(held)
            await self.flush()
            held = piece
        self.write(held)

    async def _after(self, held: bytes, pieces: Iterator[bytes]) -> bytes:
        try:
            return await self.on_thread(lambda: next(pieces, b"")) if held else b""
        except (NbmlopsError, OSError):
            if self._headers_written:  # too late to say so: let the client see that something is missing
                connection: Any = self.request.connection
                connection.stream.close()
            raise

    def _head(self, found: Download) -> None:
        self.set_header("ETag", f'"{found.digest}"')
        self.set_header("Cache-Control", "private, no-cache")
        kind = found.media_type if _MEDIA_TYPE.fullmatch(found.media_type) else _BYTES
        shown = kind.partition(";")[0].lower() in _SHOWN
        file = quote(PurePosixPath(found.name).name, safe="")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header(
            "Content-Disposition", f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{file}"
        )
        self.set_header("Content-Type", kind)

    def compute_etag(self) -> None:
        """None is computed: it is the digest."""

    @property
    def content_security_policy(self) -> str:
        """Whatever it is, it is shown without scripts, forms and references."""
        return "sandbox; default-src 'none'; frame-ancestors 'self'"


def _download(workspace: Workspace, run_id: str, name: str, path: str, *, known: frozenset[str]) -> Download:
    """Called on a thread.

    Raises:
        NotFoundError: there is no such run, artifact, or file in it.
    """
    workspace.sync()
    info = workspace.runs.info(run_id)
    artifact = next((one for one in info.artifacts if one.name == name), None)
    if artifact is None:
        raise NotFoundError(f"The run {info.name} has no artifact {name!r}")
    if artifact.is_dir and not path:
        return _zipped(workspace, artifact, known)
    digest = _member(workspace, artifact, path) if path else artifact.digest
    kind = artifact.media_type if not path else mimetypes.guess_type(path)[0] or _BYTES
    has_it = f'"{digest}"' in known
    return Download(path or name, kind, digest, None if has_it else workspace.blobs.pieces(digest))


def _member(workspace: Workspace, artifact: Artifact, path: str) -> str:
    """The digest of a file in a folder. It is looked up in the list of those that were kept: no path leads out."""
    files = json.loads(workspace.blobs.get(artifact.digest)) if artifact.is_dir else {}
    if path not in files:
        raise NotFoundError(f"The artifact {artifact.name!r} holds no file {path!r}")
    return str(files[path])


def _zipped(workspace: Workspace, artifact: Artifact, known: frozenset[str]) -> Download:
    digest = f"zip-{artifact.digest}"
    if f'"{digest}"' in known:
        return Download("", "", digest, None)
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last piece
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, blob in json.loads(workspace.blobs.get(artifact.digest)).items():
            with archive.open(path, "w") as file:
                file.writelines(workspace.blobs.pieces(blob))
    packed.seek(0)
    return Download(f"{artifact.name}.zip", "application/zip", digest, iter(lambda: packed.read(_PIECE), b""))
