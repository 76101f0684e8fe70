"""The language model, reached through LangChain: opened by name, streamed under a deadline.

Nothing here reads what the model says. A call runs in a thread of its own and is given up when its time is over, whatever the
provider's library does; a thread that was given up ends with the provider's own time limit. The provider's own retries are off:
how often a model is asked is decided here.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.errors import BadInput
from assistant.settings import Settings

EXTRAS = {"openai": "openai", "anthropic": "anthropic", "ollama": "ollama"}
END_FIELDS = ("finish_reason", "stop_reason", "done_reason")
COMPLETE = frozenset({"stop", "end_turn", "stop_sequence"})
DEFAULT_MODEL = "default"
NO_KEY = "none"


class ModelDown(Exception):
    """The model could not be reached, refused the call or broke off."""


class ModelSlow(Exception):
    """The model did not answer in its time."""


class ChatModel(Protocol):
    """A model that writes text for an instruction and a request. `name` is what answers are marked with."""

    name: str

    def stream(self, system: str, request: str, deadline_s: float) -> Iterator[str]:
        """Yield pieces of text.

        Raises:
            ModelDown: it failed.
            ModelSlow: `deadline_s` (of the clock it was given) passed.
        """
        ...


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model setting taken apart: provider, model and, for a server of one's own, its address."""

    provider: str
    model: str
    base_url: str | None

    @property
    def label(self) -> str:
        """The name that answers are marked with; an address is no part of it."""
        return f"{self.provider}:{self.model}"


def parse_model(text: str, base_url: str = "") -> ModelName:
    """Return the parts of `provider:model` or of the address of an OpenAI-compatible server, `https://host/v1#model`.

    Raises:
        BadInput: it is neither; the message shows both forms.
    """
    if text.startswith(("http://", "https://")):
        address, _, model = text.partition("#")
        return ModelName("openai", model or DEFAULT_MODEL, address.rstrip("/"))
    provider, separator, model = text.partition(":")
    if not (separator and provider and model):
        raise BadInput(
            "MEDINFO_MODEL is the model that writes answers: provider:model, for example openai:gpt-5, "
            "anthropic:claude-sonnet-5 or ollama:llama3, or the address of an OpenAI-compatible server, for example "
            "http://127.0.0.1:8080/v1#my-model"
        )
    return ModelName(provider, model, base_url.rstrip("/") or None)


class LangChainModel:
    """A LangChain chat model under a deadline. Safe to share between threads."""

    def __init__(
        self, name: str, open_chat: Callable[[], BaseChatModel], clock: Callable[[], float], *, says_end: bool = False
    ) -> None:
        """Open nothing yet: `open_chat` is called by the first call, so that a provider that is down is a failed call.

        `says_end`: the provider says why it ended, so that a text without that was broken off.
        """
        self.name = name
        self._says_end = says_end
        self._open_chat = open_chat
        self._clock = clock
        self._lock = threading.Lock()
        self._chat: BaseChatModel | None = None

    def stream(self, system: str, request: str, deadline_s: float) -> Iterator[str]:
        """Yield pieces of text until the end, a failure or the deadline."""
        pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        stopped = threading.Event()
        messages = [SystemMessage(system), HumanMessage(request)]
        threading.Thread(target=self._run, args=(messages, pieces, stopped), daemon=True).start()
        try:
            while (piece := self._next(pieces, deadline_s)) is not None:
                yield piece
        finally:
            stopped.set()

    def warm(self) -> None:
        """Begin to open the model, so that the first answer need not wait for its library."""
        threading.Thread(target=self._warm, daemon=True).start()

    def _warm(self) -> None:
        with suppress(BadInput):
            self._opened()

    def _next(self, pieces: queue.SimpleQueue[str | BaseException | None], deadline_s: float) -> str | None:
        try:
            piece = pieces.get(timeout=max(0.0, deadline_s - self._clock()))
        except queue.Empty:
            raise ModelSlow(f"{self.name} took too long") from None
        if isinstance(piece, BaseException):
            raise ModelDown(f"{self.name}: {type(piece).__name__}") from piece
        return piece

    def _run(
        self,
        messages: Sequence[BaseMessage],
        pieces: queue.SimpleQueue[str | BaseException | None],
        stopped: threading.Event,
    ) -> None:
        try:
            end = ""
            for chunk in self._opened().stream(list(messages)):
                if stopped.is_set():
                    return
                end = end or end_of(chunk.response_metadata)
                if text := text_of(chunk.content):
                    pieces.put(text)
        except Exception as error:  # noqa: BLE001 - a provider's library may raise anything; it is handed to the caller
            pieces.put(error)
            return
        broken = self._says_end and end not in COMPLETE
        pieces.put(EOFError(f"ended with {end!r}") if broken else None)

    def _opened(self) -> BaseChatModel:
        with self._lock:
            if self._chat is None:
                self._chat = self._open_chat()
            return self._chat


def end_of(metadata: Mapping[str, Any]) -> str:
    """Return why a provider says that it ended, "" where it does not say."""
    return next((str(metadata[name]) for name in END_FIELDS if metadata.get(name)), "")


def text_of(content: str | list[Any]) -> str:
    """Return the text of a message's content; parts that are no text (reasoning, tool calls) are left out."""
    if isinstance(content, str):
        return content
    texts = (part if isinstance(part, str) else part.get("text", "") for part in content if isinstance(part, (str, dict)))
    return "".join(text for text in texts if isinstance(text, str))


def open_model(settings: Settings, clock: Callable[[], float]) -> LangChainModel:
    """Return the model of the settings, not yet called.

    Raises:
        BadInput: no model is named, or not in a form that can be read.
    """
    name = parse_model(settings.model, settings.model_url)
    return LangChainModel(name.label, lambda: _open_chat(name, settings), clock, says_end=name.provider in EXTRAS)


def check_model(settings: Settings) -> None:
    """Open the model of the settings without calling it.

    Raises:
        BadInput: its provider is unknown, not installed or not set up; the message says what to do.
    """
    _open_chat(parse_model(settings.model, settings.model_url), settings)


def _open_chat(name: ModelName, settings: Settings) -> BaseChatModel:
    options: dict[str, Any] = {"temperature": 0}
    if name.provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.model_timeout_s}
    else:
        options |= {"timeout": settings.model_timeout_s, "max_retries": 0}
    if name.base_url:
        options["base_url"] = name.base_url
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    if key or (name.base_url and name.provider == "openai"):
        options["api_key"] = key or NO_KEY
    try:
        chat = init_chat_model(name.model, model_provider=name.provider, **options)
    except ImportError as error:
        extra = EXTRAS.get(name.provider)
        fix = f"pip install -e '.[{extra}]'" if extra else str(error)
        raise BadInput(f"the provider of {name.label} is not installed: {fix}") from error
    except Exception as error:
        raise BadInput(f"{name.label} cannot be opened: {' '.join(str(error).split())}") from error
    if not isinstance(chat, BaseChatModel):
        raise BadInput(f"{name.label} cannot be opened: it has settings that are chosen later")
    return chat
