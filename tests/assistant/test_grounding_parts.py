"""Merged sentences told part by part, figures of their own trial, and the other side of a comparison that is not named."""

from __future__ import annotations

import pytest

from assistant.grounding import Checker
from assistant.grounding.reading.clauses import tell_apart
from assistant.grounding.reading.reader import read_text
from corpus.glossary import load_glossary

OS_OF_TWO = (
    "In HR+ disease in DESTINY-Breast04, median overall survival (OS) was 23.9 months with trastuzumab deruxtecan versus 17.5 "
    "months with chemotherapy (HR 0.64, 95% CI 0.48-0.86, p=.003).",
    "Median OS in TROPiCS-02 was 14.4 months with sacituzumab govitecan versus 11.2 months with chemotherapy (HR 0.79, 95% CI "
    "0.65-0.96, p=.02).",
)
ILD = (
    "In DESTINY-Breast04, ILD/pneumonitis occurred in 12.1% with trastuzumab deruxtecan.",
    "In DESTINY-Breast06, ILD/pneumonitis occurred in 11.3% with trastuzumab deruxtecan.",
    "In DESTINY-Breast04, ILD/pneumonitis was fatal in 0.8% with trastuzumab deruxtecan.",
)
APPROVALS = (
    "Olaparib (Lynparza) was first approved in the US on 12 January 2018 for germline BRCA-mutated (gBRCA) disease.",
    "Talazoparib (Talzenna), a PARP inhibitor, was first approved in the US on 16 October 2018 for gBRCA disease.",
)
ADDED = (
    "In all concurrently randomized EMBER-3 patients, median PFS was 9.4 months with imlunestrant + abemaciclib versus 5.5 months "
    "with imlunestrant alone (HR 0.57, 95% CI 0.44-0.73, p<.001).",
    "In the EMBER-3 update, median PFS after a prior CDK4/6 inhibitor was 9.1 months with imlunestrant + abemaciclib versus 3.7 "
    "months with imlunestrant alone (HR 0.53, 95% CI 0.40-0.69).",
)
NAIVE = (
    "MONARCH 2 showed longer median PFS with abemaciclib plus fulvestrant than with placebo plus fulvestrant: 16.4 vs 9.3 months "
    "(HR 0.553, 95% CI 0.449-0.681, p<.001).",
    "Median OS in MONARCH 2 was 46.7 months with abemaciclib plus fulvestrant versus 37.3 months with placebo plus fulvestrant, 9.4 "
    "months longer.",
)
ENDPOINTS = (
    "The primary endpoint of DESTINY-Breast06 was centrally reviewed PFS in HER2-low disease, and it was met.",
    "The primary endpoint of ASCENT-07 was centrally reviewed PFS, and it was not met.",
)
SONIA = (
    "In SONIA, 2,763 events of grade 3 or higher occurred with first-line CDK4/6 inhibitor use versus 1,591 with second-line use.",
    "In SONIA, median PFS2 was 31.0 months with a CDK4/6 inhibitor in the first line and 26.8 months with a CDK4/6 inhibitor in the "
    "second line (HR 0.87; 95% CI, 0.74-1.03; p = .10); the difference was not significant.",
)
DOSE = (
    "The dose of fulvestrant (Faslodex) is 500 mg IM on days 1, 15 and 29, then monthly.",
    "In moderate hepatic impairment the dose of fulvestrant is 250 mg.",
)
RASH = (
    "In CAPItello-291, grade 3 or higher rash occurred in 12.1% with capivasertib plus fulvestrant versus 0.3% with placebo plus "
    "fulvestrant, and grade 3 or higher diarrhea in 9.3% versus 0.3%.",
)
IMMATURE = (
    "OS in PIK3CA wild-type disease in VIKTORIA-1 was immature: HR 0.69 (95% CI 0.43-1.12) for the gedatolisib triplet and HR 0.74 "
    "(95% CI 0.46-1.19) for the doublet versus fulvestrant.",
)
CHINA = (
    "On June 22, 2026, China's NMPA approved imlunestrant in combination with abemaciclib for ESR1-mutated disease.",
    "The combination of imlunestrant and abemaciclib is not approved by the FDA.",
)
LABEL = ("Adverse reactions in at least 10% of patients include decreased hemoglobin, fatigue and diarrhea.",)
RISK = (
    "In EMERALD, median PFS was 3.8 months with elacestrant and 1.9 months with standard endocrine therapy (HR 0.55; 95% CI, "
    "0.39-0.77; p = .0005).",
)
TREND = (
    "In acelERA there was a trend toward longer PFS with giredestrant than with endocrine therapy (median 5.3 vs 3.5 months; HR "
    "0.60; 95% CI, 0.35-1.03).",
)

VOTE = ("On April 30, 2026, the advisory committee voted 6 to 3 against camizestrant.",)
BLAMED = (
    "In SERENA-6, adverse events were mainly neutropenia attributable to the CDK4/6 inhibitor; camizestrant was given daily.",
)
SHUT_OUT = ("In EMBER-3, patients who had received chemotherapy and those eligible for a PARP inhibitor were excluded.",)
STOPPED = (
    "In SOLAR-1, grade 3/4 hyperglycemia occurred in 36.6% with alpelisib plus fulvestrant.",
    "In SOLAR-1, alpelisib was stopped for adverse events in 25.0% of patients.",
)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(load_glossary())


def test_a_merged_sentence_is_told_as_two_with_what_they_share(checker: Checker) -> None:
    reading = read_text(
        "Median OS was 5 months with olaparib in OlympiAD and 7 months with talazoparib in EMBRACA.", checker.lexicon
    )
    parts = [tuple(" ".join(token.text for token in part) for part in parts) for parts in tell_apart(reading)]
    assert (
        "Median OS was 5 months with olaparib in OlympiAD",
        "Median OS was 7 months with talazoparib in EMBRACA .",
    ) in parts


