"""Executes notebooks as jobs: kernels, their process trees, and the outputs that come from them."""

from nbmlops.kernels.assemble import assemble, read_partial, recover
from nbmlops.kernels.contract import ExecuteOptions, JobListener
from nbmlops.kernels.journal import journal_of

__all__ = ["ExecuteOptions", "JobListener", "assemble", "journal_of", "read_partial", "recover"]
