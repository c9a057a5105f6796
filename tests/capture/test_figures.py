from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from nbmlops.capture.figures import CapturedFigure, FigureWatch

SETUP = """
import sys
from nbmlops.capture.figures import FigureWatch
watch = FigureWatch(get_ipython())
kept = []
get_ipython().events.register("pre_run_cell", lambda info: watch.start())
def end(result):
    kept.append([(f.name, f.media_type, len(f.data), f.data[:4].hex()) for f in watch.stop()])
get_ipython().events.register("post_run_cell", end)
"""
CELLS = [
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); 1",
    "plt.plot([1, 2]); plt.show()\nplt.plot([2, 1]); plt.show()",
    "fig, ax = plt.subplots(); ax.plot([1]); plt.close(fig); fig",
    "for _ in range(3):\n    fig, ax = plt.subplots(); ax.plot([1, 2]); plt.show()",
    "for k in range(30):\n    fig, ax = plt.subplots(figsize=(1, 1)); ax.plot([k]); plt.show()",
    "from IPython.display import SVG, Image, display, clear_output\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "plt.plot([1]); plt.show(); clear_output(wait=True); plt.plot([1, 2, 3]); plt.show()",
    "handle = display(fig, display_id=True); ax.plot([3, 1]); handle.update(fig)",
    "print('nothing')",
]


@pytest.fixture(scope="module")
def kernel() -> list[Any]:
    """What each cell left in a real kernel, with matplotlib's inline backend."""
    notebook = nbformat.v4.new_notebook()
    report = "import json; print(json.dumps(kept))"
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in (SETUP, *CELLS, report)]
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources={}).execute(
        env={"MPLBACKEND": "module://matplotlib_inline.backend_inline", **_environ()}
    )
    (output,) = notebook.cells[-1].outputs
    kept: list[Any] = json.loads(output["text"])
    # The first entry is of the cell that set it all up.
    return kept[1:]


def _environ() -> dict[str, str]:
    import os

    return {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}


def types(figures: list[Any]) -> list[str]:
    return [figure[1] for figure in figures]


def test_a_figure_that_the_inline_backend_flushes_is_seen(kernel: list[Any]) -> None:
    (figure,) = kernel[0]
    assert figure[:2] == ["figure-1.png", "image/png"]
    assert figure[3] == "89504e47"  # the first bytes of a PNG


def test_each_shown_figure_is_seen(kernel: list[Any]) -> None:
    assert [figure[0] for figure in kernel[1]] == ["figure-1.png", "figure-2.png"]


def test_a_figure_as_last_expression_is_seen(kernel: list[Any]) -> None:
    assert types(kernel[2]) == ["image/png"]


def test_the_same_image_is_kept_once(kernel: list[Any]) -> None:
    assert len(kernel[3]) == 1


def test_at_most_twenty_are_kept(kernel: list[Any]) -> None:
    assert len(kernel[4]) == 20


def test_svg_is_kept_as_text(kernel: list[Any]) -> None:
    ((name, media_type, _, start),) = kernel[5]
    assert (name, media_type, bytes.fromhex(start)) == ("figure-1.svg", "image/svg+xml", b"<svg")


def test_what_was_cleared_is_gone(kernel: list[Any]) -> None:
    assert len(kernel[6]) == 1


def test_an_updated_display_counts_once(kernel: list[Any]) -> None:
    assert len(kernel[7]) == 1


def test_a_cell_without_figures_has_none(kernel: list[Any]) -> None:
    assert kernel[8] == []


