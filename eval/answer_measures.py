"""Measures of one answer against one question: pure functions of the answer's JSON, the item and the facts behind citations.

Sources: nuggets, vital and okay, after TREC question answering (Voorhees 2003) and AutoNuggetizer (Pradeep et al. 2025, SIGIR);
citation recall and precision by statement after ALCE (Gao et al. 2023, EMNLP, arXiv 2305.14627). Regular expressions stand in
for the human assessor, so a nugget that is worded as nobody thought of counts as missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from eval.datasets import QuestionItem
from eval.scores import Score, scored, unscored

Record = Mapping[str, Any]
Supports = Callable[[str, Sequence[str]], bool]
FLAGS = re.IGNORECASE


class Sources(Protocol):
    """What the measures need of the knowledge index."""

    def facts(self, citation: Record) -> frozenset[str]:
        """Return the facts carried by the statement that a citation quotes."""
        ...

    def text(self, doc_id: str, version: str) -> str | None:
        """Return the text of a document version, None when it is not served."""
        ...


class Judged(NamedTuple):
    """Scores of one answer and what explains them."""

    scores: dict[str, Score]
    details: dict[str, Any]


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, FLAGS)


def canonical_fact(fact: str) -> str:
    """Return a fact id without what the register and the sets write differently (a guideline is its body and year)."""
    if fact.startswith("guidelines/"):
        body, year = fact.split("/", 1)[1].split(" ", maxsplit=1)[0], re.search(r"\b(?:19|20)\d\d", fact)
        return f"guidelines/{body} {year.group()}" if year and body == "ASCO" else f"guidelines/{body}"
    return fact


def facts_meet(first: frozenset[str] | Sequence[str], second: frozenset[str] | Sequence[str]) -> bool:
    """Tell whether two sets of fact ids share one; a section ("fulvestrant") covers its entries ("fulvestrant/dose")."""
    a, b = {canonical_fact(f) for f in first}, {canonical_fact(f) for f in second}
    return any(x == y or x.startswith(f"{y}/") or y.startswith(f"{x}/") for x in a for y in b)


def statements_of(record: Record) -> list[Record]:
    """Return the segments that state content (not the assistant's fixed notices), in order."""
    return [segment for segment in record.get("segments", ()) if segment.get("kind", "statement") == "statement"]


def searchable_text(record: Record) -> str:
    """Return the text, quotes and resources of an answer: where nuggets are looked for."""
    quotes = [citation["quote"] for citation in record.get("citations", ())]
    resources = [f"{r.get('title', '')} {r.get('description', '')}" for r in record.get("resources", ())]
    return "\n".join([record.get("text", ""), *quotes, *resources])


def contains_words(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether the quotes together hold every word and every number of a statement: support without a language model.

    Strict enough for verbatim answers and blind to meaning; for generated answers pass the grounding check instead.
    """
    held = set(_words("\n".join(quotes)))
    return bool(held) and all(word in held for word in _words(statement))


def _words(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.·]\d+)?|[^\W\d_]+", text.replace("·", ".").casefold())


def judge_answer(item: QuestionItem, record: Record, sources: Sources, supports: Supports = contains_words) -> Judged:
    """Score one answer. Latency is added by the runner.

    Args:
        item: the question with its nuggets and facts.
        record: the answer as the contract's JSON.
        sources: facts and document texts behind the citations.
        supports: whether quotes support a statement; the default needs no model.
    """
    answered = record["outcome"] == "answered"
    details: dict[str, Any] = {"outcome": record["outcome"], "decline_code": record.get("decline_code", "")}
    scores = {
        **_nugget_scores(item, record, details),
        **_precision_scores(item, record, sources, details),
        **_citation_scores(record, supports, details),
        **_decision_scores(item, answered),
        "approved_answer": scored("approved_answer" in record) if answered else unscored("no answer"),
        **_content_scores(item, record, sources, details),
    }
    scores["right"] = scores["complete"] if item.answerable else scores["abstention_recall"]
    return Judged(scores, details)


def _nugget_scores(item: QuestionItem, record: Record, details: dict[str, Any]) -> dict[str, Score]:
    names = ("nugget_recall_vital", "nugget_recall", "complete")
    if not item.answerable or not item.nuggets:
        return dict.fromkeys(names, unscored("no nuggets: the question cannot be answered"))
    text = searchable_text(record) if record["outcome"] != "declined" else ""
    found = {n.id for n in item.nuggets if any(_compiled(p).search(text) for p in n.any)}
    details["nuggets_found"] = [n.id for n in item.nuggets if n.id in found]
    details["nuggets_missed"] = [{"id": n.id, "vital": n.vital, "pattern": n.any[0]} for n in item.nuggets if n.id not in found]
    vital = [n.id for n in item.nuggets if n.vital]
    recall = len(found & set(vital)) / len(vital) if vital else None
    clean = not _forbidden_found(item, record)
    return {
        "nugget_recall_vital": scored(recall) if recall is not None else unscored("no vital nugget"),
        "nugget_recall": scored(len(found) / len(item.nuggets)),
        "complete": scored(recall == 1.0 and clean) if recall is not None else unscored("no vital nugget"),
    }


def _forbidden_found(item: QuestionItem, record: Record) -> list[str]:
    text = searchable_text(record)
    return [pattern for pattern in item.forbidden if _compiled(pattern).search(text)]


def _quotes(record: Record, segment: Record) -> list[Record]:
    by_number = {citation["n"]: citation for citation in record.get("citations", ())}
    return [by_number[n] for n in segment.get("citations", ()) if n in by_number]


def _precision_scores(item: QuestionItem, record: Record, sources: Sources, details: dict[str, Any]) -> dict[str, Score]:
    segments = statements_of(record)
    if not item.answerable or record["outcome"] != "answered" or not segments:
        return dict.fromkeys(("nugget_precision", "citation_allowed"), unscored("no statements on an answerable question"))
    helps = []
    for segment in segments:
        quoted = _quotes(record, segment)
        allowed = any(facts_meet(sources.facts(citation), item.facts) for citation in quoted)
        text = "\n".join([segment["text"], *(citation["quote"] for citation in quoted)])
        helps.append(allowed or any(_compiled(p).search(text) for nugget in item.nuggets for p in nugget.any))
    citations = record["citations"]
    allowed_citations = [facts_meet(sources.facts(citation), item.facts) for citation in citations]
    details["idle_statements"] = [i for i, useful in enumerate(helps) if not useful]
    details["citations_not_allowed"] = [c["n"] for c, ok in zip(citations, allowed_citations, strict=True) if not ok]
    allowed_score = scored(sum(allowed_citations) / len(citations)) if citations else unscored("no citations")
    return {"nugget_precision": scored(sum(helps) / len(helps)), "citation_allowed": allowed_score}


def _citation_scores(record: Record, supports: Supports, details: dict[str, Any]) -> dict[str, Score]:
    """ALCE: recall is 1 for a statement its citations support; a citation is precise if it helps such a statement."""
    segments = statements_of(record)
    if record["outcome"] != "answered" or not segments:
        return dict.fromkeys(("citation_recall", "citation_precision"), unscored("no statements shown"))
    supported, precise, total = [], 0, 0
    for segment in segments:
        texts = [_context(citation) for citation in _quotes(record, segment)]
        holds = bool(texts) and supports(segment["text"], texts)
        supported.append(holds)
        for position, text in enumerate(texts):
            total += 1
            rest = texts[:position] + texts[position + 1 :]
            precise += holds and (supports(segment["text"], [text]) or not supports(segment["text"], rest))
    details["unsupported_statements"] = [i for i, holds in enumerate(supported) if not holds]
    precision = scored(precise / total) if total else unscored("no citations")
    return {"citation_recall": scored(sum(supported) / len(supported)), "citation_precision": precision}


def _context(citation: Record) -> str:
    """A table row is read under its heading, so title and section support it as well as the quote."""
    return "\n".join([citation["title"], citation["section"], citation["quote"]])


def _decision_scores(item: QuestionItem, answered: bool) -> dict[str, Score]:
    on_answerable = scored(answered) if item.answerable else unscored("unanswerable")
    on_unanswerable = scored(not answered) if not item.answerable else unscored("answerable")
    right = unscored("answered") if answered else scored(not item.answerable)
    return {"coverage": on_answerable, "abstention_recall": on_unanswerable, "abstention_precision": right}


def _content_scores(item: QuestionItem, record: Record, sources: Sources, details: dict[str, Any]) -> dict[str, Score]:
    segments, citations = statements_of(record), record.get("citations", [])
    details["forbidden_found"] = _forbidden_found(item, record)
    answered = record["outcome"] == "answered"
    shown = answered and bool(segments)
    details["wrong_entity"] = _wrong_entity(item, record, sources) if shown else ""
    words = sum(len(segment["text"].split()) for segment in segments)
    inexact = [citation["n"] for citation in citations if not _is_exact(citation, sources)]
    details["inexact_quotes"] = inexact
    return {
        "clean": scored(not details["forbidden_found"]),
        "wrong_entity": scored(bool(details["wrong_entity"])) if shown else unscored("no statements shown"),
        "quote_exact": scored(not inexact) if citations else unscored("no citations"),
        "locator_right": _locator_score(item, citations) if answered else unscored("declined"),
        "words": scored(words) if shown else unscored("no statements shown"),
    }


def _is_exact(citation: Record, sources: Sources) -> bool:
    text = sources.text(citation["doc_id"], citation["version"])
    return text is not None and text[citation["start"] : citation["end"]] == citation["quote"]


def _locator_score(item: QuestionItem, citations: Sequence[Record]) -> Score:
    wanted = (item.locator or {}).get("video_start_s")
    if wanted is None:
        return unscored("no place asked for")
    return scored(any(citation["locator"].get("start_s") == wanted for citation in citations))


def is_trial(fact: str) -> bool:
    """Tell whether a fact id names a trial (a bare lower-case id), not a page fact or a section."""
    return "/" not in fact and fact.islower() and fact not in {"fulvestrant", "visceral_crisis", "pipeline"}


def _wrong_entity(item: QuestionItem, record: Record, sources: Sources) -> str:
    for citation in record.get("citations", ()):
        carried = sources.facts(citation)
        # A statement that carries an asked-for fact as well is a comparison, not a mistake.
        if item.forbidden_facts and facts_meet(carried, item.forbidden_facts) and not facts_meet(carried, item.facts):
            return f"citation {citation['n']} rests on {', '.join(sorted(carried))}"
    asked = frozenset(fact for fact in item.facts if is_trial(fact))
    lead = statements_of(record)[0]
    carried = frozenset().union(*(sources.facts(citation) for citation in _quotes(record, lead)))
    trials = frozenset(fact for fact in carried if is_trial(fact))
    if asked and trials and not facts_meet(carried, item.facts):
        return f"the leading statement rests on {', '.join(sorted(trials))}, asked were {', '.join(sorted(asked))}"
    return ""
