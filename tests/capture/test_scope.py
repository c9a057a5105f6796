from __future__ import annotations

import ast
import time
import warnings

import pytest

from nbmlops.capture.literals import literal_value
from nbmlops.capture.parsing import parse
from nbmlops.capture.scope import (
    CellScope,
    literal_names,
    reachable_reads,
    reaches_fit_or_log,
    read_scope,
    rebound_names,
)

BUILTINS = {"print", "range", "len", "sum", "sorted", "open", "float", "max", "enumerate"}


def reads(source: str) -> set[str]:
    return set(read_scope(source).reads) - BUILTINS


def hows(source: str, name: str) -> list[str]:
    return [binding.how for binding in read_scope(source).bindings.get(name, ())]


def namespace(source: str) -> dict[str, object]:
    space: dict[str, object] = {"__name__": "__main__"}
    exec(source, space)
    return space


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ny = x + z", {"z"}),
        ("x = x + 1", {"x"}),
        ("n += step", {"n", "step"}),
        ("a, b = b, a", {"a", "b"}),
        ("print(f'{acc:.{digits}f}')", {"acc", "digits"}),
        ("[x * k for x in xs if x > low]", {"xs", "k", "low"}),
        ("[x for x in x]", {"x"}),
        ("[y for row in rows for y in row]", {"rows"}),
        ("{k: v for k, v in pairs}", {"pairs"}),
        ("f = lambda a, b=c: a + b + d", {"c", "d"}),
        (
            "def f(a, b=c, *args, k: T = d, **kw) -> R:\n    return a + g + args[0] + kw['x'] + k",
            {"c", "d", "T", "R", "g"},
        ),
        ("@deco(opt)\ndef f(): pass", {"deco", "opt"}),
        (
            "class A(Base, meta=M):\n    k = n\n    def f(self): return k + self.x + w",
            {"Base", "M", "n", "k", "w"},
        ),
        ("class A:\n    k = 1\n    j = k", set()),
        (
            "def outer():\n    v = 1\n    def inner():\n        nonlocal v\n        v = u\n    return inner",
            {"u"},
        ),
        ("def f():\n    global count\n    count = count + 1\nf()", {"count"}),
        ("def f():\n    return w\nw = 1\nf()", set()),
        ("def f():\n    return w\nf()\nw = 1", {"w"}),
        ("def f():\n    return w", {"w"}),
        ("def fib(n):\n    return fib(n - 1)", set()),
        ("if flag:\n    x = 1\nprint(x)", {"flag", "x"}),
        ("if flag:\n    x = 1\nelse:\n    x = 2\nprint(x)", {"flag"}),
        ("try:\n    df = load()\nexcept OSError as error:\n    raise error\nprint(df)", {"load", "OSError"}),
        ("try:\n    df = load()\nexcept OSError:\n    pass\nprint(df)", {"load", "OSError", "df"}),
        ("for i in range(n):\n    s = i\nprint(s)", {"n"}),
        ("for i in range(n):\n    print(previous)\n    previous = i", {"n", "previous"}),
        ("with open(path) as fh:\n    text = fh.read()\nprint(text)", {"path"}),
        ("del x", {"x"}),
        ("cfg['lr'] = rate", {"cfg", "rate"}),
        ("model.alpha = rate", {"model", "rate"}),
        ("x: Tensor = load()", {"Tensor", "load"}),
        ("if (n := len(xs)) > 3: print(n)", {"xs"}),
        ("[last := x for x in xs]\nprint(last)", {"xs"}),
        ("await fetch(url)", {"fetch", "url"}),
        ("async with pool as p:\n    rows = [r async for r in p.rows(q)]", {"pool", "q"}),
        (
            "match thing:\n    case Point(x=px) if px > low: print(px)\n    case [a, *rest]: print(rest)",
            {"thing", "Point", "low"},
        ),
        ("import numpy as np\nfrom a.b import c\nnp.sum(c)", set()),
        ("get_ipython().run_line_magic('matplotlib', 'inline')\nx", {"x"}),
    ],
)
def test_reads_are_the_names_from_outside(source, expected):
    assert reads(source) == expected


