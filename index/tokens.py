"""Words for the lexical arm: English stems, with the compounds of oncology kept whole beside their parts.

"CDK4/6i", "HER2-" and "PI3K/AKT/mTOR" are one word each and also their parts; "HER2-" and "HER2-negative" share a word
that "HER2+" has not; "p=.0005" and "P = 0.0005" give the same number. Stop words are dropped. Stems are those of the
Snowball English stemmer (Porter 2001). It knows no glossary: expansions come with the query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import Stemmer

_SAME = str.maketrans({"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": " ", "−": "-", "’": "'", "‘": "'", "\u00ad": None})
_TOKEN = re.compile(
    r"(?P<signed>[a-z]+\d*[+-](?![a-z0-9+-]))"
    r"|(?P<number>(?<![\d.])\.\d+|\d+(?:,\d{3})*(?:\.\d+)?(?![a-z0-9]|[-/+][a-z]))"
    r"|(?P<compound>[a-z0-9]+(?:[-/+'][a-z0-9]+)+)"
    r"|(?P<word>[a-z0-9]+)"
)
_PARTS = re.compile(r"[-/+']")
_MUTATED = re.compile(r"([a-z]+\d+[a-z]?\d*)m")
_INHIBITOR = re.compile(r"(.*\d)i")
_SIGN_WORDS = {"negative": "-", "neg": "-", "positive": "+", "pos": "+"}
_STOP_WORDS = """
    a about an and are as at be been being but by can could did do does for from had has have he her his how i if in into
    is it its may me my of on or our out she should so such than that the their them then there these they this those to
    up was we were what when where which while who whom why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_stemmer = Stemmer.Stemmer("english")


def tokenise(text: str) -> list[str]:
    """Return the index words of a text in order; a compound is followed by its parts."""
    plain = text.lower() if text.isascii() else _plain(text)
    return [token for match in _TOKEN.finditer(plain) for token in _words(match)]


def _plain(text: str) -> str:
    """Lower case without accents, one form of dash and apostrophe."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SAME)).lower()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(match: re.Match[str]) -> Iterator[str]:
    text = match[0]
    if match["number"]:
        yield _number(text)
    elif match["signed"]:
        yield text
        yield from _word(text[:-1])
    elif match["compound"]:
        yield from _compound(text)
    else:
        yield from _word(text)


def _number(text: str) -> str:
    digits = text.replace(",", "")
    if "." not in digits:
        return digits
    return f"0{digits}".rstrip("0").rstrip(".") if digits.startswith(".") else digits.rstrip("0").rstrip(".")


def _compound(text: str) -> Iterator[str]:
    parts = _PARTS.split(text)
    if "'" in text:
        yield from _word(parts[0])
        return
    sign = _SIGN_WORDS.get(parts[-1])
    if sign and len(parts) == 2:
        yield parts[0] + sign
    elif "/" in text or "+" in text:
        yield text
        without = _INHIBITOR.fullmatch(text)
        if without:
            yield without[1]
    else:
        yield _stemmer.stemWord("".join(parts))
    for part in parts:
        yield from _word(part)


def _word(text: str) -> Iterator[str]:
    if text in STOP_WORDS:
        return
    yield _stemmer.stemWord(text) if text.isalpha() else text
    mutated = _MUTATED.fullmatch(text)
    if mutated:
        yield mutated[1]
