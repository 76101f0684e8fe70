"""The questions offered at the start: each one is answered from approved documents."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.pipeline import Assistant
from assistant.query.rules import read_rules
from assistant.screening import screen
from assistant.types import Outcome, Question


@pytest.mark.parametrize("text", read_rules("starters")["questions"])
def test_each_question_offered_at_the_start_is_answered(packaged_assistant: Assistant, text: str) -> None:
    """A dead end as the first thing a person is offered would be a fault."""
    question = Question(text, "con_start", datetime(2026, 11, 22, tzinfo=UTC))
    answer = packaged_assistant.answer(question, screen([text]))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations
    assert not answer.safety.codes
