from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from nbmlops.config import (
    StoreLocation,
    find_settings_file,
    find_store,
    find_store_and_origin,
    is_disabled,
    locate,
    mask_password,
)
from nbmlops.errors import ConfigError, SettingsError


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home folder with a project below it."""
    home = tmp_path / "home"
    (home / "project" / "deep" / "er").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


def found(folder: Path, **environ: str) -> Path:
    return find_store(folder, environ).root


def test_the_nearest_store_upward_is_taken(home):
    (home / "project" / ".nbmlops").mkdir()
    (home / "project" / "deep" / ".git").mkdir()
    assert found(home / "project" / "deep" / "er") == home / "project" / ".nbmlops"
    (home / "project" / "deep" / "er" / ".nbmlops").mkdir()
    assert found(home / "project" / "deep" / "er") == home / "project" / "deep" / "er" / ".nbmlops"


def test_else_it_is_made_at_the_root_of_the_repository(home):
    (home / "project" / ".git").mkdir()
    (home / "project" / "deep" / "pyproject.toml").touch()
    assert found(home / "project" / "deep" / "er") == home / "project" / ".nbmlops"


def test_a_work_tree_whose_git_is_a_file_is_a_repository_too(home):
    (home / "project" / ".git").write_text("gitdir: elsewhere")
    assert found(home / "project" / "deep") == home / "project" / ".nbmlops"


def test_else_beside_the_nearest_pyproject(home):
    (home / "project" / "pyproject.toml").touch()
    (home / "project" / "deep" / "pyproject.toml").touch()
    assert found(home / "project" / "deep" / "er") == home / "project" / "deep" / ".nbmlops"


def test_else_in_the_folder_itself(home):
    assert found(home / "project" / "deep") == home / "project" / "deep" / ".nbmlops"


@pytest.mark.parametrize("marker", [".nbmlops", ".git", "pyproject.toml"])
@pytest.mark.parametrize("place", ["home", "above"])
def test_the_home_folder_is_never_taken_silently(home, marker, place):
    folder = home if place == "home" else home.parent
    (folder / marker).mkdir()
    assert found(home / "project" / "deep") == home / "project" / "deep" / ".nbmlops"


def test_who_works_right_in_the_home_folder_has_the_store_there(home):
    assert found(home) == home / ".nbmlops"


def test_looking_makes_nothing(home):
    location = find_store(home / "project", {})
    assert not location.exists
    assert [path.name for path in home.rglob("*") if path.name == ".nbmlops"] == []


def test_the_variable_wins(home, tmp_path, monkeypatch):
    (home / "project" / ".nbmlops").mkdir()
    assert found(home / "project", NBMLOPS_STORE=str(tmp_path / "named")) == tmp_path / "named"
    assert found(home / "project", NBMLOPS_STORE="~/runs") == home / "runs"
    assert found(home / "project", NBMLOPS_STORE="  ") == home / "project" / ".nbmlops"
    monkeypatch.chdir(tmp_path)
    assert found(home / "project", NBMLOPS_STORE="relative") == tmp_path / "relative"


def test_a_url_keeps_its_journals_where_a_store_would_be(home):
    location = find_store(home / "project", {"NBMLOPS_STORE": "postgresql://ann@db/runs"})
    assert location == StoreLocation(home / "project" / ".nbmlops", "postgresql://ann@db/runs")


@pytest.mark.parametrize("url", ["postgresql://db/x", "postgresql+psycopg://db/x", "sqlite:////tmp/x.db"])
def test_urls_of_these_kinds_are_taken(home, url):
    assert find_store(home, {"NBMLOPS_STORE": url}).database_url == url


@pytest.mark.parametrize(
    "url", ["mysql://ann:s3cret@db/x", "s3://bucket/x", "https://ann:s3cret@host/x", "nonsense://"]
)
def test_urls_of_other_kinds_are_refused_with_what_to_give_instead(home, url):
    with pytest.raises(ConfigError, match="give a folder, or a URL that begins with postgresql://") as caught:
        find_store(home, {"NBMLOPS_STORE": url})
    assert "s3cret" not in str(caught.value)


def test_a_file_is_no_store(home):
    (home / "file").touch()
    with pytest.raises(ConfigError, match="is a file: name a folder"):
        find_store(home, {"NBMLOPS_STORE": str(home / "file")})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ann:s3cret@db/runs", "postgresql://ann:***@db/runs"),
        ("postgresql://ann:s3/c@r:et@db:5432/runs", "postgresql://ann:***@db:5432/runs"),
        ("postgresql://ann@db/runs", "postgresql://ann@db/runs"),
        ("postgresql://db/runs?user=ann&password=s3cret", "postgresql://db/runs?user=ann&password=***"),
        ("postgresql://db/runs?sslpassword=s3cret&x=1", "postgresql://db/runs?sslpassword=***&x=1"),
        ("postgresql://:s3cret@db/runs", "postgresql://:***@db/runs"),
        ("/a/folder", "/a/folder"),
    ],
)
def test_a_password_is_never_shown(url, shown):
    assert mask_password(url) == shown


def test_a_location_shows_itself_without_its_password():
    assert "s3cret" not in str(StoreLocation(Path("/x"), "postgresql://ann:s3cret@db/runs"))


@pytest.mark.parametrize(
    ("value", "off"),
    [
        ("1", True),
        ("true", True),
        (" Yes ", True),
        ("ON", True),
        ("0", False),
        ("", False),
        ("no", False),
        ("2", False),
    ],
)
def test_tracking_is_switched_off_by_a_plain_yes(value, off):
    assert is_disabled({"NBMLOPS_DISABLED": value}) is off


def test_without_the_variable_tracking_is_on():
    assert not is_disabled({})


def test_git_does_not_see_the_store(tmp_path, run_python):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    run_python("import nbmlops\nwith nbmlops.start_run(): pass")
    assert (tmp_path / ".nbmlops").is_dir()
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def test_each_database_has_journals_of_its_own_however_its_url_is_written(tmp_path):
    def spool(url: str) -> str:
        return StoreLocation(tmp_path, url).spool

    assert spool("") == "journals"
    assert re.fullmatch(r"journals-[0-9a-f]{12}", spool("postgresql://ann@db/runs"))
    assert spool("postgresql://ann@db/runs") == spool(
        "postgresql+psycopg://ann:s3cret@db/runs?sslmode=require"
    )
    different = [
        "postgresql://db/a",
        "postgresql://db/b",
        "sqlite:////db/a",
        "postgresql:///a?host=/x",
        "postgresql:///a?host=/y",
    ]
    assert len({spool(url) for url in different}) == len(different)


def test_the_file_in_a_url_is_the_same_one_from_every_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert locate("sqlite:///team.db", tmp_path).database_url == f"sqlite:///{tmp_path}/team.db"
    assert locate("sqlite:///t.db?timeout=5", tmp_path).database_url == f"sqlite:///{tmp_path}/t.db?timeout=5"
    assert locate("sqlite:///:memory:", tmp_path).database_url == "sqlite:///:memory:"


# nbmlops.toml


def settings(folder: Path, text: str) -> Path:
    file = folder / "nbmlops.toml"
    file.write_text(text)
    return file


def test_the_settings_file_names_the_store_relative_to_itself(home):
    file = settings(home / "project", '[store]\nlocation = "runs"\n')
    deep = home / "project" / "deep" / "er"
    (deep / ".nbmlops").mkdir()
    assert found(deep) == home / "project" / "runs"
    assert find_store_and_origin(deep, {}) == (StoreLocation(home / "project" / "runs"), str(file))


def test_a_store_in_the_home_folder_or_by_its_whole_path(home, tmp_path):
    settings(home / "project", '[store]\nlocation = "~/runs"\n')
    assert found(home / "project") == home / "runs"
    settings(home / "project", f"[store]\nlocation = '{tmp_path}/all'\n")
    assert found(home / "project") == tmp_path / "all"


def test_the_variable_wins_over_the_settings_file(home, tmp_path):
    settings(home / "project", '[store]\nlocation = "runs"\n')
    location, origin = find_store_and_origin(home / "project", {"NBMLOPS_STORE": str(tmp_path / "named")})
    assert (location.root, origin) == (tmp_path / "named", "NBMLOPS_STORE")


def test_the_nearest_settings_file_counts(home):
    settings(home / "project", '[store]\nlocation = "outer"\n')
    settings(home / "project" / "deep", '[store]\nlocation = "inner"\n')
    assert found(home / "project" / "deep" / "er") == home / "project" / "deep" / "inner"
    assert find_settings_file(home / "project") == home / "project" / "nbmlops.toml"


def test_a_settings_file_without_a_store_marks_where_one_is_made(home):
    (home / "project" / ".git").mkdir()
    settings(home / "project" / "deep", "")
    deep = home / "project" / "deep"
    assert found(deep / "er") == deep / ".nbmlops"
    (home / "project" / ".nbmlops").mkdir()
    assert found(deep / "er") == home / "project" / ".nbmlops"


def test_the_settings_of_the_home_folder_are_not_taken_by_what_is_below(home):
    settings(home, '[store]\nlocation = "runs"\n')
    assert found(home / "project") == home / "project" / ".nbmlops"
    assert found(home) == home / "runs"


def test_a_url_in_the_settings_file_keeps_its_journals_beside_it(home):
    settings(home / "project", '[store]\nlocation = "sqlite:///team.db"\n')
    location = find_store(home / "project" / "deep", {})
    assert location == StoreLocation(home / "project" / ".nbmlops", f"sqlite:///{home}/project/team.db")


def test_a_store_that_can_not_be_is_refused_with_the_place_in_the_file(home):
    file = settings(home / "project", '[store]\nlocation = "mysql://ann:s3cret@db/x"\n')
    with pytest.raises(
        ConfigError, match=re.escape(f"{file}: [store] location=mysql://ann:***@db/x is no store")
    ):
        find_store(home / "project", {})


def test_a_mistake_in_a_job_keeps_nothing_from_being_tracked(home):
    settings(home / "project", '[store]\nlocation = "runs"\n[jobs.train]\nnotebok = 3\n[unknown]\n')
    assert found(home / "project") == home / "project" / "runs"


def test_a_mistake_about_the_store_is_told(home):
    file = settings(home / "project", '[store]\nlocatoin = "runs"\n')
    with pytest.raises(
        SettingsError, match=r"\[store\] locatoin: no such key. Did you mean location\?"
    ) as caught:
        find_store(home / "project", {})
    assert str(file) in str(caught.value)


def test_without_a_settings_file_no_toml_is_read(home, run_python):
    done = run_python("import sys, nbmlops.config as c; c.find_store(); print('tomllib' in sys.modules)")
    assert done.stdout.strip() == "False"
