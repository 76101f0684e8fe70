"""A turn, from what was sent to what is shown: taken in, screened, cases opened, stored; then answered, recorded, returned.

`take` commits the message, the audit stub and every case in one transaction before anything is answered. `answer` commits the
answer and its audit record before it returns. So nothing is shown that is not on record, and no report waits for an answer.
Only masked text is stored here; a client's assistant turns are never read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from assistant.api.engine import Engine, EngineSource
from assistant.api.recheck import release_of, settle
from assistant.api.records import answer_hash, degraded_message, failed_screening, screening_to_json, settings_hash
from assistant.api.shown import recorded_first
from assistant.api.tokens import Caller
from assistant.clock import Clock
from assistant.errors import NotFound, Unavailable
from assistant.notices import added_notices, asks_something, report_notices, ways_of
from assistant.settings import Settings
from assistant.storage import AuditKind, AuditLog, Database, NewId, derived_id, new_id
from assistant.storage import conversations as store
from assistant.storage.conversations import Conversation, Message
from assistant.storage.threads import note_thread
from assistant.triage import Arrival, CaseIntake, Intake
from assistant.types import Answer, CaseReference, Code, Flag, Notice, Question, Safety, Screening, ShownSentence
from assistant.wire import answer_to_json

Json = dict[str, Any]
Timer = Callable[[], float]
# Who the asker is holds for the whole conversation.
LASTING_CODES = frozenset({Code.NON_HCP})
MAX_RACES = 4


@dataclass(frozen=True, slots=True)
class Incoming:
    """One user turn as it was sent.

    Attributes:
        earlier: user turns the client says came before; used only for a conversation we do not know yet.
        conversation_id: our id; must be known.
        client_key: the id the client chose for its conversation; may be new.
        client_message_id: the id the client gave the message: sent twice, it is stored once.
        thread_key: what the conversation is found by when its client names none (`assistant.api.threads`).
    """

    caller: Caller
    text: str
    earlier: tuple[str, ...] = ()
    conversation_id: str | None = None
    client_key: str | None = None
    client_message_id: str | None = None
    thread_key: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is on record, with what was opened for it. `answer_id` is the id its answer will have."""

    answer_id: str
    question: Question
    screening: Screening
    intake: Intake
    arrival: Arrival
    started_ms: float
    screened_ms: float


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a turn belongs: its conversation, the turns before it, and the message when it was stored before."""

    conversation_id: str
    is_new: bool
    message_id: str
    history: tuple[str, ...]
    stored: Message | None

    @property
    def ordinal(self) -> int | None:
        """The number of the turn in a conversation that begins with it; in others the database says."""
        return len(self.history) if self.is_new else None


@dataclass(frozen=True, slots=True)
class _Screened:
    """What was found in the whole conversation (cases come from it) and what of it the newest turn calls for."""

    whole: Screening
    turn: Screening


class Turns:
    """Takes turns in and answers them. Called from worker threads; holds no state of its own."""

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        intake: CaseIntake,
        engines: EngineSource,
        settings: Settings,
        clock: Clock,
        make_id: NewId = new_id,
        timer: Timer = time.perf_counter,
    ) -> None:
        self._database = database
        self._audit = audit
        self._intake = intake
        self._engines = engines
        self._settings = settings
        self._clock = clock
        self._make_id = make_id
        self._timer = timer
        self._settings_hash = settings_hash(settings)

    @property
    def engine(self) -> Engine:
        """What answers now."""
        return self._engines.engine

    def take(self, incoming: Incoming) -> Turn:
        """Store a turn with every case it calls for.

        Raises:
            NotFound: a conversation id that is not the caller's.
            Unavailable: nothing could be stored.
        """
        for _ in range(MAX_RACES):
            # The same conversation or message may come in twice at once; the other one is stored by the next try.
            with suppress(IntegrityError):
                return self._take(incoming)
        return self._take(incoming)

    def _take(self, incoming: Incoming) -> Turn:
        started_ms = self._timer() * 1000
        received_at = self._clock()
        place = self._locate(incoming)
        whole = self.engine.screener.screen([*place.history, incoming.text])
        screening = self._of_this_turn(whole, incoming.text)
        screened_ms = self._timer() * 1000
        return self._store(incoming, place, _Screened(whole, screening), received_at, (started_ms, screened_ms))

    def _of_this_turn(self, whole: Screening, text: str) -> Screening:
        """Return what the newest turn calls for by itself.

        A conversation is screened whole, since a report may be spread over turns; but what an earlier turn asked for was
        dealt with then, and must not silence every later question. Who the asker is does not change from turn to turn.
        """
        if len(whole.masked_turns) == 1:
            return whole
        here = codes_of_turn(whole)
        lasting = [code for code in whole.codes if code in LASTING_CODES]
        is_free = not lasting and not whole.should_answer and self.engine.screener.screen([text]).should_answer
        codes = tuple(code for code in whole.codes if code in here or code in LASTING_CODES)
        pv = whole.pv and any(self._intake.is_for_pharmacovigilance(code) for code in here)
        return replace(whole, codes=codes, pv=pv, should_answer=whole.should_answer or is_free)

    def keep_unscreened(self, incoming: Incoming) -> Turn:
        """Store a turn that screening failed on: as a possible report, its words sealed, for a person to read first."""
        place = self._locate(incoming)
        screening = failed_screening(len(place.history) + 1)
        now_ms = self._timer() * 1000
        return self._store(incoming, place, _Screened(screening, screening), self._clock(), (now_ms, now_ms))

    def _locate(self, incoming: Incoming) -> _Place:
        known, messages = self._known(incoming)
        conversation_id = self._make_id("con") if known is None else known.conversation_id
        message_id = self._message_id(conversation_id, incoming)
        before = [message for message in messages if message.message_id != message_id]
        stored = next((message for message in messages if message.message_id == message_id), None)
        if stored is not None:
            before = [message for message in before if message.ordinal < stored.ordinal]
        history = incoming.earlier if known is None else tuple(message.text or "" for message in before)
        return _Place(conversation_id, known is None, message_id, history, stored)

    def _known(self, incoming: Incoming) -> tuple[Conversation | None, list[Message]]:
        key = incoming.conversation_id or incoming.client_key
        if key is None:
            return None, []
        with self._database.read() as connection:
            known = store.find_conversation(connection, incoming.caller.session_id, key)
            if known is None and incoming.conversation_id is not None:
                raise NotFound("There is no such conversation in this session: start a new one.")
            return known, [] if known is None else store.messages_of(connection, known.conversation_id)

    def _message_id(self, conversation_id: str, incoming: Incoming) -> str:
        if incoming.client_message_id is None:
            return self._make_id("msg")
        # An edited message may keep its id; what counts as the same is the same id with the same words.
        return derived_id("msg", conversation_id, incoming.client_message_id, incoming.text)

    def _store(
        self, incoming: Incoming, place: _Place, screened: _Screened, received_at: datetime, times_ms: tuple[float, float]
    ) -> Turn:
        whole, screening = screened.whole, screened.turn
        arrival = Arrival(
            message_id=place.message_id,
            turns=screening.masked_turns,
            original=incoming.text,
            received_at=received_at if place.stored is None else place.stored.received_at,
            conversation_id=place.conversation_id,
            session_id=incoming.caller.session_id,
            reporter=incoming.caller.reporter,
        )

        def work(connection: Connection) -> Intake:
            if place.is_new:
                self._start_conversation(connection, incoming, place, whole, received_at)
            if place.stored is None:
                self._add_message(connection, place, screening, received_at)
            if incoming.thread_key is not None:
                note_thread(connection, incoming.caller.session_id, place.conversation_id, incoming.thread_key, received_at)
            if place.is_new and not whole.codes:
                return Intake()
            return self._intake.open_cases(connection, whole.codes, whole.flags, arrival)

        intake = self._with_notices(self._database.write(work), screening)
        question = Question(
            text=screening.masked,
            conversation_id=place.conversation_id,
            asked_at=received_at,
            history=screening.masked_turns[:-1],
            market=self._settings.market,
        )
        return Turn(self._make_id("ans"), question, screening, intake, arrival, times_ms[0], times_ms[1] - times_ms[0])

    def _with_notices(self, intake: Intake, screening: Screening) -> Intake:
        """Return what was opened, now committed, with what is said of it: first what was recorded, then what is missing."""
        said = report_notices(screening.codes, ways_of(self._settings), cases=intake.cases)
        return replace(intake, notices=(*said, *added_notices(intake.added), *intake.notices))

    def _start_conversation(
        self, connection: Connection, incoming: Incoming, place: _Place, screening: Screening, at: datetime
    ) -> None:
        session = incoming.caller.session
        if not incoming.caller.is_stored:
            store.add_session(connection, session)
        conversation = Conversation(place.conversation_id, session.session_id, incoming.client_key, self._settings.market, at)
        store.add_conversation(connection, conversation)
        for number, text in enumerate(screening.masked_turns[:-1]):
            codes = tuple(dict.fromkeys(flag.code.value for flag in screening.flags if flag.turn == number))
            message_id = derived_id("msg", place.conversation_id, "earlier", str(number))
            store.add_message(
                connection,
                message_id=message_id,
                conversation_id=place.conversation_id,
                text=text,
                codes=codes,
                at=at,
                ordinal=number,
            )

    def _add_message(self, connection: Connection, place: _Place, screening: Screening, at: datetime) -> None:
        codes = tuple(code.value for code in screening.codes)
        store.add_message(
            connection,
            message_id=place.message_id,
            conversation_id=place.conversation_id,
            text=screening.masked,
            codes=codes,
            at=at,
            ordinal=place.ordinal,
        )
        content = {
            "question": screening.masked,
            "history": list(screening.masked_turns[:-1]),
            "market": self._settings.market,
            "screening": screening_to_json(screening),
            "settings_hash": self._settings_hash,
        }
        self._audit.append(
            connection,
            AuditKind.RECEIVED,
            content,
            at=at,
            conversation_id=place.conversation_id,
            message_id=place.message_id,
        )

    def answer(self, turn: Turn, show: Callable[[ShownSentence], None] | None = None) -> Answer:
        """Answer a turn and put the answer on record; `show` gets each sentence of a generated answer once it is on record.

        Raises:
            Unavailable: the part that answers is down; what was opened for the turn stays.
        """
        assistant = self.engine.assistant
        if assistant is None:
            raise Unavailable(self.degraded_message(turn))
        told = [] if show is None else [recorded_first(self._database, self._audit, self._clock, turn, show)]
        first = assistant.answer(turn.question, turn.screening, *told)
        answered_at = self._clock()

        def work(connection: Connection) -> Answer:
            found = settle(self.engine, turn.question, turn.screening, first)
            cases = self._open_for_decline(connection, turn, found)
            answer = self._complete(found, turn, cases)
            body = answer_to_json(answer)
            store.add_answer(connection, message_id=turn.arrival.message_id, body=body, at=answered_at)
            self._record(connection, turn, answer, body, answered_at)
            return answer

        return self._database.write(work)

    def _open_for_decline(self, connection: Connection, turn: Turn, found: Answer) -> tuple[CaseReference, ...]:
        """Open the case that the outcome calls for (no approved content, for one), unless a case of the turn covers it.

        Who asks to be called gets the missing answer in that call; who only added to a report asked nothing.
        """
        if turn.intake.added and not asks_something(turn.question.text):
            return ()
        code = found.decline_code
        if code is None or code not in set(Code) or {Code(code), Code.CONTACT} & set(turn.screening.codes):
            return ()
        flag = Flag(Code(code), len(turn.arrival.turns) - 1, 0, 0, "", "answer")
        return self._intake.open_cases(connection, [Code(code)], [flag], turn.arrival).cases

    def _complete(self, found: Answer, turn: Turn, opened: Sequence[CaseReference]) -> Answer:
        notices: tuple[Notice, ...] = tuple(dict.fromkeys([*turn.intake.notices, *found.safety.notices]))
        cases = (*turn.intake.cases, *opened)
        raised = [code.value for code in turn.screening.codes]
        codes = tuple(dict.fromkeys([*raised, *found.safety.codes]))
        timings = {**found.timings_ms, "screening": turn.screened_ms, "total": self._timer() * 1000 - turn.started_ms}
        return replace(
            found,
            answer_id=turn.answer_id,
            conversation_id=turn.question.conversation_id,
            question=turn.question.text,
            safety=Safety(codes=codes, pv=turn.screening.pv or found.safety.pv, notices=notices, cases=cases),
            timings_ms=timings,
        )

    def _record(self, connection: Connection, turn: Turn, answer: Answer, body: Json, at: datetime) -> None:
        content = {
            "interpreted_as": answer.interpreted_as,
            "outcome": answer.outcome.value,
            "decline_code": answer.decline_code,
            "answer_hash": answer_hash(body),
            "citations": [
                {name: citation[name] for name in ("n", "chunk_id", "doc_id", "version", "start", "end")}
                for citation in body["citations"]
            ],
            "cases": [case.case_id for case in answer.safety.cases],
            "versions": body["versions"],
            "release": release_of(self.engine),
            "timings_ms": body["timings_ms"],
            "settings_hash": self._settings_hash,
        } | ({} if answer.generation is None else {"generation": dict(answer.generation)})
        content |= {} if answer.approved is None else {"approved_answer": asdict(answer.approved)}
        self._audit.append(
            connection,
            AuditKind.ANSWERED,
            content,
            at=at,
            conversation_id=answer.conversation_id,
            message_id=turn.arrival.message_id,
            answer_id=answer.answer_id,
        )

    def record_failure(self, turn: Turn, error: BaseException) -> None:
        """Put on record that a turn got no answer."""
        content = {"error": type(error).__name__, "settings_hash": self._settings_hash}
        self._database.write(
            lambda connection: self._audit.append(
                connection,
                AuditKind.FAILED,
                content,
                at=self._clock(),
                conversation_id=turn.question.conversation_id,
                message_id=turn.arrival.message_id,
            )
        )

    def degraded_message(self, turn: Turn | None = None) -> str:
        """Return what is said when no answer can be given: what was kept of the turn, and the way to a person."""
        known = ((), ()) if turn is None else (turn.intake.cases, turn.screening.codes)
        return degraded_message(self._settings, *known)

    def lost_message(self, text: str = "") -> str:
        """Return what is said when a message could not be stored: that it was not, and what it may have been."""
        codes = self.engine.screener.screen([text]).codes if text else ()
        return degraded_message(self._settings, codes=codes, is_lost=True)


def codes_of_turn(whole: Screening) -> frozenset[Code]:
    """Return the codes that the newest turn raises: flagged in its words, or not tied to any words."""
    last = len(whole.masked_turns) - 1
    flagged = {flag.code for flag in whole.flags}
    here = {flag.code for flag in whole.flags if flag.turn >= last}
    return frozenset(code for code in whole.codes if code in here or code not in flagged)
