"""Finds names of persons by what stands around them: a title, a patient cue, a birth date or number after it, a known first
name.

Investigators and authors are left alone, and so are eponyms, products, trials, companies and places (`masking.yaml`). A
name that nothing marks as a person's is not found: the price of leaving "Madison, Austin and Charlotte were sites"
unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from assistant.screening.found import Found, Patterns, before
from assistant.screening.policy import MaskingPolicy

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*(?!\d)")
_INNER_CAPITAL: Final = re.compile(r"(?:Mc|Mac|De|Di|La|Le|Fitz|Van|O)(?=[A-Z])")
_PARTICLES: Final = frozenset(
    (
        "de",
        "del",
        "la",
        "las",
        "los",
        "van",
        "von",
        "der",
        "den",
        "ten",
        "bin",
        "ibn",
        "al",
        "el",
        "da",
        "dos",
        "di",
        "du",
        "le",
        "st",
    )
)
_SENTENCE_OPENERS: Final = frozenset('.?!:"')
_CUE_CHARS: Final = 30
_STUDY_CHARS: Final = 60
_LETTER_CHARS: Final = 160


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.lower()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1


class NameFinder:
    """Finds persons' names with the lists and patterns of the masking policy."""

    def __init__(
        self, policy: MaskingPolicy, patterns: Patterns, first: frozenset[str], last: frozenset[str], everyday: frozenset[str]
    ) -> None:
        """Take the policy, lists of first names and surnames, and everyday words (those on neither list are no names)."""
        self._patterns = patterns
        self._ambiguous = frozenset(policy.ambiguous_names.split())
        self._not_names = frozenset(policy.not_names.split())
        self._first = first - self._ambiguous - self._not_names
        self._last = last
        self._listed = self._first | last
        self._everyday = everyday - self._first - self._last

    def find(self, text: str) -> list[Found]:
        """Return the names in the text."""
        words = [_Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
        runs = [run for run in self._runs(text, words) if self._is_person(text, run)]
        capitalised = [Found("name", run[0].start, run[-1].end) for run in runs]
        return [*capitalised, *self._lower_case(text, words), *self._titled(text, words)]

    def _runs(self, text: str, words: Sequence[_Word]) -> Iterator[list[_Word]]:
        """Yield neighbouring capitalised words ("Ruth Ann Delgado-Pike", "K. Okonkwo", "NAKAGAWA, SUMIKO")."""
        run: list[_Word] = []
        for word in words:
            name_like = self._is_name_like(text, word)
            joins = bool(run) and _are_joined(text, run[-1], word)
            if joins and (name_like or word.text in _PARTICLES):
                run.append(word)
                continue
            yield from self._trimmed(run)
            run = [word] if name_like else []
        yield from self._trimmed(run)

    def _is_name_like(self, text: str, word: _Word) -> bool:
        numbered = text[word.end : word.end + 1] in {"-", "/"} and text[word.end + 1 : word.end + 2].isdigit()
        return not numbered and word.key not in self._not_names and _is_capitalised(word.text)

    def _trimmed(self, run: list[_Word]) -> Iterator[list[_Word]]:
        """Yield the run without the ordinary words at its ends; a surname after a first name may be an ordinary word."""
        while run and (run[-1].text in _PARTICLES or self._is_ordinary(run[-1], after=run[-2] if len(run) > 1 else None)):
            run = run[:-1]
        while run and not run[0].is_initial and run[0].key in self._everyday:
            run = run[1:]
        if run:
            yield run

    def _is_ordinary(self, word: _Word, after: _Word | None) -> bool:
        return word.key in self._everyday and not (after and after.key in self._first)

    def _evidence(self, run: Sequence[_Word]) -> int:
        """Return 2 for a first name or initial with a surname, 1 for a listed or unknown word, 0 for none."""
        keys = [word.key for word in run]
        parts = {part for key in keys for part in re.split(r"['’-]", key)}
        first = keys[0] in self._first or keys[0].split("-")[0] in self._first
        last = bool(parts & self._last) or any(self._is_unknown(key) for key in keys[1:])
        if len(run) > 1 and (first or run[0].is_initial) and last:
            return 2
        known = first or not parts.isdisjoint(self._listed) or (keys[0] in self._ambiguous and last)
        return int(known or any(self._is_unknown(key) for key in keys))

    def _is_unknown(self, key: str) -> bool:
        return len(key) > 2 and key not in self._everyday and key not in self._not_names

    def _is_person(self, text: str, run: Sequence[_Word]) -> bool:
        start, end = run[0].start, run[-1].end
        left, right = before(text, start, _CUE_CHARS), text[end : end + _CUE_CHARS]
        evidence = self._evidence(run)
        if self._patterns["doctor"].search(left):
            return evidence > 0 and self._is_own_letter(text[max(0, start - _LETTER_CHARS) : end + _LETTER_CHARS])
        if self._patterns["title"].search(left):
            return True
        if self._patterns["author_right"].match(right) or self._patterns["author_left"].search(left):
            return False
        if evidence == 0 or _is_code(run):
            return False
        cued_left = bool(self._patterns["strong_left"].search(left))
        if cued_left or self._patterns["strong_right"].match(right):
            return len(run) > 1 or (len(run[0].text) > 2 and (cued_left or run[0].key in self._listed))
        around = text[max(0, start - _STUDY_CHARS) : end + _STUDY_CHARS]
        return (
            self._is_listed(run, right, evidence)
            and self._is_placed(left, right)
            and not self._patterns["study"].search(around)
        )

    def _is_own_letter(self, around: str) -> bool:
        """Return whether a doctor's name stands beside contact details and not beside a study: the writer's own."""
        return bool(self._patterns["self_contact"].search(around)) and not self._patterns["study"].search(around)

    def _is_listed(self, run: Sequence[_Word], right: str, evidence: int) -> bool:
        """Return whether the words alone speak for a person: first name and surname, two unknown words, or "Noor's"."""
        if run[0].key in self._ambiguous:
            return False
        if len(run) > 1:
            return evidence == 2 or all(self._is_unknown(word.key) for word in run)
        return run[0].key in self._first and not run[0].text.isupper() and bool(self._patterns["weak_right"].match(right))

    def _is_placed(self, left: str, right: str) -> bool:
        """Return whether a name may stand here: after "for", before "has", or at the start of a sentence."""
        opens = not left.strip() or left.rstrip()[-1] in _SENTENCE_OPENERS
        return opens or bool(self._patterns["weak_left"].search(left) or self._patterns["weak_right"].match(right))

    def _titled(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield the word behind a title, also in lower case, also a single initial ("mrs kowalski", "Ms K")."""
        for word in words:
            titled = self._patterns["title"].search(before(text, word.start, _CUE_CHARS))
            if titled and (word.is_initial or _is_capitalised(word.text) or self._is_unknown(word.key)):
                yield Found("name", word.start, word.end)

    def _lower_case(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield "pt maria gonzalez", "tamika w. 44f", "maria, 62yo": a known first name with a patient cue beside it."""
        for first, last in pairwise(words):
            if not first.text.islower() or first.key not in self._first:
                continue
            initial = last.is_initial and last.key not in {"f", "m"}
            surname = text[first.end : last.start] == " " and (initial or last.key in self._last or self._is_unknown(last.key))
            end = last.end + text.startswith(".", last.end) * initial if surname else first.end
            left, right = before(text, first.start, _CUE_CHARS), text[end : end + _CUE_CHARS]
            if self._patterns["strong_left"].search(left) or self._patterns["strong_right"].match(right):
                yield Found("name", first.start, end)


def _are_joined(text: str, left: _Word, right: _Word) -> bool:
    gap = text[left.end : right.start]
    reversed_name = gap == ", " and left.text.isupper() and right.text.isupper() and not left.is_initial
    return gap == " " or (gap == ". " and left.is_initial) or reversed_name


def _is_capitalised(text: str) -> bool:
    """Return whether every part is written as a name or in capitals ("Delgado-Pike", "McCoy", "NAKAGAWA", not "QTcF")."""
    if not text[0].isupper():
        return False
    for part in filter(None, re.split(r"['’-]", text)):
        rest = _INNER_CAPITAL.sub("", part, count=1)
        written = part.isupper() or part.islower() or (rest[0].isupper() and (len(rest) == 1 or rest[1:].islower()))
        if not written:
            return False
    return True


def _is_code(run: Sequence[_Word]) -> bool:
    """Return whether the words are abbreviations rather than names ("ESR", "PI")."""
    return all(word.text.isupper() and len(word.text) <= 4 for word in run)
