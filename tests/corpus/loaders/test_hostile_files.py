"""Broken, protected, scanned, empty, huge and hostile files: a refusal that says what to do, in time, and nothing added."""

from __future__ import annotations

import io
import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from assistant.cli.corpus import app
from corpus.loaders import Limits, LoadRefused, Outcome, Refusal, parse_bytes, parse_file
from tests.corpus.loaders.builder import make_docx, make_pdf, make_pptx, member, saved, with_member, write_pdf

RUNNER = CliRunner()
WORD = make_docx(("Heading 1", "Testimab"), ("Normal", "Testimab helped 12.5% of patients in the trial."))
SLIDES = make_pptx(("Testimab", "Testimab helped 12.5% of patients in the trial."))
PDF = make_pdf([[(72, 72, 12, "Testimab helped 12.5% of patients in the trial.")]])
RELATION = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" TargetMode="External"/>'
ENTITY = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
IMAGE = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Drug", "ORR"])
    book.active.append(["Testimab", "12.5%"])
    return saved(book)


def linked(archive: bytes, part: str, kind: str, target: str) -> bytes:
    """The archive with an external relation."""
    relations = member(archive, part).decode()
    return with_member(
        archive, part, relations.replace("</Relationships>", RELATION.format(kind, target) + "</Relationships>").encode()
    )


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (64 * 2**20))
    return stream.getvalue()


def scanned(pages: int) -> bytes:
    image = 5 + 2 * pages
    return write_pdf([b"q 612 0 0 792 0 0 cm /Im Do Q"] * pages, f"/XObject << /Im {image} 0 R >>", [IMAGE])


def encrypted_pdf() -> bytes:
    """A PDF whose trailer asks for a password nobody has."""
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
    data = write_pdf([b"BT ET"], "", [lock])
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 7 0 R /ID [<00> <00>]")


def encrypted_zip(data: bytes) -> bytes:
    """The archive with the flag of encryption set on every member."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(signature, at + 4)
    return bytes(changed)


HOSTILE: dict[str, tuple[bytes, Refusal]] = {
    "empty.pdf": (b"", Refusal.EMPTY),
    "blank.txt": (b" \n\n ", Refusal.EMPTY),
    "nothing.html": (b"<html><body><nav>Home</nav></body></html>", Refusal.EMPTY),
    "blank.pdf": (make_pdf([[]]), Refusal.EMPTY),
    "broken.pdf": (b"%PDF-1.4\nnothing of the kind", Refusal.BROKEN),
    "cut.pdf": (PDF[: len(PDF) // 3], Refusal.BROKEN),
    "cut.docx": (WORD[: len(WORD) // 2], Refusal.BROKEN),
    "hollow.docx": (with_member(WORD, "word/document.xml", b"<w:document"), Refusal.BROKEN),
    "hollow.pptx": (with_member(SLIDES, "ppt/presentation.xml", b"<p:presentation"), Refusal.BROKEN),
    "hollow.xlsx": (with_member(workbook(), "xl/workbook.xml", b"<workbook"), Refusal.BROKEN),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, Refusal.UNSUPPORTED),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, Refusal.UNSUPPORTED),
    "program.exe": (b"MZ plain text after all", Refusal.UNSUPPORTED),
    "protected.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Refusal.ENCRYPTED),
    "protected.pdf": (encrypted_pdf(), Refusal.ENCRYPTED),
    "locked.xlsx": (encrypted_zip(workbook()), Refusal.ENCRYPTED),
    "scanned.pdf": (scanned(3), Refusal.NEEDS_OCR),
    "huge.pdf": (make_pdf([[(72, 72, 12, f"Page number {n} of a long book.")] for n in range(2000)]), Refusal.TOO_LARGE),
    "bomb.docx": (bomb(), Refusal.HOSTILE),
    "entity.docx": (with_member(WORD, "word/settings.xml", ENTITY.encode()), Refusal.HOSTILE),
    "entity16.docx": (with_member(WORD, "word/settings.xml", ENTITY.encode("utf-16")), Refusal.HOSTILE),
    "laughs.pptx": (with_member(SLIDES, "ppt/presProps.xml", LAUGHS.encode()), Refusal.HOSTILE),
    "entity.xlsx": (with_member(workbook(), "xl/styles.xml", ENTITY.encode()), Refusal.HOSTILE),
    "entity.html": (ENTITY.replace("<r>", "<html><body><p>").encode(), Refusal.HOSTILE),
    "macros.docm": (with_member(WORD, "word/vbaProject.bin", b"\xd0\xcf"), Refusal.HOSTILE),
    "macros.pptx": (with_member(SLIDES, "ppt/vbaProject.bin", b"\xd0\xcf"), Refusal.HOSTILE),
    "climb.docx": (with_member(WORD, "../../evil.xml", b"<x/>"), Refusal.HOSTILE),
    "linked.docx": (linked(WORD, "word/_rels/document.xml.rels", "oleObject", "file:///etc/passwd"), Refusal.HOSTILE),
    "shared.docx": (linked(WORD, "word/_rels/document.xml.rels", "image", "\\\\host\\share\\a.png"), Refusal.HOSTILE),
    "deep.html": (b"<html><body>" + b"<div>" * 2000 + b"x" + b"</div>" * 2000 + b"</body></html>", Refusal.HOSTILE),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What the command says of all hostile files in one folder, and that it left nothing."""
    folder, content = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out") / "content"
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)
    result = RUNNER.invoke(app, ["add", str(folder), "--corpus", str(content), "--topic", "t", "--json"])
    assert result.exit_code == 2
    assert not content.exists() or not [path for path in content.rglob("*") if path.is_file()]
    return {Path(row["file"]).name: row for row in json.loads(result.output)["files"]}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_file_is_refused_for_its_reason_with_a_remedy(refused: dict[str, dict[str, str]], name: str) -> None:
    row = refused[name]
    assert row["outcome"] == "refused"
    assert row["refusal"] == HOSTILE[name][1].value, row["message"]
    assert len(row["message"]) > 20


