"""Reads a folder in BEIR layout: `corpus.jsonl`, `queries.jsonl`, `qrels/<split>.tsv` (Thakur et al. 2021, arXiv 2104.08663).

Every refusal names file, line and remedy. Queries without a judgement are left out; judged documents that the corpus lacks
stay in the judgements, because leaving them out would make the ideal ranking easier than the set says.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets import DatasetError

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
QRELS = "qrels"
HEADER = ("query-id", "corpus-id", "score")


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A document of a retrieval set; `title` may be empty."""

    doc_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Documents in file order, judged queries in file order, and judgements by query and document (0 is not relevant).

    `unjudged_queries` were left out; `missing_documents` are judged but not in the corpus; `repeated_ids` stand for more than
    one document, and a ranking counts the best of them. `sha256` covers all three files.
    """

    name: str
    documents: tuple[JudgedDocument, ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    unjudged_queries: int
    missing_documents: int
    repeated_ids: int
    sha256: str


def read_beir(folder: Path, split: str = "test") -> RetrievalSet:
    """Read a retrieval set.

    Raises:
        DatasetError: a file is missing or not in the layout.
    """
    qrels = folder / QRELS / f"{split}.tsv"
    documents = tuple(_documents(folder / CORPUS))
    queries = dict(_queries(folder / QUERIES))
    judgements = _judgements(qrels)
    for query_id in judgements:
        if query_id not in queries:
            raise DatasetError(f"{qrels}: query {query_id!r} is not in {QUERIES}; add it or remove its judgements")
    known = {document.doc_id for document in documents}
    judged = {doc_id for row in judgements.values() for doc_id in row}
    return RetrievalSet(
        name=folder.resolve().name,
        documents=documents,
        queries={query_id: text for query_id, text in queries.items() if query_id in judgements},
        judgements=judgements,
        unjudged_queries=len(queries) - len(judgements),
        missing_documents=len(judged - known),
        repeated_ids=sum(count > 1 for count in Counter(document.doc_id for document in documents).values()),
        sha256=_fingerprint(folder / CORPUS, folder / QUERIES, qrels),
    )


def _documents(path: Path) -> Iterator[JudgedDocument]:
    # Published sets do repeat ids (MedQuAD among them); judgements name ids, so all texts under one id are kept.
    for row, place in _rows(path, unique=False):
        text = _field(row, "text", place)
        yield JudgedDocument(row["_id"], _field(row, "title", place) if "title" in row else "", text)


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    for row, place in _rows(path):
        text = _field(row, "text", place)
        if not text.strip():
            raise DatasetError(f"{place}: the query has no text; write it or remove the line")
        yield row["_id"], text


def _rows(path: Path, unique: bool = True) -> Iterator[tuple[dict[str, Any], str]]:
    """JSON objects of a file with their place for messages; `_id` is checked."""
    seen: set[str] = set()
    for number, line in _lines(path):
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{place}: not a JSON object ({error}); one object a line is needed") from error
        if not isinstance(row, dict):
            raise DatasetError(f"{place}: not a JSON object; one object a line is needed")
        row["_id"] = _field(row, "_id", place)
        if unique and row["_id"] in seen:
            raise DatasetError(f"{place}: the _id {row['_id']!r} is used twice; give each line its own")
        seen.add(row["_id"])
        yield row, place
    if not seen:
        raise DatasetError(f"{path}: is empty; one JSON object a line is needed")


def _field(row: Mapping[str, Any], name: str, place: str) -> str:
    value = row.get(name)
    if name == "_id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise DatasetError(f"{place}: {name!r} is missing or not text; each line needs _id and text (and may have title)")
    return value


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for position, (number, line) in enumerate(_lines(path)):
        parts = tuple(line.rstrip("\r").split("\t"))
        if position == 0 and parts == HEADER:
            continue
        place = f"{path}:{number}"
        if len(parts) != 3:
            raise DatasetError(f"{place}: needs query-id, corpus-id and score, separated by tabs; found {len(parts)} columns")
        query_id, doc_id, score = parts
        row = found.setdefault(query_id, {})
        if doc_id in row:
            raise DatasetError(f"{place}: {query_id!r} and {doc_id!r} are judged twice; keep one line")
        row[doc_id] = _grade(score, place)
    if not found:
        raise DatasetError(f"{path}: holds no judgement")
    return found


def _grade(score: str, place: str) -> int:
    try:
        grade = float(score)
    except ValueError:
        grade = 0.5
    if not grade.is_integer():
        raise DatasetError(f"{place}: the score {score!r} is not a whole number")
    return int(grade)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        layout = f"{CORPUS}, {QUERIES} and {QRELS}/test.tsv"
        raise DatasetError(f"{path} is not there; a retrieval set is a folder with {layout}") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    # Not splitlines(): a text may hold other line separators inside its JSON string.
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
