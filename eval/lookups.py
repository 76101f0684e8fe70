"""Look-ups over our passages: queries that only the letters can answer, and how the index ranks the passages that print them.

Relevance is decided by a pattern, not by a person: grade 2 when the passage prints the code, 1 when only its heading path does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.datasets import PACKAGED, DatasetError, Header, read_header, read_yaml
from eval.measures import score_ranking
from eval.scores import Sample, scored
from index.types import KnowledgeIndex, Passage, SearchQuery

DEPTH = 100
SHOWN = 5


class Lookup(BaseModel):
    """A query and the pattern that a relevant passage prints."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    query: str
    prints: str


@dataclass(frozen=True)
class LookupSet:
    """Look-ups under a header, in file order."""

    header: Header
    items: tuple[Lookup, ...]


def load_lookups(path: Path | None = None) -> LookupSet:
    """Read a set of look-ups, the packaged one by default.

    Raises:
        DatasetError: the file is missing, has no `lookups`, or an entry is of another shape.
    """
    path = path or PACKAGED / "lookups.yaml"
    data = read_yaml(path)
    rows = data.get("lookups") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise DatasetError(f"{path}: no list under 'lookups'")
    try:
        return LookupSet(read_header(path, data), tuple(Lookup.model_validate(row) for row in rows))
    except ValidationError as error:
        raise DatasetError(f"{path}: {error.errors()[0]['msg']}") from error


def judge_passages(lookup: Lookup, passages: Mapping[str, Passage]) -> dict[str, int]:
    """Return the grades of the relevant passages by `chunk_id`."""
    pattern = re.compile(lookup.prints, re.IGNORECASE)
    grades = {}
    for name, passage in passages.items():
        if pattern.search(passage.text):
            grades[name] = 2
        elif pattern.search(" > ".join(passage.heading_path)):
            grades[name] = 1
    return grades


def run_lookups(index: KnowledgeIndex, lookups: Sequence[Lookup]) -> list[Sample]:
    """Return a scored sample for every look-up that some passage answers; the others are not asked."""
    samples = []
    for lookup in lookups:
        grades = judge_passages(lookup, index.passages)
        if not grades:
            continue
        started = perf_counter()
        hits = index.search(SearchQuery(lookup.query, k=DEPTH))
        elapsed_ms = (perf_counter() - started) * 1000
        found = [hit.passage.chunk_id for hit in hits]
        samples.append(
            Sample(
                id=lookup.id,
                turns=(lookup.query,),
                tags={"kind": "lookup"},
                status="ok",
                record={"ranking": [{"doc_id": name, "grade": grades.get(name, 0)} for name in found[:SHOWN]]},
                scores={name: scored(value) for name, value in score_ranking(found, grades).items()},
                details={"elapsed_ms": round(elapsed_ms, 3)},
            )
        )
    return samples