def test_a_loop_is_taken_to_run_but_the_doubt_is_kept():
    scope = read_scope("for row in rows:\n    df = clean(row)\ndf.plot()")
    assert "df" not in scope.reads
    assert scope.possible_reads == {"df"}


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("x = 1", "x", ["literal"]),
        ("x: float = 1e-3", "x", ["literal"]),
        ("x: float", "x", []),
        ("x, y = 1, f()", "x", ["literal"]),
        ("x, y = 1, f()", "y", ["computed"]),
        ("x, y = f()", "y", ["computed"]),
        ("x = y = 0.5", "y", ["literal"]),
        ("first, *rest = 1, 2, 3", "rest", ["computed"]),
        ("x = 1\nx = 2", "x", ["literal", "literal"]),
        ("x = 0\nx += 1", "x", ["literal", "augmented"]),
        ("for x, y in pairs: pass", "y", ["loop"]),
        ("with open(p) as x: pass", "x", ["with"]),
        ("try:\n    pass\nexcept E as x:\n    pass", "x", ["except"]),
        ("import a.b.c", "a", ["import"]),
        ("import a.b as x", "x", ["import"]),
        ("def x(): y = 1", "x", ["function"]),
        ("def x(): y = 1", "y", []),
        ("class x: y = 1", "x", ["class"]),
        ("class x: y = 1", "y", []),
        ("x = 1\ndel x", "x", ["literal", "deleted"]),
        ("(x := 3)", "x", ["walrus"]),
        ("[x for x in y]", "x", []),
        ("def f():\n    global x\n    x = 2", "x", ["global"]),
        ("x['a'] = 1", "x", []),
    ],
)
def test_bindings_say_how(source, name, expected):
    assert hows(source, name) == expected


def test_branches_and_loops_are_marked():
    scope = read_scope(
        "a = 1\nif a:\n    b = 2\nfor i in x:\n    c = 3\nwith y:\n    d = 4\n"
        "try:\n    e = 5\nfinally:\n    f = 6"
    )
    marks = {
        name: (bindings[0].conditional, bindings[0].in_loop) for name, bindings in scope.bindings.items()
    }
    assert marks == {
        "a": (False, False),
        "b": (True, False),
        "i": (True, True),
        "c": (True, True),
        "d": (False, False),
        "e": (True, False),
        "f": (False, False),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10**-3", 1e-3),
        ("-5", -5),
        ("60 * 60 * 24", 86400),
        ("'a' 'b'", "ab"),
        ("'a' + 'b'", "ab"),
        ("None", None),
        ("not True", False),
        ("(1, [2, 'x'])", (1, [2, "x"])),
        ("{'a': {'b': 1}}", {"a": {"b": 1}}),
        ("dict(a=1)", {"a": 1}),
        ("float('inf')", float("inf")),
        ("-np.inf", float("-inf")),
    ],
)
def test_literals_are_read_without_running_them(text, value):
    statement = parse(f"x = {text}")[0]
    assert literal_value(statement.value) == (True, value)


@pytest.mark.parametrize(
    "text",
    [
        "f()",
        "x",
        "[x]",
        "{**d}",
        "{'a': x}",
        "10**10**10",
        "2.0**(10**9)",
        "'x' * 10**9",
        "1 / 0",
        "f'{x}'",
        "b'x'",
        "1j",
        "...",
        "[[]][0]",
        "{[]: 1}",
    ],
)
def test_what_runs_code_or_explodes_is_no_literal(text):
    statement = parse(f"x = {text}")[0]
    assert literal_value(statement.value)[0] is False


def test_fits_are_found_where_they_run():
    scope = read_scope("clf.fit(X, y)\nXs = scaler.fit_transform(X)\nfor m in models: m.partial_fit(X)")
    assert scope.calls_fit == {"clf", "scaler", "m"}
    assert scope.may_fit_or_log


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", False),
        ("X_train, X_test = train_test_split(X)", False),
        ("ax = sns.fit_line", False),
        ("RandomForestClassifier().fit(X, y)", True),
        ("booster = lgb.train(params, data)", True),
        ("scores = cross_val_score(clf, X, y)", True),
        ("nbmlops.log_metric('a', 1)", True),
        ("log_params({'a': 1})", True),
        ("def f(): clf.fit(X)", False),
        ("def f(): clf.fit(X)\nf()", True),
        ("class M:\n    def go(self): self.net.fit(1)\nM().go()", True),
        ("search = lambda: clf.fit(X)", True),
    ],
)
def test_a_cell_that_fits_or_logs_is_told_from_one_that_does_not(source, expected):
    assert read_scope(source).may_fit_or_log is expected


def test_a_fit_inside_a_called_function_counts_for_global_names_only():
    scope = read_scope("def go(local):\n    local.fit(X)\n    clf.fit(X)\ngo(m)")
    assert scope.calls_fit == {"clf"}


def test_code_in_time_magics_is_part_of_the_cell():
    scope = read_scope(
        "get_ipython()"
        ".run_cell_magic('time', '', '# c\\nclf = F(n).fit(X)\\n!l\\nacc = score(clf)\\nacc\\n')\n"
    )
    assert {"n", "X", "score"} <= scope.reads
    assert scope.bindings["acc"][0].line == 5  # as the cell's lines are numbered, the magic's own first
    assert scope.may_fit_or_log
    assert scope.last is not None
    line = read_scope("acc = get_ipython().run_line_magic('time', 'score(clf, X)')")
    assert {"score", "clf", "X"} <= line.reads
    assert line.bindings["acc"][0].how == "computed"


