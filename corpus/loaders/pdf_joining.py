"""Lines of a PDF joined to text: words broken at a line's end, compounds, superscripts at the start of a line.

Whether a hyphen at the end of a line belongs to the word is decided by how the document itself writes the word elsewhere;
where it does not, by whether the document is hyphenated at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.loaders.html_page import clean_text_with_marks
from corpus.loaders.types import SUPER_OPEN

HYPHENATED = 0.04  # of all lines: from here on the document breaks words by hyphens
PROVEN = 2  # so many broken words that stand whole elsewhere prove it too
_WORD = re.compile(r"[\w+/-]*\w[\w+/-]*")
_BROKEN = re.compile(r"(?P<word>[\w+/-]*\w)[-‐]\Z")
_FREE_HYPHEN = re.compile(r"(?<=\S)[-‐]\Z")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a document that stand inside lines, and whether it breaks words at all."""

    words: Counter[str]
    is_hyphenated: bool

    def join(self, lines: Iterable[str]) -> str:
        """Return lines as one text."""
        text = ""
        for line in lines:
            text = self.append(text, line) if line else text
        return clean_text_with_marks(text)

    def append(self, text: str, line: str) -> str:
        """Return a text with its next line."""
        if not text:
            return line
        broken, rest = _BROKEN.search(text), _WORD.match(line)
        if broken is not None and rest is not None and not text[: broken.start()].endswith(SUPER_OPEN):
            return self._rejoined(text, line, broken["word"], rest[0])
        # A compound broken behind its own slash or dash goes on without a space, superscripts behind their word.
        is_whole = bool(_FREE_HYPHEN.search(text)) or (text[-1] in "/–—" and not text[-2:-1].isspace()) or line[0] == SUPER_OPEN
        return f"{text}{line}" if is_whole else f"{text} {line}"

    def _rejoined(self, text: str, line: str, start: str, rest: str) -> str:
        whole, compound, alone = f"{start}{rest}", f"{start}-{rest}", f"{start}-"
        if self.words[compound]:
            return f"{text}{line}"
        if self.words[alone] or "+" in start:  # "HR+/HER2-": the sign of a receptor, no hyphen
            return f"{text} {line}"
        may_be_broken = start[-1].isalpha() and rest[0].islower()
        if may_be_broken and (self.words[whole] or (self.is_hyphenated and not self.words[start])):
            return f"{text[:-1]}{line}"
        return f"{text}{line}"


def learn_vocabulary(paragraphs: Iterable[Sequence[str]]) -> Vocabulary:
    """Return the vocabulary of lines of text, each group in order; the last word of a line teaches nothing."""
    words: Counter[str] = Counter()
    breaks: list[str] = []
    lines = 0
    for group in paragraphs:
        lines += len(group)
        for line, following in pairwise([*group, ""]):
            words.update([match[0] for match in _WORD.finditer(line)][:-1])
            start, rest = _BROKEN.search(line), _WORD.match(following)
            if start is not None and rest is not None and start["word"][-1].isalpha() and rest[0][0].islower():
                breaks.append(f"{start['word']}{rest[0]}")
    proven = sum(words[whole] > 0 for whole in breaks)
    return Vocabulary(words, is_hyphenated=proven >= PROVEN or len(breaks) > HYPHENATED * max(1, lines))
