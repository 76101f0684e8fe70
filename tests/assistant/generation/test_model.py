"""Models by name, and a call that ends at its deadline whatever the provider does."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import BadInput
from assistant.generation.model import LangChainModel, ModelDown, ModelSlow, check_model, parse_model, text_of
from assistant.settings import Settings


@pytest.mark.parametrize(
    ("text", "label", "url"),
    [
        ("openai:gpt-5", "openai:gpt-5", None),
        ("ollama:llama3:8b", "ollama:llama3:8b", None),
        ("http://127.0.0.1:1/v1#mine", "openai:mine", "http://127.0.0.1:1/v1"),
        ("https://models.example/v1/", "openai:default", "https://models.example/v1"),
    ],
)
def test_a_model_is_named_by_provider_or_address(text: str, label: str, url: str | None) -> None:
    name = parse_model(text)
    assert (name.label, name.base_url) == (label, url)


@pytest.mark.parametrize("text", ["", "gpt-5", ":x", "openai:"])
def test_a_name_that_cannot_be_read_says_what_to_write(text: str) -> None:
    with pytest.raises(BadInput, match="openai:gpt-5"):
        parse_model(text)


def test_an_unknown_provider_is_refused_with_a_message() -> None:
    with pytest.raises(BadInput, match="nonsense:x cannot be opened"):
        check_model(Settings(mode="generate", model="nonsense:x"))


def test_a_langchain_model_is_streamed() -> None:
    fake = GenericFakeChatModel(messages=iter([AIMessage("Two small words.")]))
    model = LangChainModel("fake:x", lambda: fake, time.monotonic)
    assert "".join(model.stream("s", "r", time.monotonic() + 5)) == "Two small words."


class Stuck(GenericFakeChatModel):
    """Says one word and then nothing for long."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        yield next(GenericFakeChatModel._stream(self, *args, **kwargs))
        time.sleep(3)


def test_a_call_ends_at_its_deadline() -> None:
    model = LangChainModel("fake:x", lambda: Stuck(messages=iter([AIMessage("one two")])), time.monotonic)
    pieces = model.stream("s", "r", time.monotonic() + 0.3)
    assert next(pieces) == "one"
    with pytest.raises(ModelSlow):
        next(pieces)


def test_whatever_a_provider_raises_is_a_model_that_is_down() -> None:
    def fail() -> GenericFakeChatModel:
        raise OSError("no route")

    with pytest.raises(ModelDown, match="OSError"):
        list(LangChainModel("fake:x", fail, time.monotonic).stream("s", "r", time.monotonic() + 5))


def test_parts_that_are_no_text_are_left_out() -> None:
    assert text_of([{"type": "reasoning", "summary": "x"}, {"type": "text", "text": "a"}, "b"]) == "ab"
