"""A BEIR folder is read whole or refused with file, line and remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import DatasetError
from eval.formats import read_beir

CORPUS = [{"_id": "d1", "title": "T", "text": "one\u2028two", "metadata": {"x": 1}}, {"_id": 2, "text": "no title"}]
QUERIES = [{"_id": "q1", "text": "who?"}, {"_id": "q2", "text": "not judged"}]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\nq1\tgone\t1\n"


def write(folder: Path, corpus: Any = CORPUS, queries: Any = QUERIES, qrels: str = QRELS) -> Path:
    (folder / "qrels").mkdir(exist_ok=True)
    for name, rows in (("corpus", corpus), ("queries", queries)):
        text = rows if isinstance(rows, str) else "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8", newline="")
    return folder


@pytest.mark.parametrize("qrels", [QRELS, QRELS.replace("\n", "\r\n"), QRELS.split("\n", 1)[1]])
def test_a_good_folder_is_read(tmp_path: Path, qrels: str) -> None:
    found = read_beir(write(tmp_path, qrels=qrels))
    assert [(d.doc_id, d.title) for d in found.documents] == [("d1", "T"), ("2", "")]
    assert found.queries == {"q1": "who?"}
    assert found.judgements == {"q1": {"d1": 2, "2": 0, "gone": 1}}
    assert (found.unjudged_queries, found.missing_documents) == (1, 1)


def test_the_fingerprint_follows_every_file(tmp_path: Path) -> None:
    seen = {read_beir(write(tmp_path)).sha256}
    seen.add(read_beir(write(tmp_path, qrels=QRELS.replace("\t2\n", "\t1\n"))).sha256)
    seen.add(read_beir(write(tmp_path, queries=[{"_id": "q1", "text": "what?"}])).sha256)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"corpus": "{'_id': 1}\n"}, r"corpus.jsonl:1: not a JSON object"),
        ({"corpus": "[1]\n"}, r"corpus.jsonl:1: not a JSON object"),
        ({"corpus": [{"_id": "d1"}]}, r"corpus.jsonl:1: 'text' is missing or not text"),
        ({"corpus": [{"text": "x"}]}, r"corpus.jsonl:1: '_id' is missing"),
        ({"queries": [*QUERIES, QUERIES[0]]}, r"queries.jsonl:3: the _id 'q1' is used twice"),
        ({"corpus": ""}, r"corpus.jsonl: is empty"),
        ({"queries": [{"_id": "q1", "text": " "}]}, r"queries.jsonl:1: the query has no text"),
        ({"qrels": "q9\td1\t1\n"}, r"query 'q9' is not in queries.jsonl"),
        ({"qrels": "q1 d1 1\n"}, r"test.tsv:1: needs query-id, corpus-id and score"),
        ({"qrels": "q1\td1\thigh\n"}, r"test.tsv:1: the score 'high' is not a whole number"),
        ({"qrels": "q1\td1\t1.5\n"}, r"test.tsv:1: the score '1.5' is not a whole number"),
        ({"qrels": "q1\td1\t1\nq1\td1\t1\n"}, r"test.tsv:2: 'q1' and 'd1' are judged twice"),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, r"test.tsv: holds no judgement"),
    ],
)
def test_broken_files_are_refused_with_their_line(tmp_path: Path, change: dict[str, Any], expected: str) -> None:
    with pytest.raises(DatasetError, match=expected):
        read_beir(write(tmp_path, **change))


def test_a_missing_file_names_the_layout(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"a retrieval set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv"):
        read_beir(tmp_path)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "corpus.jsonl").write_bytes(b'{"_id": "d", "text": "caf\xe9"}\n')
    with pytest.raises(DatasetError, match="not UTF-8"):
        read_beir(tmp_path)


def test_an_id_that_stands_for_several_documents_is_kept_and_counted(tmp_path: Path) -> None:
    found = read_beir(write(tmp_path, corpus=[*CORPUS, {"_id": "d1", "text": "three"}]))
    assert [document.text for document in found.documents if document.doc_id == "d1"] == ["one\u2028two", "three"]
    assert found.repeated_ids == 1
