"""Some hundred generated identifiers in the carriers people write them in: every one is masked, ages and sexes beside them stay."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from assistant.screening import mask

Maker = Callable[[random.Random], str]

FIRST = [
    "Margaret",
    "Dolores",
    "Ingrid",
    "Priya",
    "Fatima",
    "Mei-Ling",
    "José",
    "Siobhan",
    "Björn",
    "Anneliese",
    "Latoya",
    "Svetlana",
    "Aurélie",
    "Gwendolyn",
    "Philomena",
    "Rosalind",
    "Earl",
    "Clarence",
    "Ahmed",
    "Dmitri",
    "Kwame",
    "Thanh",
    "Rajesh",
]
LAST = [
    "Smith",
    "O'Brien",
    "Garcia",
    "Nakagawa",
    "Okonkwo",
    "Delgado-Pike",
    "Kowalczyk",
    "Müller",
    "Nguyen",
    "Patel",
    "Brown",
    "Young",
    "King",
    "Wood",
    "Price",
    "Banks",
    "Marsh",
    "Whitfield",
    "Achterberg",
    "Ferreira",
    "Sørensen",
    "Yılmaz",
    "Zhang",
    "Lee",
    "Bell",
    "Winters",
    "Long",
    "Hart",
    "Cross",
    "Castellanos",
    "Thistlewood",
]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def full_name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def first_name(rng: random.Random) -> str:
    return rng.choice(FIRST)


def small_name(rng: random.Random) -> str:
    return full_name(rng).lower()


def phone(rng: random.Random) -> str:
    a, b, c = rng.randint(201, 989), rng.randint(200, 999), rng.randint(0, 9999)
    forms = (
        "({a}) {b}-{c:04d}",
        "{a}-{b}-{c:04d}",
        "{a}.{b}.{c:04d}",
        "+1 {a} {b} {c:04d}",
        "1-{a}-{b}-{c:04d}",
        "({a}){b}-{c:04d}",
    )
    more = ("{a}{b}{c:04d}", "{a}/{b}-{c:04d}", "({a}) {b}-{c:04d} ext. 12", "{a}-{b}-{c:04d} x44")
    return rng.choice(forms + more).format(a=a, b=b, c=c)


def foreign_phone(rng: random.Random) -> str:
    n, pairs = rng.randint(100, 999), " ".join(str(rng.randint(10, 99)) for _ in range(4))
    return rng.choice(
        (f"+44 20 7946 0{n}", f"+49 30 {n}{n}", f"+33 6 {pairs}", f"07700 900{n}", f"01 {pairs}", f"+34 6{n} {n} {n}")
    )


def birth_date(rng: random.Random) -> str:
    y, m, d = rng.randint(1925, 1999), rng.randint(1, 12), rng.randint(4, 20)
    month = MONTHS[m - 1]
    forms = (f"{m:02d}/{d:02d}/{y}", f"{m}/{d}/{y % 100:02d}", f"{y}-{m:02d}-{d:02d}", f"{month} {d}, {y}", f"{d} {month} {y}")
    more = (f"{d}-{month[:3]}-{y}", f"{d:02d}.{m:02d}.{y}", f"{d:02d}{month[:3].upper()}{y}", f"the {d}th of {month} {y}")
    return rng.choice(forms + more)


def event_date(rng: random.Random) -> str:
    m, d, y = rng.randint(1, 12), rng.randint(4, 20), rng.randint(2024, 2026)
    month = MONTHS[m - 1]
    return rng.choice(
        (f"{m}/{d}/{y}", f"{m}/{d}/{y % 100}", f"{month} {d}", f"{d} {month}", f"{y}-{m:02d}-{d:02d}", f"{m}/{d}")
    )


def record(rng: random.Random) -> str:
    n = rng.randint(100_000, 999_999)
    return rng.choice(
        (str(n), f"{n // 10_000}-{n % 100}-31", f"A-{n}", f"{n // 100}-{n % 9000 + 1000}", f"MR{n}", f"00{n // 10}")
    )


def old_age(rng: random.Random) -> str:
    return str(rng.randint(90, 104))


CARRIERS: tuple[tuple[Maker, tuple[str, ...]], ...] = (
    (
        full_name,
        (
            "Mrs. {} on Verzenio has diarrhea",
            "patient {}, 62F, ESR1m",
            "{} (62F) is on imlunestrant",
            "{}'s scans show progression on Inluriyo",
            "I saw {} in clinic today, ANC 0.8 on Verzenio",
            "Can {} switch to imlunestrant?",
            "We admitted {} with a PE on abemaciclib",
            "My mother, {}, is on letrozole",
            "Her name is {} and she is 61",
            "ask {} (daughter)",
            "Thanks, {}",
            "Re: {}. ESR1 Y537S.",
            "a lady called {} has been on Verzenio",
            "Spoke with {} this morning: rash since Inluriyo.",
            "her oncologist Dr. {} stopped Verzenio",
        ),
    ),
    (
        first_name,
        ("pt {}, 62, ESR1m", "my sister {} is on letrozole", "we lost {} on Tuesday, Inluriyo", "{} has a rash on Verzenio"),
    ),
    (small_name, ("pt {} has nausea on verzenio", "{} 58f progressed on letrozole")),
    (phone, ("call me at {}", "ph: {}", "her number is {}", "fax {}", "{} is my cell", "callback number: {}")),
    (foreign_phone, ("call me on {}", "tel. {}", "mobile {}")),
    (birth_date, ("DOB {}", "born {}", "(b. {})", "date of birth: {}", "birthday {}", "62F ({}) on Verzenio")),
    (
        event_date,
        ("admitted {} with PE on Verzenio", "Inluriyo since {}", "started Verzenio {}", "died {}", "onset {}", "seen {}"),
    ),
    (
        record,
        (
            "MRN {}",
            "MRN#{}",
            "MR# {}",
            "chart # {}",
            "accession {}",
            "account number {}",
            "NHS no: {}",
            "policy # {}",
            "member ID: {}",
            "Hosp. no. {}",
            "patient ID {}",
            "encounter {}",
            "health card {}",
            "specimen {}",
        ),
    ),
    (
        old_age,
        (
            "{} year old woman",
            "{}yo F",
            "she is {}",
            "aged {}",
            "woman, {}, ESR1m",
            "{} y.o. female",
            "paciente de {} años",
            "{} ans",
        ),
    ),
)
CASES = [(maker, carrier) for maker, carriers in CARRIERS for carrier in carriers]


@pytest.mark.parametrize(("maker", "carrier"), CASES, ids=[carrier for _, carrier in CASES])
def test_generated_identifiers_are_masked(maker: Maker, carrier: str) -> None:
    """Twelve of each: nothing of the identifier is left."""
    rng = random.Random(carrier)
    for _ in range(12):
        identifier = maker(rng)
        masked, _ = mask(carrier.format(identifier))
        parts = identifier.split() if maker in (full_name, small_name) else [identifier]
        assert not any(part in masked for part in parts), (identifier, masked)


@pytest.mark.parametrize(
    "form", ["62F", "62 yo woman", "F/62", "62-year-old", "62 y.o. F", "62 años", "62 ans", "62 Jahre", "F 62", "62 y/o female"]
)
def test_age_and_sex_stay_beside_names_and_numbers(form: str) -> None:
    """In front of a name, behind it, and between numbers."""
    rng = random.Random(form)
    for _ in range(12):
        name, number, born = full_name(rng), record(rng), birth_date(rng)
        for text in (
            f"{form} {name}, MRN {number}",
            f"{name}, {form}, DOB {born}",
            f"pt {name} {form} on abemaciclib",
            f"MRN {number}, {form}",
        ):
            assert form in mask(text)[0], text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("pt J.S., 62F, rash on Verzenio", "J.S."),
        ("SSN ending in 4471", "4471"),
        ("social security 857 40 8068", "857 40 8068"),
        ("pacemaker serial number PM734520", "PM734520"),
        ("from 192.168.4.17 this morning", "192.168.4.17"),
        ("see portal.example.org/pt/9678", "portal.example.org/pt/9678"),
        ("she posts as @hope_and_ribbons", "@hope_and_ribbons"),
        ("postcode BA1 5EX", "BA1 5EX"),
        ("PLZ 34416", "34416"),
        ("in her 96th year", "96"),
        ("pt 5518820 on abema", "5518820"),
        ("née le 12 mars 1967", "12 mars 1967"),
        ("geb. am 4. Februar 1956", "4. Februar 1956"),
        ("Mrs K. Oyelaran-Smith", "Oyelaran-Smith"),
    ],
)
def test_other_forms_are_masked(text: str, hidden: str) -> None:
    """Initials, numbers that end in, devices of a patient, addresses of machines, handles, foreign postcodes and dates."""
    assert hidden not in mask(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "Meine Patientin hat seit Beginn von Verzenio starken Durchfall.",
        "Welche Optionen gibt es nach Progress unter Ribociclib und Letrozol?",
        "Ma patiente allaite son bébé alors qu'elle prend Verzenio.",
        "What did Joyce O'Shaughnessy say about chemotherapy?",
        "Fever of 101F and bottle stored at 104F",
        "33% (7/21) had ESR1 mutations",
        "CBR in EFECT, PROTAC data, ORION-BC2",
        "Bidard 2022 and Goetz et al. 2017; EMERALD, monarchE, postMONARCH",
    ],
)
def test_other_languages_speakers_and_figures_stay(text: str) -> None:
    """German nouns, speakers in public, temperatures, fractions, trials and papers."""
    assert mask(text)[0] == text
