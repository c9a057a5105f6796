"""Random sessions: a slice, run again in a clean process, always gives what the session gave."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from a_session import cells_of, play, play_again
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

START = cells_of("""
import functools
import os
import random
import numpy as np
---
i0, i1, i2 = 1, 2, 3
---
l0 = [1, 2]
l1 = [[1], [2]]
---
l2 = list(range(3))
---
d0 = {"a": 1, "b": [1]}
d1 = {}
---
a0 = np.arange(6.0)
a1 = np.zeros((200, 300))
---
a2 = a1[:, 3]
---
class Box:
    seen = []
    def __init__(self, value=0):
        self.value = value
        self.items = []
    def put(self, item):
        self.items.append(item)
        return self
    def count(self):
        self.value += 1
        return self.value
    def note(self):
        Box.seen.append(self.value)
    @property
    def doubled(self):
        return self.value * 2
---
o0 = Box(1)
o1 = Box(2)
---
def f0(x):
    return x * 2
---
def f1(x):
    x.append(i0)
    return x
---
def f2():
    global i2
    i2 += i1
    return i2
---
g0 = (n * n for n in range(50))
---
big = [{"n": n} for n in range(6_000)]
---
long = list(range(7_000))
---
class Spy:
    def __init__(self, value=0):
        long.append(value)
    def __add__(self, other):
        long.append("add")
        return 1
    def __enter__(self):
        long.append("enter")
    def __exit__(self, *error):
        long.append("exit")
    @property
    def seen(self):
        long.append("seen")
        return len(long)
---
s0 = Spy()
---
@functools.cache
def c0(x):
    return x + i1
