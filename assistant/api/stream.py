"""An answer as a UI message stream, version 1 of the AI SDK: which parts, in which order, byte by byte.

Pure: the same answer gives the same frames. No part holds a null (one ends the whole stream in the clients), every message id
is used once, and text is sent in whole sentences whose citations are known by then. Offsets of marks count UTF-16 units, as
the clients' language does; offsets into documents count code points, as everywhere else here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from assistant.types import Answer, Citation, Outcome, ShownSentence
from assistant.wire import answer_to_json, segment_to_json

Json = dict[str, Any]
MEDIA_TYPE = "text/event-stream"
EVENT_HEADERS = {
    "content-type": MEDIA_TYPE,
    "cache-control": "no-cache",
    "connection": "keep-alive",
    "x-accel-buffering": "no",
}
STREAM_HEADERS = {**EVENT_HEADERS, "x-vercel-ai-ui-message-stream": "v1"}
DONE_FRAME = b"data: [DONE]\n\n"
PING_FRAME = b": ping\n\n"
TEXT_ID = "text"
SOURCE_MEDIA_TYPE = "text/html"
_MARK = re.compile(r"\[(\d+(?:, ?\d+)*)\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """One citation number inside a mark of the text: `[1, 3]` gives two with the same place (end exclusive)."""

    n: int
    start: int
    end: int


def frame(part: Json) -> bytes:
    """Return one event of the stream."""
    return f"data: {json.dumps(part, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def opening_parts(message_id: str, conversation_id: str, documents: int) -> Iterator[Json]:
    """Return the parts that can be sent before there is an answer."""
    yield {"type": "start", "messageId": message_id, "messageMetadata": {"conversationId": conversation_id}}
    yield {"type": "start-step"}
    yield _status("searching", documents)


def told_parts(sentence: ShownSentence, *, is_first: bool) -> Iterator[Json]:
    """Return the parts of a sentence that is shown while the answer is still written: its new sources before its text."""
    if is_first:
        yield _status("checking", 1)
    yield from (_source_part(citation) for citation in sentence.citations)
    if is_first:
        yield {"type": "text-start", "id": TEXT_ID}
    yield {"type": "text-delta", "id": TEXT_ID, "delta": sentence.text}
    yield {"type": "data-segment", "data": segment_to_json(sentence.segment), "transient": True}


def answer_parts(answer: Answer, told: Sequence[ShownSentence] = ()) -> Iterator[Json]:
    """Return every further part of a turn, up to and including `finish`; `told` are the sentences sent before.

    An answer that does not begin with what was told ends with an error: nothing is shown and then withdrawn in silence.
    """
    pieces = split_text(answer)
    if pieces[: len(told)] != [sentence.text for sentence in told]:
        yield error_part("The answer changed while it was written. Please ask again.")
        return
    if not told:
        yield _status("reading", len({citation.chunk_id for citation in answer.citations}))
        yield _status("checking", sum(segment.kind == "statement" for segment in answer.segments))
    body = answer_to_json(answer)
    safety = body["safety"]
    if safety["codes"] or safety["notices"] or safety["cases"]:
        yield safety_part(safety)
    known = {citation.n for sentence in told for citation in sentence.citations}
    yield from (_source_part(citation) for citation in answer.citations if citation.n not in known)
    marks = find_marks(answer)
    if not told:
        yield {"type": "text-start", "id": TEXT_ID}
    for delta, segment in zip_longest(pieces[len(told) :], body["segments"][len(told) :]):
        if delta is not None:
            yield {"type": "text-delta", "id": TEXT_ID, "delta": delta}
        if segment is not None:
            yield {"type": "data-segment", "data": segment, "transient": True}
    citations = {citation.n: citation for citation in answer.citations}
    yield {"type": "text-end", "id": TEXT_ID} | _marks_part(marks, citations)
    if citations:
        yield {"type": "data-citations", "data": [_citation_data(citation, marks) for citation in answer.citations]}
    yield {"type": "data-answer", "data": body}
    if answer.outcome is not Outcome.ANSWERED:
        yield {"type": "data-outcome", "data": _outcome_data(answer)}
    yield {"type": "finish-step"}
    reason = "content-filter" if answer.outcome is Outcome.DECLINED else "stop"
    yield {"type": "finish", "finishReason": reason, "messageMetadata": _metadata(answer, body)}


def safety_part(safety: Json) -> Json:
    """Return what screening and triage did; sent again in the same turn, it replaces itself."""
    return {"type": "data-safety", "id": "safety", "data": safety}


def error_part(message: str) -> Json:
    """Return the part that ends a turn that failed after its stream had begun."""
    return {"type": "error", "errorText": message}


def encode_turn(answer: Answer, documents: int) -> Iterator[bytes]:
    """Return the whole stream of a finished turn."""
    for part in (*opening_parts(answer.answer_id, answer.conversation_id, documents), *answer_parts(answer)):
        yield frame(part)
    yield DONE_FRAME


def split_text(answer: Answer) -> list[str]:
    """Cut the answer's text at the starts of its segments; the pieces put together are the text, whatever the segments are."""
    cuts = [start for start, _ in _segment_spans(answer)]
    edges = [0, *cuts[1:], len(answer.text)] if cuts else [0, len(answer.text)]
    return [answer.text[start:end] for start, end in pairwise(edges) if end > start]


