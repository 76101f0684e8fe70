"""What the headings and register questions of an index name, kept between runs: taking them apart is most of a start.

It is a cache beside the index and may be deleted at any time. A file is known by the index, the rules and the glossary it was
made with; a file that is damaged, or made with others, is as good as none. What cannot be written is worked out again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.query import Annotator, Facets

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart: its facets, and the matching forms of its words."""

    facets: Facets
    words: tuple[str, ...]


class Readings:
    """Reads texts with one annotator, each once; `file` keeps them for the next run, None keeps nothing."""

    def __init__(self, annotator: Annotator, file: Path | None = None) -> None:
        self._annotator = annotator
        self._file = file
        self._read = load(file) if file else {}
        self._is_changed = False

    def read(self, text: str) -> Reading:
        """Return the reading of a text."""
        found = self._read.get(text)
        if found is None:
            annotation = self._annotator.annotate(text)
            found = Reading(annotation.facets, tuple(t.form for t in annotation.tokens if t.form.isalpha()))
            self._read[text] = found
            self._is_changed = True
        return found

    def keep(self) -> None:
        """Write what was read where it is kept, in place of what other indexes left there; a full disk is no fault."""
        if self._file is None or not self._is_changed:
            return
        with contextlib.suppress(OSError):
            save(self._file, self._read)


def kept_at(folder: Path, parts: Iterable[str]) -> Path:
    """Return the file for what `parts` (index, rules, glossary, ...) identify."""
    digest = hashlib.sha256("\0".join((str(FORMAT), *parts)).encode()).hexdigest()
    return folder / f"{digest[:16]}.json"


def save(file: Path, readings: dict[str, Reading]) -> None:
    """Write readings, all or nothing; strings stand once and are named by number."""
    numbers: dict[str, int] = {}

    def number(items: Iterable[str]) -> list[int]:
        return [numbers.setdefault(item, len(numbers)) for item in items]

    rows = [
        [text, *(number(sorted(part)) for part in _parts(reading.facets)), number(reading.words)]
        for text, reading in readings.items()
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"strings": list(numbers), "rows": rows}, ensure_ascii=False, separators=(",", ":"))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".part", delete=False) as part:
        part.write(content)
    Path(part.name).replace(file)
    for other in sorted(file.parent.glob("*.json")):
        if other != file:
            other.unlink(missing_ok=True)


def load(file: Path) -> dict[str, Reading]:
    """Return the readings of a file; none where there is no such file or it is not whole."""
    try:
        stored: dict[str, Any] = json.loads(file.read_bytes())
        strings: list[str] = stored["strings"]
        return {row[0]: _reading(row, strings) for row in stored["rows"]}
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return {}


def _reading(row: list[Any], strings: list[str]) -> Reading:
    concepts, states, numbers, words = (frozenset(strings[n] for n in part) for part in row[1:5])
    return Reading(Facets(concepts, states, numbers, words), tuple(strings[n] for n in row[5]))


def _parts(facets: Facets) -> tuple[frozenset[str], ...]:
    return (facets.concepts, facets.states, facets.numbers, facets.words)
