"""Hard constraints: a statement about another drug, study, class, population or source than the one asked about never answers.

Each rule returns the reason in a word, so that the explain view can show why a near statement was left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.evidence.landmarks import Landmarks
from assistant.evidence.populations import Populations
from assistant.evidence.profiles import Profile, Profiles
from assistant.query import Lexicon, Part, Shape
from assistant.query.rules import read_rules

COMBINED = frozenset({"setting:combination", "setting:doublet", "setting:triplet"})
Rule = Callable[[Part, Profile], str | None]


class Constraints:
    """The rules, with one lexicon."""

    def __init__(self, lexicon: Lexicon, profiles: Profiles) -> None:
        rules = read_rules("answer_evidence")
        self._lexicon = lexicon
        self._profiles = profiles
        self._landmarks = Landmarks()
        self._cohort_named = re.compile(rules["cohort"], re.IGNORECASE)
        self._source_types = {name: frozenset(types) for name, types in rules["source_types"].items()}
        self._only_when_asked = frozenset(rules["only_when_asked"])
        self._broad = frozenset(rules["broad_classes"])
        self._bodies = frozenset(rules["bodies"])
        self._drug_level = frozenset(rules["drug_level_attributes"])
        self._efficacy = frozenset(rules["efficacy"])
        self._measured = self._efficacy | frozenset(rules["harms"])
        self._control = rules["one_arm"]
        self._populations = Populations(profiles)

    def rules(self, part: Part) -> list[Rule]:
        """Return the rules that can rule a statement out for this part, in order."""
        facets = part.facets
        named = facets.of("drug", "study")
        wanted = (
            (self._source, part.sources or self._only_when_asked),
            (self._study, facets.of("study")),
            (self._drug, facets.of("drug")),
            (self._class, not named and facets.of("class") - self._broad),
            (self._state, facets.states),
            (self._marker, facets.of("marker") and facets.concepts & self._efficacy),
            (self._region, facets.of("region")),
            (self._body, facets.concepts & self._bodies),
            (self._aside, part.excluded),
            (self._landmark, self._landmarks.asked(part.text)),
            (self._cohort, self._cohorts(part.text)),
            (self._combination, len(part.together) > 1 and facets.concepts & self._measured),
            (self._arm, part.of_arm and facets.concepts & self._measured),
            (self._denied, facets.of("class", "drug")),
        )
        return [rule for rule, when in wanted if when]

    def _source(self, part: Part, profile: Profile) -> str | None:
        for source in sorted(part.sources):
            types = self._source_types.get(source)
            if types and profile.doc_type not in types:
                return "source"
        if profile.doc_type in self._only_when_asked and not (part.sources or part.facets.concepts & profile.asked):
            return "source"
        return None

    def _study(self, part: Part, profile: Profile) -> str | None:
        asked = part.facets.of("study")
        if not asked:
            return None
        if profile.studies:
            return None if asked & profile.studies else "study"
        tested = {drug for study in asked for drug in self._lexicon.about(study)[:1]} | part.facets.of("drug")
        drug_level = not part.facets.of("attr") or part.facets.of("attr") & self._drug_level
        return None if tested & profile.drugs and drug_level else "study"

    def _drug(self, part: Part, profile: Profile) -> str | None:
        asked = part.facets.of("drug")
        if not asked or part.facets.of("study") & profile.studies:
            return None
        stated = profile.text.of("drug")
        tested = {drug for study in profile.studies for drug in self._lexicon.about(study)[:1]}
        if asked & profile.drugs:
            if stated and not asked & (stated | tested):
                return "drug"  # the section is about it, the statement about another one
            return "comparator" if self._is_comparator_only(part, profile) else None
        if tested & asked and not stated:
            return None
        if not profile.drugs and not profile.studies and self._families(asked) & profile.text.of("class"):
            return None
        return "drug"

    def _is_comparator_only(self, part: Part, profile: Profile) -> bool:
        """The question sets one drug against what a study compared it with; the statement is about the latter alone."""
        lead = part.lead
        others = part.facets.of("drug") - {lead}
        within = lead is not None and others & self._profiles.compared(lead)
        return bool(within) and not part.facets.of("study") and lead not in profile.drugs | profile.wider

    def _families(self, drugs: frozenset[str]) -> frozenset[str]:
        wider = frozenset(c for drug in drugs for c in self._lexicon.closure(drug) if c.startswith("class:"))
        return wider - self._broad

    def _class(self, part: Part, profile: Profile) -> str | None:
        asked = part.facets.of("class") - self._broad
        if not asked or part.facets.of("drug", "study"):
            return None
        if asked & profile.wider:
            return None
        named = (profile.text.of("class") - self._broad) or profile.drugs
        related = {c for concept in named for c in self._lexicon.closure(concept)}
        reach = {c for concept in asked for c in self._lexicon.closure(concept)} - self._broad
        return None if not named or related & asked or named & reach else "class"

    def _state(self, part: Part, profile: Profile) -> str | None:
        if part.facets.of("attr") & self._drug_level & profile.text.concepts:
            return None  # what the label says corrects a question that presumes another population
        against = [self._is_against(state, part, profile) for state in sorted(part.facets.states)]
        return "state" if against and all(against) else None

    def _is_against(self, state: str, part: Part, profile: Profile) -> bool:
        """The statement is about other patients than those of one state asked about."""
        gene, _, status = state.partition("=")
        stated = {s.partition("=")[2] for s in profile.states if gene == "*" or s.partition("=")[0] in (gene, "*")}
        if status == "all":
            return bool(stated) and "all" not in stated
        stated -= {"all"}
        if stated:
            return status not in stated
        if state in profile.heading.states:
            return False  # a section on such patients
        if status == "mutated":
            told = part.facets.concepts & self._efficacy & profile.text.concepts
            return bool(told) and self._populations.is_mixed(profile, gene)
        return bool(part.facets.of("attr") & profile.text.of("attr"))

    def _marker(self, part: Part, profile: Profile) -> str | None:
        """A result of all patients where it is asked for by a biomarker of which the study tells nothing."""
        asked = part.facets.of("marker") - profile.concepts
        told = part.facets.concepts & self._efficacy & profile.text.concepts
        genes = {marker.partition(":")[2] for marker in asked} - {state.partition("=")[0] for state in part.facets.states}
        return "marker" if told and any(self._populations.is_silent(profile, gene) for gene in genes) else None

    def _body(self, part: Part, profile: Profile) -> str | None:
        asked = part.facets.concepts & self._bodies
        return "body" if asked and not asked & profile.concepts else None

    def _region(self, part: Part, profile: Profile) -> str | None:
        asked = part.facets.of("region")
        stated = profile.text.of("region") or profile.heading.of("region")
        return "region" if asked and stated and not asked & stated else None

    def _aside(self, part: Part, profile: Profile) -> str | None:
        """A statement on what the question sets aside; one that names others of its kind beside it may still answer."""
        aside = part.excluded & profile.text.concepts
        if not aside or part.facets.concepts & part.excluded:
            return None
        others = profile.text.of(*{concept.partition(":")[0] for concept in aside} & {"drug", "class", "marker"}) - aside
        return None if others else "set aside"

    def _landmark(self, part: Part, profile: Profile) -> str | None:
        asked = self._landmarks.asked(part.text)
        return None if asked & self._landmarks.reported(profile.statement.text) else "landmark"

    def _cohort(self, part: Part, profile: Profile) -> str | None:
        place = " ".join((profile.statement.text, *profile.statement.heading_path))
        return None if self._cohorts(part.text) & self._cohorts(place) else "cohort"

    def _combination(self, part: Part, profile: Profile) -> str | None:
        """A result of one drug where that of a combination is asked for, in a study that gave the drug alone as well."""
        stated = profile.text.concepts | profile.heading.concepts
        if part.together <= stated or stated & COMBINED or not self._populations.has_single_drug_arm(profile):
            return None
        return "combination"

    def _arm(self, part: Part, profile: Profile) -> str | None:
        """A result of another arm than the one asked about, where the statement sets none against it."""
        if profile.contrasts:
            return None
        named = part.facets.of("drug", "class") - self._broad
        stated = profile.text.concepts
        about = named & (stated | {c for concept in stated for c in self._lexicon.closure(concept)})
        return None if about or (not named and self._control in stated) else "arm"

    def _cohorts(self, text: str) -> frozenset[str]:
        return frozenset(match["label"].upper() for match in self._cohort_named.finditer(text))

    def _denied(self, part: Part, profile: Profile) -> str | None:
        """What is denied of the class asked about is no answer to a question for what holds of it."""
        asked = part.facets.of("class", "drug")
        if not asked or part.negated or part.polar or part.shape is Shape.COMPARISON:
            return None
        return "denied" if asked <= profile.denied else None
