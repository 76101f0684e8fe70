"""An OpenAI-compatible client of few lines: what goes over the wire, without a library's help."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from assistant.api.keys import KeyRequest
from tests.api.conftest import Running

Json = dict[str, Any]


def user(text: str) -> Json:
    """A user turn."""
    return {"role": "user", "content": text}


def said(role: str, text: str) -> Json:
    """What a client says somebody else said."""
    return {"role": role, "content": text}


def new_key(running: Running, **changes: Any) -> str:
    """The secret of a new key."""
    wanted = {"name": "portal", "scopes": ["ask"], "profession": "pharmacist", "country": "US", "attestation": "us-hcp-1"}
    return str(running.service.keys.add(KeyRequest(**(wanted | changes)))[1])


@dataclass
class Program:
    """A program with a key."""

    url: str
    secret: str
    headers: Json = field(default_factory=dict)

    def post(self, body: Any, **headers: str) -> httpx.Response:
        """Send a request."""
        sent = {"authorization": f"Bearer {self.secret}", **self.headers, **headers}
        return httpx.post(self.url + "/v1/chat/completions", json=body, headers=sent, timeout=30)

    def ask(self, *messages: Json, headers: dict[str, str] | None = None, **more: Any) -> Json:
        """Return the completion."""
        response = self.post({"model": "medinfo", "messages": list(messages), **more}, **(headers or {}))
        assert response.status_code == 200, response.text
        return dict(response.json())

    def answer(self, *messages: Json, **more: Any) -> Json:
        """Return the whole answer of a completion."""
        return dict(self.ask(*messages, **more)["medinfo"])

    def stream(self, *messages: Json, **more: Any) -> list[Any]:
        """Return the chunks of a stream, `[DONE]` last."""
        response = self.post({"model": "medinfo", "messages": list(messages), "stream": True, **more})
        assert response.status_code == 200, response.text
        return chunks_of(response.text)


def chunks_of(text: str) -> list[Any]:
    """The chunks of a stream."""
    frames = [line.removeprefix("data: ") for line in text.split("\n\n") if line.startswith("data: ")]
    return [frame if frame == "[DONE]" else json.loads(frame) for frame in frames]


def content_of(chunks: list[Any]) -> str:
    """The text of a stream."""
    return "".join(
        chunk["choices"][0]["delta"].get("content", "") for chunk in chunks if chunk != "[DONE]" and chunk.get("choices")
    )
