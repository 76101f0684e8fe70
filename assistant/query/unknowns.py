"""Finds the names a question asks about that neither glossary nor corpus knows.

It judges by shape (drug stems, study names) and by a list of known outsiders; it never guesses what an unknown name may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from assistant.query.annotation import Annotation
from assistant.query.lexicon import Lexicon
from assistant.query.rules import read_rules, read_words
from assistant.query.types import Mention, Token
from corpus.glossary import Glossary

_CAPITALS = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]")
_LINE_OR_PHASE = ("l", "a", "b")
"""Letters that make a number behind a study's name a line of treatment (`1L`) or a phase (`1b`)."""
_YEAR = re.compile(r"(?:19|20)\d\d")
STUDY_LETTERS = 4
"""Letters of a study's name in capitals. Fewer stand for findings and units, unless a number or `trial` is beside them."""


class NameGuard:
    """Knows every word of glossary and corpus (`vocabulary`, matching forms) and how unknown names look."""

    def __init__(self, lexicon: Lexicon, glossary: Glossary, vocabulary: Iterable[str]) -> None:
        rules = read_rules("answer_names")
        self._lexicon = lexicon
        self._vocabulary = frozenset(vocabulary)
        self._english = read_words("answer_words_en.txt")
        stems = "|".join(sorted(rules["drug_stems"], key=len, reverse=True))
        self._drug = re.compile(rf"[a-z]{{2,}}(?:{stems})$")
        self._drug_letters = int(rules["stem_minimum_letters"])
        self._neutral = frozenset(token.form for name in rules["neutral"] for token in lexicon.tokenize(str(name)))
        outside = [*rules["outside"], *glossary.not_covered.drugs, *glossary.not_covered.trials]
        self._outside = frozenset(tuple(t.form for t in lexicon.tokenize(str(name))) for name in outside)
        self._outside_by_first: dict[str, list[tuple[str, ...]]] = {}
        for forms in sorted(self._outside, key=lambda forms: (-len(forms), forms)):
            self._outside_by_first.setdefault(forms[0], []).append(forms)
        self._units = frozenset(rules["units"])
        self._cues = frozenset(rules["study_cues"])
        self._class_words = frozenset(token.form for word in rules["class_words"] for token in lexicon.tokenize(str(word)))
        self._bases = _study_bases(lexicon)
        self._numbers = _family_numbers(lexicon)

    @property
    def outsiders(self) -> frozenset[str]:
        """The words that alone name something outside the content: not to be taken for a slip in another name."""
        return frozenset(forms[0] for forms in self._outside if len(forms) == 1)

    def is_known(self, form: str) -> bool:
        """Return whether a word is known from glossary, documents or everyday English."""
        return form in self._vocabulary or form in self._english or form in self._lexicon.forms

    def is_neutral(self, form: str) -> bool:
        """Return whether a word is shaped like a name and is none (a unit, a scale, a profession)."""
        return form in self._neutral or form in self._units

    def looks_like_drug(self, form: str) -> bool:
        """Return whether a word carries a drug stem and is not an everyday word."""
        return len(form) >= self._drug_letters and bool(self._drug.match(form)) and form not in self._english

    def unknown_names(self, annotation: Annotation) -> tuple[str, ...]:
        """Return the unknown drug, study and outside names of a text, as typed, in order."""
        covered = {p for mention in annotation.mentions for p in range(mention.first, mention.last)}
        tokens = annotation.tokens
        found: list[str] = []
        for position in range(len(tokens)):
            name = self._unknown_at(annotation, position, covered)
            if name and name not in found:
                found.append(name)
        return tuple(found) if tokens else ()

    def _unknown_at(self, annotation: Annotation, position: int, covered: set[int]) -> str | None:
        tokens = annotation.tokens
        token = tokens[position]
        if self._is_other_member(annotation, position):
            return _span(annotation, position, position + 2)
        if position in covered:
            return self._other_number(annotation, position) or self._other_in_full(annotation, position)
        for forms in self._outside_by_first.get(token.form, ()):
            if tuple(t.form for t in tokens[position : position + len(forms)]) == forms:
                return _span(annotation, position, position + len(forms))
        if token.form in self._neutral or not token.form[0].isalpha():
            return None
        if self.looks_like_drug(token.form) and token.form not in self._vocabulary:
            return _span(annotation, position, position + 1)
        return self._unknown_class(annotation, position) or self._unknown_study(annotation, position)

    def _unknown_class(self, annotation: Annotation, position: int) -> str | None:
        """A target nobody mentions, named as the target of a class of medicines."""
        tokens = annotation.tokens
        end = position + 1
        while end < len(tokens) and tokens[end].form.isdigit() and _joined(annotation.text, tokens[end - 1], tokens[end]):
            end += 1
        if end >= len(tokens) or tokens[end].form not in self._class_words:
            return None
        short = len(tokens[position].form) < 2 or tokens[position].form in self._vocabulary
        everyday = tokens[position].form in self._english and not tokens[position].raw.isupper()
        return _span(annotation, position, end) if not short and not everyday else None

    def _is_other_member(self, annotation: Annotation, position: int) -> bool:
        """A known gene's or receptor's letters with a number, close to them, that none of its family here has."""
        tokens = annotation.tokens
        numbers = self._numbers.get(tokens[position].form)
        if numbers is None or position + 1 >= len(tokens) or tokens[position].end != tokens[position + 1].start:
            return False
        return tokens[position + 1].form.isdigit() and tokens[position + 1].form not in numbers

    def _other_number(self, annotation: Annotation, position: int) -> str | None:
        """A known study's name followed by a number that is none of its own (`NAME-9`)."""
        tokens = annotation.tokens
        if position + 1 >= len(tokens) or not tokens[position + 1].form.isdigit():
            return None
        last = next((m.last for m in annotation.mentions if m.first <= position < m.last and _is_study(m)), None)
        if last is None or position != last - 1:
            return None
        whole = tokens[position].form[0].isdigit()  # the name ends in its number already: what follows is something else
        if whole or not _joined(annotation.text, tokens[position], tokens[last]):
            return None
        if _YEAR.fullmatch(tokens[last].form) or (last + 1 < len(tokens) and tokens[last + 1].form in self._units):
            return None
        if last + 1 < len(tokens) and tokens[last + 1].start == tokens[last].end and tokens[last + 1].form in _LINE_OR_PHASE:
            return None
        first = min(m.first for m in annotation.mentions if m.last == last)
        return _span(annotation, first, last + 1)

    def _other_in_full(self, annotation: Annotation, position: int) -> str | None:
        """A known study's short name that is written out with a number of none (`FAMILY` known, `FAMILY-Part11` typed)."""
        tokens = annotation.tokens
        stems = self._bases.get(tokens[position].form)
        if stems is None:
            return None
        last = next((m.last for m in annotation.mentions if m.first == position and _is_study(m)), position)
        for stem in stems:
            end = position + len(stem)
            written_out = tuple(t.form for t in tokens[position:end]) == stem and end < len(tokens)
            if last < end and written_out and _joined(annotation.text, tokens[end - 1], tokens[end]):
                return _span(annotation, position, end + 1) if tokens[end].form.isdigit() else None
        return None

    def _unknown_study(self, annotation: Annotation, position: int) -> str | None:
        tokens = annotation.tokens
        token = tokens[position]
        if self._bases.get(token.form):
            return self._other_of_family(annotation, position)
        if self._is_known_compound(annotation, position) or len(token.raw) < 2:
            return None
        unheard = not self.is_known(token.form)
        capitals = bool(_CAPITALS.search(token.raw))
        if not (unheard or capitals):
            return None
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        numbered = following is not None and following.form[0].isdigit() and _joined(annotation.text, token, following)
        # `bili 5` is a finding; a study in small letters is written in one or has a word for it beside it.
        numbered = numbered and not (token.raw.islower() and annotation.text[token.end : token.end + 1] == " ")
        beside = {t.form for t in (*tokens[max(0, position - 1) : position], *tokens[position + 1 : position + 2])}
        hyphened = annotation.text[token.end : token.end + 1] == "-" and following is not None and following.raw[:1].isupper()
        long_enough = len(token.raw) >= (STUDY_LETTERS if token.raw.isupper() else 3)
        named = (capitals and long_enough and (unheard or numbered or hyphened)) or (
            unheard
            and (len(token.form) >= STUDY_LETTERS or (capitals and len(token.raw) > 2))
            and (numbered or bool(beside & self._cues))
        )
        coded = numbered and token.raw.isupper() and following is not None and len(following.form) >= 3 and unheard
        if not (named or coded):
            return None
        return _span(annotation, position, position + (2 if numbered or hyphened else 1))

    def _other_of_family(self, annotation: Annotation, position: int) -> str | None:
        """The beginning of known studies' names with a number that is none of theirs (`FAMILY-Part11`)."""
        tokens = annotation.tokens
        for stem in self._bases[tokens[position].form]:
            end = position + len(stem)
            if tuple(t.form for t in tokens[position:end]) == stem and end < len(tokens) and tokens[end].form[0].isdigit():
                return _span(annotation, position, end + 1)
        return None

    def _is_known_compound(self, annotation: Annotation, position: int) -> bool:
        """A name in capitals that the documents themselves use (`CDK4`, `DNA`) is not unknown."""
        token = annotation.tokens[position]
        return token.form in self._vocabulary and token.form not in self._english


