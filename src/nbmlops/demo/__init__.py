"""The example notebook on real data: executed, compared, and told in one page."""

from nbmlops.demo.run import DemoResult, run_demo

__all__ = ["DemoResult", "run_demo"]
