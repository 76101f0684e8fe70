"""The letter over HTTP: for the session the answer was given to, and only while its documents may be shown."""

from __future__ import annotations

import io

import httpx
import pypdf

from tests.api.conftest import Running
from tests.api.server import connect


def test_a_given_answer_comes_as_a_letter(running: Running) -> None:
    answer = running.client.ask("What limits aromatase inhibitors?")
    reply = running.client.get(f"/api/answers/{answer['answer_id']}/letter.pdf")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.headers["cache-control"] == "private, no-store"
    assert reply.headers["content-disposition"].startswith('attachment; filename="medical-information-20')
    text = " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.content)).pages).split())
    assert answer["answer_id"] in text and "+1 800 555 0100" in text
    for citation in answer["citations"]:
        assert f"Document {citation['doc_id']}, version {citation['version']}" in text


def test_another_session_gets_no_letter(running: Running) -> None:
    answer = running.client.ask("What limits aromatase inhibitors?")
    path = f"/api/answers/{answer['answer_id']}/letter.pdf"
    assert connect(running.url).get(path).status_code == 404
    assert httpx.get(running.url + path).status_code == 401
    assert running.client.get("/api/answers/none/letter.pdf").status_code == 404


def test_a_letter_is_gone_with_its_documents(running: Running) -> None:
    answer = running.client.ask("What limits aromatase inhibitors?")
    running.service.engine.index.withdrawn = True  # type: ignore[union-attr]
    reply = running.client.get(f"/api/answers/{answer['answer_id']}/letter.pdf")
    assert (reply.status_code, reply.json()["error"]["code"]) == (410, "GONE")
