"""The second vote: asked only where a report could be, able to add one, never to take one away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.screening import Screener, Vote
from assistant.screening.readings import Reading, read_conversation
from assistant.screening.vote import VoteWeights, load_weights
from assistant.types import Code
from index import open_embedder
from index.types import Embedder, Vectors

IMPLICIT = "She keeps a bucket by the bed and another in the car, week two of the imlunestrant."


class CountingEmbedder(Embedder):
    """Vectors whose first component is 1; remembers what it was asked."""

    dimension = 2

    def __init__(self, model: str) -> None:
        self.model = model
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the same unit vector for every text."""
        self.asked += texts
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def weights(score: float) -> VoteWeights:
    """Weights under which every sentence has the same score."""
    fields = load_weights().model_dump() | {"weights": (score, 0.0), "bias": 0.0, "model": "counting"}
    return VoteWeights.model_validate(fields)


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """The packaged embedding model."""
    return open_embedder("all-MiniLM-L6-v2", Path(tmp_path_factory.mktemp("models")))


def test_weights_are_refused_for_another_model() -> None:
    """Scores on other vectors would mean nothing."""
    with pytest.raises(ValueError, match="train them for it"):
        Vote(CountingEmbedder("other"))


def test_a_screener_with_another_model_judges_by_rules_alone() -> None:
    """The service goes on; `votes` says so."""
    assert not Screener(embedder=CountingEmbedder("other")).votes
    assert not Screener().votes


def test_only_sentences_about_a_person_and_a_product_are_asked_about() -> None:
    """A plain question costs no embedding; a negated event needs none."""
    embedder = CountingEmbedder("counting")
    vote = Vote(embedder, weights(5.0))
    screener = Screener()
    for text in ("How common is alopecia with imlunestrant?", "My patient on imlunestrant has no nausea.", "hello"):
        readings = screener_readings(screener, text)
        assert vote.ask(readings, (text,), screener.policy) == []
    assert embedder.asked == []
    readings = screener_readings(screener, IMPLICIT)
    hits = vote.ask(readings, (IMPLICIT,), screener.policy)
    assert embedder.asked == [IMPLICIT]
    assert [hit.score for hit in hits] == [5.0]


def screener_readings(screener: Screener, text: str) -> tuple[Reading, ...]:
    """The readings of one message."""
    return read_conversation((text,), screener.policy)


def test_the_vote_adds_what_no_rule_has_words_for(minilm: Embedder) -> None:
    """The flag carries the rule VOTE and its score; the policy's version says that the vote was on."""
    screener = Screener(embedder=minilm)
    message = "Since the new tablets (Verzenio) my patient has been sleeping in the bathtub next to the toilet."
    found = screener.screen((message,))
    assert screener.votes
    assert found.pv
    assert "+vote-" in found.policy_version


def test_the_vote_takes_nothing_away(minilm: Embedder) -> None:
    """What the rules find, the screener with a vote finds too."""
    text = "My patient, 61F, was admitted with pneumonitis on abemaciclib."
    assert set(Screener().screen((text,)).codes) <= set(Screener(embedder=minilm).screen((text,)).codes)


@pytest.mark.parametrize("text", ["What is the PFS in EMBER-3?", "58F progressed on letrozole and palbociclib, what next?"])
def test_plain_questions_stay_plain(minilm: Embedder, text: str) -> None:
    """The vote raises no report on them."""
    assert Code.AE_NONSER not in Screener(embedder=minilm).screen((text,)).codes
