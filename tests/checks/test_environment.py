from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import asdict
from pathlib import Path

import pytest

from nbmlops.capture.environment import EnvironmentReader
from nbmlops.errors import ConfigError
from nbmlops.jobs.environments import changes
from nbmlops.jobs.fresh_environment import build_environment
from nbmlops.jobs.lock import lock_text
from nbmlops.records import Environment
from nbmlops.store.documents import environment_from_doc
from nbmlops.views.requirements import requirements_text

from .conftest import Lab


def wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel as pip installs it, of one module that knows its version."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = io.StringIO()
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        csv.writer(record).writerow([path, f"sha256={digest}", len(text)])
    target = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", f"{record.getvalue()}{info}/RECORD,,\n")
    return target


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, and pip without any other index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "tinypkg", "1.4")
    wheel(folder, "tinypkg", "1.5")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def environment(**changed: object) -> Environment:
    now = EnvironmentReader().read()
    return Environment(now.python, now.platform, **{"packages": {"tinypkg": "1.4"}, **changed})  # type: ignore[arg-type]


def test_requirements_pin_versions_and_name_where_the_rest_came_from() -> None:
    text = requirements_text(
        environment(
            packages={"own": "0.1", "pandas": "2.2.3", "tool": "3.0"},
            direct={"tool": "git+https://example.org/tool@abc123#subdirectory=py"},
            editable={"own": "/home/ann/own"},
        )
    )
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [
        "pandas==2.2.3", "tool @ git+https://example.org/tool@abc123#subdirectory=py", "-e /home/ann/own"
    ]  # fmt: skip
    assert "# own==0.1" in text


def test_a_lock_is_one_that_the_standard_takes(index: Path) -> None:
    text = lock_text(environment(editable={"own": "/home/ann/own"}))
    document = tomllib.loads(text)
    assert document["lock-version"] == "1.0"
    own, tiny = sorted(document["packages"], key=lambda package: package["name"])
    assert own == {"name": "own", "directory": {"path": "/home/ann/own", "editable": True}}
    digest = hashlib.sha256((index / "tinypkg-1.4-py3-none-any.whl").read_bytes()).hexdigest()
    assert tiny["version"] == "1.4"
    assert tiny["wheels"][0]["hashes"] == {"sha256": digest}
    try:
        from packaging.pylock import Pylock
    except ImportError:  # an older packaging: what stands above must do
        return
    Pylock.from_dict(document).validate()


def test_a_lock_of_what_no_index_has_says_so(index: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere-to-be-found"):
        lock_text(environment(packages={"nowhere-to-be-found": "1.0"}))


def test_an_environment_is_built_once_for_a_lock(index: Path, tmp_path: Path) -> None:
    said: list[str] = []
    python = build_environment(environment(), said.append, tmp_path / "cache")
    code = "import tinypkg, nbmlops; print(tinypkg.VERSION, nbmlops.__file__)"
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, env=env)
    assert done.stdout.split()[0] == "1.4", done.stderr
    assert len(said) == 1
    assert build_environment(environment(), said.append, tmp_path / "cache") == python
    assert len(said) == 1
    other = build_environment(environment(packages={"tinypkg": "1.5"}), said.append, tmp_path / "cache")
    assert other != python


def test_an_environment_that_can_not_be_built_leaves_nothing(index: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tinypkg==9\.9"):
        build_environment(environment(packages={"tinypkg": "9.9"}), print, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(ConfigError, match=r"python3\.1 here"):
        build_environment(Environment("CPython 3.1.0", ""), print, tmp_path / "cache")


def test_where_distributions_came_from_is_read_and_credentials_are_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "from_git": {
            "url": "https://ann:pa55word@example.org/x.git",
            "vcs_info": {"vcs": "git", "commit_id": "abc"},
        },
        "a_file": {
            "url": "file:///w/a.whl",
            "archive_info": {"hashes": {"sha256": "12"}},
            "subdirectory": "py",
        },
        "own": {"url": "file:///home/ann/my%20code", "dir_info": {"editable": True}},
        "broken": {"nothing": 1},
    }
    for name, origin in told.items():
        (tmp_path / f"{name}-1.dist-info").mkdir()
        (tmp_path / f"{name}-1.dist-info" / "direct_url.json").write_text(json.dumps(origin))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = EnvironmentReader().read()
    assert found.packages == {"a-file": "1", "broken": "1", "from-git": "1", "own": "1"}
    assert found.direct == {
        "from-git": "git+https://ann:***@example.org/x.git@abc",
        "a-file": "file:///w/a.whl#subdirectory=py&sha256=12",
    }
    assert found.editable == {"own": "/home/ann/my code"}


def test_a_run_knows_its_threads_and_its_hash_seed(lab: Lab) -> None:
    run = lab.session("import sklearn.linear_model", "%%track\nm = 0.5 * 3", env={"OMP_NUM_THREADS": "1"})
    assert run.environment is not None
    assert run.environment.threads == {"OMP_NUM_THREADS": "1"}
    assert run.environment.hash_seed == "0"
    assert {pool.threads for pool in run.environment.pools if pool.library == "openmp"} == {1}
    assert run.environment.executable == sys.executable
    checked = lab.nbmlops("env", run.id, "--check", env={"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"})
    assert (checked.code, checked.stdout) == (0, "The environments are the same.\n")
    other = lab.nbmlops("env", run.id, "--check", env={"OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "0"})
    assert (other.code, other.stdout) == (1, "name\tthen\tnow\nOMP_NUM_THREADS\t1\t2\n")
    written = lab.nbmlops("env", run.id, "-o", "requirements.txt")
    assert written.code == 0
    assert f"numpy=={run.environment.packages['numpy']}" in (lab.folder / "requirements.txt").read_text()
    assert lab.nbmlops("env", run.id, "--diff", run.id).code == 0
    assert json.loads(lab.nbmlops("env", run.id, "--json").stdout)["cpus"] == run.environment.cpus


def test_what_older_versions_recorded_is_compared_as_far_as_it_goes() -> None:
    old = Environment("CPython 3.11.7", "Linux", {"pandas": "2.2.3", "gone": "1"})
    assert (
        environment_from_doc({"python": "CPython 3.11.7", "platform": "Linux", "packages": old.packages})
        == old
    )
    new = environment(packages={"pandas": "3.0.0"})
    assert environment_from_doc({**asdict(new), "of a newer version": 1}) == new
    assert [(c.name, c.before, c.after) for c in changes(old, new) if c.name not in ("Python", "platform")] == [
        ("gone", "1", ""), ("pandas", "2.2.3", "3.0.0")
    ]  # fmt: skip
