"""The linter of the sets that are no questions: messages, sentences of the grounding check, look-ups, judgements.

It judges form: what must be masked stands in the message, labels do not contradict each other, no report message is a
development message, judgements have something relevant. It does not judge whether a label is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.findings import Finding, fold_words, header_faults, pattern_fault
from eval.grounding import load_grounding
from eval.lookups import LookupSet
from eval.screening import MessageItem, MessageSet, load_messages

SAME_MESSAGE_CHARS = 25
SAFETY = ("AE-", "SS-")


def _message_faults(item: MessageItem) -> Iterator[str]:
    said = "\n".join(item.conversation)
    if not said.strip():
        yield "no text"
    for name, texts in (("identifier", item.identifiers), ("text to keep", item.must_keep)):
        yield from (f"{name} {text!r} does not stand in the message" for text in texts if text not in said)
    for kept in item.must_keep:
        if kept in item.identifiers:
            yield f"{kept!r} is to be kept and to be masked"
    codes = [str(code) for code in item.codes]
    if len(set(codes)) < len(codes):
        yield "a code is given twice"
    if not item.pv and any(code.startswith(SAFETY) or code == "PQC-CRIT" for code in codes):
        yield f"codes {', '.join(codes)} must reach pharmacovigilance, but pv is false"
    if item.pv and not any(code.startswith((*SAFETY, "PQC")) for code in codes):
        yield f"pv is true without a code that says why ({', '.join(codes) or 'none'})"


def lint_messages(path: Path) -> list[Finding]:
    """Return the faults of a set of messages.

    Raises:
        DatasetError: when it cannot be read at all.
    """
    loaded = load_messages(path)
    found = [Finding(path, item.id, text) for item in loaded.messages for text in _message_faults(item)]
    return [*header_faults(loaded.provenance, loaded.purpose, path), *found]


def lint_all_messages(folder: Path) -> list[Finding]:
    """Return the faults of every set of a folder, and the report messages that a development or training set also holds."""
    paths = sorted(folder.glob("*.yaml"))
    found = [finding for path in paths for finding in lint_messages(path)]
    sets = {path: load_messages(path) for path in paths}
    known = {text for loaded in sets.values() if "report" not in loaded.purpose for text in _texts(loaded).values()}
    for path, loaded in sets.items():
        if "report" in loaded.purpose:
            shared = [name for name, text in _texts(loaded).items() if text in known]
            found += [Finding(path, name, "also in a development set") for name in shared]
    return found


def _texts(loaded: MessageSet) -> dict[str, str]:
    said = {item.id: fold_words(" ".join(item.conversation)) for item in loaded.messages}
    return {name: text for name, text in said.items() if len(text) >= SAME_MESSAGE_CHARS}


def lint_grounding(path: Path) -> list[Finding]:
    """Return the faults of a grounding set.

    Raises:
        DatasetError: when it cannot be read at all.
    """
    loaded = load_grounding(path)
    found = header_faults(loaded.provenance, loaded.purpose, path)
    for item in loaded.items:
        if not item.supported and item.sentence in item.sources:
            found.append(Finding(path, item.id, "not supported, although the sentence is one of its sources"))
    if len({item.supported for item in loaded.items}) < 2:
        found.append(Finding(path, "items", "all sentences have one verdict: nothing could fail"))
    return found


def lint_lookups(loaded: LookupSet) -> list[Finding]:
    """Return the faults of a set of look-ups."""
    path = loaded.header.path
    counts = Counter(item.id for item in loaded.items)
    found = header_faults(loaded.header.provenance, loaded.header.purpose, path)
    found += [Finding(path, name, f"id used {count} times") for name, count in counts.items() if count > 1]
    for item in loaded.items:
        fault = pattern_fault(item.prints)
        if fault:
            found.append(Finding(path, item.id, fault))
    return found


def lint_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> list[Finding]:
    """Return the faults of TREC judgements: queries without anything relevant, negative grades, blanks in ids."""
    found = []
    for query, grades in qrels.items():
        if not any(grade > 0 for grade in grades.values()):
            found.append(Finding(path, query, "no relevant document: every ranking scores 0"))
        if any(grade < 0 for grade in grades.values()):
            found.append(Finding(path, query, "a negative grade counts as 0"))
        if not re.fullmatch(r"[^\s]+", query):
            found.append(Finding(path, query, "a blank in the id"))
    return found
