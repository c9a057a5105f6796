"""An environment as pip reads it: every distribution with its exact version, or where it came from."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nbmlops.records.runs import Environment


def requirements_text(environment: Environment, *, title: str = "") -> str:
    """The lines of a requirements.txt; editable distributions stand at its end, with what to do.

    Args:
        environment: of a run.
        title: what it is of, for the first line.
    """
    head = [
        f"# {title}" if title else "",
        f"# {environment.python} on {environment.platform}",
    ]
    lines = [*filter(None, head), *pins(environment), *_editable(environment)]
    return "\n".join(lines) + "\n"


def pins(environment: Environment, *, without: Collection[str] = ()) -> Iterator[str]:
    """`name==version`, or `name @ URL` for what came from no index; none that is editable.

    Args:
        environment: of a run.
        without: names to leave out.
    """
    for name, version in environment.packages.items():
        if name in without or name in environment.editable:
            continue
        origin = environment.direct.get(name)
        yield f"{name} @ {origin}" if origin else f"{name}=={version}"


def _editable(environment: Environment) -> Iterator[str]:
    if environment.editable:
        yield "# Installed as editable, so its code is not told by a version: check out the commit of the run first."
    for name, folder in environment.editable.items():
        yield f"# {name}=={environment.packages.get(name, '')}"
        yield f"-e {folder}"
