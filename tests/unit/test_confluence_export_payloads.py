"""Real bodies, packed into an export and read back: every page is what the body alone would be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from connectors.confluence import storage
from connectors.confluence.export import ConfluenceExportConnector
from connectors.documents import Document, SectionKind
from connectors.redaction import redact
from tests.unit.wiki_exports import Export

BODIES = (
    Path(__file__).resolve().parents[2] / "../shared/payloads/confluence-storage-bodies.jsonl.gz"
).resolve()

pytestmark = pytest.mark.skipif(not BODIES.exists(), reason="the shared data is not there")


def test_real_bodies_come_through_an_export_as_they_are(tmp_path: Path) -> None:
    export = Export("cloud")
    space = export.space("OPS", "Operations", 900, "anonymous")
    with gzip.open(BODIES, "rt", encoding="utf-8") as lines:
        real = [json.loads(line)["body"] for line in lines]
    for number, body in enumerate(real):
        export.page(number, f"Page {number}", body, space)
    path = export.write(tmp_path / "export.zip")
    documents = {d.id: d for d in ConfluenceExportConnector("w", path).crawl() if isinstance(d, Document)}
    codes = 0
    for number, body in enumerate(real):
        wanted = [(s.kind, s.language, redact(s.text)[0]) for s in storage.read(body).sections]
        found = [(s.kind, s.language, s.text) for s in documents[f"confluence:w/{number}"].sections]
        assert found == (wanted or [(SectionKind.HEADING, None, f"Page {number}")])
        codes += sum(kind is SectionKind.CODE for kind, _, _ in found)
    assert codes > 50
