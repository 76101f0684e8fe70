"""Claims that go beyond a statement that has all their words: a gain told against a finding of none, a duty made of a habit,
a label made of a result, a rank made of missing comparisons, a use opened to others than those it is restricted to, and what
"otherwise" is said of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import denies_difference, items
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_GAINS = ("up", "down")
_SOFTENED = ("negator", "hedge", "finding")
_DUTY = frozenset({"mandatori", "obligatori", "imper", "compulsori"})
_DUTIES = _DUTY | {"must", "requir", "necessari"}
_DESIGNS = frozenset({"pool", "retrospect", "prospect", "registri"})
_JOINT = frozenset({"meta", "combin", "joint", "across", "merg"})
_LABELS = frozenset({"label", "labeled", "indic"})
_COPULAS = frozenset({"is", "are", "now", "was", "were"})
_LABELED = ("approve", "label_word", "indicated_for", "prescribing", "indication")
_RANKS = frozenset({"over", "abov"})
_RESTRICTED = frozenset({"restrict", "limit", "reserv", "confin", "intend"})
_PERSONS = frozenset(
    {"patient", "public", "everyon", "anyon", "everybodi", "caregiv", "famili", "relat", "layperson", "consum"}
)
_OPEN = frozenset({"open", "use", "access", "avail", "enter", "visit", "intend", "aim", "address", "meant"})
_OTHERWISE = "otherwis"
_PARTS = frozenset({"and", ",", ";", "."})
_REACH = 6


def check_overstated(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for each claim of these kinds."""
    yield from _denied_gains(sentence, sources)
    yield from _duties(sentence, sources)
    yield from _designs(sentence, sources)
    yield from _labels(sentence, sources)
    yield from _ranks(sentence, sources)
    yield from _opened(sentence, sources)
    yield from _otherwise(sentence, sources, lexicon.language.light)
    yield from _plainly_denied(sentence, sources, lexicon.language.light)


