"""`nbmlops export`: an installable package from a notebook."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.output import hint, print_json, say, say_aside
from nbmlops.errors import NbmlopsError

if TYPE_CHECKING:
    from nbmlops.export.manifest import FileChange
    from nbmlops.export.package import Export

_WORDS = {
    "new": "new",
    "changed": "changed",
    "same": "unchanged",
    "edited": "changed by hand",
    "gone": "removed",
}


@click.command(
    "export",
    epilog=examples(
        "nbmlops export train.ipynb --to churn/",
        "nbmlops export train.ipynb --to churn/ --dry-run --diff",
        "pip install churn/ && pytest churn/",
    ),
)
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="The package's folder."
)
@click.option("--name", default="", help="What pip calls it; the folder's name when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and stop.")
@click.option("--diff", is_flag=True, help="Show what changes in files that are there.")
@click.option("--force", is_flag=True, help="Write over files changed by hand; they stay as NAME.orig.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
def command_export(
    notebook: Path, folder: Path | None, *, name: str, dry_run: bool, diff: bool, force: bool, as_json: bool
) -> None:
    """Make an installable package from the marked cells of a notebook.

    Cells that are tagged `export`, or begin with `#| export`, become its code; the cell tagged `parameters` its
    typed Config and the options of its command; cells tagged `test` its tests. Its dependencies are what the cells
    import, pinned to the versions that the notebook ran with.
    """
    from nbmlops.export import export_notebook
    from nbmlops.programs.notebook import read_notebook

    source = read_notebook(notebook)
    target = folder or notebook.parent / notebook.stem
    export = export_notebook(source, target, name=name, ran_with=_ran_with(notebook))
    if diff and not as_json:
        _show_diff(export)
    if not dry_run:
        export.write(force=force)
    if as_json:
        print_json(_as_json(export, written=not dry_run))
    else:
        _tell(export, written=not dry_run)


def _ran_with(notebook: Path) -> Mapping[str, str]:
    """The packages of the newest run that finished in this notebook; none where there is no such run."""
    from nbmlops.session import session

    workspace = session().workspace
    if not workspace.location.exists:
        return {}
    from nbmlops.store.run_query import RunQuery

    place = str(notebook.absolute()).replace("\\", "\\\\").replace('"', '\\"')
    try:
        workspace.sync()
        found = workspace.finder.ids(RunQuery(where=f'notebook = "{place}" and status = "FINISHED"', limit=1))
        environment = workspace.runs.info(found[0]).environment if found else None
    except NbmlopsError as exc:
        say_aside(f"The versions are those installed here, since the runs can't be read: {exc}")
        return {}
    return environment.packages if environment is not None else {}


def _tell(export: Export, *, written: bool) -> None:
    for change in export.changes:
        say(f"  {_WORDS[change.change]:<16} {change.path}")
    verb = "Exported to" if written else "Would export to"
    say(f"{verb} {export.folder}: {len(export.changes)} files, {_counted(export)}")
    for item, record in export.inputs.items():
        say(f"The file of --{item.replace('_', '-')} is remembered: {record.path}, {record.fingerprint[:16]}")
    for notice in export.notices:
        say_aside(notice)
    if written:
        command = f" && {export.names.command} --help" if export.runs else ""
        hint(f"pip install {export.folder}{command}", f"pytest {export.folder}")


def _counted(export: Export) -> str:
    pins = ", ".join(export.dependencies.lines)
    return f"which need {pins}" if pins else "which need no other package"


def _as_json(export: Export, *, written: bool) -> dict[str, object]:
    return {
        "folder": str(export.folder),
        "package": export.names.package,
        "command": export.names.command if export.runs else None,
        "written": written,
        "files": {change.path: change.change for change in export.changes},
        "dependencies": list(export.dependencies.lines),
        "inputs": {name: record.fingerprint for name, record in export.inputs.items()},
        "notices": list(export.notices),
    }


def _show_diff(export: Export) -> None:
    for change in export.changes:
        for line in _diff(change):
            say(line)


def _diff(change: FileChange) -> Iterator[str]:
    if change.before is None or change.change == "same":
        return iter(())
    after = (change.after or "").splitlines()
    return difflib.unified_diff(
        change.before.splitlines(), after, f"{change.path} (there)", f"{change.path} (exported)", lineterm=""
    )
