"""How a run, a model or a variable came about, as a graph."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from nbmlops.records import Artifact, Input, SliceCell
from nbmlops.records.lineage import Lineage, lineage_to_doc
from nbmlops.tracking.lineage import run_lineage, slice_lineage

sys.path.insert(0, str(Path(__file__).parents[1] / "views"))

from slices import CHURN, CUSTOMERS, PREPARED, cell, chain, churn_run


def edges(lineage: Lineage) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(edge.source, edge.target): edge.names for edge in lineage.edges}


def test_a_run_leads_back_to_its_cells_and_on_to_its_model() -> None:
    lineage = run_lineage(churn_run())
    found = edges(lineage)
    run = "run:c3a59fbf3ae0ced25730d503c3a56d4d"
    assert lineage.target == run
    assert found["cell:8", run] == ()
    assert found[run, "model:clf"] == ()
    assert found["cell:2", "cell:3"] == ("customers",)
    assert (lineage.node(run).detail, lineage.node(run).verdict) == ("c3a59fbf", "DIFFERS")
    assert (lineage.node("cell:8").name, lineage.node("cell:7").failed) == ("[12]", True)


def test_a_file_stands_between_the_cell_that_wrote_it_and_the_one_that_read_it() -> None:
    found = edges(run_lineage(churn_run()))
    (file,) = {source for source, target in found if target == "cell:5" and source.startswith("file:")}
    assert ("cell:4", file) in found
    assert ("cell:4", "cell:5") not in found
    assert run_lineage(churn_run()).node(file).name == PREPARED


def test_a_file_that_was_written_anew_in_between_is_another_thing() -> None:
    cells = (
        cell(1, "write()", writes=("/f",)), cell(2, "read()", (0, "file f"), reads=("/f",)),
        cell(3, "write()", (1, "x"), writes=("/f",)), cell(4, "read()", (2, "file f"), reads=("/f",)),
    )  # fmt: skip
    files = [node for node in slice_lineage(cells).nodes if node.kind == "file"]
    assert [node.name for node in files] == ["/f", "/f"]


def test_data_that_the_run_read_stands_between_with_its_shape_and_hash() -> None:
    lineage = run_lineage(churn_run())
    found = edges(lineage)
    assert found["cell:6", "data:train"] == ("train",)
    assert ("data:train", "cell:8") in found
    assert found["cell:6", "cell:8"] == ("test", "random numbers (numpy)")
    assert (lineage.node("data:train").digest, lineage.node("data:train").detail) == ("5c3210dd", "80 × 4")
    assert (
        lineage.node(f"file:{CUSTOMERS}").digest == "77aa88bb"
    )  # one node, though the cell and the run know it


def test_the_state_of_a_random_generator_passes_from_the_seed_to_the_draw() -> None:
    found = edges(run_lineage(churn_run()))
    assert ("cell:1", "random:random numbers (numpy)") in found
    assert ("random:random numbers (numpy)", "cell:6") in found


def test_a_module_leads_to_the_cell_that_imports_it() -> None:
    lineage = run_lineage(churn_run())
    assert ("module:features", "cell:6") in edges(lineage)
    assert lineage.node("module:features").detail == "changed since the commit"


def test_a_cell_that_nobody_takes_from_leads_to_the_last_one() -> None:
    assert edges(run_lineage(churn_run()))["cell:7", "cell:8"] == ()


def test_a_variable_is_at_the_end_of_the_cell_that_made_it() -> None:
    lineage = slice_lineage(CHURN, target="auc")
    assert lineage.target == "variable:auc"
    assert edges(lineage)["cell:8", "variable:auc"] == ("auc",)
    assert slice_lineage(CHURN).target == "cell:8"


def test_a_model_is_the_target_where_it_was_asked_for() -> None:
    assert run_lineage(churn_run(), model="clf").target == "model:clf"
    assert run_lineage(churn_run(), model="other").target.startswith("run:")


@pytest.mark.parametrize("source", ["", "clf.fit(X)"])
def test_a_run_without_a_slice_shows_what_it_read(source: str) -> None:
    lineage = run_lineage(churn_run(slice=(), modules=(), source=source, inputs=(Input("X", "array"),)))
    assert ("data:X", "cell:0" if source else lineage.target) in edges(lineage)


def test_each_node_stands_after_those_that_it_came_from() -> None:
    for lineage in (run_lineage(churn_run()), slice_lineage(chain(40), target="df")):
        place = {node.id: at for at, node in enumerate(lineage.nodes)}
        assert all(place[edge.source] < place[edge.target] for edge in lineage.edges)
        assert len(place) == len(lineage.nodes)


def test_its_json_can_be_read_by_anybody() -> None:
    run = churn_run(metrics={"auc": math.nan, "gain": -math.inf, "f1": 0.5})
    doc = json.loads(json.dumps(lineage_to_doc(run_lineage(run)), allow_nan=False))
    assert doc["format"] == 1
    (node,) = (node for node in doc["nodes"] if node["id"] == doc["target"])
    assert node["metrics"] == {"auc": "NaN", "gain": "-Infinity", "f1": 0.5}
    assert {"source": "cell:2", "target": "cell:3", "names": ["customers"]} in doc["edges"]


def test_cells_that_can_not_be_read_are_shown_all_the_same() -> None:
    broken = (SliceCell("!ls\nx = = 3"), SliceCell("%run other.py", needs=()))
    run = churn_run(slice=broken, artifacts=(Artifact("a.txt", "file", "text/plain", "ab" * 32, 1),))
    lineage = run_lineage(run)
    assert [node.name for node in lineage.nodes if node.kind == "cell"] == ["#1", "#2"]