def _denied_gains(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A gain in a measure in which a statement about the same finds no significant difference, and no other is about it."""
    for gain in sentence.of_kind(*_GAINS):
        number = sentence.segments[gain.first]
        near = [m for m in sentence.mentions if sentence.segments[m.first] == number]
        measures = {m.concept for m in near if m.kind == "measure" and 0 <= gain.first - m.last <= 1}
        names = {m.concept for m in near if m.kind in {"trial", "drug"}}
        if not measures or any(m.kind in _SOFTENED for m in near):
            continue
        about = [source for source in sources if source.has(*measures)]
        if len(about) == 1 and about[0].has(*names) and denies_difference(about[0], frozenset(measures)):
            words = sentence.phrase(gain.first - 1, gain.last)
            yield Reason(ReasonCode.SIGNIFICANCE, words, f"the cited statement finds no difference here: “{words}”")


def _duties(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = {token.stem for source in sources for token in source.tokens}
    for token in sentence.tokens:
        if token.stem in _DUTY and not printed & _DUTIES:
            yield Reason(ReasonCode.MODALITY, token.text, f"no cited statement says “{token.text}”")


def _designs(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What kind of analysis it is, where no statement says so."""
    printed = {token.stem for source in sources for token in source.tokens}
    for token in sentence.tokens:
        if token.stem in _DESIGNS - printed and not printed & _JOINT:
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement says “{token.text}”")


def _labels(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    if any(source.has(*_LABELED) for source in sources):
        return
    for index, token in enumerate(sentence.tokens):
        before = {other.stem for other in sentence.tokens[max(0, index - 2) : index]}
        if token.stem in _LABELS and before & _COPULAS and token.text.lower().endswith("ed"):
            yield Reason(ReasonCode.RELATION, token.text, f"no cited statement says “{token.text}”")


def _ranks(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Advice that sets one treatment over another, of statements that give none."""
    if any(source.of_kind("advice") for source in sources):
        return
    for mark in sentence.of_kind("advice"):
        behind = sentence.tokens[mark.last : mark.last + _REACH]
        near = [m for m in sentence.of_kind("drug", "class") if mark.last <= m.first < mark.last + _REACH]
        before = [m for m in sentence.of_kind("negator") if m.first < mark.first]
        if near and _RANKS & {token.stem for token in behind} and not before:
            words = sentence.phrase(mark.first, min(mark.last + _REACH, len(sentence.tokens)))
            yield Reason(ReasonCode.ADVICE, words, f"no cited statement ranks these: “{words}”")


def _opened(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Persons for whom something is open that a statement restricts to others."""
    stems = {token.stem for token in sentence.tokens}
    persons = sorted(_PERSONS & stems)
    if not persons or not _OPEN & stems or sentence.of_kind("negator"):
        return
    if (_RESTRICTED & stems or sentence.has("q_only", "professional")) and not _joined(sentence, persons):
        return
    for source in sources:
        for index, token in enumerate(source.tokens[:-1]):
            if token.stem not in _RESTRICTED or source.tokens[index + 1].stem not in {"to", "for"}:
                continue
            number = source.segments[index]
            allowed = {t.stem for t, place in zip(source.tokens, source.segments, strict=True) if place == number}
            named = [m for m in source.mentions if m.concept == "professional" and source.segments[m.first] == number]
            if named and not allowed & set(persons):
                yield Reason(ReasonCode.POPULATION, persons[0], f"restricted to “{source.phrase(index, named[-1].last)}”")


def _joined(sentence: Reading, persons: Sequence[str]) -> bool:
    """Whether persons are added to others by "and" or "or"."""
    before = [{t.stem for t in sentence.tokens[max(0, i - 2) : i]} for i, t in enumerate(sentence.tokens) if t.stem in persons]
    return any({"and", "or"} & stems for stems in before)


def _otherwise(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """What is said of the case that a statement calls "otherwise", and of the other one, exchanged."""
    for main, rest in _split(sentence, light):
        for known, others in (pair for source in sources for pair in _split(source, light)):
            moved = (rest - main) & (known - others)
            if moved and not (rest - main) & (others - known) - {_OTHERWISE}:
                word = sorted(moved)[0].replace("_", " ")
                yield Reason(ReasonCode.RELATION, word, f"the cited statement does not say “{word}” of the other case")


def _split(reading: Reading, light: frozenset[str]) -> Iterator[tuple[set[str], set[str]]]:
    """(items beside, items of the part with "otherwise")."""
    for index, token in enumerate(reading.tokens):
        if token.stem != _OTHERWISE:
            continue
        number = reading.segments[index]
        start = reading.segments.index(number)
        end = max(i for i, segment in enumerate(reading.segments) if segment == number) + 1
        first = max((i for i in range(start, index) if reading.tokens[i].stem in _PARTS), default=start)
        last = next((i for i in range(index, end) if reading.tokens[i].stem in _PARTS), end)
        before, behind = _said(reading, light, start, first), _said(reading, light, last, end)
        yield before | behind, _said(reading, light, first, last)


def _said(reading: Reading, light: frozenset[str], first: int, last: int) -> set[str]:
    told = {m.concept for m in reading.of_kind("advice") if first <= m.first < last}
    return told | {item for _, item in items(reading, light, first, last)}


def _plainly_denied(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """Advice denied ("is not recommended in X") that one stretch gives without a denial, as the sentence words it."""
    for negator in sentence.of_kind("negator"):
        advice = next((m for m in sentence.of_kind("advice") if m.first == negator.last), None)
        if advice is None:
            continue
        number = sentence.segments[negator.first]
        said = {item for index, item in items(sentence, light) if sentence.segments[index] == number}
        stretches = [(source, place) for source in sources for place in sorted(set(source.segments))]
        if any(_gives(source, place, said, advice, light) for source, place in stretches):
            words = sentence.phrase(negator.first, advice.last)
            yield Reason(ReasonCode.NEGATION, words, f"the cited statement asserts this: “{words}”")


def _gives(source: Reading, place: int, said: set[str], advice: Mention, light: frozenset[str]) -> bool:
    """Whether a stretch has all that is said, its advice right before a condition of it, and no denial."""
    denies = any(source.segments[m.first] == place for m in source.of_kind("negator", "finding"))
    given = [m for m in source.of_kind("advice") if source.segments[m.first] == place]
    found = {item for index, item in items(source, light) if source.segments[index] == place}
    near = [m.concept for mark in given for m in source.of_kind("condition") if 0 <= m.first - mark.last <= 2]
    return bool(given) and not denies and said <= found and bool(set(near) & said)
