"""How a job's kernel gets secrets: it asks the process that started it, over a socket that only its user can reach.

So a value stands in no file, no argument and no environment variable, and processes that the notebook starts
have it only if they ask for it themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

BROKER_VARIABLE: Final = "NBMLOPS_BROKER"
_SECONDS: Final = 10.0  # a broker that lives answers at once
_MAX_NAME: Final = 1000
_YES, _NO = b"+", b"-"


class SecretBroker:
    """Answers for a job as long as its `with` block lasts; makes nothing where there are no secrets.

    Args:
        values: by name.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._folder = ""
        self._server: socket.socket | None = None

    @property
    def variables(self) -> dict[str, str]:
        """What the kernel's environment needs to find the broker."""
        return {BROKER_VARIABLE: self._address} if self._server else {}

    @property
    def _address(self) -> str:
        return str(Path(self._folder) / "secrets")

    def __enter__(self) -> Self:
        if self._values:
            self._folder = tempfile.mkdtemp(prefix="nbmlops-")  # mode 0700: nobody else can enter it
            self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._server.bind(self._address)
            self._server.listen()
            threading.Thread(
                target=self._serve, args=(self._server,), name="nbmlops-secrets", daemon=True
            ).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            try:
                server.shutdown(socket.SHUT_RDWR)  # wakes the thread, which a close alone does not
            except OSError:
                pass  # macOS: a listening socket is not connected
            server.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return  # closed: the job has ended
            with client:
                self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        try:
            client.settimeout(_SECONDS)
            value = self._values.get(_all_from(client, _MAX_NAME).decode("utf-8", "replace"))
            client.sendall(_NO if value is None else _YES + value.encode("utf-8", "surrogateescape"))
        except OSError:
            pass  # who asked has gone


def ask_broker(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The secret of this name from the job's broker; None where there is no broker, or it knows none.

    Raises:
        OSError: the job that this process belonged to has ended.
    """
    address = environ.get(BROKER_VARIABLE)
    if not address:
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_SECONDS)
        client.connect(address)
        client.sendall(name.encode("utf-8", "replace"))
        client.shutdown(socket.SHUT_WR)
        answer = _all_from(client)
    return answer[1:].decode("utf-8", "surrogateescape") if answer[:1] == _YES else None


def _all_from(client: socket.socket, limit: int | None = None) -> bytes:
    parts = bytearray()
    while part := client.recv(65_536):
        parts += part
        if limit is not None and len(parts) > limit:
            break
    return bytes(parts)
