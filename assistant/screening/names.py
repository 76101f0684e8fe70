"""Finds names of persons by what stands around them: a title, a patient cue, a birth date or number after it, a known first name.

Investigators and authors are left alone, and so are eponyms, products, trials, companies and places (`masking.yaml`). A name that
nothing marks as a person's is not found: the price of leaving "Madison, Austin and Charlotte were sites" unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from assistant.screening.identifiers import Found
from assistant.screening.policy import MaskingPolicy

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*(?!\d)")
_INNER_CAPITAL: Final = re.compile(r"(?:Mc|Mac|De|Di|La|Le|Fitz|Van|O)(?=[A-Z])")
_PARTICLES: Final = frozenset(["de", "del", "la", "las", "los", "van", "von", "der", "den", "ten", "bin", "ibn", "al", "el", "da", "dos", "di", "du", "le", "st", "y", "san", "santa", "mc", "o"])
_TITLE: Final = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|mister|sra?|señora?|senora?|srta|doña|don|mme|frau|herr|madame)\.?[ ]{1,2}$", re.IGNORECASE
)
_DOCTOR: Final = re.compile(r"\b(?:drs?|prof|professor|doctor|dra)\.?[ ]{1,2}$", re.IGNORECASE)
_STRONG_LEFT: Final = re.compile(
    r"(?:\b(?:patient|pt|paciente|name|named|attn|attention|aka|nombre|signed|regards|sincerely|patient's name|client|my name is|name is|this is|se llama|me llamo|llamada|soy|i'm|i am|resident|"
    r"widow|on behalf of|c/o|called|chart of|case of|caller)\b)[ ]{0,2}[:,.(\"'-]{0,2}[ \n]{0,2}$",
    re.IGNORECASE,
)
_WEAK_LEFT: Final = re.compile(
    r"\b(?:for|regarding|re|about|with|on|of|case|lady|woman|man|gentleman|señora|her|his|mother|daughter|husband|wife|and|is|was|saw|put|from|chart|to)[ ]{0,2}[:,(]{0,2}[ ]{0,2}$",
    re.IGNORECASE,
)
_STRONG_RIGHT: Final = re.compile(
    r"^[ ]{0,2}[,;:(\[/~|-]{0,2}[ ]{0,2}(?:d\.?o\.?b|born\b|b\.[ ]?\d|nacid|mrn\b|date of birth|ph\b|phone|tel\b|tel[ée]fono|cell\b|mobile|e-?mail|acct|account|accession|hospital n|hosp\b|"
    r"ssn|nhs\b|chart|record|policy|insurance|lives (?:at|on|in)|[\w.+-]{1,64}@|\(?\+?1?[ ]?\(?\d{3}\)?[ -]\d{3}|"
    r"(?:age[d]?[ ])?\d{2,3}[ -]?(?:yo\b|y/o|yrs?\b|years?|year-old|f\b|m\b|female|male|woman|man|años)|(?:an?[ ])?\d{2,3}[ -]year|\(?\d{2,3}[,)]|aged?[ ]\d|de \d{2} años|"
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|here\b)",
    re.IGNORECASE,
)
_WEAK_RIGHT: Final = re.compile(
    r"^(?:['’]s\b|(?:['’]s)?[ ]{0,1},?[ ]{0,1}(?:who|is|was|has|had|says|said|told|called|took|takes|started|on|started|progress\w*|came|went|reports?|complain\w*|rang|asks?|can|would|needs?|will|at|"
    r"died|feels|been|showed|with|,|tiene|empez\w*|progres\w*|lab|labs|scan|scans|counts)\b)",
    re.IGNORECASE,
)
_AUTHOR_RIGHT: Final = re.compile(
    r"^(?:['’]s)?[ ]{0,1},?[ ]{0,1}(?:et al|and colleagues|and coworkers|(?:case )?series|paper|study|trial|abstract|group|work\b|data|presented?|publish\w*|reported in|\(?(?:19|20)\d\d|syndrome|wort|palsy|sign|formula|equation|exact|regression|procedure|test|index|"
    r"disease|criteria|curve|law|score|classification|model|lab(?:oratories)?\b|health|pharma\w*|university|hospital|medical|clinic|cancer|institute|foundation|trial|inc|ltd|gmbh)\b",
    re.IGNORECASE,
)
_AUTHOR_LEFT: Final = re.compile(
    r"\b(?:by|author|authors|pi|investigator|investigators|speaker|presented by|chaired by|drs?\.?|prof\.?|professor|did|reference \d{1,3}|ref \d{1,3})[ :,.]{0,3}$",
    re.IGNORECASE,
)
_SELF_CONTACT: Final = re.compile(
    r"\b(?:call|fax|phone|e-?mail|reach|page|attn|attention|contact|ring|regards|sincerely|my name|i'm dr|i am dr|this is dr|mail|send)\b|@|\d{3}[-. )]{1,2}\d{3}[-. ]\d{4}",
    re.IGNORECASE,
)
_STUDY: Final = re.compile(
    r"\b(?:trial|study|paper|abstract|et al|present\w*|publish\w*|investigator|speaker|poster|congress|asco|esmo|sabcs|author|series|lecture|[A-Z]{4,}-\d)\b"
)
_INITIAL_MAX_CHARS: Final = 1


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.lower()


class NameFinder:
    """Finds persons' names with the lists of the masking policy."""

    def __init__(self, policy: MaskingPolicy, first: frozenset[str], last: frozenset[str], everyday: frozenset[str]) -> None:
        """Take the policy, lists of first names and surnames, and everyday words (those on neither list are no names)."""
        self._ambiguous = frozenset(policy.ambiguous_names.split())
        self._first = first - self._ambiguous - frozenset(policy.not_names.split())
        self._last = last
        self._listed = self._first | last
        self._not_names = frozenset(policy.not_names.split())
        self._everyday = everyday - self._first - self._last

    def find(self, text: str) -> list[Found]:
        """Return the names in the text."""
        words = [_Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
        found = [Found("name", run[0].start, _end(text, run)) for run in self._runs(text, words) if self._is_person(text, run)]
        return [*found, *self._lower_case(text, words), *self._titled(text, words)]

    def _is_name_like(self, word: _Word) -> bool:
        return _is_capitalised(word.text) and word.key not in self._not_names

    def _runs(self, text: str, words: Sequence[_Word]) -> Iterator[list[_Word]]:
        """Yield neighbouring capitalised words ("Ruth Ann Delgado-Pike", "K. Okonkwo", "NAKAGAWA, SUMIKO")."""
        run: list[_Word] = []
        for word in words:
            gap = text[run[-1].end : word.start] if run else ""
            joins = bool(run) and (
                gap == " "
                or (gap == ". " and len(run[-1].text) == _INITIAL_MAX_CHARS)
                or (gap == ", " and run[-1].text.isupper() and word.text.isupper() and len(run[-1].text) > 1)
            )
            particle = word.text in _PARTICLES and joins
            numbered = text[word.end : word.end + 1] in {"-", "/"} and text[word.end + 1 : word.end + 2].isdigit()
            if not numbered and (self._is_name_like(word) or particle) and (joins or not run):
                if run or not particle:
                    run.append(word)
                continue
            if run:
                yield from self._trimmed(run)
            run = [word] if self._is_name_like(word) and not numbered else []
        if run:
            yield from self._trimmed(run)

    def _trimmed(self, run: list[_Word]) -> Iterator[list[_Word]]:
        while run and (
            run[-1].text in _PARTICLES or (run[-1].key in self._everyday and not (len(run) > 1 and run[-2].key in self._first))
        ):
            run = run[:-1]
        while run and run[0].key in self._everyday and len(run[0].text) > _INITIAL_MAX_CHARS:
            run = run[1:]
        if run:
            yield run

    def _evidence(self, run: Sequence[_Word]) -> int:
        """Return 2 for a known first name or initial with an unknown surname, 1 for words no list knows, 0 for none."""
        keys = [word.key for word in run]
        parts = {part for key in keys for part in re.split(r"['’-]", key)}
        first = keys[0] in self._first or keys[0].split("-")[0] in self._first
        last = bool(parts & self._last) or any(key not in self._everyday and len(key) > 2 for key in keys[1:])
        initial = len(keys[0]) == _INITIAL_MAX_CHARS and len(keys) > 1
        if len(run) > 1 and (first or initial) and last:
            return 2
        if first or (parts & self._listed) or (keys[0] in self._ambiguous and last):
            return 1
        return int(any(key not in self._everyday and key not in self._not_names and len(key) > 2 for key in keys))

    def _is_person(self, text: str, run: Sequence[_Word]) -> bool:
        start, end = run[0].start, _end(text, run)
        left, right = text[max(0, start - 30) : start], text[end : end + 30]
        evidence = self._evidence(run)
        if _DOCTOR.search(left):
            around = text[max(0, start - 160) : end + 160]
            return evidence > 0 and bool(_SELF_CONTACT.search(around)) and not _STUDY.search(around)
        if _TITLE.search(left):
            return True
        if _AUTHOR_RIGHT.match(right) or _AUTHOR_LEFT.search(left):
            return False
        strong = bool(_STRONG_LEFT.search(left) or _STRONG_RIGHT.match(right))
        if strong:
            listed = run[0].key in self._listed or bool(_STRONG_LEFT.search(left))
            return evidence > 0 and (len(run) > 1 or (listed and len(run[0].text) > 2)) and not _is_code(run)
        if evidence < 1 or run[0].key in self._ambiguous or _is_code(run) or not self._is_listed(text, run, evidence):
            return False
        weak = (
            bool(_WEAK_LEFT.search(left) or _WEAK_RIGHT.match(right))
            or start == 0
            or text[:start].rstrip()[-1:] in {".", "?", "!", ":", "\n", '"'}
        )
        return weak and not _STUDY.search(text[max(0, start - 60) : end + 60])

    def _is_listed(self, text: str, run: Sequence[_Word], evidence: int) -> bool:
        """Return whether the words alone speak for a person: first name and surname, two unknown words, or "Noor's"."""
        if len(run) > 1:
            return evidence == 2 or all(word.key not in self._not_names and word.key not in self._everyday for word in run)
        word = run[0]
        return (
            word.key in self._first
            and word.key not in self._not_names
            and not word.text.isupper()
            and bool(_WEAK_RIGHT.match(text[word.end : word.end + 30]))
        )

    def _titled(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield lower-case names and single initials behind a title ("mrs kowalski", "Ms K")."""
        for word in words:
            left = text[max(0, word.start - 10) : word.start]
            if not _TITLE.search(left) or re.search(r"\bms[ ]+$", left) or re.search(r"\b(?:don|sr)[ ]+$", left):
                continue
            initial = len(word.text) == _INITIAL_MAX_CHARS and word.text.isalpha()
            if initial or _is_capitalised(word.text) or (word.key not in self._everyday and word.key not in self._not_names):
                yield Found("name", word.start, word.end)

    def _lower_case(self, text: str, words: Sequence[_Word]) -> Iterator[Found]:
        """Yield "pt maria gonzalez": a patient cue, a known first name, a surname, all in lower case."""
        for first, last in zip(words, words[1:], strict=False):
            if not first.text.islower() or first.key not in self._first or text[first.end : last.start] not in {" ", ", "}:
                continue
            if last.key in {"f", "m", "yo"} or text[first.end : last.start] != " ":
                if _STRONG_LEFT.search(text[max(0, first.start - 30) : first.start]) or _STRONG_RIGHT.match(
                    text[first.end : first.end + 30]
                ):
                    yield Found("name", first.start, first.end)
                continue
            left, right = text[max(0, first.start - 30) : first.start], text[last.end : last.end + 30].lstrip(".")
            surname = last.key in self._last or (last.key not in self._everyday and last.key not in self._not_names)
            cued = _STRONG_LEFT.search(left) or _STRONG_RIGHT.match(right) or _TITLE.search(left)
            initial = len(last.text) == _INITIAL_MAX_CHARS
            if cued and (surname or initial):
                yield Found("name", first.start, last.end + (text[last.end : last.end + 1] == "." and initial))


def _is_capitalised(text: str) -> bool:
    """Return whether every part is written as a name or in capitals ("Delgado-Pike", "McCoy", "NAKAGAWA", not "QTcF")."""
    parts = [part for part in re.split(r"['’-]", text) if part]
    if not text[0].isupper():
        return False
    for part in parts:
        rest = _INNER_CAPITAL.sub("", part, count=1)
        if not (part.isupper() or part.islower() or (rest[0].isupper() and (len(rest) == 1 or rest[1:].islower()))):
            return False
    return True


def _end(text: str, run: Sequence[_Word]) -> int:
    return run[-1].end


def _is_code(run: Sequence[_Word]) -> bool:
    """Return whether the words are abbreviations rather than names ("ESR", "PI")."""
    return all(word.text.isupper() and len(word.text) <= 4 for word in run)
