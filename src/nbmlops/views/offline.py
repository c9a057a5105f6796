"""What a document of one file needs to be alive without a server: data, a script, and a policy that lets in no more."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

# What ends a script, opens a comment in one, or is no character of a line: as JSON writes them, they are none.
_ESCAPES: Final = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})
RECORDING: Final = "nbmlops-recording"
HOLDER: Final = "nbmlops"


@dataclass(frozen=True, slots=True)
class Live:
    """What makes a document alive.

    Attributes:
        script: an ES module.
        recording: what it shows, as JSON can hold it.
    """

    script: str
    recording: Mapping[str, Any]

    @property
    def policy(self) -> str:
        """Nothing is loaded, nothing is sent, and no script runs but this one."""
        digest = b64encode(sha256(self._module.encode()).digest()).decode()
        rules = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
            f"script-src 'sha256-{digest}'"
        )
        return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'

    @property
    def holder(self) -> str:
        """Where it is shown: empty as long as no script runs."""
        return f'<div id="{HOLDER}"></div>'

    @property
    def scripts(self) -> str:
        """The data and the module."""
        data = json.dumps(self.recording, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        # A lone surrogate, as a name of a file may have, is no text that a file could hold.
        data = data.encode("utf-8", "replace").decode().translate(_ESCAPES)
        return (
            f'<script type="application/json" id="{RECORDING}">{data}</script>'
            f'<script type="module">{self._module}</script>'
        )

    @property
    def _module(self) -> str:
        """The module as it may stand in a document. In code, both stand in texts and patterns alone."""
        script = self.script.replace("\r\n", "\n").replace("\0", "\\0")
        return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
