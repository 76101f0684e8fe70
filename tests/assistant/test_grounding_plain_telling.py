"""Things called by their plain names, headed and counted, and everyday turns; the same turns where they claim more."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from corpus.glossary import load_glossary

CHECKER = Checker(load_glossary())
EMBRACA = (
    "In EMBRACA, anemia of grade 3 or higher occurred in 39.2% with talazoparib versus 4.8% with chemotherapy. Median overall "
    "survival was 19.3 versus 19.5 months, not significantly different (p = .17)."
)
CAPITELLO = (
    "In CAPItello-291, rash of grade 3 or higher occurred in 12.1% of patients on capivasertib plus fulvestrant and 0.3% on "
    "placebo plus fulvestrant, and diarrhea of grade 3 or higher in 9.3% versus 0.3%."
)
EXPLORED = (
    "In CAPItello-291, in patients with a PIK3CA, AKT1 or PTEN alteration, median progression-free survival was 7.3 months with "
    "capivasertib plus fulvestrant versus 3.1 months with placebo plus fulvestrant; in patients without an alteration, an "
    "exploratory analysis gave a hazard ratio of 0.78."
)
CRISIS = "Visceral crisis is severe organ dysfunction shown by laboratory findings together with rapid progression."
VEPPANU = (
    "Vepdegestrant was approved for adults with ESR1-mutated advanced breast cancer, as found by an FDA-authorized test, after at "
    "least one line of endocrine therapy."
)
DUE = "The FDA accepted the application for giredestrant with everolimus; the decision date is December 18, 2026."
DOSE = "The labeled dose of Piqray is 300 mg orally once daily with food, given with fulvestrant."
SPEAKER = (
    "In the video, the speaker says that a biopsy is very important, if at all possible, and both tissue and circulating tumor DNA "
    "should be sent for next-generation sequencing."
)
APPROVED = (
    "Elacestrant was approved by the FDA on January 27, 2023, for ESR1-mutated disease.",
    "Imlunestrant was approved by the FDA on September 25, 2025, for ESR1-mutated disease.",
    "Vepdegestrant was approved by the FDA on May 1, 2026, for ESR1-mutated disease.",
)
OPEN = (*APPROVED[:2], "Camizestrant was not approved by the FDA; it is studied in ESR1-mutated disease.")
ROW = "Table row: an ESR1 mutation impacts the drug's efficacy. Applies to AIs, SERMs and intramuscular SERDs."
CLASSES = "Targeted therapies on the page are AKT, CDK4/6, mTOR, PARP and PI3K inhibitors."
ENDED = "Oral amcenestrant was tested in AMEERA-3. The development of amcenestrant ended."
BLIND = (
    "persevERA, a double-blind phase 3 trial, compared giredestrant plus palbociclib with letrozole plus palbociclib; the primary "
    "endpoint was not met."
)
SERENA = (
    "In SERENA-6, patients with an ESR1 mutation emerging in ctDNA were randomized; median progression-free survival was 16.0 "
    "months after a switch to camizestrant plus the same CDK4/6 inhibitor versus 9.2 months with continued AI plus CDK4/6 "
    "inhibitor (HR 0.44; p < .0001)."
)


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("How long patients lived did not differ significantly in EMBRACA.", (EMBRACA,)),
        ("Serious anemia of grade 3 or higher occurred in 39.2% of talazoparib patients in EMBRACA.", (EMBRACA,)),
        (
            "Adverse events of grade 3 or higher on capivasertib plus fulvestrant in CAPItello-291 included rash (12.1%) and "
            "diarrhea (9.3%).",
            (CAPITELLO,),
        ),
        (
            "In CAPItello-291, patients with a PIK3CA, AKT1 or PTEN alteration had a median PFS of 7.3 months with capivasertib plus "
            "fulvestrant.",
            (EXPLORED,),
        ),
        ("Visceral crisis is serious organ dysfunction together with fast-growing disease.", (CRISIS,)),
        (
            "Vepdegestrant is approved for adults with ESR1-mutated advanced breast cancer after one or more lines of endocrine "
            "therapy, and an FDA-authorized test has to find the mutation.",
            (VEPPANU,),
        ),
        ("The FDA will decide on giredestrant with everolimus by December 18, 2026.", (DUE,)),
        ("Piqray is licensed at a dose of 300 mg orally once daily with food.", (DOSE,)),
        ("The speaker says that both tissue and ctDNA should be sent for next-generation sequencing.", (SPEAKER,)),
        ("Elacestrant, imlunestrant and vepdegestrant: all three are approved by the FDA for ESR1-mutated disease.", APPROVED),
        ("The FDA has cleared three drugs for ESR1-mutated disease: elacestrant, imlunestrant and vepdegestrant.", APPROVED),
        ("An ESR1 mutation impacts the efficacy of AIs, SERMs and intramuscular SERDs alike.", (ROW,)),
        ("Targeted therapies include mTORi, PARPi and AKTi.", (CLASSES,)),
        ("Work on amcenestrant has stopped.", (ENDED,)),
        ("Patients in persevERA were randomized to giredestrant plus palbociclib or letrozole plus palbociclib.", (BLIND,)),
        (
            "Switching to camizestrant upon emergence of an ESR1 mutation improved PFS (16.0 vs 9.2 months) versus continuing the AI, "
            "each with a CDK4/6 inhibitor, in SERENA-6.",
            (SERENA,),
        ),
    ],
)
def test_plain_telling_passes(sentence: str, sources: tuple[str, ...]) -> None:
    verdict = CHECKER.check(sentence, sources)
    assert verdict.supported, [(reason.code, reason.text) for reason in verdict.reasons]


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("How long patients lived differed significantly in EMBRACA.", (EMBRACA,)),
        ("Serious adverse events occurred in 39.2% of talazoparib patients in EMBRACA.", (EMBRACA,)),
        (
            "Adverse events of grade 3 or higher occurred in 12.1% on capivasertib plus fulvestrant in CAPItello-291.",
            (CAPITELLO,),
        ),
        ("Without an alteration, capivasertib plus fulvestrant had a hazard ratio of 0.78 in CAPItello-291.", (EXPLORED,)),
        ("For vepdegestrant as approved, an FDA-authorized test has to find a PIK3CA mutation.", (VEPPANU,)),
        ("The FDA will decide on giredestrant with everolimus by December 28, 2026.", (DUE,)),
        ("The FDA will approve giredestrant with everolimus by December 18, 2026.", (DUE,)),
        ("Piqray is licensed at a dose of 250 mg orally once daily with food.", (DOSE,)),
        ("The speaker says that a biopsy must always be taken.", (SPEAKER,)),
        ("Elacestrant, imlunestrant and camizestrant: all three are approved by the FDA for ESR1-mutated disease.", OPEN),
        ("The FDA has cleared three drugs for ESR1-mutated disease: elacestrant and imlunestrant.", APPROVED),
        ("An ESR1 mutation impacts the efficacy of AIs, SERMs and oral SERDs alike.", (ROW,)),
        ("Targeted therapies include mTORi, PARPi and FGFRi.", (CLASSES,)),
        ("Work on camizestrant has stopped.", (ENDED,)),
        ("Patients in EMERALD were randomized to giredestrant plus palbociclib or letrozole plus palbociclib.", (BLIND,)),
        ("In SERENA-6, the ESR1 mutation improved median PFS to 16.0 months.", (SERENA,)),
    ],
)
def test_what_claims_more_is_stopped(sentence: str, sources: tuple[str, ...]) -> None:
    assert not CHECKER.check(sentence, sources).supported
