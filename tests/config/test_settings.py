from __future__ import annotations

import dataclasses
import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nbmlops.config.keys import JOB_KEYS, STORE_KEYS, settings_schema
from nbmlops.config.quantities import parse_duration, parse_size
from nbmlops.config.reading import find_settings, read_settings
from nbmlops.config.settings import JobSettings, Settings, StoreSettings
from nbmlops.errors import ConfigError, SettingsError

WHOLE = """
[store]
location = "runs"

[jobs.train]
notebook = "notebooks/train.ipynb"
description = "the nightly training"
parameters = { n_estimators = 300, since = 2026-01-31, layers = [32, 16] }
kernel = "python3"
experiment = "churn"
tags = { team = "growth" }
output = "executed"
cell_timeout = "10m"
job_timeout = 5400
memory = "4GB"
secrets = { DB = "env:CHURN_DB", MAIL = "keyring:churn/mail account" }

[jobs.score]
notebook = "/abs/score.ipynb"
"""


@pytest.fixture
def read(tmp_path: Path):
    def settings(text: str) -> Settings:
        file = tmp_path / "nbmlops.toml"
        file.write_text(text, encoding="utf-8")
        return read_settings(file)

    return settings


def test_a_whole_file_is_read(read, tmp_path: Path) -> None:
    import datetime as dt

    found = read(WHOLE)
    assert found.file == tmp_path / "nbmlops.toml"
    assert found.store == StoreSettings("runs")
    assert found.jobs["train"] == JobSettings(
        name="train",
        notebook=tmp_path / "notebooks" / "train.ipynb",
        description="the nightly training",
        parameters={"n_estimators": 300, "since": dt.date(2026, 1, 31), "layers": [32, 16]},
        kernel="python3",
        experiment="churn",
        tags={"team": "growth"},
        output=tmp_path / "executed",
        cell_timeout=600.0,
        job_timeout=5400.0,
        memory=4_000_000_000,
        secrets={"DB": "env:CHURN_DB", "MAIL": "keyring:churn/mail account"},
    )
    assert found.jobs["score"] == JobSettings(name="score", notebook=Path("/abs/score.ipynb"))


def test_the_file_is_found_upward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    deep = tmp_path / "project" / "deep"
    deep.mkdir(parents=True)
    assert find_settings(deep) == Settings()
    (deep.parent / "nbmlops.toml").write_text(WHOLE)
    assert list(find_settings(deep).jobs) == ["train", "score"]


def test_an_empty_file_sets_nothing(read) -> None:
    found = read("")
    assert (found.store.location, found.jobs) == (None, {})


def test_all_mistakes_are_told_with_file_table_and_key(read, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(
            '[stor]\nx = 1\n[jobs.train]\nnotebok = "a.ipynb"\ncell_timeout = "10 minuets"\nmemory = true\n'
            'tags = { a = 1 }\nparameters = 3\n[jobs."a b"]\nnotebook = "x.ipynb"\n[jobs]\nkernel = "x"\nwhat = 3\n'
        )
    assert caught.value.faults == (
        "[stor]: no such table. Did you mean store?",
        "[jobs.train] notebok: no such key. Did you mean notebook?",
        "[jobs.train] cell_timeout: '10 minuets' is no span of time: write 90s, 10m, 1h 30m or 2d",
        '[jobs.train] memory: takes an amount of memory: "512MB", "4GB", "4GiB", or bytes',
        "[jobs.train] tags: the tag 'a' takes a text: write its value in quotes",
        "[jobs.train] parameters: takes a table: { name = value }",
        "[jobs.train] lacks the key notebook: The notebook, relative to this file.",
        "[jobs.'a b'] is no name for a job: letters, digits, underscores and hyphens",
        "[jobs] kernel belongs to one job: write [jobs.NAME] above it",
        "jobs.what is a table: write [jobs.what] above its keys",
    )
    assert str(caught.value).startswith(f"{tmp_path / 'nbmlops.toml'} has 10 mistakes:\n  [stor]")
    assert isinstance(caught.value, ConfigError)


def test_a_secret_itself_is_refused_and_not_shown(read) -> None:
    with pytest.raises(SettingsError, match="If the secret itself stands there, take it out") as caught:
        read('[jobs.a]\nnotebook = "a.ipynb"\nsecrets = { DB = "hunter2" }')
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[jobs", "is no TOML: "),
        ("store = 3", "store is a table: write [store] above its keys"),
        ("jobs = 3", "jobs is a table of jobs"),
        ('[jobs.a]\nnotebook = "a.py"', "takes the path of an .ipynb file"),
        ('[jobs.a]\nnotebook = ""', "takes a text"),
        (
            '[jobs.a]\nnotebook = "a.ipynb"\nparameters = { "a b" = 1 }',
            "'a b' is no name that a notebook can have",
        ),
        ('[jobs.a]\nnotebook = "a.ipynb"\nsecrets = { "a b" = "env:X" }', "'a b' is no name for a secret"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(read, text: str, fault: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text)
    assert fault in str(caught.value)


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "nbmlops.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"nbmlops\.toml is no TOML: it isn't UTF-8"):
        read_settings(tmp_path / "nbmlops.toml")
    with pytest.raises(SettingsError, match="can't be read"):
        read_settings(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ("90s", 90),
        ("10m", 600),
        ("10 min", 600),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2d", 172800),
        ("1 hour", 3600),
    ],
)
def test_a_span_of_time_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "10x", "10m?", "-5", "0", "0s", "1h and", "10 m m"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1000", 1000),
        ("4GB", 4 * 10**9),
        ("4 gb", 4 * 10**9),
        ("4G", 4 * 10**9),
        ("4GiB", 4 * 2**30),
        ("0.5 MB", 500_000),
        ("512b", 512),
    ],
)
def test_an_amount_of_memory_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "4XB", "-1", "0", "4ib", "4 G B"])
def test_what_is_no_amount_of_memory_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="memory"):
        parse_size(text)


