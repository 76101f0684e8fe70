"""Where a statement ends, for putting marks at its end and for telling which page it begins on.

A small rule set of its own (`index.sentences` lies in a room above): closing punctuation, any quotes and marks, white space,
then something that can begin a sentence; not behind the usual abbreviations and initials. It errs towards fewer boundaries.
"""

from __future__ import annotations

import re

_MARKS = r"(?:\[\^\d+\]|\ue010[^\ue011]*\ue011)"
# Behind a mark a sentence may begin in small letters too; so may words such as mTOR anywhere.
_BOUNDARY = re.compile(
    rf"[.!?][\"”’)\]]*(?:{_MARKS}+\s+(?=\S)|\s+(?=[A-Z0-9\"“‘(\[≥≤<>\u00c0-\u00de\u0370-\u03ff]|[a-z]{{1,3}}[A-Z0-9]))"
)
_NO_END = re.compile(
    r"(?:\b(?:al|e\.g|i\.e|vs|fig|figs|no|dr|prof|mr|mrs|ms|st|approx|ca|cf|ref|refs|resp|vol|jr|sr|eds?|inc|ltd|co|corp)"
    r"|\b[A-Z]|\b(?:[A-Za-z]\.)+[A-Za-z])\.[\"”’)\]]*\s+\Z",
    re.IGNORECASE,
)


def split_statements(text: str) -> list[str]:
    """Return the statements of a paragraph in order; joined they give the paragraph back."""
    pieces: list[str] = []
    begin = 0
    for match in _BOUNDARY.finditer(text):
        if _NO_END.search(text[begin : match.end()]):
            continue
        pieces.append(text[begin : match.end()])
        begin = match.end()
    if begin < len(text):
        pieces.append(text[begin:])
    return pieces
