"""Index words of oncology text: compounds whole and in parts, signs, numbers, stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import STOP_WORDS, tokenise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CDK4/6i", ["cdk4/6i", "cdk4/6", "cdk4", "6i"]),
        ("CDK4/6 inhibitors", ["cdk4/6", "cdk4", "6", "inhibitor"]),
        ("HR+/HER2- MBC", ["hr+", "hr", "her2-", "her2", "mbc"]),
        ("HER2−negative", ["her2-", "her2", "negat"]),
        ("(HER2+)", ["her2+", "her2"]),
        ("ESR1m", ["esr1m", "esr1"]),
        ("PI3K/AKT/mTOR", ["pi3k/akt/mtor", "pi3k", "akt", "mtor"]),
        ("post-menopausal", ["postmenopaus", "post", "menopaus"]),
        ("SERDs and AIs", ["serd", "ai"]),
        ("p=.0005", ["p", "0.0005"]),
        ("P = 0.00050, 1,200 mg, 3.50", ["p", "0.0005", "1200", "mg", "3.5"]),
        ("95% CI 0.39–0.77", ["95", "ci", "0.39", "0.77"]),
        ("2L", ["2l"]),
        ("the patient's naïve", ["patient", "naiv"]),
        ("100 20.0 0", ["100", "20", "0"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert tokenise(text) == expected


def test_signs_keep_receptor_states_apart() -> None:
    assert set(tokenise("HER2-")) & set(tokenise("HER2-negative")) == {"her2-", "her2"}
    assert "her2-" not in tokenise("HER2+ and HER2-positive")


@given(st.text(max_size=100))
def test_any_text_gives_words_in_lower_case_without_space(text: str) -> None:
    for token in tokenise(text):
        assert token == "".join(token.lower().split()) != ""


@given(st.lists(st.sampled_from(sorted(STOP_WORDS)), max_size=8))
def test_stop_words_alone_give_nothing(words: list[str]) -> None:
    assert tokenise(" ".join(words)) == []


@given(st.lists(st.sampled_from(["CDK4/6i", "HER2-", "p=.05", "rash", "3.5"]), max_size=6))
def test_words_of_a_list_are_the_words_of_its_members(pieces: list[str]) -> None:
    assert tokenise(" ".join(pieces)) == [token for piece in pieces for token in tokenise(piece)]
