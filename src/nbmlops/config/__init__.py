"""Where the store lies, and the settings of a project: environment variables and `nbmlops.toml`."""

from nbmlops.config.locations import (
    COUNTS_VARIABLE,
    DISABLE_VARIABLE,
    NOTEBOOK_VARIABLE,
    RUN_EXPERIMENT_VARIABLE,
    RUN_STORE_VARIABLE,
    RUN_VARIABLE,
    STORE_FOLDER,
    STORE_VARIABLE,
    StoreLocation,
    default_root,
    find_store,
    find_store_and_origin,
    is_disabled,
    locate,
    mask_password,
)
from nbmlops.config.upward import SETTINGS_FILE, find_settings_file

__all__ = [
    "COUNTS_VARIABLE",
    "DISABLE_VARIABLE",
    "NOTEBOOK_VARIABLE",
    "RUN_EXPERIMENT_VARIABLE",
    "RUN_STORE_VARIABLE",
    "RUN_VARIABLE",
    "SETTINGS_FILE",
    "STORE_FOLDER",
    "STORE_VARIABLE",
    "StoreLocation",
    "default_root",
    "find_settings_file",
    "find_store",
    "find_store_and_origin",
    "is_disabled",
    "locate",
    "mask_password",
]
