"""Approved answers before retrieval: a question that is one of their wordings gets the response locked to it.

A wording is matched only where nothing sets the question apart from it: the same concepts, biomarker states and numbers, the
same denials, and no everyday word that none of the answer's wordings uses. Another drug, population or line is therefore
another question, however alike the two sound. The cosine of the sentence embeddings then says how near the nearest wording is,
and by how much it is nearer than those of every other approved answer: the match and its margin.

It words nothing, and an answer that rests on a document which may not be served is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.evidence import Candidate, Evidence, PartEvidence, Verdict
from assistant.query import Annotator, Facets, ParsedQuestion, Part
from assistant.query.rules import read_rules
from assistant.types import ApprovedMatch
from corpus.types import ApprovedAnswer, Quotation
from index import OpenIndex
from index.types import KnowledgeIndex, Statement


@dataclass(frozen=True, slots=True)
class Found:
    """An approved answer that is to be served: how it was matched, and its statements as evidence."""

    match: ApprovedMatch
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Wording:
    """A wording as the question is compared with it."""

    text: str
    key: tuple[frozenset[str], frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """An approved answer with its wordings read and its statements found; `words` are those of all its wordings."""

    answer: ApprovedAnswer
    wordings: tuple[_Wording, ...]
    words: frozenset[str]
    statements: tuple[Statement, ...]


class ApprovedAnswers:
    """The approved answers of one index for one market. Safe to share between threads."""

    def __init__(self, index: KnowledgeIndex, annotator: Annotator, market: str) -> None:
        rules = read_rules("answer_approved")
        self._least_cosine = float(rules["least_cosine"])
        self._least_margin = float(rules["least_margin"])
        self._filler = frozenset(annotator.stem(str(word)) for word in rules["filler"])
        self._index = index if isinstance(index, OpenIndex) else None
        self._annotator = annotator
        self._market = market
        self._entries = () if self._index is None else tuple(self._read(self._index))

    def find(self, question: ParsedQuestion, on: date) -> Found | None:
        """Return the approved answer to a question, None when there is none that may be served."""
        if self._index is None or not self._entries or not _stands_alone(question):
            return None
        part = question.parts[0]
        candidates = [entry for entry in self._entries if self._is_worded(entry, part)]
        candidates = [entry for entry in candidates if self._index.answer_stands(entry.answer, on, self._market)]
        if not candidates:
            return None
        cosines = {entry.answer.document.doc_id: self._cosine(entry, part.text) for entry in self._entries}
        best = max(candidates, key=lambda entry: (cosines[entry.answer.document.doc_id], entry.answer.document.doc_id))
        best_id = best.answer.document.doc_id
        margin = cosines[best_id] - max((cosine for doc_id, cosine in cosines.items() if doc_id != best_id), default=0.0)
        if cosines[best_id] < self._least_cosine or margin < self._least_margin:
            return None
        match = ApprovedMatch(best_id, best.answer.document.version, round(cosines[best_id], 4), round(margin, 4))
        return Found(match, _as_evidence(part, best.statements))

    def _read(self, index: OpenIndex) -> Sequence[_Entry]:
        entries = []
        for answer in index.answers:
            statements = [_statement_of(index, quotation) for quotation in answer.quotations]
            if None in statements:
                continue
            facets = [self._annotator.facets(question) for question in answer.questions]
            wordings = tuple(_Wording(q, self._key(q, f)) for q, f in zip(answer.questions, facets, strict=True))
            words = frozenset().union(*(f.words for f in facets))
            entries.append(_Entry(answer, wordings, words, tuple(s for s in statements if s is not None)))
        return entries

    def _key(self, text: str, facets: Facets) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        return facets.concepts, facets.states | _denials(text), facets.numbers

    def _is_worded(self, entry: _Entry, part: Part) -> bool:
        """Whether the question names what one of the wordings names, and nothing that none of them has words for."""
        key = self._key(part.text, part.facets)
        return any(wording.key == key for wording in entry.wordings) and part.facets.words <= entry.words | self._filler

    def _cosine(self, entry: _Entry, text: str) -> float:
        assert self._index is not None
        asked = self._index.vector(text)
        return max(float(self._index.vector(wording.text) @ asked) for wording in entry.wordings)


def _stands_alone(question: ParsedQuestion) -> bool:
    """Whether it is one plain question: no pick to make, no unknown name, nothing set aside, no source asked for."""
    part = question.parts[0] if len(question.parts) == 1 else None
    if part is None or question.barrier is not None or question.unknown or question.recall:
        return False
    return not (part.excluded or part.sources or part.pasted_figures or part.before)


def _denials(text: str) -> frozenset[str]:
    words = text.lower().replace("n't", " not").split()
    return frozenset(f"denied:{word}" for word in words if word.strip("?.,!") in {"not", "no", "without", "never", "except"})


def _statement_of(index: OpenIndex, quotation: Quotation) -> Statement | None:
    """The statement of the index that is quoted; a table row may be quoted without its outer borders."""
    for statement in index.statements.values():
        if statement.doc_id == quotation.doc_id and statement.start <= quotation.start and quotation.end <= statement.end:
            is_whole = statement.row is not None or statement.text == quotation.quote
            return statement if is_whole else None
    return None


def _as_evidence(part: Part, statements: Sequence[Statement]) -> Evidence:
    chosen = tuple(Candidate(statement, 1.0) for statement in statements)
    return Evidence((PartEvidence(part=part, verdict=Verdict.SUFFICIENT, probability=1.0, chosen=chosen),), ())
