"""Phrases and token patterns of the policy, matched in one pass over the tokens of a sentence.

A pattern is written as words: `a|b` alternatives, `word*` any ending, `(a|b c)` may be missing, `[a|b c]` one of several
phrases, `#` a number in figures or words, `_` any one token, `..` up to three and `...` up to six tokens between, `!a|b`
what the next token must not be, `^` the start of a sentence, `@class` something of that class found by an earlier layer.
There is no repetition beyond these, so time is linear in the text and bounded per token. Misspelt names of drugs and events
are matched by edit distance (rapidfuzz, optimal string alignment).
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.screening.text import Token

NUMBER_WORDS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "couple",
        "few",
        "several",
        "half",
        "una",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "once",
        "doce",
    ]
)
_GAPS = {"..": 3, "...": 6}
_MIN_FUZZY_CHARS = 6
_ELEMENT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\S+")


# Where a mention of a class that begins at a token ends.
Ends = Mapping[tuple[str, int], int]


class Mention(NamedTuple):
    """Tokens `start` to `end` (exclusive) of a sentence belong to a class; `pattern` says by which entry."""

    cls: str
    start: int
    end: int
    pattern: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One element of a pattern: what the next token may be, or how many tokens may lie between."""

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    number: bool = False
    anything: bool = False
    optional: bool = False
    forbidden: bool = False
    gap: int = 0
    simple: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to read a pattern; `needs` are words of which a sentence must hold one, none where it may do without."""

    cls: str
    pattern: str
    steps: tuple[_Step, ...]
    first_only: bool
    needs: frozenset[str]


_KEEPS_S = frozenset(
    ["she", "he", "it", "that", "what", "who", "let", "there", "here", "where", "how", "when", "everyone", "this"]
)


def bare(word: str) -> str:
    """Return the word without a possessive 's; contractions ("she's") stay."""
    return word[:-2] if word.endswith("'s") and word[:-2] not in _KEEPS_S else word


def is_number(token: str) -> bool:
    """Return whether the token is a number, in figures or as a word."""
    return token[0].isdigit() or token in NUMBER_WORDS


def _step(choices: Sequence[str], optional: bool = False, forbidden: bool = False) -> _Step:
    literal = not (optional or forbidden) and not any(c in "#_" or c[0] == "@" or c.endswith("*") for c in choices)
    return _Step(
        simple=literal,
        words=frozenset(bare(c) for c in choices if c not in "#_" and c[0] != "@" and not c.endswith("*")),
        prefixes=tuple(c[:-1] for c in choices if c.endswith("*")),
        classes=tuple(c[1:] for c in choices if c[0] == "@"),
        number="#" in choices,
        anything="_" in choices,
        optional=optional,
        forbidden=forbidden,
    )


@lru_cache(maxsize=20_000)
def _alternatives(element: str) -> tuple[tuple[_Step, ...], ...]:
    """Return the step sequences an element of a pattern stands for."""
    if element.startswith("!"):
        return ((_step(element[1:].split("|"), forbidden=True),),)
    optional = element.startswith("(")
    inner = element[1:-1] if element[0] in "([" else element
    if inner in _GAPS:
        return ((_Step(gap=_GAPS[inner], optional=True),),)
    phrases = [phrase.split() for phrase in inner.split("|")]
    if not all(phrases):
        raise ValueError(f"empty alternative in {element!r}")
    single = [phrase[0] for phrase in phrases if len(phrase) == 1]
    found: list[tuple[_Step, ...]] = [tuple(_step([word]) for word in phrase) for phrase in phrases if len(phrase) > 1]
    if single:
        found.append((_step(single, optional),))
    elif optional:
        found.append(())
    return tuple(found)


def parse_pattern(pattern: str) -> list[tuple[_Step, ...]]:
    """Return the step sequences of a pattern; ValueError when it does not begin with something to look for."""
    parsed = [
        tuple(itertools.chain.from_iterable(combination))
        for combination in itertools.product(
            *(_alternatives(element) for element in _ELEMENT.findall(pattern) if element != "^")
        )
    ]
    for steps in parsed:
        if not steps or steps[0].optional or steps[0].anything or steps[0].forbidden:
            raise ValueError(f"pattern {pattern!r}: begin with a word, a number or a class")
    return parsed


