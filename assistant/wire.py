"""An `Answer` as the JSON object of the contract. Optional fields are left out, never null."""

from __future__ import annotations

from typing import Any

from assistant.types import Answer, AnswerSegment, Citation
from corpus.types import Locator, Reference

Json = dict[str, Any]


def _present(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def locator_to_json(locator: Locator) -> Json:
    """Return the locator without its empty fields."""
    return _present(
        {
            "type": locator.type.value,
            "page": locator.page,
            "slide": locator.slide,
            "start_s": locator.start_s,
            "end_s": locator.end_s,
            "speaker": locator.speaker,
        }
    )


def reference_to_json(reference: Reference) -> Json:
    """Return a bibliography entry without its empty fields."""
    return _present(
        {
            "n": reference.n,
            "citation": reference.citation,
            "doi": reference.doi,
            "url": reference.url,
            "note": reference.note,
        }
    )


def citation_to_json(citation: Citation) -> Json:
    """Return a citation as the contract has it."""
    return {
        "n": citation.n,
        "chunk_id": citation.chunk_id,
        "doc_id": citation.doc_id,
        "title": citation.title,
        "section": citation.section,
        "version": citation.version,
        "status": citation.status,
        "effective_date": citation.effective_date.isoformat(),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "locator": locator_to_json(citation.locator),
        "references": [reference_to_json(reference) for reference in citation.references],
        "url": citation.url,
    }


def answer_to_json(answer: Answer) -> Json:
    """Return the whole answer as the contract has it (`segments` carry `group` and `kind` besides the required fields)."""
    return _present(
        {
            "answer_id": answer.answer_id,
            "conversation_id": answer.conversation_id,
            "question": answer.question,
            "interpreted_as": answer.interpreted_as,
            "outcome": answer.outcome.value,
            "decline_code": answer.decline_code,
            "text": answer.text,
            "segments": [segment_to_json(segment) for segment in answer.segments],
            "citations": [citation_to_json(citation) for citation in answer.citations],
            "safety": {
                "codes": list(answer.safety.codes),
                "pv": answer.safety.pv,
                "notices": [{"code": notice.code, "text": notice.text} for notice in answer.safety.notices],
                "cases": [
                    {"case_id": case.case_id, "code": case.code.value, "due_at": case.due_at.isoformat()}
                    for case in answer.safety.cases
                ],
            },
            "resources": [
                {"title": r.title, "description": r.description, "doc_id": r.doc_id, "url": r.url} for r in answer.resources
            ],
            "suggestions": list(answer.suggestions),
            "nearest_headings": list(answer.nearest_headings) or None,
            "versions": {
                "corpus": answer.versions.corpus,
                "index": answer.versions.index,
                "model": answer.versions.model,
                "policy": answer.versions.policy,
                "mode": answer.versions.mode,
            },
            "timings_ms": {name: round(value, 3) for name, value in answer.timings_ms.items()},
        }
    )


def segment_to_json(segment: AnswerSegment) -> Json:
    """Return a segment as the contract has it."""
    return _present(
        {
            "text": segment.text,
            "citations": list(segment.citations),
            "kind": segment.kind,
            "group": segment.group or None,
        }
    )
