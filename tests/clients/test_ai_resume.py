"""Stopping and resuming with the AI SDK: what was asked stays on record, and the answer can be read again from its start."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Running, running  # noqa: F401 - a fixture
from tests.api.test_chat import case_ids


@pytest.mark.parametrize("major", ["5", "6", "7"])
def test_a_stopped_answer_is_read_again_whole(
    node: Callable[..., Any],
    running: Running,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    major: str,
) -> None:
    gate: threading.Event = running.service.engine.assistant.gate  # type: ignore[union-attr]
    found = running.service.replays.find

    def find(session_id: str, key: str) -> Any:
        gate.set()
        return found(session_id, key)

    # The answer is finished only once somebody wants to read it again.
    monkeypatch.setattr(running.service.replays, "find", find)
    seen = node("resume.mjs", major, running.url, running.client.token)
    assert seen["first"] == "start"
    parts = {part["type"]: part for part in seen["again"]["parts"]}
    assert parts["text"]["state"] == "done" and "ESR1 mutations" in parts["text"]["text"]
    assert parts["data-safety"]["data"]["cases"][0]["case_id"] == case_ids(running)[0]
    assert seen["again"]["metadata"]["answerId"] == parts["data-answer"]["data"]["answer_id"]
    assert seen["afterwards"] is None
    assert len(case_ids(running)) == 1
