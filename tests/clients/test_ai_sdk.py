"""The AI SDK against the service: `ai` 5, 6 and 7 in Node, `useChat` in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.conftest import QUESTIONS, Served
from tests.clients.expectations import check_safety, document_text

SEQUENCE = ["start", "start-step", "data-status", "data-status", "data-status"]


@pytest.fixture(scope="module", params=["5", "6", "7"])
def seen(request: pytest.FixtureRequest, node: Callable[..., Any], served: Served) -> tuple[int, Any]:
    """What one major version made of the three questions, a follow-up and two mistakes."""
    return int(request.param), node("ai.mjs", request.param, served.url, served.token(), json.dumps(QUESTIONS))


def parts(reply: Any, kind: str) -> list[Any]:
    """The parts of one kind of a folded message."""
    return [part for part in reply["message"]["parts"] if part["type"] == kind]


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer_citations_notice_and_decline(seen: tuple[int, Any], served: Served, name: str) -> None:
    reply = seen[1]["asked"][name]
    assert reply["errors"] == []
    (text,) = parts(reply, "text")
    (answer,) = parts(reply, "data-answer")
    body = answer["data"]
    assert text["text"] == body["text"] and text["state"] == "done"
    assert body == served.body_of(reply["finish"]["messageMetadata"]["answerId"])
    assert reply["types"][:5] == SEQUENCE and reply["types"][-2:] == ["finish-step", "finish"]
    sources = parts(reply, "source-document")
    assert [source["sourceId"] for source in sources] == [f"s{citation['n']}" for citation in body["citations"]]
    for citation in body["citations"]:
        assert document_text(served, citation["doc_id"])[citation["start"] : citation["end"]] == citation["quote"]
    if name == "decline":
        assert reply["finish"]["finishReason"] == "content-filter"
        (outcome,) = parts(reply, "data-outcome")
        assert outcome["data"]["code"] == "NO-CONTENT" and outcome["data"]["caseId"].startswith("MI-")
    else:
        assert reply["finish"]["finishReason"] == "stop" and sources
    if name == "safety":
        (safety,) = parts(reply, "data-safety")
        check_safety(" ".join(notice["text"] for notice in safety["data"]["notices"]), body)
        assert reply["types"].index("data-safety") < reply["types"].index("text-start")


def test_marks_are_on_the_text_in_the_version_that_has_a_field_for_them(seen: tuple[int, Any]) -> None:
    major, result = seen
    reply = result["asked"]["answer"]
    (text,) = parts(reply, "text")
    (answer,) = parts(reply, "data-answer")
    marks = text.get("citations", [])
    assert bool(marks) == (major >= 7)
    for mark in marks:
        n = int(mark["source"]["id"].removeprefix("s"))
        assert str(n) in text["text"][mark["startIndex"] : mark["endIndex"]]
        assert mark["citedText"] == answer["data"]["citations"][n - 1]["quote"]


def test_a_follow_up_continues_the_conversation(seen: tuple[int, Any]) -> None:
    opening, follow = (parts(seen[1][name], "data-answer")[0]["data"] for name in ("opening", "follow"))
    assert follow["conversation_id"] == opening["conversation_id"]
    assert follow["outcome"] == "answered" and follow["citations"]


def test_mistakes_are_told_in_words_and_a_turn_that_was_read_is_not_replayed(seen: tuple[int, Any]) -> None:
    failures = seen[1]["failures"]
    assert json.loads(failures["token"])["error"]["code"] == "NOT_SIGNED_IN"
    assert "only text is read" in json.loads(failures["picture"])["error"]["message"]
    assert seen[1]["resumed"] is None
