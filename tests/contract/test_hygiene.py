"""What must stand in no file of the repository."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|npmjs\.(org|com)|yarnpkg\.com|deb\.debian\.org|jsdelivr|unpkg\.com"
)
HERE = Path(__file__)


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    """What git has or would take."""
    if not (root / ".git").exists():
        return [
            path for path in root.rglob("*") if path.is_file() and ".venv" not in path.parts[len(root.parts)]
        ]
    listing = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split("\0")
    return [root / name for name in names if name and (root / name).is_file()]


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def test_no_file_names_a_registry(files: list[Path]) -> None:
    assert [str(path) for path in files if path != HERE and REGISTRY.search(text(path))] == []


def test_the_only_lock_file_is_npms_and_holds_no_address(root: Path, files: list[Path]) -> None:
    locks = {"package-lock.json", "pdm.lock", "pnpm-lock.yaml", "poetry.lock", "uv.lock", "yarn.lock"}
    kept = [path for path in files if path.name in locks]
    assert [path.relative_to(root) if path.is_absolute() else path for path in kept] == [
        Path("labextension/package-lock.json")
    ]
    assert '"resolved"' not in (root / "labextension/package-lock.json").read_text(encoding="utf-8")


def test_there_are_files_to_look_at(files: list[Path]) -> None:
    assert len(files) > 20


def test_no_module_is_named_for_nothing(root: Path) -> None:
    for path in (root / "src").rglob("*.py"):
        assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}, (
            path
        )


def test_package_inits_only_export(root: Path) -> None:
    for path in (root / "src" / "nbmlops").glob("*/**/__init__.py"):
        lazily = path.parent.name == "records"  # resolves its names when they are asked for, as the root does
        for node in ast.parse(text(path)).body:
            if lazily and isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
                continue
            allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr, ast.If)
            assert isinstance(node, allowed), (
                f"{path}:{node.lineno} defines something; __init__ only re-exports"
            )
