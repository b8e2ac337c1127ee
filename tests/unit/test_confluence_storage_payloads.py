"""Real bodies of Confluence pages are read whole. Skipped where the shared data is not there."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from connectors.confluence.storage import read, to_sections
from connectors.documents import SectionKind, assemble
from tests.unit.confluence_pages import codes, lost, visible_tokens

BODIES = (
    Path(__file__).resolve().parents[2] / "../shared/payloads/confluence-storage-bodies.jsonl.gz"
).resolve()

pytestmark = pytest.mark.skipif(not BODIES.exists(), reason="the shared data is not there")


@pytest.fixture(scope="module")
def bodies() -> list[str]:
    with gzip.open(BODIES, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["body"] for line in lines]


def test_every_body_is_read_as_xml_into_exact_sections(bodies: list[str]) -> None:
    assert len(bodies) > 150
    for body in bodies:
        page = read(body)
        assert not page.tolerant
        text, placed = assemble(page.sections)
        assert all(text[section.start : section.end] == section.text for section in placed)


def test_no_visible_word_is_lost(bodies: list[str]) -> None:
    for body in bodies:
        gone = lost(visible_tokens(body), to_sections(body))
        assert [token for token in gone if token.strip("#")] == []  # of Markdown, headings lose their marks


def test_code_is_byte_equal(bodies: list[str]) -> None:
    macros = re.compile(
        r'<ac:structured-macro\b[^>]*ac:name="(?:code|noformat)"(?:(?!</ac:structured-macro>).)*', re.DOTALL
    )
    found = 0
    for body in bodies:
        written = codes(to_sections(body))
        for macro in macros.findall(body):
            for text in re.findall(r"<!\[CDATA\[(.*?)\]\]>", macro, re.DOTALL):
                found += 1
                assert written[text] >= 1
    assert found > 50


def test_the_ids_that_the_fixtures_give_their_headings_are_the_anchors(bodies: list[str]) -> None:
    compared = 0
    for body in bodies:
        ids = re.findall(r'<h[1-6] id="([^"]+)"', body)
        headings = [section for section in to_sections(body) if section.kind is SectionKind.HEADING]
        if ids and len(ids) == len(headings):
            assert [section.anchor for section in headings] == [
                etree.fromstring(f"<a>{i}</a>").text for i in ids
            ]
            compared += len(ids)
    assert compared > 30


def test_the_tolerant_parser_reads_the_same_sections(bodies: list[str]) -> None:
    for body in bodies:
        broken = read(body + "<p>")
        assert broken.tolerant
        assert broken.sections == read(body).sections
