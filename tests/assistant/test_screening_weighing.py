"""Weighing whole messages: adds reports and kinds that no rule saw, never takes one away that a rule found."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.screening import Screener, load_policy
from assistant.screening.memory import ScoreMemory
from assistant.screening.readings import read_conversation
from assistant.screening.weighing import Weigher, WeigherWeights, load_weights, marks_of, weights_to_json
from assistant.types import Code
from index import open_embedder
from index.types import Embedder


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The packaged embedding model."""
    return open_embedder("all-MiniLM-L6-v2", Path(tmp_path_factory.mktemp("models")))


@pytest.fixture(scope="module")
def screener(minilm: Embedder) -> Screener:
    """A screener with the second look."""
    return Screener(embedder=minilm)


def test_marks_are_classes_guards_and_pairs() -> None:
    """What stands in a sentence, whether it asks, and who goes with what."""
    policy = load_policy()
    (told,) = read_conversation(["My patient had a stroke."], policy)
    (asked,) = read_conversation(["What is the rate of stroke?"], policy)
    assert {"own_person", "event", "own_person&event", "."} <= marks_of(told, policy)
    assert {"?", "rate!"} <= marks_of(asked, policy)
    assert "own_person&event" not in marks_of(asked, policy)


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        ("so the bloods on the imlunestrant gentleman came back and he is in the unit on a kidney machine", {Code.AE_SERIOUS}),
        (
            "Tablets taken three times by day in place of two since the visit, Verzenio, patient understood wrong.",
            {Code.SS_OD_ERR},
        ),
        ("Verzenio for ten weeks and the nodes are just bigger than at the start, she asks me why", {Code.SS_LOE}),
    ],
)
def test_reports_in_grammar_no_rule_knows(screener: Screener, message: str, codes: set[Code]) -> None:
    """The kind of report is among the codes."""
    found = screener.screen([message])
    assert found.pv
    assert codes <= set(found.codes)


@pytest.mark.parametrize(
    "message",
    [
        "How many tablets are in a bottle of elacestrant 86 mg?",
        "pt starts imlu monday, ok with omeprazole?",
        "alive at 18 months on imlunestrant in the mutated group, percentage",
    ],
)
def test_plain_questions_do_not_weigh_as_reports(screener: Screener, message: str) -> None:
    """A question about figures, packs or a start is none."""
    assert not screener.screen([message]).pv


def test_a_turn_in_a_long_conversation_is_weighed_by_itself(screener: Screener) -> None:
    """Plain questions around it do not dilute a report."""
    plain = ["What is the median PFS in EMBER-3?", "Which patients were included?", "How is imlunestrant taken?"]
    report = "she has been in the bathroom since breakfast and the trousers fall off her"
    assert screener.screen([*plain, report, "And what was the dose in the trial?"]).pv


def test_weights_are_refused_for_another_model(minilm: Embedder) -> None:
    """Scores on other vectors would mean nothing."""
    other = load_weights().model_copy(update={"model": "other"})
    with pytest.raises(ValueError, match="train them for it"):
        Weigher(minilm, other)


def test_weights_survive_being_written() -> None:
    """What is stored is what was trained."""
    weights = load_weights()
    assert WeigherWeights.model_validate_json(weights_to_json(weights)) == weights
    assert all(len(head.marks) == len(weights.marks) for head in weights.heads.values())


def test_what_a_rule_found_stays(minilm: Embedder) -> None:
    """Weights that speak against everything take no report away."""
    weights = load_weights()
    against = {name: head.model_copy(update={"bias": -1000.0}) for name, head in weights.heads.items()}
    screener = Screener(embedder=minilm)
    screener._weigher = Weigher(minilm, weights.model_copy(update={"heads": against}))
    assert Code.AE_SERIOUS in screener.screen(["My patient on Verzenio was admitted with a stroke."]).codes


def test_texts_seen_before_are_not_scored_again() -> None:
    """Each text once, whatever its place; the oldest are forgotten."""
    asked: list[str] = []

    def score(texts: list[str]) -> list[int]:
        asked.extend(texts)
        return [len(text) for text in texts]

    memory: ScoreMemory[int] = ScoreMemory(lambda texts: score(list(texts)), limit=2)
    assert memory.of(["a", "bb", "a"]) == [1, 2, 1]
    assert memory.of(["bb", "ccc"]) == [2, 3]
    assert asked == ["a", "bb", "ccc"]
    assert memory.of(["a"]) == [1]
    assert asked[-1] == "a"


@pytest.mark.parametrize(
    "message",
    [
        "Please ring me back today, and meanwhile: what is the starting dose of abemaciclib with fulvestrant?",
        "Could an MSL contact me? Also what was the PFS in EMBER-3?",
    ],
)
def test_a_question_beside_a_wish_to_be_called_is_answered(screener: Screener, message: str) -> None:
    """A person calls, and the question is answered as well."""
    found = screener.screen([message])
    assert Code.CONTACT in found.codes
    assert found.should_answer


def test_grave_words_reach_over_the_whole_conversation(screener: Screener) -> None:
    """Patient, product and event in three turns, dictated without marks."""
    turns = [
        "we have a lady on verzenio",
        "what is the advice about scans",
        "they put a pacing wire in last night",
        "septic shock too",
    ]
    assert Code.AE_SERIOUS in screener.screen(turns).codes


@pytest.mark.parametrize(
    "text",
    [
        "Building a one-page card for patients on second-line breast drugs. How should suspected ILD be worked up with T-DXd, and "
        "at which grade do you never rechallenge?",
        "48, ER 95%, lobular, 14 months of palbo/AI then slow bone progression. She'd rather not have chemo. What do guidelines put "
        "in the endocrine-based basket for second line?",
    ],
)
def test_weak_rules_do_not_count_against_the_weight_of_a_message(screener: Screener, text: str) -> None:
    """The rules alone take them for reports."""
    assert Screener().screen((text,)).pv
    assert not screener.screen((text,)).pv


def test_weak_rules_count_where_something_grave_is_named(screener: Screener) -> None:
    """Nothing grave is ever taken away."""
    policy = load_policy()
    assert any(rule.weak for rule in policy.rules)
    assert screener.screen(("Verzenio. ICU. Pneumonitis.",)).pv
