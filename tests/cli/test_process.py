"""The command line as a process: exit codes, pipes, help, completion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pexpect
import pytest
from click.testing import CliRunner

from nbmlops.cli import main
from nbmlops.cli.plot import plot_lines

RUN = [sys.executable, "-c", "from nbmlops.cli import main; main()"]


def test_alone_it_prints_help_with_examples(nowhere: Any) -> None:
    text = nowhere.out()
    assert "nbmlops demo" in text
    assert "Exit codes" in text
    assert text == nowhere.out("--help")


def commands() -> list[str]:
    assert isinstance(main, click.Group)
    return main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", commands())
def test_the_help_of_every_command_has_examples(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"nbmlops {name}" in result.output.partition("Examples:")[2]


def test_the_version_is_printed(nowhere: Any) -> None:
    import nbmlops

    assert nowhere.out("--version") == f"nbmlops {nbmlops.__version__}\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], 2), (["runs", "--nonsense"], 2), (["runs", "-n", "-3"], 2), (["show"], 2),
        (["runs", "--order-by", "nonsense"], 2), (["show", "nonsense"], 3), (["restore", "forest-0"], 3),
        (["--store", "/dev/null", "runs"], 4), (["--store", "ftp://x/y", "runs"], 4),
        (["compare", "-e", "churn", "-o", "/nonexistent/page.html"], 1),
    ],
)  # fmt: skip
def test_exit_codes_tell_failures_apart(cli: Any, words: list[str], code: int) -> None:
    done = cli(*words, code=code)
    assert done.stdout == ""
    assert "Error: " in done.stderr


def test_a_mistyped_command_is_recognised(cli: Any) -> None:
    assert "nbmlops runs" in cli("rnus", code=2).stderr


def test_what_was_typed_wrongly_is_shown_as_text(cli: Any) -> None:
    said = (
        cli("show", "\x1b[31mred\x1b]0;title\x07", code=3).stderr
        + cli("show", "--\x1b]0;x\x07", code=2).stderr
    )
    assert "\x1b" not in said
    assert "--help" in said


def test_a_damaged_store_is_said_not_thrown(own: Any) -> None:
    store = own.folder / ".nbmlops"
    for path in store.glob("store.db*"):
        path.unlink()
    (store / "store.db").write_bytes(b"this is no database" * 100)
    assert own("runs", code=4).stderr.startswith("Error: ")


def test_debugging_shows_the_traceback(own: Any) -> None:
    done = subprocess.run(
        [*RUN, "show", "nonsense"],
        cwd=own.folder,
        env=own.env | {"NBMLOPS_DEBUG": "1"},
        capture_output=True,
        text=True,
    )
    assert "Traceback" in done.stderr
    assert done.returncode == 3


def test_a_closed_pipe_is_quiet(cli: Any) -> None:
    words = " ".join(f"'{word}'" for word in [*RUN, "history", "forest-0", "loss"])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {words} | head -c 1"],
        cwd=cli.folder,
        env=cli.env,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    read, write = os.pipe()
    os.close(read)
    child = subprocess.run([*RUN, "runs"], cwd=cli.folder, env=cli.env, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (child.returncode, child.stderr) == (0, b"")


def test_an_interrupt_ends_with_130(cli: Any) -> None:
    code = "import os, signal, nbmlops.cli.place as p\n"
    code += "p.is_made = None\nimport nbmlops.cli.runs as r\n"
    code += "r.find_workspace = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
    code += "from nbmlops.cli import main; main(['runs'])"
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=cli.folder, env=cli.env, capture_output=True, text=True
    )
    assert child.returncode == 128 + signal.SIGINT
    assert "Interrupted." in child.stderr
    assert "Traceback" not in child.stderr


def test_an_output_that_lacks_a_character_gets_an_escape(cli: Any) -> None:
    assert "forest-0" in cli.out("show", "forest-0", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})


def test_the_store_may_be_named_before_and_after_the_command(cli: Any, tmp_path: Path) -> None:
    store = str(cli.folder / ".nbmlops")
    for words in (["--store", store, "runs", "--json"], ["runs", "--json", "--store", store]):
        done = subprocess.run(
            [*RUN, *words],
            cwd=tmp_path,
            env=cli.env | {"NBMLOPS_STORE": str(tmp_path / "other")},
            capture_output=True,
            text=True,
        )
        assert len(json.loads(done.stdout)) == 5


def complete(cli: Any, *words: str) -> list[str]:
    """What bash would be offered for the last word."""
    line = " ".join(["nbmlops", *words])
    env = {"_NBMLOPS_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    # SQLAlchemy takes longer to load than a person waits for a completion.
    code = "import sys\nsys.modules['sqlalchemy'] = None\nfrom nbmlops.cli import main\nmain(prog_name='nbmlops')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cli.folder, env=cli.env | env, capture_output=True, text=True
    )
    assert done.stderr == ""
    return [item.partition(",")[2] for item in done.stdout.splitlines() if item]


def test_commands_ids_names_experiments_and_metrics_complete(cli: Any) -> None:
    known = {run["name"]: run["id"] for run in json.loads(cli.out("runs", "--json"))}
    assert complete(cli, "his") == ["history"]
    first = known["forest-0"]
    assert complete(cli, "show", first[:7]) == [first[:8]]
    assert complete(cli, "show", first[:12]) == [first[:12]]
    assert complete(cli, "show", "for") == ["forest-3", "forest-2", "forest-1", "forest-0"]
    assert sorted(complete(cli, "delete", "")) == sorted(run_id[:8] for run_id in known.values())
    assert complete(cli, "runs", "ch") == ["churn"]
    assert complete(cli, "compare", "-e", "ch") == ["churn"]
    assert complete(cli, "history", first[:8], "lo") == ["loss"]
    assert complete(cli, "history", "forest-1", "") == ["accuracy", "loss"]
    assert complete(cli, "runs", "--order-by", "metrics.acc") == ["metrics.accuracy"]
    assert complete(cli, "runs", "--columns", "id,params.m") == ["id,params.max_depth"]


def test_a_shared_name_is_offered_once(twins: Any) -> None:
    assert complete(twins, "show", "tw") == ["twin"]


def test_completion_makes_no_store_and_says_nothing(nowhere: Any) -> None:
    assert complete(nowhere, "show", "a") == []
    assert list(nowhere.folder.iterdir()) == []


def test_a_store_that_is_damaged_completes_nothing(nowhere: Any) -> None:
    (nowhere.folder / ".nbmlops").mkdir()
    (nowhere.folder / ".nbmlops" / "store.db").write_bytes(b"no database" * 500)
    assert complete(nowhere, "runs", "c") == []


def test_the_tab_key_completes_in_a_real_bash(cli: Any) -> None:
    run_id = next(run["id"] for run in json.loads(cli.out("runs", "--json")) if run["name"] == "forest-0")
    bash = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        cwd=str(cli.folder),
        env=cli.env
        | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "$ "},
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 200),
    )
    bash.sendline("bind 'set enable-bracketed-paste off'; eval \"$(nbmlops completion bash)\"; echo re''ady")
    bash.expect_exact("ready\r")
    for typed, completed in (
        (f"nbmlops show {run_id[:7]}", f"{run_id[7]} "),
        ("nbmlops runs -e ch", "urn "),
        ("nbmlops runs --order-by metrics.acc", "uracy "),
        ("nbmlops history forest-0 lo", "ss "),
    ):
        bash.send(f"{typed}\t")
        bash.expect_exact(typed + completed)
        bash.send("\x15")
    bash.sendline("exit")
    bash.expect(pexpect.EOF)
    bash.close()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_printed(nowhere: Any, shell: str) -> None:
    script = nowhere.out("completion", shell)
    assert f"{shell}_complete" in script
    if shell == "bash":
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def test_listing_runs_loads_no_pandas(cli: Any) -> None:
    code = "import sys, json\nfrom click.testing import CliRunner\nfrom nbmlops.cli import main\n"
    code += "assert CliRunner().invoke(main, ['runs']).exit_code == 0\n"
    code += (
        "print(json.dumps([m for m in ('pandas', 'matplotlib', 'IPython', 'sklearn') if m in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cli.folder, env=cli.env, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == []


DEMO = """
import sys, types
from dataclasses import dataclass
from pathlib import Path

