"""What a document of one file needs to be alive: nothing in it ends a script, and no other script may run."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest

from nbmlops.views.offline import Live

HOSTILE = "</script><!--<script>\u2028&amp;\ud800"


def parts(live: Live) -> tuple[str, str]:
    found = re.fullmatch(r"<script type=\"application/json\" id=\"[\w-]+\">(.*)</script><script type=\"module\">(.*)</script>", live.scripts, re.DOTALL)  # fmt: skip
    assert found
    return found[1], found[2]


@pytest.mark.parametrize("text", [HOSTILE, "plain", "\\u003c/script>"])
def test_data_come_back_as_they_were_and_end_no_script(text: str) -> None:
    data, _ = parts(Live("", {"name": text, text.replace("\ud800", ""): 1}))
    assert not re.search("[<>&\u2028]", data)
    assert json.loads(data)["name"] == text.replace("\ud800", "?")


def test_the_policy_names_the_script_as_it_stands_there() -> None:
    live = Live('const a = "</script>", b = "<!-- x";\r\n', {})
    _, module = parts(live)
    assert "</script" not in module
    assert "<!--" not in module
    digest = b64encode(sha256(module.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in live.policy
    assert "default-src 'none'" in live.policy
    assert "'unsafe-eval'" not in live.policy
