from __future__ import annotations

import argparse
import dataclasses
import enum
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nbmlops.capture.params import earlier_params, inferred_params
from nbmlops.capture.plain import flatten, shortened
from nbmlops.capture.scope import literal_names, read_scope, rebound_names
from nbmlops.records import Param


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError("eq")

    def __repr__(self):
        raise RuntimeError("repr")

    def __bool__(self):
        raise RuntimeError("bool")

    def __iter__(self):
        raise RuntimeError("iter")

    __hash__ = None


@dataclasses.dataclass
class Optimiser:
    name: str = "adam"
    lr: float = 0.1


@dataclasses.dataclass
class Config:
    depth: int = 3
    optimiser: Optimiser = dataclasses.field(default_factory=Optimiser)
    model: object = None


def notebook(*cells: str, space: dict | None = None) -> dict[str, object]:
    """Run cells as the orchestrator does and give the parameters of the last one."""
    space = {"__name__": "__main__"} if space is None else space
    literals: frozenset[str] = frozenset()
    found: dict[str, object] = {}
    for cell in cells:
        scope, before = read_scope(cell), dict(space)
        earlier = earlier_params(scope, before=before, literals=literals)
        exec(cell, space)
        inferred = inferred_params(scope, earlier=earlier, after=space)
        found = {param.key: param.value for param in inferred.items}
        assert all(param.origin == "inferred" and param.shown for param in inferred.items)
        literals = (literals - rebound_names(scope)) | literal_names(scope)
    return found


def test_literals_bound_once_are_parameters():
    cell = (
        "lr: float = 1e-3\nn, name = 10, 'forest'\nstep = 10**-3\nflag = True\nnothing = None\na = b = -2\n"
    )
    assert notebook(cell) == {
        "lr": 1e-3, "n": 10, "name": "forest", "step": 1e-3, "flag": True, "nothing": None, "a": -2, "b": -2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        "_x = 1",
        "for i in range(3): pass",
        "for i in range(3):\n    flag = False",
        "with open('/dev/null') as fh: pass",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error: pass",
        "n = 1\nn += 1",
        "n = 1\nn = 2",
        "n = 1\ndel n",
        "def f():\n    n = 1",
        "class A:\n    n = 1",
        "n = int('3')",
        "n = len([1, 2])",
        "m = [i for i in range(3)]",
        "results = []\nresults.append(1)",
        "results = {}\nresults['a'] = len('abc')",
        "history = {'loss': []}\nhistory['loss'].append(0.5)",
        "losses = []",
        "x = object()",
        "import math",
        "n = 1\ndef f():\n    global n\n    n = 2",
    ],
)
def test_these_are_no_parameters(cell):
    assert notebook(cell) == {}


def test_dicts_flatten_three_levels_deep():
    cell = "cfg = {'lr': 0.1, 'net': {'width': 8, 'act': {'name': 'relu', 'deep': {'er': 1}}}, 3: 'x'}"
    assert notebook(cell) == {"cfg.lr": 0.1, "cfg.net.width": 8, "cfg.net.act.name": "relu", "cfg.3": "x"}


def test_short_lists_are_one_value_and_long_ones_none():
    cell = (
        f"sizes = (64, 32)\nlayers = [(64, 3), (32, 3)]\nlong = {list(range(21))}\ntwenty = {list(range(20))}"
    )
    assert notebook(cell) == {"sizes": [64, 32], "layers": [[64, 3], [32, 3]], "twenty": list(range(20))}


def test_a_set_has_one_order():
    assert notebook("names = {'b', 'a'}") == {"names": ["a", "b"]}


def test_earlier_literals_that_the_cell_reads_are_parameters():
    assert notebook("lr = 0.1\nother = 5", "y = [lr * 2]") == {"lr": 0.1}


def test_earlier_literals_that_a_called_function_reads_are_parameters():
    cells = (
        "lr = 0.1\ndepth = 3\nunused = 5",
        "def inner(): return depth\ndef train(): return lr * inner()",
        "x = [train()]",
    )
    assert notebook(*cells) == {"lr": 0.1, "depth": 3}


def test_earlier_literals_have_the_value_of_the_cells_begin():
    assert notebook("cfg = {'lr': 0.1}", "cfg['lr'] = 0.2", "use = [cfg]") == {"cfg.lr": 0.2}
    assert notebook("cfg = {'lr': 0.1}", "cfg = {'lr': 0.3}; use = [cfg]") == {"cfg.lr": 0.3}
    assert notebook("cfg = {'lr': 0.1}", "use = [cfg['lr']]; cfg['lr'] = 0.5") == {"cfg.lr": 0.1}


def test_an_earlier_name_that_was_rebound_is_no_parameter():
    assert notebook("n = 1", "n = len('abc')", "y = [n]") == {}
    assert notebook("n = 1", "n += 1", "y = [n]") == {}
    assert notebook("n = 1", "n = n + 1") == {}


def test_a_rebound_name_can_become_a_literal_again():
    assert notebook("n = len('a')", "n = 7", "y = [n]") == {"n": 7}


