"""Reference marks: superscript numbers become `[^n]` at the end of the statement they were printed in.

Two sources. Formats that know superscripts hand numbers over between private marks; whatever the document's reference list
holds is a reference, the rest stays superscript (10⁶, m²). In plain text a superscript is printed against the word:
"options.1-3,5". It is taken for marks only where the list holds every number, and never where it may be part of a name (ESR1,
CDK4/6) or of a figure.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN

_DASHES = r"\-–—‑"
_NUMBERS = rf"\d{{1,3}}(?:[,;{_DASHES}] ?\d{{1,3}})*"
_SUPER = re.compile(rf"[ \t]*{SUPER_OPEN}([^{SUPER_OPEN}{SUPER_CLOSE}]*){SUPER_CLOSE}")
# Behind closing punctuation: "agents.1-3,5 The"; what follows must begin a sentence, a clause or nothing.
_BEHIND_STOP = re.compile(rf"(?<=[A-Za-z)\]’”\"%])(?P<stop>[.!?;,:])(?P<n>{_NUMBERS})(?=\s+[A-Z(“\"\[]|\s*\Z|\s+[a-z])")
# Behind a closing bracket: "(MBC)1; however".
_BEHIND_BRACKET = re.compile(rf"(?<=[)\]])(?P<n>{_NUMBERS})(?=[\s.,;:]|\Z)")
# Behind a word: only a list or a range ("SERDs1,3,4"), or one number behind a plain word of small letters ("treatment2").
_BEHIND_WORD = re.compile(
    rf"(?<=[a-z]{{3}})(?P<n>{_NUMBERS})(?=[\s.,;:)]|\Z)|(?<=[A-Za-z]s)(?P<list>\d{{1,2}}(?:[,{_DASHES}]\d{{1,2}})+)(?=[\s.,;:)]|\Z)"
)
_DIGIT_STOP = re.compile(rf"(?<=[A-Za-z]\d)(?P<stop>\.)(?P<n>{_NUMBERS})(?=\s+[A-Z]|\s*\Z)")
# What a number belongs to that is printed against it: "Fig.2", "Phase3", "grade3".
_LABELS = "fig|figs|figure|table|no|nos|vol|p|pp|eq|sec|ref|refs|vs|ver|version|v|doi|ch|phase|grade|stage|type|class|level"
_UNITS = "arm|group|part|cohort|cycle|week|day|month|year|line|step|study|trial"
_NOT_BEFORE = re.compile(rf"\b(?:{_LABELS}|{_UNITS})\Z", re.IGNORECASE)
_BRACKETED = re.compile(rf"(?<=[\w.,;:!?)%”’\"])[ \t]?\[({_NUMBERS.replace(' ?', ' *')})\](?![(\w])")
# What stands before a power: ten, or a unit of length behind a figure or a stroke.
_POWER = re.compile(r"(?:(?<![\d.])10|(?:\d ?|/)(?:mm|cm|km|m))\Z")
_MARK = re.compile(r"\[\^(\d+)\]")
_MARKS_RUN = re.compile(r"[ \t]*(?:\[\^\d+\])+")
_SUPERSCRIPTS = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
# Letters that point to a note of a table ("1%" with a raised "a"), not endings of ordinals ("1st").
_NOTE_LETTERS = re.compile(r"[a-z](?:, ?[a-z])*")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_RAISED = str.maketrans("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")


def expand_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of "1-3,5" in printed order: 1, 2, 3, 5. Empty when it is no such list, or a range runs down or too
    far.
    """
    numbers: list[int] = []
    for piece in re.split(r"[,;]\s*", text.strip().strip(",;")):
        ends = [end.strip() for end in re.split(rf"[{_DASHES}]", piece)]
        if not all(end.isdecimal() for end in ends) or len(ends) > 2:
            return ()
        first, last = int(ends[0]), int(ends[-1])
        if last < first or last - first > 40:
            return ()
        numbers.extend(range(first, last + 1))
    return tuple(dict.fromkeys(numbers))


def write_marks(numbers: Collection[int]) -> str:
    """Return `[^1][^2]`."""
    return "".join(f"[^{number}]" for number in numbers)


def resolve_superscripts(text: str, known: Collection[int]) -> str:
    """Return the text with private marks turned into `[^n]`, or into superscript letters where they are no reference."""

    def resolve(match: re.Match[str]) -> str:
        numbers = expand_numbers(match[1])
        is_mark = bool(numbers) and not _POWER.search(text[: match.start()])
        if is_mark and all(number in known for number in numbers):
            return write_marks(numbers)
        printed = match[1].strip()
        if printed in _ORDINALS:
            return printed
        return printed.translate(_RAISED if _NOTE_LETTERS.fullmatch(printed) else _SUPERSCRIPTS)

    return _SUPER.sub(resolve, text)


def find_bracketed_marks(text: str, known: Collection[int]) -> str:
    """Return the text with citations such as [1], [2, 3] and [4-6] turned into `[^n]`, where the list holds every number."""

    def resolve(match: re.Match[str]) -> str:
        numbers = expand_numbers(match[1])
        return write_marks(numbers) if numbers and all(number in known for number in numbers) else match[0]

    return _BRACKETED.sub(resolve, text) if known else text


def unresolved_superscripts(text: str, known: Collection[int]) -> tuple[str, ...]:
    """Return superscript numbers behind a word or a stop that have no reference; behind a figure or unit they are powers."""
    found = []
    for match in _SUPER.finditer(text):
        numbers = expand_numbers(match[1])
        is_power = _POWER.search(text[: match.start()])
        if numbers and not is_power and any(number not in known for number in numbers):
            found.append(match[1].strip())
    return tuple(found)


def find_printed_marks(text: str, known: Collection[int]) -> str:
    """Return plain text with numbers printed against a word turned into `[^n]` where they can only be reference marks."""

    def resolve(match: re.Match[str]) -> str:
        groups = match.groupdict()
        printed = groups.get("n") or groups.get("list") or ""
        numbers = expand_numbers(printed)
        before = text[: match.start()]
        is_ascending = list(numbers) == sorted(numbers)
        if not numbers or not is_ascending or _NOT_BEFORE.search(before) or any(n not in known for n in numbers):
            return match[0]
        return f"{groups.get('stop') or ''}{write_marks(numbers)}"

    for pattern in (_BEHIND_STOP, _DIGIT_STOP, _BEHIND_BRACKET, _BEHIND_WORD):
        text = pattern.sub(resolve, text) if known else text
    return text


def marks_of(text: str) -> tuple[int, ...]:
    """Return the reference numbers in a text, in printed order, each once."""
    return tuple(dict.fromkeys(int(number) for number in _MARK.findall(text)))


def strip_marks(text: str) -> str:
    """Return the text without reference marks."""
    return _MARKS_RUN.sub("", text)


def move_to_end(sentence: str) -> str:
    """Return a statement with all its marks behind its closing punctuation."""
    marks = marks_of(sentence)
    if not marks:
        return sentence
    plain = strip_marks(sentence)
    closing = re.search(r"\s*\Z", plain)
    end = closing.start() if closing else len(plain)
    return f"{plain[:end]}{write_marks(marks)}{plain[end:]}"