def find_marks(answer: Answer) -> list[Mark]:
    """Return the citation marks of the text in order, their places in UTF-16 units."""
    text = answer.text
    return [Mark(mark.n, utf16_length(text[: mark.start]), utf16_length(text[: mark.end])) for mark in mark_spans(answer)]


def mark_spans(answer: Answer) -> list[Mark]:
    """Return the citation marks of the text in order, their places in code points; brackets of a statement are not marks."""
    spans = _segment_spans(answer)
    marks = []
    for position, (_, end) in enumerate(spans):
        limit = spans[position + 1][0] if position + 1 < len(spans) else len(answer.text)
        found = _MARK.match(answer.text, end + _blank(answer.text, end, limit))
        if found is not None and found.end() <= limit:
            marks += [Mark(int(n), found.start(), found.end()) for n in found[1].split(",")]
    return marks


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _blank(text: str, start: int, limit: int) -> int:
    return len(text[start:limit]) - len(text[start:limit].lstrip())


def _segment_spans(answer: Answer) -> list[tuple[int, int]]:
    """Return where each segment stands in the text, in order; a segment that is not found is passed over."""
    spans: list[tuple[int, int]] = []
    at = 0
    for segment in answer.segments:
        start = answer.text.find(segment.text, at)
        if start >= 0:
            at = start + len(segment.text)
            spans.append((start, at))
    return spans


def _status(stage: str, count: int) -> Json:
    return {"type": "data-status", "data": {"stage": stage, "n": count}, "transient": True}


def _source_part(citation: Citation) -> Json:
    details = {
        "n": citation.n,
        "href": citation.url,
        "chunkId": citation.chunk_id,
        "docId": citation.doc_id,
        "section": citation.section,
        "version": citation.version,
        "effectiveDate": citation.effective_date.isoformat(),
    }
    return {
        "type": "source-document",
        "sourceId": _source_id(citation),
        "mediaType": SOURCE_MEDIA_TYPE,
        "title": citation.title,
        "providerMetadata": {"medinfo": details},
    }


def _source_id(citation: Citation) -> str:
    return f"s{citation.n}"


def _marks_part(marks: list[Mark], citations: dict[int, Citation]) -> Json:
    entries = [
        {
            "source": {
                "type": "source",
                "sourceType": "document",
                "id": _source_id(citations[mark.n]),
                "mediaType": SOURCE_MEDIA_TYPE,
                "title": citations[mark.n].title,
            },
            "startIndex": mark.start,
            "endIndex": mark.end,
            "citedText": citations[mark.n].quote,
        }
        for mark in marks
        if mark.n in citations
    ]
    return {"citations": entries} if entries else {}


def _citation_data(citation: Citation, marks: list[Mark]) -> Json:
    return {
        "n": citation.n,
        "sourceId": _source_id(citation),
        "chunkId": citation.chunk_id,
        "docId": citation.doc_id,
        "title": citation.title,
        "section": citation.section,
        "version": citation.version,
        "effectiveDate": citation.effective_date.isoformat(),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "url": citation.url,
        "marks": [[mark.start, mark.end] for mark in marks if mark.n == citation.n],
    }


def _outcome_data(answer: Answer) -> Json:
    data: Json = {"kind": answer.outcome.value}
    if answer.decline_code is not None:
        data["code"] = answer.decline_code
    opened = [case.case_id for case in answer.safety.cases if case.code == answer.decline_code]
    return data | ({"caseId": opened[0]} if opened else {})


def _metadata(answer: Answer, body: Json) -> Json:
    data: Json = {"answerId": answer.answer_id, "conversationId": answer.conversation_id, "versions": body["versions"]}
    return data | ({"caseId": answer.safety.cases[0].case_id} if answer.safety.cases else {})
