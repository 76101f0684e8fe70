"""What each statement is about, worked out once when the index is opened.

A statement's own words say what it states; its headings and its register questions say what it is about. The three are kept
apart, because a heading's word is weaker evidence than a statement's. Nothing here looks at a question.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.evidence.readings import Readings
from assistant.query import Annotation, Annotator, Facets, Lexicon, merge
from assistant.query.rules import read_rules
from corpus.types import LocatorType
from index.types import KnowledgeIndex, Statement, StatementKind


@dataclass(frozen=True, slots=True)
class Profile:
    """A statement read: facets of its text, its headings and the `nearest` one, everything wider it belongs to, and the
    questions it answers.

    `studies` and `drugs` are those of text and headings, `tested` what the studies test, `named` what can be a side of a
    comparison; `wider` adds the classes they belong to and the drugs a study tests; `partners` are the drugs it names as given
    together with another one, behind a joint (`with fulvestrant`). `denies` and `contrasts` say whether the
    text denies something, or sets one arm against another; `first` is true for the first statement under a top heading, which
    sums the section up.
    """

    statement: Statement
    doc_type: str
    text: Facets
    heading: Facets
    nearest: Facets
    studies: frozenset[str]
    drugs: frozenset[str]
    drugs_in_text: frozenset[str]
    partners: frozenset[str]
    tested: frozenset[str]
    named: frozenset[str]
    classes: frozenset[str]
    concepts: frozenset[str]
    wider: frozenset[str]
    states: frozenset[str]
    words: frozenset[str]
    questions: tuple[frozenset[str], ...]
    asked: frozenset[str]
    attributes: frozenset[str]
    attributes_around: frozenset[str]
    asked_items: frozenset[str]
    side_matters: frozenset[str]
    figures: frozenset[str]
    denies: bool
    contrasts: bool
    denied: frozenset[str]
    section_size: int
    first: bool

    @property
    def is_table_row(self) -> bool:
        """Return whether the statement is a table row read out."""
        return self.statement.kind is StatementKind.TABLE_ROW


class Profiles:
    """Profiles of all statements of an index, the rarity of words and concepts, and the corpus vocabulary with counts."""

    def __init__(self, index: KnowledgeIndex, annotator: Annotator, kept: Path | None = None) -> None:
        """`kept` is the file in which readings are kept between runs (see `readings`)."""
        self.by_id: dict[str, Profile] = {}
        reader = Readings(annotator, kept)
        words: Counter[str] = Counter()
        counted: set[str] = set()
        seen: set[tuple[str, str]] = set()
        sizes = Counter((statement.doc_id, statement.heading_path) for statement in index.statements.values())
        for statement in index.statements.values():
            section = (statement.doc_id, statement.heading_path[0] if statement.heading_path else "")
            # A page may hold a video: what is spoken in it is asked for as the video's, whatever the page's type.
            is_spoken = statement.locator.type is LocatorType.VIDEO
            doc_type = "video" if is_spoken else index.documents[statement.doc_id].type
            size = sizes[statement.doc_id, statement.heading_path]
            place = _Place(doc_type, size, first=section not in seen)
            annotation = annotator.annotate(statement.text)
            words.update(token.form for token in annotation.tokens if token.form.isalpha())
            for text in {*statement.heading_path, *statement.questions} - counted:
                words.update(reader.read(text).words)
            counted.update(statement.heading_path, statement.questions)
            profile = _profile(statement, annotation, place, reader, annotator)
            self.by_id[statement.statement_id] = profile
            seen.add(section)
        reader.keep()
        self._rarity = _rarity(self.by_id, {doc_id: document.topic for doc_id, document in index.documents.items()})
        self._printed: dict[str, set[str]] = {}
        for profile in self.by_id.values():
            if len(profile.studies) == 1:
                decimals = {number for number in profile.text.numbers if "." in number}
                self._printed.setdefault(next(iter(profile.studies)), set()).update(decimals)
        self._compared = _compared(self.by_id)
        self._members = _members(self.by_id, annotator.lexicon)
        self.vocabulary = {word: float(count) for word, count in sorted(words.items())}
        self._rarest = max(self._rarity.values(), default=1.0)

    def study_of(self, figures: frozenset[str]) -> str | None:
        """Return the one study whose statements print most of these decimals, if they print enough of them."""
        shared: Counter[str] = Counter()
        for study, printed in self._printed.items():
            shared[study] = len(figures & printed)
        best = shared.most_common(2)
        enough = int(read_rules("answer_evidence")["pasted_figures"])
        if not best or best[0][1] < enough or (len(best) > 1 and best[1][1] == best[0][1]):
            return None
        return best[0][0]

    def compared(self, drug: str) -> frozenset[str]:
        """Return the drugs that some one study sets against this one."""
        return self._compared.get(drug, frozenset())

    def members(self, name: str) -> tuple[str, ...]:
        """Return the drugs of a class that statements speak of, in order."""
        return self._members.get(name, ())

    def rarity(self, item: str) -> float:
        """Return the inverse document frequency of a word or concept; that of the rarest where it is new."""
        return self._rarity.get(item, self._rarest)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: the type of its document, how many statements its section has, whether it comes first."""

    doc_type: str
    section_size: int
    first: bool


