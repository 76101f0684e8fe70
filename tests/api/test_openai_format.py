"""The wire form of completions: byte for byte, and for any answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.openai_format import Reply
from assistant.client_text import write_lead, write_text
from assistant.types import Answer, Notice, Safety
from tests.api.completions import chunks_of, content_of
from tests.api.golden import ASKED_AT, FOLDER, completion_body, completion_reply, completion_transcript, golden_answers

URL = "https://medinfo.example.org"


@pytest.mark.parametrize("name", golden_answers())
def test_the_transcripts_are_what_is_sent(name: str) -> None:
    answer = golden_answers()[name]
    stem = name.replace("chat-", "completion-")
    assert (FOLDER / f"{stem}.sse").read_bytes() == completion_transcript(answer), "run `python -m tests.api.golden`"
    assert (FOLDER / f"{stem}.json").read_bytes() == completion_body(answer), "run `python -m tests.api.golden`"


@pytest.mark.parametrize("name", golden_answers())
def test_stream_and_body_say_the_same(name: str) -> None:
    answer = golden_answers()[name]
    body = json.loads(completion_body(answer))
    chunks = chunks_of(completion_transcript(answer).decode())
    message = body["choices"][0]["message"]
    assert content_of(chunks) == message["content"]
    annotated = [
        chunk["choices"][0]["delta"]["annotations"] for chunk in chunks[:-2] if "annotations" in chunk["choices"][0]["delta"]
    ]
    assert annotated == ([message["annotations"]] if message["annotations"] else [])
    ending = chunks[-3]
    assert ending["choices"][0]["delta"] == {} and ending["choices"][0]["finish_reason"] == body["choices"][0]["finish_reason"]
    assert ending["medinfo"] == body["medinfo"]
    assert chunks[-2]["choices"] == [] and chunks[-2]["usage"] == body["usage"]
    assert all(chunk["usage"] is None for chunk in chunks[:-2])
    assert chunks[-1] == "[DONE]"


def test_offsets_count_code_points_of_the_whole_content() -> None:
    answer = golden_answers()["chat-safety"]
    message = json.loads(completion_body(answer))["choices"][0]["message"]
    marks = [
        message["content"][a["url_citation"]["start_index"] : a["url_citation"]["end_index"]] for a in message["annotations"]
    ]
    assert marks == ["[1]", "[2]", "[1, 3]", "[1, 3]"]
    assert "🧬" in message["content"][: message["annotations"][-1]["url_citation"]["start_index"]]


def test_what_must_be_shown_is_in_the_content_in_order() -> None:
    written = write_text(golden_answers()["chat-safety"], URL).text
    answer = golden_answers()["chat-safety"]
    places = [
        written.index(text) for text in (*(n.text for n in answer.safety.notices), "limitations of endocrine", answer.text)
    ]
    assert places == sorted(places)
    assert f"{URL}/sources/DOC-1?start=" in written[places[-1] + len(answer.text) :]


def test_a_notice_that_the_answer_holds_already_is_not_said_twice() -> None:
    answer = golden_answers()["chat-answered"]
    notice = Notice("OFF-LABEL", "This use is not approved.")
    changed = replace(answer, text=f"{notice.text}\n{answer.text}", safety=Safety(("OFF-LABEL",), False, (notice,)))
    assert write_text(changed, URL).text.count(notice.text) == 1


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(st.lists(texts, max_size=3), texts, st.integers(0, 3))
def test_what_was_said_early_is_not_said_again(notices: list[str], text: str, early: int) -> None:
    base = golden_answers()["chat-answered"]
    told = tuple(Notice("AE-NONSER", f"{number}: {each}") for number, each in enumerate(notices))
    answer: Answer = replace(base, text=text, segments=(), citations=(), safety=Safety(("AE-NONSER",), True, told))
    if any(notice.text in text for notice in told):
        return
    lead = write_lead(notice.text for notice in told[:early])
    reply = Reply("ans_1", ASKED_AT, "medinfo", ("a",), URL)
    frames = [*reply.opening_frames(lead), *reply.content_frames(answer, lead)]
    assert content_of(chunks_of(b"".join(frames).decode())) == write_text(answer, URL).text


def test_the_reply_of_a_turn_has_one_id() -> None:
    chunks = chunks_of(completion_transcript(golden_answers()["chat-answered"]).decode())
    heads = {(chunk["id"], chunk["created"], chunk["model"], chunk["object"]) for chunk in chunks[:-1]}
    assert heads == {("chatcmpl-ans_answered", int(ASKED_AT.timestamp()), "medinfo", "chat.completion.chunk")}
    assert completion_reply().public_url == URL
