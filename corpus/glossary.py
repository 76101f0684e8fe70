"""The glossary: the words people type and what they mean. Data for understanding questions, never shown as an answer.

`corpus/glossary.yaml` says in its header what each part holds and how forms are matched. The loader refuses ids given twice,
ids pointed at that are not there, and patterns that are not regular expressions. It does not match anything itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from pydantic import ConfigDict, with_config

from corpus.errors import CorpusError, Problem
from corpus.load import CorpusDir, corpus_folders, glossary_files
from corpus.yaml_files import decode, parse_yaml, validate

NO_READING = "none"
_LISTS = ("terms", "drugs", "trials", "attributes", "case_sensitive", "ambiguous")
_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Term:
    """A concept; `parents` are ids of wider concepts: what is asked of a wider one may be answered with a narrower one."""

    id: str
    preferred: str
    group: str
    meaning: str = ""
    forms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Drug:
    """A drug; a brand is a form of it. `attributes` holds route, us_status and note."""

    id: str
    preferred: str
    brands: tuple[str, ...] = ()
    ex_us_brands: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Trial:
    """A trial; `drugs` are those tested, not the comparators."""

    id: str
    preferred: str
    forms: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Attribute:
    """A facet a question asks for; `parent` is the id of the wider facet."""

    id: str
    preferred: str
    group: str
    meaning: str = ""
    forms: tuple[str, ...] = ()
    parent: str | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of an ambiguous form; without an id it lies outside the topic. `when` are regular expressions."""

    means: str
    when: tuple[str, ...]
    id: str | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A form with several meanings: the first reading one of whose patterns matches wins, else `default` (an id, or "none")."""

    form: str
    default: str
    readings: tuple[Reading, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class NotCovered:
    """Names people ask about that no document covers: recognised, so that the answer is a decline."""

    trials: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Glossary:
    """The whole glossary, in file order; empty where a corpus has none."""

    id: str = ""
    version: str = ""
    owner: str = ""
    terms: tuple[Term, ...] = ()
    drugs: tuple[Drug, ...] = ()
    trials: tuple[Trial, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    not_covered: NotCovered = field(default_factory=NotCovered)
    british_to_american: Mapping[str, str] = field(default_factory=dict)
    typos: Mapping[str, str] = field(default_factory=dict)
    case_sensitive: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()


def load_glossary(corpus_dir: CorpusDir = None) -> Glossary:
    """Return the glossary of a corpus: `glossary.yaml` and those of topics, `glossaries/*.yaml`, as one; empty without any.

    Args:
        corpus_dir: a corpus folder, or several; the packaged one when None.

    Raises:
        CorpusError: with every problem found.
    """
    found = [(root, name) for root in corpus_folders(corpus_dir) for name in glossary_files(root)]
    parts = [validate(Glossary, parse_yaml(decode((root / name).read_bytes(), name), name), name) for root, name in found]
    glossary = join_glossaries(parts)
    problems = [Problem(", ".join(name for _, name in found), place, message) for place, message in _problems(glossary)]
    if problems:
        raise CorpusError(problems)
    return glossary


def join_glossaries(parts: Sequence[Glossary]) -> Glossary:
    """Return several glossaries as one: lists one after the other; of a spelling given twice the first one holds."""
    if len(parts) < 2:
        return parts[0] if parts else Glossary()
    lists = {f.name: sum((getattr(part, f.name) for part in parts), ()) for f in fields(Glossary) if f.name in _LISTS}
    return Glossary(
        id="+".join(part.id for part in parts),
        version="+".join(part.version for part in parts),
        owner=parts[0].owner,
        not_covered=NotCovered(
            trials=sum((part.not_covered.trials for part in parts), ()),
            drugs=sum((part.not_covered.drugs for part in parts), ()),
        ),
        british_to_american={k: v for part in reversed(parts) for k, v in part.british_to_american.items()},
        typos={k: v for part in reversed(parts) for k, v in part.typos.items()},
        **lists,
    )


def _problems(glossary: Glossary) -> Iterator[tuple[str, str]]:
    parts: tuple[tuple[Term | Drug | Trial | Attribute, ...], ...]
    parts = (glossary.terms, glossary.drugs, glossary.trials, glossary.attributes)
    counts = Counter(entry.id for part in parts for entry in part)
    yield from ((id_, "is the id of two entries; give each its own") for id_, count in counts.items() if count > 1)
    known = set(counts)
    for place, target in _links(glossary):
        if target not in known:
            yield place, f"points to {target!r}, which no entry has as id; correct it or add the entry"
    for ambiguity in glossary.ambiguous:
        for pattern in (pattern for reading in ambiguity.readings for pattern in reading.when):
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"ambiguous.{ambiguity.form}", f"{pattern!r} is not a regular expression: {error}"


def _links(glossary: Glossary) -> Iterator[tuple[str, str]]:
    """Every (place, id pointed at)."""
    for term in glossary.terms:
        yield from ((f"terms.{term.id}.parents", parent) for parent in term.parents)
    for drug in glossary.drugs:
        yield from ((f"drugs.{drug.id}.classes", name) for name in drug.classes)
    for trial in glossary.trials:
        yield from ((f"trials.{trial.id}", name) for name in (*trial.drugs, *trial.classes))
    for attribute in glossary.attributes:
        if attribute.parent is not None:
            yield f"attributes.{attribute.id}.parent", attribute.parent
    for ambiguity in glossary.ambiguous:
        place = f"ambiguous.{ambiguity.form}"
        yield from ((place, reading.id) for reading in ambiguity.readings if reading.id is not None)
        if ambiguity.default != NO_READING:
            yield f"{place}.default", ambiguity.default