def test_in_a_terminal_shell_open_figures_are_saved_at_the_end() -> None:
    code = """
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from nbmlops.capture.figures import FigureWatch
shell = TerminalInteractiveShell.instance(colors="nocolor")
plt.figure(num="old")
watch = FigureWatch(shell)
watch.start()
shell.run_cell("import matplotlib.pyplot as plt; _ = plt.figure(); _ = plt.figure(); _ = plt.plot([1])")
figures = watch.stop()
print([(f.name, f.media_type, f.data[:4]) for f in figures])
assert "publish" not in vars(shell.display_pub)
assert "write_format_data" not in vars(shell.displayhook)
watch.start(); print(watch.stop())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    png = r"b'\x89PNG'"
    assert done.stdout.splitlines()[-2:] == [
        f"[('figure-1.png', 'image/png', {png}), ('figure-2.png', 'image/png', {png})]",
        "()",
    ]


def test_without_a_shell_a_script_has_its_open_figures() -> None:
    import matplotlib.pyplot as plt

    watch = FigureWatch()
    watch.start()
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    (captured,) = watch.stop()
    plt.close(figure)
    assert isinstance(captured, CapturedFigure)
    assert captured.data.startswith(b"\x89PNG")
    image = plt.imread(io.BytesIO(captured.data))
    assert image.ndim == 3


def test_a_figure_that_cant_be_drawn_is_told_and_the_others_stay() -> None:
    import matplotlib.pyplot as plt

    watch = FigureWatch()
    watch.start()
    good, bad = plt.figure(), plt.figure()
    bad.savefig = None  # type: ignore[assignment]
    assert len(watch.stop()) == 1
    assert watch.faults == ("a figure could not be saved: TypeError",)
    plt.close(good)
    plt.close(bad)


def test_a_listener_never_breaks_the_display() -> None:
    class Publisher:
        def __init__(self) -> None:
            self.published: list[Any] = []

        def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:
            self.published.append(data)

    class Shell:
        display_pub = Publisher()

    watch = FigureWatch(Shell())
    watch.start()
    Shell.display_pub.publish(None)
    Shell.display_pub.publish(data={"image/png": "not base64!"}, transient=3)
    Shell.display_pub.publish({"image/png": object()})
    assert watch.stop() == ()
    assert len(Shell.display_pub.published) == 3


def test_matplotlib_is_not_imported_by_watching() -> None:
    code = """
import sys
from nbmlops.capture.figures import FigureWatch
watch = FigureWatch(None); watch.start(); watch.stop()
assert not {"matplotlib", "IPython", "numpy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


class _Publisher:
    def publish(self, data: Any, metadata: Any = None, **options: Any) -> None:
        pass

    def clear_output(self, wait: bool = False) -> None:
        pass


class _Shell:
    def __init__(self) -> None:
        self.display_pub = _Publisher()


def _svg(text: object) -> dict[str, str]:
    return {"image/svg+xml": f"<svg>{text}</svg>"}


def test_an_update_replaces_and_adds_nothing() -> None:
    shell = _Shell()
    watch = FigureWatch(shell)
    watch.start()
    shell.display_pub.publish(_svg("other"))
    for frame in range(500):
        shell.display_pub.publish(_svg(frame), transient={"display_id": "a"}, update=frame > 0)
    assert len(watch._shown) == 2
    assert [figure.data for figure in watch.stop()] == [b"<svg>other</svg>", b"<svg>499</svg>"]
    assert watch.dropped == 0


def test_what_is_beyond_the_limit_is_counted_and_not_held() -> None:
    shell = _Shell()
    watch = FigureWatch(shell)
    watch.start()
    for number in [*range(30), *range(30)]:
        shell.display_pub.publish(_svg(number))
    assert len(watch._shown) == 20
    assert len(watch.stop()) == 20
    assert watch.dropped == 10


def test_what_was_cleared_makes_room_again() -> None:
    shell = _Shell()
    watch = FigureWatch(shell)
    watch.start()
    for number in range(30):
        shell.display_pub.publish(_svg(number))
    shell.display_pub.clear_output(wait=True)
    shell.display_pub.publish(_svg("last"))
    assert [figure.data for figure in watch.stop()] == [b"<svg>last</svg>"]
    assert watch.dropped == 0
