"""The words tied to a figure behind it: what is printed behind another figure of its kind is not said of this one."""

from __future__ import annotations

from assistant.grounding.types import Figure, Quantity, Reading

_FOLLOWER_REACH, _ROW_REACH = 8, 2
_GROUP_NAMES = frozenset({"triplet", "doublet", "switch"})
_ROW = frozenset({"and", "versus", "vs", "/", ","})
_DENIED = "without "


def follower_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading, light: frozenset[str]) -> bool:
    """Whether the word tied to a figure ("off", "doublet") is printed after another figure of its kind and not this one."""
    if figure.quantity.kind == "count" and figure.quantity.first and sentence.tokens[figure.quantity.first - 1].stem == "of":
        return False
    word = _follower(figure.quantity, sentence, light) or _leader(figure.quantity, sentence)
    rivals = [
        f.quantity
        for f in source.figures
        if f.quantity.kind == printed.quantity.kind and f.quantity.value != printed.quantity.value
    ]
    others = {_follower(quantity, source, light) for quantity in rivals}
    own = {_follower(printed.quantity, source, light), _shared_follower(printed.quantity, source, light)}
    return bool(word) and word in others and word not in own


def _shared_follower(quantity: Quantity, reading: Reading, light: frozenset[str]) -> str:
    """The word behind a figure that stands in a row with this one ("2,763 and 1,591 events")."""
    row = [q for q in reading.quantities if q.kind == quantity.kind and q.first > quantity.last]
    between = [token.stem for token in reading.tokens[quantity.last : row[0].first]] if row else []
    return _follower(row[0], reading, light) if between and set(between) <= _ROW and len(between) <= _ROW_REACH else ""


def _leader(quantity: Quantity, reading: Reading) -> str:
    """The group a count is given for before it ("the doublet arm had 130 patients"), where its stretch names one."""
    number = reading.segments[quantity.first]
    named = {m.concept for m in reading.of_kind("word") if m.concept in _GROUP_NAMES and reading.segments[m.first] == number}
    return named.pop() if quantity.kind == "count" and len(named) == 1 else ""


def _past_interval(reading: Reading, first: int) -> int:
    """The token behind the bracket with an interval that stands at `first`; `first` where none does."""
    opened = [token.stem for token in reading.tokens[first : first + 2]]
    if opened[:1] != ["("] or not opened[1:] or not opened[1][0].isdigit():
        return first
    return next((i + 1 for i in range(first, len(reading.tokens)) if reading.tokens[i].stem == ")"), first)


def _follower(quantity: Quantity, reading: Reading, light: frozenset[str]) -> str:
    start, denied = _past_interval(reading, quantity.last), ""
    for index in range(start, min(start + _FOLLOWER_REACH, len(reading.tokens))):
        token = reading.tokens[index]
        if index == quantity.last and token.stem == "(":
            continue
        if not token.is_word or token.stem in {"and", "versus", "vs"}:
            return ""
        if token.stem == "without":
            denied = _DENIED
        named = next((m for m in reading.of_kind("word") if m.first == index), None)
        if named is not None and named.concept in _GROUP_NAMES:
            return denied + named.concept
        if token.stem not in light and not reading.covered[index]:
            return denied + token.stem
    return ""
