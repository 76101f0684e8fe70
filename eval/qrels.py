"""Retrieval judgements over our passages, pooled from several rankings and graded by what a passage holds for a question.

Pooling after TREC (Voorhees, Harman 2005): only passages that one of the rankings puts among its first are judged, the rest
count as not relevant. Grades are made by machine from the question set: 2 when a passage rests on a fact of the question and
holds a vital nugget, 1 when it does one of the two, 0 otherwise. No person has judged them: they find regressions, no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.ablation import AblatedIndex
from eval.answer_measures import FLAGS, facts_meet
from eval.datasets import QuestionItem
from eval.measures import score_ranking
from eval.scores import Sample, scored
from index.types import KnowledgeIndex, Passage, SearchQuery

POOL_DEPTH = 20
# Depth of a ranking that is measured: average precision and reciprocal rank see no further.
RANK_DEPTH = 100
POOL_PARTS = ("bm25", "dense", "questions")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A graded passage of a question's pool."""

    query: str
    passage: str
    grade: int


def pool_passages(index: KnowledgeIndex, question: str, depth: int = POOL_DEPTH) -> list[Passage]:
    """Return the passages that the whole index, or the index without one part, ranks among its first `depth`, by id."""
    rankings = [index, *(AblatedIndex(index, part) for part in POOL_PARTS)]
    pool = {hit.passage.chunk_id: hit.passage for ranked in rankings for hit in ranked.search(SearchQuery(question, k=depth))}
    return [pool[name] for name in sorted(pool)]


def grade_passage(item: QuestionItem, passage: Passage, facts: frozenset[str]) -> int:
    """Return 2, 1 or 0 for a passage that carries these facts (see the module)."""
    text = " ".join([*passage.heading_path, passage.text])
    holds = any(re.search(p, text, FLAGS) for nugget in item.nuggets if nugget.vital for p in nugget.any)
    rests = facts_meet(facts, item.facts)
    return holds + rests


def judge_pool(index: KnowledgeIndex, items: Sequence[QuestionItem], depth: int = POOL_DEPTH) -> list[Judgement]:
    """Return the judgements of every answerable question asked in one turn, in order of question and passage id.

    Conversations are left out: a ranking sees one text, and the words of a follow-up alone are not the question.
    """
    judgements = []
    for item in items:
        if item.answerable and len(item.turns) == 1:
            for passage in pool_passages(index, item.turns[0], depth):
                judgements.append(
                    Judgement(item.id, passage.chunk_id, grade_passage(item, passage, passage_facts(index, passage)))
                )
    return judgements


def passage_facts(index: KnowledgeIndex, passage: Passage) -> frozenset[str]:
    """Return the facts of a passage's statements."""
    return frozenset(fact for name in passage.statement_ids for fact in index.statements[name].facts)


def write_beir(folder: Path, index: KnowledgeIndex, items: Sequence[QuestionItem], judgements: Sequence[Judgement]) -> None:
    """Write passages, questions and judgements in BEIR layout; a question without a relevant passage is left out."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    relevant = {judgement.query for judgement in judgements if judgement.grade > 0}
    corpus = [
        {"_id": p.chunk_id, "title": " > ".join(p.heading_path), "text": p.text} for _, p in sorted(index.passages.items())
    ]
    queries = [{"_id": item.id, "text": item.turns[-1]} for item in items if item.id in relevant]
    for name, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    lines = [f"{j.query}\t{j.passage}\t{j.grade}" for j in judgements if j.query in relevant]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n", encoding="utf-8")


def by_query(judgements: Sequence[Judgement]) -> dict[str, dict[str, int]]:
    """Return judgements as grades by query and passage."""
    grades: dict[str, dict[str, int]] = {}
    for judgement in judgements:
        grades.setdefault(judgement.query, {})[judgement.passage] = judgement.grade
    return grades


def rank_passages(index: KnowledgeIndex, items: Sequence[QuestionItem], judgements: Sequence[Judgement]) -> list[Sample]:
    """Return a scored sample for every question with a relevant passage: how the index ranks its passages for it."""
    samples = []
    grades = by_query(judgements)
    for item in items:
        judged = grades.get(item.id, {})
        if not any(grade > 0 for grade in judged.values()):
            continue
        hits = index.search(SearchQuery(item.turns[0], k=RANK_DEPTH))
        found = [(hit.passage.chunk_id, round(hit.score, 6)) for hit in hits]
        scores = score_ranking([name for name, _ in found], judged)
        samples.append(
            Sample(
                id=item.id,
                turns=item.turns,
                tags={"kind": item.kind, "style": item.style},
                status="ok",
                record={"ranking": [{"doc_id": n, "score": s, "grade": judged.get(n, 0)} for n, s in found]},
                scores={name: scored(value) for name, value in scores.items()},
            )
        )
    return samples
