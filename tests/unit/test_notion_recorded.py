"""What Notion has really answered converts whole; skipped where the recordings are not at hand."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.notion import blocks, data_sources, properties
from connectors.notion.rich_text import pieces_in

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "notion-responses.jsonl.gz"
pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded responses are not at hand")


def responses() -> Iterator[Any]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["response"] for line in lines)


def objects(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The outermost objects of one kind in a response."""
    if isinstance(value, dict) and value.get("object") == kind:
        yield value
    elif isinstance(value, dict | list):
        for held in value.values() if isinstance(value, dict) else value:
            yield from objects(held, kind)


def lost(value: Any, *texts: str) -> list[str]:
    """Each `plain_text` of `value` that is not in the texts, white space aside."""
    text = " ".join(" ".join(texts).split())
    return [t for piece in pieces_in(value) if (t := " ".join(str(piece["plain_text"]).split())) not in text]


def test_every_recorded_block_converts_without_losing_a_word() -> None:
    seen: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for response in responses():
        found = list(objects(response, "block"))
        content = blocks.read(found)
        assert not lost(found, *(section.text for section in content.sections))
        codes = [
            "".join(p["plain_text"] for p in b["code"]["rich_text"]) for b in found if b["type"] == "code"
        ]
        assert [s.text for s in content.sections if s.kind.value == "code"] == [c for c in codes if c.strip()]
        assert "X-Amz" not in "".join(section.text for section in content.sections)
        seen.update(b["type"] for b in found)
        skipped.update(content.skipped)
    assert len(seen) >= 30
    assert skipped == {"ai_block": 1, "button": 1}


def test_every_recorded_page_converts_without_losing_a_word() -> None:
    kinds: Counter[str] = Counter()
    for response in responses():
        for page in objects(response, "page"):
            content = properties.read(page["properties"])
            assert not lost(page["properties"], content.section.text if content.section else "")
            assert not content.skipped
            kinds.update(value["type"] for value in page["properties"].values())
    assert len(kinds) >= 20


@pytest.mark.parametrize("kind", ["database", "data_source"])
def test_every_recorded_database_converts_without_losing_a_word(kind: str) -> None:
    found = [source for response in responses() for source in objects(response, kind)]
    assert len(found) > 50
    for source in found:
        assert not lost(
            source, data_sources.title_of(source), *(s.text for s in data_sources.describe(source))
        )


def test_every_recorded_query_is_a_table_with_all_its_words() -> None:
    tables = 0
    for response in responses():
        rows = list(objects(response, "page"))
        table = data_sources.to_table(rows)
        assert not lost([row["properties"] for row in rows], table.text if table else "")
        tables += table is not None and len(rows) > 1
    assert tables > 5
