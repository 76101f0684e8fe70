"""What enters and leaves over HTTP, as models: requests are strict, and refuse what cannot be stored or was never meant.

The models of an answer describe the contract for `/openapi.json`; `assistant.wire` writes it, and a test holds the two
together.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_MESSAGES = 400
MAX_PARTS = 400
MAX_FORM_CHARS = 4000
ONLY_TEXT = "only text is read here: leave out images, sound and files, and describe in words what matters"
# Everything below space but tab and line ends, delete, and surrogates that stand alone: nothing a person types.
_UNTYPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ID = r"^[A-Za-z0-9_.:-]{1,128}$"


def check_text(text: str) -> str:
    """Return the text; refuse control characters and broken Unicode."""
    if _UNTYPABLE.search(text):
        raise ValueError("the text holds control characters or broken Unicode: remove them")
    return text


def _check_not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is empty")
    return text


Text = Annotated[str, AfterValidator(check_text)]
FilledText = Annotated[Text, AfterValidator(_check_not_blank), Field(max_length=MAX_FORM_CHARS)]
ShortText = Annotated[Text, Field(max_length=254)]
Id = Annotated[str, StringConstraints(pattern=_ID)]
Level = Annotated[int, Field(ge=1, le=5, strict=True)]


class Strict(BaseModel):
    """A body that may hold nothing else."""

    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    """A body of another party's protocol, which may hold more than we read."""

    model_config = ConfigDict(extra="ignore")


class ErrorDetail(BaseModel):
    """What went wrong: a stable code and a message that says what to do."""

    code: str
    message: str


class ErrorBody(BaseModel):
    """The one error shape."""

    error: ErrorDetail


class Attestation(Strict):
    """What the asker confirmed at the gate."""

    accepted: Literal[True]
    profession: Literal["physician", "nurse_practitioner", "physician_assistant", "nurse", "pharmacist", "other"]
    country: Annotated[str, StringConstraints(pattern="^[A-Za-z]{2}$", to_upper=True)]


class SessionRequest(Strict):
    """A new session."""

    attestation: Attestation


class SessionReply(BaseModel):
    """A token and when it ends."""

    token: str
    expires_at: datetime


class MessagePart(Open):
    """A part of a client's message; only text is read."""

    type: str = Field(max_length=100)
    text: Text | None = None


class UiMessage(Open):
    """A message as an AI SDK client keeps it."""

    id: Annotated[str, Field(max_length=128)] | None = None
    role: Literal["user", "assistant", "system"]
    parts: Annotated[list[MessagePart], Field(max_length=MAX_PARTS)] = []
    content: Text | None = None

    @property
    def text(self) -> str:
        """The text of the message."""
        pieces = [part.text for part in self.parts if part.type == "text" and part.text]
        return "\n".join(pieces) or self.content or ""


class ChatRequest(Open):
    """A question: the client's `messages`, or a plain `message`. What the assistant is said to have said is not read."""

    message: Text | None = None
    messages: Annotated[list[UiMessage], Field(max_length=MAX_MESSAGES)] | None = None
    id: Id | None = None
    conversation_id: Id | None = None
    trigger: Literal["submit-message", "regenerate-message"] | None = None

    @model_validator(mode="after")
    def _has_a_question(self) -> ChatRequest:
        if (self.message is None) == (self.messages is None):
            raise ValueError("send either message or messages")
        newest = self._user_messages[-1:]
        if any(part.type == "file" for message in newest for part in message.parts):
            raise ValueError(ONLY_TEXT)
        if not self.question.strip():
            raise ValueError("the question is empty")
        return self

    @property
    def _user_messages(self) -> list[UiMessage]:
        return [message for message in self.messages or () if message.role == "user"]

    @property
    def question(self) -> str:
        """The newest user turn."""
        if self.message is not None:
            return self.message
        return self._user_messages[-1].text if self._user_messages else ""

    @property
    def earlier(self) -> tuple[str, ...]:
        """The user turns before it, as the client tells them."""
        return tuple(message.text for message in self._user_messages[:-1] if message.text.strip())

    @property
    def message_id(self) -> str | None:
        """The client's id of the newest user turn."""
        return self._user_messages[-1].id if self._user_messages else None


class FeedbackRequest(Strict):
    """A rating of an answer."""

    rating: Literal["helpful", "not_helpful"]
    reason: Literal["wrong", "incomplete", "not_my_question", "unsupported", "out_of_date", "unsafe", "other"] | None = None
    comment: Annotated[Text, Field(max_length=MAX_FORM_CHARS)] | None = None


class FeedbackReply(BaseModel):
    """That the rating is stored, and the case it opened, if any."""

    saved: bool = True
    case_id: str | None = None