def test_good_files_of_the_same_call_are_added(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.docx").write_bytes(WORD)
    (tmp_path / "in" / "macros.docx").write_bytes(HOSTILE["macros.docm"][0])
    result = RUNNER.invoke(app, ["add", str(tmp_path / "in"), "--corpus", str(tmp_path / "content"), "--topic", "t"])
    assert result.exit_code == 2
    assert "macros" in result.output
    assert [path.name for path in (tmp_path / "content" / "documents").rglob("*.md")] == ["good.md"]


def test_a_link_to_a_local_file_is_reported_and_its_text_kept() -> None:
    data = linked(WORD, "word/_rels/document.xml.rels", "hyperlink", "file:///etc/passwd")
    parsed = parse_bytes(data, "a.docx")
    assert any("local file" in finding.reason for finding in parsed.report.of(Outcome.DROPPED))
    page = b"<html><body><h1>T</h1><p>See <a href='file:///etc/passwd'>the label of Testimab</a> before the first dose is given.</p></body></html>"
    parsed = parse_bytes(page, "a.html")
    assert "the label of Testimab" in parsed.parts[0].text
    assert any("local file" in finding.reason for finding in parsed.report.of(Outcome.DROPPED))


def test_actions_and_scripts_of_a_pdf_are_reported() -> None:
    data = PDF.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch /F (calc) >> /JavaScript 9 0 R")
    reasons = " ".join(finding.reason for finding in parse_bytes(data, "a.pdf").report.of(Outcome.DROPPED))
    assert "starts a program" in reasons
    assert "script" in reasons


def test_a_scanned_page_among_others_is_named() -> None:
    image = 5 + 2 * 2
    text = b"BT /F1 12 Tf 72 700 Td (Testimab helped 12.5% of patients in the trial.) Tj ET"
    data = write_pdf([text, b"q 612 0 0 792 0 0 cm /Im Do Q"], f"/XObject << /Im {image} 0 R >>", [IMAGE])
    parsed = parse_bytes(data, "a.pdf")
    assert [finding.origin for finding in parsed.report.of(Outcome.NEEDS_OCR)] == ["page 2"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port on which any request is noted."""
    heard: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            heard.append("request")
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], heard
    stop.set()
    thread.join()
    server.close()


def test_no_request_is_made(listener: tuple[int, list[str]], tmp_path: Path) -> None:
    port, heard = listener
    address = f"http://127.0.0.1:{port}/x"
    page = f"""<html><head><link rel="stylesheet" href="{address}"><script src="{address}"></script></head><body><h1>T</h1>
    <img src="{address}" alt="Testimab response by visit in patients"><iframe src="{address}"></iframe>
    <p>Testimab helped 12.5% of patients in the trial that was reported last year.</p></body></html>"""
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (tmp_path / "image.docx").write_bytes(linked(WORD, "word/_rels/document.xml.rels", "image", address))
    (tmp_path / "theme.docx").write_bytes(linked(WORD, "word/_rels/settings.xml.rels", "attachedTemplate", address)) if (
        "word/_rels/settings.xml.rels" in zipfile.ZipFile(io.BytesIO(WORD)).namelist()
    ) else None
    for path in sorted(tmp_path.iterdir()):
        parse_file(path)
    assert heard == []


def test_addresses_are_not_fetched() -> None:
    result = RUNNER.invoke(app, ["add", "https://example.org/page.html", "--topic", "t"])
    assert result.exit_code != 0
    assert "save the page" in str(result.exception)


def test_time_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(WORD)
    with pytest.raises(LoadRefused) as caught:
        parse_file(tmp_path / "a.docx", Limits(wall_s=0.01))
    assert caught.value.refusal is Refusal.TIMEOUT


def test_memory_is_bounded(tmp_path: Path) -> None:
    stream = b"q " * 40_000_000
    import zlib

    packed = zlib.compress(stream)
    body = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    data = write_pdf([b"BT ET"], "", [body]).replace(b"/Contents 6 0 R", b"/Contents 7 0 R")
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(LoadRefused) as caught:
        parse_file(tmp_path / "a.pdf", Limits(memory_bytes=500 * 2**20, cpu_s=20, wall_s=60))
    assert caught.value.refusal in {Refusal.TOO_LARGE, Refusal.TIMEOUT, Refusal.BROKEN}


def test_output_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "words of a table,and more of them\n" * 2000, encoding="utf-8")
    with pytest.raises(LoadRefused) as caught:
        parse_file(tmp_path / "a.csv", Limits(output_bytes=10_000))
    assert caught.value.refusal is Refusal.TOO_LARGE


def test_hidden_characters_are_taken_out_and_reported() -> None:
    text = "Testimab\n\nTestimab helped\u200b 12.5% of patients\u202e in the trial that was \U000e0041reported last year.\n"
    parsed = parse_bytes(text.encode(), "a.txt")
    assert parsed.parts[-1].text == "Testimab helped 12.5% of patients in the trial that was reported last year."
    assert any("3 hidden characters" in finding.reason for finding in parsed.report.of(Outcome.DROPPED))
