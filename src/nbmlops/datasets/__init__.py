"""Data that are kept: as Parquet, so that versions share what they have in common, and come back as they were."""

from nbmlops.datasets.keep import KeptData
from nbmlops.datasets.manifest import Manifest

__all__ = ["KeptData", "Manifest"]
