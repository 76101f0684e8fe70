"""TREC files in and out: qrels (`query 0 document grade`) and runs (`query Q0 document rank score tag`).

Order in a run is by score, greatest first, and on a tie by document id from the end of the alphabet, as trec_eval sorts; the
rank column is written but, as there, never read. Every refusal names file, line and remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.datasets import DatasetError
from eval.measures import score_ranking
from eval.scores import Sample, scored

Qrels = dict[str, dict[str, int]]
Rankings = dict[str, list[tuple[str, float]]]


def read_qrels(path: Path) -> Qrels:
    """Read judgements: query to document to grade.

    Raises:
        DatasetError: a line is not of the form, or a pair is judged twice.
    """
    found: Qrels = {}
    for place, (query, _, document, grade) in _rows(path, 4, "query 0 document grade"):
        row = found.setdefault(query, {})
        if document in row:
            raise DatasetError(f"{place}: {query!r} and {document!r} are judged twice; keep one line")
        if not grade.removeprefix("-").isdecimal():
            raise DatasetError(f"{place}: the grade {grade!r} is not a whole number")
        row[document] = int(grade)
    return found


def read_run(path: Path) -> Rankings:
    """Read a run: query to documents with scores, best first.

    Raises:
        DatasetError: a line is not of the form, or a query ranks a document twice.
    """
    scores: dict[str, dict[str, float]] = {}
    for place, (query, _, document, _, score, _) in _rows(path, 6, "query Q0 document rank score tag"):
        row = scores.setdefault(query, {})
        if document in row:
            raise DatasetError(f"{place}: {query!r} ranks {document!r} twice; keep one line")
        try:
            row[document] = float(score)
        except ValueError as error:
            raise DatasetError(f"{place}: the score {score!r} is not a number") from error
    return {query: _in_order(row) for query, row in scores.items()}


def _in_order(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    by_name = sorted(scores.items(), key=lambda pair: pair[0], reverse=True)
    return sorted(by_name, key=lambda pair: -pair[1])


def _rows(path: Path, columns: int, form: str) -> Iterator[tuple[str, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read {path}: {error}; a TREC file is UTF-8 text, `{form}` a line") from error
    seen = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            seen, parts = True, line.split()
            if len(parts) != columns:
                raise DatasetError(f"{path}:{number}: {len(parts)} columns; `{form}` is needed")
            yield f"{path}:{number}", parts
    if not seen:
        raise DatasetError(f"{path}: is empty; `{form}` a line is needed")


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write judgements, in the order given."""
    lines = [f"{query} 0 {document} {grade}\n" for query, row in qrels.items() for document, grade in row.items()]
    path.write_text("".join(lines), encoding="utf-8")


def write_run(path: Path, rankings: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> None:
    """Write rankings (best first) under the name of the system; scores are written so that they are read back the same."""
    lines = [
        f"{query} Q0 {document} {rank} {score!r} {tag}\n"
        for query, row in rankings.items()
        for rank, (document, score) in enumerate(row, start=1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def score_run(qrels: Qrels, rankings: Rankings) -> list[Sample]:
    """Return a scored sample for every judged query, in the order of the qrels; a query without a ranking scores 0."""
    samples = []
    for query, grades in qrels.items():
        found = [document for document, _ in rankings.get(query, [])]
        scores = {name: scored(value) for name, value in score_ranking(found, grades).items()}
        samples.append(Sample(query, (query,), {}, "ok", {}, scores))
    return samples
