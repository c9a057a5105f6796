"""Reasons not to trust a run as it stands: one rule, one class, one page of the documentation."""
