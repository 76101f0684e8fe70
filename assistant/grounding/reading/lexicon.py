"""The words the check knows, built from the glossary and the policy files; it holds none of its own.

Phrases are compared by stems, the longest first. A phrase with "..." allows up to five words in its place and wins over plain
phrases that begin inside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from assistant.grounding.reading.text import fold, stem, tokenize
from assistant.grounding.types import Mention, Token
from corpus.glossary import Glossary
from corpus.yaml_files import decode, parse_yaml

LANGUAGE, EVERYDAY = "grounding_lexicon.yaml", "grounding_everyday.yaml"
PLAIN_WORDS = "grounding_plain_words.txt"
EVERYDAY_WORDS = "answer_words_en.txt"
TOPIC_PREFIX = "grounding_topic_"
GAP = "..."
LONG_GAP = "......"
MAX_GAP_WORDS = 7
MAX_LONG_GAP_WORDS = 30
PART = "part"
_SHORTEST_CLIP, _LONGEST_CLIP = 4, 6
# Names that are another word in small letters.
_IN_CAPITALS = frozenset({"US"})
_NAME_KINDS = frozenset({"drug", "trial"})
# Inside a whole finding with gaps these belong to it ("the boundary for significance was not crossed").
_FINDING_WORDS = frozenset({"signific", "significance"})
_FREE_KINDS = frozenset({"word", "class", "measure", "test"})


@dataclass(frozen=True, slots=True)
class Concept:
    """What a phrase stands for."""

    id: str
    kind: str
    dimension: str = ""


@dataclass(frozen=True, slots=True)
class Genes:
    """How the state of a gene is read: stems of state words, and of words that stand for a gene named before."""

    altered: frozenset[str]
    unaltered: tuple[tuple[str, ...], ...]
    anaphors: frozenset[str]
    fused: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of the policy files in the form the readers use. `version` names the files and their versions."""

    version: str
    light: frozenset[str]
    enumerated: frozenset[str]
    comparable: frozenset[str]
    inferable: frozenset[str]
    time_measures: frozenset[str]
    rate_measures: frozenset[str]
    negators: frozenset[str]
    plain: frozenset[str]
    new_word_endings: tuple[str, ...]
    new_word_beginnings_refused: tuple[str, ...]
    new_words_refused: frozenset[str]
    fractions: Mapping[str, float]
    number_words: Mapping[str, float]
    months: Mapping[str, int]
    units: Mapping[tuple[str, ...], tuple[str, float]]
    american: Mapping[str, str]
    genes: Genes
    prior_cues: tuple[tuple[str, ...], ...]
    prior_cues_after: frozenset[str]
    classes_of: Mapping[str, frozenset[str]]
    degrees: Mapping[str, str]
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()


