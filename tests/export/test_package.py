"""Notebooks become packages; the packages are imported, called and tested for real."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from export_notebooks import FUNCTION, IMPORTS, PARAMETERS, TRAIN, cell, orders_notebook, save

from nbmlops.errors import NotebookError
from nbmlops.export import Export, export_notebook
from nbmlops.programs.notebook import read_notebook


def export(notebook: Path, to: Path, **options: object) -> Export:
    made = export_notebook(read_notebook(notebook), to, **options)
    made.write()
    return made


def run(package: Path, code: str, *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs Python with the package importable."""
    script = f"import sys; sys.path.insert(0, {str(package / 'src')!r})\n{code}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=cwd)


def core_of(notebook: Path, to: Path) -> str:
    export(notebook, to)
    return next(to.glob("src/*/core.py")).read_text()


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Export]:
    folder = tmp_path_factory.mktemp("orders")
    return folder, export(orders_notebook(folder), folder / "churn")


def test_the_tests_of_the_notebook_pass_in_the_package(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "churn"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_tests_that_need_a_file_are_skipped_where_it_is_not(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder / "churn", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "2 passed, 2 skipped" in done.stdout
    assert "there is no file orders.csv" in done.stdout


def test_the_commands_of_its_readme_can_be_typed(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    assert "churn-train --n-estimators 20 --output results" in (folder / "churn/README.md").read_text()
    said = run(folder / "churn", "from churn.cli import main\nmain(['--help'])").stdout
    assert ">= 1 >= 1" not in said
    assert "(default: orders.csv)" in " ".join(said.split())


def test_a_test_cell_that_is_wrong_fails_in_the_package(tmp_path: Path) -> None:
    save(tmp_path / "n.ipynb", cell("accuracy = sum([0.5])", "export"), cell("assert accuracy > 0.9", "test"))
    export(tmp_path / "n.ipynb", tmp_path / "wrong")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "wrong"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "assert 0.5 > 0.9" in done.stdout


def test_the_parameters_are_a_typed_configuration(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    source = (folder / "churn/src/churn/config.py").read_text()
    assert "    n_estimators: int = 20\n" in source
    assert '    criterion: Literal["gini", "entropy"] = "gini"\n' in source
    assert '    data: Path = Path("orders.csv")\n' in source
    done = run(folder / "churn", "from churn import Config\nConfig(n_estimators=0)")
    assert "n_estimators must be >= 1, not 0" in done.stderr


def test_the_command_takes_the_parameters_and_leaves_the_model(
    orders: tuple[Path, Export], tmp_path: Path
) -> None:
    folder, made = orders
    assert made.names.command == "churn-train"
    code = "from churn.cli import main\nsys.exit(main(sys.argv[1:] or {}))"
    code = code.format([]).replace("sys.argv[1:] or []", "ARGUMENTS")
    arguments = ["--n-estimators", "3", "--criterion", "entropy", "--output", str(tmp_path / "out"), "--json"]
    done = run(folder / "churn", f"ARGUMENTS = {arguments}\n{code}", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((tmp_path / "out/results.json").read_text())
    check = f"import joblib; print(joblib.load({str(tmp_path / 'out/clf.joblib')!r}).n_estimators)"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, text=True).stdout == "3\n"


def test_an_input_that_is_not_the_recorded_one_is_refused_when_asked(tmp_path: Path) -> None:
    export(orders_notebook(tmp_path), tmp_path / "churn")
    code = "from churn.cli import main\nsys.exit(main(['--check-inputs', '--n-estimators', '2']))"
    assert run(tmp_path / "churn", code, cwd=tmp_path).returncode == 0
    with (tmp_path / "orders.csv").open("a") as file:
        file.write("1,1,1\n")
    done = run(tmp_path / "churn", code, cwd=tmp_path)
    assert done.returncode == 3
    assert "orders.csv is not the file" in done.stderr


def test_the_dependencies_are_what_is_imported_with_the_versions_that_ran(tmp_path: Path) -> None:
    made = export_notebook(
        read_notebook(orders_notebook(tmp_path)), tmp_path / "churn", ran_with={"scikit_learn": "1.7.0"}
    )
    names = [line.partition("==")[0] for line in made.dependencies.lines]
    assert names == ["pandas", "scikit-learn"]  # matplotlib is imported by the notebook, and not needed
    assert "scikit-learn==1.7.0" in made.dependencies.lines


def test_texts_over_several_lines_stay_as_they_are(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    assert '    note = """one\ntwo"""\n' in (folder / "churn/src/churn/core.py").read_text()


def test_magics_and_what_only_shows_are_left_out(orders: tuple[Path, Export]) -> None:
    folder, _ = orders
    core = (folder / "churn/src/churn/core.py").read_text()
    assert "%" not in core
    assert "head()" not in core
    assert "#|" not in core


def test_a_function_that_reads_what_cells_compute_stands_inside(tmp_path: Path) -> None:
    notebook = save(
        tmp_path / "n.ipynb",
        cell("#| export\nLIMIT = 3\nrows = list(range(5))"),
        cell("#| export\ndef large():\n    return [r for r in rows if r > LIMIT]\nfound = large()"),
        cell("#| export\ndef pure(x):\n    return x + LIMIT"),
    )
    made = export(notebook, tmp_path / "p")
    core = (tmp_path / "p/src/p/core.py").read_text()
    assert "\nLIMIT = 3\n" in core
    assert "\n    def large():\n" in core
    assert "\ndef pure(x):\n" in core
    assert "large" in made.notices[0]
    assert run(tmp_path / "p", "import p; print(p.n().found, p.pure(1))").stdout == "[4] 4\n"


def test_a_notebook_of_functions_has_no_command(tmp_path: Path) -> None:
    notebook = save(tmp_path / "n.ipynb", cell("#| export\ndef double(x):\n    return 2 * x"))
    made = export(notebook, tmp_path / "p")
    assert not made.runs
    assert "[project.scripts]" not in (tmp_path / "p/pyproject.toml").read_text()
    assert run(tmp_path / "p", "import p; print(p.double(4))").stdout == "8\n"


def test_an_enumeration_of_the_notebook_is_an_option(tmp_path: Path) -> None:
    notebook = save(
        tmp_path / "n.ipynb",
        cell("from enum import Enum\nclass Mode(Enum):\n    FAST = 'fast'\n    SURE = 'sure'"),
        cell(
            "from datetime import date\nmode: Mode = Mode.FAST\nsince: date = date(2026, 1, 1)\nnames = ['a']\nshuffle = True",
            "parameters",
        ),
        cell("shown = f'{mode.name} {since} {names} {shuffle}'", "export"),
    )
    export(notebook, tmp_path / "p")
    code = "from p.cli import main\nsys.exit(main(['--mode', 'SURE', '--since', '2026-02-03', '--names', 'b,c', '--no-shuffle']))"
    done = run(tmp_path / "p", code)
    assert done.stdout.split(maxsplit=1)[1].strip() == "SURE 2026-02-03 ['b', 'c'] False", done.stderr


def test_a_computed_default_is_computed(tmp_path: Path) -> None:
    notebook = save(
        tmp_path / "n.ipynb", cell("a = 2\nb = a * 3", "parameters"), cell("total = a + b", "export")
    )
    export(notebook, tmp_path / "p")
    assert run(tmp_path / "p", "import p; print(p.n().total, p.n(p.Config(b=1)).total)").stdout == "8 3\n"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([cell("x = 1")], "no cell to export"),
        (
            [cell("rows = [1]"), cell("n = len(rows)", "export")],
            "rows is read in cell 2, line 1; it is bound in cell 1",
        ),
        ([cell("n = len(rows)", "export")], "no cell binds it"),
        ([cell("import asyncio\nawait asyncio.sleep(0)", "export")], "top-level `await`"),
        ([cell("x = = 1", "export")], "Cell 1 can't be exported: line 1 is no Python"),
        ([cell("x = abs(1)", "export"), cell("assert y", "test")], "reads y"),
        ([cell("import beside\nx = beside.y", "export")], "beside, which is a file beside the notebook"),
    ],
)
def test_what_can_not_stand_alone_is_said(cells: list[dict[str, object]], words: str, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("y = 1")
    save(tmp_path / "n.ipynb", *cells)
    with pytest.raises(NotebookError, match=words):
        export_notebook(read_notebook(tmp_path / "n.ipynb"), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_name_that_python_can_not_import_is_refused(tmp_path: Path) -> None:
    notebook = read_notebook(orders_notebook(tmp_path))
    with pytest.raises(NotebookError, match="--name"):
        export_notebook(notebook, tmp_path / "json")


def test_a_file_changed_by_hand_is_never_overwritten_silently(tmp_path: Path) -> None:
    notebook = orders_notebook(tmp_path)
    export(notebook, tmp_path / "churn")
    core = tmp_path / "churn/src/churn/core.py"
    core.write_text(core.read_text() + "# mine\n")
    again = export_notebook(read_notebook(notebook), tmp_path / "churn")
    assert [change.path for change in again.edited] == ["src/churn/core.py"]
    with pytest.raises(NotebookError, match=r"src/churn/core\.py"):
        again.write()
    assert core.read_text().endswith("# mine\n")
    again.write(force=True)
    assert not core.read_text().endswith("# mine\n")
    assert core.with_name("core.py.orig").read_text().endswith("# mine\n")


def test_a_changed_notebook_changes_only_its_files(tmp_path: Path) -> None:
    notebook = orders_notebook(tmp_path)
    export(notebook, tmp_path / "churn")
    save(
        notebook,
        cell(IMPORTS),
        cell(PARAMETERS, "parameters"),
        cell(FUNCTION, "export"),
        cell(TRAIN + "\nx = 1", "export"),
    )
    again = export_notebook(read_notebook(notebook), tmp_path / "churn")
    changes = {change.path: change.change for change in again.changes}
    assert changes["src/churn/core.py"] == "changed"
    assert changes["pyproject.toml"] == "same"
    assert changes["tests/test_notebook.py"] == "gone"
    again.write()
    assert not (tmp_path / "churn/tests/test_notebook.py").exists()


def test_a_foreign_file_in_the_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "churn").mkdir()
    (tmp_path / "churn/README.md").write_text("mine")
    with pytest.raises(NotebookError, match=r"README\.md"):
        export(orders_notebook(tmp_path), tmp_path / "churn")
    assert [path.name for path in (tmp_path / "churn").iterdir()] == ["README.md"]


def test_what_logs_to_nbmlops_runs_inside_a_run(tmp_path: Path) -> None:
    source = "import nbmlops\nnbmlops.log_metric('loss', 0.5)\nloss = sum([0.5])"
    export(
        save(tmp_path / "n.ipynb", cell(source, "export"), cell("assert loss == 0.5", "test")), tmp_path / "p"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "p"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (tmp_path / ".nbmlops").exists()


@pytest.mark.slow
def test_the_package_installs_and_passes_in_a_fresh_environment(tmp_path: Path) -> None:
    orders_notebook(tmp_path)
    export(tmp_path / "train.ipynb", tmp_path / "churn")
    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv/bin"
    pip = [str(bin_ / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-compile"]
    subprocess.run([*pip, f"{tmp_path / 'churn'}[test]"], check=True)
    subprocess.run([str(bin_ / "pytest"), "-q", "churn"], cwd=tmp_path, check=True)
    done = subprocess.run(
        [str(bin_ / "churn-train"), "--n-estimators", "5", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert set(json.loads(done.stdout)) == {"accuracy"}
