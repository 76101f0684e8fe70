"""Finds names of persons by what stands around them: a title, a patient cue, a birth date or number after it, a known first
name.

Investigators and authors are left alone, and so are eponyms, products, trials, companies and places (`masking.yaml`). A
name that nothing marks as a person's is not found: the price of leaving "Madison, Austin and Charlotte were sites"
unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from assistant.screening.found import Found, Patterns, before
from assistant.screening.name_lists import NameLists, fold
from assistant.screening.note_names import NoteNameFinder

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
_MIN_SURNAME: Final = 4
# Short for "with" and "without": "pt w. metastases".
_WITH: Final = frozenset({"w", "c", "s"})
# Evidence of a full name: a first name or initial with a surname.
_SURE: Final = 2
_SEXES: Final = frozenset({"f", "m"})
# So many German words make a text German, where every noun has a capital.
_GERMAN_WORDS: Final = 2


class _Word(NamedTuple):
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return fold(self.text)

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1


class NameFinder:
    """Finds persons' names with the lists and patterns of the masking policy."""

    def __init__(self, patterns: Patterns, lists: NameLists) -> None:
        """Take the patterns and the lists."""
        self._patterns = patterns
        self._ambiguous = lists.ambiguous
        self._not_names = lists.not_names
        self._first = lists.first
        self._last = lists.last
        self._listed = lists.first | lists.last
        self._words = lists.words
        self._everyday = lists.words - lists.first - lists.last
        self._public = lists.public
        self._notes = NoteNameFinder(lists, patterns)

    def find(self, text: str) -> list[Found]:
        """Return the names in the text."""
        words = [_Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
        cited = [match.span() for match in self._patterns["citation"].finditer(text)]
        runs = [run for run in self._runs(text, words) if not _is_within(run, cited) and self._is_person(text, run)]
        capitalised = [Found("name", run[0].start, run[-1].end) for run in runs]
        written = ("initials", "bare_initials", "listed_name", "honorific")
        initials = [Found("name", *match.span(1)) for name in written for match in self._patterns[name].finditer(text)]
        return [*capitalised, *self._lower_case(text, words), *self._titled(text, words), *initials, *self._notes.find(text)]

    def _runs(self, text: str, words: Sequence[_Word]) -> Iterator[list[_Word]]:
        """Yield neighbouring capitalised words ("Ruth Ann Delgado-Pike", "K. Okonkwo", "NAKAGAWA, SUMIKO")."""
        run: list[_Word] = []
        nouns_have_capitals = len(self._patterns["german"].findall(text)) >= _GERMAN_WORDS
        for word in words:
            joins = bool(run) and _are_joined(text, run[-1], word)
            name_like = self._is_name_like(text, word)
            if nouns_have_capitals and not (joins and run[0].key in self._first):
                name_like = name_like and (word.key in self._first or self._has_title(text, word))
            after_first_name = joins and run[-1].key in self._first and word.key in self._last and word.key in self._not_names
            if joins and (name_like or word.text in _PARTICLES or (after_first_name and _is_capitalised(word.text))):
                run.append(word)
                continue
            yield from self._trimmed(text, run)
            run = [word] if name_like else []
        yield from self._trimmed(text, run)

    def _is_name_like(self, text: str, word: _Word) -> bool:
        if not _is_capitalised(word.text):
            return False
        following = text[word.end : word.end + 2]
        numbered = following[:1].isalnum() or (following[:1] in {"-", "/"} and following[1:].isalnum())
        return not numbered and word.key not in self._not_names

    def _trimmed(self, text: str, run: list[_Word]) -> Iterator[list[_Word]]:
        """Yield the run without the ordinary words at its ends; a surname after a first name may be an ordinary word."""
        while run and (run[-1].text in _PARTICLES or self._is_ordinary(run[-1], after=run[-2] if len(run) > 1 else None)):
            run = run[:-1]
        while run and not run[0].is_initial and run[0].key in self._everyday and not self._is_signed(text, run):
            run = run[1:]
        if run and run[0].key in _SEXES and self._patterns["age_left"].search(before(text, run[0].start, _CUE_CHARS)):
            run = run[1:]
        if len(run) > 1 and run[-1].key in _SEXES and self._patterns["age_right"].match(text, run[-1].end):
            run = run[:-1]
        if run:
            yield run

    def _is_signed(self, text: str, run: Sequence[_Word]) -> bool:
        """Return whether an everyday word is a first name, as in "Yours, Caspian Thorne"."""
        surname = len(run) == len(("first", "last")) and run[1].key in self._last
        return surname and bool(self._patterns["signed_left"].search(before(text, run[0].start, _CUE_CHARS)))

    def _has_title(self, text: str, word: _Word) -> bool:
        return bool(self._patterns["title"].search(before(text, word.start, _CUE_CHARS)))

    def _is_ordinary(self, word: _Word, after: _Word | None) -> bool:
        return word.key in self._everyday and not (after and after.key in self._first)

    def _evidence(self, run: Sequence[_Word]) -> int:
        """Return 2 for a first name or initial with a surname, 1 for a listed or unknown word, 0 for none."""
        keys = [word.key for word in run]
        parts = {part for key in keys for part in re.split(r"['’-]", key)}
        first = keys[0] in self._first or keys[0].split("-")[0] in self._first
        last = bool(parts & self._last) or any(self._is_unknown(key) for key in keys[1:]) or (first and run[-1].is_initial)
        if len(run) > 1 and (first or run[0].is_initial) and last:
            return _SURE
        known = first or not parts.isdisjoint(self._listed) or (keys[0] in self._ambiguous and last)
        return int(known or any(self._is_unknown(key) for key in keys))

    def _is_unknown(self, key: str) -> bool:
        return len(key) > 2 and key not in self._everyday and key not in self._not_names

    def _is_unheard_name(self, word: _Word) -> bool:
        return self._is_unknown(word.key) and not word.text.isupper() and not self._patterns["drug_like"].search(word.key)

    def _is_person(self, text: str, run: Sequence[_Word]) -> bool:
        start, end = run[0].start, run[-1].end
        left, right = before(text, start, _CUE_CHARS), text[end : end + _CUE_CHARS]
        evidence = self._evidence(run)
        if self._patterns["doctor"].search(left):
            letter = text[max(0, start - _LETTER_CHARS) : end + _LETTER_CHARS]
            return evidence > 0 and not self._is_public(run) and self._is_own_letter(letter)
        if self._patterns["title"].search(left):
            return True
        if evidence == _SURE and self._patterns["own_disease"].match(right) and not self._is_public(run):
            return True
        if self._patterns["author_right"].match(right) or self._patterns["author_left"].search(left):
            return False
        return evidence > 0 and not _is_code(run) and (self._is_cued(run, left, right) or self._is_known(text, run, evidence))

    def _is_cued(self, run: Sequence[_Word], left: str, right: str) -> bool:
        """Return whether words beside the name say that a person follows or went before."""
        cued_left = bool(self._patterns["strong_left"].search(left))
        placed = len(run) > 1 and bool(self._patterns["placed_left"].search(left) or self._patterns["reachable"].match(right))
        if not cued_left and not placed and not self._patterns["strong_right"].match(right):
            return False
        listed = run[0].key in self._listed or _is_double(run[0].text)
        return len(run) > 1 or (len(run[0].text) > 2 and (cued_left or listed))

    def _is_known(self, text: str, run: Sequence[_Word], evidence: int) -> bool:
        """Return whether the words alone speak for a person, who stands in no study and does not speak in public."""
        start, end = run[0].start, run[-1].end
        left, right = before(text, start, _CUE_CHARS), text[end : end + _CUE_CHARS]
        if self._is_public(run) or self._patterns["study"].search(text[max(0, start - _STUDY_CHARS) : end + _STUDY_CHARS]):
            return False
        return self._is_listed(run, (left, right), evidence) and (evidence == _SURE or self._is_placed(left, right))

    def _is_public(self, run: Sequence[_Word]) -> bool:
        return not self._public.isdisjoint(word.key for word in run)

    def _is_own_letter(self, around: str) -> bool:
        """Return whether a doctor's name stands beside contact details or a patient, and not beside a study."""
        told = self._patterns["self_contact"].search(around) or self._patterns["patient"].search(around)
        return bool(told) and not self._patterns["study"].search(around)

    def _is_listed(self, run: Sequence[_Word], around: tuple[str, str], evidence: int) -> bool:
        """Return whether the words alone speak for a person: first name and surname, two unknown words, or "Noor's"."""
        if run[0].key in self._ambiguous:
            return False
        if len(run) > 1:
            return evidence == _SURE or all(self._is_unheard_name(word) for word in run)
        return run[0].key in self._first and not run[0].text.isupper() and self._is_spoken_of(*around)

    def _is_spoken_of(self, left: str, right: str) -> bool:
        """Return whether a first name alone stands inside a sentence, signs at its start, or is told of."""
        if self._patterns["weak_right"].match(right):
            return True
        inside = self._patterns["weak_left"].search(left) and self._patterns["inside"].search(left)
        return bool(inside or self._signs(left, right)) and not self._patterns["goes_on"].match(right)

    def _signs(self, left: str, right: str) -> bool:
        """Return whether a dash makes of a name a signature."""
        ends = self._patterns["dash_before"].search(left) and self._patterns["ends"].match(right)
        return bool(ends or self._patterns["dash_left"].search(left))

    def _is_placed(self, left: str, right: str) -> bool:
        """Return whether a name may stand here: after "for", before "has", or at the start of a sentence."""
        opens = not left.strip() or left.rstrip()[-1] in _SENTENCE_OPENERS or self._signs(left, right)
        return bool(opens or self._patterns["weak_left"].search(left) or self._patterns["weak_right"].match(right))

    def _titled(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield the word behind a title, also in lower case, also a single initial ("mrs kowalski", "Ms K")."""
        starts = {match.end() for match in self._patterns["titled"].finditer(text)}
        for word in words if starts else ():
            if word.start not in starts:
                continue
            if word.text.lower() in _PARTICLES:
                starts.add(word.end + 1)
            if word.is_initial or _is_capitalised(word.text) or self._is_unknown(word.key):
                yield Found("name", word.start, word.end)

    def _lower_case(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield "pt maria gonzalez", "tamika w. 44f", "maria, 62yo": a known first name with a patient cue beside it, and "pt
        k. marchetti".
        """
        for first, last in pairwise(words):
            if self._is_initialled(text, first, last):
                yield Found("name", first.start, last.end)
            surnamed = last.key in self._last and last.key not in self._words
            partly = first.key in self._ambiguous or not self._first.isdisjoint(first.key.split("-"))
            if not first.text.islower() or not (first.key in self._first or (surnamed and partly)):
                continue
            initial = last.is_initial and last.key not in {"f", "m"}
            surname = text[first.end : last.start] == " " and (initial or last.key in self._last or self._is_unknown(last.key))
            end = last.end + text.startswith(".", last.end) * initial if surname else first.end
            left, right = before(text, first.start, _CUE_CHARS), text[end : end + _CUE_CHARS]
            known = surname and not initial and last.key in self._last
            full = known and (first.key not in self._words or bool(self._patterns["is_told"].match(right)))
            cued = self._patterns["strong_left"].search(left) or self._patterns["strong_right"].match(right)
            full = full and first.key in self._first
            if cued or (full and self._public.isdisjoint((first.key, last.key))):
                yield Found("name", first.start, end)

    def _is_initialled(self, text: str, first: _Word, last: _Word) -> bool:
        """Return whether an initial and a surname in lower case stand behind a patient's cue: "pt k. marchetti coded"."""
        written = first.is_initial and first.text.islower() and last.text.islower() and text[first.end : last.start] == ". "
        known = last.key in self._last and last.key not in self._words
        if not written or not (known or (first.key not in _WITH and self._is_unheard_name(last))):
            return False
        left = before(text, first.start, _CUE_CHARS)
        return len(last.key) >= _MIN_SURNAME and bool(self._patterns["strong_left"].search(left))


def _is_within(run: Sequence[_Word], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= run[0].start < end for start, end in spans)


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


def _is_double(text: str) -> bool:
    """Return whether a word is a double-barrelled surname ("Adeyemi-Clarke", not "Fact-checker")."""
    parts = text.split("-")
    return len(parts) > 1 and all(part[:1].isupper() for part in parts)


def _is_code(run: Sequence[_Word]) -> bool:
    """Return whether the words are abbreviations rather than names ("ESR", "PI")."""
    return all(word.text.isupper() and len(word.text) <= 4 for word in run)
