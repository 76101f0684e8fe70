"""Kinds of messages that are told apart: a first dose still to come, what is denied, a case nobody has, a near miss."""

from __future__ import annotations

import pytest

from assistant.screening import screen
from assistant.types import Code


@pytest.mark.parametrize(
    "text",
    [
        "My lady collects her first pack of Verzenio tomorrow. She had a clot after a flight in 2015. Apixaban up front?",
        "Starting a 58 year old on imlunestrant next Monday, she fainted twice last spring. Baseline ECG?",
        "She hasn't had her first dose of abemaciclib yet, her ALT was 3x from her fatty liver. Go ahead?",
        "Ten weeks on Verzenio and not a single loose stool. How often are bloods needed?",
        "Patient on abemaciclib was not admitted. Which antacids may she take with it?",
        "General q: febrile neutropenia on abemaciclib, how is it graded?",
        "No patient attached: pneumonitis on abemaciclib, is it dose dependent?",
        "Practice question: 66-year-old woman, PE on a CDK4/6 inhibitor. Key says B. Do you agree?",
        "Sim lab tonight: manikin is a woman of 60, septic in week 3 of Verzenio. Believable?",
        "abemaciclib VTE, percent each arm, fatal ones separately",
        "PIK3CA E545K, 61yo on letrozole. Which partner?",
        "Hosp no 4471-22, 70F on abemaciclib, feels well. How long do people stay on it?",
    ],
)
def test_is_no_report(text: str) -> None:
    assert not screen([text]).pv


@pytest.mark.parametrize(
    "text",
    [
        "My patient took her first Verzenio on Friday and was in the ICU by Sunday.",
        "Putting her back on Verzenio next week, she was admitted with a PE on it.",
        "Practice question from my clinic: my patient on Verzenio had a PE, do I restart?",
        "General q - my pt on imlunestrant has torsades.",
        "General question. My patient on abemaciclib was hospitalised with pneumonitis.",
        "Not one day without diarrhoea since she started Verzenio.",
        "She gets her first Inluriyo refill next week, but she fainted twice on it.",
        "Her boyfriend found her unresponsive, on imlunestrant 2 wk, practice question for you: stop?",
        "She was not intubated but died on day 5 of Verzenio.",
        "Rx for abemaciclib said 200 BID, I caught it before it left the counter.",
        "Grandson found the purse, bottle of Verzenio 100s, two missing. He looks fine.",
        "She carried on with the old strength of abemaciclib for three weeks.",
        "Truqap day 9, angry red bumps on her chest. Hold?",
        "I plan to publish a case report: 61-year-old, abemaciclib, fatal pneumonitis.",
    ],
)
def test_is_a_report(text: str) -> None:
    assert screen([text]).pv


@pytest.mark.parametrize(
    "text",
    [
        "Running channel checks this week: how fast do doctors move to imlunestrant?",
        "We help oncology practices cut denials and would love fifteen minutes with whoever owns the budget.",
        "I was diagnosed last year. My consultant will see me in May. What is ESR1?",
    ],
)
def test_is_no_professional(text: str) -> None:
    assert Code.NON_HCP in screen([text]).codes


def test_a_nurse_who_quotes_patients_is_a_professional() -> None:
    assert (
        Code.NON_HCP not in screen(['Patients often ask me "will I lose my hair?" What rate do I quote for abemaciclib?']).codes
    )


@pytest.mark.parametrize(
    "text",
    [
        "Pembrolizumab with which chemotherapy for triple negative disease?",
        "When should a healthy BRCA2 carrier have her ovaries removed?",
        "Where do I renew my chemotherapy certification?",
        'Check the grammar of my abstract: "Patients was randomised."',
    ],
)
def test_is_another_subject(text: str) -> None:
    assert Code.OUT_OF_SCOPE in screen([text]).codes


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Death of our patient, case ME-24-00913, on imlunestrant.", "ME-24-00913"),
        ("Pt: Lj. Horvat-Banović / HICN 511-20-7714A / F / 71, on Verzenio", "Horvat-Banović"),
        ("Pt: Lj. Horvat-Banović / HICN 511-20-7714A / F / 71, on Verzenio", "511-20-7714A"),
        ("Appeal for Oksana Petrenko, group 71-QX-08.", "Petrenko"),
        ("she is member ID KLP 3310 08211 02", "3310 08211 02"),
    ],
)
def test_masks_it(text: str, identifier: str) -> None:
    assert identifier not in screen([text]).masked
