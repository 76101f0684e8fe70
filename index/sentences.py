"""Sentence boundaries in medical prose, as offsets; nothing is rewritten or dropped.

A boundary is closing punctuation, with any quotes, brackets and reference marks behind it, followed by white space and
something that can begin a sentence, unless the word before the full stop is an abbreviation or an initial. Decimals without a
leading zero ("p=.0005."), "vs.", "et al.", "e.g.", "Dr." and "U.S." do not end a sentence. Behind a mark (`[^3]`) or a line
break a sentence may begin in lower case too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = re.compile(r"\[\^([^\]\s]+)\]")
_MARKS = r"(?:[ \t]*\[\^[^\]\s]+\])*"
_END = re.compile(rf"(?P<stop>[.!?…]+[\"'”’)\]]*)(?P<marks>{_MARKS})(?=\s|$)")
_OUTER = re.compile(rf"(?:\s|{MARK.pattern})*")
_OUTER_END = re.compile(rf"(?:\s|{MARK.pattern})*\Z")
_LAST_WORD = re.compile(r"([^\s(\[\"“'‘]+)$")
# Capitals, digits, openers, comparison signs, Greek; and words such as mTOR or p95HER2.
_CAN_BEGIN = re.compile(r"[A-Z0-9\"“‘'(\[≥≤<>~±+\u00c0-\u00de\u0370-\u03ff]|[a-z]{1,3}[A-Z0-9]")
_INITIAL = re.compile(r"[A-Z]\.")
_INITIALISM = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]$")

_MONTHS = "jan feb mar apr jun jul aug sep sept oct nov dec"
_CLOSING_WORDS = f"al etc co corp inc ltd {_MONTHS}"
_ABBREVIATION_WORDS = """
    approx ca cf dept dr e.g ed eds eg et fig figs i.e ie incl mr mrs ms nos p.o pp prof ref refs resp sr st suppl viz vol vs
"""
_STARTER_WORDS = """
    A All An And As At Both But By Each For From However If In It Its No Of On Patients The Their There These They This Those To
    Two We When While With
"""
_LABELLED_WORDS = "appendix arm category class cohort factor figure grade group hepatitis level panel part stage type vitamin"
# These may still end their sentence when the next word plainly begins one.
_MAY_CLOSE = frozenset(_CLOSING_WORDS.split())
_ABBREVIATIONS = frozenset(_ABBREVIATION_WORDS.split()) | _MAY_CLOSE
_STARTERS = frozenset(_STARTER_WORDS.split())
# A single capital after one of these is a label ("hepatitis B."), not somebody's initial.
_LABELLED = frozenset(_LABELLED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence `[start, end)` without the marks behind it, and all marks it carries, in printed order."""

    start: int
    end: int
    marks: tuple[str, ...] = ()


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the sentences of `text[start:end]` in order; together they hold every character that is not white space or a mark.

    Args:
        text: the whole document, so that offsets are the document's.
        start: first code point of the paragraph.
        end: end of the paragraph, exclusive; the end of the text when None.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if match.end() < stop and not _is_boundary(text, begin, match, stop):
            continue
        _append(spans, text, begin, match.end())
        begin = match.end()
    _append(spans, text, begin, stop)
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    """Add one sentence without outer white space and marks; marks that stand before it belong to the sentence before."""
    leading = _OUTER.match(text, start, end)
    body_start = leading.end() if leading else start
    earlier = tuple(MARK.findall(text, start, body_start))
    if earlier and spans:
        last = spans.pop()
        spans.append(Span(last.start, last.end, last.marks + earlier))
    if body_start < end:
        trailing = _OUTER_END.search(text, body_start, end)
        body_end = trailing.start() if trailing else end
        spans.append(Span(body_start, body_end, tuple(MARK.findall(text, body_start, end))))


def _is_boundary(text: str, begin: int, match: re.Match[str], stop: int) -> bool:
    gap_and_rest = text[match.end() : stop]
    rest = gap_and_rest.lstrip()
    if not rest:
        return True
    gap = gap_and_rest[: len(gap_and_rest) - len(rest)]
    if not (match["marks"] or "\n" in gap or _CAN_BEGIN.match(rest)):
        return False
    return match["stop"][0] != "." or not _is_abbreviation(text[begin : match.start()], rest)


def _is_abbreviation(before: str, rest: str) -> bool:
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found[1]
    next_word = re.split(r"[\s,;:]", rest, maxsplit=1)[0]
    if word.lower() in _ABBREVIATIONS:
        return not (word.lower() in _MAY_CLOSE and next_word in _STARTERS)
    if word.lower() == "no":
        return rest[0].isdigit()
    if _INITIALISM.fullmatch(word):
        return next_word not in _STARTERS
    return len(word) == 1 and word.isupper() and _is_initial(before[: found.start()].split(), next_word)


def _is_initial(previous: list[str], next_word: str) -> bool:
    if not previous or _INITIAL.fullmatch(next_word):
        return True
    return previous[-1].lower() not in _LABELLED and previous[-1][0].isupper()