def test_timeit_binds_nothing():
    scope = read_scope("get_ipython().run_line_magic('timeit', '-n 10 x = f(y)')")
    assert {"f", "y"} <= scope.reads
    assert scope.bindings == {}


@pytest.mark.parametrize("source", ["x = (", "def", "x = 1\0", "(" * 5000 + ")" * 5000, "-" * 20000 + "1"])
def test_source_that_cannot_be_parsed_gives_an_empty_scope(source):
    scope = read_scope(source)
    assert scope == CellScope(parsed=False)


def test_an_empty_cell_is_parsed():
    assert read_scope("").parsed
    assert read_scope("# nothing\n").bindings == {}


def test_an_invalid_escape_is_left_for_the_compiler_to_tell():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "x" in read_scope("x = '\\d'").bindings


def test_a_failed_cell_has_bound_what_stands_above_the_failure():
    scope = read_scope("a = f()\nb = 1 / 0\nc = f()\nc").up_to(2)
    assert set(scope.bindings) == {"a"}
    assert scope.last is None


def test_literal_names_are_settings_and_rebound_names_are_not():
    scope = read_scope(
        "lr = 0.1\ncfg = Config(lr=0.1)\nresults = []\nresults.append(1)\nn = 0\nn += 1\n"
        "for i in x: flag = False\nacc = score()\n"
        "scores = {}\nscores['a'] = acc\nopts = {'a': 1}\nopts['b'] = 2"
    )
    assert literal_names(scope) == {"lr", "cfg", "opts"}
    assert rebound_names(scope) == {"results", "n", "i", "flag", "acc", "scores"}


def test_reach_follows_the_users_functions_and_classes():
    space = namespace(
        "lr = 0.1\ndepth = 3\nunused = 1\nbias = 2\nwide = 4\n"
        "def inner(): return depth\n"
        "def train(): return [inner() * lr for _ in range(3)]\n"
        "class Net:\n"
        "    def forward(self): return self.go()\n"
        "    def go(self): return bias\n"
        "    @property\n"
        "    def size(self): return wide\n"
        "net = Net()\n"
    )
    assert reachable_reads(read_scope("train()"), space) == {"train", "inner", "lr", "depth"}
    assert reachable_reads(read_scope("net.forward()"), space) == {"net", "bias", "wide"}


def test_an_attribute_named_like_a_global_is_not_reached():
    space = namespace("data = [1]\ndef f(obj): return obj.data\nclass A: pass\n")
    assert reachable_reads(read_scope("f(A())"), space) == {"f", "A"}


def test_reach_survives_cycles_and_hostile_objects():
    space = namespace(
        "def a(): return b()\ndef b(): return a()\n"
        "class Hostile:\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "    def __eq__(self, other): raise RuntimeError\n"
        "    __hash__ = None\n"
        "    @property\n"
        "    def __class__(self): raise RuntimeError\n"
        "bad = Hostile()\n"
    )
    assert reachable_reads(read_scope("a(bad)"), space) == {"a", "b", "bad"}


def test_a_wrapped_function_is_followed():
    space = namespace(
        "import functools\nlr = 0.1\n@functools.lru_cache\ndef f(): return lr\n"
        "def deco(g):\n    def w(): return g()\n    return w\n@deco\ndef h(): return lr\n"
    )
    assert "lr" in reachable_reads(read_scope("h()"), space)
    assert "lr" in reachable_reads(read_scope("f()"), space)


def test_a_fit_in_an_earlier_function_is_reached():
    space = namespace("def train(m): return m.fit(1)\ndef show(m): return m\n")
    assert reaches_fit_or_log(read_scope("train(clf)"), space)
    assert not reaches_fit_or_log(read_scope("show(clf)"), space)


def test_reading_a_cell_costs_little_more_than_parsing_it():
    block = (
        "clf = Forest(n_estimators=200, max_depth=8).fit(X_train, y_train)\n"
        "acc = score(y_test, clf.predict(X_test))\n"
        "for epoch in range(epochs):\n    loss = step(model, batch)\n    losses.append(loss)\n"
        "print(f'{acc:.3f}', loss)\nif acc > 0.9:\n    best = acc\nelse:\n    best = 0.5\n"
    ) * 10
    parsing, reading = [], []
    for _ in range(30):
        start = time.process_time()
        ast.parse(block)
        parsed = time.process_time()
        read_scope(block)
        parsing.append(parsed - start)
        reading.append(time.process_time() - parsed)
    assert min(reading) < 4 * min(parsing)  # 2.0 against 1.1 ms for these hundred lines
