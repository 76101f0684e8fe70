"""The pattern language of the lexicons: what each element means, and that nothing it is given makes it fail."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screening.lexicon import Lexicon, Speller, parse_pattern
from assistant.screening.text import Token, normalise, sentences_of


def found(patterns: dict[str, list[str]], text: str) -> set[str]:
    """The classes found in a text by one layer, or by two when a pattern refers to a class."""
    words = [token.text for sentence in sentences_of(text) for token in sentence.tokens]
    alone = Lexicon({cls: [p for p in ps if "@" not in p] for cls, ps in patterns.items()})
    built = Lexicon({cls: [p for p in ps if "@" in p] for cls, ps in patterns.items()})
    known = alone.find(words)
    return {mention.cls for mention in [*known, *built.find(words, known)]}


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("loose|watery stool*", "she has watery stools", True),
        ("loose|watery stool*", "she has watery eyes", False),
        ("short (of) breath*", "short breath", True),
        ("[cannot|could not] walk", "she could not walk", True),
        ("[cannot|could not] walk", "she could walk", False),
        ("lost # pounds", "she lost eleven pounds", True),
        ("lost # pounds", "she lost some pounds", False),
        ("off _ food", "off her food", True),
        ("took .. instead", "took four of them instead", True),
        ("took .. instead", "took one or two or three instead", False),
        ("took ... instead", "took one or two or three instead", True),
        ("can't !afford|get _", "she can't walk", True),
        ("can't !afford|get _", "she can't afford it", False),
        ("^ planning", "planning ahead", True),
        ("^ planning", "we are planning", False),
    ],
)
def test_elements_of_a_pattern(pattern: str, text: str, matches: bool) -> None:
    """Alternatives, optional words, groups, numbers, gaps, what must not follow, the start of a sentence."""
    assert ("x" in found({"x": [pattern]}, text)) is matches


def test_a_pattern_may_refer_to_a_class() -> None:
    """`@class` stands for whatever an earlier layer found."""
    patterns = {"drug": ["verzenio", "t dxd"], "given": ["on @drug"]}
    assert "given" in found(patterns, "a woman on T-DXd")
    assert "given" not in found(patterns, "a woman on aspirin")


def test_the_longest_mention_of_a_class_is_kept() -> None:
    """One mention per class and position."""
    mentions = Lexicon({"x": ["chest", "chest pain", "chest pain at rest"]}).find(["chest", "pain", "at", "rest"])
    assert [(mention.start, mention.end) for mention in mentions] == [(0, 4)]


@pytest.mark.parametrize("pattern", ["", "(maybe) .. x", "_ x", "!not x", ".. x"])
def test_a_pattern_must_begin_with_something_to_look_for(pattern: str) -> None:
    """Patterns without a beginning would be tried at every word."""
    with pytest.raises(ValueError, match="begin with"):
        parse_pattern(pattern)


def test_a_bad_pattern_names_its_class() -> None:
    """The message says where to mend."""
    with pytest.raises(ValueError, match="event: "):
        Lexicon({"event": ["_ x"]})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abemacicilib", "abemaciclib"),
        ("pnuemonitis", "pneumonitis"),
        ("patients", "patients"),
        ("injection", "injection"),
        ("verz", "verz"),
    ],
)
def test_spelling_is_repaired_for_listed_words_only(typed: str, meant: str) -> None:
    """A word in daily use is never taken for a typing error of a drug or an event."""
    speller = Speller(["abemaciclib", "pneumonitis", "infection", "verzenio"], never=frozenset({"injection", "patients"}))
    assert speller.correct([Token(typed, 0, len(typed))]) == [meant]


@given(st.text(max_size=300))
def test_normalising_keeps_the_length(text: str) -> None:
    """Offsets found in the normalised text are offsets into the text as typed."""
    assert len(normalise(text)) == len(text)


@given(st.text(max_size=300))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    """No word is lost or moved; tokens are where they say they are."""
    sentences = sentences_of(text)
    normal = normalise(text)
    assert all(earlier.end <= later.start for earlier, later in pairwise(sentences))
    assert all(normal[token.start : token.end] == token.text for sentence in sentences for token in sentence.tokens)


def test_a_very_long_sentence_is_cut() -> None:
    """Work per sentence stays bounded."""
    sentences = sentences_of("word " * 1000)
    assert len(sentences) > 5
    assert sum(len(sentence.tokens) for sentence in sentences) == 1000
