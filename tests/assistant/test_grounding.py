"""The grounding check on statements and sentences made for these tests; rates on the sets are a matter of `medinfo eval grounding`."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.grounding import Checker, ReasonCode
from corpus import load_glossary

PFS = (
    "In TRIAL-9, median progression-free survival in patients with an ESR1 mutation was 6.4 months with elacestrant and 2.5 months "
    "with fulvestrant (HR 0.48; 95% CI, 0.31-0.74)."
)
OS_NOT_SIGNIFICANT = (
    "In TRIAL-9, median overall survival was 21.0 months with elacestrant and 19.4 months with fulvestrant (HR 0.93; 95% CI, "
    "0.77-1.12), a difference that was not statistically significant."
)
SAFETY = (
    "In TRIAL-9, nausea of grade 3 or higher occurred in 4.1% of patients on elacestrant and 1.2% of patients on fulvestrant; "
    "treatment was discontinued because of adverse events in 6.0% and 2.9%, respectively."
)
DOSE = "Capivasertib (Truqap) is given at 400 mg orally twice daily, 4 days on and 3 days off, in combination with fulvestrant."
APPROVAL = (
    "On March 3, 2024, the FDA approved elacestrant (Orserdu) for adults with ESR1-mutated advanced breast cancer after at least "
    "one line of endocrine therapy; the combination of elacestrant and abemaciclib is not FDA approved."
)
OPEN = "No results of TRIAL-10 have been seen; overall survival data from TRIAL-9 were immature."
HEDGED = "Oral absorption fluctuates, which may allow transient estrogen receptor signaling."
SPEAKER = "In the video, the speaker states that a biopsy may be repeated at progression."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


def codes(checker: Checker, sentence: str, *sources: str) -> set[ReasonCode]:
    return {reason.code for reason in checker.check(sentence, sources).reasons}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        (
            "With fulvestrant, median PFS in ESR1-mutated disease was 2.5 months in TRIAL-9, against 6.4 months with Orserdu.",
            PFS,
        ),
        (
            "In TRIAL-9, elacestrant prolonged PFS compared with fulvestrant in patients with an ESR1 mutation (6.4 vs 2.5 months).",
            PFS,
        ),
        ("TRIAL-9 suggests that PFS may be longer with elacestrant than with fulvestrant in ESR1-mutated disease.", PFS),
        ("Overall survival in TRIAL-9 did not differ significantly between elacestrant and fulvestrant.", OS_NOT_SIGNIFICANT),
        (
            "In TRIAL-9, 1.2% of patients on fulvestrant and 4.1% of those on elacestrant had nausea of grade 3 or higher.",
            SAFETY,
        ),
        ("In TRIAL-9, 6.0% of patients on elacestrant stopped treatment because of adverse events.", SAFETY),
        ("Truqap is taken by mouth at 400 mg BID with fulvestrant, 4 days on and 3 days off.", DOSE),
        (
            "Orserdu was approved by the FDA on 3 Mar 2024 for adults with ESR1m advanced breast cancer after at least 1 line of ET.",
            APPROVAL,
        ),
        ("The combination of elacestrant and abemaciclib has not been approved by the FDA.", APPROVAL),
        ("Results of TRIAL-10 are not available.", OPEN),
        ("Fluctuating oral absorption might permit transient oestrogen receptor signalling.", HEDGED),
        ("According to the speaker, a biopsy might be repeated at progression.", SPEAKER),
    ],
)
def test_a_faithful_paraphrase_passes(checker: Checker, sentence: str, source: str) -> None:
    verdict = checker.check(sentence, [source])
    assert verdict.supported, verdict.reasons


@pytest.mark.parametrize(
    ("sentence", "source", "code"),
    [
        ("In TRIAL-9, median PFS in ESR1-mutated disease was 6.5 months with elacestrant.", PFS, ReasonCode.NUMBER),
        (
            "In TRIAL-9, median PFS in ESR1-mutated disease was 6.4 weeks with elacestrant and 2.5 weeks with fulvestrant.",
            PFS,
            ReasonCode.NUMBER,
        ),
        (
            "In TRIAL-9, median PFS in ESR1-mutated disease was 2.5 months with elacestrant and 6.4 months with fulvestrant.",
            PFS,
            ReasonCode.NUMBER_ROLE,
        ),
        ("In TRIAL-9, median PFS in ESR1 wild-type disease was 6.4 months with elacestrant.", PFS, ReasonCode.POPULATION),
        (
            "In TRIAL-9, median PFS was 6.4 months with elacestrant and 2.5 months with fulvestrant.",
            PFS,
            ReasonCode.POPULATION_DROPPED,
        ),
        ("In TRIAL-9, median PFS in ESR1-mutated disease was 6.4 months with imlunestrant.", PFS, ReasonCode.UNKNOWN_NAME),
        ("In EMERALD, median PFS in ESR1-mutated disease was 6.4 months with elacestrant.", PFS, ReasonCode.UNKNOWN_NAME),
        (
            "In TRIAL-9, PFS in ESR1-mutated disease was shorter with elacestrant than with fulvestrant.",
            PFS,
            ReasonCode.DIRECTION,
        ),
        ("In TRIAL-9, elacestrant prolonged PFS in ESR1-mutated disease.", PFS, ReasonCode.COMPARATOR),
        (
            "TRIAL-9 proves that elacestrant prolongs PFS compared with fulvestrant in ESR1-mutated disease.",
            PFS,
            ReasonCode.MODALITY,
        ),
        ("After TRIAL-9, elacestrant should be preferred to fulvestrant in ESR1-mutated disease.", PFS, ReasonCode.ADVICE),
        (
            "In TRIAL-9, elacestrant extended overall survival compared with fulvestrant.",
            OS_NOT_SIGNIFICANT,
            ReasonCode.SIGNIFICANCE,
        ),
        (
            "In TRIAL-9, nausea of grade 3 or higher occurred in 6.0% of patients on elacestrant.",
            SAFETY,
            ReasonCode.NUMBER_ROLE,
        ),
        ("Most patients on elacestrant had nausea of grade 3 or higher in TRIAL-9.", SAFETY, ReasonCode.QUANTIFIER),
        (
            "Capivasertib is given at 400 mg orally twice daily, 3 days on and 4 days off, with fulvestrant.",
            DOSE,
            ReasonCode.NUMBER_ROLE,
        ),
        ("Elacestrant was approved by the FDA on March 3, 2023.", APPROVAL, ReasonCode.DATE),
        (
            "The FDA approved elacestrant for adults with advanced breast cancer after at least one line of endocrine therapy, whatever the ESR1 status.",
            APPROVAL,
            ReasonCode.POPULATION,
        ),
        ("The combination of elacestrant and abemaciclib is FDA approved.", APPROVAL, ReasonCode.NEGATION),
        ("Overall survival data from TRIAL-9 were mature.", OPEN, ReasonCode.NEGATION),
        ("Oral absorption fluctuates, which allows transient estrogen receptor signaling.", HEDGED, ReasonCode.MODALITY),
        ("A biopsy may be repeated at progression.", SPEAKER, ReasonCode.QUALIFIER_DROPPED),
    ],
)
def test_a_corruption_is_stopped_for_its_reason(checker: Checker, sentence: str, source: str, code: ReasonCode) -> None:
    assert code in codes(checker, sentence, source)


@pytest.mark.parametrize("statement", [PFS, OS_NOT_SIGNIFICANT, SAFETY, DOSE, APPROVAL, OPEN, HEDGED, SPEAKER])
def test_a_statement_supports_itself(checker: Checker, statement: str) -> None:
    assert checker.check(statement, [statement]).supported


def test_figures_of_two_statements_are_not_mixed_under_one_subject(checker: Checker) -> None:
    other = PFS.replace("TRIAL-9", "TRIAL-8").replace("6.4", "7.7").replace("elacestrant", "imlunestrant")
    assert codes(checker, PFS.replace("6.4", "7.7"), PFS, other) & {ReasonCode.NUMBER_ROLE}


def test_nothing_cited_and_nothing_said_are_refused(checker: Checker) -> None:
    assert codes(checker, "Elacestrant is an oral SERD.") == {ReasonCode.NO_SOURCE}
    assert codes(checker, "Elacestrant is an oral SERD.", "  ") == {ReasonCode.NO_SOURCE}
    assert codes(checker, " ", PFS) == {ReasonCode.EMPTY}


FIGURE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])")


@settings(deadline=None)
@given(st.data())
def test_no_changed_figure_passes(data: st.DataObject) -> None:
    checker = CHECKER
    statement = data.draw(st.sampled_from([PFS, OS_NOT_SIGNIFICANT, SAFETY, DOSE]))
    match = data.draw(st.sampled_from(list(FIGURE.finditer(statement))))
    changed = data.draw(st.integers(0, 999).map(lambda n: str(n) if "." not in match.group() else f"{n // 10}.{n % 10}"))
    if changed in statement or float(changed) == float(match.group()):
        return
    sentence = statement[: match.start()] + changed + statement[match.end() :]
    assert not checker.check(sentence, [statement]).supported


CHECKER = Checker(load_glossary())
DRUGS = ("elacestrant", "fulvestrant", "imlunestrant", "capivasertib", "palbociclib", "olaparib", "camizestrant")


@pytest.mark.parametrize("statement", [PFS, OS_NOT_SIGNIFICANT, SAFETY, DOSE, APPROVAL])
def test_no_exchanged_drug_passes(checker: Checker, statement: str) -> None:
    for found, other in combinations(DRUGS, 2):
        for old, new in ((found, other), (other, found)):
            if old in statement:
                assert not checker.check(statement.replace(old, new, 1), [statement]).supported, (old, new)


@pytest.mark.parametrize(
    ("statement", "old", "new"),
    [
        (OS_NOT_SIGNIFICANT, "was not statistically", "was statistically"),
        (APPROVAL, "is not FDA approved", "is FDA approved"),
        (OPEN, "No results of TRIAL-10 have been seen", "Results of TRIAL-10 have been seen"),
        (OPEN, "were immature", "were mature"),
        (SAFETY, "occurred in", "did not occur in"),
        (PFS, "was 6.4 months", "was not 6.4 months"),
        (HEDGED, "fluctuates", "does not fluctuate"),
    ],
)
def test_no_changed_denial_passes(checker: Checker, statement: str, old: str, new: str) -> None:
    assert old in statement
    assert not checker.check(statement.replace(old, new), [statement]).supported
