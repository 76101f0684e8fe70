"""What is asked besides safety: outside the scope, a greeting, an honest question beside an attack or a complaint.

Judged on the last turn, with earlier turns as context: "and with statins?" after a question on our topic is a follow-up,
not another subject. An unknown drug or trial is left to the answer engine, which knows what it has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit

_QUOTED = re.compile(r'"[^"]{12,1500}"|<!--.{0,800}?-->|\[[^\]]{12,800}\]', re.DOTALL)
_GREETING_MAX_WORDS = 14
# What tells of another subject; once a conversation is about ours, only everyday matters do.
_IN_TOPIC = ("oos_other",)
_ELSEWHERE = ("oos_override", "oos_medical", "oos_cancer", "oos_other")
_OUR_DISEASE = frozenset({"scope_hormone", "ours", "our_phrase"})
# Other receptors and diseases, with what beside them belongs here all the same.
_OTHER_DISEASES = {
    "other_receptor": frozenset({"scope_endocrine", "told_apart", "asks_label"}),
    "oos_disease": frozenset({"scope_mbc"}),
}
_ASKING = frozenset(["what", "which", "how", "when", "does", "is", "are", "can"])


def _last_turn(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.sentence.turn == readings[-1].sentence.turn]


def find_out_of_scope(readings: Sequence[Reading], policy: Policy) -> Hit | None:
    """Return why the last turn is about something else, None when it may belong here."""
    last = _last_turn(readings)
    other = _is_other_disease(readings, last)
    if any(reading.has({"scope_core"}) for reading in last) and not other and not _is_elsewhere(last):
        return None
    earlier = readings[: len(readings) - len(last)]
    in_topic = any(reading.has({"scope_core"}) for reading in earlier)
    classes = _IN_TOPIC if in_topic else (*_OTHER_DISEASES, *_ELSEWHERE) if other else _ELSEWHERE
    for position, reading in enumerate(last, start=len(earlier)):
        for cls in classes:
            if reading.of(cls):
                return Hit("OUT-OF-SCOPE", f"SCOPE-{cls}", position, reading.of(cls)[0])
    return None


def _is_other_disease(readings: Sequence[Reading], last: Sequence[Reading]) -> bool:
    """Return whether the last turn is about other receptors or another disease and no turn about ours, whatever drug it
    names: chemotherapy and conjugates are given there too.
    """
    asked = frozenset(cls for reading in last for cls in reading.live)
    told = frozenset(cls for reading in readings for cls in reading.live)
    if not told.isdisjoint(_OUR_DISEASE) or any(map(_names_our_trial, readings)):
        return False
    return any(cls in asked and told.isdisjoint(ours) for cls, ours in _OTHER_DISEASES.items())


def _names_our_trial(reading: Reading) -> bool:
    """Return whether a sentence names a trial, or people in one, other than a trial of other receptors."""
    others = {at for mention in reading.of("other_trial") for at in range(mention.start, mention.end)}
    return any(mention.start not in others for mention in reading.of("trial_scope"))


def _is_elsewhere(last: Sequence[Reading]) -> bool:
    """Return whether words of our topic stand in a question on another subject ("second line in gastric cancer")."""
    named = frozenset(cls for reading in last for cls in reading.live)
    if "trial_scope" in named or any(_names_treatment(reading) for reading in last):
        return False
    return "oos_override" in named or ("oos_cancer" in named and "scope_breast" not in named)


def _names_treatment(reading: Reading) -> bool:
    """Return whether a sentence names a drug that is given here; chemotherapy and drugs of other cancers are given anywhere."""
    elsewhere = {mention.start for mention in reading.of("oos_cancer")}
    named = [mention for mention in (*reading.of("drug"), *reading.of("drug_class")) if mention.start not in elsewhere]
    return any(not reading.words[mention.start].startswith("chemo") for mention in named)


def find_greeting(readings: Sequence[Reading], policy: Policy) -> Hit | None:
    """Return a greeting when the last turn is made of nothing else."""
    last = _last_turn(readings)
    words = [word for reading in last for word in reading.words]
    if len(words) > _GREETING_MAX_WORDS:
        return None
    pleasant = all(
        {at for m in reading.of("greeting") for at in range(m.start, m.end)} >= set(range(len(reading.words)))
        for reading in last
    )
    cores = [(len(readings) - len(last) + i, m) for i, reading in enumerate(last) for m in reading.of("greeting_core")]
    return Hit("GREETING", "GREETING", cores[0][0], cores[0][1]) if pleasant and cores else None


def has_honest_question(readings: Sequence[Reading], turns: Sequence[str]) -> bool:
    """Return whether a question on the topic is left when quotations and sentences of an attack are taken away."""
    quoted = [[match.span() for match in _QUOTED.finditer(turn)] for turn in turns]
    for reading in readings:
        sentence = reading.sentence
        inside = any(start <= sentence.start and sentence.end <= end for start, end in quoted[sentence.turn])
        if not inside and not reading.has({"inject"}) and _asks_on_topic(reading):
            return True
    return False


def _asks_on_topic(reading: Reading) -> bool:
    return (reading.question or reading.has({"request"})) and reading.has({"science"})


def asks_besides(readings: Sequence[Reading], besides: Sequence[str]) -> bool:
    """Return whether a sentence asks on the topic without any of the classes `besides` (a defect, a complaint)."""
    return any(_asks_on_topic(reading) and not reading.has(besides) for reading in readings)


def asks_after(readings: Sequence[Reading], cls: str) -> bool:
    """Return whether a sentence goes on after the class ("call me, and also: what is …?") and asks on the topic then."""
    for reading in readings:
        ends = [mention.end for mention in reading.of(cls)]
        opens = [at for at, word in enumerate(reading.words) if ends and at > max(ends) and word in _ASKING]
        if opens and any(mention.start > opens[0] for mention in reading.of("science")):
            return True
    return False
