"""The engine screens as strongly as `medinfo screen`: with the embedder of its index, by the rules alone without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.api import engine as room
from assistant.pipeline import Assistant
from assistant.screening import Screener
from assistant.settings import Settings
from index.types import KnowledgeIndex

# No rule knows these words; the vote does.
ONLY_VOTED = "Third week of imlunestrant and she no longer recognises her sister."


def test_screening_votes_with_the_embedder_of_the_index(
    monkeypatch: pytest.MonkeyPatch, packaged_index: KnowledgeIndex, packaged_assistant: Assistant
) -> None:
    """One embedder for searching and for the vote: nothing is loaded twice."""
    monkeypatch.setattr(room, "_open_answering", lambda _settings: (packaged_index, packaged_assistant))
    screener = room.load_engine(Settings()).screener
    assert isinstance(screener, Screener)
    assert screener.votes
    found = screener.screen([ONLY_VOTED])
    assert found.pv
    assert any(flag.rule_id == "VOTE" and flag.score is not None for flag in found.flags)


def test_without_an_index_the_rules_judge_alone(tmp_path: Path) -> None:
    """Reports are still found; the fault is named."""
    engine = room.load_engine(Settings(data_dir=tmp_path))
    assert engine.fault
    assert isinstance(engine.screener, Screener)
    assert not engine.screener.votes
    assert engine.screener.screen(["62F on Verzenio, admitted with a pulmonary embolism"]).pv
