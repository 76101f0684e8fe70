"""What is written down of a turn besides its answer, and what is said when there is none; never unmasked text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.notices import report_notices, ways_of
from assistant.settings import Settings
from assistant.storage.tables import canonical_json
from assistant.triage import Intake
from assistant.types import CaseReference, Code, Flag, IdentifierSpan, Screening

Json = dict[str, Any]
UNSCREENED_TEXT = "[text withheld: it could not be screened]"
UNSCREENED_RULE = "screening-failed"


def degraded_message(
    settings: Settings, cases: Sequence[CaseReference] = (), codes: Iterable[Code] = (), *, is_lost: bool = False
) -> str:
    """Return the message of a service that cannot answer now: what became of a report first, and the way to a person.

    Args:
        codes: what the message raised, when it could be screened.
        is_lost: whether the message could not be stored.
    """
    cannot = "The assistant cannot answer just now."
    phone = f" Medical information by phone: {settings.contact_phone}." if settings.contact_phone else ""
    if notices := report_notices(codes, ways_of(settings), cases=cases):
        return f"{notices[0].text} {cannot}{phone}"
    lost = " Your message has not been recorded." if is_lost else ""
    kept = f" Your message is on record: {', '.join(dict.fromkeys(case.case_id for case in cases))}." if cases else lost
    ways = [way for way in (settings.safety_phone, settings.safety_url) if way]
    report = " or ".join(ways) if ways else "use the report form of this page"
    return f"{cannot}{kept} To report a side effect or a product problem: {report}.{phone}"


def safety_to_json(screening: Screening, intake: Intake) -> Json:
    """Return what is known of a turn before it is answered, as the answer's `safety` will have it."""
    cases = [{"case_id": case.case_id, "code": case.code.value, "due_at": case.due_at.isoformat()} for case in intake.cases]
    notices = [{"code": notice.code, "text": notice.text} for notice in intake.notices]
    codes = [code.value for code in screening.codes]
    return {"codes": codes, "pv": screening.pv, "notices": notices, "cases": cases}


def failed_screening(turns: int) -> Screening:
    """Return what stands for a screening that failed: a possible report in the last of `turns` turns, its words withheld."""
    return Screening(
        codes=(Code.AE_NONSER,),
        pv=True,
        flags=(Flag(Code.AE_NONSER, turns - 1, 0, 0, "", UNSCREENED_RULE),),
        identifiers=(),
        masked=UNSCREENED_TEXT,
        masked_turns=(UNSCREENED_TEXT,) * turns,
        should_answer=False,
        policy_version="none",
    )


def settings_hash(settings: Settings) -> str:
    """Return SHA-256 over all settings but the secrets."""
    return hashlib.sha256(canonical_json(settings.model_dump(mode="json")).encode()).hexdigest()


def comparable(body: Json) -> Json:
    """Return an answer's JSON without what differs from one run to the next: ids, times and cases."""
    kept = {name: value for name, value in body.items() if name not in {"answer_id", "conversation_id", "timings_ms"}}
    safety: Mapping[str, Any] = body["safety"]
    return kept | {"safety": {"codes": safety["codes"], "pv": safety["pv"]}}


def screening_to_json(screening: Screening) -> Json:
    """Return what screening found, without words that masking removed."""
    turns = screening.masked_turns
    flags = []
    for flag in screening.flags:
        row: Json = {"code": flag.code.value, "turn": flag.turn, "start": flag.start, "end": flag.end, "rule_id": flag.rule_id}
        row["matched"] = flag.matched if 0 <= flag.turn < len(turns) and flag.matched in turns[flag.turn] else ""
        flags.append(row | ({} if flag.score is None else {"score": flag.score}))
    return {
        "codes": [code.value for code in screening.codes],
        "pv": screening.pv,
        "flags": flags,
        "identifiers": [{"kind": span.kind, "turn": span.turn} for span in screening.identifiers],
        "should_answer": screening.should_answer,
        "policy_version": screening.policy_version,
    }


def answer_hash(body: Json) -> str:
    """Return SHA-256 over what of an answer is the same whenever it is given."""
    return hashlib.sha256(canonical_json(comparable(body)).encode()).hexdigest()


def screening_from_json(found: Json, masked: str, history: Sequence[str]) -> Screening:
    """Return the screening that `screening_to_json` wrote down, for answering the same question again."""
    flags = tuple(
        Flag(
            code=Code(row["code"]),
            turn=row["turn"],
            start=row["start"],
            end=row["end"],
            matched=row["matched"],
            rule_id=row["rule_id"],
            score=row.get("score"),
        )
        for row in found["flags"]
    )
    return Screening(
        codes=tuple(Code(code) for code in found["codes"]),
        pv=found["pv"],
        flags=flags,
        identifiers=tuple(IdentifierSpan(row["kind"], row["turn"], 0, 0) for row in found["identifiers"]),
        masked=masked,
        masked_turns=(*history, masked),
        should_answer=found["should_answer"],
        policy_version=found["policy_version"],
    )
