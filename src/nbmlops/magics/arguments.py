"""The words after `%%track`, `%track` and `%nbmlops`: their parsers, help and completion."""

from __future__ import annotations

import argparse
import shlex
from functools import cache
from typing import NoReturn

from nbmlops.errors import MagicUsageError


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the kernel."""

    def error(self, message: str) -> NoReturn:
        raise MagicUsageError(f"{self.prog}: {message}. See `{self.prog}?`")

    def exit(self, _status: int = 0, message: str | None = None) -> NoReturn:
        raise MagicUsageError(message or "")


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is no tag: write key=value")
    return key, value


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


@cache
def track_parser() -> argparse.ArgumentParser:
    """The parser of the words after `%%track`."""
    parser = _Parser(
        prog="%%track", add_help=False, allow_abbrev=False, description="Record this cell as a run."
    )
    add = parser.add_argument
    add("name", nargs="?", help="what to call the run")
    add("-e", "--experiment", help="the experiment that the run belongs to")
    add(
        "--tag",
        action="append",
        type=_tag,
        default=[],
        metavar="KEY=VALUE",
        help="set a tag; may be repeated",
    )
    add("--params", type=_names, default=[], metavar="NAMES", help="record these variables as parameters")
    add("--metrics", metavar="NAMES", help="record these variables as metrics: acc:max,loss:min")
    add("--data", type=_names, default=[], metavar="NAMES", help="record these variables or files as inputs")
    add(
        "--model",
        type=_names,
        action="extend",
        metavar="NAMES",
        help="keep these models instead of the fitted ones",
    )
    add("--no-model", action="store_true", help="keep no model")
    add("--no-data", action="store_true", help="do not hash what the cell reads")
    add(
        "--keep-data",
        action="store_true",
        help="keep the tables and arrays that the cell reads, as Parquet; versions share what they have in common",
    )
    add("--note", help="a remark on the run")
    add("--nested", action="store_true", help="make the run part of the one that is active")
    add("--quiet", action="store_true", help="show nothing after the cell")
    return parser


@cache
def amend_parser() -> argparse.ArgumentParser:
    """The parser of the words after `%track`."""
    parser = _Parser(
        prog="%track", add_help=False, allow_abbrev=False,
        description="Switch automatic tracking on or off, or mend the last run.",
    )  # fmt: skip
    add = parser.add_argument
    add(
        "switch",
        nargs="?",
        choices=["on", "off"],
        help="track every following cell that fits or logs something",
    )
    add("--amend", action="store_true", help="mend the last run with the flags below")
    add("--run", metavar="ID", help="mend this run instead of the last one")
    add("--name", help="give it another name")
    add(
        "--drop",
        type=_names,
        action="extend",
        default=[],
        metavar="KEYS",
        help="remove parameters or metrics",
    )
    add("--metrics", metavar="NAMES", help="set the direction of metrics, or add variables: f1:max")
    add("--tag", action="append", type=_tag, default=[], metavar="KEY=VALUE", help="set a tag")
    add("--note", help="add a remark")
    return parser


@cache
def nbmlops_parser() -> argparse.ArgumentParser:
    """The parser of the words after `%nbmlops`."""
    parser = _Parser(prog="%nbmlops", add_help=False, description="Look at runs.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    runs = commands.add_parser("runs", help="the newest runs as a table", add_help=False)
    runs.add_argument("experiment", nargs="?", help="only those of this experiment")
    runs.add_argument("--where", help='a condition: "metrics.accuracy > 0.9"')
    runs.add_argument("--order-by", metavar="FIELD", help="a column, - before it for descending")
    runs.add_argument("-n", "--limit", type=int, default=20, help="at most so many (20)")
    show = commands.add_parser("show", help="everything about one run", add_help=False)
    show.add_argument("run", help="its id, or the beginning of it")
    compare = commands.add_parser("compare", help="what differs between runs", add_help=False)
    compare.add_argument("runs", nargs="*", help="their ids; all of the experiment when there are none")
    compare.add_argument("-e", "--experiment", help="only those of this experiment")
    compare.add_argument("--where", help="a condition")
    compare.add_argument("--baseline", metavar="ID", help="measure the others against this run")
    reproduce = commands.add_parser("reproduce", help="do a run again, and compare", add_help=False)
    reproduce.add_argument("run", help="its id or name")
    reproduce.add_argument("--tolerance", type=float, default=0.0, metavar="REL", help="what counts as equal")
    reproduce.add_argument("--env", action="store_true", help="in an environment built from the run's lock")
    reproduce.add_argument("--timeout", metavar="TIME", help="what it may take: 90s, 10m")
    reproduce.add_argument(
        "--secret", action="append", type=_tag, default=[], metavar="NAME=WHERE", help="env:VARIABLE"
    )
    lineage = commands.add_parser(
        "lineage", help="how a variable, a run or a model came about", add_help=False
    )
    lineage.add_argument("name", help="a variable, or the id or name of a run, or the name of a model")
    lineage.add_argument(
        "-o", "--output", metavar="FILE", help="write it to a file instead: .svg, .html or .json"
    )
    data = commands.add_parser("data", help="a dataset, or what differs between two", add_help=False)
    data.add_argument(
        "what", nargs="+", metavar="NAME | diff A B", help="variables, files, or inputs of runs: RUN:name"
    )
    data.add_argument("--key", type=_names, default=[], metavar="COLUMNS", help="match rows by these columns")
    commands.add_parser("store", help="where the runs are kept", add_help=False)
    doctor = commands.add_parser(
        "doctor", help="what of the session is stale, what to run again", add_help=False
    )
    doctor.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    return parser


def split(line: str) -> list[str]:
    """The words of a line, quotes honoured.

    Raises:
        MagicUsageError: a quote is not closed.
    """
    try:
        words = shlex.split(line)
    except ValueError as exc:
        raise MagicUsageError(f"{line!r}: {exc}. Close the quote, or put a backslash before it.") from exc
    # argparse takes what begins with - for a flag: `--order-by -metrics.accuracy` is meant otherwise.
    for at, word in enumerate(words[:-1]):
        if word == "--order-by":
            words[at : at + 2] = [f"{word}={words[at + 1]}"]
            break
    return words


def flags_of(parser: argparse.ArgumentParser) -> list[str]:
    """Every flag and choice of a parser, for completion."""
    found: list[str] = []
    for action in parser._actions:  # argparse has no public way to list them
        found += action.option_strings
        found += [str(choice) for choice in action.choices or ()]
    return found
