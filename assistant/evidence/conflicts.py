"""Hard constraints: a statement about another drug, study, class, population or source than the one asked about never answers.

Each rule returns the reason in a word, so that the explain view can show why a near statement was left out. A rule is made for
one part of a question: what the part names is looked up once, not for every statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.evidence.conditions import Conditions
from assistant.evidence.landmarks import Landmarks
from assistant.evidence.listed_references import ListedReferences
from assistant.evidence.populations import Populations
from assistant.evidence.profiles import Profile, Profiles
from assistant.query import Lexicon, Part, Shape
from assistant.query.rules import read_rules

COMBINED = frozenset({"setting:combination", "setting:doublet", "setting:triplet"})
EFFICACY = "attr:efficacy"
Rule = Callable[[Profile], str | None]


class Constraints:
    """The rules, with one lexicon."""

    def __init__(self, lexicon: Lexicon, profiles: Profiles) -> None:
        rules = read_rules("answer_evidence")
        self._lexicon = lexicon
        self._profiles = profiles
        self._landmarks = Landmarks()
        self._cohort_named = re.compile(rules["cohort"], re.IGNORECASE)
        self._alone = re.compile(rules["gene_alone"], re.IGNORECASE)
        self._count_asked = re.compile(rules["count_asked"], re.IGNORECASE)
        self._sets_apart = re.compile(rules["sets_apart"], re.IGNORECASE)
        self._co_altered = re.compile(rules["co_altered"], re.IGNORECASE)
        self._dose_printed = re.compile(rules["dose_printed"], re.IGNORECASE)
        self._references = ListedReferences(profile.statement.text for profile in profiles.by_id.values())
        self._source_types = {name: frozenset(types) for name, types in rules["source_types"].items()}
        self._only_when_asked = frozenset(rules["only_when_asked"])
        self._broad = frozenset(rules["broad_classes"])
        self._bodies = frozenset(rules["bodies"])
        self._drug_level = frozenset(rules["drug_level_attributes"])
        self._efficacy = frozenset(rules["efficacy"])
        self._pretreated = frozenset(rules["pretreated"])
        self._specimens = frozenset(rules["specimens"])
        self._measured = self._efficacy | frozenset(rules["harms"])
        self._control = str(rules["one_arm"])
        self._conditions = Conditions(self._measured)
        self._populations = Populations(profiles)

    def rules(self, part: Part) -> list[Rule]:
        """Return the rules that can rule a statement out for this part, in order."""
        facets = part.facets
        named = facets.of("drug", "study")
        wanted = (
            (self._source, part.sources or self._only_when_asked),
            (self._reference, True),
            (self._study, facets.of("study")),
            (self._drug, facets.of("drug")),
            (self._class, not named and facets.of("class") - self._broad),
            (self._state, facets.states),
            (self._counted, facets.states and self._asks_count(part)),
            (self._marker, facets.of("marker") and facets.concepts & self._efficacy),
            (self._together_altered, len(self._altered(part)) > 1 and self._co_altered.search(part.text)),
            (self._gene_alone, len(self._altered(part)) == 1 and self._alone.search(part.text)),
            (self._dose, self._doses(part.text) and facets.concepts & self._efficacy),
            (self._earlier, (part.before | facets.of("attr")) & self._pretreated and facets.concepts & self._measured),
            (self._region, facets.of("region")),
            (self._body, facets.concepts & self._bodies),
            (self._aside, part.excluded and not facets.concepts & part.excluded),
            (self._landmark, self._landmarks.asked(part.text)),
            (self._bound, self._landmarks.bounds(part.text) and named),
            (self._cohort, self._cohorts(part.text)),
            (self._combination, len(part.together) > 1 and facets.concepts & self._measured),
            (self._unheard, len(part.together) > 1 and not self._populations.gave(part.together)),
            (self._arm, part.of_arm and facets.concepts & self._measured),
            (self._condition, self._conditions.of(part)),
            (self._denied, facets.of("class", "drug") and not _allows_denial(part)),
        )
        return [make(part) for make, when in wanted if when]

    def _source(self, part: Part) -> Rule:
        wanted = [types for source in sorted(part.sources) if (types := self._source_types.get(source))]
        unasked = frozenset[str]() if part.sources else self._only_when_asked
        concepts = part.facets.concepts

        def rule(profile: Profile) -> str | None:
            if wanted and any(profile.doc_type not in types for types in wanted):
                return "source"
            return "source" if profile.doc_type in unasked and not concepts & profile.asked else None

        return rule

    def _reference(self, part: Part) -> Rule:
        asks = "attr:references" in part.facets.concepts
        numbers = self._references.numbers_asked(part.text) if asks else frozenset[int]()

        def rule(profile: Profile) -> str | None:
            return "reference" if self._references.is_other(profile.statement.text, part.text, numbers) else None

        return rule

    def _study(self, part: Part) -> Rule:
        asked, attributes = part.facets.of("study"), part.facets.of("attr")
        tested = {drug for study in asked for drug in self._lexicon.about(study)[:1]} | part.facets.of("drug")
        drug_level = not attributes or bool(attributes & self._drug_level)

        def rule(profile: Profile) -> str | None:
            if profile.studies:
                return None if asked & profile.studies else "study"
            return None if drug_level and tested & profile.drugs else "study"

        return rule

    def _drug(self, part: Part) -> Rule:
        asked, studies = part.facets.of("drug"), part.facets.of("study")
        families = frozenset[str]() if self._is_within_class(part) else self._families(asked)
        lead = self._compared_lead(part)
        measured = part.facets.concepts & self._measured if len(studies) == 1 else frozenset()

        def rule(profile: Profile) -> str | None:
            if studies & profile.studies:
                stated = profile.drugs_in_text  # the study gave several drugs: the result of another one is none
                return "drug" if measured & profile.text.concepts and stated and not asked & stated else None
            stated = profile.drugs_in_text
            if asked & profile.drugs:
                if stated and not asked & (stated | profile.tested):
                    return "drug"  # the section is about it, the statement about another one
                return "comparator" if lead and lead not in profile.drugs and lead not in profile.wider else None
            if not stated and asked & profile.tested:
                return None
            if not profile.drugs and not profile.studies and families & profile.text.concepts:
                return None
            return "drug"

        return rule

    def _is_within_class(self, part: Part) -> bool:
        """Drugs of one class are set apart: what holds of the class tells nothing of their difference."""
        shared = [self._families(frozenset({drug})) for drug in part.facets.of("drug")]
        return len(shared) > 1 and bool(frozenset.intersection(*shared)) and bool(self._sets_apart.search(part.text))

    def _compared_lead(self, part: Part) -> str | None:
        """The drug that the question sets against what a study compared it with: a statement about the latter alone is none
        about it.
        """
        lead = part.lead
        if lead is None or part.facets.of("study"):
            return None
        return lead if (part.facets.of("drug") - {lead}) & self._profiles.compared(lead) else None

    def _families(self, drugs: frozenset[str]) -> frozenset[str]:
        wider = frozenset(c for drug in drugs for c in self._lexicon.closure(drug) if c.startswith("class:"))
        return wider - self._broad

    def _class(self, part: Part) -> Rule:
        asked = part.facets.of("class") - self._broad
        reach = {c for concept in asked for c in self._lexicon.closure(concept)} - self._broad

        def rule(profile: Profile) -> str | None:
            if asked & profile.wider:
                return None
            named = (profile.text.of("class") - self._broad) or profile.drugs
            if not named or named & reach:
                return None
            return None if any(asked & self._lexicon.closure(concept) for concept in named) else "class"

        return rule

    def _state(self, part: Part) -> Rule:
        states, attributes = sorted(part.facets.states), part.facets.of("attr")
        drug_level = attributes & self._drug_level

        def rule(profile: Profile) -> str | None:
            if drug_level & profile.text.concepts:
                return None  # what the label says corrects a question that presumes another population
            against = all(self._is_against(state, attributes, profile, carried=state in part.carried) for state in states)
            return "state" if against else None

        return rule

    def _is_against(self, state: str, attributes: frozenset[str], profile: Profile, *, carried: bool) -> bool:
        """The statement is about other patients than those of one state asked about; a state spoken of before rules out other
        states only.
        """
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
            told = not carried and self._measures_asked(attributes, profile)
            mixed = self._populations.is_mixed(profile, gene) or self._is_of_another(profile, gene)
            return told and mixed
        return bool(attributes & profile.attributes)

    def _is_of_another(self, profile: Profile, gene: str) -> bool:
        """The statement tells patients apart by another gene, or its study tells nothing of this one."""
        marker = f"marker:{gene}"
        if gene == "*" or marker in profile.concepts | self._specimens:
            return False
        others = {state.partition("=")[0] for state in profile.states} - {"*", gene}
        return bool(others) or self._populations.is_silent(profile, gene)

    def _gene_alone(self, part: Part) -> Rule:
        """A result of several alterations taken together where it is asked for one of them alone."""
        asked = self._altered(part)
        measured = part.facets.concepts & self._efficacy

        def rule(profile: Profile) -> str | None:
            named = profile.text.of("marker") - self._specimens
            return "gene" if self._measures_asked(measured, profile) and named != asked else None

        return rule

    def _measures_asked(self, attributes: frozenset[str], profile: Profile) -> bool:
        """The statement tells a measure asked for; where it is asked how something works, any measure."""
        asked = attributes & self._efficacy
        return bool(asked & profile.attributes or (EFFICACY in asked and self._efficacy & profile.attributes))

    def _together_altered(self, part: Part) -> Rule:
        """A result of one alteration where it is asked for in patients who carry two."""
        genes = self._altered(part)
        measured = part.facets.concepts & self._efficacy

        def rule(profile: Profile) -> str | None:
            told = self._measures_asked(measured, profile) and not genes <= profile.text.concepts
            return "co-mutation" if told else None

        return rule

    def _altered(self, part: Part) -> frozenset[str]:
        """The genes named, where the question is about patients who carry an alteration."""
        carried = any(state.endswith("=mutated") for state in part.facets.states)
        return part.facets.of("marker") - self._specimens if carried else frozenset()

    def _dose(self, part: Part) -> Rule:
        """A result of another dose than the one asked about, in a study that gave several."""
        asked = self._doses(part.text)

        def rule(profile: Profile) -> str | None:
            printed = self._doses(profile.statement.text)
            return "dose" if printed and not asked & printed and self._efficacy & profile.attributes else None

        return rule

    def _doses(self, text: str) -> frozenset[str]:
        return frozenset(match["dose"] for match in self._dose_printed.finditer(text))

    def _asks_count(self, part: Part) -> bool:
        return bool(self._count_asked.search(part.text)) and not part.facets.concepts & self._measured

    def _counted(self, part: Part) -> Rule:
        """How many carry a marker is told neither by how many there are nor by how those who do fared."""
        genes = {state.partition("=")[0] for state in part.facets.states} - {"*"}

        def rule(profile: Profile) -> str | None:
            if self._efficacy & profile.text.concepts:
                return "marker"
            unnamed = [gene for gene in genes if f"marker:{gene}" not in profile.concepts]
            of_all = any(self._populations.is_mixed(profile, gene) for gene in unnamed)
            return "marker" if of_all else None

        return rule

    def _marker(self, part: Part) -> Rule:
        """A result of all patients where it is asked for by a biomarker of which the study tells nothing."""
        asked, measured = part.facets.of("marker"), part.facets.concepts & self._efficacy
        settled = {state.partition("=")[0] for state in part.facets.states}

        def rule(profile: Profile) -> str | None:
            if not self._measures_asked(measured, profile):
                return None
            genes = {marker.partition(":")[2] for marker in asked - profile.concepts - self._specimens} - settled
            return "marker" if any(self._populations.is_silent(profile, gene) for gene in genes) else None

        return rule

    def _earlier(self, part: Part) -> Rule:
        """A result of all patients where it is asked for after a treatment that only some of them had."""
        measured = part.facets.concepts & self._measured

        def rule(profile: Profile) -> str | None:
            told = profile.text.concepts & self._pretreated or not measured & profile.text.concepts
            return "earlier" if not told and self._populations.is_partly_pretreated(profile) else None

        return rule

    def _body(self, part: Part) -> Rule:
        asked = part.facets.concepts & self._bodies
        return lambda profile: None if asked & profile.concepts else "body"

    def _region(self, part: Part) -> Rule:
        asked = part.facets.of("region")

        def rule(profile: Profile) -> str | None:
            stated = profile.text.of("region") or profile.heading.of("region")
            return "region" if stated and not asked & stated else None

        return rule

    def _aside(self, part: Part) -> Rule:
        """A statement on what the question sets aside; one that names others of its kind beside it may still answer."""

        def rule(profile: Profile) -> str | None:
            aside = part.excluded & profile.text.concepts
            if not aside:
                return None
            kinds = {concept.partition(":")[0] for concept in aside} & {"drug", "class", "marker"}
            others = profile.text.of(*kinds) - aside - profile.partners
            return None if others else "set aside"

        return rule

    def _landmark(self, part: Part) -> Rule:
        asked = self._landmarks.asked(part.text)
        return lambda profile: None if asked & self._landmarks.reported(profile.statement.text) else "landmark"

    def _bound(self, part: Part) -> Rule:
        """A length of time is set as a bound, of earlier treatment as a rule, that the statement does not print."""
        asked = self._landmarks.bounds(part.text)
        return lambda profile: None if asked & self._landmarks.printed(profile.statement.text) else "bound"

    def _cohort(self, part: Part) -> Rule:
        asked = self._cohorts(part.text)

        def rule(profile: Profile) -> str | None:
            place = " ".join((profile.statement.text, *profile.statement.heading_path))
            return None if asked & self._cohorts(place) else "cohort"

        return rule

    def _combination(self, part: Part) -> Rule:
        """A result of one drug where that of a combination is asked for, in a study that gave the drug alone as well."""

        def rule(profile: Profile) -> str | None:
            stated = profile.text.concepts
            if self._measured & stated and profile.partners - part.together and not part.together <= stated:
                return "combination"  # the result of another partner
            if part.together <= stated or stated & COMBINED or not self._populations.has_single_drug_arm(profile):
                return None
            return "combination"

        return rule

    def _unheard(self, part: Part) -> Rule:
        """Of drugs that no statement names together, nothing is told."""
        return lambda profile: "combination"

    def _arm(self, part: Part) -> Rule:
        """A result of another arm than the one asked about, where the statement sets none against it."""
        named = part.facets.of("drug", "class") - self._broad

        def rule(profile: Profile) -> str | None:
            if profile.contrasts:
                return None
            stated = profile.text.concepts
            about = named & (stated | {wider for concept in stated for wider in self._lexicon.closure(concept)})
            return None if about or (not named and self._control in stated) else "arm"

        return rule

    def _cohorts(self, text: str) -> frozenset[str]:
        return frozenset(match["label"].upper() for match in self._cohort_named.finditer(text))

    def _condition(self, part: Part) -> Rule:
        """The question sets a condition that the statement does not meet."""
        conditions = self._conditions.of(part)
        return lambda profile: next((c.kind.name for c in conditions if not c.is_met(profile)), None)

    def _denied(self, part: Part) -> Rule:
        """What is denied of the class asked about is no answer to a question for what holds of it."""
        asked = part.facets.of("class", "drug")
        return lambda profile: "denied" if asked <= profile.denied else None


def _allows_denial(part: Part) -> bool:
    return part.negated or part.polar or part.shape is Shape.COMPARISON
