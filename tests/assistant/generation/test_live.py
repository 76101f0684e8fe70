"""Over HTTP: sentences of a generated answer are streamed as they pass, on record first; the folded stream is the answer."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.api import chat, openai
from assistant.api.app import create_app
from assistant.api.engine import Engine
from assistant.generation import open_writer
from assistant.pipeline import Assistant
from assistant.screening import Screener
from assistant.storage.audit import AuditKind
from corpus.glossary import load_glossary
from index.types import KnowledgeIndex
from tests.api.completions import chunks_of, content_of, new_key, user
from tests.api.conftest import Running, settings_in
from tests.api.server import connect, parts_of, serving
from tests.assistant.generation import scripted
from tests.assistant.generation.scripted import Given, ScriptedModel
from tests.assistant.storage_tools import open_sqlite
from tests.triage.room_tools import MemoryCarrier

QUESTION = {"message": "What did EMBER-3 show for imlunestrant?"}


class Gate:
    """A model that waits for leave after its first sentence."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.script = scripted.write_well

    def write(self, given: list[Given], prompt: str) -> Iterator[str]:
        for piece in self.script(given, prompt):
            yield piece
            if piece.endswith("\n"):
                self.open.wait(10)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def served(packaged_index: KnowledgeIndex, tmp_path: Path, gate: Gate) -> Iterator[Running]:
    open_sqlite(tmp_path).close()
    settings, carrier = settings_in(tmp_path, mode="generate", model="openai:x"), MemoryCarrier()
    writer = open_writer(settings, load_glossary(), lambda: 0.0, ScriptedModel(gate.write))  # type: ignore[arg-type]
    engine = Engine(Screener(), Assistant(packaged_index, settings, writer=writer), packaged_index)
    app = create_app(settings, engine, carrier=carrier, runs_background=False)
    with serving(app) as url:
        yield Running(app, url, connect(url), carrier)


@pytest.mark.parametrize("wait_s", [0.05, 60], ids=["slow model", "a sentence before the wait is over"])
def test_the_first_sentence_comes_before_the_second_is_written(
    served: Running, gate: Gate, monkeypatch: pytest.MonkeyPatch, wait_s: float
) -> None:
    monkeypatch.setattr(chat, "FIRST_BYTE_WAIT_S", wait_s)
    with httpx.stream("POST", served.url + "/api/chat", json=QUESTION, headers=served.client.headers(), timeout=20) as reply:
        text = ""
        for piece in reply.iter_text():
            text += piece
            if "text-delta" in text and not gate.open.is_set():
                assert text.count("text-delta") == 1
                gate.open.set()
    parts = [part for part in parts_of(text) if isinstance(part, dict)]
    answer = next(part["data"] for part in parts if part["type"] == "data-answer")
    assert answer["versions"]["mode"] == "generate"
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == answer["text"]
    kinds = [part["type"] for part in parts]
    assert kinds.count("text-start") == kinds.count("text-end") == 1
    sources = [part["sourceId"] for part in parts if part["type"] == "source-document"]
    assert sources == [f"s{citation['n']}" for citation in answer["citations"]]
    assert kinds.index("source-document") < kinds.index("text-delta")
    records = list(served.service.audit.find(answer["answer_id"]))
    shown = [record for record in records if record.kind is AuditKind.SHOWN]
    assert shown and records[-1].kind is AuditKind.ANSWERED
    assert "generation" in records[-1].content


def test_openai_clients_get_the_first_sentence_before_the_second_is_written(
    served: Running, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "FIRST_BYTE_WAIT_S", 60)
    headers = {"authorization": f"Bearer {new_key(served)}"}
    body = {"model": "medinfo", "messages": [user(QUESTION["message"])], "stream": True}
    text, early = "", ""
    with httpx.stream("POST", served.url + "/v1/chat/completions", json=body, headers=headers, timeout=20) as reply:
        for piece in reply.iter_text():
            text += piece
            if not gate.open.is_set() and (early := content_of(chunks_of(text))):
                gate.open.set()
    chunks = chunks_of(text)
    answer, content = chunks[-2]["medinfo"], content_of(chunks)
    assert answer["versions"]["mode"] == "generate"
    first, second = (segment["text"] for segment in answer["segments"][:2])
    assert content.startswith(early) and first in early and second not in early
    assert content.count(answer["text"]) == 1
    marks = [a["url_citation"] for chunk in chunks[:-2] for a in chunk["choices"][0]["delta"].get("annotations", [])]
    assert marks and all(content[mark["start_index"]] == "[" for mark in marks)


def test_one_json_answer_is_the_same(served: Running, gate: Gate) -> None:
    gate.open.set()
    answer = served.client.ask(QUESTION["message"])
    assert answer["versions"]["mode"] == "generate" and answer["safety"]["notices"][-1]["code"] == "MODE"


def test_a_model_of_no_use_streams_the_quoted_answer(served: Running, gate: Gate) -> None:
    gate.open.set()
    gate.script = scripted.answer_from_memory
    parts = [part for part in served.client.stream(QUESTION) if isinstance(part, dict)]
    answer = next(part["data"] for part in parts if part["type"] == "data-answer")
    assert answer["versions"]["mode"] == "quote" and scripted.MEMORY not in answer["text"]
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == answer["text"]


def test_a_document_taken_out_while_the_model_writes_leaves_quotes_of_the_others_and_no_second_call(
    served: Running, gate: Gate, packaged_index: KnowledgeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.open.set()
    document = served.client.ask(QUESTION["message"])["citations"][0]["doc_id"]
    taken_out: list[str] = []
    kept = type(packaged_index).servable

    def servable(index: KnowledgeIndex, doc_id: str, on: date, market: str) -> bool:
        return doc_id not in taken_out and kept(index, doc_id, on, market)

    def write_and_take_out(given: list[Given], prompt: str) -> Iterator[str]:
        yield from scripted.write_well(given, prompt)
        taken_out.append(document)

    monkeypatch.setattr(type(packaged_index), "servable", servable)
    gate.script = write_and_take_out
    answer = served.client.ask(QUESTION["message"])
    assert taken_out == [document]
    assert answer["versions"]["mode"] == "quote" and document not in {c["doc_id"] for c in answer["citations"]}
    record = list(served.service.audit.find(answer["answer_id"]))[-1]
    assert record.content["outcome"] != "answered" or record.content["generation"]["fallback"] == "source_taken_out"
