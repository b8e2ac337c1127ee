"""A Notion export as Markdown and CSV: its pages, databases, links and files, whole and nested, kind and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.documents import PUBLIC, Document, Failure, SectionKind
from connectors.errors import UnreachableError
from connectors.notion.export import NotionExportConnector
from connectors.redaction import redact
from tests.unit.wiki_exports import write_zip

HOME, RUN, TASKS, ROW, NOTES = (f"{digit * 8}aaaa4bbb8ccc{digit * 12}" for digit in "12345")


def uuid(identifier: str) -> str:
    return str(UUID(identifier))


def url(identifier: str) -> str:
    return f"https://www.notion.so/{identifier}"


def read(
    files: Mapping[str, str | bytes], folder: Path, **options: Any
) -> tuple[dict[str, Document], list[Failure]]:
    """The documents by title, and the failures."""
    path = write_zip(folder / "export.zip", files)
    items = list(NotionExportConnector("team", path, **options).crawl())
    documents = [item for item in items if isinstance(item, Document)]
    assert len({document.id for document in documents}) == len(documents)
    return {d.title: d for d in documents}, [item for item in items if isinstance(item, Failure)]


def packed(files: Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


WORKSPACE: dict[str, str | bytes] = {
    f"Private & Shared/Home {HOME}.md": f"# Home: start here\n\nSee [Runbook](Home/Runbook%20{RUN}.md).\n",
    f"Private & Shared/Home/Runbook {RUN}.md": "# Runbook\n\n## Restart\n\n```bash\nkubectl get po\n```\n",
    f"Private & Shared/Home/Tasks {TASKS}.csv": "\ufeffName,Owner\nMove,Ann\n",
    f"Private & Shared/Home/Tasks {TASKS}_all.csv": (
        "\ufeffName,Owner,Sprint,Empty\n"
        f'Move,Ann,"Sprint 1 (https://www.notion.so/{NOTES}?pvs=21), Sprint 2 (Notes%20{NOTES}.md)",\n'
        'Old,"Bo\nand Cy",a|b,\n'
    ),
    f"Private & Shared/Home/Tasks/Move {ROW}.md": (
        f"# Move\n\nOwner: Ann\nSprint: Sprint 1 (../Notes%20{NOTES}.md)\n\nMore: to come\n"
    ),
    f"Private & Shared/Home/Notes {NOTES}.md": "# Notes\n\nFree: text\n",
}


def test_pages_have_their_ids_titles_and_place(tmp_path: Path) -> None:
    documents, failures = read(WORKSPACE, tmp_path)
    assert failures == []
    assert set(documents) == {"Home: start here", "Runbook", "Tasks", "Move", "Notes"}
    run = documents["Runbook"]
    assert run.id == f"notion:team/{uuid(RUN)}"
    assert run.url == url(RUN)
    assert run.breadcrumbs == ("Home: start here",)
    assert run.access == {PUBLIC}
    assert documents["Move"].breadcrumbs == ("Home: start here", "Tasks")
    for document in documents.values():
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
            assert section.anchor == UUID(document.id.rpartition("/")[2]).hex
    codes = [s for s in run.sections if s.kind is SectionKind.CODE]
    assert [(s.text, s.language, s.heading_path) for s in codes] == [
        ("kubectl get po", "bash", ("Runbook", "Restart"))
    ]


def test_folders_with_ids_and_teamspaces_are_places_too(tmp_path: Path) -> None:
    files = {
        f"Export-{uuid(NOTES)}/Platform/Home {HOME}.md": "# Home\n",
        f"Export-{uuid(NOTES)}/Platform/Home {HOME}/Run {RUN}.md": "# Run\n",
        f"Export-{uuid(NOTES)}/Gone {TASKS}/{ROW}.md": "no heading\n",
    }
    documents, _ = read(files, tmp_path)
    assert {title: d.breadcrumbs for title, d in documents.items()} == {
        "Home": ("Platform",),
        "Run": ("Platform", "Home"),
        "Untitled": ("Gone",),
    }


def test_a_database_is_all_its_rows_and_a_row_has_its_properties(tmp_path: Path) -> None:
    documents, _ = read(WORKSPACE, tmp_path)
    assert documents["Tasks"].id == f"notion:team/{uuid(TASKS)}"
    assert documents["Tasks"].text == (
        "| Name | Owner | Sprint |\n| --- | --- | --- |\n"
        "| Move | Ann | Sprint 1, Sprint 2 |\n| Old | Bo and Cy | a\\|b |"
    )
    assert [s.kind for s in documents["Tasks"].sections] == [SectionKind.TABLE]
    move = documents["Move"].sections
    assert [(s.kind, s.text) for s in move[1:]] == [
        (SectionKind.KEY_VALUE, "Owner: Ann\nSprint: Sprint 1"),
        (SectionKind.PARAGRAPH, "More: to come"),
    ]
    assert documents["Notes"].sections[1].kind is SectionKind.PARAGRAPH


def test_many_rows_are_several_tables_and_no_rows_the_title(tmp_path: Path) -> None:
    rows = "".join(f"row {number},x\n" for number in range(1_200))
    files = {
        f"Many {HOME}_all.csv": "Name,Tag\n" + rows,
        f"None {RUN}.csv": "Name,Tag\n",
        f"Void {ROW}.csv": "",
    }
    documents, failures = read(files, tmp_path)
    assert failures == []
    many = documents["Many"].sections
    assert [s.text.count("\n") for s in many] == [501, 501, 201]
    assert all(s.text.startswith("| Name | Tag |\n") for s in many)
    assert (documents["None"].text, documents["Void"].text) == ("None", "Void")


def test_links_lead_to_pages_by_their_titles(tmp_path: Path) -> None:
    body = (
        f"# Home\n\n[]({'Home/'}A%20(b)%20{RUN}.md) [Home/A%20(b)%20{RUN}.md](Home/A%20(b)%20{RUN}.md)"
        f" [see [this]](<Home/A (b) {RUN}.md>) [there]({url(RUN)}?pvs=21) [out](https://x.test/a_(b))\n\n"
        f"[gone](Gone%20{NOTES}.md) `[in](Home/A%20(b)%20{RUN}.md)`\n\n"
        f"```\n[code](Home/A%20(b)%20{RUN}.md)\n```\n"
    )
    files = {f"Home {HOME}.md": body, f"Home/A (b) {RUN}.md": "# A [b]?\n"}
    text = read(files, tmp_path)[0]["Home"].text
    assert text == (
        f"# Home\n\n[A \\[b\\]?]({url(RUN)}) [A \\[b\\]?]({url(RUN)})"
        f" [see [this]]({url(RUN)}) [there]({url(RUN)}) [out](https://x.test/a_(b))\n\n"
        f"[gone](Gone%20{NOTES}.md) `[in](Home/A%20(b)%20{RUN}.md)`\n\n"
        f"[code](Home/A%20(b)%20{RUN}.md)"
    )


def test_files_that_a_page_links_to_are_part_of_it(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"Home {HOME}.md": "# Home\n\n[plan.csv](Home/plan.csv) ![Home/photo.png](Home/photo.png) [b](Home/b.pdf)\n\n"
        "[plan.csv](Home/plan.csv) [read](Home/README.md)\n",
        "Home/plan.csv": "step,who\ndump,ann\n",
        "Home/photo.png": b"\x89PNG",
        "Home/b.pdf": b"broken",
        "Home/README.md": "# Attached\n\nwords of the file\n",
        "Home/unused.md": "# Nobody\n",
    }
    documents, failures = read(files, tmp_path)
    [home] = documents.values()
    assert home.text.startswith("# Home\n\nplan.csv photo.png b\n\nplan.csv read\n\n")
    assert home.text.count("dump,ann") == 1
    assert "words of the file" in home.text
    assert ("plan.csv",) in {section.heading_path for section in home.sections}
    assert [(f.item, f.skipped, f.warning) for f in failures] == [
        (home.id, False, True),
        ("Home/unused.md", True, False),
    ]


def test_callouts_are_admonitions(tmp_path: Path) -> None:
    body = "# Home\n\n<aside>\n💡 Mind this\n\n</aside>\n\n<aside>\n⚠️ And\n\n- this\n</aside>\n\nEnd\n"
    [home] = read({f"Home {HOME}.md": body}, tmp_path)[0].values()
    assert [(s.kind.value, s.text) for s in home.sections[1:]] == [
        ("admonition", "💡 Mind this"),
        ("admonition", "⚠️ And"),
        ("list", "- this"),
        ("paragraph", "End"),
    ]


def test_parts_in_a_zip_are_one_workspace(tmp_path: Path) -> None:
    names = list(WORKSPACE)
    inner = [packed({name: WORKSPACE[name] for name in part}) for part in (names[:2], names[2:], names[:1])]
    whole = {f"Export-x-Part-{number}.zip": data for number, data in enumerate(inner, 1)}
    assert read(whole, tmp_path) == read(WORKSPACE, tmp_path)
    whole["Export-x-Part-2.zip"] = inner[1][:-90]
    with pytest.raises(UnreachableError, match=r"Part-2\.zip: no zip file"):
        read(whole, tmp_path)


def test_a_page_that_is_too_large_or_broken_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.notion.export.MAX_PAGE", 1_000)
    files: dict[str, str | bytes] = {
        f"Big {HOME}.md": "# Big\n" + "x " * 1_000,
        f"Binary {RUN}.md": b"\0\1\2\3" * 20,
        f"Odd {ROW}_all.csv": 'Name\n"' + "x" * 200_000 + '"\n',
        f"Good {NOTES}.md": "# Good\n",
    }
    documents, failures = read(files, tmp_path)
    assert set(documents) == {"Good"}
    assert {(f.item, f.skipped) for f in failures} == {
        (f"notion:team/{uuid(identifier)}", True) for identifier in (HOME, RUN, ROW)
    }


def test_a_damaged_page_costs_only_itself_and_an_attached_zip_is_no_part(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "x.zip", {f"A {HOME}.md": "# A\n" * 50, f"B {RUN}.md": "# B\n", "B/b.zip": b"PK"}
    )
    data = bytearray(path.read_bytes())
    start = 30 + len(f"A {HOME}.md")
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)
    failure, document = NotionExportConnector("team", path).crawl()
    assert isinstance(failure, Failure)
    assert (failure.item, failure.skipped) == (f"notion:team/{uuid(HOME)}", True)
    assert isinstance(document, Document)
    assert document.title == "B"


@pytest.mark.parametrize("text", ["[a](", "[[a]", "`", "``a`", "](", "![", " (a", "<aside>"])
@pytest.mark.timeout(60)
def test_odd_text_takes_no_time(tmp_path: Path, text: str) -> None:
    read({f"A {HOME}.md": "# A\n\n" + text * 20_000, f"T {RUN}_all.csv": "N\n" + text * 20_000}, tmp_path)


def test_a_broken_table_is_told(tmp_path: Path) -> None:
    _, failures = read({f"Odd {ROW}_all.csv": 'Name\n"' + "x" * 200_000 + '"\n'}, tmp_path)
    assert "its table is broken (field larger" in failures[0].reason


def test_credentials_are_masked_everywhere(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    files = {
        f"Home {HOME}.md": f"# Home {secret}\n\n{secret} [f](Home/f.txt)\n\n```\nTOKEN={secret}\n```\n",
        f"Home/Tasks {TASKS}_all.csv": f"Name,Note\nx,{secret}\n",
        "Home/f.txt": f"{secret}\n",
    }
    documents, failures = read(files, tmp_path)
    assert len(documents) == 2
    assert secret not in repr(documents) + repr(failures)


HOSTILE = ["../../etc/passwd", "/etc/cron.d/x", "C:\\Windows\\x.md", "a/../../b.md", "..\\..\\x.md"]


@pytest.mark.parametrize("name", HOSTILE)
def test_paths_that_lead_out_are_refused_and_told(tmp_path: Path, name: str) -> None:
    before = set(tmp_path.iterdir())
    files = {f"Home {HOME}.md": "# Home\n\n[x](../../../etc/passwd)\n", name: "# Evil\n"}
    documents, failures = read(files, tmp_path)
    assert set(documents) == {"Home"}
    assert [(f.reason, f.skipped) for f in failures] == [("its path leads out of the archive", True)]
    assert set(tmp_path.iterdir()) - before == {tmp_path / "export.zip"}


def test_links_and_locked_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"Home {HOME}.md", "# Home\n")
        link = zipfile.ZipInfo(f"Link {RUN}.md")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"Locked {ROW}.md", "# Locked\n")
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    path.write_bytes(data)
    items = list(NotionExportConnector("team", path).crawl())
    assert [item.title for item in items if isinstance(item, Document)] == ["Home"]
    reasons = {item.reason for item in items if isinstance(item, Failure)}
    assert reasons == {"a link, not a file", "protected by a password"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"index.html": "<html>", f"Home {HOME}.html": "<html>"}, "choose the export format Markdown & CSV"),
        ({"README.md": "# Something else"}, "no page of Notion"),
        ({"Part-1.zip": packed({}) + b"x", "Part-2.zip": b"PK"}, "no zip file"),
    ],
)
def test_what_is_no_export_says_what_to_do(tmp_path: Path, files: dict[str, str | bytes], words: str) -> None:
    path = write_zip(tmp_path / "x.zip", files)
    with pytest.raises(UnreachableError, match=words):
        list(NotionExportConnector("team", path).crawl())


def test_many_small_bombs_are_stopped_by_the_budget_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.archives.MIN_BUDGET", 500_000)
    files = {f"Page {number:032x}.md": "# P\n" + "x\n" * 50_000 for number in range(20)}
    with pytest.raises(UnreachableError, match="unpacks to far more than its size"):
        list(NotionExportConnector("team", write_zip(tmp_path / "x.zip", files)).crawl())


VISIBLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="/\\")
CODE = st.text(
    st.one_of(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="`"), st.just("\n"))
)


@settings(max_examples=80, deadline=None)
@given(title=st.text(VISIBLE, max_size=30), identifier=st.uuids(), code=CODE)
def test_any_title_id_and_code_come_through(
    tmp_path_factory: pytest.TempPathFactory, title: str, identifier: UUID, code: str
) -> None:
    assume(redact(code)[0] == code)
    files = {f"{title} {identifier.hex}.md": f"# X{title}\n\n```\n{code}\n```\n"}
    documents, failures = read(files, tmp_path_factory.mktemp("export"))
    [document] = documents.values()
    assert [failure for failure in failures if not failure.warning] == []
    assert document.id == f"notion:team/{identifier}"
    assert document.title.startswith("X")
    if code.strip():
        assert [s.text for s in document.sections if s.kind is SectionKind.CODE] == [code.strip("\n")]
