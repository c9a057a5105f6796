from __future__ import annotations

import base64
import getpass
import json
from collections import namedtuple
from urllib.parse import quote, quote_plus

import pytest

from nbmlops.capture.secret_names import is_secret_name
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.errors import ConfigError

VALUE = 'p@ss/wörd "q" &\\1'


@pytest.fixture
def registry() -> SecretRegistry:
    return SecretRegistry({})


@pytest.mark.parametrize(
    "name",
    """
    password PASSWORD db_password dbPassword passwd pwd secret client_secret SECRET_KEY token
    access_token HF_TOKEN githubToken api_key apikey apiKey API-KEY APIKey access_key
    AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY private_key credential credentials auth basic_auth
    passphrase db.password password2 x.api.key
    """.split(),
)
def test_a_secret_name_is_told(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    """
    tokenizer n_tokens max_tokens token_count tokens num_token pad_token eos_token next_token
    token_ids token_type_ids secretary author authors authority key keys primary_key monkey
    compass n_pass forward_pass password_length has_password auth_method auth_url secret_name
    token_path passed x keyboard use_auth tokenize
    """.split(),
)
def test_a_harmless_name_is_told(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "written",
    [
        VALUE,
        repr(VALUE),
        json.dumps(VALUE),
        json.dumps(VALUE, ensure_ascii=False),
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        base64.b64encode(VALUE.encode()).decode(),
        base64.b64encode(f"ann:{VALUE}".encode()).decode(),
        base64.b64encode(f"anna:{VALUE}".encode()).decode(),
        base64.urlsafe_b64encode(f"annie:{VALUE}:x".encode()).decode(),
        VALUE.replace("&", "&amp;").replace('"', "&quot;"),
    ],
)
def test_a_registered_value_is_masked_however_it_is_written(registry: SecretRegistry, written: str) -> None:
    registry.register(VALUE)
    scrubbed = registry.scrub(f"before {written} after")
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")
    assert "***" in scrubbed
    assert "rd" not in scrubbed.replace("before", "")
    assert len(scrubbed) < len(written) + 15 - 8


def test_a_value_within_a_longer_value_is_masked_as_the_longer_one(registry: SecretRegistry) -> None:
    registry.register("correct-horse")
    registry.register("correct-horse-battery")
    assert registry.scrub("correct-horse-battery and correct-horse") == "*** and ***"


def test_short_values_and_common_words_are_masked_only_beside_their_name(registry: SecretRegistry) -> None:
    registry.register("abc", name="pwd")
    registry.register("basic", name="auth")
    registry.register("1234", name="password")
    text = 'abc basic 0.1234 pwd=\'abc\' auth: basic {"password": "1234"}'
    assert registry.scrub(text) == 'abc basic 0.1234 pwd=\'***\' auth: *** {"password": "***"}'


def test_a_value_of_few_letters_is_masked_only_as_a_word(registry: SecretRegistry) -> None:
    registry.register("tiger", name="password")
    assert registry.scrub("tiger tigers (tiger)") == "*** tigers (***)"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1B2" * 9,
        "github_pat_11ABCDEFG0" + "x" * 30,
        "glpat-" + "x1Y2z" * 4,
        "xoxb-123456789012-abcdefABCDEF",
        "sk-proj-" + "aB3_" * 10,
        "sk_live_" + "a1" * 12,
        "hf_" + "aB" * 17,
        "AIza" + "Sy0_-" * 7,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ],
)
def test_tokens_are_masked_by_their_looks(registry: SecretRegistry, secret: str) -> None:
    assert registry.scrub(f"key={secret} rest") == "key=*** rest"
    assert registry.scrub(f'"{secret}"') == '"***"'


def test_only_the_password_leaves_a_url(registry: SecretRegistry) -> None:
    assert (
        registry.scrub("postgresql+psycopg://ann:pa55@host:5432/db")
        == "postgresql+psycopg://ann:***@host:5432/db"
    )
    assert registry.scrub("redis://:pa55@host") == "redis://:***@host"
    assert registry.scrub("https://example.org:80/a@b") == "https://example.org:80/a@b"


def test_bearer_and_private_keys_and_signed_urls_are_masked(registry: SecretRegistry) -> None:
    assert registry.scrub("Authorization: Bearer abc.def-123") == "Authorization: Bearer ***"
    assert registry.scrub("{'Authorization': 'Basic YTpi'}") == "{'Authorization': 'Basic ***'}"
    pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n-----END RSA PRIVATE KEY-----"
    assert registry.scrub(f"a {pem} b") == "a -----BEGIN RSA PRIVATE KEY-----*** b"
    assert "MIIabc" not in registry.scrub(repr(pem))
    url = "https://b.s3.amazonaws.com/k?X-Amz-Signature=0f3a&x=1"
    assert registry.scrub(url) == "https://b.s3.amazonaws.com/k?X-Amz-Signature=***&x=1"


