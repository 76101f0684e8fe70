"""The explain view on a terminal: short tables of what was understood, found, chosen and ruled out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH_CHARS = 100
SHOWN = 6
ARM_NAMES = {"dense": "text", "dense_question": "questions", "bm25": "words"}


def format_explanation(found: Mapping[str, Any]) -> str:
    """Return an explanation for reading."""
    lines = [*_asked(found)]
    for number, part in enumerate(found["parts"], start=1):
        lines += ["", *_part(number, part)]
    lines += ["", "Thresholds" + (" (on trial: " + _pairs(found["on_trial"]) + ")" if found["on_trial"] else "")]
    lines += [f"  {name} {row['value']:g}: {row['means']}" for name, row in found["thresholds"].items()]
    lines += _generation(found["generation"]) if found["generation"] else []
    answer = found["answer"]
    code = f" ({answer['decline_code']})" if answer["decline_code"] else ""
    lines += ["", f"Outcome: {answer['outcome']}{code}", *_wrapped(answer["text"], "  ")]
    return "\n".join(lines)


def _generation(written: Mapping[str, Any]) -> Iterator[str]:
    """What became of each sentence the model wrote, with the reasons against it."""
    yield ""
    ended = written["fallback"] or written["cut"]
    yield "Sentences of the model" + (f" ({ended.replace('_', ' ')})" if ended else "")
    for decision in written["decisions"]:
        yield from _wrapped(f"{decision['fate']}: {decision['sentence']} [{', '.join(decision['keys'])}]", "  ")
        yield from (f"      {reason['code']}: {reason['message']}" for reason in decision["reasons"])
        yield from _wrapped(f"shown as: {decision['shown']}", "      ") if decision["shown"] else []


def _asked(found: Mapping[str, Any]) -> Iterator[str]:
    screening = found["screening"]
    yield f"Screening: {', '.join(screening['codes']) or 'no code'}" + ("" if screening["should_answer"] else "; not answered")
    for flag in screening["flags"]:
        yield f"  {flag['code']} by {flag['rule']}: “{flag['matched']}”"
    understood = found["interpretation"]
    if understood is None:
        return
    yield f"Understood as: {understood['text']}"
    if understood["unknown"]:
        yield f"  names nobody knows: {', '.join(understood['unknown'])}"
    if understood["barrier"]:
        yield f"  may not be answered by a pick: {understood['barrier']}"
    for part in understood["parts"]:
        named = ", ".join([*part["names"], *part["states"]]) or "nothing of the topic"
        asks = f"; {', '.join(part['asks'])}" if part["asks"] else ""
        yield from _wrapped(f"“{part['text']}”: {part['shape']}; names {named}{asks}", "  ")


def _part(number: int, part: Mapping[str, Any]) -> Iterator[str]:
    best = part["best_probability"]
    likely = f", best probability {best:.2f}" if best is not None else ""
    yield f"Question {number}: {part['verdict']}{likely}: {part['verdict_means']}"
    for row in part["statements"][:SHOWN]:
        mark = "shown" if row["shown"] else "not shown"
        yield f"  {mark}: probability {row['probability']:.2f}, share {row['share']:.2f}; {_arms(row['arms'])}"
        yield from _wrapped(f"{row['doc_id']}: {row['text']}", "      ")
        if row["why_not"]:
            yield f"      {row['why_not']}"
    if part["ruled_out"]:
        yield "  Ruled out:"
    for row in part["ruled_out"][:SHOWN]:
        yield from _wrapped(f"{row['why']}: {row['text']}", "      ")
    if part["passages"]:
        yield "  Passages:"
    for row in part["passages"][:SHOWN]:
        yield f"      {row['rank']}. {row['section'].split(' > ')[-1]}; {_arms(row['arms'])}"


def _arms(arms: Mapping[str, Mapping[str, Any]]) -> str:
    named = [
        f"{ARM_NAMES.get(name, name)} {arm['score']:.2f}" + (f" (#{arm['rank']})" if arm["rank"] else "")
        for name, arm in arms.items()
    ]
    return ", ".join(named)


def _pairs(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())


def _wrapped(text: str, indent: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        lines += textwrap.wrap(line, WIDTH_CHARS, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
    return lines
