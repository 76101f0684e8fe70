"""Requests and replies of the OpenAI-compatible routes.

A request may hold fields we do not know. Those that would change what is answered are refused when they ask for what is never
done (several choices, tools, another form of output); the rest (temperature, seed, limits on length) changes nothing, since an
answer is not sampled and never cut. Of the messages, only the user's are read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from assistant.api.schemas import MAX_MESSAGES, MAX_PARTS, ONLY_TEXT, Id, Open, Text

MAX_USER_CHARS = 256


class ContentPart(Open):
    """A part of a message; only text is read."""

    type: str = Field(max_length=100)
    text: Text | None = None


class ChatMessage(Open):
    """A message as an OpenAI client sends it. Only those of role `user` are read, none as an instruction."""

    role: Literal["user", "assistant", "system", "developer", "tool", "function"]
    content: Text | Annotated[list[ContentPart], Field(max_length=MAX_PARTS)] | None = None

    @property
    def has_more_than_text(self) -> bool:
        """Whether the message holds a picture, sound or a file."""
        return isinstance(self.content, list) and any(part.type != "text" for part in self.content)

    @property
    def text(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content or ""


class StreamOptions(Open):
    """What a stream holds besides the answer."""

    include_usage: bool | None = None


class Metadata(Open):
    """Of a client's metadata, the id of its conversation."""

    conversation_id: Id | None = None


class ResponseFormat(Open):
    """The form of output asked for."""

    type: str = Field(max_length=100)


class CompletionRequest(Open):
    """A question in the form of the chat completions interface."""

    model: str = Field(max_length=200)
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    user: Annotated[str, Field(max_length=MAX_USER_CHARS)] | None = None
    safety_identifier: Annotated[str, Field(max_length=MAX_USER_CHARS)] | None = None
    metadata: Metadata | None = None
    tool_choice: Any = None
    response_format: ResponseFormat | None = None

    @model_validator(mode="after")
    def _asks_for_what_is_done(self) -> CompletionRequest:
        newest = next((message for message in reversed(self.messages) if message.role == "user"), None)
        if newest is not None and newest.has_more_than_text:
            raise ValueError(ONLY_TEXT)
        if newest is None or not newest.text.strip():
            raise ValueError("messages hold no question: the newest message of role 'user' must have text")
        if self.n not in {None, 1}:
            raise ValueError("there is one answer to a question: leave n out or set it to 1")
        if self.tool_choice not in (None, "none", "auto"):
            raise ValueError("tools are never called here: leave tool_choice out")
        if self.response_format is not None and self.response_format.type != "text":
            raise ValueError("answers are text; their parts are in the field 'medinfo': leave response_format out")
        return self

    @property
    def turns(self) -> tuple[str, ...]:
        """The user turns with text, oldest first; the last one is the question."""
        return tuple(message.text for message in self.messages if message.role == "user" and message.text.strip())

    @property
    def asker(self) -> str:
        """The id the client uses for its user, empty without one."""
        return self.safety_identifier or self.user or ""

    @property
    def conversation_key(self) -> str | None:
        """The id of the conversation, when the client names one."""
        return None if self.metadata is None else self.metadata.conversation_id


class OpenAiErrorDetail(BaseModel):
    """What went wrong, in the vocabulary of OpenAI's clients."""

    message: str
    type: str
    param: str | None
    code: str


class OpenAiErrorBody(BaseModel):
    """The error shape of the `/v1` routes."""

    error: OpenAiErrorDetail


class UrlCitation(BaseModel):
    """Where a mark stands in the content (code points, end exclusive) and the page that shows the cited passage."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation as OpenAI's clients know it."""

    type: Literal["url_citation"]
    url_citation: UrlCitation


class CompletionMessage(BaseModel):
    """The answer as one text, with its citations."""

    role: Literal["assistant"]
    content: str
    refusal: None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one answer."""

    index: int
    message: CompletionMessage
    logprobs: None
    finish_reason: Literal["stop", "content_filter"]


class Usage(BaseModel):
    """Sizes in words and marks: no model's tokens are counted."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionBody(BaseModel):
    """An answer. `medinfo` is the whole answer as `POST /api/chat` gives it."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    medinfo: dict[str, Any]


class ModelBody(BaseModel):
    """A model that can be named."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(BaseModel):
    """The models that can be named."""

    object: Literal["list"]
    data: list[ModelBody]


def openai_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declarations of a route's errors."""
    return {status: {"model": OpenAiErrorBody} for status in sorted({*statuses, 401, 429, 500, 503})}
