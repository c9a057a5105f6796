"""Curves in Chromium: 50 runs with 10,000 points each.

    python benchmarks/curves.py [--runs N] [--points N] [--rounds N]

The page is the real one of `nbmlops ui`, over HTTP from a process of its own, with a store on the disk. Needs
Playwright, Chromium, and a built front end. Times run from the click to the next frame after the lines are drawn, as
the reader sees it; for zooming from the release of the mouse to the frame that shows the points of the closer look.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, TypedDict

CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SEED = """
import json, sys
import numpy as np
import nbmlops
runs, points = map(int, sys.argv[1:])
chance = np.random.default_rng(0)
steps = np.arange(points)
ids = []
for number in range(runs):
    with nbmlops.start_run(f"run-{number}", experiment="curves") as run:
        nbmlops.log_param("lr", 10.0 ** -(number % 7))
        fall = np.exp(-steps / (1000 + 90 * number)) + number / 200
        nbmlops.log_series("loss", fall + chance.normal(0, 0.02, points))
        ids.append(run.id)
print(json.dumps(ids))
"""
WATCH = """
// The first frame in which something holds, after its drawing.
window.firstFrame = test => new Promise(done => {
  const look = () => test() ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
});
const drawn = () => document.querySelector('.nbm-plot')?.dataset.drawn;
window.draw = async () => {
  const tab = document.querySelector('[data-tab=curves]');
  const began = performance.now();
  tab.click();
  return (await firstFrame(drawn)) - began;
};
// Moves over the chart, one a frame, and how many frames a second that leaves.
window.hover = async moves => {
  const over = document.querySelector('.nbm-plot .u-over');
  const box = over.getBoundingClientRect();
  const frame = () => new Promise(requestAnimationFrame);
  const move = at => over.dispatchEvent(new MouseEvent('mousemove', {
    bubbles: true,
    clientX: box.left + box.width * at / moves,
    clientY: box.top + box.height * (0.3 + 0.4 * ((at * 7) % 10) / 10)
  }));
  over.dispatchEvent(new MouseEvent('mouseenter', { clientX: box.left + 5, clientY: box.top + 5 }));
  await frame();
  const began = performance.now();
  let seen = 0;
  for (let at = 1; at <= moves; at++) {
    move(at);
    await frame();
    seen += document.querySelector('.nbm-tooltip') ? 1 : 0;
  }
  return { fps: 1000 * moves / (performance.now() - began), seen };
};
window.answers = [];
const own = window.fetch;
window.fetch = async (...asked) => {
  const began = performance.now();
  const answer = await own(...asked);
  if (String(asked[0]).includes('/series')) window.answers.push(performance.now() - began);
  return answer;
};
"""


class Row(TypedDict):
    """One line of the table of results; see benchmarks/tracking.py."""

    what: str
    ours: float | None
    peer: float | None
    ratio: float | None
    unit: str
    reach: str
    holds: bool | None


def measure(runs: int = 50, points: int = 10_000, rounds: int = 5) -> list[Row]:
    """What drawing, pointing and zooming take; the median of some rounds, each in a page of its own."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None or find_spec("playwright") is None:
        print("curves: not measured, for want of Chromium or Playwright", file=sys.stderr)
        return []
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {"drawn": [], "fps": [], "zoom": [], "answer": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder), runs, points) as (address, ids),
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=browser_path, args=CHROMIUM)
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.add_init_script(WATCH)
            page.goto(f"{address}#view=compare&ids={','.join(ids)}")
            page.wait_for_selector(".nbm-matrix")
            page.wait_for_timeout(1000)
            taken["drawn"].append(page.evaluate("draw()"))
            page.wait_for_timeout(500)
            moved = page.evaluate("hover(100)")
            if moved["seen"] < 90:
                raise RuntimeError(f"{moved['seen']} of 100 moves showed what is under the pointer")
            taken["fps"].append(moved["fps"])
            taken["zoom"].append(_zoom(page))
            taken["answer"].append(page.evaluate("answers.at(-1)"))
            page.close()
        browser.close()
    what = f"{runs} series × {points:,} points in Chromium".replace(",", " ")
    return [
        _row(f"curves, {what}: from click to drawn", median(taken["drawn"]), "ms", "under 500 ms", 500),
        _row(f"curves, {what}: pointing", median(taken["fps"]), "frames/s", "over 30 frames/s", 30),
        _row(f"curves, {what}: zoomed, at full resolution", median(taken["zoom"]), "ms", "", None),
        _row(f"curves, {what}: the answer of a zoom", median(taken["answer"]), "ms", "", None),
    ]


def _zoom(page: Any) -> float:
    """Drags over a tenth of the chart, until its closer look is there."""
    box = page.locator(".nbm-plot .u-over").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=4)
    page.evaluate("""() => { window.zoomed = firstFrame(() => document.querySelector('.nbm-plot').dataset.close)
        .then(at => at - window.released); addEventListener('mouseup', () => { window.released = performance.now(); },
        { capture: true, once: true }); }""")
    page.mouse.up()
    return float(page.evaluate("zoomed"))


def _row(what: str, ours: float, unit: str, reach: str, limit: float | None) -> Row:
    holds = None if limit is None else ours > limit if reach.startswith("over") else ours < limit
    return {
        "what": what,
        "ours": ours,
        "peer": None,
        "ratio": None,
        "unit": unit,
        "reach": reach,
        "holds": holds,
    }


@contextmanager
def _served(folder: Path, runs: int, points: int) -> Iterator[tuple[str, list[str]]]:
    """The page's address, and the ids of the runs."""
    import json

    seeded = subprocess.run(
        [sys.executable, "-c", SEED, str(runs), str(points)], cwd=folder, check=True, stdout=subprocess.PIPE
    )
    command = [sys.executable, "-m", "nbmlops", "ui", "--no-browser"]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout is not None
        lines = iter(server.stdout.readline, "")
        address = next(line.strip() for line in lines if line.startswith("http"))
        yield address, json.loads(seeded.stdout.decode().splitlines()[-1])
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def main() -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    for name, value in (("runs", 50), ("points", 10_000), ("rounds", 5)):
        options.add_argument(f"--{name}", type=int, default=value)
    for row in measure(**vars(options.parse_args())):
        print(f"{row['what']:68} {row['ours']:8.0f} {row['unit']:9} {row['reach']}")


if __name__ == "__main__":
    main()
