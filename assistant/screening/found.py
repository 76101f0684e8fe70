"""What masking finds in one text, and the patterns it finds it with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

Patterns = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier of a kind at `start` to `end` (code points) of one text."""

    kind: str
    start: int
    end: int


class PatternFile(BaseModel):
    """Regular expressions by name, in verbose mode; `<name>` stands for a fragment, those in `exact` heed capitals."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    note: str
    exact: tuple[str, ...]
    fragments: Mapping[str, str]
    patterns: Mapping[str, str]


def compile_patterns(data: Any) -> Patterns:
    """Return the patterns of a pattern file's content, compiled at first use: re.error then when one cannot be used."""
    return _Compiled(PatternFile.model_validate(data))


class _Compiled(Mapping[str, re.Pattern[str]]):
    """The patterns of a file, each compiled when it is first asked for."""

    def __init__(self, file: PatternFile) -> None:
        self._file = file
        self._known: dict[str, re.Pattern[str]] = {}

    def __getitem__(self, name: str) -> re.Pattern[str]:
        if name not in self._known:
            source = re.sub("<([a-z_]+)>", lambda match: self._file.fragments[match[1]], self._file.patterns[name])
            self._known[name] = re.compile(source, re.VERBOSE | (re.NOFLAG if name in self._file.exact else re.IGNORECASE))
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.patterns)

    def __len__(self) -> int:
        return len(self._file.patterns)


def words_pattern(words: str) -> re.Pattern[str]:
    """Return a pattern for whole words of a list written `a|b c|stem*`, without regard to capitals."""
    stems = (re.escape(word.strip()).replace(r"\*", r"\w*") for word in words.split("|"))
    return re.compile(rf"\b(?:{'|'.join(sorted(stems, key=len, reverse=True))})\b", re.IGNORECASE)


def before(text: str, at: int, chars: int) -> str:
    """Return up to `chars` characters that stand before `at`."""
    return text[max(0, at - chars) : at]
