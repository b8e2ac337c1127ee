"""The text of attached files: every type that is read, and every way in which a file can be bad."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import attachments
from connectors.attachments import is_supported, text_of


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_heading("Failover", level=1)
    document.add_paragraph("Drain the node first.")
    table = document.add_table(rows=2, cols=2)
    for row, words in zip(table.rows, [("Env", "Pods"), ("prod", "3")], strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    document.add_paragraph("Then wait.")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Hosts"
    for row in (["Name", "CPU"], ["node-1", 8], [None, None], ["node-2", 4.5]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pptx() -> bytes:
    from pptx import Presentation

    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Architecture"
    slide.placeholders[1].text = "The cart calls the ledger."
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "Inside a group."
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def pdf(text: str = "Rotate the certificate") -> bytes:
    """A PDF as small as they come, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    )


MODEL = (
    '<mxGraphModel><root><mxCell id="1" value="cart&lt;br&gt;service"/><mxCell id="2"/></root></mxGraphModel>'
)


def drawio(*, packed: bool) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(quote(MODEL).encode()) + packer.flush()
    inner = base64.b64encode(data).decode() if packed else MODEL
    return f'<mxfile><diagram name="Overview">{inner}</diagram></mxfile>'.encode()


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", b"one\r\ntwo\r\n", "one\ntwo"),
        ("a.MD", "# Über".encode(), "# Über"),
        ("a.csv", b"a,b\n1,2\n", "a,b\n1,2"),
        ("a.txt", "naïve".encode("utf-16"), "naïve"),
        (
            "a.docx",
            docx(),
            "# Failover\n\nDrain the node first.\n\n| Env | Pods |\n| --- | --- |\n| prod | 3 |\n\nThen wait.",
        ),
        ("a.xlsx", xlsx(), "# Hosts\n\n| Name | CPU |\n| --- | --- |\n| node-1 | 8 |\n| node-2 | 4.5 |"),
        (
            "a.pptx",
            pptx(),
            "# Slide 1\n\nArchitecture\n\nThe cart calls the ledger.\n\nInside a group.\n\nSay it slowly.",
        ),
        ("a.pdf", pdf(), "Rotate the certificate"),
        ("a.drawio", drawio(packed=True), "# Overview\n\ncart\nservice"),
        ("a.drawio", drawio(packed=False), "# Overview\n\ncart\nservice"),
        ("a.drawio", MODEL.encode(), "cart\nservice"),
    ],
)
def test_the_text_of_every_type(name: str, data: bytes, text: str) -> None:
    assert is_supported(name)
    assert text_of(name, data) == attachments.FileText(text)


def bomb(size: int = 150_000_000) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(size))
    return out.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><mxfile><diagram>&b;</diagram></mxfile>'


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("photo.png", b"\x89PNG", "files of type .png are not read"),
        ("README", b"text", "files of type (none) are not read"),
        ("a.txt", b"\0\1\2", "binary file"),
        ("a.txt", b"", "no text in it"),
        ("a.pdf", b"%PDF-1.4 broken", "broken"),
        ("a.pdf", pdf(""), "no text in it"),
        ("a.docx", b"not a zip", "no Office file, or protected by a password"),
        ("a.xlsx", docx(), "broken"),
        ("a.docx", bomb(), "it would unpack to far more than its size"),
        ("a.drawio", LAUGHS, "XML with a document type is not read"),
        ("a.drawio", b"<mxfile><diagram>!!</diagram></mxfile>", "broken"),
        ("a.txt", b"x" * 300, "larger than 200 bytes"),
    ],
)
def test_what_cannot_be_read_has_a_reason(name: str, data: bytes, reason: str) -> None:
    limit = 200 if len(data) == 300 else attachments.MAX_BYTES
    found = text_of(name, data, limit)
    assert found.text == ""
    assert reason in found.problem


def test_of_a_very_long_file_the_beginning_is_read() -> None:
    found = text_of("a.txt", b"word " * 500_000)
    assert found.text.startswith("word word")
    assert len(found.text) <= 2_000_000
    assert "only its beginning" in found.problem


SAMPLES = {
    "a.docx": docx(),
    "a.xlsx": xlsx(),
    "a.pptx": pptx(),
    "a.pdf": pdf(),
    "a.drawio": drawio(packed=True),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_broken_files_never_raise(name: str, data: st.DataObject) -> None:
    sample = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        sample[data.draw(st.integers(0, len(sample) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(sample)))
    for content in (bytes(sample), bytes(sample[:end])):
        found = text_of(name, content)
        assert found.text or found.problem


@settings(deadline=None)
@given(st.sampled_from([*SAMPLES, "a.txt", "a.csv", "a.png", ""]), st.binary(max_size=300))
def test_any_bytes_never_raise(name: str, content: bytes) -> None:
    found = text_of(name, content)
    assert found.text or found.problem
    found.text.encode()
