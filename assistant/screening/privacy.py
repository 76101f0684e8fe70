"""Tells a patient's or lay person's identifier from a professional's own contact details, which are masked but are no privacy
case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from assistant.screening.found import Patterns
from assistant.types import Code, IdentifierSpan

_CONTACT_KINDS: Final = frozenset({"name", "phone", "e-mail", "address", "postcode", "login", "url"})
_CONTEXT_CHARS: Final = 90


def is_private(span: IdentifierSpan, codes: Collection[Code], turns: Sequence[str], patterns: Patterns) -> bool:
    """Return whether this identifier calls for the PRIVACY code."""
    if Code.NON_HCP in codes or span.kind not in _CONTACT_KINDS:
        return True
    text = turns[span.turn]
    before, after = text[max(0, span.start - _CONTEXT_CHARS) : span.start], text[span.end : span.end + _CONTEXT_CHARS]
    own = bool(
        patterns["own"].search(before)
        or (span.kind == "name" and patterns["own"].search(after) and Code.CONTACT in codes)
        or Code.CONTACT in codes
    )
    near = text[max(0, span.start - 25) : span.start] + " " + text[span.end : span.end + 25]
    return not own or bool(patterns["patient"].search(near))
