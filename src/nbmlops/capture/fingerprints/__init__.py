"""Content fingerprints: two hashes that tell whether data are the same."""

from nbmlops.capture.fingerprints.entry import fingerprint

__all__ = ["fingerprint"]
