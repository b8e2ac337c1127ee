"""The text of files that are attached to pages: PDF, Office, drawings and plain text, within bounds."""

from __future__ import annotations

import base64
import io
import itertools
import logging
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from connectors.errors import UnreadableError
from connectors.filetree.decoding import decode

MAX_BYTES = 20_000_000
"""Larger files are not read."""
_MAX_CHARACTERS = 2_000_000
_MAX_UNPACKED = 200_000_000
_MAX_RATIO = 200
_MAX_PARTS = 20_000
"""Pages, rows and archive members; what is beyond is told."""


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says, and why that is not all ('' if it is)."""

    text: str
    problem: str = ""


def is_supported(name: str) -> bool:
    """Whether files with this name are read."""
    return _suffix(name) in _READERS


def text_of(name: str, data: bytes, max_bytes: int = MAX_BYTES) -> FileText:
    """The text of a file, or the reason why there is none. Never raises, whatever the bytes are."""
    reader = _READERS.get(_suffix(name))
    if reader is None:
        return FileText("", f"files of type {_suffix(name) or '(none)'} are not read")
    if len(data) > max_bytes:
        return FileText("", f"larger than {max_bytes} bytes")
    try:
        return _joined(reader(data))
    except UnreadableError as error:
        return FileText("", str(error))
    except RecursionError:
        return FileText("", "nested too deep")
    except Exception as error:  # noqa: BLE001 a parser may do anything with bytes that somebody has uploaded
        return FileText("", f"broken ({type(error).__name__})")


def _joined(parts: Iterable[str]) -> FileText:
    kept: list[str] = []
    size = 0
    for number, part in enumerate(parts):
        if number >= _MAX_PARTS or size + len(part) > _MAX_CHARACTERS:
            kept.append(part[: max(0, _MAX_CHARACTERS - size)])
            return FileText("\n\n".join(filter(None, kept)), "only its beginning was read: it is very long")
        kept.append(part)
        size += len(part)
    text = "\n\n".join(part.strip("\n") for part in kept if part.strip())
    text = text.encode("utf-8", "replace").decode().replace("\0", "")
    return FileText(text, "" if text.strip() else "no text in it")


def _plain(data: bytes) -> Iterator[str]:
    yield decode(data)[0].replace("\r\n", "\n")


def _pdf(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it comments on every flaw of a file
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("protected by a password")
    for page in reader.pages:
        yield page.extract_text() or ""


def _docx(data: bytes) -> Iterator[str]:
    from docx import Document
    from docx.table import Table

    for block in Document(_archive(data)).iter_inner_content():
        if isinstance(block, Table):
            # A merged cell is given once for each column that it spans.
            yield _table([[cell.text for cell, _ in itertools.groupby(row.cells)] for row in block.rows])
        else:
            level = re.fullmatch(r"Heading (\d)", block.style.name or "") if block.style else None
            yield f"{'#' * int(level[1])} {block.text}" if level and block.text else block.text


def _xlsx(data: bytes) -> Iterator[str]:
    from openpyxl import load_workbook

    book = load_workbook(_archive(data), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield f"# {sheet.title}"
            rows = sheet.iter_rows(values_only=True)
            cells = ([_cell(value) for value in row] for row in itertools.islice(rows, _MAX_PARTS))
            yield _table([row for row in cells if any(row)])
    finally:
        book.close()


def _pptx(data: bytes) -> Iterator[str]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(_archive(data)).slides, start=1):
        yield f"# Slide {number}"
        yield from _shapes(slide.shapes)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame:
            yield slide.notes_slide.notes_text_frame.text


def _shapes(shapes: Any) -> Iterator[str]:
    """The words of shapes and of the groups that they may form."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text
        elif shape.has_table:
            yield _table([[cell.text for cell in row.cells] for row in shape.table.rows])


def _drawio(data: bytes) -> Iterator[str]:
    """The labels of a diagram, whose pages are XML or, as older versions write them, packed XML."""
    root = _xml(decode(data)[0])
    for page in [root] if root.tag == "mxGraphModel" else root.iter("diagram"):
        if page.get("name"):
            yield f"# {page.get('name')}"
        packed = (page.text or "").strip()
        model = _xml(_unpacked(packed)) if packed else page
        labels = (cell.get("value") or cell.get("label") or "" for cell in model.iter())
        yield "\n".join(filter(None, map(_without_tags, labels)))


def _unpacked(packed: str) -> str:
    unpacker = zlib.decompressobj(-15)
    text = unpacker.decompress(base64.b64decode(packed), _MAX_CHARACTERS * 10)
    return unquote(text.decode())


def _xml(text: str) -> ElementTree.Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # entities that name each other fill any memory
        raise UnreadableError("XML with a document type is not read")
    return ElementTree.fromstring(text)  # noqa: S314 entities are refused above


def _without_tags(label: str) -> str:
    text = re.sub(r"<(?:br|/?div|/?p)\b[^<>]*>", "\n", label)
    text = re.sub(r"<[^<>]*>", "", text)
    for entity, character in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _archive(data: bytes) -> io.BytesIO:
    """The bytes of an Office file, unless it unpacks to more than any memory holds."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise UnreadableError("no Office file, or protected by a password") from None
    size = sum(member.file_size for member in members)
    bomb = size > 1_000_000 and size > _MAX_RATIO * max(1, len(data))
    if size > _MAX_UNPACKED or len(members) > _MAX_PARTS or bomb:
        raise UnreadableError("it would unpack to far more than its size")
    return io.BytesIO(data)


def _table(rows: list[list[str]]) -> str:
    """A Markdown table; its first row is the header."""
    lines = [f"| {' | '.join(' '.join(cell.split()) for cell in row)} |" for row in rows]
    if len(lines) > 1:
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _suffix(name: str) -> str:
    return PurePosixPath(name.strip().lower()).suffix


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    ".pdf": _pdf,
    ".docx": _docx,
    ".xlsx": _xlsx,
    ".xlsm": _xlsx,
    ".pptx": _pptx,
    ".drawio": _drawio,
    ".dio": _drawio,
    **dict.fromkeys(
        (".txt", ".csv", ".tsv", ".md", ".markdown", ".rst", ".log", ".json", ".yaml", ".yml", ".toml", ".ini",
         ".conf", ".sh", ".tf", ".tfvars", ".hcl", ".sql", ".xml"),
        _plain,
    ),
}  # fmt: skip
