"""Mergeable summaries of data, column by column: with a run, in place of the data, and to measure drift against."""

from nbmlops.profiles.document import masked, profile_from_doc, profile_to_doc
from nbmlops.profiles.summary import profile, sampled_profile

__all__ = ["masked", "profile", "profile_from_doc", "profile_to_doc", "sampled_profile"]
