"""Answers with fixed ids and times, whose streams and completions are the golden files of `web/contract/transcripts`.

`python -m tests.api.golden` writes them anew after a change of the protocol; the widget's tests read what is there.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.api.openai_format import MODEL_ID, Reply
from assistant.api.stream import encode_turn
from assistant.notices import ReportWays, report_notices
from assistant.types import Answer, CaseReference, Code, Notice, Question, Safety
from tests.api.scripted import ScriptedAssistant, ScriptedIndex, ScriptedScreener

FOLDER = Path(__file__).parents[2] / "web" / "contract" / "transcripts"
ASKED_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DOCUMENTS = 14


def golden_answers() -> dict[str, Answer]:
    """The answers by name of their transcript."""
    answered = _answer("What limits aromatase inhibitors?", "ans_answered")
    declined = _answer("What is the dose of zolvantinib?", "ans_declined")
    safety = _answer("My patient had diarrhea on abemaciclib, what limits aromatase inhibitors?", "ans_safety")
    case = CaseReference("MI-7K3M9-QXD20", Code.AE_NONSER, ASKED_AT.replace(day=23))
    gap = CaseReference("MI-0F4KE-CA5E0", Code.NO_CONTENT, ASKED_AT.replace(day=24))
    ways = ReportWays("+1 800 555 0100", "", "US")
    notices = (
        *report_notices([Code.AE_NONSER], ways, cases=[case]),
        Notice("ASK-MISSING", "Please add what you know, without names: the patient's age or sex."),
    )
    return {
        "chat-answered": answered,
        "chat-declined": replace(declined, safety=Safety(codes=("NO-CONTENT",), cases=(gap,))),
        "chat-safety": replace(safety, safety=Safety(("AE-NONSER",), True, notices, (case,))),
    }


def _answer(text: str, answer_id: str) -> Answer:
    screening = ScriptedScreener().screen([text])
    found = ScriptedAssistant(ScriptedIndex()).answer(Question(text, "con_golden", ASKED_AT), screening)
    return replace(found, answer_id=answer_id, timings_ms={"retrieve": 1.25, "screening": 0.5, "total": 4.75})


def transcript(answer: Answer) -> bytes:
    """The stream of an answer."""
    return b"".join(encode_turn(answer, DOCUMENTS))


def completion_reply() -> Reply:
    """What the completions of the answers have in common."""
    return Reply(
        "ans_answered", ASKED_AT, MODEL_ID, ("What limits aromatase inhibitors?",), "https://medinfo.example.org", True
    )


def completion_transcript(answer: Answer) -> bytes:
    """The chunks of an answer for OpenAI's clients."""
    reply = completion_reply()
    return b"".join([*reply.opening_frames(), *reply.content_frames(answer), *reply.closing_frames(answer)])


def completion_body(answer: Answer) -> bytes:
    """The completion of an answer."""
    return json.dumps(completion_reply().completion(answer), ensure_ascii=False, indent=1).encode() + b"\n"


if __name__ == "__main__":
    for name, answer in golden_answers().items():
        (FOLDER / f"{name}.sse").write_bytes(transcript(answer))
        stem = name.replace("chat-", "completion-")
        (FOLDER / f"{stem}.sse").write_bytes(completion_transcript(answer))
        (FOLDER / f"{stem}.json").write_bytes(completion_body(answer))
