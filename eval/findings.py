"""What every linter needs: a finding, and the checks of headers and patterns that all sets share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FLAGS = re.IGNORECASE
PURPOSES = ("development", "report", "smoke", "training")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the file, the item and what is wrong."""

    path: Path
    item: str
    message: str


def header_faults(provenance: str, purpose: str, path: Path) -> list[Finding]:
    """Return the faults of a header: no provenance, or a purpose that says neither tuning nor reporting."""
    faults = [] if provenance else [Finding(path, "header", "no provenance: say who made the set, how, and who reviewed it")]
    if not any(word in purpose for word in PURPOSES):
        faults.append(Finding(path, "header", f"purpose {purpose!r} is none of {', '.join(PURPOSES)}"))
    return faults


def pattern_fault(pattern: str) -> str | None:
    """Return why a pattern cannot be used: it does not compile, or it matches nothing at all."""
    try:
        compiled = re.compile(pattern, FLAGS)
    except re.error as error:
        return f"pattern {pattern[:60]!r} does not compile: {error}"
    return f"pattern {pattern[:60]!r} matches nothing at all, so it always matches" if compiled.search("") else None


def fold_words(text: str) -> str:
    """Return a text's words in one form, so that spacing, case and signs make no difference."""
    return " ".join(re.findall(r"\w+", text.casefold()))
