"""Cuts what a model writes into sentences with the keys they cite, while it is still being written.

A sentence is given out when the text after it shows that it is complete, whatever pieces the text arrives in. A bracket that is
still open is waited for. What is no key ("[1]", "[the label]") is kept as a key nobody knows, so that the check refuses the
sentence; it is never silently removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.generation.types import Drafted

_BRACKETS = re.compile(r"\s*[\[\u3010]([^\[\]\u3010\u3011]*)[\]\u3011]")
_KEYS = re.compile(r"[^\s,;]+")
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")
# The end of a sentence: a stop, marks perhaps, then a space and a capital, a figure or a bracket.
_END = re.compile(r"(?<=[.!?])((?:\s*[\[\u3010][^\[\]\u3010\u3011]*[\]\u3011])*)\s+(?=[A-Z0-9\"\u201c])")
_MARKED_END = re.compile(r"((?:\s*[\[\u3010][^\[\]\u3010\u3011]*[\]\u3011])+)[.!?]?\s+(?=[A-Z\"\u201c])")
_ABBREVIATIONS = re.compile(r"(?:\b(?:vs|et al|e\.g|i\.e|cf|Dr|No|Fig|approx|ca|resp)|\b[A-Z])\.$")


class SentenceReader:
    """Takes text as it arrives and gives out complete sentences; `finish` gives what is left."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, text: str) -> Iterator[Drafted]:
        """Yield the sentences that are complete now."""
        self._buffer += text
        while "\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition("\n")
            yield from read_line(line)
        pieces = _split(self._buffer)
        for piece in pieces[:-1]:
            yield from read_line(piece)
        self._buffer = pieces[-1] if pieces else ""

    def finish(self) -> Iterator[Drafted]:
        """Yield what was written last; a sentence that breaks off has no keys and is refused for it."""
        line, self._buffer = self._buffer, ""
        yield from read_line(line)


def read_line(line: str) -> Iterator[Drafted]:
    """Yield the sentences of one line."""
    for piece in _split(line):
        text = _BULLET.sub("", piece).strip()
        keys = tuple(dict.fromkeys(key for marks in _BRACKETS.findall(text) for key in _KEYS.findall(marks) or [marks]))
        words = " ".join(_BRACKETS.sub("", text).split())
        words = re.sub(r"\s+(?=[.,;])", "", words)
        if any(char.isalnum() for char in words):
            yield Drafted(words if words[-1] in ".!?" else words + ".", keys)


def _split(text: str) -> list[str]:
    """Cut at the ends of sentences; marks belong to the sentence before them."""
    pieces, start = [], 0
    ends = sorted({match.end(): match for pattern in (_END, _MARKED_END) for match in pattern.finditer(text)}.items())
    for end, match in ends:
        before = text[start : match.start()]
        if match.group(1).strip() == "" and _ABBREVIATIONS.search(before.rstrip()):
            continue
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
