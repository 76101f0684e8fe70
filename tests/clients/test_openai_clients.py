"""OpenAI's own libraries against the service: npm `openai` 5, 6 and 7, PyPI `openai`; plain, streamed, with their helpers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest

from tests.clients.conftest import QUESTIONS, Served
from tests.clients.expectations import check_annotations, check_text


@pytest.fixture(scope="module", params=["5", "6", "7"])
def seen(request: pytest.FixtureRequest, node: Callable[..., Any], served: Served) -> Any:
    """What one major version of the npm library made of the three questions."""
    result = node("openai.mjs", request.param, served.url, served.key, json.dumps(QUESTIONS))
    assert result["version"].split(".")[0] == request.param
    return result


class TestNpm:
    """The npm library."""

    @pytest.mark.parametrize("way", ["plain", "stream", "helper"])
    @pytest.mark.parametrize("name", QUESTIONS)
    def test_answer_citations_notice_and_decline(self, seen: Any, served: Served, name: str, way: str) -> None:
        reply = seen["asked"][name][way]
        check_text(served, name, reply["content"], reply["answer"])
        check_annotations(served, reply["content"], reply["annotations"], reply["answer"])
        assert reply["finish"] == ("content_filter" if name == "decline" else "stop")

    def test_a_stream_comes_in_pieces_and_ends_with_sizes(self, seen: Any) -> None:
        stream = seen["asked"]["safety"]["stream"]
        assert stream["chunks"] > 4
        assert stream["usage"]["total_tokens"] == stream["usage"]["prompt_tokens"] + stream["usage"]["completion_tokens"]
        assert seen["asked"]["safety"]["helper"]["deltas"] > 1

    def test_errors_are_of_the_classes_the_library_has_for_them(self, seen: Any) -> None:
        failures = seen["failures"]
        assert (failures["key"]["name"], failures["key"]["code"]) == ("AuthenticationError", "invalid_api_key")
        assert (failures["model"]["name"], failures["model"]["code"]) == ("NotFoundError", "model_not_found")
        assert failures["picture"]["name"] == "BadRequestError"
        assert "only text is read" in failures["picture"]["message"]

    def test_models(self, seen: Any) -> None:
        assert (seen["models"], seen["model"]) == (["medinfo"], "medinfo")


@pytest.fixture(scope="module")
def client(served: Served) -> openai.OpenAI:
    """The Python library."""
    return openai.OpenAI(base_url=served.url + "/v1", api_key=served.key, max_retries=0)


class TestPython:
    """The Python library."""

    @pytest.mark.parametrize("name", QUESTIONS)
    def test_plain(self, client: openai.OpenAI, served: Served, name: str) -> None:
        reply = client.chat.completions.create(model="medinfo", messages=[{"role": "user", "content": QUESTIONS[name]}])
        message, body = reply.choices[0].message, reply.model_extra["medinfo"]  # type: ignore[index]
        check_text(served, name, message.content or "", body)
        annotations = [annotation.model_dump() for annotation in message.annotations or []]
        check_annotations(served, message.content or "", annotations, body)

    @pytest.mark.parametrize("name", ["answer", "safety"])
    def test_streamed_with_the_helper(self, client: openai.OpenAI, served: Served, name: str) -> None:
        content, body = "", {}
        with client.chat.completions.stream(model="medinfo", messages=[{"role": "user", "content": QUESTIONS[name]}]) as stream:
            for event in stream:
                if event.type == "content.delta":
                    content += event.delta
                if event.type == "chunk" and event.chunk.choices and event.chunk.choices[0].finish_reason:
                    body = event.chunk.model_extra["medinfo"]  # type: ignore[index]
            whole = stream.get_final_completion()
        assert whole.choices[0].message.content == content
        check_text(served, name, content, body)
        annotations = [annotation.model_dump() for annotation in whole.choices[0].message.annotations or []]
        check_annotations(served, content, annotations, body)

    def test_the_helper_shows_a_decline_and_then_raises_with_it(self, client: openai.OpenAI, served: Served) -> None:
        content = ""
        messages: list[Any] = [{"role": "user", "content": QUESTIONS["decline"]}]
        with client.chat.completions.stream(model="medinfo", messages=messages) as stream:
            for event in stream:
                content += event.delta if event.type == "content.delta" else ""
            with pytest.raises(openai.ContentFilterFinishReasonError) as caught:
                stream.get_final_completion()
        whole = caught.value.completion
        assert whole.choices[0].message.content == content
        check_text(served, "decline", content, served.body_of(whole.id.removeprefix("chatcmpl-")))

    def test_a_follow_up_is_understood_from_the_questions_alone(self, client: openai.OpenAI) -> None:
        messages: list[Any] = [{"role": "user", "content": QUESTIONS["answer"]}]
        first = client.chat.completions.create(model="medinfo", messages=messages)
        messages += [{"role": "assistant", "content": "anything at all"}, {"role": "user", "content": "Source for that?"}]
        second = client.chat.completions.create(model="medinfo", messages=messages)
        one, two = (reply.model_extra["medinfo"] for reply in (first, second))  # type: ignore[index]
        assert two["conversation_id"] == one["conversation_id"]
        assert {citation["doc_id"] for citation in two["citations"]} >= {citation["doc_id"] for citation in one["citations"]}

    def test_a_wrong_key(self, served: Served) -> None:
        stranger = openai.OpenAI(base_url=served.url + "/v1", api_key="wrong", max_retries=0)
        with pytest.raises(openai.AuthenticationError) as caught:
            stranger.models.list()
        assert caught.value.code == "invalid_api_key"
