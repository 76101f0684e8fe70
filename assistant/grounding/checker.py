"""The grounding check: is every assertion of a sentence supported by the statements it cites?

Rules and word lists only (`assistant/policy/grounding_*.yaml`). The nearness of word vectors was tried for words that no list
knows, and did not tell harmless from harmful ones ("infused" is nearer to "injected" than honest paraphrases are to their
source). Each check may only stop a sentence; none outvotes another. It does not judge whether the statements are true, nor
whether the sentence answers anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from assistant.grounding.checks_alone import check_alone
from assistant.grounding.checks_anchors import check_anchors
from assistant.grounding.checks_bare import check_bare_pairs
from assistant.grounding.checks_bundles import check_bundles
from assistant.grounding.checks_cells import check_cells
from assistant.grounding.checks_certainty import check_certainty, check_qualifiers, check_quantifiers
from assistant.grounding.checks_changes import (
    check_doubled,
    check_left_open,
    check_renewed,
    check_switched_to,
    check_time_order,
)
from assistant.grounding.checks_claims import check_negation
from assistant.grounding.checks_classes import check_classes
from assistant.grounding.checks_companions import check_companions
from assistant.grounding.checks_comparisons import check_arms, check_ratio_order
from assistant.grounding.checks_contrasts import check_contrasts
from assistant.grounding.checks_copies import check_near_copies
from assistant.grounding.checks_dated import check_dated
from assistant.grounding.checks_denials import check_denied_clauses
from assistant.grounding.checks_diagonals import check_diagonals
from assistant.grounding.checks_directions import check_direction
from assistant.grounding.checks_each import check_attribution, check_each_trial, check_shut_out
from assistant.grounding.checks_editions import check_editions
from assistant.grounding.checks_emphatic import check_emphatic
from assistant.grounding.checks_figures import check_figures
from assistant.grounding.checks_follow_ups import check_follow_ups
from assistant.grounding.checks_gainsaid import check_gainsaid
from assistant.grounding.checks_genes import check_genes
from assistant.grounding.checks_governed import check_governed
from assistant.grounding.checks_holders import check_holders
from assistant.grounding.checks_homes import check_homes
from assistant.grounding.checks_kept import check_kept
from assistant.grounding.checks_known import check_known
from assistant.grounding.checks_listed import check_listed
from assistant.grounding.checks_lists import check_lists
from assistant.grounding.checks_measured import check_measured
from assistant.grounding.checks_names import (
    check_approvals,
    check_doses,
    check_polarity,
    check_repetition,
    check_single_names,
    check_trials,
)
from assistant.grounding.checks_opponents import check_opponents
from assistant.grounding.checks_opposites import check_changes, check_opposites, check_periods
from assistant.grounding.checks_order import check_order, check_switches
from assistant.grounding.checks_overstated import check_overstated
from assistant.grounding.checks_owners import check_owners
from assistant.grounding.checks_pairings import check_pairings
from assistant.grounding.checks_pairs import check_count_pairs, check_named_figures, check_opposed, check_repeats
from assistant.grounding.checks_partners import check_partners
from assistant.grounding.checks_parts import check_parts
from assistant.grounding.checks_ratios import check_ratios
from assistant.grounding.checks_references import check_references
from assistant.grounding.checks_relations import (
    check_conditions,
    check_indication,
    check_pairs,
    check_relations,
    check_subjects,
)
from assistant.grounding.checks_rows import check_had, check_rows
from assistant.grounding.checks_shown import check_shown
from assistant.grounding.checks_sides import check_comparisons
from assistant.grounding.checks_steps import check_steps
from assistant.grounding.checks_strung import check_strung
from assistant.grounding.checks_times import check_times
from assistant.grounding.checks_torn import check_torn
from assistant.grounding.checks_turned import check_turned
from assistant.grounding.checks_turns import check_turns
from assistant.grounding.checks_twice import check_twice
from assistant.grounding.checks_unproven import check_unproven
from assistant.grounding.checks_words import check_words
from assistant.grounding.clauses import tell_apart
from assistant.grounding.elisions import supply_units
from assistant.grounding.evidence import items
from assistant.grounding.lexicon import Lexicon, build_lexicon
from assistant.grounding.reading import read_text, read_tokens
from assistant.grounding.text import fold
from assistant.grounding.types import GroundingVerdict, Reading, Reason, ReasonCode, Token
from corpus.glossary import Glossary

Check = Callable[[Reading, Sequence[Reading], Lexicon], Iterator[Reason]]
CHECKS: tuple[Check, ...] = (
    check_words,
    check_figures,
    check_arms,
    check_ratio_order,
    check_negation,
    check_denied_clauses,
    check_count_pairs,
    check_named_figures,
    check_opposed,
    check_repeats,
    check_certainty,
    check_quantifiers,
    check_direction,
    check_qualifiers,
    check_relations,
    check_conditions,
    check_pairs,
    check_subjects,
    check_indication,
    check_repetition,
    check_single_names,
    check_comparisons,
    check_doses,
    check_approvals,
    check_classes,
    check_lists,
    check_polarity,
    check_trials,
    check_near_copies,
    check_order,
    check_switches,
    check_anchors,
    check_homes,
    check_cells,
    check_torn,
    check_each_trial,
    check_attribution,
    check_shut_out,
    check_bare_pairs,
    check_companions,
    check_listed,
    check_opposites,
    check_periods,
    check_changes,
    check_overstated,
    check_parts,
    check_owners,
    check_partners,
    check_pairings,
    check_known,
    check_gainsaid,
    check_renewed,
    check_switched_to,
    check_doubled,
    check_left_open,
    check_bundles,
    check_dated,
    check_twice,
    check_measured,
    check_times,
    check_turns,
    check_time_order,
    check_diagonals,
    check_opponents,
    check_emphatic,
    check_editions,
    check_genes,
    check_unproven,
    check_alone,
    check_holders,
    check_kept,
    check_ratios,
    check_shown,
    check_steps,
    check_strung,
    check_turned,
    check_contrasts,
    check_governed,
    check_had,
    check_rows,
    check_follow_ups,
    check_references,
)
# These weigh the statements against each other and are asked of all of them.
TOGETHER: tuple[Check, ...] = (check_anchors, check_homes, check_cells, check_negation, check_denied_clauses, check_near_copies)
# These hold the sides of a sentence together: what they stop is not told apart.
UNPARTED: tuple[Check, ...] = (
    check_bare_pairs,
    check_companions,
    check_changes,
    check_bundles,
    check_dated,
    check_twice,
    check_turns,
    check_diagonals,
    check_opponents,
    check_alone,
    check_holders,
    check_ratios,
    check_strung,
    check_turned,
    check_contrasts,
    check_references,
)
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
        reasons = self._reasons(stated, printed)
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
        return not any(True for check in CHECKS for _ in check(stated, printed, self.lexicon))

    def _reasons(self, stated: Reading, printed: Sequence[Reading]) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(reason for check in CHECKS for reason in check(stated, printed, self.lexicon)))


def _same_words(sentence: str, source: str) -> bool:
    """Whether a sentence is a statement word for word, citation marks and the last stop aside."""
    return fold(sentence).split() == fold(source).split() or fold(sentence).rstrip(". ") == fold(source).rstrip(". ")


def _stopped(reason: Reason) -> GroundingVerdict:
    return GroundingVerdict(supported=False, reasons=(reason,))