def test_masking_twice_changes_nothing_more(registry: SecretRegistry) -> None:
    registry.register("hunter2-tea")
    text = "hunter2-tea postgres://a:pw@h Authorization: Bearer abcdefghijklmnopqrst"
    once = registry.scrub(text)
    assert registry.scrub(once) == once


def test_ordinary_text_stays(registry: SecretRegistry) -> None:
    text = "accuracy=0.93 sk-learn task-force https://example.org/a?x=1 12:30 a@b.org lr=1e-3 ghost"
    assert registry.scrub(text) == text


def test_the_environment_is_registered_by_name_and_plausibility() -> None:
    registry = SecretRegistry(
        {
            "DB_PASSWORD": "correct-horse",
            "API_KEY": "true",
            "SECRET": "/usr/bin",
            "TOKEN": "1234567",
            "AUTH": "disabled",
            "EDITOR": "vim-is-nice",
            "DATABASE_URL": "postgres://ann:s3cr%40t-pw@host/db",
        }
    )
    assert registry.scrub("correct-horse") == "***"
    for harmless in ("true", "/usr/bin", "1234567", "disabled", "vim-is-nice"):
        assert registry.scrub(harmless) == harmless
    assert registry.scrub("s3cr%40t-pw s3cr@t-pw") == "*** ***"


@pytest.mark.parametrize(
    "source",
    [
        'password = "hunter2-tea"',
        'db_password: str = "hunter2-tea"',
        "self.api_key = 'hunter2-tea'",
        'os.environ["API_KEY"] = "hunter2-tea"',
        'connect(host="h", password="hunter2-tea")',
        'cfg = {"api_key": "hunter2-tea"}',
        'user, password = "ann", "hunter2-tea"',
        'os.environ.setdefault("API_KEY", "hunter2-tea")',
        'def f(user, password="hunter2-tea"): pass',
        'def f(*, token="hunter2-tea"): pass',
        'password = os.getenv("PW") or "hunter2-tea"',
        'if (token := "hunter2-tea"): pass',
        'password == "hunter2-tea"',
        'password = b"hunter2-tea"',
        "%env API_KEY=hunter2-tea",
        "!pip list\npassword = 'hunter2-tea'",
        "password = 'hunter2-tea'\nthis is no python",
    ],
)
def test_literals_with_secret_names_in_source_are_registered(registry: SecretRegistry, source: str) -> None:
    registry.register_from_source(source, {})
    assert "hunter2-tea" not in registry.scrub(source)


def test_other_literals_in_source_are_left_alone(registry: SecretRegistry) -> None:
    registry.register_from_source('name = "hunter2-tea"; pad_token = "the-padding"; f(key="a-sort-key")', {})
    assert registry.scrub("hunter2-tea the-padding a-sort-key") == "hunter2-tea the-padding a-sort-key"


@pytest.mark.parametrize(
    "source",
    [
        'x = os.environ["MY_THING"]',
        'x = os.environ.get("MY_THING", "")',
        'x = os.getenv("MY_THING")',
        "x = getpass.getpass()",
        "x = getpass('Your code: ')",
        'x = nbmlops.secret("thing")',
        'x = "Bearer " + os.environ["MY_THING"]',
        'x = {"Authorization": os.environ["MY_THING"]}',
        'x: str = os.environ["MY_THING"]',
    ],
)
def test_what_came_from_the_environment_or_a_prompt_is_registered(
    registry: SecretRegistry, source: str
) -> None:
    value = "tea-for-two-42"
    registry.register_from_source(source, {"x": {"k": value} if "{" in source else value})
    assert registry.scrub(f"got {value}") == "got ***"


def test_variables_read_without_a_name_are_registered_too() -> None:
    registry = SecretRegistry({"MY_THING": "tea-for-two-42"})
    assert registry.scrub("tea-for-two-42") == "tea-for-two-42"
    registry.register_from_source('connect(os.environ["MY_THING"])', {})
    assert registry.scrub("tea-for-two-42") == "***"


def test_harmless_variables_and_values_from_the_environment_stay(registry: SecretRegistry) -> None:
    registry.register_from_source('x = os.environ["HOME"]; y = os.getenv("N"); z = os.getenv("D")', {
        "x": "/home/somebody", "y": "1000000", "z": "/usr/lib",
    })  # fmt: skip
    assert registry.scrub("/home/somebody 1000000 /usr/lib") == "/home/somebody 1000000 /usr/lib"


