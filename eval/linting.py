"""The linter of evaluation sets: finds what would make a score meaningless before anyone computes one.

It judges form: patterns compile, ids are unique, no question gives its own nugget away, unanswerable items have no nuggets,
report and development sets share no question. It does not judge whether a question is good.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from eval.datasets import PACKAGED, HostileSet, QuestionItem, QuestionSet, load_hostile, load_questions, read_yaml
from eval.figures import load_figures
from eval.findings import FLAGS, Finding, fold_words, header_faults, pattern_fault
from eval.linting_sets import lint_all_messages, lint_grounding, lint_lookups, lint_messages, lint_qrels
from eval.lookups import load_lookups
from eval.trec import read_qrels

QRELS_SUFFIXES = (".qrels", ".trec")
SAME_QUESTION_CHARS = 25


def _pattern_faults(patterns: Iterable[str]) -> Iterator[str]:
    yield from (fault for pattern in patterns if (fault := pattern_fault(pattern)))


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
        given = [p for p in nugget.any if not pattern_fault(p) and re.search(p, asked, FLAGS)]
        if given:
            yield f"nugget {nugget.id} is given away by the question itself ({given[0][:60]!r})"


def lint_questions(loaded: QuestionSet) -> list[Finding]:
    """Return the faults of a question set, in item order."""
    path = loaded.header.path
    found = [Finding(path, name, text) for name, text in _duplicates([item.id for item in loaded.items])]
    found += [Finding(path, item.id, text) for item in loaded.items for text in _question_faults(item)]
    return [*header_faults(loaded.header.provenance, loaded.header.purpose, path), *found]


def lint_hostile(loaded: HostileSet) -> list[Finding]:
    """Return the faults of a set of hostile inputs."""
    path = loaded.header.path
    found = [Finding(path, name, text) for name, text in _duplicates([item.id for item in loaded.items])]
    for item in loaded.items:
        patterns = [*item.forbidden, *(p for nugget in item.nuggets for p in nugget)]
        found += [Finding(path, item.id, text) for text in _pattern_faults(patterns)]
        if not (item.forbidden or item.codes or item.nuggets or "answered" not in item.outcomes):
            found.append(Finding(path, item.id, "nothing could fail: no forbidden pattern, no code, every outcome allowed"))
    return [*header_faults(loaded.header.provenance, loaded.header.purpose, path), *found]


def shared_questions(first: QuestionSet, second: QuestionSet) -> list[Finding]:
    """Return the questions of `second` that `first` asks in the same words (spacing and case aside)."""
    asked = {fold_words(turn) for item in first.items for turn in item.turns}
    return [
        Finding(second.header.path, item.id, f"also asked in {first.header.path.name}")
        for item in second.items
        for turn in item.turns
        if len(turn) >= SAME_QUESTION_CHARS and fold_words(turn) in asked
    ]


def lint_packaged(folder: Path = PACKAGED) -> list[Finding]:
    """Lint every packaged set, and check that no report question or message is a development one."""
    sets = [load_questions(path) for path in sorted((folder / "questions").glob("*.yaml"))]
    found = [finding for loaded in sets for finding in lint_questions(loaded)]
    found += lint_hostile(load_hostile(folder / "hostile.yaml"))
    found += lint_lookups(load_lookups(folder / "lookups.yaml"))
    found += [finding for path in sorted((folder / "grounding").glob("*.yaml")) for finding in lint_grounding(path)]
    found += lint_all_messages(folder / "messages")
    header = load_figures(folder / "figures.yaml").header
    found += header_faults(header.provenance, header.purpose, header.path)
    for report in (loaded for loaded in sets if loaded.header.purpose == "report"):
        for other in (loaded for loaded in sets if loaded.header.purpose != "report"):
            found += shared_questions(other, report)
    return found


def lint_file(path: Path) -> list[Finding]:
    """Lint one file, recognised by its name (`qrels`: a TREC file) or key (`messages`, `lookups`, `items`, else questions).

    Raises:
        DatasetError: when it cannot be read at all.
    """
    if path.suffix in QRELS_SUFFIXES:
        return lint_qrels(path, read_qrels(path))
    data = read_yaml(path) if path.is_file() and path.suffix != ".jsonl" else None
    keys = set(data) if isinstance(data, dict) else set()
    if "messages" in keys:
        return lint_messages(path)
    if "lookups" in keys:
        return lint_lookups(load_lookups(path))
    if "items" in keys:
        return lint_grounding(path) if path.parent.name == "grounding" else lint_hostile(load_hostile(path))
    return lint_questions(load_questions(path))
