"""Replaces personal identifiers by placeholders before anything is stored, indexed, logged or sent on. Age up to 89 and sex
stay.

Masking twice changes nothing more: what a placeholder uncovers (a surname left beside one, say) is looked for again until
nothing is found. Offsets of the spans are code points of the text that came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from assistant.screening.found import Found
from assistant.screening.identifiers import FormFinder
from assistant.screening.name_lists import packaged_lists
from assistant.screening.names import NameFinder
from assistant.screening.policy import Policy, load_policy
from assistant.screening.repeats import RepeatFinder
from assistant.types import IdentifierSpan

_MAX_ROUNDS = 6
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        ("e-mail", "url", "ip", "ssn", "dob", "record", "login", "phone", "address", "postcode", "date", "name", "age")
    )
}


class Masker:
    """Finds and replaces identifiers with the patterns and lists of a policy."""

    def __init__(self, policy: Policy) -> None:
        """Compile the finders once."""
        self._placeholders = policy.masking.placeholders
        self._forms = FormFinder(policy.masking, policy.masking_patterns)
        lists = packaged_lists(policy.masking)
        self._names = NameFinder(policy.masking_patterns, lists)
        self._repeats = RepeatFinder(policy.masking_patterns, lists)

    def mask_turns(self, turns: Sequence[str]) -> list[tuple[str, tuple[IdentifierSpan, ...]]]:
        """Mask the turns of a conversation, oldest first: a name found in one is masked in later ones wherever it stands."""
        known: frozenset[str] = frozenset()
        masked = []
        for turn, text in enumerate(turns):
            masked.append(self.mask(text, turn, known))
            known |= self._called(text, masked[-1][1])
        return masked

    def mask(self, text: str, turn: int = 0, known: frozenset[str] = frozenset()) -> tuple[str, tuple[IdentifierSpan, ...]]:
        """Return the text with placeholders and the spans of the original they stand for, in order, without overlaps."""
        spans: list[Found] = []
        for _ in range(_MAX_ROUNDS):
            masked, origins = self._replace(text, spans)
            seen = [*self._forms.find(masked), *self._names.find(masked)]
            fresh = _merge([*seen, *self._repeats.find(masked, known | self._called(text, spans))])
            fresh = [found for found in fresh if any(origins[found.start : found.end])]
            if not fresh:
                break
            spans = _merge([*spans, *(_to_original(found, origins, spans) for found in fresh)])
        masked = self._replace(text, spans)[0] if spans else text
        return masked, tuple(IdentifierSpan(found.kind, turn, found.start, found.end) for found in spans)

    def _called(self, text: str, spans: Sequence[Found | IdentifierSpan]) -> frozenset[str]:
        return self._repeats.words_of(text[span.start : span.end] for span in spans if span.kind == "name")

    def _replace(self, text: str, spans: Sequence[Found]) -> tuple[str, list[tuple[int, int] | None]]:
        """Return the masked text and, for each of its characters, where in the original it comes from (None: placeholder)."""
        pieces: list[str] = []
        origins: list[tuple[int, int] | None] = []
        at = 0
        for found in spans:
            placeholder = self._placeholders[found.kind]
            pieces += [text[at : found.start], placeholder]
            origins += [(i, i + 1) for i in range(at, found.start)] + [None] * len(placeholder)
            at = found.end
        pieces.append(text[at:])
        origins += [(i, i + 1) for i in range(at, len(text))]
        return "".join(pieces), origins


def _to_original(found: Found, origins: Sequence[tuple[int, int] | None], known: Sequence[Found]) -> Found:
    """Translate a span of the masked text to the original; placeholders it runs over are swallowed with it."""
    places = [origin for origin in origins[found.start : found.end] if origin is not None]
    return Found(found.kind, places[0][0], places[-1][1])


def _merge(found: Sequence[Found]) -> list[Found]:
    """Join overlapping spans; the kind is that of the most telling one."""
    merged: list[Found] = []
    for item in sorted(found, key=lambda one: (one.start, -one.end, _RANK[one.kind])):
        if merged and item.start < merged[-1].end:
            last = merged[-1]
            kind = min(last.kind, item.kind, key=_RANK.__getitem__)
            merged[-1] = Found(kind, last.start, max(last.end, item.end))
        else:
            merged.append(item)
    return merged


@cache
def packaged_masker() -> Masker:
    """Return the masker of the packaged policy, made once."""
    return Masker(load_policy())


def mask(text: str) -> tuple[str, tuple[IdentifierSpan, ...]]:
    """Mask one text with the packaged policy; returns `(masked, spans)`."""
    return packaged_masker().mask(text)
