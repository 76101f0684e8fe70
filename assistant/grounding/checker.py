"""The grounding check: is every assertion of a sentence supported by the statements it cites?

Rules and word lists only (`assistant/policy/grounding_*.yaml`). The nearness of word vectors was tried for words that no list
knows, and did not tell harmless from harmful ones ("infused" is nearer to "injected" than honest paraphrases are to their
source). Each check may only stop a sentence; none outvotes another. It does not judge whether the statements are true, nor
whether the sentence answers anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.grounding.checks import CHECKS, TOGETHER, UNPARTED, WEAK
from assistant.grounding.reading.clauses import tell_apart
from assistant.grounding.reading.elisions import supply_units
from assistant.grounding.reading.lexicon import build_lexicon
from assistant.grounding.reading.reader import read_text, read_tokens
from assistant.grounding.reading.text import fold
from assistant.grounding.support.evidence import items
from assistant.grounding.types import GroundingVerdict, Reading, Reason, ReasonCode, Token
from corpus.glossary import Glossary

# What a part of a sentence may be free of; a new word, figure or piece of advice stands in one of the parts all the same.
PARTED = frozenset(
    {
        ReasonCode.NUMBER_ROLE,
        ReasonCode.POPULATION,
        ReasonCode.POPULATION_DROPPED,
        ReasonCode.NEGATION,
        ReasonCode.DIRECTION,
        ReasonCode.COMPARATOR,
        ReasonCode.SIGNIFICANCE,
        ReasonCode.RELATION,
    }
)
MOST_CUTS = 2
READINGS_KEPT = 4096


class Checker:
    """Checks sentences against the statements they cite. Safe to call from several threads."""

    def __init__(self, glossary: Glossary) -> None:
        self.lexicon = build_lexicon(glossary)
        self.version = self.lexicon.language.version
        self._read = lru_cache(maxsize=READINGS_KEPT)(lambda text: read_text(text, self.lexicon))

    def check(self, sentence: str, sources: Sequence[str]) -> GroundingVerdict:
        """Return whether `sentence` follows from `sources` (the texts of the cited statements), with all reasons against it."""
        if not sentence.strip():
            return _stopped(Reason(ReasonCode.EMPTY, "", "the sentence is empty"))
        if not any(source.strip() for source in sources):
            return _stopped(Reason(ReasonCode.NO_SOURCE, "", "the sentence cites no statement"))
        if any(_same_words(sentence, source) for source in sources):
            return GroundingVerdict(supported=True)
        printed = tuple(self._read(source) for source in sources if source.strip())
        stated = supply_units(self._read(sentence), printed)
        reasons = tuple(dict.fromkeys(self._reasons(stated, printed)))
        parted = all(reason.code in PARTED for reason in reasons)
        parted = parted and not any(True for check in UNPARTED for _ in check(stated, printed, self.lexicon))
        if reasons and (self._follows_from_one(stated, printed) or (parted and self._follows_in_parts(stated, printed))):
            return GroundingVerdict(supported=True)
        return GroundingVerdict(supported=not reasons, reasons=reasons)

    def _follows_from_one(self, stated: Reading, printed: Sequence[Reading]) -> bool:
        """Whether one statement supports the sentence: what the others limit or deny is about something else then."""
        if len(printed) < 2 or any(True for check in TOGETHER for _ in check(stated, printed, self.lexicon)):
            return False
        light = self.lexicon.language.light
        said = {item for _, item in items(stated, light)}
        contents = [said & {item for _, item in items(source, light)} for source in printed]
        whole = frozenset().union(*contents)
        return any(
            content == whole and self._holds(stated, (source,)) for source, content in zip(printed, contents, strict=True)
        )

    def _follows_in_parts(self, stated: Reading, printed: Sequence[Reading], depth: int = 0) -> bool:
        """Whether the sentence, told as two, follows part by part."""
        return any(all(self._part_holds(part, printed, depth) for part in parts) for parts in tell_apart(stated))

    def _part_holds(self, tokens: tuple[Token, ...], printed: Sequence[Reading], depth: int) -> bool:
        part = supply_units(read_tokens(" ".join(token.text for token in tokens), tokens, self.lexicon), printed)
        if self._holds(part, printed) or self._follows_from_one(part, printed):
            return True
        return depth < MOST_CUTS and self._follows_in_parts(part, printed, depth + 1)

    def _holds(self, stated: Reading, printed: Sequence[Reading]) -> bool:
        """Whether there is no reason against a sentence; the first one ends the search."""
        return next(self._reasons(stated, printed), None) is None

    def _reasons(self, stated: Reading, printed: Sequence[Reading]) -> Iterator[Reason]:
        """Yield what the checks have against a sentence; a weak one is heard where another has something against it too."""
        waiting: list[list[Reason]] = []
        heard = False
        for check in CHECKS:
            found = list(check(stated, printed, self.lexicon))
            if check in WEAK and found and not heard:
                waiting.append(found)
            elif found:
                heard = True
                yield from found
        if heard or len(waiting) > 1:
            for found in waiting:
                yield from found


def _same_words(sentence: str, source: str) -> bool:
    """Whether a sentence is a statement word for word, citation marks and the last stop aside."""
    return fold(sentence).split() == fold(source).split() or fold(sentence).rstrip(". ") == fold(source).rstrip(". ")


def _stopped(reason: Reason) -> GroundingVerdict:
    return GroundingVerdict(supported=False, reasons=(reason,))
