"""`python -m nbmlops`: the command line of the interpreter that is named."""

from __future__ import annotations

from nbmlops.cli import main

main(prog_name="nbmlops")
