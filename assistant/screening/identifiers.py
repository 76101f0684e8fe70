"""Finds identifiers with a form of their own: dates, ages over 89, numbers behind a keyword, phones, e-mail, addresses.

Every pattern is bounded (no repetition inside a repetition), so time is linear in the text. Names are in `names.py`. A number that
belongs to a product, paper or trial (lot, NDC, PMID, NCT) is left alone; so is the date of an approval or a congress.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import phonenumbers

from assistant.screening.policy import MaskingPolicy

_CONTEXT_CHARS: Final = 70
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)\.?"
)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL_WORD: Final = (
    r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth"
)
_YEAR_WORD: Final = (
    r"(?:nineteen|twenty|two thousand)(?:[- ](?:and|oh|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|one|two|three|four|five|six|seven|eight|nine)){1,3}"
)
_YEAR: Final = r"(?:(?:19|20)\d\d|'\d\d)"
_FULL_DATES: Final = re.compile(
    rf"""(?<![\w/.-])(?:
        (?:19|20)\d\d-(?:0[1-9]|1[0-2])-{_DAY}
      | (?:19|20)\d\d[/.](?:0?[1-9]|1[0-2])[/.]{_DAY}
      | {_DAY}[/.-]{_DAY}[/.-](?:19|20)?\d\d
      | {_DAY}[ -]{_MONTH}[ -]?(?:{_YEAR}|\d\d(?!\d))
      | {_DAY}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTH}(?:,?[ ]{_YEAR})?
      | {_DAY}[ ]de[ ]{_MONTH}(?:[ ]del?[ ](?:19|20)\d\d)?
      | {_MONTH}[ ]{_DAY}(?:st|nd|rd|th)?(?:,?[ ]{_YEAR})?
      | {_MONTH}[ ](?:the[ ])?(?:{_ORDINAL_WORD})(?:,?[ ](?:{_YEAR_WORD}|{_YEAR}))?
    )(?![\w/-]|\.\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_SHORT_DATE: Final = re.compile(r"(?<![\w/.-])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\w/%-]|\.\d)")
_SHORT_DATE_BEFORE: Final = re.compile(
    r"\b(?:on|since|from|until|till|by|dated|date|seen|ed|er|admitted|started|start|stopped|scans?|visit|dob|born|lmp|of|the|and|through|held|labs?|ct|pet|mri|died|dx|rx|filled|fill|"
    r"drawn|surgery|echo|ekg|ecg|c\dd\d|clinic|today|yesterday|last|last dose|biopsy|bx|tx|discharged|dc|d/c|infusion|was|begun|began)[ :(]*$",
    re.IGNORECASE,
)
_FRACTION_BEFORE: Final = re.compile(
    r"\b(?:grade|gr?|cdk|bp|pain|vision|ecog|ratio|stage|about|only|nearly|in|score|scale|reduced to|takes?|half|her2|sensory|motor|strength|of our|our|of)[ ]*$",
    re.IGNORECASE,
)
_FRACTION_AFTER: Final = re.compile(
    r"^[ -]*(?:of\b|th|tab|pill|pts?\b|patients?|doses?|women|people|cases?|had\b|were\b|have\b|responded|progressed|on (?:abema|imlu|verz|inlu|the)|with\b|cycles?|inhibitor|pain|scale|inch|cup|strength|[ivx]+\b)",
    re.IGNORECASE,
)
_UNIT_AFTER: Final = re.compile(
    r"^[ -]*(?:mg|mcg|patients?|pts?|tablets?|tabs?|pills?|doses?|cycles?|weeks?|%|x\b|times|days?|months?|women|people|of \d)",
    re.IGNORECASE,
)
_AGE_AFTER: Final = re.compile(
    r"(?<![\w.,/-])(?:9\d|1[01]\d)(?=[ -]?(?:years?|yrs?|y/?o\b|yo\b|yof\b|yom\b|años|f\b|m\b|year-old)|[ -]?(?:female|male|woman|man|lady|gentleman)\b)",
    re.IGNORECASE,
)
_AGE_BEFORE: Final = re.compile(
    r"\b(?:aged?|age of|age:|turned|turns|is now|she is|he is|she's|he's|lady|woman|man|patient|pt|gentleman|[fm])[ :,(]{1,2}(9\d)(?![\w./%-]|[ ]?(?:mg|mcg|%|percent|days?|weeks?|months?|minutes|ml|lb|kg|/|on\b|\d|patients|tablets|to\b))",
    re.IGNORECASE,
)
_AGE_WORDS: Final = re.compile(
    r"\b(?:ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|(?:a|one) hundred(?: and)?(?:[- ](?:one|two|three|four|five))?)(?=[- ]year)",
    re.IGNORECASE,
)
_URL: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]{3,300}", re.IGNORECASE)
_LOGIN: Final = re.compile(
    r"\b(?:login|user ?name|user ?id|userid|handle|portal id|screen name|user)[ ]{0,2}(?:is|:|=)?[ ]{0,2}([A-Za-z][\w.-]{2,40})",
    re.IGNORECASE,
)
_SSN: Final = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![\w-])")
_PHONE: Final = re.compile(
    r"(?<![\w./-])(?:\+?1[-. ]?)?(?:\(\d{3}\)[ -]?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:[ ,]*(?:x|ext\.?)[ ]?\d{1,5})?(?![\w-])|(?<![\w./-])555-\d{4}(?![\w-])"
    r"|(?<![\w./-])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\w-])"
)
_PHONE_WORD: Final = re.compile(
    r"(?:phone|tel|telephone|cell|mobile|fax|ph|call|ring|text|pager|beeper|number|telefono|teléfono|movil|contact)[ :.#]*(?:is|me|at|on|us|back|her|him)?[ :]*$",
    re.IGNORECASE,
)
_BARE_PHONE: Final = re.compile(r"(?<![\w./-])\(?\d{3,5}\)?[ .-]?\d{3,4}(?:[ .-]?\d{3,4})?(?![\w/-])")
_STREET: Final = (
    r"(?:st|street|rd|road|ave|avenue|blvd|boulevard|lane|ln|drive|dr|court|ct|place|pl|way|terrace|ter|circle|cir|highway|hwy|parkway|pkwy|square|sq|trail|trl|close|crescent|"
    r"gardens|grove|hill|mews|row|loop|pike|turnpike|alley|plaza|run|path|crossing|ridge|view|calle|avenida)"
)
_ADDRESS: Final = re.compile(
    rf"(?<![\w./-])\d{{1,6}}[A-Za-z]?[ ](?:[NSEW]{{1,2}}\.?[ ])?(?:(?:[A-Z][\w'’.-]{{0,20}}|\d{{1,3}}(?:st|nd|rd|th))[ ]){{1,4}}(?i:{_STREET})\b\.?(?:,?[ ](?:(?i:apt|apartment|unit|suite|ste|no)\.?[ ]?#?[\w-]{{1,6}}|#\w{{1,5}}))?"
    rf"|(?<![\w./-])\d{{1,6}}[ ](?:[a-z][a-z'-]{{1,20}}[ ]){{1,3}}(?:street|road|avenue|boulevard|lane|drive|court|terrace)\b"
    rf"|\b(?i:p\.?[ ]?o\.?[ ]box)[ ]\d{{1,6}}|\b(?i:calle|avenida|avda|rua|rue)[ ][A-Z][\w'’.-]{{1,20}}(?:[ ][A-Z][\w'’.-]{{1,20}}){{0,3}},?[ ](?:n[º°o.]{{0,2}}[ ]?)?\d{{1,5}}"
)
_ZIP: Final = re.compile(
    r"\b(?:[A-Z]{2}[ ,]{1,2}|(?i:zip|zip code|postcode|postal code|codigo postal|cp)[ :]{1,2})(\d{5}(?:-\d{4})?)(?![\w-])"
)
_BARE_ZIP: Final = re.compile(r"(?<![\w.$/-])\d{5}(?:-\d{4})?(?![\w%/-])")
_UK_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b")
_RECORD_VALUE: Final = (
    r"[A-Z]{1,4}[ ]\d{2,4}(?:[ ]\d{2,4}){1,4}|[A-Za-z]{0,4}[-/]?\d[A-Za-z0-9]{0,12}(?:[-/.][A-Za-z0-9]{1,12}){0,4}"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier of a kind at `start` to `end` (code points) of one text."""

    kind: str
    start: int
    end: int


def _words_of(pattern: str) -> re.Pattern[str]:
    stems = [re.escape(word.strip()).replace(r"\*", r"\w*") for word in pattern.split("|")]
    return re.compile(rf"\b(?:{'|'.join(stems)})\b", re.IGNORECASE)


class FormFinder:
    """Finds identifiers by their form, with the words of the masking policy."""

    def __init__(self, policy: MaskingPolicy) -> None:
        """Compile the policy's word lists."""
        words = "|".join(sorted((re.escape(w.strip()) for w in policy.record_words.split("|")), key=len, reverse=True))
        self._record = re.compile(
            rf"\b(?:{words})(?:[ ]?(?:number|no|num|nr|id|code))?\.?[ ]{{0,2}}[:#=]{{0,2}}[ ]{{0,2}}(?:is[ ]|of[ ])?({_RECORD_VALUE})(?![\w])",
            re.IGNORECASE,
        )
        self._exempt_number = re.compile(
            rf"\b(?:{'|'.join(re.escape(w.strip()) for w in policy.number_exempt.split('|'))})\b[ :#.=no-]{{0,6}}$",
            re.IGNORECASE,
        )
        self._public_url = re.compile("|".join(re.escape(part) for part in policy.public_sites.split()), re.IGNORECASE)
        self._date_exempt = _words_of(policy.date_exempt)
        self._date_person = _words_of(policy.date_person)

    def find(self, text: str) -> list[Found]:
        """Return what was found; spans of different kinds may overlap."""
        found = [*self._dates(text), *_ages(text), *self._records(text), *self._contacts(text), *_addresses(text)]
        return [item for item in found if item.end > item.start]

    def _sentence_around(self, text: str, start: int, end: int) -> str:
        before = max(text.rfind(mark, max(0, start - 300), start) for mark in (". ", "? ", "! ", "\n", "; "))
        ends = [at for at in (text.find(mark, end, end + 300) for mark in (". ", "? ", "! ", "\n", "; ")) if at >= 0]
        return text[before + 1 : min(ends, default=min(len(text), end + 300))]

    def _is_personal_date(self, text: str, start: int, end: int) -> bool:
        sentence = self._sentence_around(text, start, end)
        if not self._date_exempt.search(sentence):
            return True
        return bool(self._date_person.search(text[max(0, start - 25) : start]))

    def _dates(self, text: str) -> Iterator[Found]:
        for match in _FULL_DATES.finditer(text):
            word = match.group()
            if not re.search(r"\d", word) and not re.search(r"(?:th|st|nd|rd|first|second|third)\b", word, re.IGNORECASE):
                continue
            if (
                word[:3] in {"may", "mar"}
                and not re.search(r"(?:st|nd|rd|th)\b|\d{4}|[/-]", word)
                and not self._date_person.search(text[max(0, match.start() - 25) : match.start()])
            ):
                continue
            if _UNIT_AFTER.match(text[match.end() : match.end() + 12]) or self._exempt_number.search(
                text[max(0, match.start() - 20) : match.start()]
            ):
                continue
            if self._is_personal_date(text, match.start(), match.end()):
                birth = re.search(
                    r"(?:\b(?:dob|d\.o\.b\.?|born|birth|nacid[ao])\b|\bb\.)[^.;]{0,14}$",
                    text[max(0, match.start() - 24) : match.start()],
                    re.IGNORECASE,
                )
                yield Found("dob" if birth else "date", match.start(), match.end())
        for match in _SHORT_DATE.finditer(text):
            before, after = text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 20]
            day = int(match.group().split("/")[1])
            cued = bool(_SHORT_DATE_BEFORE.search(before)) or (day > 12 and not _FRACTION_BEFORE.search(before))
            if cued and not _FRACTION_AFTER.match(after) and self._is_personal_date(text, match.start(), match.end()):
                yield Found("date", match.start(), match.end())

    def _records(self, text: str) -> Iterator[Found]:
        for match in self._record.finditer(text):
            value = match.group(1)
            digits = sum(char.isdigit() for char in value)
            if digits >= 4 and not self._exempt_number.search(text[max(0, match.start() - 16) : match.start()]):
                yield Found("record", match.start(1), match.end(1))
        for match in _SSN.finditer(text):
            yield Found("ssn", match.start(), match.end())

    def _contacts(self, text: str) -> Iterator[Found]:
        for match in _URL.finditer(text):
            if not self._public_url.search(match.group()):
                yield Found("url", match.start(), match.end() - (match.group()[-1] in ".,;:?!"))
        for match in _LOGIN.finditer(text):
            if re.search(r"[\d_.]", match.group(1).rstrip(".")):
                yield Found("login", match.start(1), match.end(1) - match.group(1).endswith("."))
        for match in _EMAIL.finditer(text):
            yield Found("e-mail", match.start(), match.end())
        for match in _PHONE.finditer(text):
            if not self._exempt_number.search(text[max(0, match.start() - 20) : match.start()]):
                yield Found("phone", match.start(), match.end())
        for match in _BARE_PHONE.finditer(text):
            before = text[max(0, match.start() - 22) : match.start()]
            if _PHONE_WORD.search(before) and _is_possible_phone(match.group()) and not self._exempt_number.search(before):
                yield Found("phone", match.start(), match.end())


def _is_possible_phone(text: str) -> bool:
    """Return whether the digits could be dialled (US when no country code; seven-digit local numbers count)."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason in {phonenumbers.ValidationResult.IS_POSSIBLE, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY}


def _ages(text: str) -> Iterator[Found]:
    for match in _AGE_AFTER.finditer(text):
        yield Found("age", match.start(), match.end())
    for match in _AGE_BEFORE.finditer(text):
        yield Found("age", match.start(1), match.end(1))
    for match in _AGE_WORDS.finditer(text):
        yield Found("age", match.start(), match.end())


def _addresses(text: str) -> Iterator[Found]:
    last = -_CONTEXT_CHARS
    for match in _ADDRESS.finditer(text):
        yield Found("address", match.start(), match.end())
        last = match.end()
        for code in _BARE_ZIP.finditer(text, last, min(len(text), last + _CONTEXT_CHARS)):
            yield Found("postcode", code.start(), code.end())
        for code in _UK_POSTCODE.finditer(text, last, min(len(text), last + _CONTEXT_CHARS)):
            yield Found("postcode", code.start(), code.end())
    for match in _ZIP.finditer(text):
        yield Found("postcode", match.start(1), match.end(1))
