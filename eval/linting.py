"""The linter of evaluation sets: finds what would make a score meaningless before anyone computes one.

It judges form: patterns compile, ids are unique, no question gives its own nugget away, unanswerable items have no nuggets,
report and development sets share no question. It does not judge whether a question is good.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from eval.datasets import PACKAGED, HostileSet, QuestionItem, QuestionSet, load_hostile, load_questions

FLAGS = re.IGNORECASE
SAME_QUESTION_CHARS = 25


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the file, the item and what is wrong."""

    path: Path
    item: str
    message: str


def _compiles(pattern: str) -> str | None:
    try:
        re.compile(pattern, FLAGS)
    except re.error as error:
        return f"pattern {pattern[:60]!r} does not compile: {error}"
    return None


def _pattern_faults(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        fault = _compiles(pattern)
        if fault:
            yield fault
        elif re.search(pattern, "", FLAGS):
            yield f"pattern {pattern[:60]!r} matches nothing at all, so it always matches"


def _duplicates(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from ((name, f"id used {count} times") for name, count in Counter(ids).items() if count > 1)


def _question_faults(item: QuestionItem) -> Iterator[str]:
    patterns = [p for nugget in item.nuggets for p in nugget.any]
    yield from _pattern_faults([*patterns, *item.forbidden])
    if item.answerable and not any(nugget.vital for nugget in item.nuggets):
        yield "answerable without a vital nugget: completeness could not fail"
    if not item.answerable and item.nuggets:
        yield "unanswerable but with nuggets"
    if item.answerable and not item.facts:
        yield "answerable without facts: allowed citations cannot be told"
    for name in sorted(set(item.facts) & set(item.forbidden_facts)):
        yield f"fact {name} is both allowed and forbidden"
    yield from (text for _, text in _duplicates([nugget.id for nugget in item.nuggets]))
    asked = "\n".join(item.turns)
    for nugget in item.nuggets:
        given = [p for p in nugget.any if not _compiles(p) and re.search(p, asked, FLAGS)]
        if given:
            yield f"nugget {nugget.id} is given away by the question itself ({given[0][:60]!r})"


def lint_questions(loaded: QuestionSet) -> list[Finding]:
    """Return the faults of a question set, in item order."""
    path = loaded.header.path
    found = [Finding(path, name, text) for name, text in _duplicates([item.id for item in loaded.items])]
    found += [Finding(path, item.id, text) for item in loaded.items for text in _question_faults(item)]
    return [*_header_faults(loaded.header.provenance, loaded.header.purpose, path), *found]


def _header_faults(provenance: str, purpose: str, path: Path) -> list[Finding]:
    faults = [] if provenance else [Finding(path, "header", "no provenance: say who made the set, how, and who reviewed it")]
    if not any(word in purpose for word in ("development", "report", "smoke")):
        faults.append(Finding(path, "header", f"purpose {purpose!r} is none of development, report, smoke"))
    return faults


def lint_hostile(loaded: HostileSet) -> list[Finding]:
    """Return the faults of a set of hostile inputs."""
    path = loaded.header.path
    found = [Finding(path, name, text) for name, text in _duplicates([item.id for item in loaded.items])]
    for item in loaded.items:
        patterns = [*item.forbidden, *(p for nugget in item.nuggets for p in nugget)]
        found += [Finding(path, item.id, text) for text in _pattern_faults(patterns)]
        if not (item.forbidden or item.codes or item.nuggets or "answered" not in item.outcomes):
            found.append(Finding(path, item.id, "nothing could fail: no forbidden pattern, no code, every outcome allowed"))
    return [*_header_faults(loaded.header.provenance, loaded.header.purpose, path), *found]


def shared_questions(first: QuestionSet, second: QuestionSet) -> list[Finding]:
    """Return the questions of `second` that `first` asks in the same words (spacing and case aside)."""
    asked = {_fold(turn) for item in first.items for turn in item.turns}
    return [
        Finding(second.header.path, item.id, f"also asked in {first.header.path.name}")
        for item in second.items
        for turn in item.turns
        if len(turn) >= SAME_QUESTION_CHARS and _fold(turn) in asked
    ]


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def lint_packaged(folder: Path = PACKAGED) -> list[Finding]:
    """Lint every packaged question set and the hostile set, and check that no report question is a development question."""
    sets = [load_questions(path) for path in sorted((folder / "questions").glob("*.yaml"))]
    found = [finding for loaded in sets for finding in lint_questions(loaded)]
    found += lint_hostile(load_hostile(folder / "hostile.yaml"))
    for report in (loaded for loaded in sets if loaded.header.purpose == "report"):
        for other in (loaded for loaded in sets if loaded.header.purpose != "report"):
            found += shared_questions(other, report)
    return found


def lint_file(path: Path) -> list[Finding]:
    """Lint one file, recognised by its key (`questions` or a bare list: questions; `items`: hostile inputs).

    Raises:
        DatasetError: when it cannot be read at all.
    """
    data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if path.is_file() else None
    if isinstance(data, dict) and "items" in data:
        return lint_hostile(load_hostile(path))
    return lint_questions(load_questions(path))