@dataclass
class DemoResult:
    report: Path
    notebook: Path
    store: Path
    runs: int
    comparison: Path
    commands: tuple
    package: Path

def run_demo(folder, *, on_progress):
    store = folder / ".nbmlops"
    store.mkdir(parents=True)
    for done in range(3):
        on_progress(done, 2, f"cell {done} [red]")
    said = types.SimpleNamespace(chapter="A job", title="One", word="done", typed="nbmlops run x", output="fine")
    paths = [folder / name for name in ("report.html", "demo.ipynb", "comparison.html", "package")]
    return DemoResult(paths[0], paths[1], store, 12, paths[2], (said,), paths[3])

sys.modules["nbmlops.demo"] = types.SimpleNamespace(run_demo=run_demo)
from nbmlops.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("keeps", [True, False])
def test_demo_ends_with_the_path_of_its_report(nowhere: Any, keeps: bool) -> None:
    words = ["demo", "--no-open", "--output", "there", *([] if keeps else ["--no-keep-store"])]
    done = subprocess.run(
        [sys.executable, "-c", DEMO, *words],
        cwd=nowhere.folder,
        env=nowhere.env,
        capture_output=True,
        text=True,
    )
    report = nowhere.folder / "there" / "report.html"
    assert done.stdout == f"{report}\n"
    assert report.as_uri() in done.stderr
    assert "2/2 cell 2 [red]" in done.stderr
    assert "$ nbmlops run x\n    fine" in done.stderr
    assert (nowhere.folder / "there" / ".nbmlops").is_dir() is keeps


def test_a_curve_survives_what_numbers_can_be() -> None:
    assert plot_lines([0, 1], [float("nan"), 1.0], width=60) == []
    for values in ([1.0, 1.0], [-1.7e308, 1.7e308], [0.0, float("inf"), 5e-324, 1.0]):
        lines = plot_lines(range(len(values)), values, width=60)
        assert max(len(label + curve) for label, curve in lines) <= 60
    rising = [curve for _, curve in plot_lines(range(100), list(map(float, range(100))), width=60)[:-1]]
    assert len(rising[0].strip("\u2800")) < 60
    assert rising[0].startswith("\u2800")
    assert not rising[-1].startswith("\u2800")
