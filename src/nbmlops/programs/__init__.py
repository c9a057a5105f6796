"""Notebooks as programs: their cells, their typed parameters, and what is injected for a job."""

from nbmlops.programs.binding import Bound, bind
from nbmlops.programs.injection import inject, injected_source
from nbmlops.programs.notebook import NotebookCell, NotebookSource, notebook_from, read_notebook
from nbmlops.programs.parameter_files import example_yaml, parse_yaml, read_parameter_files
from nbmlops.programs.parameters import Default, Parameter, Parameters, read_parameters

__all__ = [
    "Bound",
    "Default",
    "NotebookCell",
    "NotebookSource",
    "Parameter",
    "Parameters",
    "bind",
    "example_yaml",
    "inject",
    "injected_source",
    "notebook_from",
    "parse_yaml",
    "read_notebook",
    "read_parameter_files",
    "read_parameters",
]
