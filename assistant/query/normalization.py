"""Brings a typed, dictated or pasted text into one form, and cuts it into tokens for matching.

It changes spelling and signs, never meaning: words are not removed and names are not corrected here (`spelling` does that).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from assistant.query.types import Token

_DEGREES = {"1": "primary ", "2": "secondary "}
_DEGREE = re.compile(r"\b([12])\s?°\s?(?=[A-Za-z])")
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("‘’", "'") | dict.fromkeys("“”", '"') | {"\u00b7": "."})
_SPELT = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z](?:\s|\.\s?)){1,5}[A-Za-z](?![A-Za-z0-9'])\.?")
_DIGITS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}
_NAMES = {digit: word for word, digit in _DIGITS.items()}
_DIGIT = "|".join(_DIGITS)
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_LARGER = "|".join((*_TENS[1:], *_TEENS[1:], "hundred"))
_SPELT_NUMBER = re.compile(
    rf"\b(?P<head>[A-Z]{{2,5}}\d?) (?P<word>{_DIGIT})\b(?: (?P<next>{_DIGIT})\b)?(?! (?:{_LARGER}|{_DIGIT}|zero|oh)\b)"
)
_AGED = re.compile(
    r"[>≥]=?\s?([6-8][05])(?=\s*(?:[,.;?)]|$|years?|yrs?|y/?o))|\b([6-8][05])\s?\+(?=\s*(?:[,.;?)]|$|years?|yrs?|patients?|pts?))"
)
_AGED_SIGNS = frozenset(">≥+")
_SPOKEN_ENDS = frozenset(("mark", "riod", "stop"))
"""Last letters of the marks that are spoken: no other text is searched for them."""
_SPOKEN_MARK = re.compile(r"\s+(question mark|exclamation mark|period|full stop)\s*$", re.IGNORECASE)
_GLUED_STATE = re.compile(r"\b(?P<gene>[A-Z][A-Z0-9]{2,6})(?P<state>wt|mut)\b")
"""A gene with its state behind it, the space left out (`PIK3CAwt`)."""
_TOKEN = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+(?:[.,]\d+)+|\d+|[A-Za-zÀ-ɏ]+(?:'[A-Za-z]{1,2}\b)?|\+|(?<!\d)(?<!\d )%")
_NOT_PLURAL = ("ss", "us", "is", "os", "as")


def normalize(text: str) -> str:
    """Return the text in NFKC with plain dashes and quotes, letters dictated one by one joined, and white space collapsed.

    Applying it twice gives the same text as applying it once.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.replace("º", "°")).translate(_SIGNS).replace("±", "+/-")
    text = " ".join(text.split())
    if "°" in text:
        text = _DEGREE.sub(lambda match: _DEGREES[match[1]], text)
    text = _SPELT.sub(_join_letters, text)
    text = _SPELT_NUMBER.sub(_join_number, text)
    if not _AGED_SIGNS.isdisjoint(text):
        text = _AGED.sub(lambda match: f"over {match[1] or match[2]}", text)
    text = _GLUED_STATE.sub(r"\g<gene> \g<state>", text).strip()
    if text[-4:].lower() in _SPOKEN_ENDS:
        text = _SPOKEN_MARK.sub(lambda match: "?" if match[1].lower().startswith("question") else ".", text).strip()
    return text


def tokenize(text: str, american: Mapping[str, str], known: dict[str, str] | None = None) -> tuple[Token, ...]:
    """Cut a normalised text into tokens; letters and digits part (`CDK4/6i` -> cdk 4 6 i); `american` maps British spelling.

    `known` remembers the forms of words between calls.
    """
    forms = {} if known is None else known
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word not in forms:
            forms[word] = form(word, american)
        tokens.append(Token(forms[word], word, *match.span()))
    return tuple(tokens)


def form(word: str, american: Mapping[str, str]) -> str:
    """Return the matching form of one word: lower case, possessive and plural s dropped, American spelling; never nothing."""
    lowered = word.lower()
    lowered = lowered.removesuffix("'s").removesuffix("s'") if "'" in lowered else lowered
    lowered = american.get(lowered, lowered)
    acronym = len(word) > 2 and word[-1] == "s" and word[:-1].isupper()
    singular = lowered[:-1] if acronym else _singular(lowered)
    return _singular(american.get(singular, singular)) or word.lower()


def spoken(digits: str) -> tuple[str, ...]:
    """Return the ways in which the one to three digits behind a name are said: `120` as one twenty, one two zero, ...

    >>> spoken("04")
    ('zero four', 'oh four')
    """
    singly = [" ".join(_NAMES.get(digit, zero) for digit in digits) for zero in ("zero", "oh")]
    ways = singly if "0" in digits else singly[:1]
    if len(digits) == 2 and digits[0] != "0":
        ways = [_pair(digits), *ways]
    if len(digits) == 3 and digits[1] != "0":
        pair, hundreds = _pair(digits[1:]), _NAMES[digits[0]]
        ways = [f"{hundreds} {pair}", f"{hundreds} hundred {pair}", f"{hundreds} hundred and {pair}", *ways]
    return tuple(ways)


def _pair(digits: str) -> str:
    """A number from 10 to 99 in words."""
    if digits[0] == "1":
        return _TEENS[int(digits[1])]
    return f"{_TENS[int(digits[0])]} {_NAMES.get(digits[1], '')}".strip()


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(_NOT_PLURAL)
    return word[:-1] if plural else word


def _join_letters(match: re.Match[str]) -> str:
    letters = re.findall(r"[A-Za-z]", match.group())
    dictated = all(letter.isupper() for letter in letters) or (len(letters) > 2 and all(c.islower() for c in letters))
    if not dictated or (len(letters) == 2 and letters[0] in "IA"):
        return match.group()
    return "".join(letters).upper()


def _join_number(match: re.Match[str]) -> str:
    digits = _DIGITS[match["word"]] + (f"/{_DIGITS[match['next']]}" if match["next"] else "")
    return match["head"] + digits


def is_bracketed(text: str, position: int) -> bool:
    """Return whether a position stands within round brackets (what a follow-up is completed with is one)."""
    return text.count("(", 0, position) > text.count(")", 0, position)
