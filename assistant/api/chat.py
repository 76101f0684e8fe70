"""`POST /api/chat`: a question in, a stream of parts or one JSON answer out; and reading a turn again after a broken
connection.

The turn is on record, with its cases, before the first byte; the answer is on record before its first word. A turn that is
answered quickly fails with an HTTP status; one that takes longer has begun its stream by then and fails with an `error` part.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from assistant.api.asking import answer_turn, check_length, take_turn
from assistant.api.live import LiveText, wait_for_begin
from assistant.api.recheck import may_be_sent
from assistant.api.records import safety_to_json
from assistant.api.replays import Running
from assistant.api.schemas import AnswerBody, ChatRequest, error_responses
from assistant.api.service import CallerDep, Service, ServiceDep
from assistant.api.stream import (
    DONE_FRAME,
    MEDIA_TYPE,
    PING_FRAME,
    STREAM_HEADERS,
    answer_parts,
    error_part,
    frame,
    opening_parts,
    safety_part,
    told_parts,
)
from assistant.api.tokens import Caller
from assistant.api.turns import Incoming, Turn
from assistant.errors import AssistantError
from assistant.types import Answer, ShownSentence
from assistant.wire import answer_to_json

FIRST_BYTE_WAIT_S = 0.5
PING_EVERY_S = 15.0
router = APIRouter(tags=["chat"])

_STREAM_DOC: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A UI message stream (version 1), or one answer with `Accept: application/json`.",
        "model": AnswerBody,
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@router.post("/api/chat", responses={**_STREAM_DOC, **error_responses(400, 401, 404, 408, 413, 415)}, response_model=None)
async def chat(request: Request, body: ChatRequest, service: ServiceDep, caller: CallerDep) -> Response:
    """Ask a question."""
    service.limits.check("question", caller.session_id)
    incoming = _incoming(service, body, caller)
    turn = await take_turn(service, incoming)
    live = LiveText() if service.settings.mode == "generate" and not _wants_json(request) else None
    task = asyncio.create_task(answer_turn(service, turn, None if live is None else live.tell))
    if _wants_json(request):
        return JSONResponse(answer_to_json(await task))
    await wait_for_begin(task, live, FIRST_BYTE_WAIT_S)
    running = service.replays.begin(caller.session_id, turn.question.conversation_id, incoming.client_key)
    running.is_current = lambda: not _is_answered(task) or may_be_sent(service.engine, task.result(), turn.question)
    frames = _frames(service, turn, task, running) if live is None else _live_frames(service, turn, task, running, live)
    return StreamingResponse(frames, media_type=MEDIA_TYPE, headers=STREAM_HEADERS)


@router.get(
    "/api/chat/{chat_id}/stream",
    responses={**_STREAM_DOC, 204: {"description": "Nothing to read again."}, **error_responses(401)},
    response_model=None,
)
async def resume(chat_id: str, service: ServiceDep, caller: CallerDep) -> Response:
    """Read the conversation's last turn again from its start, when it was not read to its end."""
    running = service.replays.find(caller.session_id, chat_id)
    if running is None:
        return Response(status_code=204)
    return StreamingResponse(_replay(running), media_type=MEDIA_TYPE, headers=STREAM_HEADERS)


def _is_answered(task: asyncio.Task[Answer]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _incoming(service: Service, body: ChatRequest, caller: Caller) -> Incoming:
    limit = service.settings.max_question_chars
    return Incoming(
        caller=caller,
        text=check_length(service, body.question),
        earlier=tuple(text[:limit] for text in body.earlier),
        conversation_id=body.conversation_id,
        client_key=body.id,
        client_message_id=body.message_id,
    )


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "*/*").lower()
    return "application/json" in accept and MEDIA_TYPE not in accept


async def _frames(service: Service, turn: Turn, task: asyncio.Task[Answer], running: Running) -> AsyncIterator[bytes]:
    """Yield the stream of a turn; its end is noted even when nobody reads it any more."""
    opening = _opening_frames(service, turn, is_slow=not task.done())
    task.add_done_callback(lambda done: running.finish([*opening, *_closing_frames(done)]))
    for each in opening:
        yield each
    while not await running.ended_within(PING_EVERY_S):
        yield PING_FRAME
    for each in running.frames[len(opening) :]:
        yield each
    running.is_delivered = True


async def _live_frames(
    service: Service, turn: Turn, task: asyncio.Task[Answer], running: Running, live: LiveText
) -> AsyncIterator[bytes]:
    """Yield the stream of a generated answer: its sentences as they pass, then the rest. Read again, it is one whole."""
    opening = _opening_frames(service, turn, is_slow=True)
    task.add_done_callback(lambda done: running.finish([*opening, *_closing_frames(done)]))
    for each in opening:
        yield each
    async for sentence in live.until(running.finished.wait(), PING_EVERY_S):
        if sentence is None:
            yield PING_FRAME
            continue
        for part in told_parts(sentence, is_first=len(live.told) == 1):
            yield frame(part)
    for each in _closing_frames(task, live.told):
        yield each
    running.is_delivered = True


def _opening_frames(service: Service, turn: Turn, *, is_slow: bool) -> list[bytes]:
    index = service.engine.index
    documents = 0 if index is None else len(index.documents)
    frames = [frame(part) for part in opening_parts(turn.answer_id, turn.question.conversation_id, documents)]
    if is_slow and turn.intake.cases:
        frames.append(frame(safety_part(safety_to_json(turn.screening, turn.intake))))
    return frames


def _closing_frames(task: asyncio.Task[Answer], told: Sequence[ShownSentence] = ()) -> list[bytes]:
    error = task.exception()
    if error is not None:
        message = error.message if isinstance(error, AssistantError) else "The answer could not be finished."
        return [frame(error_part(message)), DONE_FRAME]
    return [*(frame(part) for part in answer_parts(task.result(), told)), DONE_FRAME]


async def _replay(running: Running) -> AsyncIterator[bytes]:
    while not await running.ended_within(PING_EVERY_S):
        yield PING_FRAME
    for each in running.frames:
        yield each
    running.is_delivered = True
