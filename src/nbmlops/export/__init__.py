"""From a notebook to an installable package: its marked cells become functions, a typed configuration and tests."""

from nbmlops.export.package import Export, export_notebook

__all__ = ["Export", "export_notebook"]
