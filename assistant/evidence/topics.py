"""Which topics a question is about, where several are served at once: no statement of one topic answers for the other.

A concept belongs to the topics whose documents name it. A question that names concepts of different topics and none that they
share is two questions where a conjunction joins them ("ESR1 mutation and secukinumab"), and else one that no document answers
("IL-17 inhibitors in breast cancer"). With one topic served, nothing here changes anything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.evidence.profiles import Profiles
from assistant.query import Annotation, Annotator, Part
from assistant.query.types import Mention
from index.types import KnowledgeIndex

NAMING = ("drug", "study", "class", "marker", "setting", "body")
_CONJUNCTION = r"(?:,|;|&|\+|/|\b(?:and|or|plus|also|as well as)\b)"
_SMALL_WORDS = r"\b(?:the|a|an|of|on|for|in|about)\b"
_JOINED = re.compile(rf"(?:\s|{_SMALL_WORDS})*{_CONJUNCTION}(?:\s|{_CONJUNCTION}|{_SMALL_WORDS})*", re.IGNORECASE)
_BEFORE = re.compile(rf"\s*{_CONJUNCTION}\s*\Z", re.IGNORECASE)
_BEHIND = re.compile(rf"\s*{_CONJUNCTION}\s*", re.IGNORECASE)


class Topics:
    """Knows the topics of the concepts of one index."""

    def __init__(self, index: KnowledgeIndex, profiles: Profiles, annotator: Annotator) -> None:
        self._annotator = annotator
        found: dict[str, set[str]] = defaultdict(set)
        for profile in profiles.by_id.values():
            topic = index.documents[profile.statement.doc_id].topic
            for concept in profile.wider | profile.concepts:
                found[concept].add(topic)
        self._of: Mapping[str, frozenset[str]] = {concept: frozenset(topics) for concept, topics in found.items()}
        self.several = len({document.topic for document in index.documents.values()}) > 1

    def split(self, part: Part) -> tuple[Part, ...] | None:
        """Return a part as parts of one topic each; None where it asks for what topics have to do with each other."""
        named = [concept for concept in sorted(part.facets.of(*NAMING)) if concept in self._of] if self.several else []
        if not named or frozenset.intersection(*(self._of[concept] for concept in named)):
            return (part,)
        topics = sorted(frozenset().union(*(self._of[concept] for concept in named if len(self._of[concept]) == 1)))
        annotation = self._annotator.annotate(part.text)
        if len(topics) < 2 or not self._are_joined(annotation):
            return None
        return tuple(self._of_topic(part, annotation, topic) for topic in topics)

    def _are_joined(self, annotation: Annotation) -> bool:
        """Whether a conjunction, and little else, stands wherever the topic changes."""
        mentions = [mention for mention in annotation.mentions if self._topic(mention.concepts)]
        for left, right in pairwise(mentions):
            if self._topic(left.concepts) == self._topic(right.concepts):
                continue
            between = annotation.text[annotation.tokens[left.last - 1].end : annotation.tokens[right.first].start]
            if not _JOINED.fullmatch(between):
                return False
        return len(mentions) > 1

    def _topic(self, concepts: Iterable[str]) -> str:
        """The one topic of a mention; "" where it may be of several."""
        topics = {topic for concept in concepts if concept.partition(":")[0] in NAMING for topic in self._of.get(concept, ())}
        return next(iter(topics)) if len(topics) == 1 else ""

    def _of_topic(self, part: Part, annotation: Annotation, topic: str) -> Part:
        text = annotation.text
        others = [mention for mention in annotation.mentions if self._topic(mention.concepts) not in ("", topic)]
        for mention in reversed(others):
            text = _cut(text, annotation, mention)
        read = self._annotator.annotate(text)
        return replace(part, text=text, facets=read.facets, before=part.before & read.facets.concepts, lead=_lead(read))


def _cut(text: str, annotation: Annotation, mention: Mention) -> str:
    """The text without a mention and the conjunction before it, or behind it where it comes first."""
    start, end = annotation.tokens[mention.first].start, annotation.tokens[mention.last - 1].end
    before, behind = _BEFORE.search(text[:start]), _BEHIND.match(text, end)
    if before is not None:
        return text[: before.start()] + text[end:]
    return text[:start] + text[behind.end() if behind else end :]


def _lead(read: Annotation) -> str | None:
    drugs: Sequence[str] = [c for mention in read.mentions for c in mention.concepts if c.startswith("drug:")]
    return drugs[0] if drugs else None
