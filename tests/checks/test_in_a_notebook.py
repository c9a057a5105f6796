from __future__ import annotations

import json

import pytest

from nbmlops.errors import NotFoundError

from .conftest import Lab


@pytest.mark.slow
def test_a_run_is_checked_from_a_cell_and_from_python(lab: Lab) -> None:
    lab.session(
        "x = sum([0.5, 1.0])",
        "%%track base\nm = x * 3",
        "%nbmlops reproduce base",
        "import nbmlops\nfound = nbmlops.reproduce('base', tolerance=1e-9)",
        "assert (found.verdict, found.tolerance) == ('REPRODUCED', 1e-9), found\n"
        "assert nbmlops.run_info('base').verdict == 'REPRODUCED'\nassert len(nbmlops.runs()) == 1",
        "%%track after\nm = x * 2",
    )
    document = json.loads((lab.folder / "work.ipynb").read_text())
    outputs = document["cells"][3]["outputs"]
    shown = next(output["data"] for output in outputs if output["output_type"] == "execute_result")
    assert "".join(shown["text/plain"]).startswith("✓ REPRODUCED  base")
    assert "REPRODUCED" in "".join(shown["text/html"])
    assert [run.name for run in lab.runs()] == ["base", "after"]


def test_a_run_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, lab: Lab) -> None:
    import nbmlops

    monkeypatch.setenv("NBMLOPS_STORE", str(lab.store))
    with pytest.raises(NotFoundError, match="nowhere"):
        nbmlops.reproduce("nowhere")
