"""What every connector that reads an exported file must do; one entry in `SOURCES` adds a connector."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from connectors.base import Connector, Crawl
from connectors.confluence.export import ConfluenceExportConnector
from connectors.documents import PUBLIC, Checkpoint, Document, SectionKind, Unchanged
from connectors.errors import UnreachableError
from connectors.notion.export import NotionExportConnector
from tests.contract.worlds import crawl, documents, failures, named
from tests.unit.wiki_exports import LONG_AGO, Export, code, write_zip

CODE = 'if [[ -f "$HOME/.kube" ]] > log; then\n\n\tkubectl get po -o jsonpath="{..name}"   \n  exit 1\nfi'


def confluence(path: Path, pages: dict[str, str]) -> None:
    export = Export()
    space = export.space("OPS", "Operations", 98305, "anonymous")
    for title, words in sorted(pages.items()):
        page = export.page(1000 + ord(title), title, f"<p>{words}</p>" + code(CODE), space)
        export.attach(page, f"{title}.pdf", b"broken")
    export.write(path)


def notion(path: Path, pages: dict[str, str]) -> None:
    files: dict[str, str | bytes] = {"notes.md": "no page"}
    for title, words in pages.items():
        name = f"{title} {ord(title):032x}"
        files[f"{name}.md"] = f"# {title}\n\n{words}\n\n```bash\n{CODE}\n```\n"
    write_zip(path, files)


@dataclass(frozen=True)
class Source:
    """A connector, and how a small export of pages (title to words) is written."""

    connector: Callable[..., Connector]
    write: Callable[[Path, dict[str, str]], None]


SOURCES = {
    "confluence": Source(ConfluenceExportConnector, confluence),
    "notion": Source(NotionExportConnector, notion),
}
PAGES = {"A": "first page", "B": "second page", "C": "third page"}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest) -> Source:
    return SOURCES[request.param]


@pytest.fixture
def path(source: Source, tmp_path: Path) -> Path:
    source.write(tmp_path / "export.zip", PAGES)
    return tmp_path / "export.zip"


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the file at once: its change time is now, whatever a test does."""
    monkeypatch.setattr("connectors.exports._SETTLED_NS", -(10**12))


def titles(found: dict[str, Document]) -> set[str]:
    return {document.title for document in found.values()}


def checkpoint_of(crawling: Crawl) -> Checkpoint:
    """What a crawl returns, when it is taken to its end."""
    while True:
        try:
            next(crawling)
        except StopIteration as end:
            return cast(Checkpoint, end.value)


def test_it_is_a_connector_and_says_that_it_can_read(source: Source, path: Path) -> None:
    connector = source.connector("demo", path)
    assert isinstance(connector, Connector)
    assert connector.name == "demo"
    assert connector.check().ok


def test_documents_are_complete_and_survive_json(source: Source, path: Path) -> None:
    found = documents(crawl(source.connector("demo", path))[0])
    assert titles(found) == set(PAGES)
    for name, document in found.items():
        assert name.startswith(f"{getattr(source.connector, 'type', '')}:demo/")
        assert (document.source, document.kind, document.path) == ("demo", "page", None)
        assert document.access == {PUBLIC}
        again = Document.from_json(json.loads(json.dumps(document.to_json())))
        assert again == document


def test_spans_are_exact_and_code_is_byte_equal(source: Source, path: Path) -> None:
    for document in documents(crawl(source.connector("demo", path))[0]).values():
        position = 0
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.start >= position
            position = section.end
        assert [s.text for s in document.sections if s.kind is SectionKind.CODE] == [CODE]


def test_a_second_crawl_of_the_same_file_reads_nothing(
    source: Source, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, checkpoint = crawl(source.connector("demo", path))
    monkeypatch.setattr("connectors.exports.Archive", lambda *a: pytest.fail("the file was opened"))
    second, again = crawl(source.connector("demo", path), checkpoint)
    assert named(second) == named(first)
    assert not documents(second)
    assert failures(second) == failures(first) != []
    assert again == checkpoint


def test_a_new_export_yields_what_it_holds_and_names_nothing_else(source: Source, path: Path) -> None:
    first, checkpoint = crawl(source.connector("demo", path))
    source.write(path, {"A": "first page", "B": "another text", "D": "new page"})
    os.utime(path, (LONG_AGO + 60, LONG_AGO + 60))
    second, _ = crawl(source.connector("demo", path), checkpoint)
    assert second == crawl(source.connector("demo", path))[0]
    assert titles(documents(second)) == {"A", "B", "D"}
    assert named(second) == set(source.connector("demo", path).list_ids())
    before, after = documents(first), documents(second)
    same = {after[name].title for name in after.keys() & before.keys() if after[name] == before[name]}
    assert same == {"A"}


def test_a_file_replaced_while_it_is_read_is_read_again(source: Source, path: Path) -> None:
    crawling = source.connector("demo", path).crawl()
    next(crawling)
    os.utime(path, (LONG_AGO + 60, LONG_AGO + 60))
    second, _ = crawl(source.connector("demo", path), checkpoint_of(crawling))
    assert titles(documents(second)) == set(PAGES)


def test_a_file_touched_just_now_is_read_again(
    source: Source, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    _, checkpoint = crawl(source.connector("demo", path))
    second, _ = crawl(source.connector("demo", path), checkpoint)
    assert not any(isinstance(item, Unchanged) for item in second)


def test_other_settings_make_it_be_read_again(source: Source, path: Path) -> None:
    first, checkpoint = crawl(source.connector("demo", path))
    second, _ = crawl(source.connector("demo", path, access=["group:ops"]), checkpoint)
    assert set(documents(second)) == set(documents(first))
    assert {document.access for document in documents(second).values()} == {frozenset({"group:ops"})}


@pytest.mark.parametrize("checkpoint", [{}, {"settings": "old"}, {"items": {}}])
def test_a_foreign_checkpoint_is_as_none(source: Source, path: Path, checkpoint: dict[str, Any]) -> None:
    assert crawl(source.connector("demo", path), checkpoint) == crawl(source.connector("demo", path))


def test_no_file_and_no_zip_are_unreachable(source: Source, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip")
    for path in (tmp_path / "none.zip", tmp_path, tmp_path / "text.zip"):
        connector = source.connector("demo", path)
        report = connector.check()
        assert not report.ok
        assert "correct `export` of source demo" in report.message
        with pytest.raises(UnreachableError, match="correct `export`"):
            crawl(connector)
        with pytest.raises(UnreachableError):
            list(connector.list_ids())


def test_each_part_of_a_cut_file_is_refused_whole(source: Source, path: Path, tmp_path: Path) -> None:
    data = path.read_bytes()
    for size in range(0, len(data), 97):
        (tmp_path / "cut.zip").write_bytes(data[:size])
        with pytest.raises(UnreachableError):
            crawl(source.connector("demo", tmp_path / "cut.zip"))
