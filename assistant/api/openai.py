"""`POST /v1/chat/completions` and `GET /v1/models`: for OpenAI's clients, unmodified.

A question comes in with an API key, or from a page with the session token of its reader. What a client says the system, the
assistant or a tool said is never read; its user turns are screened like any others. A client that names no conversation is
known again by what it asked so far, so that a report made once opens one case however often it is sent along.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from assistant.api.asking import answer_turn, check_length, read_key, take_turn
from assistant.api.chat import FIRST_BYTE_WAIT_S, PING_EVERY_S
from assistant.api.errors import openai_body
from assistant.api.keys import caller_of
from assistant.api.live import LiveText, wait_for_begin
from assistant.api.openai_format import MODEL_ID, Reply
from assistant.api.openai_schemas import CompletionBody, CompletionRequest, ModelBody, ModelList, openai_errors
from assistant.api.service import Service, ServiceDep, find_caller, get_service
from assistant.api.stream import DONE_FRAME, EVENT_HEADERS, MEDIA_TYPE, PING_FRAME, frame
from assistant.api.tokens import Caller
from assistant.api.turns import Incoming, Turn
from assistant.client_text import write_lead
from assistant.errors import AssistantError, NotFound, NotSignedIn, Unavailable
from assistant.storage.api_keys import ApiKey
from assistant.types import Answer, ShownSentence

JWT_DOTS = 2
# deep-chat (2.4) drops what it has not shown yet when the end of a stream arrives together with the text before it.
END_PAUSE_S = 0.05
CHANGED = "The answer changed while it was written. Please ask again."
router = APIRouter(tags=["openai"])

_STREAM_DOC: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One completion, or with `stream` its chunks.",
        "model": CompletionBody,
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


class ModelNotFound(NotFound):
    """No model of that name."""

    code = "MODEL_NOT_FOUND"


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls: a program with its key, or a reader with a session token."""

    key: ApiKey | None
    reader: Caller | None

    def caller(self, user: str, at: datetime) -> Caller:
        """Return who asks; a program's users are told apart by the ids it uses for them."""
        if self.reader is not None:
            return self.reader
        assert self.key is not None
        return caller_of(self.key, user, at)


def read_client(request: Request, scope: str | None) -> Client:
    """Return who calls, once their limit was counted.

    Raises:
        NotSignedIn: no valid key or token. NotAllowed: the key lacks the scope. TooMany: the limit is reached.
    """
    service = get_service(request)
    authorization = request.headers.get("authorization", "")
    key = read_key(service, authorization, scope)
    if key is not None:
        return Client(key, None)
    reader = find_caller(request) if authorization.count(".") == JWT_DOTS else None
    if reader is None:
        raise NotSignedIn("Send a valid API key as Authorization: Bearer (made with `medinfo keys add`).")
    service.limits.check("question", reader.session_id)
    return Client(None, reader)


def _client_that_asks(request: Request) -> Client:
    return read_client(request, "ask")


def _any_client(request: Request) -> Client:
    return read_client(request, None)


@router.post(
    "/v1/chat/completions", responses={**_STREAM_DOC, **openai_errors(400, 403, 404, 408, 413, 415)}, response_model=None
)
async def complete(
    body: CompletionRequest,
    service: ServiceDep,
    client: Annotated[Client, Depends(_client_that_asks)],
    x_stainless_retry_count: Annotated[int, Header()] = 0,
) -> Response:
    """Answer the newest user turn."""
    _check_model(service, body.model)
    caller = client.caller(body.asker, service.clock())
    incoming = await to_thread.run_sync(lambda: _incoming(service, body, caller, is_retry=x_stainless_retry_count > 0))
    turn = await take_turn(service, incoming)
    live = LiveText() if body.stream and service.settings.mode == "generate" else None
    task = asyncio.create_task(answer_turn(service, turn, None if live is None else live.tell))
    with_usage = bool(body.stream_options and body.stream_options.include_usage)
    reply = Reply(turn.answer_id, service.clock(), MODEL_ID, body.turns, service.settings.public_url, with_usage)
    if not body.stream:
        return JSONResponse(reply.completion(await task))
    await wait_for_begin(task, live, FIRST_BYTE_WAIT_S)
    return StreamingResponse(_frames(turn, task, reply, live), media_type=MEDIA_TYPE, headers=EVENT_HEADERS)