class Lexicon:
    """Phrases to concepts; immutable once built by `build_lexicon`."""

    def __init__(self, phrases: Iterable[tuple[str, Concept]], language: Language, case_sensitive: frozenset[str]) -> None:
        self.language = language
        self._by_first: dict[str, list[tuple[tuple[str, ...], Concept, str]]] = defaultdict(list)
        self._patterns: list[tuple[re.Pattern[str], tuple[str, ...], Concept]] = []
        self._capitalized: set[str] = set()
        for phrase, concept in phrases:
            self._add(phrase, concept, case_sensitive)
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1].kind not in _NAME_KINDS))
        self._patterns.sort(key=lambda entry: -len(entry[0].pattern))
        self.words_of: dict[str, frozenset[str]] = {}
        self.concepts_of: dict[str, frozenset[str]] = {}
        for entries in self._by_first.values():
            for forms, concept, _ in entries:
                if concept.kind in _FREE_KINDS:
                    self.words_of[concept.id] = self.words_of.get(concept.id, frozenset()) | frozenset(forms)
                if len(forms) == 1:
                    self.concepts_of[forms[0]] = self.concepts_of.get(forms[0], frozenset()) | {concept.id}
        self.known_stems = frozenset(word for entries in self._by_first.values() for forms, _, _ in entries for word in forms)

    def _add(self, phrase: str, concept: Concept, case_sensitive: frozenset[str]) -> None:
        if GAP in phrase:
            words = MAX_LONG_GAP_WORDS if LONG_GAP in phrase else MAX_GAP_WORDS
            parts = [" ".join(self._stems(part)) for part in phrase.replace(LONG_GAP, GAP).split(GAP)]
            gap = rf"(?: [^\s;.:]+){{0,{words}}}? " if words > MAX_GAP_WORDS else rf"(?: (?!\d+\.)[^\s;.:,]+){{0,{words}}}? "
            pattern = re.compile("(?<= )" + gap.join(f"({re.escape(part)})" for part in parts) + "(?= )")
            self._patterns.append((pattern, tuple(f" {part} " for part in parts), concept))
            return
        forms = self._stems(phrase)
        if forms:
            self._by_first[forms[0]].append((forms, concept, phrase if phrase in case_sensitive else ""))
            if concept.kind == "trial" and forms[0].isalpha():
                self._capitalized.add(forms[0])

    def _stems(self, phrase: str) -> tuple[str, ...]:
        return tuple(token.stem for token in self.tokenize(phrase))

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of a text in the spelling of this lexicon."""
        text = fold(text)
        for pattern, replacement in self.language.rewrites:
            text = pattern.sub(replacement, text)
        return tokenize(text, self.language.american)

    def mentions(self, tokens: Sequence[Token]) -> tuple[Mention, ...]:
        """Return concept mentions in text order; no two share a token."""
        found = self._gapped(tokens)
        taken = {index for mention in found for index in range(mention.first, mention.last)}
        first = 0
        while first < len(tokens):
            mention = None if first in taken else self._longest(tokens, first, taken)
            if mention:
                found.append(mention)
                first = mention.last
            else:
                first += 1
        return tuple(sorted(found, key=lambda mention: mention.first))

    def _longest(self, tokens: Sequence[Token], first: int, taken: set[int]) -> Mention | None:
        for forms, concept, exact in self._by_first.get(tokens[first].stem, ()):
            last = first + len(forms)
            if last > len(tokens) or any(tokens[first + offset].stem != form for offset, form in enumerate(forms)):
                continue
            if not self._printed_so(tokens, first, exact, concept):
                continue
            if not any(index in taken for index in range(first, last)):
                return Mention(concept.id, concept.kind, first, last, concept.dimension)
        return None

    def _printed_so(self, tokens: Sequence[Token], first: int, exact: str, concept: Concept) -> bool:
        """Whether capitals agree: a trial named by a common word is in capitals, a month is no "may"."""
        token = tokens[first]
        if exact:
            return token.text == exact
        if concept.kind == "trial" and token.stem in self._capitalized:
            return any(letter.isupper() for letter in token.text[1:])
        month = token.text[0].isupper() and token.text.lower() in self.language.months
        return not (month and concept.kind == "hedge" and any(t.is_number for t in tokens[first + 1 : first + 2]))

    def _gapped(self, tokens: Sequence[Token]) -> list[Mention]:
        """Mentions with gaps: the concept at the first of its words, the others as parts of it."""
        line = " " + " ".join(token.stem for token in tokens) + " "
        starts = {}
        position = 1
        for index, token in enumerate(tokens):
            starts[position] = index
            position += len(token.stem) + 1
        starts[position] = len(tokens)
        reach = 0
        found: list[Mention] = []
        hits = [
            (match, concept)
            for pattern, parts, concept in self._patterns
            if all(part in line for part in parts)
            for match in pattern.finditer(line)
        ]
        for match, concept in sorted(hits, key=lambda hit: (hit[0].start(), hit[0].end())):
            if match.start() < reach:
                continue
            reach = match.end()
            for number in range(1, match.re.groups + 1):
                first, last = starts[match.start(number)], starts[match.end(number) + 1]
                kind = concept.kind if number == 1 else PART
                found.append(Mention(concept.id, kind, first, last, concept.dimension if number == 1 else ""))
            if concept.kind == "finding":
                inside = range(starts[match.start()], starts[match.end() + 1])
                told = {i for m in found for i in range(m.first, m.last)}
                found += [
                    Mention(concept.id, PART, i, i + 1) for i in inside if i not in told and tokens[i].stem in _FINDING_WORDS
                ]
        return found


@lru_cache(maxsize=4)
def read_policy(name: str) -> Mapping[str, Any]:
    """Return a policy file of `assistant/policy` as plain data."""
    data = (resources.files("assistant.policy") / name).read_bytes()
    content: Mapping[str, Any] = parse_yaml(decode(data, name), name)
    return content


def _plain_stems() -> frozenset[str]:
    """Stems of the everyday words that add nothing to what a statement says (`eval.train_plain_words`)."""
    text = (resources.files("assistant.policy") / PLAIN_WORDS).read_text(encoding="utf-8")
    return frozenset(stem(word) for word in text.splitlines() if word and not word.startswith("#"))


def topic_policies() -> tuple[str, ...]:
    """Names of the topic files, in order."""
    folder = resources.files("assistant.policy")
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.name.startswith(TOPIC_PREFIX)))


def build_lexicon(glossary: Glossary) -> Lexicon:
    """Return the lexicon of a glossary and the packaged policy files."""
    general = read_policy(LANGUAGE)
    topics = [read_policy(name) for name in topic_policies()]
    everyday = read_policy(EVERYDAY)
    language = _language(general, everyday, topics, glossary)
    phrases = [*_file_phrases((general, everyday, *topics)), *_gene_phrases(topics), *_glossary_phrases(glossary, topics)]
    return Lexicon(phrases, language, frozenset(glossary.case_sensitive) | _IN_CAPITALS)


def _file_phrases(files: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Concept]]:
    for content in files:
        for entry in content["concepts"]:
            concept = Concept(entry["id"], entry["kind"], entry.get("dimension", ""))
            yield from ((form, concept) for form in entry["forms"])


def _gene_phrases(topics: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Concept]]:
    for content in topics:
        for gene, forms in content.get("genes", {}).items():
            yield from ((form, Concept(gene, "gene", "biomarker")) for form in forms)
        for entry in content.get("gene_fused", ()):
            concept = Concept(f"{entry['gene']}:{entry['state']}", "gene_state", "biomarker")
            yield from ((form, concept) for form in entry["forms"])


def _glossary_phrases(glossary: Glossary, topics: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Concept]]:
    groups = {name: kind for content in topics for name, kind in content["glossary"]["groups"].items()}
    attributes = {name for content in topics for name in content["glossary"]["attributes"]}
    drop = {name for content in topics for name in content["glossary"]["drop"]}
    drop_forms = {form for content in topics for form in content["glossary"].get("drop_forms", ())}
    entries: list[tuple[str, str, tuple[str, ...]]] = []
    entries += [(d.id, "drug", (d.preferred, *d.brands, *d.ex_us_brands, *d.forms)) for d in glossary.drugs]
    entries += [(t.id, "trial", (t.preferred, t.preferred.removesuffix(" trial"), *t.forms)) for t in glossary.trials]
    entries += [(t.id, groups[t.group], (t.preferred, *t.forms)) for t in glossary.terms if t.group in groups]
    entries += [(a.id, "measure", (a.preferred, *a.forms)) for a in glossary.attributes if a.id in attributes]
    yield from _clipped_names({d.preferred: d.id for d in glossary.drugs if d.id not in drop})
    for id_, kind, forms in entries:
        if id_ not in drop:
            yield from ((form, Concept(id_, kind)) for form in forms if form not in drop_forms or kind == "drug")
    yield from ((name, Concept(f"trial:{name.lower()}", "trial")) for name in glossary.not_covered.trials)
    yield from ((name, Concept(f"drug:{name.lower()}", "drug")) for name in glossary.not_covered.drugs)


def _clipped_names(names: Mapping[str, str]) -> Iterator[tuple[str, Concept]]:
    """The beginnings of names as notes have them ("capi"), where one name alone begins so and no everyday word is meant."""
    everyday = frozenset((resources.files("assistant.policy") / EVERYDAY_WORDS).read_text(encoding="utf-8").split())
    for name, id_ in names.items():
        for size in range(_SHORTEST_CLIP, min(_LONGEST_CLIP, len(name) - _SHORTEST_CLIP) + 1):
            clip = name[:size].lower()
            alone = sum(other.lower().startswith(clip) for other in names) == 1
            if alone and clip.isalpha() and clip not in everyday:
                yield clip, Concept(id_, "drug")


def _language(
    general: Mapping[str, Any], everyday: Mapping[str, Any], topics: Sequence[Mapping[str, Any]], glossary: Glossary
) -> Language:
    american = {key.lower(): value for key, value in glossary.british_to_american.items() if value != "approved"}

    def stems(phrase: str) -> tuple[str, ...]:
        return tuple(token.stem for token in tokenize(fold(phrase), american))

    units = {
        stems(form): (family, float(factor)) for family, forms in general["units"].items() for form, factor in forms.items()
    }
    genes = Genes(
        altered=frozenset(stem(word) for content in topics for word in content["altered"]),
        unaltered=tuple(stems(phrase) for content in topics for phrase in content["unaltered"]),
        anaphors=frozenset(stem(word) for content in topics for word in content["anaphors"]),
        fused={},
    )
    return Language(
        version="+".join(f"{content['id']}@{content['version']}" for content in (general, everyday, *topics)),
        light=frozenset(stem(word) for word in general["light"].split()),
        enumerated=frozenset(stem(word) for word in general["enumerated"]),
        negators=frozenset(
            stem(form) for entry in general["concepts"] if entry["id"] == "neg" for form in entry["forms"] if " " not in form
        ),
        time_measures=frozenset(name for content in topics for name in content["time_measures"]),
        rate_measures=frozenset(name for content in topics for name in content["rate_measures"]),
        inferable=frozenset(name for content in (general, everyday, *topics) for name in content["inferable"]),
        plain=_plain_stems() | {stem(word) for file in (general, everyday) for word in file["plain"].split()},
        new_word_endings=tuple(general["new_word_endings"]),
        new_word_beginnings_refused=tuple(general["new_word_beginnings_refused"]),
        new_words_refused=frozenset([*general["new_words_refused"], *general["consequential"].split()]),
        comparable=frozenset(general["comparable"]),
        fractions={stem(word): float(value) for word, value in general["fractions"].items()},
        number_words={stem(word): float(value) for word, value in general["number_words"].items()},
        months={word: int(value) for word, value in general["months"].items()},
        units=units,
        american=american,
        genes=genes,
        prior_cues=tuple(sorted((stems(cue) for content in topics for cue in content["prior_cues"]), key=len, reverse=True)),
        prior_cues_after=frozenset(stem(word) for content in topics for word in content["prior_cues_after"]),
        degrees={stem(word): scale for scale, words in general["degrees"].items() for word in words},
        classes_of={drug.id: frozenset(drug.classes) for drug in glossary.drugs},
        rewrites=tuple(
            (re.compile(pattern, re.IGNORECASE), replacement)
            for content in (*topics, everyday)
            for pattern, replacement in content.get("rewrites", ())
        ),
    )