class SurveyRequest(Strict):
    """The three statements, each from 1 (very dissatisfied) to 5 (very satisfied); any may be left out."""

    conversation_id: Id | None = None
    credibility: Level | None = None
    relevance: Level | None = None
    confidence: Level | None = None


class Saved(BaseModel):
    """That something is stored."""

    saved: bool = True


class ContactForm(Strict):
    """A request to be contacted."""

    kind: Literal["contact"]
    name: Annotated[FilledText, Field(max_length=120)]
    email: ShortText | None = None
    phone: ShortText | None = None
    best_time: ShortText | None = None
    question: FilledText
    consent: Literal[True]
    conversation_id: Id | None = None
    answer_id: Id | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> ContactForm:
        if not (self.email or "").strip() and not (self.phone or "").strip():
            raise ValueError("give an e-mail address or a phone number")
        return self


class SafetyForm(Strict):
    """A report of something that happened to a patient, or of a product problem. `consent`: may we contact you about it."""

    kind: Literal["safety"]
    description: FilledText
    product: ShortText | None = None
    patient: ShortText | None = None
    outcome: ShortText | None = None
    name: ShortText | None = None
    email: ShortText | None = None
    phone: ShortText | None = None
    consent: bool
    conversation_id: Id | None = None


CaseForm = Annotated[ContactForm | SafetyForm, Field(discriminator="kind")]


class CaseReply(BaseModel):
    """The case that was opened. `out_of_hours`: nobody is at the desk now."""

    case_id: str
    due_at: datetime
    out_of_hours: bool


class LocatorBody(BaseModel):
    """The place in the original."""

    type: Literal["text", "page", "slide", "video"]
    page: int | None = None
    slide: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None


class ReferenceBody(BaseModel):
    """An entry of a document's bibliography."""

    n: int
    citation: str
    doi: str | None = None
    url: str | None = None
    note: str | None = None


class CitationBody(BaseModel):
    """Proof of a sentence: `quote` is the document's text from `start` to `end` (code points)."""

    n: int
    chunk_id: str
    doc_id: str
    title: str
    section: str
    version: str
    status: str
    effective_date: date
    quote: str
    start: int
    end: int
    locator: LocatorBody
    references: list[ReferenceBody]
    url: str


class SegmentBody(BaseModel):
    """A sentence of an answer with the numbers of its citations."""

    text: str
    citations: list[int]
    kind: str
    group: str | None = None


class NoticeBody(BaseModel):
    """A fixed text shown with a code."""

    code: str
    text: str


class CaseReferenceBody(BaseModel):
    """A case on record."""

    case_id: str
    code: str
    due_at: datetime


class SafetyBody(BaseModel):
    """What screening and triage did with the turn."""

    codes: list[str]
    pv: bool
    notices: list[NoticeBody]
    cases: list[CaseReferenceBody]


class ResourceBody(BaseModel):
    """An approved resource."""

    title: str
    description: str
    doc_id: str
    url: str


class VersionsBody(BaseModel):
    """Everything needed to repeat an answer."""

    corpus: str
    index: str
    model: str
    policy: str
    mode: str


class AnswerBody(BaseModel):
    """A finished turn. Optional fields are left out, never null."""

    model_config = ConfigDict(extra="forbid")

    answer_id: str
    conversation_id: str
    question: str
    interpreted_as: str | None = None
    outcome: Literal["answered", "declined", "redirected"]
    decline_code: str | None = None
    text: str
    segments: list[SegmentBody]
    citations: list[CitationBody]
    safety: SafetyBody
    resources: list[ResourceBody]
    suggestions: list[str]
    nearest_headings: list[str] | None = None
    versions: VersionsBody
    timings_ms: dict[str, float]


class PassageBody(BaseModel):
    """A cited passage in its section; `start` is where `text` begins in the document (code points).

    `body` is the same text as elements, each a list of its name and what it holds, with the cited stretch in `mark`.
    """

    chunk_id: str
    doc_id: str
    title: str
    version: str
    status: str
    effective_date: date
    review_due: date
    section: str
    locator: LocatorBody
    text: str
    start: int
    body: list[Any]
    url: str


class DocumentBody(BaseModel):
    """A document that may be served, with its whole text."""

    doc_id: str
    title: str
    type: str
    topic: str
    version: str
    status: str
    review: str
    effective_date: date
    review_due: date
    expires_date: date | None = None
    market: list[str]
    audience: str
    owner: str
    references: list[ReferenceBody]
    sources: list[str]
    text: str
    sha256: str
    url: str


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declarations of a route's errors."""
    return {status: {"model": ErrorBody} for status in sorted({*statuses, 429, 500, 503})}
