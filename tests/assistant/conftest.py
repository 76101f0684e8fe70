"""What several test files of this room read with: the packaged lexicon and a parser that opens no index."""

from __future__ import annotations

import pytest

from assistant.query import Annotator, QuestionParser, build_lexicon
from corpus import load_glossary

VOCABULARY = dict.fromkeys(("progression", "resistance", "tolerability", "stomatitis", "mouthwash", "cohort"), 1.0)


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    """The packaged lexicon."""
    return Annotator(build_lexicon(load_glossary()))


@pytest.fixture(scope="session")
def parser(annotator: Annotator) -> QuestionParser:
    """A parser that knows a handful of corpus words besides the lexicon."""
    return QuestionParser(annotator, load_glossary(), VOCABULARY)
