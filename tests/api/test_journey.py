"""The whole way with every real part: screening, an index of the source page, the pipeline, storage, triage, HTTP."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from assistant.api.app import create_app
from assistant.api.engine import Engine
from assistant.pipeline import Assistant
from assistant.screening import Screener
from assistant.triage import SYSTEM, QueueFilter
from assistant.types import Code
from corpus import load_corpus
from corpus.types import Corpus
from index import build_index, open_index
from index.types import KnowledgeIndex
from tests.api.conftest import Running, settings_in
from tests.api.server import connect, serving
from tests.assistant.storage_tools import open_sqlite
from tests.index.builder import WordEmbedder
from tests.triage.room_tools import MemoryCarrier

SMOKE = Path(__file__).parents[2] / "eval" / "datasets" / "messages" / "smoke.yaml"
MESSAGES: list[dict[str, Any]] = yaml.safe_load(SMOKE.read_text(encoding="utf-8"))["messages"]
PAGE = "VV-MED-156150"


@pytest.fixture(scope="module")
def page_index(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeIndex:
    """An index of the source page alone, which is built in a moment."""
    whole = load_corpus()
    documents = tuple(document for document in whole.documents if document.doc_id == PAGE)
    register = tuple(entry for entry in whole.register if entry.doc_id == PAGE)
    corpus = Corpus(documents, register, whole.sha256)
    folder = tmp_path_factory.mktemp("index")
    build_index(corpus, folder, WordEmbedder())
    return open_index(folder, corpus, WordEmbedder())


@pytest.fixture
def real(page_index: KnowledgeIndex, tmp_path: Path) -> Iterator[Running]:
    """The service over real parts."""
    open_sqlite(tmp_path).close()
    settings, carrier = settings_in(tmp_path), MemoryCarrier()
    engine = Engine(Screener(), Assistant(page_index, settings), page_index)
    app = create_app(settings, engine, carrier=carrier, runs_background=False)
    with serving(app) as url:
        yield Running(app, url, connect(url), carrier)


def test_every_smoke_message_is_answered_recorded_and_has_the_cases_its_codes_call_for(real: Running) -> None:
    """Whatever screening and the pipeline make of a message, nothing they flag is lost and nothing is shown that is not there."""
    texts = {document_id: document.text for document_id, document in real.service.engine.index.documents.items()}  # type: ignore[union-attr]
    routing = real.service.room.routing
    for message in MESSAGES:
        turns = message.get("turns") or [message["text"]]
        conversation_id = None
        for turn in turns:
            answer = real.client.ask(turn, conversation_id)
            conversation_id = answer["conversation_id"]
        opened = {case["code"] for case in answer["safety"]["cases"]}
        flagged = {code for code in answer["safety"]["codes"] if routing.route(Code(code)) is not None}
        assert opened == flagged, message["id"]
        for citation in answer["citations"]:
            assert texts[citation["doc_id"]][citation["start"] : citation["end"]] == citation["quote"]
    reported = {line.case.conversation_id for line in real.service.room.service.list(SYSTEM, QueueFilter(), limit=200).cases}
    assert len(reported) > 20
    assert real.service.audit.verify().faults == ()


@pytest.mark.parametrize("message", [m for m in MESSAGES if m.get("identifiers")], ids=lambda m: m["id"])
def test_identifiers_reach_neither_answer_nor_database(real: Running, message: dict[str, Any]) -> None:
    for turn in message.get("turns") or [message["text"]]:
        answer = real.client.ask(turn)
    real.service.database.close()
    stored = real.service.database.path.read_bytes()
    for identifier in message["identifiers"]:
        assert identifier not in json.dumps(answer, ensure_ascii=False)
        assert identifier.encode() not in stored


def test_a_stream_of_a_real_answer_folds_to_it_and_its_sources_open(real: Running) -> None:
    parts = [part for part in real.client.stream({"message": "What limits aromatase inhibitors?"}) if isinstance(part, dict)]
    answer = next(part["data"] for part in parts if part["type"] == "data-answer")
    assert answer["outcome"] == "answered"
    assert "".join(part["delta"] for part in parts if part["type"] == "text-delta") == answer["text"]
    deltas = [part for part in parts if part["type"] == "text-delta"]
    assert len(deltas) == len(answer["segments"])
    for citation in answer["citations"]:
        page = httpx.get(real.url + citation["url"].partition("#")[0])
        assert page.status_code == 200 and 'id="passage"' in page.text
        passage = httpx.get(f"{real.url}/api/passages/{citation['chunk_id']}").json()
        start = citation["start"] - passage["start"]
        assert passage["text"][start : start + len(citation["quote"])] == citation["quote"]


def test_what_an_earlier_turn_asked_for_does_not_silence_the_next_question(real: Running) -> None:
    first = real.client.ask("my pt had diarrhea on abemaciclib, can somebody call me?")
    assert {case["code"] for case in first["safety"]["cases"]} >= {"AE-NONSER", "CONTACT"}
    second = real.client.ask("What limits aromatase inhibitors?", first["conversation_id"])
    assert (second["outcome"], second["safety"]["codes"], second["safety"]["pv"]) == ("answered", [], False)
    third = real.client.ask("she has been admitted with a PE", first["conversation_id"])
    assert third["safety"]["pv"] is True
    assert {case["code"] for case in third["safety"]["cases"]} >= {"AE-SERIOUS"}


def test_a_question_beside_a_request_to_be_called_is_answered_and_opens_the_contact_alone(real: Running) -> None:
    answer = real.client.ask("Can somebody call me? And what are the limitations of aromatase inhibitors?")
    assert answer["outcome"] == "answered" and [case["code"] for case in answer["safety"]["cases"]] == ["CONTACT"]
    missing = real.client.ask("Please call me this week. What is the capital of EMERALD patients on Mars?")
    assert {case["code"] for case in missing["safety"]["cases"]} == {"CONTACT"} == set(missing["safety"]["codes"])


def test_a_report_and_a_question_are_both_taken_care_of_and_a_report_alone_is_no_gap(real: Running) -> None:
    both = real.client.ask("62yo on Verzenio admitted last night with a PE. What limits aromatase inhibitors?")
    assert both["outcome"] == "answered" and "AE-SERIOUS" in {case["code"] for case in both["safety"]["cases"]}
    assert both["safety"]["cases"][0]["case_id"] in both["safety"]["notices"][0]["text"]
    alone = real.client.ask("A patient of mine on abemaciclib just found out she is 7 weeks pregnant")
    assert [case["code"] for case in alone["safety"]["cases"]] == ["SS-PREG"]
    assert alone["text"].startswith("Thank you for telling us.")


def test_somebody_who_is_no_professional_stays_one(real: Running) -> None:
    first = real.client.ask("I have stage 4 breast cancer and they put me on letrozole, what else can I take?")
    assert first["safety"]["codes"] == ["NON-HCP"]
    second = real.client.ask("What limits aromatase inhibitors?", first["conversation_id"])
    assert second["outcome"] != "answered" and "NON-HCP" in second["safety"]["codes"]


def test_a_new_index_is_taken_up_at_the_next_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_corpus()
    settings = settings_in(tmp_path)

    def build(*doc_ids: str) -> None:
        documents = tuple(document for document in whole.documents if document.doc_id in doc_ids)
        register = tuple(entry for entry in whole.register if entry.doc_id in doc_ids)
        corpus = Corpus(documents, register, hashlib.sha256("".join(doc_ids).encode()).hexdigest())
        build_index(corpus, settings.index_dir, WordEmbedder())

    def open_words(folder: Path, *_corpus: str, **_options: object) -> KnowledgeIndex:
        return open_index(folder, embedder=WordEmbedder())

    monkeypatch.setattr("index.open_index", open_words)
    open_sqlite(tmp_path).close()
    app = create_app(settings, carrier=MemoryCarrier(), runs_background=False)
    with serving(app) as url:
        client = connect(url)
        assert client.post("/api/chat", {"message": "What limits aromatase inhibitors?"}).status_code == 503
        build(PAGE, "EVD-ESR1")
        answer = client.ask("What limits aromatase inhibitors?")
        assert {citation["doc_id"] for citation in answer["citations"]} == {PAGE}
        assert client.get(f"/api/documents/{PAGE}").status_code == 200
        build("EVD-ESR1")
        again = client.ask("What limits aromatase inhibitors?")
        assert PAGE not in {citation["doc_id"] for citation in again["citations"]}
        assert client.get(f"/api/documents/{PAGE}").status_code == 404
        assert client.get("/health/ready").json()["versions"]["index"] == again["versions"]["index"]
