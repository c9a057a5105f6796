"""The widget in Chromium: 10,000 runs with 50 columns.

    python benchmarks/widget.py [--runs N] [--columns N] [--rounds N]

The page stands for JupyterLab: it holds the widget's front end, and hands its questions over HTTP to the same
`Channel` that answers them in a kernel, in a process of its own. Needs Playwright, Chromium, and a built front end.
Times run from the call (or the key) to the next frame after the rows are there, as the reader sees it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, TypedDict

CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAGE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:20px;width:1360px"><div id="root"></div>
<script type="module">
import front from "/widget.js";
const state = { where: "", text: "", order_by: "-metrics.m00", metric: "", columns: [], selected_runs: [],
                group_by: [], folded: true, deleted: false, _place: { view: "runs", experiment: "wide" },
                _scope: { experiment: "wide" }, _caption: "" };
const listeners = new Map();
const emit = (name, value) => (listeners.get(name) ?? []).forEach(listener => listener(value));
const model = {
  get: key => state[key],
  set: (key, value) => { state[key] = value; emit(`change:${key}`, value); },
  save_changes() {},
  on: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
  off: (name, listener) => listeners.set(name, (listeners.get(name) ?? []).filter(one => one !== listener)),
  async send(message) {
    const answer = await fetch("/ask", { method: "POST", body: JSON.stringify(message) });
    emit("msg:custom", await answer.json());
  }
};
// The first frame in which something holds, after its drawing.
const frames = test => new Promise(done => {
  const look = () => test() ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
});
const cell = () => document.querySelector(".nbm-line .nbm-number")?.textContent;
const count = () => document.querySelector(".nbm-heading strong")?.textContent;
window.show = async () => {
  const began = performance.now();
  front.render({ model, el: document.getElementById("root") });
  return (await frames(() => cell())) - began;
};
window.change = async (key, value) => {
  const [was, began] = [count() + cell(), performance.now()];
  model.set(key, value);
  return (await frames(() => count() + cell() !== was && !document.querySelector(".nbm-stale"))) - began;
};
window.type = async text => {
  const [was, began] = [count(), performance.now()];
  const field = document.querySelector(".nbm-field-where");
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return (await frames(() => count() !== was && !document.querySelector(".nbm-stale"))) - began;
};
window.jump = async share => {
  const began = performance.now();
  const table = document.querySelector(".nbm-table");
  table.scrollTop = share * table.scrollHeight;
  await frames(() => table.scrollTop > 0 && [...document.querySelectorAll(".nbm-line")].length > 5);
  return (await frames(() => !document.querySelector(".nbm-line .nbm-waits"))) - began;
};
// Scrolled by the wheel's steps, one in each frame: how many lines in view were blank, of all that were seen.
window.wheel = async (frames, pixels) => {
  const table = document.querySelector(".nbm-table");
  const box = table.getBoundingClientRect();
  let [seen, blank, worst, late] = [0, 0, 0, 0];
  let last = performance.now();
  for (let at = 0; at < frames; at++) {
    table.scrollTop += pixels;
    await new Promise(requestAnimationFrame);
    await new Promise(done => setTimeout(done)); // after the frame was drawn
    const lines = [...table.querySelectorAll(".nbm-line")].filter(line => {
      const own = line.getBoundingClientRect();
      return own.bottom > box.top + 52 && own.top < box.bottom;
    });
    const missing = Math.max(0, Math.floor((table.clientHeight - 52) / 30) - lines.length);
    const waiting = lines.filter(line => line.querySelector(".nbm-waits")).length + missing;
    seen += lines.length + missing;
    blank += waiting;
    worst = Math.max(worst, waiting);
    late = Math.max(late, performance.now() - last);
    last = performance.now();
  }
  return { share: blank / seen, worst, late };
};
window.ready = true;
</script>"""


class Row(TypedDict):
    """One line of the table of results; see benchmarks/tracking.py."""

    what: str
    ours: float | None
    peer: float | None
    ratio: float | None
    unit: str
    reach: str
    holds: bool | None


