"""What a tracked cell depended on is kept with its run, in a real kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

import nbmlops

from .conftest import Notebook, last_run


def sources(run) -> list[str]:
    return [cell.source for cell in run.slice]


def test_a_run_keeps_the_cells_that_it_depended_on(notebook: Notebook) -> None:
    notebook.run("rate = 0.5")
    notebook.run("unused = 3")
    notebook.run("def loss(x):\n    return rate * x")
    notebook.run("rate = 0.25")
    notebook.run("%%track forest\nscore = measure(loss(4.0))")
    run = last_run()
    assert sources(run)[-3:] == [
        "def loss(x):\n    return rate * x",
        "rate = 0.25",
        "%%track forest\nscore = measure(loss(4.0))",
    ]
    assert "unused = 3" not in sources(run)
    assert "rate = 0.5" not in sources(run)
    assert run.slice[-1].reason == "the tracked cell"
    assert run.slice[-2].reason == "defines rate"
    counts = [cell.execution_count for cell in run.slice]
    assert counts == sorted(counts)
    assert run.slice[-1].execution_count == run.execution_count
    assert "score" in run.slice[-1].results
    needed = {name for need in run.slice[-1].needs for name in need.names}
    assert {"loss", "rate"} <= needed
    assert run.cwd == str(Path.cwd()) or Path(run.cwd).is_dir()


def test_edits_that_were_executed_count(notebook: Notebook) -> None:
    notebook.run("n = 1")
    notebook.run("n = 2")
    notebook.run("%%track\nscore = measure(n * 1.5)")
    assert "n = 2" in sources(last_run())
    assert "n = 1" not in sources(last_run())


def test_top_level_await_and_magics_belong_to_the_slice(notebook: Notebook) -> None:
    notebook.run("import asyncio\nvalue = await asyncio.sleep(0, 5.0)")
    notebook.run("%%time\nother = value + 1")
    notebook.run("%%track\nscore = measure(other)")
    found = sources(last_run())
    assert "import asyncio\nvalue = await asyncio.sleep(0, 5.0)" in found
    assert "%%time\nother = value + 1" in found


def test_a_run_that_a_cell_begins_by_hand_depends_on_what_the_cell_does(notebook: Notebook) -> None:
    notebook.run("import nbmlops\nlevel = 4.0")
    notebook.run("with nbmlops.start_run('by hand') as run:\n    nbmlops.log_metric('score', level)")
    run = last_run()
    assert run.name == "by hand"
    assert sources(run)[-1].startswith("with nbmlops.start_run")
    assert "import nbmlops\nlevel = 4.0" in sources(run)


def test_a_secret_in_an_earlier_cell_reaches_no_byte_of_the_store(notebook: Notebook) -> None:
    notebook.run("password = 'canary-4f8b21c09d'\nuser = 'ann'")
    notebook.run("def connect():\n    return len(password)")
    notebook.run("%%track\nscore = measure(float(connect()))")
    assert b"canary-4f8b21c09d" not in notebook.bytes_of_store()
    run = last_run()
    assert any(cell.masked for cell in run.slice)


def test_a_module_of_the_users_own_is_kept(notebook: Notebook, tmp_path: Path) -> None:
    (tmp_path / "my_scaling.py").write_text("FACTOR = 3.0\n\ndef scaled(x):\n    return FACTOR * x\n")
    notebook.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    notebook.run("from my_scaling import scaled")
    notebook.run("%%track\nscore = measure(scaled(2.0))")
    (module,) = last_run().modules
    assert (module.name, module.path) == ("my_scaling", str(tmp_path / "my_scaling.py"))
    assert nbmlops.api.session().workspace.blobs.get(module.digest).startswith(b"FACTOR = 3.0")


def test_a_fault_in_following_cells_marks_the_run_and_breaks_nothing(notebook: Notebook) -> None:
    notebook.run(
        "from nbmlops.slices import observe\nkept = observe.look_around\ndef broken():\n    raise RuntimeError('no view')"
    )
    notebook.run("observe.look_around = broken")
    shown = notebook.run("%%track\nscore = measure(2.5)")
    notebook.run("observe.look_around = kept")
    assert not shown.error
    run = last_run()
    assert run.metrics == {"score": 2.5}
    assert any("could not be followed" in text and "no view" in text for text in run.degraded)


def test_cells_from_before_the_extension_was_loaded_count_whole(own_kernel: Notebook) -> None:
    own_kernel.run("%unload_ext nbmlops")
    own_kernel.run("early = 1.0")
    own_kernel.run("unseen = 2.0")
    own_kernel.run("%load_ext nbmlops")
    own_kernel.run("%%track\nscore = float(early) * 3")
    run = last_run()
    assert {"early = 1.0", "unseen = 2.0"} <= set(sources(run))
    assert "%load_ext nbmlops" not in sources(run)
    assert all("was not seen" in cell.reason for cell in run.slice[:-1])


def test_switched_off_nothing_is_followed(own_kernel: Notebook) -> None:
    own_kernel.run("import os; os.environ['NBMLOPS_DISABLED'] = '1'")
    length = "len(get_ipython()._nbmlops_extension.proofs.observer.history)"
    before = own_kernel.run(length).text
    shown = own_kernel.run("%%track\nscore = 1.0")
    assert not shown.error
    assert own_kernel.run(length).text == before


@pytest.mark.parametrize("source", ["def broken(:\n    pass", "%%nosuchmagic\nx = 1"])
def test_a_cell_that_can_not_run_leaves_the_history_as_it_was(notebook: Notebook, source: str) -> None:
    notebook.run("base = 1.0")
    assert notebook.run(source).error or True
    notebook.run("%%track\nscore = measure(base)")
    assert source not in sources(last_run())


def test_the_seeds_that_a_run_depends_on_are_known(notebook: Notebook) -> None:
    notebook.run("import random\nimport numpy as np\nnp.random.seed(41)\nrandom.seed(7)")
    notebook.run("%%track\nscore = measure(float(np.random.rand()))")
    environment = last_run().environment
    assert environment is not None
    assert environment.seeds["numpy"] == "41"
