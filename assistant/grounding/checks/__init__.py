"""Checks: each asks one thing of a sentence and its statements and yields a reason for every answer that speaks against it.

A check reads (`grounding.reading`) and asks what supports what (`grounding.support`).
The order of `CHECKS` is that of the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from assistant.grounding.checks.alone import check_alone
from assistant.grounding.checks.anchors import check_anchors
from assistant.grounding.checks.attached import check_attached
from assistant.grounding.checks.bare import check_bare_pairs
from assistant.grounding.checks.bundles import check_bundles
from assistant.grounding.checks.causes import check_causes
from assistant.grounding.checks.cells import check_cells
from assistant.grounding.checks.certainty import check_certainty, check_qualifiers, check_quantifiers
from assistant.grounding.checks.changes import (
    check_doubled,
    check_left_open,
    check_renewed,
    check_switched_to,
    check_time_order,
)
from assistant.grounding.checks.claims import check_negation
from assistant.grounding.checks.classes import check_classes
from assistant.grounding.checks.companions import check_companions
from assistant.grounding.checks.comparisons import check_arms, check_ratio_order
from assistant.grounding.checks.contrasts import check_contrasts
from assistant.grounding.checks.copies import check_near_copies
from assistant.grounding.checks.crossed import check_crossed
from assistant.grounding.checks.dated import check_dated
from assistant.grounding.checks.decisions import check_decisions
from assistant.grounding.checks.denials import check_denied_clauses
from assistant.grounding.checks.diagonals import check_diagonals
from assistant.grounding.checks.directions import check_direction
from assistant.grounding.checks.dose_sides import check_dose_sides
from assistant.grounding.checks.each import check_attribution, check_each_trial, check_shut_out
from assistant.grounding.checks.editions import check_editions
from assistant.grounding.checks.emphatic import check_emphatic
from assistant.grounding.checks.excepted import check_excepted
from assistant.grounding.checks.figures import check_figures
from assistant.grounding.checks.follow_ups import check_follow_ups
from assistant.grounding.checks.gainsaid import check_gainsaid
from assistant.grounding.checks.genes import check_genes
from assistant.grounding.checks.governed import check_governed
from assistant.grounding.checks.holders import check_holders
from assistant.grounding.checks.homes import check_homes
from assistant.grounding.checks.kept import check_kept
from assistant.grounding.checks.known import check_known
from assistant.grounding.checks.listed import check_listed
from assistant.grounding.checks.lists import check_lists
from assistant.grounding.checks.measured import check_measured
from assistant.grounding.checks.names import (
    check_approvals,
    check_doses,
    check_polarity,
    check_repetition,
    check_single_names,
    check_trials,
)
from assistant.grounding.checks.numbered import check_numbered
from assistant.grounding.checks.open_measures import check_open_measures
from assistant.grounding.checks.opponents import check_opponents
from assistant.grounding.checks.opposites import check_changes, check_opposites, check_periods
from assistant.grounding.checks.order import check_order, check_switches
from assistant.grounding.checks.overstated import check_overstated
from assistant.grounding.checks.owners import check_owners
from assistant.grounding.checks.pairings import check_pairings
from assistant.grounding.checks.pairs import check_count_pairs, check_named_figures, check_opposed, check_repeats
from assistant.grounding.checks.partners import check_partners
from assistant.grounding.checks.parts import check_parts
from assistant.grounding.checks.ratios import check_ratios
from assistant.grounding.checks.references import check_references
from assistant.grounding.checks.relations import (
    check_conditions,
    check_indication,
    check_pairs,
    check_relations,
    check_subjects,
)
from assistant.grounding.checks.rows import check_had, check_rows
from assistant.grounding.checks.second_facts import check_second_facts
from assistant.grounding.checks.shown import check_shown
from assistant.grounding.checks.sides import check_comparisons
from assistant.grounding.checks.steps import check_steps
from assistant.grounding.checks.strung import check_strung
from assistant.grounding.checks.times import check_times
from assistant.grounding.checks.torn import check_torn
from assistant.grounding.checks.trial_drugs import check_trial_drugs
from assistant.grounding.checks.turned import check_turned
from assistant.grounding.checks.turns import check_turns
from assistant.grounding.checks.twice import check_twice
from assistant.grounding.checks.unprinted import check_unprinted
from assistant.grounding.checks.unproven import check_unproven
from assistant.grounding.checks.words import check_words
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason

Check = Callable[[Reading, Sequence[Reading], Lexicon], Iterator[Reason]]
CHECKS: tuple[Check, ...] = (
    check_words,
    check_numbered,
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
    check_dose_sides,
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
    check_excepted,
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
    check_decisions,
    check_causes,
    check_crossed,
    check_unprinted,
    check_attached,
    check_trial_drugs,
    check_second_facts,
    check_open_measures,
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
    check_crossed,
)
# Wherever one of these is right, another check says so too: alone, each has stopped faithful sentences only (on 5,900 corrupted
# ones of authors that were read, and on faithful ones altered by rule). Two of them together stop.
WEAK: tuple[Check, ...] = (check_single_names, check_subjects)
