"""Notebooks as tracked jobs: a run with its parameters, secrets by reference, and the executed notebook."""

from nbmlops.jobs.execute import JobRun, run_job
from nbmlops.jobs.plan import JobPlan, check_writable, plan_job
from nbmlops.jobs.result import JobResult

__all__ = ["JobPlan", "JobResult", "JobRun", "check_writable", "plan_job", "run_job"]
