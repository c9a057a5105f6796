"""Each rule in a session where it fires, and in one that looks much like it where it must not."""

from __future__ import annotations

import pytest

import nbmlops

from .conftest import Notebook

TRACK = "%%track\nresult = float(x * 2)"


def test_a_name_of_a_cell_that_was_edited_and_no_longer_makes_it_is_stale(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("y = 7", "a")
    notebook.run(TRACK, "t")
    assert notebook.named("NB101") == ["x"]
    assert "x came from a cell that was changed afterwards, [2]" in notebook.findings[0].message


def test_a_name_that_its_cell_makes_anew_is_not_stale(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("x = 7", "a")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_an_item_that_an_edited_cell_sets_anew_is_not_stale(notebook: Notebook) -> None:
    notebook.run("x_of = {'a': 1.0}", "a")
    notebook.run("x_of['b'] = x_of['a'] + 4", "b")
    notebook.run("x_of['b'] = x_of['a'] + 8", "b")
    notebook.run("%%track\nresult = float(x_of['b'] * 2)", "t")
    assert notebook.codes == []


@pytest.mark.parametrize(
    "edited",
    ["x_of['c'] = x_of['a'] + 8", "x_of['b'] = x_of['b'] + 8", "x_of['b'] = sum(x_of.values())"],
    ids=["another item", "reads it", "reads all"],
)
def test_an_item_that_an_edited_cell_leaves_or_goes_on_from_is_stale(notebook: Notebook, edited: str) -> None:
    notebook.run("x_of = {'a': 1.0}", "a")
    notebook.run("x_of['b'] = x_of['a'] + 4", "b")
    notebook.run(edited, "b")
    notebook.run("%%track\nresult = float(x_of['b'] * 2)", "t")
    assert notebook.named("NB101") == ["x_of"]


def test_an_item_that_was_taken_before_it_was_set_anew_is_stale(notebook: Notebook) -> None:
    notebook.run("x_of = {'a': 1.0}", "a")
    notebook.run("x_of['b'] = x_of['a'] + 4", "b")
    notebook.run("taken = x_of['b'] * 1", "c")
    notebook.run("x_of['b'] = x_of['a'] + 8", "b")
    notebook.run("%%track\nresult = float(x_of['b'] * taken)", "t")
    assert notebook.named("NB101") == ["x_of"]


def test_what_a_cell_in_between_made_of_an_older_version_is_stale(notebook: Notebook) -> None:
    notebook.run("base = 5", "a")
    notebook.run("x = base + 1", "b")
    notebook.run("base = 7", "a")
    notebook.run(TRACK, "t")
    assert notebook.named("NB101") == ["base"]


def test_an_import_more_in_the_first_cell_makes_nothing_stale(notebook: Notebook) -> None:
    notebook.run("import math", "a")
    notebook.run("x = math.sqrt(2)", "b")
    notebook.run("import math\nimport statistics", "a")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_an_edit_that_makes_nothing_of_the_name_does_not_make_it_stale(notebook: Notebook) -> None:
    notebook.run("rows = [1, 2]\nx = sum(rows)\nrows", "a")
    notebook.run("rows = [1, 2]\nx = sum(rows)\nprint(len(rows))  # shorter\n", "a")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_a_cell_that_was_deleted_from_the_saved_notebook_leaves_stale_names(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("z = 1", "b")
    notebook.save({"b": "z = 1", "t": TRACK})
    notebook.run(TRACK, "t")
    assert notebook.named("NB101") == ["x"]
    assert "deleted" in notebook.findings[0].message


def test_a_cell_that_was_edited_but_not_run_again_leaves_stale_names(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.save({"a": "x = 6", "t": TRACK})
    notebook.run(TRACK, "t")
    assert notebook.named("NB101") == ["x"]


def test_a_file_that_is_older_than_what_was_executed_says_nothing(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.save({"a": "x = 6", "t": TRACK}, ago=60)
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_comments_and_the_options_of_track_are_no_edits(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.save({"a": "# five\nx = 5  # indeed", "t": TRACK})
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_cells_that_the_front_end_names_otherwise_are_told_by_their_source(notebook: Notebook) -> None:
    notebook.run("x = 5", "vscode-1")
    notebook.run("y = 6", "vscode-2")
    notebook.save({"1": "x = 5", "2": "y = 6", "3": TRACK})
    notebook.run(TRACK, "vscode-3")
    assert notebook.codes == []
    notebook.save({"2": "y = 6", "3": TRACK})
    notebook.run(TRACK, "vscode-3")
    assert notebook.named("NB101") == ["x"]


def test_what_a_failed_cell_made_is_told(notebook: Notebook) -> None:
    notebook.run("rows = list(range(5))\nx = len(rows)\nraise ValueError('half way')", "a")
    notebook.run(TRACK, "t")
    assert notebook.named("NB102") == ["x"]


def test_what_a_failed_cell_imported_or_defined_is_whole(notebook: Notebook) -> None:
    notebook.run("import math\ndef twice(v):\n    return 2 * v\nraise ValueError('later')", "a")
    notebook.run("x = twice(math.pi)", "b")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_a_cell_below_the_one_that_reads_it_is_out_of_order(notebook: Notebook) -> None:
    notebook.run("x = 5", "below")
    notebook.save({"t": TRACK, "below": "x = 5"})
    notebook.run(TRACK, "t")
    assert notebook.named("NB103") == ["x"]


def test_a_cell_in_between_that_would_have_the_last_word_is_out_of_order(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("x = x + 1", "b")
    notebook.run("x = 5", "a")
    notebook.save({"a": "x = 5", "b": "x = x + 1", "t": TRACK})
    notebook.run(TRACK, "t")
    assert notebook.named("NB103") == ["x"]


def test_cells_in_the_order_of_the_document_are_in_order(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("x = x + 1", "b")
    notebook.save({"a": "x = 5", "b": "x = x + 1", "t": TRACK})
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_without_a_saved_notebook_nothing_is_out_of_order(notebook: Notebook) -> None:
    notebook.run("x = 5", "below")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_a_name_that_no_cell_made_is_of_unknown_origin(notebook: Notebook) -> None:
    notebook.shell.user_ns["x"] = 5
    notebook.run(TRACK, "t")
    assert notebook.named("NB104") == ["x"]


def test_what_ran_before_loading_was_not_seen(bare: Notebook) -> None:
    bare.run("import math\nx = math.sqrt(2)", "a")
    bare.load()
    bare.run(TRACK, "t")
    assert bare.codes == ["NB104", "NB113"]
    assert bare.named("NB104") == ["x"]


def test_imports_and_constants_before_loading_are_no_finding(bare: Notebook) -> None:
    bare.run("!pip --version", "install")
    bare.run("import math, os\nos.environ['MODE'] = 'test'\nx = 5\ndef twice(v): return 2 * v", "a")
    bare.load()
    bare.run("%%track\nresult = twice(math.sqrt(x))", "t")
    assert bare.codes == []


def test_a_file_that_was_rewritten_since_is_told(notebook: Notebook) -> None:
    data = notebook.folder / "data.txt"
    data.write_text("5")
    notebook.run("from pathlib import Path\nx = int(Path('data.txt').read_text())", "a")
    data.write_text("66")
    notebook.run(TRACK, "t")
    assert notebook.named("NB105") == [str(data)]


def test_a_file_that_a_later_cell_rewrites_is_told(notebook: Notebook) -> None:
    (notebook.folder / "data.txt").write_text("5")
    notebook.run("from pathlib import Path\nx = int(Path('data.txt').read_text())", "a")
    notebook.run("with open('data.txt', 'w') as file: _ = file.write('5')", "b")
    notebook.run(TRACK, "t")
    assert notebook.codes == ["NB105"]


def test_a_file_that_the_slice_itself_writes_is_no_finding(notebook: Notebook) -> None:
    notebook.run("with open('made.txt', 'w') as file: _ = file.write('5')", "a")
    notebook.run("from pathlib import Path\nx = int(Path('made.txt').read_text())", "b")
    (notebook.folder / "made.txt").unlink()
    notebook.run(TRACK, "t")
    assert notebook.codes == []


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["import numpy as np", "x = np.random.rand()"], "numpy"),
        (["import random", "x = random.random()"], "random"),
        (["import numpy as np", "rng = np.random.default_rng()", "x = rng.normal()"], ""),
        (
            [
                "from sklearn.model_selection import train_test_split",
                "x = train_test_split([1, 2, 3, 4])[0][0]",
            ],
            "numpy",
        ),
        (["def noise():\n    import random\n    return random.random()", "x = noise()"], "random"),
    ],
)
def test_randomness_without_a_seed_is_told(notebook: Notebook, cells: list[str], name: str) -> None:
    for cell in cells:
        notebook.run(cell)
    notebook.run(TRACK, "t")
    assert notebook.named("NB106") == [name]


@pytest.mark.parametrize(
    "cells",
    [
        ["import numpy as np\nnp.random.seed(0)", "x = np.random.rand()"],
        ["import random", "random.seed(1)", "x = random.random()"],
        ["import numpy as np", "rng = np.random.default_rng(7)", "x = rng.normal()"],
        [
            "from sklearn.model_selection import train_test_split",
            "x = train_test_split([1, 2, 3, 4], random_state=0)[0][0]",
        ],
        ["import uuid", "name = str(uuid.uuid4())", "x = 5"],
        ["import numpy as np", "shown = np.random.rand(3)", "x = 5"],
        [
            "def set_seed(s):\n    import random\n    random.seed(s)",
            "set_seed(3)",
            "import random",
            "x = random.random()",
        ],
    ],
)
def test_seeded_randomness_is_no_finding(notebook: Notebook, cells: list[str]) -> None:
    for cell in cells:
        notebook.run(cell)
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_a_seed_before_loading_counts(bare: Notebook) -> None:
    bare.run("import numpy as np\nnp.random.seed(0)", "a")
    bare.load()
    bare.run("x = np.random.rand()", "b")
    bare.run(TRACK, "t")
    assert bare.codes == []


@pytest.mark.parametrize(
    "cells",
    [
        ["import time", "t0 = time.perf_counter()", "%%track\n{'elapsed': time.perf_counter() - t0}"],
        [
            "import time",
            "%%track\nt0 = time.time()\nresult = {'acc': sum([0.5, 1]), 'elapsed': time.time() - t0}\nresult",
        ],
        [
            "import time, nbmlops",
            "%%track\nt0 = time.time()\nnbmlops.log_metric('elapsed', time.time() - t0)\nacc = sum([0.1, 3])",
        ],
    ],
)
def test_a_clock_that_reaches_a_metric_is_told(notebook: Notebook, cells: list[str]) -> None:
    for cell in cells:
        notebook.run(cell)
    assert "elapsed" in notebook.named("NB107")


@pytest.mark.parametrize(
    "cells",
    [
        [
            "import time\nfrom sklearn.linear_model import LogisticRegression\nX, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]",
            (
                "%%track\nt0 = time.time()\nmodel = LogisticRegression().fit(X, y)\nprint(f'{time.time() - t0:.1f} s')\n"
                "accuracy = float(model.score(X, y))"
            ),
        ],
        ["import time", "%%track\nt0 = time.time()\n{'accuracy': sum([0.5, 3]), 'n': 2}"],
        [
            "import time\nconfig = {'started': time.time(), 'rate': 0.5}",
            "%%track\naccuracy = config['rate'] * 1.5",
        ],
        [
            (
                "import time\nclass Trainer:\n    def fit(self):\n        t0 = time.time()\n        self.value = 0.5\n"
                "        self.seconds = time.time() - t0\n        return self"
            ),
            "%%track\ntrainer = Trainer().fit()\naccuracy = trainer.value * 1.0",
        ],
    ],
)
def test_timing_beside_a_metric_does_not_taint_it(notebook: Notebook, cells: list[str]) -> None:
    for cell in cells:
        notebook.run(cell)
    assert "accuracy" in nbmlops.run_info(notebook.extension.last_run.id).metrics
    assert notebook.codes == []


def test_a_dict_that_holds_a_time_taints_that_item_alone(notebook: Notebook) -> None:
    notebook.run("import time")
    notebook.run(
        "%%track\nt0 = time.time()\nr = {}\nr['accuracy'] = sum([0.5, 2])\nr['seconds'] = time.time() - t0\nr"
    )
    assert notebook.named("NB107") == ["seconds"]


def test_a_host_that_was_asked_is_told_with_its_name(notebook: Notebook) -> None:
    notebook.run(
        "import http.server, threading, urllib.request\n"
        "class Answers(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200); self.end_headers(); self.wfile.write(b'5')\n"
        "    def log_message(self, *args): pass\n"
        "server = http.server.HTTPServer(('127.0.0.1', 0), Answers)\n"
        "thread = threading.Thread(target=server.serve_forever, daemon=True); thread.start()\n"
        "port = server.server_address[1]"
    )
    notebook.run("x = int(urllib.request.urlopen(f'http://127.0.0.1:{port}/').read())", "b")
    notebook.run("server.shutdown(); server.server_close(); thread.join()")
    notebook.run(TRACK, "t")
    assert "127.0.0.1" in notebook.named("NB108")
    assert "result" in notebook.named("NB108")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (
            "import subprocess\nx = int(subprocess.run(['awk', 'BEGIN {print 5}'], capture_output=True).stdout)",
            "awk",
        ),
        ("found = !awk 'BEGIN {print 5}'\nx = int(found[0])", "awk"),
        ("x = eval('2 + 3')", ""),
    ],
)
def test_reads_that_nobody_can_see_are_told(notebook: Notebook, cell: str, name: str) -> None:
    notebook.run(cell)
    notebook.run(TRACK, "t")
    assert notebook.named("NB109") == [name]


def test_programs_that_read_nothing_of_interest_are_no_finding(notebook: Notebook) -> None:
    notebook.run("import os\n!pip --version\nos.system('nproc')\nx = 5")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


@pytest.mark.parametrize(
    ("before", "cell"),
    [
        ("x = 1.5", "x = x + 1.0"),
        ("x = 1.5", "x += 1.0"),
        ("items = [1.5, 2.5]", "x = items.pop() * 2.0"),
        ("items = [1.5, 2.5]", "items[0] = items[0] * 2\nx = sum(items) * 1.0"),
        (
            "import pandas as pd\ndf = pd.DataFrame({'a': [1.5, 2], 'y': [0, 1]})",
            "y = df.pop('y')\nx = float(df.sum().sum())",
        ),
        ("stream = iter([1.5, 2.5])", "x = next(stream) * 1.0"),
        ("items = [1.5]\ndef grow(values):\n    values.append(2.5)", "grow(items)\nx = sum(items) * 1.0"),
    ],
)
def test_a_tracked_cell_that_changes_its_input_is_told(notebook: Notebook, before: str, cell: str) -> None:
    notebook.run(before)
    notebook.run("%%track\n" + cell, "t")
    assert notebook.codes == ["NB110"]


@pytest.mark.parametrize(
    ("before", "cell"),
    [
        ("results = []", "x = sum([1.5, 3])\nresults.append(x)"),
        ("results = []", "results.append(0.5)"),
        ("results = {}", "x = sum([1.5, 3])\nresults['forest'] = x"),
        (
            "import pandas as pd\ndf = pd.DataFrame({'a': [1.5, 2]})",
            "df['b'] = df['a'] * 2\nx = float(df['b'].sum())",
        ),
        (
            "import pandas as pd\ndf = pd.DataFrame({'a': [1.5, None]})",
            "df = df.dropna()\nx = float(df['a'].sum())",
        ),
        ("x = 5", "x = sum([1.5, 3])"),
        (
            "from sklearn.linear_model import LogisticRegression\nmodel = LogisticRegression()\nX, y = [[0.0], [1.0]], [0, 1]",
            "model.fit(X, y)\nx = float(model.score(X, y)) * 1.0",
        ),
        ("import numpy as np\nrng = np.random.default_rng(0)", "x = float(rng.normal()) + 1.0"),
        ("import random\nrandom.seed(0)\nitems = [1.5, 2.5]", "x = sum(sorted(items)) * 1.0"),
    ],
)
def test_what_gives_the_same_again_is_no_finding(notebook: Notebook, before: str, cell: str) -> None:
    notebook.run(before)
    notebook.run("%%track\n" + cell, "t")
    notebook.run("%%track\n" + cell, "t")
    assert notebook.codes == []


@pytest.mark.parametrize(
    "cell",
    [
        "words = ['b', 'a']\nx = [len(w) for w in set(words)][0]",
        "names = {'b', 'a'}\nx = 0\nfor name in names:\n    x += len(name)",
        "x = len(list({w for w in 'some text'.split()})[0])",
        "def first(values):\n    return list(set(values))[0]\nx = len(first(['b', 'a']))",
    ],
)
def test_the_order_of_a_set_is_told(notebook: Notebook, cell: str) -> None:
    notebook.run(cell)
    notebook.run(TRACK, "t")
    assert notebook.codes == ["NB111"]


@pytest.mark.parametrize(
    "cell",
    [
        "words = ['b', 'a']\nx = [len(w) for w in sorted(set(words))][0]",
        "x = 0\nfor n in {1, 2, 3}:\n    x += n",
        "labels = [1, 0, 1]\nx = sum([n for n in set(labels)])",
        "words = ['b', 'a']\nx = len(set(words)) + max(len(w) for w in set(words))",
        "x = 5 if 'a' in {'a', 'b'} else 4",
        "names = sorted({'b', 'a'})\nx = [len(n) for n in names][0]",
    ],
)
def test_a_set_whose_order_nobody_sees_is_no_finding(notebook: Notebook, cell: str) -> None:
    notebook.run(cell)
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_an_order_that_is_fixed_is_no_finding(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    notebook.run("x = [len(w) for w in {'b', 'a'}][0]")
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_a_secret_in_a_cell_of_the_slice_is_told_and_not_shown(notebook: Notebook) -> None:
    notebook.run("api_key = 'hunter2-Canary-9f3e1c'\nx = len(api_key)", "a")
    notebook.run(TRACK, "t")
    assert notebook.codes == ["NB112"]
    assert "Canary" not in str(notebook.findings)


def test_a_module_that_was_edited_since_it_was_imported_is_told(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(notebook.folder)
    module = notebook.folder / "my_findings_helper.py"
    module.write_text("def five():\n    return 5\n")
    notebook.run("import sys\nsys.modules.pop('my_findings_helper', None)\nimport my_findings_helper", "a")
    notebook.run("x = my_findings_helper.five()", "b")
    notebook.run(TRACK, "t")
    assert notebook.codes == []
    module.write_text("def five():\n    return 55\n")
    notebook.run(TRACK, "t")
    assert notebook.named("NB114") == ["my_findings_helper"]
    notebook.run(
        "import importlib\nimportlib.invalidate_caches()\nmy_findings_helper = importlib.reload(my_findings_helper)",
        "c",
    )
    notebook.run("x = my_findings_helper.five()", "b")
    notebook.run(TRACK, "t")
    assert "NB114" not in notebook.codes


def test_a_module_that_only_some_cells_took_in_its_newest_version_is_told(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(notebook.folder)
    module = notebook.folder / "my_reloaded_helper.py"
    module.write_text("def five():\n    return 5\n")
    notebook.run("import my_reloaded_helper as helper", "a")
    notebook.run("x = helper.five()", "b")
    module.write_text("def five():\n    return 55\n")
    notebook.run("import importlib\nimportlib.invalidate_caches()\nhelper = importlib.reload(helper)", "c")
    notebook.run("%%track\nresult = float(x * helper.five())", "t")
    assert notebook.named("NB114") == ["my_reloaded_helper"]
    assert "[3] ran with the older version" in str(notebook.findings)
    notebook.run("x = helper.five()", "b")
    notebook.run("%%track\nresult = float(x * helper.five())", "t")
    assert "NB114" not in notebook.codes


def test_a_thread_that_is_still_at_work_is_told(notebook: Notebook) -> None:
    notebook.run(
        "import threading\nbox, go_on = [1], threading.Event()\n"
        "def work():\n    go_on.wait(60)\n    box.append(2)\n"
        "thread = threading.Thread(target=work, name='worker', daemon=True)\nthread.start()\nx = len(box)",
        "a",
    )
    notebook.run(TRACK, "t")
    assert notebook.named("NB115") == ["worker"]
    notebook.run("go_on.set()\nthread.join()\nx = len(box)", "b")
    notebook.run(TRACK, "t")
    assert "NB115" not in notebook.codes


def test_a_pool_that_has_ended_is_no_finding(notebook: Notebook) -> None:
    notebook.run(
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
        "    x = sum(pool.map(abs, [-1, -2]))"
    )
    notebook.run(TRACK, "t")
    assert notebook.codes == []


def test_an_answer_that_is_not_recorded_is_told(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _="": "5")
    notebook.run("x = int(input('How many? '))", "a")
    notebook.run(TRACK, "t")
    assert notebook.codes == ["NB116"]


@pytest.mark.parametrize(
    "cells",
    [
        ["import random", "# nbmlops: ignore NB106\nx = random.random()", TRACK],
        ["import random", "x = random.random()  # nbmlops: ignore NB106", TRACK],
        ["import random", "x = random.random()  # nbmlops: ignore", TRACK],
        [
            "import random",
            "x = random.random()",
            "%%track\n# nbmlops: ignore NB101, NB106\nresult = float(x * 2)",
        ],
    ],
)
def test_a_comment_takes_a_finding_back(notebook: Notebook, cells: list[str]) -> None:
    for cell in cells:
        notebook.run(cell)
    assert notebook.codes == []


def test_a_comment_for_another_code_or_line_takes_nothing_back(notebook: Notebook) -> None:
    notebook.run("import random")
    notebook.run("# nbmlops: ignore NB107\nx = random.random()")
    notebook.run(TRACK)
    assert notebook.codes == ["NB106"]
