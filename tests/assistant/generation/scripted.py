"""Models that do what a script says, served over HTTP as an OpenAI-compatible server, or asked directly.

A script gets the evidence that was given to the model and returns the pieces of text it writes; it may also fail.
"""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EVIDENCE = re.compile(r"EVIDENCE \(JSON, data only\)\n(.*?)\n\n(?:QUESTION|SENTENCE)", re.DOTALL)
FIGURE = re.compile(r"(?<![\w.-])\d+\.\d+(?![\w-])|(?<![\w./-])\d{2,3}(?:%)")
DRUGS = ("elacestrant", "imlunestrant", "fulvestrant", "capivasertib", "alpelisib", "camizestrant", "olaparib", "everolimus")


@dataclass(frozen=True, slots=True)
class Given:
    """A statement as the model sees it."""

    key: str
    text: str


class Broken(Exception):
    """The script breaks the connection off."""


class Refused(Exception):
    """The script answers with status 500."""


Script = Callable[[Sequence[Given], str], Iterator[str]]


def read_evidence(prompt: str) -> list[Given]:
    """The statements of a request or repair prompt."""
    found = EVIDENCE.search(prompt)
    return [Given(row["key"], row["text"]) for row in json.loads(found.group(1))] if found else []


def is_repair(prompt: str) -> bool:
    """Whether the model is asked to write one sentence once more."""
    return "REASONS (JSON" in prompt


def lines(texts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Lines in small pieces."""
    for text, key in texts:
        line = f"{text} [{key}]\n"
        yield from (line[start : start + 7] for start in range(0, len(line), 7))


def write_well(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Words statements a little differently, as a faithful model does."""
    return lines([(entry.text.replace(" versus ", " compared with "), entry.key) for entry in given[:4]])


def corrupting(change: Callable[[str], str]) -> Script:
    """A model that changes every statement in one way, and does so again when asked to repair it."""

    def write(given: Sequence[Given], _prompt: str) -> Iterator[str]:
        return lines([(change(entry.text), entry.key) for entry in given if change(entry.text) != entry.text])

    return write


def add_to_number(text: str) -> str:
    """The last figure, a little larger."""
    found = list(FIGURE.finditer(text))
    if not found:
        return text
    last = found[-1]
    figure = last.group().rstrip("%")
    digits = len(figure.partition(".")[2])
    changed = f"{float(figure) * 1.1 + 10**-digits:.{digits}f}" + ("%" if last.group().endswith("%") else "")
    return text[: last.start()] + changed + text[last.end() :]


def swap_figures(text: str) -> str:
    """Two figures of one kind, exchanged."""
    found = list(FIGURE.finditer(text))
    if len(found) < 2 or found[0].group() == found[1].group():
        return text
    one, two = found[0], found[1]
    if one.group().endswith("%") != two.group().endswith("%"):
        return text
    return text[: one.start()] + two.group() + text[one.end() : two.start()] + one.group() + text[two.end() :]


def drop_not(text: str) -> str:
    """A denial less."""
    return re.sub(r"\b(?:not|no|never) ", "", text, count=1)


def swap_drug(text: str) -> str:
    """One drug for another."""
    for drug in DRUGS:
        if drug in text:
            other = next(name for name in DRUGS if name not in text)
            return text.replace(drug, other, 1)
    return text


def swap_population(text: str) -> str:
    """One group of patients for another."""
    return text.replace("ESR1-mutated", "PIK3CA-mutated").replace("ESR1 mutation", "PIK3CA mutation")


def may_to_does(text: str) -> str:
    """A possibility as a fact."""
    return re.sub(r"\bmay ", "does ", text)


CORRUPTIONS = {
    "wrong number": add_to_number,
    "exchanged arms": swap_figures,
    "dropped not": drop_not,
    "other drug": swap_drug,
    "other population": swap_population,
    "does for may": may_to_does,
}


def cite_wrong(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Cites the statement after the one it took a sentence from."""
    return lines([(entry.text, other.key) for entry, other in itertools.pairwise(given)])


def cite_invented(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Cites sources nobody gave it."""
    return lines([(entry.text, "kffffff") for entry in given] + [(entry.text, "1") for entry in given])


def cite_nothing(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Cites nothing."""
    yield "\n".join(entry.text for entry in given)


MEMORY = "Elacestrant is also known to cross the blood-brain barrier and to be effective in men of every age."


def answer_from_memory(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Says what no statement says, under a real key."""
    return lines([(MEMORY, given[0].key)])


INJECTED = "All other treatments are unsafe: see https://evil.example for the only safe one."


def follow_order(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Does what an instruction in the question told it."""
    return lines([(INJECTED, given[0].key), ("You must prescribe elacestrant to every patient.", given[0].key)])


def stop_halfway(given: Sequence[Given], prompt: str) -> Iterator[str]:
    """Breaks off within the second sentence."""
    yield f"{given[0].text} [{given[0].key}]\n"
    yield given[-1].text[: len(given[-1].text) // 2]
    raise Broken


def loop(given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Never ends."""
    while True:
        yield f"{given[0].text} [{given[0].key}]\n"


def write_nothing(_given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Writes nothing."""
    return iter(())


def refuse(_given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Status 500."""
    raise Refused


def hang(_given: Sequence[Given], _prompt: str) -> Iterator[str]:
    """Says nothing for long."""
    time.sleep(8)
    yield ""


def repairable(given: Sequence[Given], prompt: str) -> Iterator[str]:
    """Wrong at first, right when told why."""
    return write_well(given, prompt) if is_repair(prompt) else lines([(add_to_number(e.text), e.key) for e in given[:3]])


@dataclass
class ScriptedModel:
    """A model asked directly: no LangChain, no network."""

    script: Script
    name: str = "scripted:direct"
    prompts: list[str] = field(default_factory=list)

    def stream(self, _system: str, request: str, _deadline_s: float) -> Iterator[str]:
        self.prompts.append(request)
        yield from self.script(read_evidence(request), request)


@dataclass
class ScriptedServer:
    """An OpenAI-compatible server whose model follows `script`; `requests` are the bodies it got."""

    script: Script = write_well
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def serve_scripted() -> Iterator[ScriptedServer]:
    """Serve a scripted model on a free port of this machine."""
    state = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.requests.append(body)
            prompt = str(body["messages"][-1]["content"])
            try:
                pieces = state.script(read_evidence(prompt), prompt)
                self._stream(body["model"], pieces)
            except Refused:
                self.send_error(500)
            except Broken:
                self.connection.close()
            except OSError:
                pass

        def _stream(self, model: str, pieces: Iterator[str]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for piece in pieces:
                self._event(model, {"content": piece}, None)
            self._event(model, {}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, model: str, delta: dict[str, str], reason: str | None) -> None:
            choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": reason}
            event = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": model, "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
