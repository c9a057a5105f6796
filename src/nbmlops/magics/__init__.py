"""The IPython extension: `%%track`, `%track` and `%nbmlops`."""

from nbmlops.magics.extension import load_ipython_extension, unload_ipython_extension

__all__ = ["load_ipython_extension", "unload_ipython_extension"]
