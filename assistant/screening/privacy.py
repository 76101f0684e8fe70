"""Tells a patient's or lay person's identifier from a professional's own contact details, which are masked but are no privacy case."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from assistant.screening.readings import Reading
from assistant.types import Code, IdentifierSpan

_CONTACT_KINDS: Final = frozenset({"name", "phone", "e-mail", "address", "postcode", "login", "url"})
_CONTEXT_CHARS: Final = 90
_OWN: Final = re.compile(
    r"\b(?:call|ring|phone|page|text|e-?mail|reach|contact|fax|attn|attention|my (?:number|cell|mobile|direct|office|extension|e-?mail|name|address)|i'm at|i am at|i'm dr|this is dr|send (?:it|them)? ?to|"
    r"mail (?:it )?to|me (?:at|on|back)|regards|sincerely|thanks|callback|letterhead|signed|our (?:fax|clinic|office|address))\b",
    re.IGNORECASE,
)
_PATIENT: Final = re.compile(
    r"\b(?:patient|pt|she|he|her|his|mrn|dob|lady|gentleman|mrs?|born|chart|paciente|señora)\b", re.IGNORECASE
)


def is_private(span: IdentifierSpan, codes: Collection[Code], readings: Sequence[Reading], turns: Sequence[str]) -> bool:
    """Return whether this identifier calls for the PRIVACY code."""
    if Code.NON_HCP in codes or span.kind not in _CONTACT_KINDS:
        return True
    text = turns[span.turn]
    before, after = text[max(0, span.start - _CONTEXT_CHARS) : span.start], text[span.end : span.end + _CONTEXT_CHARS]
    own = bool(
        _OWN.search(before) or (span.kind == "name" and _OWN.search(after) and Code.CONTACT in codes) or Code.CONTACT in codes
    )
    near = text[max(0, span.start - 25) : span.start] + " " + text[span.end : span.end + 25]
    return not own or bool(_PATIENT.search(near))
