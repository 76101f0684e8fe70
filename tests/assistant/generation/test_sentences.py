"""Sentences and keys are read the same whatever pieces a model's text arrives in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.sentences import SentenceReader, read_line
from assistant.generation.types import Drafted

TEXT = (
    "In TRIAL-9, median PFS was 6.4 months with A vs. 3.9 months with B (HR 0.61). [k1a2b]\n"
    "Nausea occurred in 35.0% of patients [k3c4d, k5e6f]. It was rarely severe. [k3c4d]\n"
    "- According to Smith et al. in 2021, rash was mild [k77aa]\n"
    "The label lists fatigue.\n"
)
SENTENCES = [
    Drafted("In TRIAL-9, median PFS was 6.4 months with A vs. 3.9 months with B (HR 0.61).", ("k1a2b",)),
    Drafted("Nausea occurred in 35.0% of patients.", ("k3c4d", "k5e6f")),
    Drafted("It was rarely severe.", ("k3c4d",)),
    Drafted("According to Smith et al. in 2021, rash was mild.", ("k77aa",)),
    Drafted("The label lists fatigue.", ()),
]


@given(st.lists(st.integers(1, len(TEXT)), max_size=20))
def test_any_split_gives_the_same_sentences(cuts: list[int]) -> None:
    edges = [0, *sorted(set(cuts)), len(TEXT)]
    reader = SentenceReader()
    found = [drafted for a, b in itertools.pairwise(edges) for drafted in reader.feed(TEXT[a:b])]
    assert [*found, *reader.finish()] == SENTENCES


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("A is oral. [1]", ("1",)),
        ("A is oral [k1a2b][k3c4d].", ("k1a2b", "k3c4d")),
        ("A is oral \u3010k1a2b\u3011.", ("k1a2b",)),
        ("A is oral [see the label].", ("see", "the", "label")),
    ],
)
def test_marks_of_every_form_are_kept_for_the_check(line: str, keys: tuple[str, ...]) -> None:
    assert [drafted.keys for drafted in read_line(line)] == [keys]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    reader = SentenceReader()
    for drafted in [*reader.feed(text), *reader.finish()]:
        assert drafted.text.strip()


def test_a_sentence_is_given_out_as_soon_as_it_is_complete() -> None:
    reader = SentenceReader()
    assert not list(reader.feed("A is oral. [k1a"))
    assert list(reader.feed("2b]\nB is")) == [Drafted("A is oral.", ("k1a2b",))]
