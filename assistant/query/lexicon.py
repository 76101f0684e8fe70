"""The lexicon: which words name which concepts, and how concepts belong together.

Built from the glossary, the language rules and the per-topic name files; it holds no term of its own. Matching is on whole
tokens: the longest phrase wins, a phrase inside a longer one does not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.query.normalization import normalize, spoken, tokenize
from assistant.query.rules import read_rules, topic_rule_names
from assistant.query.types import Mention, Token
from corpus.glossary import Glossary, Term

_NUMBERED = re.compile(r"(?P<name>[A-Za-z][A-Za-z -]*[A-Za-z])[- ]?(?P<digits>\d{1,3})")

KNOWN_WORDS = 50_000
"""Words whose matching form is remembered."""

Forms = tuple[str, ...]
"""The matching forms of a phrase, one a token."""

Entry = dict[str, Any]
"""A concept with its forms as a rule file has it: id, forms, and where they apply also, parents, about, kin, strict, common,
case.
"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sequence of token forms that names `concepts`. `common`: an everyday word too; `case`: counts only as
    printed; `imperative`: an everyday order too, so that it names nothing at the start of a message."""

    forms: tuple[str, ...]
    concepts: tuple[str, ...]
    surfaces: tuple[str, ...]
    common: bool = False
    case: bool = False
    imperative: bool = False


@dataclass(frozen=True, slots=True)
class Concept:
    """What is known of a concept: how to show it, what it belongs to, what it is about, and how strictly it is asked for."""

    label: str
    parents: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    strict: bool = False
    route: str | None = None


class Lexicon:
    """Phrases to concepts. Made by `build_lexicon`; immutable afterwards."""

    def __init__(self, phrases: Iterable[Phrase], concepts: Mapping[str, Concept], american: Mapping[str, str]) -> None:
        self._known: dict[str, str] = {}
        self.concepts = dict(concepts)
        self.american = dict(american)
        self._cues = frozenset(read_rules("answer_names")["study_cues"])
        by_first: dict[str, dict[tuple[str, ...], list[Phrase]]] = defaultdict(lambda: defaultdict(list))
        for phrase in phrases:
            by_first[phrase.forms[0]][phrase.forms].append(phrase)
        self._by_first = {
            first: dict(sorted(group.items(), key=lambda item: (-len(item[0]), item[0]))) for first, group in by_first.items()
        }
        self._lengths = {first: tuple(dict.fromkeys(map(len, group))) for first, group in self._by_first.items()}
        self._attribute_words = frozenset(
            forms[0] for forms, concepts in self.names("attr") if not all(c == "attr:efficacy" for c in concepts)
        )
        self.forms = frozenset(form for group in by_first.values() for forms in group for form in forms)
        self._closures: dict[str, frozenset[str]] = {}
        self._kin: dict[str, frozenset[str]] = {}

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut an already normalised text into tokens in this lexicon's spelling."""
        return tokenize(text, self.american, self._known if len(self._known) < KNOWN_WORDS else None)

    def mentions(self, tokens: Sequence[Token]) -> tuple[Mention, ...]:
        """Return the longest concept mentions, left to right; overlapping ones both count, contained ones do not."""
        found: list[Mention] = []
        forms = tuple(token.form for token in tokens)
        reach = 0
        for first in range(len(tokens)):
            if forms[first] not in self._by_first:
                continue
            mention = self._longest(tokens, forms, first, reach)
            if mention:
                found.append(mention)
                reach = mention.last
        return tuple(found)

    def _longest(self, tokens: Sequence[Token], found: tuple[str, ...], first: int, reach: int) -> Mention | None:
        """Return the longest mention that begins at a token; `found` holds the forms of all tokens."""
        named_by = self._by_first[found[first]]
        for length in self._lengths[found[first]]:
            last = first + length
            phrases = named_by.get(found[first:last]) if reach < last <= len(found) else None
            if phrases is None:
                continue
            named = [phrase for phrase in phrases if self._counts(phrase, tokens, first, last)]
            if named:
                return Mention(tuple(sorted({c for phrase in named for c in phrase.concepts})), first, last)
        return None

    def _counts(self, phrase: Phrase, tokens: Sequence[Token], first: int, last: int) -> bool:
        if not (phrase.common or phrase.case):
            return True
        typed = [token.raw for token in tokens[first:last]]
        if any([token.raw for token in self.tokenize(surface)] == typed for surface in phrase.surfaces):
            return True
        if phrase.common and first == 0 and not phrase.imperative and last < len(tokens) and self._begins_request(tokens[last]):
            return True
        beside = {token.form for token in (*tokens[max(0, first - 1) : first], *tokens[last : last + 1])}
        return phrase.common and bool(beside & self._cues)

    def _begins_request(self, token: Token) -> bool:
        """After a name typed first in a note stands what is asked of it: a figure or an attribute."""
        return token.form[0].isdigit() or token.form in self._attribute_words

    def names(self, group: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Yield the phrases of one concept group with the concepts each names."""
        for entries in self._by_first.values():
            for forms, phrases in entries.items():
                named = tuple(sorted({c for p in phrases for c in p.concepts if c.startswith(f"{group}:")}))
                if named:
                    yield forms, named

    def closure(self, concept: str) -> frozenset[str]:
        """Return the concept with everything it belongs to, directly or not."""
        if concept not in self._closures:
            known = self.concepts.get(concept)
            wider = (self.closure(parent) for parent in known.parents) if known else ()
            self._closures[concept] = frozenset({concept}).union(*wider)
        return self._closures[concept]

    def label(self, concept: str) -> str:
        """Return how a concept is shown to a reader."""
        return self.concepts[concept].label if concept in self.concepts else concept.partition(":")[2]

    def is_strict(self, concept: str) -> bool:
        """Return whether an answer must speak of this attribute when it is asked for."""
        return concept in self.concepts and self.concepts[concept].strict

    def kin(self, concept: str) -> frozenset[str]:
        """Return the attributes whose statements may answer a question on this one, itself included."""
        if concept not in self._kin:
            self._kin[concept] = frozenset({concept, *(self.concepts[concept].kin if concept in self.concepts else ())})
        return self._kin[concept]

    def sibling(self, concept: str, route: str) -> str | None:
        """Return the class given by `route` that shares a parent class with the concept, if there is one."""
        family = self.closure(concept) - {concept}
        for other, known in sorted(self.concepts.items()):
            if known.route == route and family & frozenset(known.parents):
                return other
        return None

    def about(self, concept: str) -> tuple[str, ...]:
        """Return what a study tests."""
        return self.concepts[concept].about if concept in self.concepts else ()


def build_lexicon(glossary: Glossary) -> Lexicon:
    """Make the lexicon from a glossary and the rule files.

    Where a form stands in several, the topic files go before the language rules, and these before the glossary.
    """
    american = _american(glossary)
    language: list[Entry] = read_rules("answer_language")["concepts"]
    statuses = {
        _forms(str(surface), american): entry["id"]
        for entry in language
        if entry["id"].startswith("status:")
        for surface in entry["forms"]
    }
    topics = [entry for name in topic_rule_names() for entry in read_rules(name)["concepts"]]
    entries = [*_glossary_entries(glossary, american, statuses), *language, *topics]
    phrases: dict[tuple[str, ...], dict[str, Phrase]] = {}
    for entry in entries:
        for phrase in _phrases(entry, american, statuses, frozenset(glossary.case_sensitive)):
            group = phrases.setdefault(phrase.forms, {})
            key = entry["id"].partition(":")[0]
            before = group.get(key)
            joined = before.surfaces if before and before.common and phrase.common else ()
            group[key] = replace(phrase, surfaces=(*joined, *phrase.surfaces))
    return Lexicon((p for group in phrases.values() for p in group.values()), _concepts(entries), american)


def _forms(surface: str, american: Mapping[str, str]) -> Forms:
    return tuple(token.form for token in tokenize(normalize(surface), american))


def _phrases(
    entry: Entry, american: Mapping[str, str], statuses: Mapping[Forms, str], in_capitals: frozenset[str]
) -> Iterator[Phrase]:
    surfaces = [str(surface) for surface in entry["forms"]]
    if entry["id"].startswith("study:"):
        surfaces += [said for surface in surfaces for said in _dictated(surface)]
    for surface in surfaces:
        forms = _forms(surface, american)
        if not forms:
            continue
        concepts = [entry["id"], *entry.get("also", ())]
        if entry["id"].startswith("marker:") and not entry.get("also"):
            concepts += _statuses_in(forms, statuses)
        case = bool(entry.get("case")) or surface in in_capitals
        common, imperative = bool(entry.get("common")), bool(entry.get("imperative"))
        names = tuple(dict.fromkeys(concepts))
        yield Phrase(forms, names, (normalize(surface),), common, case, imperative)


def _dictated(surface: str) -> list[str]:
    """A study's name as it is said, where it ends in a number: `INAVO one twenty`."""
    match = _NUMBERED.fullmatch(surface)
    return [f"{match['name']} {words}" for words in spoken(match["digits"])] if match else []


def _statuses_in(forms: Forms, statuses: Mapping[Forms, str]) -> list[str]:
    """A biomarker's form may say its state (`ESR1 wild type`): the longest status phrase inside it counts."""
    spans = [(i, j) for i in range(len(forms)) for j in range(i + 1, len(forms) + 1) if j - i < len(forms)]
    named = [(j - i, statuses[forms[i:j]]) for i, j in spans if forms[i:j] in statuses]
    return [max(named)[1]] if named else []


def _concepts(entries: Iterable[Entry]) -> dict[str, Concept]:
    concepts: dict[str, Concept] = {}
    for entry in entries:
        before = concepts.get(entry["id"], Concept(label=str(entry.get("label") or next(iter(entry["forms"]), entry["id"]))))
        concepts[entry["id"]] = Concept(
            label=before.label,
            parents=tuple(dict.fromkeys((*before.parents, *entry.get("parents", ())))),
            about=tuple(dict.fromkeys((*before.about, *entry.get("about", ())))),
            kin=tuple(dict.fromkeys((*before.kin, *entry.get("kin", ())))),
            strict=before.strict or bool(entry.get("strict")),
            route=before.route or entry.get("route"),
        )
    return concepts


def _american(glossary: Glossary) -> dict[str, str]:
    names = read_rules("answer_names")
    pairs = {**names["abbreviations"], **names["british_to_american"], **glossary.british_to_american}
    return {
        british.lower(): american.lower()
        for british, american in sorted(pairs.items())
        if british.isalpha() and american.isalpha() and british != american
    }


def _glossary_entries(glossary: Glossary, american: Mapping[str, str], statuses: Mapping[Forms, str]) -> list[Entry]:
    rules = read_rules("answer_language")
    groups: Mapping[str, str] = rules["glossary_groups"]
    left_out = frozenset(rules["ignored_terms"])
    prefixes = {t.id: groups[t.group] for t in glossary.terms if t.group in groups and t.id not in left_out}
    ignored = frozenset(rules["ignored_forms"])
    entries: list[Entry] = []
    for term in (term for term in glossary.terms if term.id in prefixes):
        state = _statuses_in(_forms(term.preferred, american), statuses) if prefixes[term.id] == "marker" else []
        entries.append(_term_entry(term, prefixes, ignored, state))
    for drug in glossary.drugs:
        forms = [drug.preferred, *drug.brands, *drug.ex_us_brands, *drug.forms]
        parents = [f"{prefixes[name]}:{name}" for name in drug.classes if name in prefixes]
        entries.append({"id": f"drug:{drug.id}", "forms": forms, "parents": parents})
    for trial in glossary.trials:
        about = [f"drug:{name}" for name in trial.drugs]
        entries.append({"id": f"study:{trial.id}", "forms": [trial.preferred, *trial.forms], "about": about})
    renamed: Mapping[str, str] = rules["glossary_attributes"]
    for attribute in glossary.attributes:
        forms = [form for form in (attribute.preferred, *attribute.forms) if form not in ignored]
        strict = attribute.group in rules["strict_groups"] and attribute.parent is not None
        entries.append({"id": f"attr:{renamed.get(attribute.id, attribute.id)}", "forms": forms, "strict": strict})
    return [entry for entry in entries if entry["forms"]]


def _term_entry(term: Term, prefixes: Mapping[str, str], ignored: frozenset[str], state: list[str]) -> Entry:
    """A biomarker's state (`ESR1 mutation`) becomes its gene with a status, so that both sides of a question compare.

    What a topic calls a thing first is its name, however loose a form it is elsewhere (`heart failure`).
    """
    forms = [term.preferred, *(form for form in term.forms if form not in ignored)]
    parents = [f"{prefixes[parent]}:{parent}" for parent in term.parents if parent in prefixes]
    if state and parents:
        return {"id": parents[0], "also": state, "forms": forms}
    return {"id": f"{prefixes[term.id]}:{term.id}", "forms": forms, "parents": parents}
