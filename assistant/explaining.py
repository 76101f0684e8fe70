"""The explain view: how an answer came about, as data for a terminal, a program or a page.

Interpretation, what every arm found and at which rank, what was chosen, what was ruled out and why, and the thresholds that
decided. It decides nothing and stores nothing; with values on trial it explains an assistant that nobody is served by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.evidence import Candidate, PartEvidence, Verdict
from assistant.pipeline import Assistant, Explanation
from assistant.query import ParsedQuestion, Part
from assistant.query.rules import read_rules, trying
from assistant.settings import Settings
from assistant.trials import TRIALS, changes_of
from assistant.types import Question, Screening
from index.types import KnowledgeIndex, RetrievedPassage, ScoredStatement

PASSAGES = 8
STATEMENT_ARMS = ("dense", "dense_question", "bm25")
VERDICTS: Mapping[str, str] = {
    Verdict.SUFFICIENT: "enough to answer",
    Verdict.WITHOUT_FIGURE: "statements found, but none prints the figure asked for",
    Verdict.NOT_GIVEN: "the statement found says that this is not given",
    Verdict.UNKNOWN_NAME: "a name is asked about that neither glossary nor documents know",
    Verdict.NOTHING_ABOUT: "in scope, but no statement is likely enough to answer",
    Verdict.NO_ATTRIBUTE: "no statement speaks of what is asked for",
    Verdict.OUT_OF_SCOPE: "nothing of the topic is named, and no statement is near",
}
CONFLICTS: Mapping[str, str] = {
    "source": "is not from the kind of document asked for",
    "study": "is about another study",
    "comparator": "names what was asked about as the comparator only",
    "drug": "is about another drug",
    "class": "is about another class",
    "state": "is about another biomarker state",
    "region": "is about another region",
    "body": "is another body's word",
    "set aside": "speaks of what the question sets aside",
    "landmark": "reports no figure at the point in time asked for",
    "denied": "denies what is asked for",
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """An assistant to explain: the one that serves, or one built with values on trial."""

    index: KnowledgeIndex
    assistant: Assistant
    values: Mapping[str, float] = field(default_factory=dict)


def open_trial(index: KnowledgeIndex, settings: Settings, values: Mapping[str, float]) -> Explained:
    """Build an assistant with other thresholds; nothing is saved, and no other assistant changes.

    Raises:
        BadInput: a name that is no threshold, or a value out of its range.
    """
    with trying(changes_of(values)):
        return Explained(index, Assistant(index, settings), dict(values))


def explain(explained: Explained, question: Question, screening: Screening) -> Json:
    """Return how the answer to a screened question comes about."""
    explanation = explained.assistant.explain(question, screening)
    with trying(changes_of(explained.values)):
        thresholds = {name: trial.read(read_rules) for name, trial in TRIALS.items()}
    parts = explanation.evidence.parts if explanation.evidence else ()
    stated = frozenset(segment.text for segment in explanation.draft.segments)
    return {
        "question": question.text,
        "screening": _screening(screening),
        "interpretation": _interpretation(explanation.question) if explanation.question else None,
        "parts": [_part(explained, part, stated, thresholds) for part in parts],
        "answer": _answer(explanation),
        "generation": explanation.written.to_record() if explanation.written else None,
        "thresholds": {name: {"value": value, "means": TRIALS[name].means} for name, value in thresholds.items()},
        "on_trial": dict(explained.values),
        "versions": {"corpus": explained.index.corpus_version, "index": explained.index.version},
    }


def to_question(screening: Screening, market: str, at: datetime) -> Question:
    """Return the last turn of a screened conversation as a question that belongs to no conversation on record."""
    return Question(
        text=screening.masked, conversation_id="explain", asked_at=at, history=screening.masked_turns[:-1], market=market
    )


def _screening(screening: Screening) -> Json:
    flags = [
        {"code": flag.code.value, "matched": flag.matched, "rule": flag.rule_id, "score": flag.score}
        for flag in screening.flags
    ]
    codes = [code.value for code in screening.codes]
    return {"codes": codes, "pv": screening.pv, "should_answer": screening.should_answer, "flags": flags}


def _interpretation(question: ParsedQuestion) -> Json:
    return {
        "text": question.text,
        "interpreted_as": question.interpreted_as,
        "unknown": list(question.unknown),
        "barrier": question.barrier.value if question.barrier else None,
        "recall": question.recall,
        "greeting": question.greeting,
        "parts": [_facets(part) for part in question.parts],
    }


def _facets(part: Part) -> Json:
    return {
        "text": part.text,
        "shape": part.shape.value,
        "names": sorted(part.facets.concepts),
        "states": sorted(part.facets.states),
        "excluded": sorted(part.excluded),
        "given_before": sorted(part.before),
        "sources": sorted(part.sources),
        "asks": [name for name in ("figure", "negated", "joint", "polar") if getattr(part, name)],
    }


def _part(explained: Explained, found: PartEvidence, stated: frozenset[str], thresholds: Mapping[str, float]) -> Json:
    query = explained.assistant.query_of(found.part)
    scored = explained.index.score_statements(query, limit=len(explained.index.statements))
    ranks = _ranks(scored)
    by_id = {s.statement.statement_id: s for s in scored}
    chosen = [c.statement.statement_id for c in found.chosen]
    rows = {c.statement.statement_id: c for c in (*found.chosen, *found.considered)}
    best = max((c.features.get("share", 0.0) for c in found.chosen), default=0.0)
    return {
        "text": found.part.text,
        "searched_with": list(query.expansions),
        "verdict": found.verdict.value,
        "verdict_means": VERDICTS.get(found.verdict, ""),
        "best_probability": max((c.probability for c in rows.values()), default=None),
        "statements": [
            {
                **_statement(candidate, by_id.get(name), ranks),
                "chosen": name in chosen,
                "shown": candidate.statement.text in stated,
                "why_not": "" if candidate.statement.text in stated else _why_not(candidate, name in chosen, best, thresholds),
            }
            for name, candidate in rows.items()
        ],
        "ruled_out": [_ruled_out(explained.index, name, why, ranks) for name, why in found.excluded.items()],
        "passages": [_passage(hit, hits) for hits in [explained.index.search(query)] for hit in hits[:PASSAGES]],
    }


def _ranks(scored: Sequence[ScoredStatement]) -> dict[str, dict[str, int]]:
    """The rank of every statement on every arm, from 1; ties by id; a statement that an arm does not find has none."""
    ranks: dict[str, dict[str, int]] = {s.statement.statement_id: {} for s in scored}
    for arm in STATEMENT_ARMS:
        order = sorted(scored, key=lambda s: (-getattr(s, arm), s.statement.statement_id))
        for rank, s in enumerate(order, start=1):
            if getattr(s, arm) > 0:
                ranks[s.statement.statement_id][arm] = rank
    return ranks


def _statement(candidate: Candidate, scored: ScoredStatement | None, ranks: Mapping[str, Mapping[str, int]]) -> Json:
    statement = candidate.statement
    arms = {}
    if scored is not None:
        own = ranks.get(statement.statement_id, {})
        arms = {arm: {"score": round(float(getattr(scored, arm)), 4), "rank": own.get(arm)} for arm in STATEMENT_ARMS}
    features = {name: round(value, 4) for name, value in candidate.features.items() if value}
    return {
        "statement_id": statement.statement_id,
        "doc_id": statement.doc_id,
        "section": " > ".join(statement.heading_path),
        "text": statement.text,
        "probability": round(candidate.probability, 4),
        **{name: round(candidate.features.get(name, 0.0), 4) for name in ("score", "share", "relevance")},
        "arms": arms,
        "features": {name: value for name, value in features.items() if name not in {"score", "share", "relevance"}},
    }


def _why_not(candidate: Candidate, chosen: bool, best_share: float, thresholds: Mapping[str, float]) -> str:
    """Why a statement that could have answered is not shown; the rules are those of the selection, in their order."""
    if chosen:
        return "chosen, but not shown: the answer was declined, or its document may not be quoted today"
    share, relevance = candidate.features.get("share", 0.0), candidate.features.get("relevance", 0.0)
    floor = thresholds["nearness"] * best_share
    if share < floor:
        return f"too far behind the best: share {share:.3f}, at least {floor:.3f} is needed"
    if relevance < thresholds["relevance"]:
        return f"not likely about what was asked: relevance {relevance:.2f}, at least {thresholds['relevance']:.2f} is needed"
    return "adds nothing new to what is shown, names less of what was asked, or the answer was full"


def _ruled_out(index: KnowledgeIndex, name: str, why: str, ranks: Mapping[str, Mapping[str, int]]) -> Json:
    statement = index.statements[name]
    return {
        "statement_id": name,
        "doc_id": statement.doc_id,
        "text": statement.text,
        "why": CONFLICTS.get(why, f"conflict of {why}"),
        "ranks": dict(ranks.get(name, {})),
    }


def _passage(hit: RetrievedPassage, hits: Sequence[RetrievedPassage]) -> Json:
    arms = {
        arm: {"score": round(score, 4), "rank": 1 + sum(other.arms.get(arm, 0.0) > score for other in hits)}
        for arm, score in sorted(hit.arms.items())
    }
    place = hit.passage
    return {
        "rank": hit.rank,
        "chunk_id": place.chunk_id,
        "section": " > ".join(place.heading_path),
        "score": round(hit.score, 4),
        "arms": arms,
    }


def _answer(explanation: Explanation) -> Json:
    draft = explanation.draft
    return {
        "outcome": draft.outcome.value,
        "decline_code": draft.decline_code,
        "text": draft.text,
        "segments": [{"text": s.text, "citations": list(s.citations), "kind": s.kind} for s in draft.segments],
    }
