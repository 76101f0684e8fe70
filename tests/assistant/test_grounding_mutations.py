"""Statements of the corpus with one figure or one drug exchanged are never supported by the statement itself."""

import re
from functools import cache

import pytest

from assistant.grounding import Checker
from corpus import load_corpus
from corpus.glossary import load_glossary

EVERY = 9
FIGURE = re.compile(r"(?<![\w.\-/:])\d+(?:\.\d+)?(?![\w\-/:])")


@cache
def statements() -> tuple[str, ...]:
    found = [entry.statement for entry in load_corpus().register]
    return tuple(text for text in found[::EVERY] if "|" not in text and len(text) > 30)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


def test_no_statement_supports_itself_with_a_changed_figure(checker: Checker) -> None:
    changed, leaks = 0, []
    for text in statements():
        for match in FIGURE.finditer(text):
            old = match.group()
            new = f"{float(old) * 1.3 + 0.1:.{len(old.partition('.')[2])}f}" if "." in old else str(int(old) + 3)
            sentence = text[: match.start()] + new + text[match.end() :]
            if not re.search(rf"(?<![\w.]){re.escape(new)}(?!\w)", text):
                changed += 1
                leaks += [sentence] if checker.check(sentence, [text]).supported else []
    assert changed > 100
    assert not leaks, leaks[:3]


def test_no_statement_supports_itself_with_an_exchanged_drug(checker: Checker) -> None:
    names = [drug.preferred for drug in load_glossary().drugs]
    changed, leaks = 0, []
    for text in statements():
        present = [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)]
        for old in present:
            new = next((name for name in present if name != old), None) or next(n for n in names if n not in text)
            sentence = re.sub(rf"\b{re.escape(old)}\b", new, text, count=1)
            changed += 1
            leaks += [sentence] if checker.check(sentence, [text]).supported else []
    assert changed > 50
    assert not leaks, leaks[:3]


def test_statements_support_themselves_however_they_are_marked(checker: Checker) -> None:
    assert all(checker.check(f"{text} [1, 2]", [text]).supported for text in statements())