@router.get("/v1/models", responses=openai_errors(403), dependencies=[Depends(_any_client)])
def list_models(service: ServiceDep) -> ModelList:
    """List what can be named as `model`."""
    return ModelList(object="list", data=[_model(service)])


@router.get("/v1/models/{model}", responses=openai_errors(403, 404), dependencies=[Depends(_any_client)])
def get_model(model: str, service: ServiceDep) -> ModelBody:
    """Return one model."""
    _check_model(service, model)
    return _model(service)


def _model(service: Service) -> ModelBody:
    index = service.engine.index
    days = [] if index is None else [document.effective_date for document in index.documents.values()]
    newest = datetime.combine(max(days), datetime.min.time(), UTC) if days else datetime.fromtimestamp(0, UTC)
    return ModelBody(id=MODEL_ID, object="model", created=int(newest.timestamp()), owned_by="medical-information")


def _check_model(service: Service, model: str) -> None:
    if model != MODEL_ID and not service.settings.accept_any_model:
        raise ModelNotFound(f"There is no such model here: name the model {MODEL_ID!r}.")


def _incoming(service: Service, body: CompletionRequest, caller: Caller, *, is_retry: bool) -> Incoming:
    """Return the turn, put to the conversation it continues or repeats."""
    limit = service.settings.max_question_chars
    *earlier, question = body.turns
    try:
        thread = service.threads.place(caller.session_id, body.turns, may_repeat=is_retry or bool(body.asker))
    except Unavailable as error:
        raise Unavailable(service.turns.lost_message(question)) from error
    named = body.conversation_key
    return Incoming(
        caller=caller,
        text=check_length(service, question),
        earlier=tuple(text[:limit] for text in earlier),
        conversation_id=None if named else thread.conversation_id,
        client_key=named,
        client_message_id=thread.key,
        thread_key=None if named else thread.key,
    )


async def _frames(turn: Turn, task: asyncio.Task[Answer], reply: Reply, live: LiveText | None) -> AsyncIterator[bytes]:
    """Yield the stream of a turn; what is known of a report is said at once when the answer takes longer."""
    sent = "" if task.done() else write_lead(notice.text for notice in turn.intake.notices)
    for each in reply.opening_frames(sent):
        yield each
    async for sentence in _coming(task, None if task.done() else live):
        if sentence is None:
            yield PING_FRAME
            continue
        sent += sentence.text
        yield reply.text_frame(sentence.text)
        reply = replace(reply, said=turn.intake.notices)
    try:
        closing = [*reply.content_frames(task.result(), sent)]
    except (AssistantError, ValueError) as error:
        yield frame(openai_body(503, "UNAVAILABLE", error.message if isinstance(error, AssistantError) else CHANGED))
        yield DONE_FRAME
        return
    for each in closing:
        yield each
    await asyncio.sleep(END_PAUSE_S)
    for each in reply.closing_frames(task.result()):
        yield each


async def _coming(task: asyncio.Task[Answer], live: LiveText | None) -> AsyncIterator[ShownSentence | None]:
    """Yield what is told while an answer is made, None when there was nothing for a while, until it is made."""
    ended = asyncio.Event()
    task.add_done_callback(lambda _: ended.set())
    if live is not None:
        async for sentence in live.until(ended.wait(), PING_EVERY_S):
            yield sentence
        return
    while not task.done():
        await asyncio.wait({task}, timeout=PING_EVERY_S)
        if not task.done():
            yield None