def measure(runs: int = 10_000, columns: int = 50, rounds: int = 5) -> list[Row]:
    """What the widget takes; the median of some rounds, each in a page of its own."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None or find_spec("playwright") is None:
        print("widget: not measured, for want of Chromium or Playwright", file=sys.stderr)
        return []
    from playwright.sync_api import sync_playwright

    taken: dict[str, list[float]] = {"first": [], "filter": [], "sort": [], "jump": []}
    scrolled: dict[str, list[float]] = {"share": [], "worst": [], "late": []}
    with (
        tempfile.TemporaryDirectory() as folder,
        _served(Path(folder), runs, columns) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=browser_path, args=CHROMIUM)
        for turn in range(rounds):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(address)
            page.wait_for_function("window.ready")
            taken["first"].append(page.evaluate("show()"))
            page.wait_for_timeout(500)
            limit = 0.5 + turn / 100  # another each time: no answer is known already
            taken["filter"].append(page.evaluate(f"type('metrics.m00 < {limit}')"))
            taken["sort"].append(page.evaluate(f"change('order_by', 'metrics.m{turn + 1:02d}')"))
            taken["jump"].append(page.evaluate("jump(0.6)"))
            for name, value in page.evaluate("wheel(180, 100)").items():
                scrolled[name].append(value)
            page.close()
        browser.close()
    what = f"{runs:,} runs × {columns} columns in Chromium".replace(",", " ")
    return [
        _row(f"widget, {what}: first rows", median(taken["first"]), 1000),
        _row(f"widget, {what}: filtered", median(taken["filter"]), 200),
        _row(f"widget, {what}: sorted", median(taken["sort"]), None),
        _row(f"widget, {what}: rows in the middle", median(taken["jump"]), None),
        _row(
            f"widget, {what}: blank lines, scrolled 100 px a frame", 100 * median(scrolled["share"]), 0.5, "%"
        ),
        _row(
            f"widget, {what}: most blank lines in a frame of these", median(scrolled["worst"]), None, "lines"
        ),
    ]


def _row(what: str, ours: float, below: float | None, unit: str = "ms") -> Row:
    reach = "" if below is None else f"under {below:g} {unit}"
    holds = None if below is None else ours < below
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
def _served(folder: Path, runs: int, columns: int) -> Iterator[str]:
    """The page and the answers of a channel, at an address of this machine."""
    from nbmlops.answers.desk import Desk
    from nbmlops.answers.store import AskedStore
    from nbmlops.config import StoreLocation
    from nbmlops.widgets.channel import Channel
    from nbmlops.widgets.front_end import code
    from nbmlops.workspace import Workspace

    workspace = Workspace(StoreLocation(folder / "store"), mask=lambda text: text, on_trouble=print)
    _fill(workspace, runs, columns)
    desk = Desk(AskedStore(workspace, lambda text: text))
    channel = Channel(desk, front_end=code)
    mutex = threading.Lock()  # a kernel answers one after the other

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            script = self.path == "/widget.js"
            self._send(code() if script else PAGE, "text/javascript" if script else "text/html")

        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with mutex:
                answer = channel.answer(message)
            self._send(json.dumps(answer), "application/json")

        def _send(self, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        workspace.drain.close()
        workspace.database.reset()


def _fill(workspace: Any, runs: int, columns: int) -> None:
    """Runs with half their columns parameters, half metrics; no two alike."""
    chance = random.Random(0)
    half = columns // 2
    for number in range(runs):
        run = workspace.start_run(f"run-{number}", experiment="wide", reads_context=False)
        run.log_params({f"p{at:02d}": chance.choice((1, 2, 4, 8, 0.1, 0.01)) for at in range(columns - half)})
        run.log_metrics({f"m{at:02d}": chance.random() for at in range(half)})
        run.end()
    workspace.sync()


def main() -> None:
    """Prints the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    for name, value in (("runs", 10_000), ("columns", 50), ("rounds", 5)):
        options.add_argument(f"--{name}", type=int, default=value)
    for row in measure(**vars(options.parse_args())):
        print(f"{row['what']:64} {row['ours']:8.1f} {row['unit']}  {row['reach']}")


if __name__ == "__main__":
    main()
