"""What a text says of genes, earlier treatment and conditions: altered or not, had or not. Rules read from the policy files.

A negator that belongs to a state ("without an ESR1 mutation", "had not received") is used up here and denies nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.grounding.reading.gene_words import altered_before_bracket, denied_by_verb, referring_back
from assistant.grounding.reading.lexicon import Language
from assistant.grounding.types import Arm, Mention, Token

_LIST_WORDS = frozenset({",", "or", "and", "/", "either"})
_BEFORE_GENE = frozenset(
    {"a", "an", "the", "detect", "ani", "known", "in", "of", "circul", "plasma", "blood", "emerg", "baselin", "tumor", "rise"}
)
_BEFORE_CONDITION = frozenset({"in", "with", "a", "an", "the", "ani", "have", "had"})
_NEGATION_REACH = 5
_WHOLE = "overall_population"
_OUTSIDE, _ABSENCE = "outsid", "absenc"
# These deny what follows, never what stands before them ("0.59 with an X mutation and 1.05 without a detected one").
_AHEAD = frozenset({"without", "no", "none", "neither"})
_NOBODY, _NOBODY_REACH = frozenset({"no", "none", "nobodi"}), 3
_PERSONS = frozenset({"patient", "particip", "women", "woman", "one", "person", "subject", "peopl", "men", "individu"})
_GIVEN_NOW, _WHAT_FOLLOWED = ("receiv",), {("with",), ("by",), ("with", "the")}
_AFTER_REACH = 5
_CLAUSE_ENDS = frozenset({",", ";", ":", ".", "but"})
_FOUND = frozenset({"found", "seen", "detect", "identifi", "observ"})
_CUE_FILL = frozenset(
    [
        "a",
        "an",
        "the",
        "at",
        "least",
        "one",
        "two",
        "line",
        "lines",
        "of",
        "prior",
        "previous",
        "earlier",
        "first",
        "second",
        "with",
        "or",
        "on",
        "in",
        "treatment",
        "therapi",
        "-",
        "more",
        "1",
        "2",
        "such",
        "either",
        "both",
        "and",
        "any",
        "ani",
        "had",
        "disease",
        "no",
        "month",
        "year",
        "week",
    ]
)
_PRIOR_REACH = 8
_AMONG_EARLIER = frozenset({"or", "without", "with", "no", ",", "includ", "contain", "compris", "that", "which", "had"})
_NOT_HAD_REACH, _NEGATED_CUE_REACH = 8, 2
_HAD_WORDS = frozenset({"receiv", "had", "have", "has", "been", "treat", "taken", "given", "never", "pretreat"})
_BEHIND_REACH = 4
_EARLIER = frozenset({"befor", "earlier", "previous", "beforehand", "behind"})
_GIVEN = frozenset({"came", "had", "ever", "was", "were", "been", "given", "use", "receiv", "taken"})
_SHARE_REACH, _WHETHER = 4, "whether"
_BEING_GIVEN = "receiving"
_PLACES = (("in", "the"), ("in", "this"), ("in", "that"))
_ENDS = frozenset({"(", ")", ".", ",", ";", "and", "versus"})
_GOING_ON = frozenset({"it", "they", "that", "was", "were", "had"})
_OPENERS = frozenset({"after", "follow"})


class StateReader:
    """Turns gene mentions into gene states, and marks arms that are earlier treatment."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention], language: Language) -> None:
        self.tokens = tokens
        self.stems = tuple(token.stem for token in tokens)
        self.language = language
        self.mentions = list(mentions)
        self.used: set[int] = set()

    def gene_states(self) -> tuple[Mention, ...]:
        """Return the mentions with genes replaced by their states where one is stated."""
        groups = self._gene_groups()
        result: list[Mention] = []
        last_genes: tuple[str, ...] = ()
        by_start = {group[0].first: group for group in groups}
        in_group = {id(mention) for group in groups for mention in group}
        anaphors = self._anaphors({index for group in groups for m in group for index in range(m.first - 5, m.last + 3)})
        for mention in self.mentions:
            if mention.first in by_start:
                group = by_start[mention.first]
                last_genes = tuple(member.concept for member in group)
                result += self._resolve(group)
            elif id(mention) not in in_group:
                last_genes = (mention.concept.partition(":")[0],) if mention.kind == "gene_state" else last_genes
                result.append(mention)
        result += self._refer(anaphors, last_genes)
        result = [self._negated_condition(mention) for mention in result]
        kept = [m for m in result if not (m.kind == "negator" and m.first in self.used)]
        return tuple(sorted((self._split_fused(m) for m in kept), key=lambda m: (m.first, m.concept)))

    def _negated_condition(self, mention: Mention) -> Mention:
        """ "without visceral crisis", "not in visceral crisis": a condition of its own."""
        if mention.kind != "condition" or ":" in mention.concept or mention.concept == _WHOLE:
            return mention
        for negator in self.mentions:
            between = self.stems[negator.last : mention.first]
            if (
                negator.kind == "negator"
                and negator.last <= mention.first <= negator.last + 3
                and all(s in _BEFORE_CONDITION for s in between)
            ):
                self.used.add(negator.first)
                return replace(mention, concept=f"{mention.concept}:no", first=negator.first)
        return mention

    def _split_fused(self, mention: Mention) -> Mention:
        """A gene written with its state ("ESR1m"); what follows may deny it ("ESR1m not detected")."""
        if mention.kind != "gene_state":
            return mention
        if self.stems[mention.first - 1 : mention.first] == ("no",):
            self.used.add(mention.first - 1)
            gene = mention.concept.partition(":")[0]
            return replace(mention, concept=f"{gene}:unaltered", kind="condition", first=mention.first - 1)
        beside = self._unaltered_beside(mention.first, mention.last)
        detected = beside is not None and "detect" in self.stems[mention.last : beside[1]]
        if beside is None or beside[0] < mention.first or not detected:
            return replace(mention, kind="condition")
        self.used |= set(range(mention.last, beside[1]))
        gene = mention.concept.partition(":")[0]
        return replace(mention, concept=f"{gene}:unaltered", kind="condition", last=beside[1])

    def _gene_groups(self) -> list[list[Mention]]:
        genes = [mention for mention in self.mentions if mention.kind == "gene"]
        groups: list[list[Mention]] = []
        for gene in genes:
            if groups and all(stem in _LIST_WORDS for stem in self.stems[groups[-1][-1].last : gene.first]):
                groups[-1].append(gene)
            else:
                groups.append([gene])
        return groups

    def _resolve(self, group: list[Mention]) -> list[Mention]:
        first, last = group[0].first, group[-1].last
        if any(m.concept == "q_any" and 0 <= first - m.last <= 2 for m in self.mentions):
            return [replace(gene, concept=f"{gene.concept}:any", kind="condition") for gene in group]
        start, end, state = first, last, ""
        for offset in range(_AFTER_REACH - 2):
            if last + offset < len(self.stems) and self.stems[last + offset] in self.language.genes.altered:
                state, end = "altered", last + offset + 1
                break
        unaltered = self._unaltered_beside(first, last)
        if unaltered:
            state, (start, end) = "unaltered", unaltered
        if not state and first >= 1:
            state, start = self._altered_before(first)
        if state == "altered" and start == first and (place := denied_by_verb(self.stems, last, end)) is not None:
            self.used.add(place)
            state = "unaltered"
        if state == "altered" and not self._found_nowhere(start, end) and self._denied(start, end):
            state = "unaltered"
        if not state and (group_start := altered_before_bracket(self.stems, first)) is not None:
            state, start = "altered", group_start
        if not state:
            return group
        if len({gene.concept for gene in group}) < len(group):
            return group
        return [replace(gene, concept=f"{gene.concept}:{state}", kind="condition", first=start, last=end) for gene in group]

    def _altered_before(self, first: int) -> tuple[str, int]:
        for offset in (1, 2, 3):
            place = first - offset
            beside = place >= 0 and all(stem in _BEFORE_GENE for stem in self.stems[place + 1 : first])
            if beside and self.stems[place] in self.language.genes.altered:
                return "altered", place
        return "", first

    def _unaltered_beside(self, first: int, last: int) -> tuple[int, int] | None:
        for phrase in self.language.genes.unaltered:
            size = len(phrase)
            for begin in (last, last + 1):
                if self.stems[begin : begin + size] == phrase and (begin == last or self.stems[last] not in {"and", "or", ","}):
                    return first, begin + size
            if first - size >= 0 and self.stems[first - size : first] == phrase:
                return first - size, last
        return None

    def _found_nowhere(self, start: int, end: int) -> bool:
        """Whether a clause says that no alteration was found ("no X mutation was seen at ...", "X mutations were not detected",
        "they detected no X mutation"): that is a result, and no group of patients.
        """
        place = next((i for i in range(start, max(-1, start - _NEGATION_REACH), -1) if self.stems[i] == "no"), None)
        told = self.stems[end : end + 3]
        if place is not None:
            found = told[:1] in {("was",), ("were",)} and bool(_FOUND & set(told[1:2]))
            opens = not place or self.stems[place - 1] in _CLAUSE_ENDS
            return (opens and found) or (place > 0 and self.stems[place - 1] in _FOUND)
        denied = told in {(be, "not", verb) for be in ("was", "were") for verb in _FOUND}
        begin = start - 1 if start and self.stems[start - 1] in _BEFORE_GENE else start
        return denied and (not begin or self.stems[begin - 1] in _CLAUSE_ENDS)

    def _denied(self, start: int, end: int) -> bool:
        negators = {m.first: m for m in self.mentions if m.kind == "negator" and self.stems[m.first] not in {"neither", "nor"}}
        for index in range(start - 1, max(-1, start - 1 - _NEGATION_REACH), -1):
            if index in negators:
                self.used.add(index)
                return True
            if self.stems[index] == _OUTSIDE:
                return True
            if self.stems[index] not in _BEFORE_GENE and index not in {
                i for m in self.mentions for i in range(m.first, m.last)
            }:
                break
            if self.stems[index] in {"in", "of"} and self.stems[index - 1] != _ABSENCE:
                break
        for index in range(end, min(len(self.stems), end + _AFTER_REACH)):
            if self.stems[index] in {",", ";", ".", "(", ")"}:
                break
            detected = {"detect", "found", "identifi"} & set(self.stems[index + 1 : index + 3])
            if index in negators and detected and self.stems[index] not in _AHEAD:
                self.used.add(index)
                return True
        return False

    def _anaphors(self, near_genes: set[int]) -> list[tuple[int, int, str]]:
        """(first, last, state) of stretches such as "without one detected" or "wild-type" that name no gene."""
        found = []
        for mention in self.mentions:
            if mention.kind != "negator" or mention.first in self.used:
                continue
            window = self.stems[mention.last : mention.last + 4]
            if self.stems[mention.first] == "without" and (not window or window[0] in _ENDS):
                found.append((mention.first, mention.last, "unaltered"))
            elif mention.first not in near_genes or self.stems[mention.first - 1 : mention.first] == ("than",):
                if self.stems[mention.first] == "none" and {"detect", "found", "identifi"} & set(window):
                    found.append((mention.first, mention.last, "unaltered"))
                    continue
                words = [stem for stem in window if stem in self.language.genes.anaphors]
                if words and not {"one": len(window) > 1 and window[1] in {"of", "day", "line"}}.get(words[0], False):
                    found.append((mention.first, mention.last + window.index(words[0]) + 1, "unaltered"))
        found += [(i, i + 2, "altered") for i, stem in enumerate(self.stems) if stem == "with" and self._one_ends(i + 1)]
        found += referring_back(self.stems, near_genes)
        for phrase in self.language.genes.unaltered:
            if len(phrase) == 1 and phrase[0] in {"negat", "intact"}:
                continue
            for index in range(len(self.stems) - len(phrase) + 1):
                if self.stems[index : index + len(phrase)] == phrase and index not in near_genes:
                    found.append((index, index + len(phrase), "unaltered"))
        return found

    def _one_ends(self, index: int) -> bool:
        """Whether "one" ends a stretch ("15.5 months with one")."""
        after = self.stems[index + 1 : index + 3]
        return self.stems[index : index + 1] == ("one",) and (not after or after[0] in _ENDS | _GOING_ON or after in _PLACES)

    def _refer(self, anaphors: list[tuple[int, int, str]], genes: tuple[str, ...]) -> list[Mention]:
        result = []
        for first, last, state in anaphors:
            if genes:
                self.used |= set(range(first, last))
                result += [Mention(f"{gene}:{state}", "condition", first, last, "biomarker") for gene in genes]
        return result

    def prior_arms(self, arms: Sequence[Arm]) -> tuple[tuple[Arm, ...], tuple[Mention, ...]]:
        """Return the arms with earlier treatment marked, and a condition for each of these."""
        marked: list[Arm] = []
        conditions = []
        for arm in arms:
            cue = None if marked and self._parted(marked[-1], arm) else self._prior_cue(arm, marked)
            if cue is None:
                marked.append(arm)
                continue
            marked.append(replace(arm, prior=True))
            state = "no" if self._not_had(cue, arm) else "yes"
            after = int(self.stems[arm.last : arm.last + 1] != () and self.stems[arm.last] in self.language.prior_cues_after)
            conditions += [
                Mention(f"prior:{concept.removeprefix('dose:')}:{state}", "condition", arm.first, arm.last + after, "prior")
                for concept in sorted(arm.concepts)
            ]
        return tuple(marked), tuple(conditions)

    def _prior_cue(self, arm: Arm, before: Sequence[Arm]) -> int | None:
        """Token where the cue begins, or None."""
        if set(self.stems[arm.last : arm.last + 1]) & self.language.prior_cues_after:
            return arm.first
        behind = self.stems[arm.last : arm.last + _BEHIND_REACH]
        place = next((i for i, stem in enumerate(behind) if stem in _EARLIER), None)
        if (
            place is not None
            and set(behind[:place]) <= _GIVEN
            and (place or behind[place] not in self.language.prior_cues_after)
        ):
            return arm.first
        if before and before[-1].prior and arm.first - before[-1].last <= 6:
            between = self.stems[before[-1].last : arm.first]
            listed = "," not in between or bool({"and", "or"} & set(between))
            if listed and all(stem in _CUE_FILL or stem in _AMONG_EARLIER for stem in between):
                return before[-1].first
        if before and before[-1].prior and self._carried_on(before[-1], arm):
            return before[-1].first
        for begin in range(max(0, arm.first - _PRIOR_REACH), arm.first):
            for cue in self.language.prior_cues:
                cued = self.stems[begin : begin + len(cue)] == cue and not self._of_share(begin, cue)
                fill = self.stems[begin + len(cue) : arm.first]
                if cued and not self._measured(begin) and all(stem in _CUE_FILL or stem.isdigit() for stem in fill):
                    return begin
        return None

    def _parted(self, before: Arm, arm: Arm) -> bool:
        """Whether what patients got in the trial follows what they had before ("with progression on A received B", "had had A,
        and B was compared").
        """
        between = self.stems[before.last : arm.first]
        clause = between == (",", "and") and self.stems[arm.last : arm.last + 1] in {("was",), ("were",)}
        return before.prior and (between == _GIVEN_NOW or between in _WHAT_FOLLOWED or clause)

    def _carried_on(self, before: Arm, arm: Arm) -> bool:
        """Whether the arm belongs to the earlier treatment before it: "A, B or C", not "after A, B was better"."""
        between = self.stems[before.last : arm.first]
        if between == (",",):
            if before.first and self.stems[before.first - 1 - self._fill_before(before)] in _OPENERS:
                return False
            following = self.stems[arm.last : arm.last + 2]
            return following[:1] in {("or",), ("and",)} or following in {(",", "or"), (",", "and")}
        return between in {("was",), ("were",), ("being",)}

    def _fill_before(self, arm: Arm) -> int:
        """How many articles stand right before an arm."""
        return int(arm.first > 1 and self.stems[arm.first - 1] in {"a", "an", "the", "prior", "previous"})

    def _measured(self, begin: int) -> bool:
        """Whether a cue is the end of what is measured ("alive without progression on A")."""
        told = [m for m in self.mentions if m.kind == "measure" and m.first < begin < m.last]
        return any("aliv" in self.stems[m.first : m.last] for m in told)

    def _of_share(self, begin: int, cue: tuple[str, ...]) -> bool:
        """Whether "received" only says which arm a share is of ("6% of patients who received A", "347 received A")."""
        if _WHETHER in self.stems[max(0, begin - _SHARE_REACH) : begin]:
            return True
        own = {"who", "receiv"} >= set(cue)
        if self.tokens[begin + len(cue) - 1].text.lower() == _BEING_GIVEN:
            return True
        before = self.stems[max(0, begin - _SHARE_REACH) : begin]
        counted = (bool(before) and before[-1][0].isdigit()) or {"patient", "whom"} <= set(before)
        return own and ("had" not in before) and (counted or bool({"%", "percent"} & set(before)))

    def _nobody(self, arm: Arm) -> int | None:
        """Where "none of the patients" or "no patient" stands that had an earlier treatment; None where nobody is denied it."""
        for negator in (m for m in self.mentions if m.kind == "negator" and self.stems[m.first] in _NOBODY):
            between = self.stems[negator.last : arm.first]
            if any(negator.first < other.first < arm.first for other in self.mentions if other.kind == "negator"):
                continue
            opens = not negator.first or self.stems[negator.first - 1] in _CLAUSE_ENDS | {"and"}
            counted = between[:1] == ("of",) or bool(_PERSONS & set(between[:_NOBODY_REACH]))
            verb = next((stem for stem in reversed(between) if stem in _HAD_WORDS | {","}), "")
            if opens and counted and verb not in {"", ","} and not {";", ".", ":"} & set(between):
                return negator.first
        return None

    def _not_had(self, cue: int, arm: Arm) -> bool:
        if self.stems[cue].startswith("progress"):
            return False
        if "naiv" in self.stems[arm.last : arm.last + 1] or "naiv" in self.stems[cue : arm.first]:
            return True
        if (nobody := self._nobody(arm)) is not None:
            self.used.add(nobody)
            return True
        negators = [m for m in self.mentions if m.kind == "negator" and m.first not in self.used]
        near = [m for m in negators if arm.first - 3 <= m.first < arm.first]
        reach = _NOT_HAD_REACH if _HAD_WORDS & set(self.stems[max(0, cue - 2) : arm.first]) else _NEGATED_CUE_REACH
        far = [m for m in negators if cue - reach <= m.first < arm.first]
        near += [m for m in far if not {",", ";", ":"} & set(self.stems[m.first : arm.first])]
        if not near or self.stems[near[0].first - 1 : near[0].first] == ("or",):
            return False
        self.used.add(near[0].first)
        return True