def _profile(statement: Statement, annotation: Annotation, place: _Place, reader: Readings, annotator: Annotator) -> Profile:
    lexicon = annotator.lexicon
    text = _with_codes(annotation.facets, statement.text)
    headings = [reader.read(heading).facets for heading in statement.heading_path]
    heading = merge(headings)
    questions = [reader.read(question).facets for question in statement.questions]
    nearest = headings[-1] if headings else Facets()
    asked = frozenset[str]().union(*(question.concepts for question in questions))
    concepts = text.concepts | heading.concepts
    studies = frozenset(text.of("study") or nearest.of("study") or heading.of("study"))
    drugs = frozenset(text.of("drug") | heading.of("drug"))
    tested = frozenset(drug for study in studies for drug in lexicon.about(study)[:1])
    wider = frozenset(_wider(lexicon, text.concepts | heading.of("drug", "study", "class")))
    return Profile(
        statement=statement,
        doc_type=place.doc_type,
        text=text,
        heading=heading,
        nearest=nearest,
        studies=studies,
        drugs=drugs,
        drugs_in_text=text.of("drug"),
        partners=_partners(annotation),
        tested=tested,
        named=studies | text.concepts | heading.of("drug") | tested,
        classes=frozenset(c for c in wider if c.startswith("class:")),
        concepts=concepts,
        wider=wider,
        states=text.states or nearest.states,
        words=text.words | heading.words,
        questions=tuple(question.words | question.concepts for question in questions),
        asked=asked,
        attributes=text.of("attr"),
        attributes_around=text.of("attr") | heading.of("attr") | frozenset(c for c in asked if c.startswith("attr:")),
        asked_items=frozenset().union(*(question.words | question.concepts for question in questions)),
        side_matters=text.concepts & _side_matters(),
        figures=frozenset(_pattern("result_figures").findall(statement.text)),
        denies=bool(_pattern("denials").search(statement.text)),
        contrasts=bool(_pattern("contrasts").search(statement.text)),
        denied=_denied(statement, annotation, annotator),
        section_size=place.section_size,
        first=place.first,
    )


def _partners(annotation: Annotation) -> frozenset[str]:
    """The drugs of a text that stand right behind a joint; the first drug named is none."""
    joints = frozenset(str(word) for word in read_rules("answer_evidence")["partner_joints"])
    named = [(m.first, {c for c in m.concepts if c.startswith("drug:")}) for m in annotation.mentions]
    drugs = [(first, found) for first, found in named if found]
    return frozenset(c for first, found in drugs[1:] if annotation.tokens[first - 1].form in joints for c in found)


def _with_codes(facets: Facets, text: str) -> Facets:
    """What a statement speaks of by printing a code of a kind (a trial's number), added to what it names in words."""
    printed = frozenset(concept for concept, pattern in _codes() if pattern.search(text))
    return replace(facets, concepts=facets.concepts | printed) if printed else facets


@cache
def _codes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((concept, re.compile(pattern)) for concept, pattern in read_rules("answer_evidence")["codes"].items())


@cache
def _side_matters() -> frozenset[str]:
    return frozenset(read_rules("answer_evidence")["side_matters"])


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(read_rules("answer_evidence")[name], re.IGNORECASE)


def _denied(statement: Statement, annotation: Annotation, annotator: Annotator) -> frozenset[str]:
    """Drugs and classes named right behind a denial, up to the next stop; in a table row, the columns whose cell says no."""
    if statement.row is not None:
        denying = (
            h for h, cell in zip(statement.row.headers, statement.row.cells, strict=False) if cell.strip().lower() == "no"
        )
        return frozenset().union(*(annotator.facets(header).of("drug", "class") for header in denying))
    denied: set[str] = set()
    for match in _pattern("denied_after").finditer(annotation.text):
        stop = re.search(r"[.;:,]", annotation.text[match.end() :])
        end = match.end() + (stop.start() if stop else len(annotation.text))
        for mention in annotation.mentions:
            if match.end() <= annotation.tokens[mention.first].start < end:
                denied.update(c for c in mention.concepts if c.partition(":")[0] in ("drug", "class"))
    return frozenset(denied)


def _wider(lexicon: Lexicon, concepts: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for concept in concepts:
        found |= lexicon.closure(concept)
        for tested in lexicon.about(concept)[:1]:
            found |= lexicon.closure(tested)
    return found


def _compared(profiles: Mapping[str, Profile]) -> dict[str, frozenset[str]]:
    """Drugs named together in a statement that sets arms of one study against each other."""
    together: dict[str, set[str]] = {}
    for profile in profiles.values():
        sets_apart = (profile.contrasts and profile.figures) or _pattern("compares").search(profile.statement.text)
        if sets_apart and len(profile.studies) == 1:
            drugs = profile.text.of("drug")
            for drug in drugs:
                together.setdefault(drug, set()).update(drugs - {drug})
    return {drug: frozenset(others) for drug, others in sorted(together.items())}


def _members(profiles: Mapping[str, Profile], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    spoken_of = frozenset().union(*(profile.text.of("drug") for profile in profiles.values()))
    members: dict[str, list[str]] = defaultdict(list)
    for drug in sorted(spoken_of):
        for name in lexicon.closure(drug) - {drug}:
            members[name].append(drug)
    return {name: tuple(drugs) for name, drugs in members.items()}


def _rarity(profiles: Mapping[str, Profile], topics: Mapping[str, str]) -> dict[str, float]:
    """Inverse document frequencies, each topic counted apart, so that one topic's answers do not move when a smaller is added.

    An item of several topics is as rare as in the one with the most statements.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for profile in profiles.values():
        counts[topics[profile.statement.doc_id]].update(profile.words.union(profile.concepts, *profile.questions))
    sizes = Counter(topics[profile.statement.doc_id] for profile in profiles.values())
    rarity: dict[str, float] = {}
    for topic in sorted(counts, key=lambda name: (sizes[name], name)):
        rarity.update({item: math.log(1 + sizes[topic] / count) for item, count in sorted(counts[topic].items())})
    return rarity