def _study_bases(lexicon: Lexicon) -> dict[str, tuple[tuple[str, ...], ...]]:
    """First words of study names with the stems they begin: everything before the number, longest first."""
    stems: dict[str, set[tuple[str, ...]]] = {}
    for forms, _ in lexicon.names("study"):
        if len(forms) > 1 and forms[-1][0].isdigit() and len(forms[0]) > 3:
            stems.setdefault(forms[0], set()).add(forms[:-1])
    return {first: tuple(sorted(group, key=lambda stem: (-len(stem), stem))) for first, group in sorted(stems.items())}


def _family_numbers(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """The numbers that stand behind the letters of markers and classes in their names, by letters (`ESR1`, `CDK4/6`)."""
    numbers: dict[str, set[str]] = {}
    for group in ("marker", "class"):
        for forms, _ in lexicon.names(group):
            for letters, number in pairwise(forms):
                if len(letters) > 1 and letters.isalpha() and number.isdigit():
                    numbers.setdefault(letters, set()).add(number)
    return {letters: frozenset(found) for letters, found in numbers.items()}


def _is_study(mention: Mention) -> bool:
    return any(concept.startswith("study:") for concept in mention.concepts)


def _joined(text: str, left: Token, right: Token) -> bool:
    return text[left.end : right.start] in ("", "-", " ", "/")


def _span(annotation: Annotation, first: int, last: int) -> str:
    tokens: Sequence[Token] = annotation.tokens
    last = min(last, len(tokens))
    while last < len(tokens) and tokens[last].start == tokens[last - 1].end and tokens[last].form != "+":
        last += 1
    return annotation.text[tokens[first].start : tokens[last - 1].end]
