"""What the policy says that all patients of a trial have stands in the documents, and nothing there speaks against it."""

from __future__ import annotations

import pytest

from assistant.grounding.reading import Lexicon, build_lexicon, read_text
from assistant.grounding.reading.lexicon import read_policy
from assistant.grounding.types import Reading
from corpus import load_corpus, load_glossary

POPULATIONS: dict[str, list[str]] = read_policy("grounding_topic_hr-her2-mbc.yaml")["trial_populations"]
OPPOSITES = {"altered": "unaltered", "no": "yes"}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return build_lexicon(load_glossary())


@pytest.fixture(scope="module")
def readings(lexicon: Lexicon) -> list[Reading]:
    """Every statement of the register."""
    return [read_text(entry.statement, lexicon) for entry in load_corpus().register]


@pytest.mark.parametrize("trial", sorted(POPULATIONS))
def test_what_all_patients_of_a_trial_have_is_printed(readings: list[Reading], trial: str) -> None:
    marks = set(POPULATIONS[trial])
    ends = {f"{head}:{OPPOSITES[end]}" for head, _, end in (mark.rpartition(":") for mark in marks) if end in OPPOSITES}
    about = [reading for reading in readings if {m.concept for m in reading.of_kind("trial")} == {trial}]
    printed = [{m.concept for m in reading.of_kind("condition")} for reading in about]
    assert any(marks & told for told in printed), f"no statement on {trial} has {marks}"
    # "The trial had none, so it does not tell what comes after one" names both.
    against = [reading for reading, told in zip(about, printed, strict=True) if ends & told and not marks & told]
    assert not against, f"statements on {trial} tell of {ends}"
