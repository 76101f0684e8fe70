"""Screens a whole conversation: who must see it, what is masked, whether an answer may be given.

Deterministic: the same turns and policy give the same result. An embedder, when given, adds a second look (a vote on sentences,
the weight of the message) that adds codes, and takes away only reports that stand on little. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from assistant.screening.decision import COMPLAINTS, Decision, decide, needs_pharmacovigilance, stands_on_little
from assistant.screening.masking import Masker, packaged_masker
from assistant.screening.offlabel import only_asks_use
from assistant.screening.policy import Policy, load_policy
from assistant.screening.privacy import is_private
from assistant.screening.readings import Reading, read_conversation, readable, without_names
from assistant.screening.requests import UNSURE_ID, RequestVote
from assistant.screening.vote import Vote, load_weights
from assistant.screening.weighing import Weigher
from assistant.types import Code, Flag, IdentifierSpan, Screening
from index.types import Embedder

MAX_TURN_CHARS = 120_000


class Screener:
    """Screens conversations with one policy. Safe to share between threads."""

    def __init__(self, policy: Policy | None = None, embedder: Embedder | None = None) -> None:
        """Read the packaged policy unless one is given. An embedder turns the second vote on, else the rules judge alone."""
        self.policy = policy or load_policy()
        self._masker = packaged_masker() if policy is None else Masker(policy)
        usable = embedder if embedder is not None and embedder.model == load_weights().model else None
        self._vote = Vote(usable) if usable else None
        self._weigher = Weigher(usable) if usable else None
        self._requests = RequestVote(usable) if usable else None

    @property
    def votes(self) -> bool:
        """Return whether the second vote is on (an embedder was given, and the weights are for its model)."""
        return self._vote is not None

    def vote_alone(self, turns: Sequence[str]) -> bool:
        """Return whether the second vote takes the conversation for a report, whatever the rules say; False where it is off."""
        if self._vote is None:
            return False
        return bool(self._vote.ask(read_conversation(turns, self.policy), turns, self.policy))

    def screen(self, turns: Sequence[str]) -> Screening:
        """Judge all turns together, oldest first; the codes are those of the conversation at its last turn."""
        masked = self._masker.mask_turns(turns)
        identifiers = tuple(span for _, spans in masked for span in spans)
        readings = without_names(read_conversation(turns, self.policy), identifiers, self.policy)
        decision = self._second_look(decide(readings, turns, self.policy), readings, turns)
        flags = [
            *_flags(decision, readings, turns, identifiers, self._masker),
            *self._privacy(decision, readings, turns, identifiers),
        ]
        codes = _with_privacy(decision.codes, flags)
        masked_turns = tuple(text for text, _ in masked)
        return Screening(
            codes=codes,
            pv=needs_pharmacovigilance(codes),
            flags=tuple(flags),
            identifiers=identifiers,
            masked=masked_turns[-1] if masked_turns else "",
            masked_turns=masked_turns,
            should_answer=decision.should_answer,
            policy_version=self._version(),
        )

    def _version(self) -> str:
        """Return what decided: the policy's version, with those of the weights where they are in use."""
        if self._vote is None or self._weigher is None or self._requests is None:
            return self.policy.version
        versions = (self._vote.weights.version, self._weigher.weights.version, self._requests.weights.version)
        return f"{self.policy.version}+vote-{'.'.join(map(str, versions))}"

    def _second_look(self, decision: Decision, readings: Sequence[Reading], turns: Sequence[str]) -> Decision:
        """Return the rules' decision with what the votes and the weight of the message add to it, or take from weak rules."""
        if self._vote is None or self._weigher is None or self._requests is None or not readings:
            return decision
        spoken = readable(turns, readings)
        weighed = self._weigher.weigh(readings, spoken, self.policy)
        found = self._requests.ask(readings, spoken, decision.codes, decision.pv)
        votes = self._vote.ask(readings, turns, self.policy) if not decision.pv or self._weigher.denies(weighed) else []
        denied = self._weigher.denies(weighed) and not votes and stands_on_little(decision, self.policy)
        if decision.pv and not denied:
            found += self._weigher.refine(weighed, readings, self.policy, decision.codes)
        elif not denied and not (Code.OFF_LABEL in decision.codes and only_asks_use(readings, self.policy)):
            sure = [Code(hit.code) for hit in found if hit.rule_id != UNSURE_ID]
            complaint = any(code in COMPLAINTS for code in (*decision.codes, *sure))
            found += self._weigher.hits_of(weighed, readings, self.policy, votes, complaint)
        return decide(readings, turns, self.policy, found, weak=not denied) if found or denied else decision

    def _privacy(
        self, decision: Decision, readings: Sequence[Reading], turns: Sequence[str], identifiers: Sequence[IdentifierSpan]
    ) -> list[Flag]:
        """Flag identifiers of patients and lay people; the flag shows the placeholder, never the identifier."""
        placeholders = self.policy.masking.placeholders
        return [
            Flag(Code.PRIVACY, span.turn, span.start, span.end, placeholders[span.kind], f"MASK-{span.kind}")
            for span in identifiers
            if is_private(span, decision.codes, turns, self.policy.masking_patterns)
        ]


def _with_privacy(codes: tuple[Code, ...], flags: Sequence[Flag]) -> tuple[Code, ...]:
    found = {*codes, *(flag.code for flag in flags if flag.code is Code.PRIVACY)}
    return tuple(code for code in Code if code in found)


def _flags(
    decision: Decision, readings: Sequence[Reading], turns: Sequence[str], identifiers: Sequence[IdentifierSpan], masker: Masker
) -> list[Flag]:
    """Return one flag per code, rule and place; the words shown are masked."""
    flags: dict[tuple[str, str, int, int], Flag] = {}
    for hit in decision.hits:
        sentence = readings[hit.position].sentence
        start, end = sentence.tokens[hit.mention.start].start, sentence.tokens[hit.mention.end - 1].end
        hidden = any(span.turn == sentence.turn and span.start < end and start < span.end for span in identifiers)
        shown = "" if hidden else turns[sentence.turn][start:end]
        flag = Flag(Code(hit.code), sentence.turn, start, end, shown, hit.rule_id, hit.score)
        flags.setdefault((hit.code, hit.rule_id, sentence.turn, start), flag)
    return list(flags.values())


@cache
def _packaged() -> Screener:
    return Screener()


def screener_for(embedder: Embedder | None) -> Screener:
    """Return a screener that votes with this embedder (the one an open index holds); rules alone with None."""
    return _packaged() if embedder is None else Screener(embedder=embedder)


def screen(turns: Sequence[str]) -> Screening:
    """Screen a conversation (all turns, oldest first) with the packaged policy, by the rules alone."""
    return _packaged().screen(turns)
