"""A Confluence space export: what its documents hold, who may read them, and that nothing hostile gets through."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connectors.confluence import export_entities
from connectors.confluence.export import ConfluenceExportConnector
from connectors.documents import PUBLIC, Document, Failure, SectionKind
from connectors.errors import UnreachableError
from connectors.redaction import redact
from tests.unit.wiki_exports import Export, Ref, code, write_zip


def read(export: Export, path: Path, **options: Any) -> tuple[dict[str, Document], list[Failure]]:
    """The documents by title, and the failures."""
    items = list(ConfluenceExportConnector("wiki", export.write(path / "export.zip"), **options).crawl())
    documents = [item for item in items if isinstance(item, Document)]
    assert len({document.title for document in documents}) == len(documents)
    return {d.title: d for d in documents}, [item for item in items if isinstance(item, Failure)]


def open_space(export: Export) -> Ref:
    return export.space("OPS", "Operations", 98305, "anonymous")


def codes(document: Document) -> list[str]:
    return [section.text for section in document.sections if section.kind is SectionKind.CODE]


def test_a_page_has_its_identity_place_date_and_author(tmp_path: Path) -> None:
    export = Export(timezoneId="America/Vancouver")
    ann = export.user("8a8080", "ann", fullName="Ann Lee")
    space = open_space(export)
    home = export.page(11, "Home", "<p>Welcome</p>", space)
    alerts = export.page(12, "Alerts", "<p>All alerts</p>", space, parent=home)
    body = "<h2>Restart</h2><p>Ask <ac:link><ri:user ri:userkey='8a8080'/></ac:link>, then:</p>"
    page = export.page(
        13, "Cart  is\nslow", body + code("kubectl get po"), space, parent=alerts, lastModifier=ann
    )
    export.label(page, "runbook")
    export.label(page, "favourite", "my")
    document = read(export, tmp_path, url="https://wiki.acme.test/")[0]["Cart is slow"]
    assert document.id == "confluence:wiki/13"
    assert document.breadcrumbs == ("Operations", "Home", "Alerts")
    assert document.labels == ("runbook",)
    assert document.author == "Ann Lee"
    assert document.version == "3"
    assert document.updated_at == datetime(2024, 2, 3, 19, 30, tzinfo=UTC)
    assert document.url == "https://wiki.acme.test/pages/viewpage.action?pageId=13"
    assert "Ask @Ann Lee, then:" in document.text
    assert [s.heading_path for s in document.sections if s.kind is SectionKind.CODE] == [("Restart",)]
    assert all(document.text[s.start : s.end] == s.text for s in document.sections)


def test_links_and_headings_are_those_of_cloud_or_data_center(tmp_path: Path) -> None:
    anchors = {}
    for source in ("cloud", "server"):
        export = Export(source)
        export.page(5, "Cart", "<h1>On call</h1>", open_space(export))
        document = read(export, tmp_path, url="https://x.test/wiki")[0]["Cart"]
        anchors[source] = (document.url, document.sections[0].anchor)
    assert anchors["cloud"] == ("https://x.test/wiki/spaces/OPS/pages/5/Cart", "On-call")
    assert anchors["server"] == ("https://x.test/wiki/pages/viewpage.action?pageId=5", "Cart-Oncall")


def test_only_what_is_current_is_content(tmp_path: Path) -> None:
    export = Export()
    space = open_space(export)
    page = export.page(20, "Now", "<p>now</p>", space)
    export.page(21, "Before", "<p>old</p>", space, originalVersion=page)
    export.page(22, "Before, in new exports", "<p>old</p>", space, originalVersionId=20)
    export.page(23, "Draft", "<p>draft</p>", space, contentStatus="draft")
    export.page(24, "Trash", "<p>gone</p>", space, contentStatus="deleted")
    export.page(25, "Archived", "<p>gone</p>", space, contentStatus="archived")
    export.page(26, "News", "<p>news</p>", space, "BlogPost")
    export.comment(page, "<p>an old thought</p>", originalVersion=page)
    export.comment(page, "<p>a deleted thought</p>", contentStatus="deleted")
    documents, failures = read(export, tmp_path)
    assert set(documents) == {"Now", "News"}
    assert documents["Now"].text == "now"
    assert failures == []


def test_a_page_lies_below_folders_and_without_a_body_is_its_title(tmp_path: Path) -> None:
    export = Export("cloud")
    space = open_space(export)
    top = export.page(30, "Top", "", space)
    folder = export.add("Folder", 31, title="Folder", parent=top, space=space, contentStatus="current")
    export.page(32, "Inside", "<p>x</p>", space, parent=folder)
    documents, _ = read(export, tmp_path)
    assert set(documents) == {"Top", "Folder", "Inside"}
    assert documents["Folder"].text == "Folder"
    assert documents["Inside"].breadcrumbs == ("Operations", "Top", "Folder")
    assert documents["Top"].text == "Top"


def test_comments_come_in_threads_with_their_place_and_state(tmp_path: Path) -> None:
    export = Export()
    bo = export.user("bo1", "bo", fullName="Bo")
    space = open_space(export)
    marked = '<p>Use <ac:inline-comment-marker ac:ref="r1">two replicas</ac:inline-comment-marker>.</p>'
    page = export.page(40, "Scale", f"<h1>Size</h1>{marked}<h1>Other</h1><p>o</p>", space)
    inline = export.comment(page, "<p>Three!</p>", creator=bo)
    export.property_of(inline, "inline-marker-ref", "r1")
    export.property_of(inline, "inline-original-selection", "two replicas")
    export.property_of(inline, "status", "resolved")
    footer = export.comment(page, "<p>Try:</p>" + code("a: 1\n  b: 2\n") + "<p>Done</p>")
    export.comment(page, "<p>Agreed</p>", parent=inline, creator=bo)
    document = read(export, tmp_path)[0]["Scale"]
    comments = [s for s in document.sections if s.heading_path[-1:] == ("Comments",)]
    assert [(s.kind.value, s.text) for s in comments] == [
        ("admonition", "On “two replicas” (resolved)\n\nBo: Three!\n\nBo: Agreed"),
        ("admonition", "Try:"),
        ("code", "a: 1\n  b: 2\n"),
        ("admonition", "Done"),
    ]
    assert comments[0].heading_path == ("Size", "Comments")
    assert comments[1].heading_path == ("Comments",)
    assert comments[1].anchor == f"comment-{footer}"


def test_the_newest_version_of_a_file_is_a_document_below_its_page(tmp_path: Path) -> None:
    export = Export()
    space = open_space(export)
    page = export.page(50, "Backup", "<p>See the file.</p>", space)
    export.restrict(page, groups=("ops",))
    old = export.attach(page, "plan.csv", b"old,plan\n")
    new = export.attach(page, "plan.csv", b"step,who\ndump,ann\n", version=2)
    export.attach(page, "older.txt", b"of a former version", originalVersion=old)
    export.attach(page, "photo.png", b"\x89PNG")
    broken = export.attach(page, "broken.pdf", b"no pdf")
    lost = export.attach(page, "lost.txt", b"x")
    del export.files[f"attachments/{page}/{lost}/1"]
    documents, failures = read(export, tmp_path, url="https://x.test")
    assert set(documents) == {"Backup", "plan.csv"}
    file = documents["plan.csv"]
    assert file.id == f"confluence:wiki/att{new}"  # as Confluence's API names it
    assert "dump,ann" in file.text
    assert file.breadcrumbs == ("Operations", "Backup")
    assert file.url == "https://x.test/pages/viewpage.action?pageId=50"
    assert file.access == documents["Backup"].access == {"group:ops"}
    assert {(f.item, f.skipped) for f in failures} == {
        (f"confluence:wiki/att{broken}", True),
        (f"confluence:wiki/att{lost}", True),
    }


def test_an_export_without_attachments_misses_none(tmp_path: Path) -> None:
    export = Export()
    export.attach(export.page(51, "P", "<p>x</p>", open_space(export)), "a.txt", b"x")
    export.files.clear()
    assert read(export, tmp_path)[1] == []


CODES = [
    "if [[ -f x ]] > y\nthen\n\ttrue\nfi",
    "  indented: yes\n\n\n    more: no   \n",
    "a ]]> b ]] > c",
    "ends with ]] >",
    "<p>not markup &amp; &lt;</p>",
    "\r\nwindows\r\n",
    "bell \x07 and escape \x1b[0m",
    "日本 \U0001f600 &nbsp;",
]


@pytest.mark.parametrize("text", CODES)
def test_code_is_byte_equal(tmp_path: Path, text: str) -> None:
    export = Export()
    page = export.page(60, "Code", code(text), open_space(export))
    export.comment(page, code(text))
    assert codes(read(export, tmp_path)[0]["Code"]) == [text, text]


def test_code_is_byte_equal_where_the_export_splits_cdata_as_xml_does(tmp_path: Path) -> None:
    export = Export()
    page = Ref.to("Page", 61)
    space = open_space(export)
    body = code("x ]]> y\n").replace("]]>", "]]]]><![CDATA[>")
    export.add("BodyContent", body=body, content=page, bodyType=2)
    export.add("Page", 61, title="Split", contentStatus="current", space=space)
    assert codes(read(export, tmp_path)[0]["Split"]) == ["x ]]> y\n"]


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff"), min_size=1).filter(
        str.strip
    ),
    title=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")),
    identifier=st.integers(1, 10**15),
)
def test_any_code_title_and_id_come_through(
    tmp_path_factory: pytest.TempPathFactory, text: str, title: str, identifier: int
) -> None:
    assume(redact(text)[0] == text)
    assume("]]" not in title and "]] >" not in text)
    assume(not any(0x10FF00 <= ord(character) <= 0x10FF1F for character in text + title))
    export = Export()
    export.page(identifier, title, f"<pre>{identifier}</pre>" + code(text), open_space(export))
    [document] = read(export, tmp_path_factory.mktemp("export"), access=[PUBLIC])[0].values()
    assert document.id == f"confluence:wiki/{identifier}"
    assert document.title
    assert codes(document)[0] == str(identifier)
    assert codes(document)[1:] == [text]


def test_the_space_decides_who_reads_what_no_page_restricts(tmp_path: Path) -> None:
    export = Export()
    export.page(1, "Staff", "<p>x</p>", export.space("A", "A", 901, "staff", "ops"))
    export.page(2, "All", "<p>x</p>", export.space("B", "B", 902, "anonymous", "staff"))
    export.page(3, "Silent", "<p>x</p>", export.space("C", "C", 903))
    closed = export.space("D", "D", 904)
    export.add("SpacePermission", space=closed, type="EDITSPACE", group="writers")
    export.page(4, "Closed", "<p>x</p>", closed)
    users = export.space("E", "E", 905)
    export.add("SpacePermission", space=users, type="VIEWSPACE", allUsersSubject="authenticated-users")
    export.page(5, "Users", "<p>x</p>", users)
    documents, failures = read(export, tmp_path)
    access = {title: set(document.access) for title, document in documents.items()}
    assert access == {
        "Staff": {"group:staff", "group:ops"}, "All": {PUBLIC}, "Silent": set(), "Closed": set(), "Users": set(),
    }  # fmt: skip
    assert [(f.item, f.warning, "`access`" in f.reason) for f in failures] == [
        ("space C", True, True), ("space D", True, False), ("space E", True, True),
    ]  # fmt: skip
    documents, _ = read(export, tmp_path, access=["group:team"])
    access = {title: set(document.access) for title, document in documents.items()}
    team = {"group:team"}
    assert access == {
        "Staff": {"group:staff", "group:ops"}, "All": team, "Silent": team, "Closed": set(), "Users": team,
    }  # fmt: skip


def test_restrictions_of_all_pages_above_add_up(tmp_path: Path) -> None:
    export = Export("cloud")
    ann = export.user("k1", "ann", atlassianAccountId="557058:ann")
    space = open_space(export)
    top = export.page(1, "Top", "<p>x</p>", space)
    middle = export.page(2, "Middle", "<p>x</p>", space, parent=top)
    low = export.page(3, "Low", "<p>x</p>", space, parent=middle)
    other = export.page(4, "Other", "<p>x</p>", space, parent=top)
    export.page(5, "Editable", "<p>x</p>", space)
    export.restrict(top, groups=("ops", "dev"), users=(ann,))
    export.restrict(middle, groups=("ops",), users=(ann,))
    export.restrict(low, users=(ann,))
    export.restrict(other, groups=("sales",))
    export.restrict(Ref.to("Page", 5), "Edit", groups=("sales",))
    access = {title: set(document.access) for title, document in read(export, tmp_path)[0].items()}
    assert access == {
        "Top": {"group:ops", "group:dev", "user:557058:ann"},
        "Middle": {"group:ops", "user:557058:ann"},
        "Low": {"user:557058:ann"},
        "Other": set(),
        "Editable": {PUBLIC},
    }


def test_a_restriction_meets_the_permissions_of_the_space(tmp_path: Path) -> None:
    export = Export()
    ann = export.user("k1", "ann")
    space = export.space("OPS", "Ops", 900, "staff")
    export.add("SpacePermission", space=space, type="VIEWSPACE", userSubject=ann, group=None)
    export.page(1, "Open", "<p>x</p>", space)
    export.restrict(export.page(2, "Ann's", "<p>x</p>", space), users=(ann,))
    export.restrict(export.page(3, "Bo's", "<p>x</p>", space), users=(export.user("k2", "bo"),))
    documents, _ = read(export, tmp_path, access=[PUBLIC])
    assert {title: set(document.access) for title, document in documents.items()} == {
        "Open": {"group:staff", "user:ann"},
        "Ann's": {"user:ann"},
        "Bo's": set(),  # whether bo is of the staff is not in the export
    }


@pytest.mark.parametrize("break_it", ["set", "line", "kind", "subject", "parent", "loop"])
def test_what_is_not_known_is_for_nobody(tmp_path: Path, break_it: str) -> None:
    export = Export()
    space = open_space(export)
    page = Ref.to("Page", 1)
    properties: dict[str, Any] = {}
    if break_it == "set":
        properties["contentPermissionSets"] = [Ref.to("ContentPermissionSet", 77)]
    elif break_it == "line":
        missing = [Ref.to("ContentPermission", 78)]
        export.add("ContentPermissionSet", 77, type="View", contentPermissions=missing, owningContent=page)
    elif break_it == "kind":
        export.restrict(page, "Share", groups=("all",))
    elif break_it == "subject":
        owner = Ref.to("ContentPermissionSet", 77)
        export.add("ContentPermission", 78, type="View", groupName="a", guestSubject="g", owningSet=owner)
        export.add("ContentPermissionSet", 77, type="View", owningContent=page)
    elif break_it == "parent":
        properties["parent"] = Ref.to("Page", 404)
    else:
        properties["parent"] = export.page(2, "Loop", "<p>x</p>", space, parent=page)
    export.page(1, "Page", "<p>x</p>", space, **properties)
    documents, failures = read(export, tmp_path)
    assert documents["Page"].access == frozenset()
    if break_it in ("parent", "loop"):
        assert "confluence:wiki/1" in {failure.item for failure in failures if failure.warning}


def test_a_space_permission_of_an_unknown_kind_opens_nothing(tmp_path: Path) -> None:
    export = Export()
    space = export.space("OPS", "Ops", 900)
    export.add("SpacePermission", space=space, type="VIEWSPACE", roleSubject="guests", group=None)
    export.add("SpacePermission", space=space, type="EDITSPACE", allUsersSubject="anonymous-users")
    export.page(1, "Page", "<p>x</p>", space)
    assert read(export, tmp_path)[0]["Page"].access == frozenset()


def test_old_exports_name_people_and_files_otherwise(tmp_path: Path) -> None:
    export = Export()
    space = open_space(export)
    page = Ref.to("Page", 1)
    owner = Ref.to("ContentPermissionSet", 77)
    export.add("ContentPermission", 78, type="View", userName="ann", owningSet=owner)
    export.add("ContentPermissionSet", 77, type="View", owningContent=page)
    export.add("Attachment", 79, fileName="a.txt", attachmentVersion=4, content=page)
    export.files["attachments/1/79/4"] = b"file's words"
    export.body(page, "h1. Old\n\nSome *wiki* markup\n\n{code:yaml}\na:\n  - b\n{code}\n\nEnd", 0)
    export.add("Page", 1, title="Old", space=space, lastModifierName="ann")
    documents, failures = read(export, tmp_path)
    assert documents["Old"].access == {"user:ann"}
    assert "Some *wiki* markup" in documents["Old"].text
    (code,) = [section for section in documents["Old"].sections if section.kind is SectionKind.CODE]
    assert (code.text, code.language) == ("a:\n  - b", "yaml")
    assert documents["a.txt"].text == "file's words"
    assert "wiki markup" in failures[0].reason


INCLUDE = (
    '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link>'
    '<ri:page ri:space-key="{0}" ri:content-title="{1}"/></ac:link></ac:parameter></ac:structured-macro>'
)


def test_an_include_of_a_page_is_no_blog_post_of_the_same_title(tmp_path: Path) -> None:
    export = Export()
    space = open_space(export)
    export.page(1, "Note", "<p>words of the page</p>", space)
    export.page(2, "NOTE", "<p>words of the post</p>", space, kind="BlogPost")
    export.page(3, "Host", INCLUDE.format("OPS", "Note"), space)
    assert "words of the page" in read(export, tmp_path)[0]["Host"].text


def test_an_included_page_is_shown_to_whom_both_let_read(tmp_path: Path) -> None:
    export = Export()
    ops, dev = open_space(export), export.space("DEV", "Dev", 902, "anonymous")
    body = "<h1>Here</h1>" + INCLUDE.format("DEV", "steps") + "<p>after</p>"
    host = export.page(1, "Host", body, ops)
    steps = export.page(
        2, "Steps", "<p>inner</p>" + code("kubectl get po") + INCLUDE.format("OPS", "Host"), dev
    )
    export.page(3, "STEPS", "<p>another</p>", ops)
    export.page(4, "Lost", INCLUDE.format("DEV", "Nothing"), ops)
    export.restrict(host, groups=("ops", "dev"))
    export.restrict(steps, groups=("dev", "sales"))
    documents, failures = read(export, tmp_path)
    text = documents["Host"].text
    assert text.index("Here") < text.index("inner") < text.index("kubectl get po") < text.index("after")
    assert documents["Host"].access == {"group:dev"}
    assert {(f.item, f.reason.split("'")[2].strip()) for f in failures} >= {
        ("confluence:wiki/1", "includes itself"),
        ("confluence:wiki/4", "of space DEV is not in the export"),
    }


def test_only_the_wanted_spaces_are_read(tmp_path: Path) -> None:
    export = Export(exportType="all")
    export.page(1, "A", "<p>x</p>", export.space("A", "A", 901, "anonymous"))
    export.page(2, "B", "<p>x</p>", export.space("B", "B", 902))
    documents, failures = read(export, tmp_path, spaces=["A", "MISSING"])
    assert set(documents) == {"A"}
    assert [failure.item for failure in failures] == ["space MISSING"]


def test_credentials_are_masked_everywhere(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    export = Export()
    space = open_space(export)
    page = export.page(1, f"Token {secret}", f"<p>{secret}</p>" + code(f"TOKEN={secret}"), space)
    export.comment(page, f"<p>{secret}</p>")
    export.attach(page, "a.txt", secret.encode())
    export.page(2, "Below", "<p>x</p>", space, parent=page)
    export.label(page, "plain")
    documents, failures = read(export, tmp_path)
    assert secret not in repr(documents) + repr(failures)
    assert len(documents) == 3


def test_a_repacked_folder_and_lines_of_windows_are_read(tmp_path: Path) -> None:
    export = Export()
    export.page(1, "Page", "<p>x</p>" + code("a\nb"), open_space(export))
    path = export.write(tmp_path / "folder.zip", "Confluence-export/")
    [document] = ConfluenceExportConnector("wiki", path).crawl()
    assert isinstance(document, Document)
    write_zip(path, {"entities.xml": export.xml().replace("\n", "\r\n")})
    [again] = ConfluenceExportConnector("wiki", path).crawl()
    assert isinstance(again, Document)
    assert codes(again) == codes(document) == ["a\nb"]


def broken_files() -> dict[str, dict[str, str | bytes]]:
    export = Export()
    export.page(1, "Page", "<p>x</p>", open_space(export))
    xml = export.xml()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return {
        "another zip": {"README.md": "x"},
        "HTML export": {"OPS/index.html": "<html/>"},
        "another XML": {"entities.xml": "<entities/>"},
        "empty": {"entities.xml": ""},
        "cut": {"entities.xml": xml[:-200]},
        "not closed": {"entities.xml": xml.replace("</hibernate-generic>", "")},
        "entities": {"entities.xml": xml.replace("<hibernate", f"{bomb}<hibernate", 1)},
        "file of the machine": {"entities.xml": xml.replace("[CDATA[Page]]", "[CDATA[]]>&x;<![CDATA[]]", 1)},
        "bomb": {"entities.xml": b"<hibernate-generic>" + b" " * 3_000_000},
    }


@pytest.mark.parametrize("name", broken_files())
def test_what_is_no_whole_export_yields_nothing_and_says_what_to_do(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.archives.MIN_BUDGET", 1_000_000)
    path = write_zip(tmp_path / "x.zip", broken_files()[name])
    connector = ConfluenceExportConnector("wiki", path)
    found: list[object] = []
    with pytest.raises(UnreachableError, match="correct `export` of source wiki"):
        found.extend(connector.crawl())
    assert found == []


def test_a_truncated_zip_or_no_zip_is_told_by_check_too(tmp_path: Path) -> None:
    export = Export()
    export.page(1, "Page", "<p>x</p>" * 1_000, open_space(export))
    path = export.write(tmp_path / "x.zip")
    assert ConfluenceExportConnector("wiki", path).check().ok
    for data in (path.read_bytes()[:-300], b"PK\x03\x04", b"%PDF-1.4", b""):
        path.write_bytes(data)
        report = ConfluenceExportConnector("wiki", path).check()
        assert not report.ok
        assert "no zip file" in report.message
    missing = ConfluenceExportConnector("wiki", tmp_path / "none.zip").check()
    assert "is no file; correct `export` of source wiki" in missing.message


def test_a_damaged_attachment_costs_only_itself(tmp_path: Path) -> None:
    export = Export()
    page = export.page(1, "Page", "<p>body</p>", open_space(export))
    export.attach(page, "a.txt", b"0123456789" * 50)
    path = export.write(tmp_path / "x.zip")
    with zipfile.ZipFile(path) as archive:
        info = next(info for info in archive.infolist() if info.filename.startswith("attachments/"))
        start = info.header_offset + 30 + len(info.filename)
    data = bytearray(path.read_bytes())
    data[start : start + info.compress_size] = b"\xff" * info.compress_size
    path.write_bytes(data)
    document, failure = ConfluenceExportConnector("wiki", path).crawl()
    assert isinstance(document, Document)
    assert document.text == "body"
    assert isinstance(failure, Failure)
    assert failure.skipped
    assert "a.txt: damaged" in failure.reason


class Endless:
    """An entities.xml of many historical versions, made while it is read."""

    def __init__(self, objects: int) -> None:
        export = Export()
        for number in range(10):
            export.page(number, f"Page {number}", "<p>word</p>" * 2_000, Ref.to("Space", 1))
        self._object = "\n".join(export.objects).encode()
        self._parts = iter([export_entities.ROOT + b">", *[self._object] * objects, b"</hibernate-generic>"])
        self.size = len(self._object) * objects

    def read(self, size: int, /) -> bytes:
        return next(self._parts, b"")


def test_memory_does_not_grow_with_the_file() -> None:
    """20 MB of objects pass through, of which a few are held at a time."""
    source = Endless(100)
    tracemalloc.start()
    try:
        seen = sum(1 for _ in export_entities.read(source))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seen == 100 * 20
    assert source.size > 20_000_000
    assert peak < 5_000_000
