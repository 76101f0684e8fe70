"""Abbreviations with the long form the text itself gives, "aromatase inhibitor (AI)", for a person to add to the glossary.

The long form is found as Schwartz and Hearst (2003) describe: the letters of the short form, read backwards, must occur in
order in the words before the bracket, the first of them at the beginning of a word. Nothing is proposed that the text does
not spell out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.loaders.marks import strip_marks
from corpus.loaders.types import Abbreviation, Part

_BRACKET = re.compile(r"[(\[](?P<short>[A-Z0-9][A-Za-z0-9/+&-]{1,9})[)\]]")


def find_abbreviations(parts: Sequence[Part]) -> tuple[Abbreviation, ...]:
    """Return each abbreviation once, in reading order, with the first long form found."""
    found: dict[str, Abbreviation] = {}
    for part in parts:
        text = strip_marks(part.text) if not part.rows else " ".join(strip_marks(cell) for row in part.rows for cell in row)
        for match in _BRACKET.finditer(text):
            short = match["short"]
            long = _long_form(short, text[: match.start()])
            if long and short not in found and sum(character.isupper() for character in short) >= 2:
                found[short] = Abbreviation(short, long, part.origin)
    return tuple(found.values())


def _long_form(short: str, before: str) -> str:
    words = re.findall(r"\S+", re.split(r"[.;:()\[\]](?=\s)", before)[-1])
    singular = short[:-1] if short.endswith("s") and len(short) > 2 else short
    letters = [character.lower() for character in singular if character.isalnum()]
    candidate = " ".join(words[-min(len(letters) + 5, len(letters) * 2) :]).strip(" ,")
    position = len(candidate)
    for index in range(len(letters) - 1, -1, -1):
        position -= 1
        while position >= 0 and not _matches(candidate, position, letters[index], is_first=index == 0):
            position -= 1
        if position < 0:
            return ""
    long = candidate[position:]
    return long if len(long) > len(short) + 1 and " " in long.replace("-", " ").replace("–", " ") else ""


def _matches(text: str, position: int, letter: str, *, is_first: bool) -> bool:
    if text[position].lower() != letter:
        return False
    return not is_first or position == 0 or not text[position - 1].isalnum()
