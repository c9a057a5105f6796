"""Runs while they go on, and reading them back."""
