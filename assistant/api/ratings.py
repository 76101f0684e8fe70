"""Ratings of answers and the survey. A comment is screened like a message; an answer called wrong or unsafe becomes a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Connection

from assistant.api.schemas import FeedbackReply, FeedbackRequest, Saved, SurveyRequest, error_responses
from assistant.api.service import CallerDep, Service, ServiceDep, address_of
from assistant.api.tokens import Caller
from assistant.errors import BadInput, NotFound
from assistant.storage import AuditKind
from assistant.storage import conversations as store
from assistant.storage.conversations import Conversation, StoredAnswer
from assistant.triage import Arrival, Channel, Intake
from assistant.types import Code, Flag, Screening

# Ratings that say that the answer must not stand as it is.
ALARMING_REASONS = frozenset({"wrong", "unsafe"})
FEEDBACK_RULE = "feedback"
router = APIRouter(tags=["ratings"])


@dataclass(frozen=True, slots=True)
class _Rating:
    """A rating with what it is about. `screening` is None without a comment."""

    answer: StoredAnswer
    body: FeedbackRequest
    history: tuple[str, ...]
    screening: Screening | None

    @property
    def turns(self) -> tuple[str, ...]:
        """The conversation as masked, the comment (or what was ticked) last."""
        ticked = f"[rated {self.body.rating}: {self.body.reason}]"
        return (*self.history, ticked) if self.screening is None else self.screening.masked_turns


@router.post(
    "/api/answers/{answer_id}/feedback",
    responses=error_responses(400, 401, 404, 408, 413, 415),
    response_model_exclude_none=True,
)
def rate_answer(
    request: Request, answer_id: str, body: FeedbackRequest, service: ServiceDep, caller: CallerDep
) -> FeedbackReply:
    """Rate an answer; the latest rating counts. "Wrong" and "unsafe" open a case, and so does a comment that reports
    something."""
    service.limits.check("form", address_of(request))
    if body.rating == "helpful" and body.reason is not None:
        raise BadInput("A helpful answer needs no reason.")
    with service.database.read() as connection:
        answer = store.find_answer(connection, answer_id)
        if answer is None or not store.owns_answer(connection, caller.session_id, answer_id):
            raise NotFound("There is no such answer in this session.")
        history = tuple(message.text or "" for message in store.messages_of(connection, answer.conversation_id))
    comment = (body.comment or "").strip()
    screening = service.engine.screener.screen([*history, comment]) if comment else None
    rating = _Rating(answer, body, history, screening)
    intake = service.database.write(lambda connection: _store(connection, service, caller, rating))
    return FeedbackReply(case_id=intake.cases[0].case_id if intake.cases else None)


def _store(connection: Connection, service: Service, caller: Caller, rating: _Rating) -> Intake:
    now, feedback_id, body = service.clock(), service.make_id("fdb"), rating.body
    answer_id, conversation_id = rating.answer.answer_id, rating.answer.conversation_id
    masked = None if rating.screening is None else rating.screening.masked
    store.add_feedback(
        connection,
        feedback_id=feedback_id,
        answer_id=answer_id,
        rating=body.rating,
        reason=body.reason,
        comment=masked,
        at=now,
    )
    content = {"rating": body.rating, "reason": body.reason, "comment": masked}
    service.audit.append(connection, AuditKind.FEEDBACK, content, at=now, conversation_id=conversation_id, answer_id=answer_id)
    arrival = Arrival(
        message_id=feedback_id,
        turns=rating.turns,
        original=body.comment or "",
        received_at=now,
        conversation_id=conversation_id,
        session_id=caller.session_id,
        channel=Channel.FEEDBACK,
        reporter=caller.reporter,
        facts={"answer_id": answer_id, "reason": body.reason or ""},
    )
    codes, flags = _raised(rating)
    return service.room.intake.open_cases(connection, codes, flags, arrival) if codes else Intake()


def _raised(rating: _Rating) -> tuple[Sequence[Code], Sequence[Flag]]:
    """Return what the comment raises, the rating's own case first: it is the one the rater is told of."""
    screening = rating.screening
    codes, flags = ((), ()) if screening is None else (screening.codes, screening.flags)
    if rating.body.reason not in ALARMING_REASONS:
        return codes, flags
    own = Flag(Code.QUALITY_ANS, len(rating.turns) - 1, 0, 0, "", FEEDBACK_RULE)
    return tuple(dict.fromkeys([Code.QUALITY_ANS, *codes])), (*flags, own)


@router.post("/api/survey", responses=error_responses(400, 401, 404, 408, 413, 415))
def answer_survey(request: Request, body: SurveyRequest, service: ServiceDep, caller: CallerDep) -> Saved:
    """Answer the three statements of the survey."""
    service.limits.check("form", address_of(request))

    def work(connection: Connection) -> None:
        if not caller.is_stored:
            store.add_session(connection, caller.session)
        found = find_own_conversation(connection, caller, body.conversation_id)
        store.add_survey(
            connection,
            survey_id=service.make_id("svy"),
            session_id=caller.session_id,
            conversation_id=None if found is None else found.conversation_id,
            credibility=body.credibility,
            relevance=body.relevance,
            confidence=body.confidence,
            at=service.clock(),
        )

    service.database.write(work)
    return Saved()


def find_own_conversation(connection: Connection, caller: Caller, key: str | None) -> Conversation | None:
    """Return the caller's conversation by our id or theirs; another's, or none, is simply not found."""
    return None if key is None else store.find_conversation(connection, caller.session_id, key)
