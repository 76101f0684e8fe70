"""A retrieval set end to end: the command's contract, stored run, repeated ids."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from eval.cli import COMMANDS, app
from eval.datasets import DatasetError
from eval.formats import JudgedDocument, RetrievalSet
from eval.retrieval import index_set, run_queries
from eval.runs import RunStore
from tests.index.builder import WordEmbedder

DOCUMENTS = [
    {"_id": "d1", "title": "Fulvestrant", "text": "It is given by intramuscular injection."},
    {"_id": "d2", "title": "Everolimus", "text": "It inhibits mTOR and is combined with exemestane."},
]
QUERIES = [{"_id": "q1", "text": "Why is fulvestrant injected?"}, {"_id": "q2", "text": "Which agent targets mTOR?"}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(tmp_path / "var"))
    dataset = tmp_path / "set"
    (dataset / "qrels").mkdir(parents=True)
    for name, rows in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        (dataset / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (dataset / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\n")
    return dataset


def invoke(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_command_prints_measures_and_manifest_and_stores_the_run(folder: Path, tmp_path: Path) -> None:
    result = invoke("retrieval", "--dataset", str(folder), "--json", "--seed", "7")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert set(printed["measures"]) == {"ndcg_at_10", "recall_at_10", "rr", "ap"}
    assert printed["measures"]["ndcg_at_10"]["value"] == 1.0
    assert printed["measures"]["ndcg_at_10"]["n"] == 2
    assert printed["manifest"]["seed"] == 7
    stored = RunStore(tmp_path / "var" / "eval" / "runs").read("latest")
    assert stored.manifest.run_id == printed["manifest"]["run_id"]
    assert [sample.record["ranking"][0]["doc_id"] for sample in stored.samples] == ["d1", "d2"]


def test_without_json_a_table_is_printed(folder: Path) -> None:
    result = invoke("retrieval", "--dataset", str(folder))
    assert result.exit_code == 0, result.output
    assert "nDCG at 10" in result.stdout


def test_a_folder_that_is_no_set_is_refused(folder: Path) -> None:
    result = invoke("retrieval", "--dataset", str(folder / "qrels"))
    assert isinstance(result.exception, DatasetError)


def test_every_listed_command_can_be_imported_and_explains_itself() -> None:
    for name in COMMANDS:
        result = invoke(name, "--help")
        assert result.exit_code == 0, (name, result.output)


def test_an_id_of_several_documents_counts_once_at_its_best_rank(tmp_path: Path) -> None:
    documents = (
        JudgedDocument("same", "Rash", "Testimab rash."),
        JudgedDocument("same", "Rash", "Testimab rash again."),
        JudgedDocument("other", "Rash", "Something else on testimab rash."),
    )
    dataset = RetrievalSet("s", documents, {"q": "testimab rash"}, {"q": {"other": 1}}, 0, 0, 1, "hash")
    ticks = count()
    (sample,) = run_queries(dataset, index_set(dataset, WordEmbedder(), tmp_path), lambda: next(ticks))
    assert [row["doc_id"] for row in sample.record["ranking"]] == ["same", "other"]
    assert sample.scores["rr"].value == 1 / 2
    assert sample.record["elapsed_ms"] == 1000.0
