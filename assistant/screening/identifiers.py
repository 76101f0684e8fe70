"""Finds identifiers with a form of their own: numbers behind a keyword, phones, e-mail, web addresses, postal addresses.

A number that belongs to a product, paper or trial (lot, NDC, PMID, NCT) is left alone. Dates are in `dates.py`, names in
`names.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from assistant.screening.dates import DateFinder
from assistant.screening.found import Found, Patterns, before
from assistant.screening.policy import MaskingPolicy

_POSTCODE_REACH_CHARS: Final = 70
_CUE_CHARS: Final = 22
_MIN_RECORD_DIGITS: Final = 4
# Numbers of other countries are written in so many groups.
_FOREIGN_GROUPS: Final = 4
_PHONE_DIGITS: Final = range(7, 16)
# Numbers that the words before them make an identifier: kind and pattern; the number is group 1.
_CUED_NUMBERS: Final = (
    ("ssn", "ssn_cued"),
    ("ssn", "ssn_last"),
    ("dob", "dob_digits"),
    ("phone", "pager"),
    ("e-mail", "cued_email"),
    ("record", "insurer"),
    ("record", "device_behind"),
    ("record", "ending"),
    ("record", "named_behind"),
    ("record", "device"),
    ("record", "case_number"),
    ("record", "named_record"),
    ("record", "subject"),
    ("record", "person_number"),
    ("record", "plate"),
)
_DIALLED: Final = frozenset({phonenumbers.ValidationResult.IS_POSSIBLE, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY})


def _choice(words: str) -> str:
    """Return a pattern for the words, grouped by their first letters so that few are tried at a place."""
    groups: dict[str, list[str]] = {}
    for word in sorted({word.strip() for word in words.split("|")}, key=len, reverse=True):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())


class FormFinder:
    """Finds identifiers by their form, with the patterns and words of the masking policy."""

    def __init__(self, policy: MaskingPolicy, patterns: Patterns) -> None:
        """Compile what is built from the policy's word lists."""
        self._patterns = patterns
        value = patterns["record_value"].pattern
        label = rf"\b(?:{_choice(policy.record_words)})(?:[ ]?(?:number|no|num|nr|id|code))?\.?"
        self._record = re.compile(rf"{label}[ ]{{0,2}}[:#=]{{0,2}}[ ]{{0,2}}(?:is[ ]|of[ ])?({value})(?!\w)", re.IGNORECASE)
        self._exempt_number = re.compile(
            rf"\b(?:{_choice(policy.number_exempt)})\b[ :#.=no-]{{0,6}}(?:(?:number|num|nr|code|id)[ :#.=]{{0,3}})?$",
            re.IGNORECASE,
        )
        self._public_url = re.compile("|".join(re.escape(part) for part in policy.public_sites.split()), re.IGNORECASE)
        self._dates = DateFinder(policy, patterns, self._exempt_number)

    def find(self, text: str) -> list[Found]:
        """Return what was found; spans of different kinds may overlap."""
        found = [*self._dates.find(text), *self._records(text), *self._web(text), *self._phones(text), *self._addresses(text)]
        return [item for item in found if item.end > item.start]

    def _is_exempt(self, text: str, start: int) -> bool:
        return bool(self._exempt_number.search(before(text, start, _CUE_CHARS)))

    def _records(self, text: str) -> Iterator[Found]:
        # The slowest pattern of all: a text with fewer digits holds no such number.
        numbered = sum(map(str.isdigit, text)) >= _MIN_RECORD_DIGITS
        for match in self._record.finditer(text) if numbered else ():
            digits = sum(char.isdigit() for char in match.group(1))
            if digits >= _MIN_RECORD_DIGITS and not self._is_exempt(text, match.start()):
                yield Found("record", match.start(1), match.end(1))
        for kind, name in _CUED_NUMBERS:
            for match in self._patterns[name].finditer(text):
                if not self._is_exempt(text, match.start()):
                    yield Found(kind, match.start(1), match.end(1))
        for match in self._patterns["any_number"].finditer(text):
            label = match.end(1) if match[1] else match.start(2)
            if not self._is_exempt(text, label):
                yield Found("record", *match.span(2))
        for name in ("bare_record", "path_number", "tax_code", "coded_record"):
            for match in self._patterns[name].finditer(text):
                if not self._is_exempt(text, match.start()):
                    yield Found("record", match.start(), match.end())
        for match in self._patterns["ssn"].finditer(text):
            yield Found("ssn", match.start(), match.end())

    def _web(self, text: str) -> Iterator[Found]:
        for name in ("url", "bare_url"):
            for match in self._patterns[name].finditer(text):
                if not self._public_url.search(match.group()):
                    yield Found("url", match.start(), match.end() - (match.group()[-1] in ".,;:?!"))
        for match in self._patterns["at_name"].finditer(text):
            yield Found("login", match.start(), match.end() - match.group().endswith("."))
        for match in self._patterns["ip"].finditer(text):
            yield Found("ip", match.start(), match.end())
        for match in self._patterns["login"].finditer(text):
            if re.search(r"[\d_.]", match.group(1).rstrip(".")):
                yield Found("login", match.start(1), match.end(1) - match.group(1).endswith("."))
        for name in ("email", "spoken_email"):
            for match in self._patterns[name].finditer(text):
                yield Found("e-mail", match.start(), match.end())

    def _phones(self, text: str) -> Iterator[Found]:
        for match in self._patterns["phone"].finditer(text):
            if not self._is_exempt(text, match.start()):
                yield Found("phone", match.start(), match.end())
        for match in self._patterns["spoken_phone"].finditer(text):
            yield Found("phone", match.start(), match.end())
        for match in self._patterns["bare_phone"].finditer(text):
            if self._is_cued_phone(text, match) and not self._is_exempt(text, match.start()):
                yield Found("phone", match.start(), match.end())

    def _is_cued_phone(self, text: str, match: re.Match[str]) -> bool:
        cued = self._patterns["phone_word"].search(before(text, match.start(), _CUE_CHARS))
        named = self._patterns["phone_after"].search(text[match.end() : match.end() + _CUE_CHARS])
        return bool(cued or named) and _is_possible_phone(match.group())

    def _addresses(self, text: str) -> Iterator[Found]:
        for match in self._patterns["address"].finditer(text):
            yield Found("address", match.start(), match.end())
            end = min(len(text), match.end() + _POSTCODE_REACH_CHARS)
            for name in ("bare_zip", "uk_postcode"):
                for code in self._patterns[name].finditer(text, match.end(), end):
                    yield Found("postcode", code.start(), code.end())
        for name in ("zip", "postcode_cued"):
            for match in self._patterns[name].finditer(text):
                yield Found("postcode", match.start(1), match.end(1))


def _is_possible_phone(text: str) -> bool:
    """Return whether the digits could be dialled (US when no country code; seven-digit local numbers count)."""
    if sum(char.isdigit() for char in text) not in _PHONE_DIGITS:
        return False
    groups = re.findall(r"\d+", text)
    if text.startswith("0") or len(groups) >= _FOREIGN_GROUPS:
        return True
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number_with_reason(number) in _DIALLED
