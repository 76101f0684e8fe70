"""An answer in the form of OpenAI's chat completions: one body, or chunks of a stream. Pure: same answer, same bytes.

Order of a stream: role, content in whole statements, all annotations in one chunk (clients lose those of a second one), the
chunk that ends it with the whole answer under `medinfo`, usage when asked for, `[DONE]`. Offsets count code points of the
content. A decline is content too, ended by `content_filter`; this client has no other place for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.api.stream import DONE_FRAME, frame, mark_spans, split_text
from assistant.client_text import ClientText, absolute_url, write_text
from assistant.types import Answer, Notice, Outcome
from assistant.wire import answer_to_json

Json = dict[str, Any]
MODEL_ID = "medinfo"
CHUNK = "chat.completion.chunk"
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is the same in everything that belongs to one completion.

    Attributes:
        answer_id: id of the answer, known before there is one.
        turns: the user turns, for the size of what was asked.
        public_url: where links lead.
        with_usage: whether a stream ends with the sizes.
        said: the notices sent before the sentences of an answer that is shown while it is written, None for any other.
    """

    answer_id: str
    created_at: datetime
    model: str
    turns: Sequence[str]
    public_url: str
    with_usage: bool = False
    said: Sequence[Notice] | None = None

    def _fixed(self, kind: str) -> Json:
        created = int(self.created_at.timestamp())
        return {"id": f"chatcmpl-{self.answer_id}", "object": kind, "created": created, "model": self.model}

    def completion(self, answer: Answer) -> Json:
        """Return the whole completion."""
        written = self._write(answer)
        message = {
            "role": "assistant",
            "content": written.text,
            "refusal": None,
            "annotations": self._annotations(answer, written),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(answer)}
        return self._fixed("chat.completion") | {
            "choices": [choice],
            "usage": self._usage(written),
            "medinfo": answer_to_json(answer),
        }

    def opening_frames(self, lead: str = "") -> Iterator[bytes]:
        """Return the frames that can be sent before there is an answer; `lead` is what is known already."""
        yield self._chunk({"role": "assistant", "content": ""})
        if lead:
            yield self._chunk({"content": lead})

    def text_frame(self, text: str) -> bytes:
        """Return the frame with the next stretch of the text."""
        return self._chunk({"content": text})

    def content_frames(self, answer: Answer, sent: str = "") -> Iterator[bytes]:
        """Return the frames with the text, a statement each; `sent` was sent before.

        Raises:
            ValueError: the text does not begin with what was sent.
        """
        written = self._write(answer)
        if not written.text.startswith(sent):
            raise ValueError("the answer does not begin with what was shown of it")
        for piece in _pieces(answer, written):
            rest, sent = piece[len(sent) :], sent[len(piece) :]
            if rest:
                yield self.text_frame(rest)

    def closing_frames(self, answer: Answer) -> Iterator[bytes]:
        """Return the frames after the text: annotations, the end with the whole answer, sizes when asked for, `[DONE]`."""
        written = self._write(answer)
        if annotations := self._annotations(answer, written):
            yield self._chunk({"annotations": annotations})
        yield self._chunk({}, finish_reason=_finish_reason(answer), medinfo=answer_to_json(answer))
        if self.with_usage:
            yield frame(self._fixed(CHUNK) | {"choices": [], "usage": self._usage(written)})
        yield DONE_FRAME

    def _write(self, answer: Answer) -> ClientText:
        return write_text(answer, self.public_url, self.said)

    def _chunk(self, delta: Json, *, finish_reason: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.with_usage else {}
        return frame(self._fixed(CHUNK) | {"choices": [choice]} | usage | more)

    def _annotations(self, answer: Answer, written: ClientText) -> list[Json]:
        cited = {citation.n: citation for citation in answer.citations}
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": written.answer_start + mark.start,
                    "end_index": written.answer_start + mark.end,
                    "title": f"{cited[mark.n].title}, {cited[mark.n].section}",
                    "url": absolute_url(cited[mark.n], self.public_url),
                },
            }
            for mark in mark_spans(answer)
            if mark.n in cited
        ]

    def _usage(self, written: ClientText) -> Json:
        asked, said = sum(map(_size, self.turns)), _size(written.text)
        return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _pieces(answer: Answer, written: ClientText) -> list[str]:
    """Cut the text before each segment of the answer, and before and after the answer itself."""
    end = written.answer_start + len(answer.text)
    return [piece for piece in (written.text[: written.answer_start], *split_text(answer), written.text[end:]) if piece]


def _finish_reason(answer: Answer) -> str:
    return "content_filter" if answer.outcome is Outcome.DECLINED else "stop"


def _size(text: str) -> int:
    return len(_WORD.findall(text))
