"""Completes study names of which only the number is said: `SERENA-4 and -6` names two studies.

Only numbers of studies that are known are completed; everything else stays as typed.
"""

from __future__ import annotations

import re
from collections import defaultdict

from assistant.query.lexicon import Lexicon

_NUMBERED = re.compile(r"(?P<family>.*[A-Za-z])(?P<joint>[- ]?)(?P<number>\d{1,2})")
_AND = r"\s*(?:and|or|vs\.?|versus|to|with|/|&|,)\s*"


class Elisions:
    """Knows the families of numbered studies of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        families: dict[str, dict[int, str]] = defaultdict(dict)
        for concept, known in sorted(lexicon.concepts.items()):
            match = _NUMBERED.fullmatch(known.label) if concept.startswith("study:") else None
            if match:
                families[match["family"].lower()][int(match["number"])] = known.label
        self._families = {family: labels for family, labels in families.items() if len(labels) > 1}
        names = "|".join(sorted(map(re.escape, self._families), key=len, reverse=True))
        self._said = re.compile(
            rf"\b(?P<family>{names})[- ]?\d{{1,2}}{_AND}-?(?P<number>\d{{1,2}})\b(?!\d|%|[.:]\d)", re.IGNORECASE
        )

    def complete(self, text: str) -> str:
        """Return the text with the names of numbered studies written out."""
        if not self._families:
            return text
        return self._said.sub(self._written_out, text)

    def _written_out(self, match: re.Match[str]) -> str:
        label = self._families[match["family"].lower()].get(int(match["number"]))
        if label is None:
            return match[0]
        return match[0][: match.start("number") - match.start()].rstrip("-") + label