def _takes(step: _Step, token: str) -> bool:
    if step.anything or token in step.words or (step.number and is_number(token)):
        return True
    return bool(step.prefixes) and token.startswith(step.prefixes)


def _match(steps: tuple[_Step, ...], i: int, words: list[str], at: int, ends: Ends) -> int | None:
    """Return the end of the first match of `steps[i:]` at token `at` (nearest for gaps), None when there is none."""
    if i == len(steps):
        return at
    step = steps[i]
    if step.simple:
        taken = at < len(words) and words[at] in step.words
        return _match(steps, i + 1, words, at + 1, ends) if taken else None
    if step.forbidden:
        refused = at < len(words) and _takes(step, words[at])
        return None if refused else _match(steps, i + 1, words, at, ends)
    if step.gap:
        tries = (_match(steps, i + 1, words, at + skip, ends) for skip in range(step.gap + 1) if at + skip <= len(words))
        return next((end for end in tries if end is not None), None)
    return _match_token(steps, i, words, at, ends)


def _match_token(steps: tuple[_Step, ...], i: int, words: list[str], at: int, ends: Ends) -> int | None:
    """Match a step that takes one token or one mention of a class, or is left out when optional."""
    step = steps[i]
    if at < len(words):
        for cls in step.classes:
            if (cls, at) in ends and (end := _match(steps, i + 1, words, ends[cls, at], ends)) is not None:
                return end
        if _takes(step, words[at]) and (end := _match(steps, i + 1, words, at + 1, ends)) is not None:
            return end
    return _match(steps, i + 1, words, at, ends) if step.optional else None


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A pattern as written, not read yet; `ordinal` keeps the order of the files."""

    cls: str
    text: str
    ordinal: int


@dataclass(slots=True)
class _Index:
    """Patterns by what their first word may be. They are read when a text holds such a word: most never are."""

    words: dict[str, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    numbers: list[_Pattern] = field(default_factory=list)

    def add(self, pattern: _Pattern) -> None:
        for word in _first_words(pattern.text):
            if word == "#":
                self.numbers.append(pattern)
            elif word.startswith("@"):
                self.classes[word[1:]].append(pattern)
            elif word.endswith("*"):
                self.prefixes[word[:-1]].append(pattern)
            else:
                self.words[bare(word)].append(pattern)


def _first_words(pattern: str) -> list[str]:
    """Return what a pattern may begin with; ValueError when it begins with nothing to look for."""
    text = pattern.lstrip("^ ")
    element = _ELEMENT.match(text)
    if element is None or text[0] in "(!" or text.split()[0] in {"_", "..", "..."}:
        raise ValueError(f"pattern {pattern!r}: begin with a word, a number or a class")
    inner = element.group()
    inner = inner[1:-1] if inner[0] == "[" else inner
    firsts = [phrase.split()[0] for phrase in inner.split("|") if phrase.strip()]
    return list(dict.fromkeys(firsts))


@lru_cache(maxsize=50_000)
def _entries_of(pattern: _Pattern) -> tuple[_Entry, ...]:
    first_only = pattern.text.startswith("^")
    return tuple(_Entry(pattern.cls, pattern.text, steps, first_only, _needs(steps)) for steps in parse_pattern(pattern.text))


def _needs(steps: Sequence[_Step]) -> frozenset[str]:
    """Return the fewest words of which one must stand behind the first step."""
    return min((step.words for step in steps[1:] if step.simple), key=len, default=frozenset())


@dataclass(frozen=True, slots=True)
class _Beginnings:
    """Entries that begin with one token: those whose second word is fixed, by that word, and all others."""

    open: tuple[_Entry, ...]
    by_second: Mapping[str, tuple[_Entry, ...]]

    @classmethod
    def of(cls, entries: Iterable[_Entry]) -> _Beginnings:
        free: list[_Entry] = []
        fixed: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            if len(entry.steps) > 1 and entry.steps[1].simple:
                for word in entry.steps[1].words:
                    fixed[word].append(entry)
            else:
                free.append(entry)
        return cls(tuple(free), {word: tuple(found) for word, found in fixed.items()})


class Lexicon:
    """All classes of one layer; a layer's patterns may refer to classes of the layers before it (`@class`)."""

    def __init__(self, classes: Mapping[str, Iterable[str]]) -> None:
        """Index the patterns; raises ValueError naming the class of one that begins with nothing to look for."""
        self._index = _Index()
        self._patterns: list[_Pattern] = []
        for cls, patterns in classes.items():
            for text in patterns:
                self._patterns.append(_Pattern(cls, text, len(self._patterns)))
                try:
                    self._index.add(self._patterns[-1])
                except ValueError as error:
                    raise ValueError(f"{cls}: {error}") from error
        self._prefix_chars = tuple(sorted({len(prefix) for prefix in self._index.prefixes}))
        self._beginning_with = lru_cache(maxsize=20_000)(self._entries_for)
        self._of_class = lru_cache(maxsize=None)(self._entries_after)

    def check(self) -> None:
        """Read every pattern; raises ValueError naming the class of one that cannot be read."""
        for pattern in self._patterns:
            try:
                parse_pattern(pattern.text)
            except ValueError as error:
                raise ValueError(f"{pattern.cls}: {error}") from error

    def _entries_for(self, token: str) -> _Beginnings:
        """Return the entries whose first step takes this token."""
        found = list(self._index.words.get(token, ()))
        for chars in self._prefix_chars:
            if chars > len(token):
                break
            found += self._index.prefixes.get(token[:chars], ())
        if self._index.numbers and is_number(token):
            found += self._index.numbers
        entries = (entry for pattern in dict.fromkeys(found) for entry in _entries_of(pattern))
        return _Beginnings.of(entry for entry in entries if _takes(entry.steps[0], token))

    def _entries_after(self, cls: str) -> tuple[_Entry, ...]:
        """Return the entries that begin with a mention of a class."""
        entries = (entry for pattern in self._index.classes[cls] for entry in _entries_of(pattern))
        return tuple(entry for entry in entries if cls in entry.steps[0].classes)

    def _candidates(self, words: list[str], at: int, ends: Ends) -> Iterable[tuple[_Entry, int]]:
        """Yield entries that may begin at a token, with the position of their second step."""
        beginnings = self._beginning_with(words[at])
        for entry in beginnings.open:
            yield entry, at + 1
        if beginnings.by_second and at + 1 < len(words):
            for entry in beginnings.by_second.get(words[at + 1], ()):
                yield entry, at + 1
        for cls in self._index.classes:
            if (cls, at) in ends:
                for entry in self._of_class(cls):
                    yield entry, ends[cls, at]

    def find(self, words: list[str], known: Iterable[Mention] = ()) -> list[Mention]:
        """Return one mention per class and position (the longest); `known` are mentions of earlier layers."""
        ends: dict[tuple[str, int], int] = {}
        for mention in known:
            ends[mention.cls, mention.start] = max(ends.get((mention.cls, mention.start), 0), mention.end)
        said = frozenset(words)
        found: dict[tuple[str, int], Mention] = {}
        for at in range(len(words)):
            for entry, second in self._candidates(words, at, ends):
                if (at and entry.first_only) or (entry.needs and entry.needs.isdisjoint(said)):
                    continue
                end = second if len(entry.steps) == 1 else _match(entry.steps, 1, words, second, ends)
                key = (entry.cls, at)
                if end is not None and (key not in found or end > found[key].end):
                    found[key] = Mention(entry.cls, at, end, entry.pattern)
        return list(found.values())


class Speller:
    """Gives the intended word for a misspelt one, for the words it was made with and no others."""

    def __init__(self, words: Iterable[str], never: frozenset[str] = frozenset()) -> None:
        """Take the words that may be misspelt (those under six letters are left out) and words that are never corrected."""
        self._never = never
        self._words = tuple(sorted({word for word in words if len(word) >= _MIN_FUZZY_CHARS}))
        self._correct = lru_cache(maxsize=20_000)(self._nearest)

    def _nearest(self, token: str) -> str:
        if token in self._never or token.rstrip("s") in self._never:
            return token
        allowed = 1 if len(token) < 8 else 2
        near = process.extractOne(token, self._words, scorer=OSA.distance, score_cutoff=allowed)
        return str(near[0]) if near and near[0][0] == token[0] else token

    def correct(self, tokens: Sequence[Token]) -> list[str]:
        """Return the words of the tokens with known misspellings repaired."""
        words = (bare(token.text) for token in tokens)
        return [self._correct(word) if len(word) >= _MIN_FUZZY_CHARS and word.isalpha() else word for word in words]
