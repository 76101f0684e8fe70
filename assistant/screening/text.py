"""A message as sentences of tokens, with offsets into the original text.

Normalising keeps the length: character i of the normalised text is character i of the original, so every span found by a
rule is a span of what was typed. Nothing is corrected or translated here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from assistant.screening.scripts import Glossary, is_foreign

MAX_SENTENCE_TOKENS = 160
# Syllables that taking accents off would reduce to their first letter.
_HANGUL_FIRST, _HANGUL_LAST = "\uac00", "\ud7af"
_FOREIGN_RUN = re.compile(r"[\u0370-\u1dff\u2c80-\U0003ffff][^\x00-\x1f!-~\u00a1-\u036f]*")
# French and Italian elision ("d'imlunestrant", "dell'abemaciclib") is a word of its own.
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*|(?:\b(?:[cdjlmnst]|qu|lorsqu|dell|all|nell|sull|dall|un))'(?=[^\W\d_]{2})|[^\W\d_]+(?:'[^\W\d_]+)*|[%+]"
)
# Ends of sentences: punctuation before a blank, a line break, or punctuation spelled out in dictation.
_BREAK = re.compile(
    r"[\u3002\uff01\uff1f\u061f]+|[.!?;]+[\"')\]]*(?=\s|$)|\n+|(?<=[?!])(?=[a-z])"
    r"|\b(?:question mark|new paragraph|next paragraph|full stop)\b|\bperiod(?= [A-Z]| *$)"
)
# Where a clause opens in speech written down without marks: a question after a statement, a reason, a patient after a question.
_SPOKEN = re.compile(
    r"(?<= )(?:because|cos|bc|(?:what|how) (?:do|does|did|is|are|was|were|should|would|common|often|long|much|many|soon)"
    r"|what (?:dose|data|can|else)|(?:is|was) (?:it|that|this|there(?! (?:before|already|since|long|for|years|months)))"
    r"|do (?:i|we|you) "
    r"|should (?:i|we|she|he)|can (?:i|we|you|she|he)|could (?:i|we|you)|are there|any (?:data|advice|ideas?)|please)\b"
)
_SPOKEN_PATIENT = re.compile(
    r"(?<= )(?<!if )(?<!when )(?<!for )(?<!in )(?<!does )(?<!of )(?<!that )(?<!to )(?<!with )(?<!on )(?<!by )(?<!from )"
    r"(?<!should )(?<!can )(?<!is )(?<!and )(?<!or )(?<!would )(?<!will )(?<!about )(?<!because )(?<!like )"
    r"(?<!has )(?<!had )(?<!put )"
    r"(?:(?:my|our) (?:patient|lady|pt|man|woman|gentleman)|(?:i|we) have (?:a|one) )\b"
)
_SPOKEN_MIN_TOKENS = 12
_SPOKEN_MIN_WORDS_BEFORE = 4
_MARKS = re.compile(r"[,;:?!()/]|\. ")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|vs|e\.g|i\.e|etc|incl|excl|approx|no|al|st|pt|fig|ca|resp|sr|sra|dra|inc|[a-z]))\.$",
    re.IGNORECASE,
)
_SINGLE = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "⁄": "/",
    "ı": "i",
    "\u061f": "?",
    "\u3002": ".",
    "\u060c": ",",
    "\u3001": ",",
}


class Token(NamedTuple):
    """A word, number or percent sign; `start` and `end` are offsets into the turn."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of one turn that ends with a full stop, a question mark or a line break. `text` is normalised."""

    turn: int
    ordinal: int
    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if _HANGUL_FIRST <= char <= _HANGUL_LAST:
        return char
    mapped = _SINGLE.get(char, char)
    if not mapped.isprintable():
        return "\n" if mapped in "\n\r" else " "
    lowered = mapped.lower()
    base = unicodedata.normalize("NFKD", lowered)[:1]
    return base if len(base) == 1 and base.isprintable() else mapped


def normalise(text: str) -> str:
    """Return the text in lower case without accents and typographic quotes; always as long as the input."""
    return text.lower() if text.isascii() and text.isprintable() else "".join(map(_fold, text))


def _breaks(text: str, normal: str) -> list[int]:
    ends = []
    for match in _BREAK.finditer(text):
        head = normal[max(0, match.start() - 8) : match.start() + 1]
        if match.group().startswith(".") and _ABBREVIATION.search(head) and match.end() < len(text):
            continue
        ends.append(match.end())
    ends.append(len(text))
    starts = [0, *ends[:-1]]
    return [end for start, stop in zip(starts, ends, strict=True) for end in (*_spoken_breaks(normal, start, stop), stop)]


def _spoken_breaks(normal: str, start: int, end: int) -> list[int]:
    """Return where clauses open in a long stretch without a mark, as in dictation."""
    stretch = normal[start:end]
    if stretch.count(" ") < _SPOKEN_MIN_TOKENS or _MARKS.search(stretch):
        return []
    found: list[int] = []
    for match in sorted((*_SPOKEN.finditer(stretch), *_SPOKEN_PATIENT.finditer(stretch)), key=lambda one: one.start()):
        if stretch.count(" ", found[-1] - start if found else 0, match.start()) >= _SPOKEN_MIN_WORDS_BEFORE:
            found.append(start + match.start())
    return found


def _tokens_of(normal: str, start: int, glossary: Glossary | None) -> list[Token]:
    """Return the tokens of a stretch that begins at `start` of its turn; words of other scripts as what they say in English."""
    runs = list(_FOREIGN_RUN.finditer(normal)) if glossary is not None and is_foreign(normal) else []
    plain = _FOREIGN_RUN.sub(lambda run: " " * len(run.group()), normal) if runs else normal
    tokens = [Token(m.group(), start + m.start(), start + m.end()) for m in _TOKEN.finditer(plain)]
    for run in runs:
        read = glossary.read(run.group()) if glossary is not None else ()
        tokens += [Token(word, start + run.start() + begin, start + run.start() + end) for word, begin, end in read]
    return sorted(tokens, key=lambda token: token.start) if runs else tokens


def sentences_of(text: str, turn: int = 0, first_ordinal: int = 0, glossary: Glossary | None = None) -> tuple[Sentence, ...]:
    """Split a turn into sentences; over-long ones are cut so that work per sentence stays bounded."""
    normal = normalise(text)
    found: list[Sentence] = []
    start = 0
    for end in _breaks(text, normal):
        tokens = _tokens_of(normal[start:end], start, glossary)
        for at in range(0, len(tokens), MAX_SENTENCE_TOKENS):
            part = tuple(tokens[at : at + MAX_SENTENCE_TOKENS])
            first = start if at == 0 else part[0].start
            last = end if at + MAX_SENTENCE_TOKENS >= len(tokens) else part[-1].end
            found.append(Sentence(turn, first_ordinal + len(found), first, last, normal[first:last], part))
        start = end
    return tuple(found)