# The schema


def schema() -> dict[str, Any]:
    text = files("nbmlops").joinpath("schemas/nbmlops.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def accepts(text: str) -> bool:
    """Whether an editor with the schema would find nothing wrong."""
    # A date is a text to JSON, as it is to an editor's checker.
    document = json.loads(json.dumps(tomllib.loads(text), default=str))
    return not list(jsonschema.Draft202012Validator(schema()).iter_errors(document))


def test_the_published_schema_is_that_of_the_code() -> None:
    assert schema() == settings_schema(), (
        "write it anew: nbmlops config --schema > src/nbmlops/schemas/nbmlops.schema.json"
    )
    jsonschema.Draft202012Validator.check_schema(schema())


def test_each_key_has_its_field() -> None:
    assert set(STORE_KEYS) == {field.name for field in dataclasses.fields(StoreSettings)}
    assert {"name", *JOB_KEYS} == {field.name for field in dataclasses.fields(JobSettings)}


JOB = '[jobs.a]\nnotebook = "a.ipynb"\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        WHOLE,
        JOB + "cell_timeout = 1.5",
        JOB + 'cell_timeout = "1h 30m"',
        JOB + 'cell_timeout = "10 min"',
        JOB + "memory = 1000",
        JOB + 'memory = "4 GiB"',
        JOB + 'memory = "512"',
        '[jobs.a-b_1]\nnotebook = "a.ipynb"',
    ],
)
def test_what_is_right_is_right_for_the_schema_too(read, text: str) -> None:
    read(text)
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "[other]",
        "store = 3",
        "[store]\nlocation = 3",
        '[store]\nlocation = ""',
        "[store]\nplace = 3",
        "jobs = 3",
        "[jobs.a]",
        '[jobs.a]\nnotebook = "a.py"',
        '[jobs."a b"]\nnotebook = "a.ipynb"',
        JOB + "kernel = 3",
        JOB + "other = 3",
        JOB + "tags = { a = 1 }",
        JOB + "tags = 3",
        JOB + "parameters = [1]",
        JOB + 'parameters = { "a b" = 1 }',
        JOB + 'secrets = { DB = "hunter2" }',
        JOB + 'secrets = { "a b" = "env:X" }',
        JOB + 'secrets = { DB = "keyring:nothing" }',
        JOB + 'cell_timeout = "soon"',
        JOB + "cell_timeout = -1",
        JOB + "cell_timeout = true",
        JOB + 'memory = "much"',
        JOB + "memory = 1.5",
        JOB + "memory = true",
    ],
)
def test_what_is_wrong_is_wrong_for_the_schema_too(read, text: str) -> None:
    with pytest.raises(SettingsError):
        read(text)
    assert not accepts(text)


# The reference


def test_the_reference_names_every_key_and_its_example_is_right(read, root: Path) -> None:
    page = (root / "docs" / "reference" / "nbmlops-toml.md").read_text(encoding="utf-8")
    for key in [*STORE_KEYS, *JOB_KEYS]:
        assert f"| `{key}` |" in page, f"{key} isn't documented in docs/reference/nbmlops-toml.md"
    example = page.split("```toml\n")[1].split("```")[0]
    assert list(read(example).jobs) == ["train", "score"]
    assert accepts(example)
