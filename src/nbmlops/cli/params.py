"""`nbmlops params`: what a notebook may be given when it runs as a job."""

from __future__ import annotations

from pathlib import Path

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option
from nbmlops.cli.output import hint, print_json


@click.command(
    "params",
    epilog=examples(
        "nbmlops params train.ipynb",
        "nbmlops params train.ipynb --example > params.yaml",
        "nbmlops params train.ipynb --json | jq -r '.parameters[].name'",
    ),
)
@click.argument("notebook", type=click.Path(path_type=Path))
@json_option
@click.option("--example", is_flag=True, help="Print a YAML file to start from, for `nbmlops run -f`.")
def command_params(notebook: Path, as_json: bool, example: bool) -> None:
    """Show the parameters of a notebook: type, default, what is allowed, and help.

    They are the names that its cell tagged `parameters` sets, read from its text: nothing runs. Types come from
    annotations, `# type:` comments and defaults; bounds from `Annotated` and from comments such as `# 1..10`.
    """
    from nbmlops.programs import example_yaml, read_notebook, read_parameters

    if as_json and example:
        raise click.UsageError("--json and --example exclude each other.")
    parameters = read_parameters(read_notebook(notebook))
    from nbmlops.cli.parameter_table import parameters_document, render_parameters

    if as_json:
        print_json(parameters_document(parameters))
    elif example and parameters.items:
        click.echo(example_yaml(parameters), nl=False)
    else:
        render_parameters(parameters)
        if parameters.items:
            name = notebook.name
            hint("", f"nbmlops run {name} -p NAME VALUE    nbmlops params {name} --example > params.yaml")
