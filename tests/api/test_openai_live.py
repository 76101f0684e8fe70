"""A generated answer over the OpenAI-compatible route: its sentences come while the model writes; nothing sent is taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from assistant.api import openai
from assistant.api.app import create_app
from assistant.api.engine import Engine
from assistant.api.stream import split_text
from assistant.types import Answer, Question, Screening, ShownSentence
from tests.api.completions import Program, chunks_of, content_of, new_key, user
from tests.api.conftest import Running, settings_in
from tests.api.scripted import ScriptedAssistant, ScriptedIndex, ScriptedScreener
from tests.api.server import serving
from tests.api.test_chat import case_ids

REPORT = "My pt had diarrhea. What limits AIs?"


class TellingAssistant(ScriptedAssistant):
    """Tells all sentences but the last, waits, and gives the answer; another one when the question says so."""

    def answer(self, question: Question, screening: Screening, show: Callable[[ShownSentence], None] | None = None) -> Answer:
        """Return the quoted answer."""
        found = super().answer(question, screening)
        for text, segment in list(zip(split_text(found), found.segments, strict=False))[:-1]:
            if show is not None:
                show(ShownSentence(text, segment, tuple(c for c in found.citations if c.n in segment.citations)))
        self.gate.wait(30)
        return replace(found, text="Something else.", segments=()) if "changes" in question.text else found


@pytest.fixture
def writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Program, Running, threading.Event]]:
    """A service whose answers take their time, and the gate that lets them end."""
    monkeypatch.setattr(openai, "FIRST_BYTE_WAIT_S", 0.05)
    monkeypatch.setattr(openai, "PING_EVERY_S", 0.05)
    assistant = TellingAssistant(ScriptedIndex())
    engine = Engine(ScriptedScreener(), assistant, ScriptedIndex())  # type: ignore[arg-type]
    app = create_app(settings_in(tmp_path, mode="generate", model="scripted:none"), engine, runs_background=False)
    with serving(app) as url:
        running = Running(app, url, None, None)  # type: ignore[arg-type]
        yield Program(url, new_key(running)), running, assistant.gate
        assistant.gate.set()


def read(program: Program, gate: threading.Event, text: str) -> tuple[str, str]:
    """Stream an answer; returns what came before the gate was opened, and everything."""
    body = {"model": "medinfo", "messages": [user(text)], "stream": True}
    headers = {"authorization": f"Bearer {program.secret}"}
    early = got = ""
    with httpx.stream("POST", program.url + "/v1/chat/completions", json=body, headers=headers, timeout=30) as response:
        for piece in response.iter_text():
            got += piece
            if ": ping" in got and not gate.is_set():
                early = got
                gate.set()
    return early, got.replace(": ping\n\n", "")


def test_sentences_come_while_the_model_writes(writing: tuple[Program, Running, threading.Event]) -> None:
    program, running, gate = writing
    early, whole = read(program, gate, REPORT)
    shown, chunks = content_of(chunks_of(early.split(": ping")[0])), chunks_of(whole)
    body, content = chunks[-2]["medinfo"], content_of(chunks)
    assert case_ids(running)[0] in shown and shown.index(case_ids(running)[0]) < shown.index("ESR1 mutations")
    assert "Fulvestrant is given" in shown and "According to the speaker" not in shown
    assert content.startswith(shown) and content.count(body["text"]) == 1
    assert "Understood as: limitations" in content[content.index(body["text"]) + len(body["text"]) :]
    places = [a["url_citation"] for chunk in chunks[:-2] for a in chunk["choices"][0]["delta"].get("annotations", [])]
    assert [content[place["start_index"] : place["end_index"]] for place in places] == ["[1]", "[2]", "[1, 3]", "[1, 3]"]


def test_an_answer_that_changed_ends_with_an_error(writing: tuple[Program, Running, threading.Event]) -> None:
    program, _, gate = writing
    _, whole = read(program, gate, "What limits AIs? It changes.")
    assert chunks_of(whole)[-2]["error"]["message"] == openai.CHANGED
    assert "Something else" not in whole


def test_without_a_stream_the_answer_is_whole(writing: tuple[Program, Running, threading.Event]) -> None:
    program, _, gate = writing
    gate.set()
    completion = program.ask(user("What limits AIs?"))
    assert completion["choices"][0]["message"]["content"].startswith("Understood as: limitations")
