"""Answer measures on small answers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from eval.answer_measures import canonical_fact, contains_words, facts_meet, is_trial, judge_answer
from eval.datasets import Nugget, QuestionItem

TEXT = "EMERALD: PFS was 3.8 vs 1.9 months. HR was 0.55. PADA-1 gave 11.9 months."


class Shelf:
    """One document whose statements carry facts by their start offset."""

    def __init__(self, facts: dict[int, str]) -> None:
        self._facts = facts

    def facts(self, citation: dict[str, Any]) -> frozenset[str]:
        return frozenset({self._facts[citation["start"]]} if citation["start"] in self._facts else set())

    def text(self, doc_id: str, version: str) -> str | None:
        return TEXT if (doc_id, version) == ("D", "1.0") else None


SHELF = Shelf({0: "emerald", 36: "emerald", 49: "pada1"})


def cite(n: int, quote: str, start: int | None = None) -> dict[str, Any]:
    at = TEXT.index(quote) if start is None else start
    return {
        "n": n, "doc_id": "D", "version": "1.0", "title": "", "section": "", "quote": quote,
        "start": at, "end": at + len(quote), "locator": {"type": "text"},
    }  # fmt: skip


def answer(*segments: tuple[str, list[int]], citations: list[dict[str, Any]], outcome: str = "answered") -> dict[str, Any]:
    return {
        "outcome": outcome,
        "text": " ".join(text for text, _ in segments),
        "segments": [{"text": text, "citations": numbers} for text, numbers in segments],
        "citations": citations,
    }


QUESTION = QuestionItem(
    id="q",
    kind="evidence",
    turns=("EMERALD?",),
    answerable=True,
    nuggets=(
        Nugget(id="n1", vital=True, any=(r"3\.8[\s\S]{0,20}1\.9",)),
        Nugget(id="n2", vital=True, any=(r"0\.55",)),
        Nugget(id="n3", vital=False, any=(r"41\s?%",)),
    ),
    forbidden=(r"11\.9",),
    facts=("emerald",),
    forbidden_facts=("pada1",),
)
UNANSWERABLE = QuestionItem(id="u", kind="unanswerable", turns=("Zzz?",), answerable=False, forbidden=(r"\d months",))


def value(judged: Any, name: str) -> float | None:
    result: float | None = judged.scores[name].value
    return result


class TestNuggets:
    def test_recall_precision_and_completeness_by_hand(self) -> None:
        record = answer(
            ("EMERALD: PFS was 3.8 vs 1.9 months.", [1]), citations=[cite(1, "EMERALD: PFS was 3.8 vs 1.9 months.")]
        )
        judged = judge_answer(QUESTION, record, SHELF)
        assert value(judged, "nugget_recall_vital") == pytest.approx(1 / 2)
        assert value(judged, "nugget_recall") == pytest.approx(1 / 3)
        assert value(judged, "complete") == 0.0
        assert value(judged, "nugget_precision") == 1.0
        assert [missed["id"] for missed in judged.details["nuggets_missed"]] == ["n2", "n3"]

    def test_a_forbidden_pattern_spoils_a_complete_answer(self) -> None:
        first, second, third = TEXT[:35], TEXT[36:48], TEXT[49:]
        record = answer((first, [1]), (second, [2]), (third, [3]), citations=[cite(1, first), cite(2, second), cite(3, third)])
        judged = judge_answer(QUESTION, record, SHELF)
        assert value(judged, "nugget_recall_vital") == 1.0
        assert value(judged, "complete") == 0.0
        assert value(judged, "clean") == 0.0
        assert value(judged, "nugget_precision") == pytest.approx(2 / 3)
        assert value(judged, "citation_allowed") == pytest.approx(2 / 3)
        assert judged.details["idle_statements"] == [2]

    def test_declining_an_answerable_question_scores_zero_but_its_precision_is_unscored(self) -> None:
        judged = judge_answer(QUESTION, answer(citations=[], outcome="declined"), SHELF)
        assert value(judged, "nugget_recall_vital") == 0.0
        assert value(judged, "coverage") == 0.0
        assert value(judged, "abstention_precision") == 0.0
        assert value(judged, "nugget_precision") is None
        assert value(judged, "abstention_recall") is None

    def test_declining_an_unanswerable_question_is_right_and_has_no_recall(self) -> None:
        judged = judge_answer(UNANSWERABLE, answer(citations=[], outcome="declined"), SHELF)
        assert value(judged, "abstention_recall") == 1.0
        assert value(judged, "abstention_precision") == 1.0
        assert value(judged, "nugget_recall_vital") is None
        assert value(judged, "coverage") is None


class TestCitations:
    def test_recall_and_precision_by_statement(self) -> None:
        first, second = TEXT[:35], TEXT[36:48]
        record = answer(
            (first, [1, 2]),  # 2 adds nothing: one of two citations precise
            (second, [2]),
            ("Something nobody wrote.", [1]),  # unsupported: no precise citation
            citations=[cite(1, first), cite(2, second)],
        )
        judged = judge_answer(QUESTION, record, SHELF)
        assert value(judged, "citation_recall") == pytest.approx(2 / 3)
        assert value(judged, "citation_precision") == pytest.approx(2 / 4)
        assert judged.details["unsupported_statements"] == [2]

    def test_two_halves_support_together(self) -> None:
        first, second = TEXT[:35], TEXT[36:48]
        record = answer((f"{first} {second}", [1, 2]), citations=[cite(1, first), cite(2, second)])
        judged = judge_answer(QUESTION, record, SHELF)
        assert value(judged, "citation_recall") == 1.0
        assert value(judged, "citation_precision") == 1.0

    def test_a_changed_number_is_not_supported(self) -> None:
        assert contains_words("PFS was 3.8 months", ["PFS was 3.8 vs 1.9 months"])
        assert not contains_words("PFS was 8.3 months", ["PFS was 3.8 vs 1.9 months"])
        assert not contains_words("anything", [])

    def test_an_inexact_quote_is_caught(self) -> None:
        quote = TEXT[:35]
        good = judge_answer(QUESTION, answer((quote, [1]), citations=[cite(1, quote)]), SHELF)
        bad = judge_answer(QUESTION, answer((quote, [1]), citations=[cite(1, quote, start=1)]), SHELF)
        assert (value(good, "quote_exact"), value(bad, "quote_exact")) == (1.0, 0.0)
        assert bad.details["inexact_quotes"] == [1]


class TestEntities:
    def test_a_forbidden_fact_is_a_wrong_entity(self) -> None:
        first, third = TEXT[:35], TEXT[49:]
        record = answer((first, [1]), (third, [2]), citations=[cite(1, first), cite(2, third)])
        judged = judge_answer(QUESTION, record, SHELF)
        assert value(judged, "wrong_entity") == 1.0
        assert "pada1" in judged.details["wrong_entity"]

    def test_a_leading_statement_on_another_trial_is_a_wrong_entity(self) -> None:
        item = QUESTION.model_copy(update={"forbidden_facts": ()})
        judged = judge_answer(item, answer((TEXT[49:], [1]), citations=[cite(1, TEXT[49:])]), SHELF)
        assert value(judged, "wrong_entity") == 1.0

    def test_facts_are_compared_by_what_they_name(self) -> None:
        assert canonical_fact("guidelines/ASCO rapid update 2023-05") == canonical_fact("guidelines/ASCO 2023")
        assert canonical_fact("guidelines/ESMO-MCBS 2023-12-05") == canonical_fact("guidelines/ESMO-MCBS")
        assert canonical_fact("guidelines/ASCO 2021") != canonical_fact("guidelines/ASCO 2023")
        assert facts_meet(["esr1m_prevalence"], ["esr1m_prevalence/primary tumour"])
        assert not facts_meet(["emerald"], ["emerald2"])
        assert is_trial("emerald")
        assert not is_trial("SF-010")
        assert not is_trial("us_approvals/elacestrant")
