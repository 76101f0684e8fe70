"""The stream of an answer: byte for byte, in order, without what ends a stream in the clients, with offsets that point where they say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.schemas import AnswerBody
from assistant.api.stream import answer_parts, find_marks, opening_parts, split_text, utf16_length
from assistant.types import AnswerSegment
from assistant.wire import answer_to_json
from tests.api.golden import DOCUMENTS, FOLDER, golden_answers, transcript
from tests.api.server import parts_of

NAMES = sorted(golden_answers())
KNOWN_TYPES = {
    "start", "start-step", "data-status", "data-safety", "source-document", "text-start", "text-delta",
    "data-segment", "text-end",
    "data-citations", "data-answer", "data-outcome", "finish-step", "finish",
}  # fmt: skip


def utf16_slice(text: str, start: int, end: int) -> str:
    """What `text.slice(start, end)` gives in a browser."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def nulls(value: Any) -> bool:
    """Whether a null is anywhere inside."""
    if isinstance(value, dict):
        return any(map(nulls, value.values()))
    return any(map(nulls, value)) if isinstance(value, list) else value is None


@pytest.mark.parametrize("name", NAMES)
def test_the_transcript_is_byte_for_byte_the_golden_one(name: str) -> None:
    assert transcript(golden_answers()[name]) == (FOLDER / f"{name}.sse").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_parts_come_in_the_order_of_the_contract(name: str) -> None:
    parts = parts_of(transcript(golden_answers()[name]).decode())
    types = [part if isinstance(part, str) else part["type"] for part in parts]
    order = list(dict.fromkeys(types))
    expected = ["start", "start-step", "data-status", "data-safety", "source-document", "text-start", "text-delta"]
    expected += ["data-segment", "text-end", "data-citations", "data-answer", "data-outcome", "finish-step", "finish", "[DONE]"]
    assert order == [kind for kind in expected if kind in order]
    assert set(types) - {"[DONE]"} <= KNOWN_TYPES
    assert not any(nulls(part) for part in parts)
    assert parts[-2]["finishReason"] == ("content-filter" if name == "chat-declined" else "stop")


@pytest.mark.parametrize("name", NAMES)
def test_folding_the_stream_gives_the_answer(name: str) -> None:
    answer = golden_answers()[name]
    parts = [part for part in parts_of(transcript(answer).decode()) if isinstance(part, dict)]
    body = answer_to_json(answer)
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == body["text"]
    assert [part["data"] for part in parts if part["type"] == "data-answer"] == [body]
    assert [part["data"] for part in parts if part["type"] == "data-safety"] == (
        [body["safety"]] if body["safety"]["cases"] else []
    )
    AnswerBody.model_validate(body)


def test_every_mark_is_where_it_says_in_utf16_units() -> None:
    answer = golden_answers()["chat-answered"]
    [text_end] = [part for part in answer_parts(answer) if part["type"] == "text-end"]
    found = [utf16_slice(answer.text, entry["startIndex"], entry["endIndex"]) for entry in text_end["citations"]]
    assert found == ["[1]", "[2]", "[1, 3]", "[1, 3]"]
    quotes = {citation.n: citation.quote for citation in answer.citations}
    assert [entry["citedText"] for entry in text_end["citations"]] == [quotes[1], quotes[2], quotes[1], quotes[3]]
    [data] = [part["data"] for part in answer_parts(answer) if part["type"] == "data-citations"]
    assert [entry["marks"] for entry in data] == [[[59, 62], [200, 206]], [[112, 115]], [[200, 206]]]


def test_brackets_inside_a_statement_are_no_marks() -> None:
    answer = golden_answers()["chat-answered"]
    tricky = "The range was [5] to [7, 8] months. [9]"
    segments = (AnswerSegment(tricky, (1,)),)
    text = f"{tricky} [1]"
    marks = find_marks(replace(answer, segments=segments, text=text))
    assert [(mark.n, text[mark.start : mark.end]) for mark in marks] == [(1, "[1]")]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.text(" \n", max_size=3))
def test_pieces_put_together_are_the_text_whatever_it_holds(sentences: list[str], gap: str) -> None:
    answer = golden_answers()["chat-answered"]
    text = gap.join(f"{sentence} [{n}]" for n, sentence in enumerate(sentences, start=1))
    segments = tuple(AnswerSegment(sentence, (n,)) for n, sentence in enumerate(sentences, start=1))
    changed = replace(answer, text=text, segments=segments)
    assert "".join(split_text(changed)) == text
    for mark in find_marks(changed):
        piece = utf16_slice(text, mark.start, mark.end)
        assert piece.startswith("[") and piece.endswith("]") and str(mark.n) in piece


@given(TEXTS)
def test_utf16_length_is_the_browsers(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


def test_two_turns_never_share_a_message_id() -> None:
    ids = [next(iter(opening_parts(answer.answer_id, "con", DOCUMENTS)))["messageId"] for answer in golden_answers().values()]
    assert len(set(ids)) == len(ids)


def test_frames_hold_characters_as_they_are() -> None:
    body = transcript(golden_answers()["chat-answered"])
    assert "🧬".encode() in body
    assert all(json.loads(line[6:]) is not None for line in body.decode().split("\n\n") if line.startswith("data: {"))