def test_hostile_sources_and_namespaces_are_survived(registry: SecretRegistry) -> None:
    class Hostile:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError

    registry.register_from_source("x = os.environ['A']", {"x": Hostile()})
    registry.register_from_source("(" * 500, {})
    registry.register_from_source("\0", {})
    registry.register_from_source("", {})


def test_trees_are_masked_in_values_keys_and_under_secret_names(registry: SecretRegistry) -> None:
    registry.register("hunter2-tea")
    Point = namedtuple("Point", "x y")
    tree = {
        "a": ["hunter2-tea", ("x hunter2-tea", 1)],
        "hunter2-tea": b"raw hunter2-tea \xff",
        "db.password": "never registered",
        "pin_secret": 1234,
        "use": {"token": True, "auth": None},
        "p": Point("hunter2-tea", 2),
        "n": 1.5,
    }
    assert registry.scrub_tree(tree) == {
        "a": ["***", ("x ***", 1)],
        "***": b"raw *** \xff",
        "db.password": "***",
        "pin_secret": "***",
        "use": {"token": True, "auth": None},
        "p": Point("***", 2),
        "n": 1.5,
    }
    assert tree["a"] == ["hunter2-tea", ("x hunter2-tea", 1)]


def test_a_cyclic_tree_ends(registry: SecretRegistry) -> None:
    tree: list[object] = []
    tree.append(tree)
    assert "***" in repr(registry.scrub_tree(tree))


def test_getpass_is_registered_and_can_be_restored(
    registry: SecretRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt="Password: ": "tea-for-two-42")
    original = getpass.getpass

    class Kernel:
        def getpass(self, prompt: str = "") -> str:
            return "from the front end"

    kernel = Kernel()
    restore = registry.watch_getpass(kernel)
    assert getpass.getpass() == "tea-for-two-42"
    assert kernel.getpass() == "from the front end"
    assert registry.scrub("tea-for-two-42, from the front end") == "***, ***"
    restore()
    assert getpass.getpass is original
    assert vars(kernel) == {}


def test_secret_reads_the_environment_and_registers() -> None:
    registry = SecretRegistry(
        {"NBMLOPS_SECRET_DB": "first-choice", "DB": "second-choice", "PLAIN_ONE": "plain-value"}
    )
    assert registry.secret("db") == "first-choice"
    assert registry.secret("plain-one") == "plain-value"
    assert registry.scrub("first-choice plain-value second-choice") == "*** *** second-choice"


def test_a_missing_secret_names_the_remedy(registry: SecretRegistry) -> None:
    with pytest.raises(ConfigError, match="export NBMLOPS_SECRET_MY_DB="):
        registry.secret("my-db")


def test_before_a_cell_the_old_value_of_a_fetched_name_is_no_secret() -> None:
    registry = SecretRegistry({"MY_THING": "tea-for-two-42"})
    source = 'password = "hunter2-tea"\nname = os.getenv("MY_THING")\nrun = os.getenv("NOPE")'
    registry.register_from_source(source)
    assert registry.scrub("hunter2-tea tea-for-two-42 old-value-77") == "*** *** old-value-77"
    registry.register_from_source(source, {"run": "old-value-77"})
    assert registry.scrub("old-value-77") == "***"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ('name = os.getenv("NOPE", "linear-v2-b")', "linear-v2-b"),
        ('name = os.getenv("NOPE", default="linear-v2-b")', "linear-v2-b"),
        ('name = os.environ.get("NOPE") or "linear-v2-b"', "linear-v2-b"),
        ('name = os.environ["A"] if full else "linear-v2-b"', "linear-v2-b"),
        ('name = os.getenv("NOPE")', "forest"),
        ('name = os.getenv("NOPE")', "random_forest"),
        ('name = os.getenv("NOPE")', "Production"),
    ],
)
def test_a_fallback_in_the_source_or_a_plain_word_is_a_setting(source: str, value: str) -> None:
    registry = SecretRegistry({"NOPE": value})
    registry.register_from_source(source)
    registry.register_from_source(source, {"name": value})
    assert registry.scrub(f"a {value} here") == f"a {value} here"


def test_a_plain_word_under_a_secret_name_is_a_secret(registry: SecretRegistry) -> None:
    registry.register_from_source("db_password = getpass()", {"db_password": "forest"})
    assert registry.scrub("forest") == "***"


def test_a_secret_is_found_in_bytes(registry: SecretRegistry) -> None:
    registry.register("hünter3-tea", name="password")
    assert registry.holds_secret(b"\xff\0" + "hünter3-tea".encode())
    assert registry.holds_secret(b'{"p": "h\\u00fcnter3-tea"}')
    assert not registry.holds_secret(b"\xff\0 hunter3-tea")
