"""When a client has the answer already."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from blake3 import blake3
from tornado.httputil import HTTPServerRequest

_TAG = re.compile(r'"[^"]*"')


def tag_of(state: str, question: str, arguments: Mapping[str, Any]) -> str:
    """The ETag of an answer that follows from a store's state and what was asked; it costs no answer.

    Another release may answer otherwise, so its version counts too.
    """
    from nbmlops import __version__

    whole = json.dumps([__version__, state, question, arguments], sort_keys=True)
    return f'"{blake3(whole.encode()).hexdigest()[:32]}"'


def known_tags(request: HTTPServerRequest) -> frozenset[str]:
    """The ETags of what the client has. A proxy that packs answers marks them as weak, which is no matter here."""
    return frozenset(_TAG.findall(request.headers.get("If-None-Match", "")))
