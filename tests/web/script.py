"""What the scripted service says: answers cut from the packaged documents, and one stream per situation, faults included.

The question picks the situation by its first word (`#slow …`); without one it is answered in full. Quotes are verbatim, so that the
source panel can be checked against the document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.api.source_text import document_tree
from corpus import load_corpus
from corpus.types import Document

Json = dict[str, Any]
PAGE, EVIDENCE, VIDEO = "VV-MED-156150", "EVD-ESR1", "VV-MED-156150-VIDEO"
NOTICES = {"code": "ASK-MISSING", "text": "If you can, add the patient's age or sex, and how they are now."}


@dataclass(frozen=True)
class Chunk:
    """Bytes to send, after a wait in seconds."""

    data: bytes
    wait_s: float = 0.0


@cache
def document(doc_id: str) -> Document:
    """A document of the packaged corpus."""
    return next(one for one in load_corpus().documents if one.doc_id == doc_id)


def section_of(text: str, at: int) -> tuple[int, int, str]:
    """Start, end and heading of the section around a position."""
    start = text.rfind("\n#", 0, at) + 1
    end = text.find("\n#", at)
    return start, len(text) if end < 0 else end, text[start : text.index("\n", start)].lstrip("# ")


def citation(n: int, doc_id: str, words: str, **locator: Any) -> Json:
    """The statement of a document that holds `words`, as a citation."""
    doc = document(doc_id)
    at = doc.text.index(words)
    start, end = doc.text.rfind("\n", 0, at) + 1, doc.text.index("\n", at)
    return {
        "n": n,
        "chunk_id": f"{doc_id}:{start}",
        "doc_id": doc_id,
        "title": doc.title,
        "section": section_of(doc.text, at)[2],
        "version": doc.version,
        "status": "approved",
        "effective_date": doc.effective_date.isoformat(),
        "quote": doc.text[start:end],
        "start": start,
        "end": end,
        "locator": {"type": "text", **locator},
        "references": [
            {"n": ref.n, "citation": ref.citation, **({"doi": ref.doi} if ref.doi else {})} for ref in doc.references[:2]
        ],
        "url": f"/sources/{doc_id}",
    }


def passage(chunk_id: str, cited: tuple[int, int]) -> Json:
    """The section around a cited statement, the stretch cited marked."""
    doc_id, _, at = chunk_id.rpartition(":")
    doc = document(doc_id)
    start, end, heading = section_of(doc.text, int(at))
    return {
        "chunk_id": chunk_id, "doc_id": doc_id, "title": doc.title, "version": doc.version, "status": "approved",
        "effective_date": doc.effective_date.isoformat(), "review_due": doc.review_due.isoformat(), "section": heading,
        "text": doc.text[start:end], "start": start, "url": f"/sources/{doc_id}",
        "body": document_tree(doc.text[start:end], cited[0] - start, cited[1] - start),
    }  # fmt: skip


def plain(quote: str) -> str:
    """A statement without its footnote marks."""
    return quote.split("[^", maxsplit=1)[0].strip()


@cache
def cited() -> tuple[Json, ...]:
    """Four citations from three documents."""
    return (
        citation(1, PAGE, "ESR1 mutations arising from exposure"),
        citation(2, PAGE, "An ESR1 mutation impacting the drug's"),
        citation(3, EVIDENCE, "30.6% (44/144)"),
        citation(
            4,
            VIDEO,
            "should be based on biomarker testing",
            type="video",
            start_s=79,
            end_s=173,
            speaker="Dr Joyce O'Shaughnessy",
        ),
    )


def answer(question: str, **changes: Any) -> Json:
    """A whole Answer of four statements in two groups."""
    one, two, three, four = cited()
    segments = [
        {"text": plain(one["quote"]), "citations": [1], "kind": "statement", "group": "Limitations of endocrine therapy"},
        {"text": plain(two["quote"]), "citations": [1, 2], "kind": "statement", "group": "Limitations of endocrine therapy"},
        {"text": plain(three["quote"]), "citations": [3], "kind": "statement", "group": "How often it is found"},
        {"text": plain(four["quote"]), "citations": [4], "kind": "statement", "group": "What to test"},
    ]
    return {
        "answer_id": f"a-{abs(hash(question)) % 10**8:08d}",
        "conversation_id": "c-1",
        "question": question,
        "outcome": "answered",
        "text": " ".join(f"{s['text']} {s['citations']}" for s in segments),
        "segments": segments,
        "citations": list(cited()),
        "safety": {"codes": [], "pv": False, "notices": [], "cases": []},
        "resources": [{
            "title": "Infographic: treatments after ET and CDK4/6 inhibitors", "doc_id": PAGE, "url": f"/sources/{PAGE}",
            "description": "The three classes of treatment after progression and their limitations, on one page.",
        }],
        "suggestions": ["Which limitations apply to SERMs?", "When should ESR1 testing be done?"],
        "versions": {"corpus": "c-2026", "index": "i-1", "model": "none", "policy": "p-1", "mode": "quote"},
        "timings_ms": {"total": 9.0},
        **changes,
    }  # fmt: skip


def declined(question: str) -> Json:
    """A typed decline with the nearest headings."""
    text = "I found no approved document that answers this. A medical information specialist can help."
    return answer(
        question, outcome="declined", decline_code="NO-CONTENT", text=text, citations=[], resources=[], suggestions=[],
        segments=[],
        nearest_headings=["Fulvestrant and the step to oral SERDs", "Limitations of endocrine therapy (ET)"],
    )  # fmt: skip


def handed_on(question: str) -> Json:
    """A decline that has opened a case, the same for the whole conversation."""
    case = {"case_id": "MI-2026-000018", "code": "NO-CONTENT", "due_at": "2026-11-24T10:00:00+00:00"}
    return declined(question) | {"safety": {"codes": ["NO-CONTENT"], "pv": False, "notices": [], "cases": [case]}}


def frame(part: Json) -> bytes:
    """One event of the stream."""
    return f"data: {json.dumps(part, ensure_ascii=False)}\n\n".encode()


def parts(body: Json) -> Iterator[Json]:
    """An Answer as the parts of the stream, in the order of the contract."""
    yield {"type": "start", "messageId": body["answer_id"]}
    yield {"type": "start-step"}
    for stage, n in (("searching", 18), ("reading", 6), ("checking", 4)):
        yield {"type": "data-status", "data": {"stage": stage, "n": n}, "transient": True}
    if body["safety"]["notices"]:
        yield {"type": "data-safety", "data": body["safety"]}
    for c in body["citations"]:
        yield {
            "type": "source-document", "sourceId": c["chunk_id"], "mediaType": "text/markdown", "title": c["title"],
            "providerMetadata": {"medinfo": {
                "n": c["n"], "href": c["url"], "chunkId": c["chunk_id"], "docId": c["doc_id"], "section": c["section"], "version": c["version"],
                "effectiveDate": c["effective_date"],
            }},
        }  # fmt: skip
    yield {"type": "text-start", "id": "t"}
    if not body["segments"]:
        yield {"type": "text-delta", "id": "t", "delta": body["text"]}
    for segment in body["segments"]:
        yield {"type": "text-delta", "id": "t", "delta": f"{segment['text']} {segment['citations']} "}
        yield {"type": "data-segment", "data": segment, "transient": True}
    yield {"type": "text-end", "id": "t"}
    yield {"type": "data-answer", "data": body}
    if body["outcome"] != "answered":
        yield {"type": "data-outcome", "data": {"kind": body["outcome"], "code": body["decline_code"]}}
    yield {"type": "finish-step"}
    yield {"type": "finish", "finishReason": "stop", "messageMetadata": {"answerId": body["answer_id"]}}


def hostile(question: str) -> Json:
    """An answer whose every text tries to become markup or a script."""
    bad = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:window.hacked=1) "$&\\u2028'
    one = {
        **cited()[0], "title": bad, "section": bad, "url": "javascript:window.hacked=1",
        "references": [{"n": 1, "citation": bad, "url": "javascript:window.hacked=1"}],
    }  # fmt: skip
    segment = {"text": bad, "citations": [1, 77], "kind": "statement", "group": bad}
    return answer(
        question, citations=[one], segments=[segment], interpreted_as=bad, suggestions=[bad], nearest_headings=[bad],
        resources=[{"title": bad, "description": bad, "doc_id": "x", "url": "data:text/html,<script>window.hacked=1</script>"}],
    )  # fmt: skip


def with_safety(question: str) -> Json:
    """An answer to a message that also reports an event."""
    case = {"case_id": "MI-2026-000017", "code": "AE-NONSER", "due_at": "2026-11-23T10:00:00+00:00"}
    return answer(question, safety={"codes": ["AE-NONSER"], "pv": True, "notices": [NOTICES], "cases": [case]})


def frames(body: Json) -> list[bytes]:
    """All frames of an Answer, with the closing mark."""
    return [*map(frame, parts(body)), b"data: [DONE]\n\n"]


def upto(body: Json, kind: str) -> list[bytes]:
    """The frames before the first part of a kind."""
    sent: list[bytes] = []
    for part in parts(body):
        if part["type"] == kind:
            break
        sent.append(frame(part))
    return sent


def odd(question: str) -> Json:
    """Text with a two-byte, a combining and an astral character, and an identifier that looks like a mark."""
    return answer(
        question, segments=[{"text": "Plasma 5 µg/mL, é, 𝛽-blocker, see [9].", "citations": [1], "kind": "statement"}]
    )


def chunks(question: str) -> Iterator[Chunk]:
    """What is sent for a question, and when."""
    word, body = question.split(" ", maxsplit=1)[0], answer(question)
    if word == "#slow":
        yield from (Chunk(data, 0.08) for data in frames(body))
    elif word == "#hang":
        yield from map(Chunk, upto(body, "text-end"))
        yield Chunk(b": ping\n\n", 20)
    elif word == "#think":
        yield from map(Chunk, upto(body, "source-document"))
        yield Chunk(b": ping\n\n", 20)
    elif word in {"#drop", "#reset", "#resume"}:
        yield from map(Chunk, upto(body, "text-end"))
        yield Chunk(b": ping\n\n", 0.3)
    elif word == "#error":
        yield from map(Chunk, upto(body, "text-end"))
        yield Chunk(frame({"type": "error", "errorText": "The answer could not be completed."}))
    elif word == "#unknown":
        yield Chunk(frame({"type": "data-tomorrow", "data": {"x": 1}}) + frame({"type": "reasoning-start", "id": "r"}))
        yield from map(Chunk, frames(body))
    elif word == "#bytes":
        yield from (Chunk(bytes([byte])) for byte in b"".join(upto(odd(question), "data-answer")))
        yield from map(Chunk, frames(odd(question))[-4:])
    elif word == "#crlf":
        yield from (Chunk(data.replace(b"\n", b"\r\n")) for data in frames(body))
    elif word == "#person":
        first, *rest = frames(body)
        yield from map(Chunk, [first, frame({"type": "data-person", "data": {"name": "Anna Example"}}), *rest])
    elif word == "#nodone":
        yield from map(Chunk, frames(body)[:-1])
    else:
        made = {"#decline": declined, "#case": handed_on, "#safety": with_safety, "#hostile": hostile}.get(word, answer)
        yield from map(Chunk, frames(made(question)))