@pytest.mark.parametrize(
    "sentence",
    [
        "Median OS was 5 months with olaparib and 7 months with talazoparib in EMBRACA.",
        "OS was 5 and 7 months with olaparib and talazoparib in OlympiAD and EMBRACA, respectively.",
        "Olaparib and talazoparib were tested.",
    ],
)
def test_sides_of_one_result_are_not_parted(checker: Checker, sentence: str) -> None:
    assert not list(tell_apart(read_text(sentence, checker.lexicon)))


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (
            OS_OF_TWO,
            "Median OS in the HR+ patients of DESTINY-Breast04 was 23.9 months with trastuzumab deruxtecan and 17.5 months with "
            "chemotherapy, while in TROPiCS-02 sacituzumab govitecan reached 14.4 months against 11.2 months.",
        ),
        (
            ILD,
            "With trastuzumab deruxtecan, ILD/pneumonitis affected 12.1% in DESTINY-Breast04 (0.8% fatal) and 11.3% in DB-06.",
        ),
        (
            APPROVALS,
            "The first US approval for gBRCA disease came on 12 January 2018 for Lynparza and on 16 October 2018 for Talzenna.",
        ),
        (ADDED[:1], "Adding abemaciclib to imlunestrant prolonged median PFS from 5.5 to 9.4 months in EMBER-3 (HR 0.57)."),
        (
            NAIVE,
            "Abemaciclib plus fulvestrant prolonged both median PFS (16.4 vs 9.3 months) and median OS (46.7 vs 37.3 months).",
        ),
        (NAIVE, "With fulvestrant, abemaciclib gave a median OS of 46.7 months in MONARCH 2, 9.4 months more than placebo."),
        (SONIA, "Use in first rather than second line produced more events of grade 3 or higher in SONIA: 2,763 versus 1,591."),
        (SONIA, "Use of the CDK4/6 inhibitor in the first rather than the second line did not significantly lengthen PFS2."),
        (DOSE, "Patients with moderate hepatic impairment receive a reduced fulvestrant dose of 250 mg."),
        (
            CHINA,
            "The imlunestrant-abemaciclib combination is approved in China for ESR1-mutated disease but has no FDA approval.",
        ),
        (LABEL, "Fatigue and diarrhea are among the reactions seen in 10% or more of patients."),
        (RISK, "EMERALD recorded a lower hazard of progression or death with Orserdu than with endocrine therapy (HR 0.55)."),
        (TREND, "acelERA points to a possible PFS advantage of giredestrant over endocrine therapy, though only as a trend."),
    ],
)
def test_merged_and_compared_sentences_pass(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert checker.check(sentence, sources).supported, checker.check(sentence, sources).reasons


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [
        (
            OS_OF_TWO,
            "Median OS in the HR+ patients of DESTINY-Breast04 was 23.9 months with trastuzumab deruxtecan and 17.5 months with "
            "chemotherapy, while in TROPiCS-02 sacituzumab govitecan reached 11.2 months against 14.4 months.",
        ),
        (
            ILD,
            "ILD/pneumonitis was seen in 11.3% of those on trastuzumab deruxtecan in DESTINY-Breast04 and in 12.1% in DB-06.",
        ),
        (
            APPROVALS,
            "The first US approval for gBRCA disease came on 16 October 2018 for Lynparza and on 12 January 2018 for Talzenna.",
        ),
        (ADDED[:1], "Adding imlunestrant to abemaciclib prolonged median PFS from 5.5 to 9.4 months in EMBER-3 (HR 0.57)."),
        (ADDED, "Adding abemaciclib to imlunestrant raised median PFS from 3.7 to 9.1 months in all EMBER-3 patients."),
        (
            NAIVE,
            "Abemaciclib plus fulvestrant prolonged both median PFS (9.3 vs 16.4 months) and median OS (46.7 vs 37.3 months).",
        ),
        (NAIVE, "MONARCH 2 put median PFS at 9.3 months with abemaciclib plus fulvestrant against 16.4 months with placebo."),
        (ENDPOINTS, "Both DESTINY-Breast06 and ASCENT-07 met their primary endpoint of centrally reviewed PFS."),
        (
            SONIA,
            "First-line use did not significantly lengthen PFS2 compared with second-line use in SONIA (26.8 vs 31.0 months).",
        ),
        (DOSE, "The 500 mg dose of fulvestrant is lower than the 250 mg dose."),
        (
            RASH,
            "Diarrhea (0.3% vs 9.3%) was more common with capivasertib plus fulvestrant than with placebo plus fulvestrant.",
        ),
        (
            IMMATURE,
            "HRs for OS were 0.74 (triplet) and 0.69 (doublet) for gedatolisib in PIK3CA wild-type disease in VIKTORIA-1.",
        ),
        (VOTE, "Camizestrant won the backing of the advisory committee by 6 votes to 3."),
        (BLAMED, "The adverse events of SERENA-6 were mainly neutropenia attributable to camizestrant."),
        (SHUT_OUT, "Chemotherapy did not rule patients out of EMBER-3, but eligibility for a PARP inhibitor did."),
        (STOPPED, "Hyperglycemia led 36.6% of SOLAR-1 patients to stop alpelisib."),
        (CHINA, "The imlunestrant-abemaciclib combination is approved by the FDA for ESR1-mutated disease."),
        (RISK, "EMERALD recorded a higher hazard of progression or death with Orserdu than with endocrine therapy (HR 0.55)."),
    ],
)
def test_figures_and_names_put_together_wrongly_are_stopped(checker: Checker, sources: tuple[str, ...], sentence: str) -> None:
    assert not checker.check(sentence, sources).supported
