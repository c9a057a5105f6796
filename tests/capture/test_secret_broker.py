"""How a kernel gets the secrets of its job."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nbmlops.capture.secret_broker import BROKER_VARIABLE, SecretBroker, ask_broker
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.errors import ConfigError

VALUE = "hunter2-tea é\udcff" + "x" * 200_000


def test_a_broker_answers_as_long_as_it_is_there() -> None:
    with SecretBroker({"DB": VALUE}) as broker:
        variables = broker.variables
        assert ask_broker("DB", variables) == VALUE
        assert ask_broker("DB", variables) == VALUE
        assert ask_broker("db", variables) is None
        assert ask_broker("x" * 5000, variables) is None
    assert broker.variables == {}
    with pytest.raises(OSError, match=r"."):
        ask_broker("DB", variables)


def test_only_its_user_can_reach_it_and_it_leaves_nothing() -> None:
    with SecretBroker({"DB": VALUE}) as broker:
        folder = Path(broker.variables[BROKER_VARIABLE]).parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not any(VALUE[:11] in value for value in os.environ.values())
    assert not folder.exists()


def test_without_secrets_there_is_none() -> None:
    with SecretBroker({}) as broker:
        assert broker.variables == {}
    assert ask_broker("DB", {}) is None


def test_what_asks_in_a_strange_way_does_not_end_it() -> None:
    import socket

    with SecretBroker({"DB": "hunter2-tea"}) as broker:
        for _ in range(3):
            client = socket.socket(socket.AF_UNIX)
            client.connect(broker.variables[BROKER_VARIABLE])
            client.sendall(b"\xff" * 3000)
            client.close()
        assert ask_broker("DB", broker.variables) == "hunter2-tea"


def test_a_child_process_has_it_when_it_asks() -> None:
    code = "from nbmlops.capture.secret_broker import ask_broker; print(ask_broker('DB'))"
    with SecretBroker({"DB": "hunter2-tea"}) as broker:
        child = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | broker.variables,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert child.stdout.strip() == "hunter2-tea", child.stderr


def test_a_secret_of_the_job_beats_the_environment_and_is_masked() -> None:
    with SecretBroker({"DB": "hunter2-tea"}) as broker:
        registry = SecretRegistry({**broker.variables, "DB": "another-value", "OTHER": "from-outside"})
        assert registry.secret("DB") == "hunter2-tea"
        assert registry.secret("OTHER") == "from-outside"
        assert registry.scrub("hunter2-tea") == "***"
    with pytest.raises(ConfigError, match="has ended"):
        registry.secret("DB")