def test_an_earlier_accumulator_is_no_parameter():
    assert notebook("results = [0]", "results.append(1)") == {}
    assert notebook("results = [0]", "results.append(1)", "results.append(2)", "y = list(results)") == {}
    assert notebook("board = {'a': 1}", "board['b'] = len('xx')", "y = [board]") == {}


def test_computed_names_of_earlier_cells_are_no_parameters():
    assert notebook("n = len('abc')", "y = [n]") == {}


def test_a_patched_dict_has_its_patched_value():
    assert notebook("cfg = {'lr': 0.1}\ncfg['lr'] = 0.2\ncfg.update(depth=3)") == {
        "cfg.lr": 0.2,
        "cfg.depth": 3,
    }


def test_config_objects_flatten_by_fields():
    space = {
        "Config": Config,
        "Optimiser": Optimiser,
        "SimpleNamespace": SimpleNamespace,
        "argparse": argparse,
    }
    cell = "cfg = Config(depth=5)\nns = SimpleNamespace(a=1)\nargs = argparse.Namespace(seed=3)"
    expected = {
        "cfg.depth": 5, "cfg.optimiser.name": "adam", "cfg.optimiser.lr": 0.1, "cfg.model": None,
        "ns.a": 1, "args.seed": 3,
    }  # fmt: skip
    assert notebook(cell, space=dict(space)) == expected
    assert notebook(cell, "use = [cfg, ns, args]", space=dict(space)) == expected


def test_a_model_built_from_literals_is_no_config():
    assert notebook("frame = pd.DataFrame({'a': [1]})", "use = [frame]", space={"pd": pd}) == {}


def test_a_branch_counts_when_it_ran():
    assert notebook("if True:\n    n = 3\nelse:\n    m = 4") == {"n": 3}
    assert notebook("if False:\n    n = 3", space={"n": 5}) == {}


def test_what_is_not_there_in_the_end_and_in_doubt_is_not_recorded():
    scope = read_scope("a = 1\nif a:\n    b = 2\nc = Config(depth=1)")
    inferred = inferred_params(scope, earlier=(), after={})
    assert [param.key for param in inferred.items] == ["a"]


def test_nan_and_infinities_are_kept():
    found = notebook("low = -float('inf')\nmissing = float('nan')")
    assert found["low"] == -math.inf
    assert math.isnan(found["missing"])


def test_long_values_become_digests():
    found = notebook(f"query = {'x' * 5000!r}\nshort = {'x' * 4096!r}")
    assert found["query"].startswith("sha256:")
    assert found["query"].endswith(" (5,000 bytes)")
    assert found["short"] == "x" * 4096
    assert shortened("y" * 5000) != shortened("x" * 5000)


def test_an_integer_too_long_to_print_becomes_a_digest():
    assert str(shortened(1 << 200_000)).startswith("sha256:")


def test_over_a_hundred_keys_are_cut_with_a_notice():
    scope = read_scope("\n".join(f"p{index} = {index}" for index in range(120)))
    inferred = inferred_params(scope, earlier=(), after={})
    assert [param.key for param in inferred.items] == [f"p{index}" for index in range(100)]
    assert len(inferred.notices) == 1
    assert "120 parameters" in inferred.notices[0]


def test_scalars_of_other_libraries_become_pythons():
    class Kind(enum.Enum):
        A = "a"

    class Text(str):
        __slots__ = ()

        def __str__(self):
            raise RuntimeError

    value = {
        "f": np.float32(0.5),
        "i": np.int64(3),
        "b": np.bool_(True),
        "k": Kind.A,
        "p": Path("a/b"),
        "t": Text("t"),
    }
    flat = dict(flatten("c", value))
    assert flat == {"c.f": 0.5, "c.i": 3, "c.b": True, "c.k": "a", "c.p": str(Path("a/b")), "c.t": "t"}
    assert {type(item) for item in flat.values()} == {float, int, bool, str}


def test_hostile_and_huge_objects_give_nothing():
    cyclic: dict[str, object] = {"lr": 0.1}
    cyclic["self"] = cyclic
    loop: list[object] = []
    loop.append(loop)
    assert dict(flatten("c", cyclic)) == {"c.lr": 0.1}
    for value in (
        loop,
        Hostile(),
        pd.DataFrame({"a": [1, 2]}),
        np.zeros(5),
        list(range(10**6)),
        dict.fromkeys(range(10**5)),
    ):
        assert dict(flatten("c", value)) == {}
    assert dict(flatten("c", {"bad": Hostile(), "frame": pd.DataFrame({"a": [1]}), "ok": 1})) == {"c.ok": 1}


def test_hostile_values_of_earlier_names_lose_only_themselves():
    scope = read_scope("use(bad, frame, lr)")
    before = {"bad": Hostile(), "frame": pd.DataFrame({"a": [1]}), "lr": 0.1}
    assert earlier_params(scope, before=before, literals=frozenset(before)) == (Param("lr", 0.1, "inferred"),)
