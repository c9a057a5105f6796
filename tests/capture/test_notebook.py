from __future__ import annotations

import pytest

from nbmlops.capture.notebook import notebook_path


def test_vs_code_leaves_the_path_in_the_namespace() -> None:
    assert (
        notebook_path({"__vsc_ipynb_file__": "/work/a.ipynb"}, {"JPY_SESSION_NAME": "b.ipynb"})
        == "/work/a.ipynb"
    )


@pytest.mark.parametrize("variable", ["JPY_SESSION_NAME", "PAPERMILL_OUTPUT_PATH", "NBMLOPS_NOTEBOOK"])
def test_jupyter_and_papermill_leave_it_in_the_environment(variable: str) -> None:
    assert notebook_path({}, {variable: "/home/ann/a.ipynb"}) == "/home/ann/a.ipynb"


@pytest.mark.parametrize("session", ["", "console-1-7f3e", "/home/ann/4bb0c5e2-9c5f-41f8", "RTC:"])
def test_a_session_that_is_no_notebook_is_none(session: str) -> None:
    assert notebook_path({}, {"JPY_SESSION_NAME": session}) is None


def test_the_mark_of_real_time_collaboration_is_taken_off() -> None:
    assert notebook_path({}, {"JPY_SESSION_NAME": "RTC:sub/a.ipynb"}) == "sub/a.ipynb"


def test_a_name_of_the_users_that_is_no_path_is_passed_over() -> None:
    assert notebook_path({"__vsc_ipynb_file__": 3}, {}) is None
