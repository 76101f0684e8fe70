"""Sentences of medical prose: boundaries, marks, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import MARK, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "HR was 0.55 (95% CI 0.39-0.77; p=.0005).",
        "Median PFS was 3.8 vs. 1.9 months, i.e. longer, e.g. Everolimus arms.",
        "Bidard et al. Reported that Dr. Smith left.",
        "It is approved in the U.S. Food and Drug register.",
        "See Fig. 2 and ref. 4 for patient no. 5.",
        "Signed by J. K. Jones.",
        "the dose was 2.5 mg",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was p=.0005. Twelve stopped.", ["It was p=.0005.", "Twelve stopped."]),
        ("It was seen in arm B. Patients left.", ["It was seen in arm B.", "Patients left."]),
        ("Smith et al. The trial ended.", ["Smith et al.", "The trial ended."]),
        ("It grew. mTOR acts here. p95HER2 too.", ["It grew.", "mTOR acts here.", "p95HER2 too."]),
        ("It grew (slowly.) It fell.", ["It grew (slowly.)", "It fell."]),
        ("Was it 5? 12 stopped! Yes.", ["Was it 5?", "12 stopped!", "Yes."]),
        ("First line.\nsecond line.", ["First line.", "second line."]),
        ("There was no. The rest is known.", ["There was no.", "The rest is known."]),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_marks_belong_to_the_sentence_before_them() -> None:
    text = "One.[^1][^2] Two et al.[^3] showed it. [^4]\n[^5] Three"
    spans = split_sentences(text)
    assert [(text[s.start : s.end], s.marks) for s in spans] == [
        ("One.", ("1", "2")),
        ("Two et al.[^3] showed it.", ("3", "4", "5")),
        ("Three", ()),
    ]


PIECES = st.sampled_from(
    [
        "One",
        " ",
        ".",
        "?",
        "[^1]",
        "[^23]",
        "\n",
        "vs.",
        "e.g.",
        "p=.0005",
        "et al.",
        "(",
        ")",
        "mTOR",
        "Dr ",
        "é",
        "ζ",
        '"',
        "3.5",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(0, 5), st.integers(0, 5))
def test_spans_are_ordered_inside_the_bounds_and_hold_all_text_but_marks_and_space(text: str, before: int, after: int) -> None:
    padded = "#" * before + text + "#" * after
    spans = split_sentences(padded, before, before + len(text))
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(before <= edge <= before + len(text) for edge in edges)
    assert all(padded[span.start : span.end].strip() == padded[span.start : span.end] != "" for span in spans)
    kept = "".join(padded[span.start : span.end] for span in spans)
    assert "".join(MARK.sub("", kept).split()) == "".join(MARK.sub("", text).split())


@given(st.text(max_size=200))
def test_any_text_can_be_split(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) in "".join(MARK.sub("", text).split()) or MARK.search(text)
