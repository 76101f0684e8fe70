"""Reference marks: what is one, what is part of a name or a figure, and where it ends up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.loaders import marks
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN

KNOWN = frozenset(range(1, 16))


@pytest.mark.parametrize(
    ("printed", "resolved"),
    [
        (
            "no consensus has been reached.1-3 Treatments differ.",
            "no consensus has been reached.[^1][^2][^3] Treatments differ.",
        ),
        ("agents.1-3,5", "agents.[^1][^2][^3][^5]"),
        ("breast cancer (MBC)1; however", "breast cancer (MBC)[^1]; however"),
        ("AIs, SERMs, and SERDs1,3,4,6,8,10-15:", "AIs, SERMs, and SERDs[^1][^3][^4][^6][^8][^10][^11][^12][^13][^14][^15]:"),
        ("CCNE1, 2, or CDK2.4", "CCNE1, 2, or CDK2.[^4]"),
        ("quality of life.1 Despite the utility", "quality of life.[^1] Despite the utility"),
        ("in most patients2 the disease", "in most patients[^2] the disease"),
        ("an “open question.”3 It", "an “open question.”3 It"),
        ("ESR1 mutations and CDK4/6 inhibitors", "ESR1 mutations and CDK4/6 inhibitors"),
        ("a hazard ratio of 0.5 in 12.5% of patients", "a hazard ratio of 0.5 in 12.5% of patients"),
        ("see Fig.2 and Vol.3 and p.4", "see Fig.2 and Vol.3 and p.4"),
        ("a phase3 trial with grade3 events", "a phase3 trial with grade3 events"),
        ("treated for years.99 Then", "treated for years.99 Then"),
        ("BRCA1/2 and AKT1 and p95HER2", "BRCA1/2 and AKT1 and p95HER2"),
        ("version 2.0 of the trial.5,3 Then", "version 2.0 of the trial.5,3 Then"),
    ],
)
def test_numbers_printed_against_a_word(printed: str, resolved: str) -> None:
    assert marks.find_printed_marks(printed, KNOWN) == resolved


def test_without_a_reference_list_nothing_is_a_mark() -> None:
    assert marks.find_printed_marks("agents.1-3 The", frozenset()) == "agents.1-3 The"


@pytest.mark.parametrize(
    ("printed", "resolved"),
    [
        ("It helped [1, 3-5]. It is", "It helped[^1][^3][^4][^5]. It is"),
        ("It helped.[2] It is", "It helped.[^2] It is"),
        ("SERDs (injection [IM])", "SERDs (injection [IM])"),
        ("in the year [2019] and [99]", "in the year [2019] and [99]"),
        ("a [1](link)", "a [1](link)"),
    ],
)
def test_numbers_in_brackets(printed: str, resolved: str) -> None:
    assert marks.find_bracketed_marks(printed, KNOWN) == resolved


@pytest.mark.parametrize(
    ("inner", "expected"),
    [("1,3", "x[^1][^3]"), ("2–4", "x[^2][^3][^4]"), ("99", "x⁹⁹"), ("2", "x[^2]"), ("+", "x⁺"), ("5-2", "x⁵⁻²")],
)
def test_superscripts_are_marks_only_where_the_list_has_them(inner: str, expected: str) -> None:
    assert marks.resolve_superscripts(f"x{SUPER_OPEN}{inner}{SUPER_CLOSE}", KNOWN) == expected


def test_unresolved_superscripts_are_told_and_powers_are_not() -> None:
    text = f"in patients{SUPER_OPEN}99{SUPER_CLOSE} at 10{SUPER_OPEN}6{SUPER_CLOSE} cells and 75 mg/m{SUPER_OPEN}2{SUPER_CLOSE}"
    assert marks.unresolved_superscripts(text, {1}) == ("99",)


def test_marks_move_behind_the_statement() -> None:
    assert marks.move_to_end("It helps[^2] some,[^1] not all. ") == "It helps some, not all.[^2][^1] "
    assert marks.move_to_end("Nothing is marked. ") == "Nothing is marked. "


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8, unique=True).map(sorted))
def test_written_numbers_are_read_back(numbers: list[int]) -> None:
    assert marks.marks_of(marks.write_marks(numbers)) == tuple(numbers)
    assert marks.expand_numbers(",".join(map(str, numbers))) == tuple(numbers)


@given(st.text(max_size=200), st.frozensets(st.integers(1, 30), max_size=10))
def test_no_text_is_lost_whatever_is_printed(text: str, known: frozenset[int]) -> None:
    resolved = marks.find_printed_marks(text, known)
    assert all(number in known or f"[^{number}]" in text for number in marks.marks_of(resolved))
    assert "".join(marks.strip_marks(resolved).split()) <= "".join(text.split()) or marks.marks_of(resolved) == ()