---
random.seed(3)
np.random.seed(4)
""")

INTS = ["i0", "i1", "i2"]
LISTS = ["l0", "l1", "l2"]
DICTS = ["d0", "d1"]
ARRAYS = ["a0", "a1", "a2"]
BOXES = ["o0", "o1"]
TEMPLATES = [
    "{i} = {j} + 1", "{i} += {j}", "{i} = len({l})", "{i} = f0({j})", "{i} = f2()", "{i} = next(g0)",
    "{i} = {o}.count()", "{i} = {o}.value", "{i} = {o}.doubled", "{i} = int({a}.sum())", "{i} = random.randint(0, 9)",
    "{i} = int(np.random.randint(100))", "{i} = big[17]['n']", "{i} = sum(Box.seen)", "del {i}",
    "{l} = []", "{l} = {m}", "{l} = list({m})", "{l}.append({i})", "{l}.append({m})", "{l} += [{i}]", "{l}[0] = {i}",
    "{l} = f1({m})", "f1({l})", "{l} = {m}[:]", "{l} = [x for x in {m}]", "{l} = sorted({m}, key=str)", "{l}.reverse()",
    "{l}.pop()", "random.shuffle({l})", "{l} = {o}.items", "for x in {l}:\n    {i} = {i} + 1", "{l} = [*{m}, {i}]",
    "if {i} > 3:\n    {l} = []", "print({l})", "print(len({l}))", "str({l})", "{l} = {d}.get('b', [])",
    "{d} = {{}}", "{d} = {e}", "{d}['k'] = {i}", "{d}['b'] = {l}", "{d}.update(a={i})", "{d} = dict({e})", "{d}.pop('k', 0)",
    "{d}.setdefault('z', []).append({i})", "{l} = list({d}.values())", "{i} = len({d})", "{d} = {{**{e}, 'q': {l}}}",
    "{a} = {b}.copy()", "{a} = {b}", "{a}[0] = {i}", "{a} += 1", "{a} = {b} * 2", "{a} = {b}.ravel()", "{a}.fill({i})",
    "np.add({a}, 1, out={a})", "{a} = np.asarray({b})", "{a} = np.random.rand(3)", "np.random.shuffle({a})",
    "{o} = Box({i})", "{o} = {p}", "{o}.put({i})", "{o}.put({l})", "{o}.value = {i}", "{o}.items = {l}", "{o}.note()",
    "Box.seen = []", "Box.put = lambda self, item: self.items.insert(0, item)", "setattr({o}, 'value', {i})",
    "row = big[{i} % 6000]", "row['n'] = {i}", "big[3]['n'] += 1", "{l}.extend(row.values())",
    "def f0(x):\n    return x + {i}", "def f1(x):\n    x.insert(0, i1)\n    return x",
    "def f2():\n    l0.append(i0)\n    return len(l0)", "f0 = lambda x: x * i1",
    "g0 = iter({l})", "{l} = list(zip({m}, g0))", "{l}.append(lambda: {j})", "{i} = [x for x in {l} if callable(x)][0]()",
    "random.seed({i})", "np.random.seed(7)", "random.random()", "{l}.append(random.random())",
    "open('note.txt', 'a').write(str({i}))", "{i} = len(open('note.txt').read())", "open('note.txt', 'w').write('x')",
    "{l}.append(1 / 0)", "{i} = {i} + 1\n{l}.append({i})\nraise ValueError", "{l} = _", "{i}\n", "{i} = eval('{j} * 2')",
    "exec('{i} = {j}')", "globals()['{i}'] = {j}", "with open('note.txt') as f:\n    {l} = list(f)",
    "{i}, {j} = {j}, {i}", "{l}, {m} = {m}, {l}", "{i} = (z := {j}) + z", "match {i}:\n    case 1:\n        {l} = [1]\n    case _:\n        {l} = {l}",
    "try:\n    {l}[99]\nexcept IndexError:\n    {i} = 0", "{d} = {{k: v for k, v in {e}.items()}}", "from math import *", "{i} = floor(2.5)",
    "{i} = s0 + {i}", "with s0:\n    pass", "{i} = s0.seen", "s0 = Spy({i})", "list(map(Spy, [{i}]))", "{i} = len(long)",
    "{i} = c0({j})", "c0.cache_clear()", "np.add({a}, 1, {b}[:])", "{a}.flat[0] = {i}", "f3 = {a}.flat", "f3[0] = {i}",
    "os.replace('note.txt', 'note2.txt')", "{i} = len(open('note2.txt').read())", "{d}.update(**{e})", "{l} = long",
    "h0 = open('note.txt', 'w')", "h0.write('abc')", "h0.flush()", "list(map(Box.count, [{o}]))",
]  # fmt: skip
RESULT = "result = repr([i for i in [{names}]])"


def statement(draw: st.DrawFn) -> str:
    chosen = {
        "i": draw(st.sampled_from(INTS)), "j": draw(st.sampled_from(INTS)),
        "l": draw(st.sampled_from(LISTS)), "m": draw(st.sampled_from(LISTS)),
        "d": draw(st.sampled_from(DICTS)), "e": draw(st.sampled_from(DICTS)),
        "a": draw(st.sampled_from(ARRAYS)), "b": draw(st.sampled_from(ARRAYS)),
        "o": draw(st.sampled_from(BOXES)), "p": draw(st.sampled_from(BOXES)),
    }  # fmt: skip
    return draw(st.sampled_from(TEMPLATES)).format(**chosen)


# Addresses and random texts would differ from process to process.
SHOWN = {
    "i": "{0}", "l": "len({0})", "l'": "[x if isinstance(x, (int, float, str)) else type(x).__name__ for x in {0}]",
    "d": "sorted(map(str, {0}))", "d'": "str([v for v in {0}.values() if isinstance(v, int)])",
    "a": "float({0}.sum())", "o": "({0}.value, len({0}.items))", "b": "len(Box.seen)", "g": "next(g0)",
    "c": "c0(2)", "t": "len(open('note.txt').read())", "u": "len(long)",
    "n": "big[3]['n'] + big[17]['n']", "f": "f0(2)", "r": "random.random()", "s": "np.random.rand()",
}  # fmt: skip


@st.composite
def sessions(draw: st.DrawFn) -> list[str]:
    cells = [
        "\n".join(statement(draw) for _ in range(draw(st.integers(1, 2))))
        for _ in range(draw(st.integers(2, 14)))
    ]
    again = draw(st.lists(st.integers(0, len(cells) - 1), max_size=3))
    kinds = {"i": INTS, "l": LISTS, "l'": LISTS, "d": DICTS, "d'": DICTS, "a": ARRAYS, "o": BOXES}
    shown = [
        SHOWN[kind].format(draw(st.sampled_from(kinds.get(kind, [""]))))
        for kind in draw(st.lists(st.sampled_from(sorted(SHOWN)), min_size=1, max_size=3))
    ]
    guarded = "result = []\n" + "\n".join(
        f"try:\n    result.append({text})\nexcept Exception as exc:\n    result.append(type(exc).__name__)"
        for text in shown
    )
    return [*START, *cells, *(cells[at] for at in again), guarded]


def check(cells: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first"), Path(folder, "second")
        first.mkdir()
        second.mkdir()
        played = play(cells, first)
        assert play_again(played.slice, second) == played.result, "\n---\n".join(
            f"{'*' if at in played.chosen else ' '} {cell}"
            for at, cell in enumerate(cells)
            if at >= len(START)
        )


@given(sessions())
@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
def test_a_slice_of_a_random_session_gives_the_same_result(cells: list[str]) -> None:
    check(cells)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("quarter", range(4))  # so that two processes share them
def test_slices_of_two_thousand_random_sessions_give_the_same_results(quarter: int) -> None:
    @seed(quarter)
    @given(sessions())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def check_many(cells: list[str]) -> None:
        check(cells)

    check_many()
