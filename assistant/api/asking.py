"""A question on its way through the service, whatever protocol it came in: taken in, answered, counted, failures put on record.

Every route that asks goes through here, so that screening, masking, cases and audit are the same for each. This is the one
place where any failure at all is caught: nobody who reported something may be left with a broken connection and no word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NoReturn, TypeVar

import structlog
from anyio import to_thread

from assistant.api.keys import KEY_PREFIX
from assistant.api.recheck import TAKEN_OUT, may_be_sent
from assistant.api.service import Service
from assistant.api.turns import Incoming, Turn
from assistant.errors import AssistantError, BadInput, Unavailable
from assistant.storage.api_keys import ApiKey
from assistant.types import Answer, ShownSentence

log = structlog.get_logger("medinfo.chat")
T = TypeVar("T")


def check_length(service: Service, text: str) -> str:
    """Return a question; `BadInput` when it is longer than the settings allow."""
    limit = service.settings.max_question_chars
    if len(text) > limit:
        raise BadInput(f"A question may have at most {limit} characters, this has {len(text)}: please shorten it.")
    return text


def read_key(service: Service, authorization: str, scope: str | None) -> ApiKey | None:
    """Return the API key of an Authorization header, its use counted; None when the header holds something else.

    Raises:
        NotSignedIn: not a live key. NotAllowed: the key lacks the scope. TooMany: its limit is reached.
        Unavailable: keys cannot be looked up; the message names the way to a person.
    """
    kind, _, secret = authorization.partition(" ")
    if kind.lower() != "bearer" or not secret.strip().startswith(KEY_PREFIX):
        return None
    try:
        key = service.keys.read(secret.strip(), scope)
    except Unavailable as error:
        raise Unavailable(service.turns.lost_message()) from error
    service.limits.check("key", key.key_id, key.rate)
    return key


async def take_turn(service: Service, incoming: Incoming) -> Turn:
    """Put the turn on record; what screening cannot read is kept for a person to read.

    Raises:
        Unavailable: nothing could be stored, or screening failed (the turn is then on record as a possible report).
    """
    try:
        return await _in_thread(lambda: service.turns.take(incoming))
    except Exception as error:
        if isinstance(error, AssistantError) and not isinstance(error, Unavailable):
            raise
        log.error("turn not taken", error=type(error).__name__)
        service.metrics.failures.labels(type(error).__name__).inc()
        if isinstance(error, AssistantError):
            await _refuse_lost(service, incoming)
        try:
            turn = await _in_thread(lambda: service.turns.keep_unscreened(incoming))
        except Unavailable as outage:
            raise Unavailable(service.turns.lost_message()) from outage
        raise Unavailable(service.turns.degraded_message(turn)) from error


async def _refuse_lost(service: Service, incoming: Incoming) -> NoReturn:
    """Say that a turn could not be stored, and what it may have reported, if that can be told."""
    try:
        message = await _in_thread(lambda: service.turns.lost_message(incoming.text))
    except Exception as error:
        raise Unavailable(service.turns.lost_message()) from error
    raise Unavailable(message)


async def answer_turn(service: Service, turn: Turn, show: Callable[[ShownSentence], None] | None = None) -> Answer:
    """Return the finished answer, or `Unavailable` with what was kept and where to turn; `show` gets sentences on the way."""
    try:
        async with asyncio.timeout(service.settings.answer_timeout_s):
            # A thread cannot be stopped; when time is up it is left to finish by itself.
            answer = await to_thread.run_sync(lambda: service.turns.answer(turn, show), abandon_on_cancel=True)
        if not may_be_sent(service.engine, answer, turn.question):
            raise Unavailable(TAKEN_OUT)
    except Exception as error:
        log.error("turn not answered", error=type(error).__name__, answer_id=turn.answer_id)
        service.metrics.failures.labels(type(error).__name__).inc()
        await _record_failure(service, turn, error)
        raise Unavailable(service.turns.degraded_message(turn)) from error
    service.metrics.answers.labels(answer.outcome.value).inc()
    service.metrics.seconds.observe(answer.timings_ms["total"] / 1000)
    for case in answer.safety.cases:
        service.metrics.cases.labels(case.code.value).inc()
    return answer


async def _record_failure(service: Service, turn: Turn, error: Exception) -> None:
    try:
        await _in_thread(lambda: service.turns.record_failure(turn, error))
    except Unavailable:
        log.error("failure not recorded", answer_id=turn.answer_id)


async def _in_thread(work: Callable[[], T]) -> T:
    return await to_thread.run_sync(work)
