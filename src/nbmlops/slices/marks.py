"""What a call does that no variable shows: it reads a clock, asks the network, seeds a generator."""

from __future__ import annotations

import ast
from typing import Final

from nbmlops.capture.sources import special_call
from nbmlops.slices.tables import ENTROPY, GENERATORS, LISTINGS, PLOTTING, SEEDERS, STARTS_OTHERS

_NETWORK: Final = frozenset(
    """
    requests httpx urllib urllib3 aiohttp boto3 botocore s3fs gcsfs ftplib smtplib socket websocket websockets openml
    huggingface_hub yfinance paramiko http
    """.split()
)
_SHELL_CALLS: Final = frozenset({"os.system", "os.popen", "os.execv", "os.spawnl", "pty.spawn"})
_SHELL_MAGICS: Final = frozenset(
    {"sx", "system", "sc", "bash", "sh", "script", "!", "perl", "ruby", "python", "python3"}
)
# Magics that touch neither variables nor files, or whose traces are seen otherwise (folder, environment, files).
_PLAIN_MAGICS: Final = frozenset(
    """
    alias_magic autoawait autocall autoindent automagic bookmark cd colors conda config debug dhist dirs doctest_mode
    env gui history hist html HTML javascript js killbgscripts latex lprun load_ext logoff logon logstart logstate
    logstop ls lsmagic magic man markdown matplotlib memit mprun nbmlops notebook page pastebin pdb pdef pdoc pfile
    pinfo pinfo2 pip popd pprint precision profile prun psearch psource pushd pwd pycat pylab quickref reload_ext
    set_env svg SVG tb time timeit track unalias unload_ext uv who who_ls whos writefile file xmode capture
    """.split()
)
_EXTENSION_MAGICS: Final = frozenset(
    {"load_ext", "reload_ext", "alias_magic", "alias", "autoreload", "sql", "config"}
)
_TORCH_DRAWS: Final = frozenset(
    {"bernoulli", "multinomial", "normal", "rand", "rand_like", "randint", "randn", "randn_like", "randperm"}
)
_BY_NAME: Final = {"<lists files>": LISTINGS, "<starts>": STARTS_OTHERS, "<plots>": PLOTTING}
_NONE: Final[frozenset[str]] = frozenset()


def call_marks(dotted: str, name: str, node: ast.Call) -> frozenset[str]:
    """The marks of a call.

    Args:
        dotted: what is called, as libraries name it where that is known (`numpy.random.default_rng`).
        name: its last part.
        node: the call.
    """
    if dotted.startswith("matplotlib.pyplot."):
        return _call_marks(dotted, name, node) | {"<plots>"}
    return _call_marks(dotted, name, node)


def _call_marks(dotted: str, name: str, node: ast.Call) -> frozenset[str]:
    package = dotted.partition(".")[0]
    path = tuple(dotted.split("."))
    if name in ("run_line_magic", "run_cell_magic"):
        return _magic_marks(node)
    if path[:1] == ("get_ipython",) or _is_of_shell(node):
        return frozenset({"<shell>"}) if name in ("system", "getoutput") else _NONE
    found = {mark for mark, words in _BY_NAME.items() if name in words}
    if special_call(path, name, has_arguments=bool(node.args)) == "clock" and not _is_other_clock(
        dotted, name
    ):
        found.add("<clock>")
    if package in _NETWORK and not dotted.startswith(("urllib.parse", "http.client.responses")):
        found.add("<network>")
    if dotted in _SHELL_CALLS or package == "subprocess":
        found.add("<shell>")
    if name in ENTROPY and package in ("os", "secrets", "uuid", "random", name):
        found.add("<token>")
    if name in GENERATORS and package not in ("torch", "jax", "tensorflow") and _is_unseeded(node):
        found.add("<entropy>")
    drawn = draws_from(dotted, name)
    if drawn:
        found.add(f"<draws:{drawn}>")
    if dotted == "input" or name == "getpass":
        found.add("<input>")
    return frozenset(found)


def _is_of_shell(node: ast.Call) -> bool:
    """`get_ipython().system(…)`, which `!…` becomes."""
    match node.func:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython"))):
            return True
    return False


def draws_from(dotted: str, name: str) -> str:
    """The package whose global generator a call plainly draws from; empty for all other calls."""
    if (
        name in SEEDERS
        or name in GENERATORS
        or name in ("get_state", "getstate", "SystemRandom", "BitGenerator")
    ):
        return ""
    if dotted.startswith("numpy.random."):
        return "numpy"
    if dotted.startswith("random."):
        return "random"
    return "torch" if dotted.startswith("torch.") and name in _TORCH_DRAWS else ""


def _is_other_clock(dotted: str, name: str) -> bool:
    """`df.date.dt.timestamp()` and the like convert; they tell no time of day."""
    return name in ("timestamp", "total_seconds", "timer") and not dotted.startswith(("time.", "datetime."))


def _is_unseeded(node: ast.Call) -> bool:
    values = [*node.args, *(item.value for item in node.keywords)]
    return all(isinstance(value, ast.Constant) and value.value is None for value in values)


def _magic_marks(node: ast.Call) -> frozenset[str]:
    match node.args:
        case [ast.Constant(value=str(name)), *_]:
            pass
        case _:
            return frozenset({"<opaque>"})
    if name in _SHELL_MAGICS:
        return frozenset({"<shell>"})
    if name in _EXTENSION_MAGICS:
        return frozenset({"<loads extension>"})
    return _NONE if name in _PLAIN_MAGICS else frozenset({"<opaque>", "<uses extension>"})


def seeds_of(dotted: str, name: str, node: ast.Call) -> dict[str, str]:
    """The random generators that a call seeds, by package, with the seed as it is written."""
    if name not in SEEDERS or not (node.args or node.keywords):
        return {}
    value = node.args[0] if node.args else node.keywords[0].value
    if isinstance(value, ast.Constant) and value.value is None:
        return {}
    package = dotted.partition(".")[0]
    text = ast.unparse(value)[:40]
    if package in ("numpy", "random", "torch"):
        return {package: text}
    if package in (
        "tensorflow",
        "jax",
        "keras",
        "lightning",
        "pytorch_lightning",
        "transformers",
        "accelerate",
    ):
        return dict.fromkeys(("numpy", "random", "torch"), text)
    return {}
