from __future__ import annotations

import tomllib
from pathlib import Path

_project = tomllib.loads(Path(__file__).parent.parent.joinpath("pyproject.toml").read_text())["project"]

project = _project["name"]
author = "the nbmlops authors"
copyright = author
version = release = _project["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

html_theme = "furo"
html_title = "nbmlops"
html_copy_source = False
html_show_sourcelink = False
# Cells that begin with %%track aren't Python for a highlighter: it would warn, and warnings fail the build.
suppress_warnings = ["misc.highlighting_failure"]
default_role = "code"  # docstrings say `name`, as everyone does
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_type_aliases: dict[str, str] = {}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_maximum_signature_line_length = 80
highlight_language = "ipython3"
