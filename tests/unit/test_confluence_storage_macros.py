"""Confluence's macros and what a page refers to are read from its storage format."""

from __future__ import annotations

import pytest

from connectors.confluence.notes import AttachmentRef, Include, PageRef
from connectors.confluence.storage import excerpt, read, to_sections
from connectors.documents import SectionKind
from tests.unit.confluence_pages import cdata, code, macro, outline, plain, rich


def page_link(title: str, space: str = "") -> str:
    key = f'ri:space-key="{space}" ' if space else ""
    return f'<ac:link><ri:page {key}ri:content-title="{title}"/></ac:link>'


def unnamed(value: str) -> str:
    return f'<ac:parameter ac:name="">{value}</ac:parameter>'


@pytest.mark.parametrize("name", ["info", "note", "warning", "tip"])
def test_an_admonition_is_one_section_with_its_title(name: str) -> None:
    (section,) = to_sections(macro(name, rich("<p>a <b>b</b></p><p>c</p>"), title="Stop", icon="false"))
    assert (section.kind, section.text, section.context) == (SectionKind.ADMONITION, "Stop\n\na b\n\nc", name)


def test_blocks_in_an_admonition_keep_their_kinds_and_their_order() -> None:
    table = "<table><tr><td>t</td></tr></table>"
    inner = macro("note", rich("<p>inner</p>"))
    inside = f"<p>one</p>{code('x: 1', language='yaml')}bare<ul><li>l</li></ul>{table}{inner}<p>last</p>"
    assert outline(macro("panel", rich(inside), title="T", bgColor="#fff")) == [
        ("admonition", "T\n\none"),
        ("code", "x: 1"),
        ("admonition", "bare"),
        ("list", "- l"),
        ("table", "| t |"),
        ("admonition", "inner"),
        ("admonition", "last"),
    ]


def test_an_expand_shows_its_title_and_its_body() -> None:
    body = macro("expand", rich(f"<p>a</p>{code('b')}"), title="More")
    assert outline(body) == [("paragraph", "More"), ("paragraph", "a"), ("code", "b")]


def test_a_status_is_its_title() -> None:
    status = macro("status", colour="Green", title="Done") + macro("status", colour="Red")
    assert outline(f"<p>State: {status}.</p>") == [("paragraph", "State: [Done][Red].")]


def test_a_jira_macro_is_its_key_or_its_query_with_the_columns() -> None:
    body = f"<p>See{macro('jira', server='J', key='OPS-7')}now</p>"
    body += f"<p>{macro('jira', server='J', columns='key,issue type', maximumIssues='20', jqlQuery='project = X')}</p>"
    body += f"<p>{macro('jirachart', jql='project = Y', chartType='pie')}</p>"
    old = '<p><ac:macro ac:name="jira"><ac:default-parameter>OPS-8</ac:default-parameter></ac:macro></p>'
    assert [text for _, text in outline(body + old)] == [
        "See OPS-7 now",
        "project = X (key, issue type)",
        "project = Y",
        "OPS-8",
    ]


def test_users_are_mentioned_by_name_where_it_is_known() -> None:
    def user(key: str, value: str) -> str:
        return f'<ac:link><ri:user ri:{key}="{value}"/></ac:link>'

    body = f"<p>Ask{user('account-id', '5b:1')} or {user('userkey', 'ff80')}, {user('username', 'ann')}.</p>"
    who = '<ac:parameter ac:name="user"><ri:user ri:userkey="k"/></ac:parameter>'
    body += f"<p>{macro('profile', who)}</p>"
    assert outline(body + "<p><ac:link><ri:user/></ac:link></p>") == [
        ("paragraph", "Ask @5b:1 or @ff80, @ann."),
        ("paragraph", "@k"),
    ]
    named = read(body, user_names={"5b:1": "Ann Lee"})
    assert named.sections[0].text == "Ask @Ann Lee or @ff80, @ann."
    assert named.users == ("5b:1", "ff80", "ann", "k")


def test_dates_and_emoji_are_readable() -> None:
    emoji = '<ac:emoticon ac:name="blue-star" ac:emoji-shortname=":tada:" ac:emoji-fallback="🎉"/>'
    body = f'<p>Due<time datetime="2024-02-22"/>{emoji} <ac:emoticon ac:name="cross"/>'
    body += '<ac:emoticon ac:emoji-shortname=":own:"/> <ac:emoticon ac:name="odd"/></p>'
    assert outline(body) == [("paragraph", "Due 2024-02-22🎉 ❌:own: :odd:")]


@pytest.mark.parametrize(
    ("name", "parameters", "title"),
    [
        ("drawio", {"diagramName": "Network", "revision": "3"}, "Network"),
        ("drawio", {"diagramDisplayName": "The network", "diagramName": "n.drawio"}, "The network"),
        ("inc-drawio", {"diagramName": "Net"}, "Net"),
        ("gliffy", {"name": "g-1.png", "displayName": "g-1", "macroId": "9"}, "g-1"),
        ("gliffy", {"name": "g-2"}, "g-2"),
        ("mermaid-cloud", {"filename": "flow", "zoom": "fit"}, "flow"),
    ],
)
def test_a_diagram_is_its_title(name: str, parameters: dict[str, str], title: str) -> None:
    page = read(macro(name, **parameters))
    assert [section.text for section in page.sections] == [title]
    assert page.diagrams == (title,)
    assert page.unknown_macros == {}


@pytest.mark.parametrize(
    "name", ["toc", "children", "pagetree", "recently-updated", "contentbylabel", "livesearch"]
)
def test_macros_that_list_other_pages_are_skipped(name: str) -> None:
    page = read(f"<p>{macro(name, depth='2', style='h2', page='x')}</p>")
    assert page.sections == ()
    assert page.unknown_macros == {}


def test_included_pages_are_named_where_they_belong() -> None:
    body = (
        "<p>a</p>"
        + macro("include", unnamed(page_link("Nav", "OPS")))
        + f"<p>before {macro('excerpt-include', unnamed(page_link('Prices')), name='eu', nopanel='true')} after</p>"
        + macro("excerpt-include", "<ac:default-parameter>DEV:Old page</ac:default-parameter>")
        + f"<table><tr><td>x</td><td>{macro('include', unnamed(page_link('In a cell')))}{code('c')}</td></tr></table>"
        + macro("include")
    )
    page = read(body)
    assert [section.text for section in page.sections] == [
        "a", "Nav", "before Prices after", "Old page", "| x | In a cell `c` |", "c",
    ]  # fmt: skip
    assert page.includes == (
        Include(PageRef("Nav", "OPS"), None, 1),
        Include(PageRef("Prices"), "eu", 2),
        Include(PageRef("Old page", "DEV"), "", 3),
        Include(PageRef("In a cell"), None, 4),
    )


def test_an_excerpt_stays_on_its_page_and_can_be_had_alone() -> None:
    first = macro("excerpt", rich("<p>one</p>"), hidden="true")
    second = macro("excerpt", rich(f"<h2>Two</h2>{code('two')}"), name="b")
    body = f"<p>Costs {macro('excerpt', rich('5'), name='price')} euros</p><ul><li>{first}</li></ul>{second}"
    assert [text for _, text in outline(body)] == ["Costs 5 euros", "- one", "Two", "two"]
    found = excerpt(body, "b")
    assert found is not None
    assert [(s.text, s.heading_path) for s in found.sections] == [("Two", ()), ("two", ("Two",))]
    unnamed_one = excerpt(body)
    assert unnamed_one is not None
    assert [section.text for section in unnamed_one.sections] == ["5"]
    assert excerpt(body, "none") is None


def test_sections_columns_and_properties_only_frame_their_content() -> None:
    columns = macro("column", rich("a"), width="50%") + macro("column", rich("<p>b</p>"))
    body = macro("section", rich(columns)) + macro("details", rich("c") + rich("d"), id="x")
    assert [text for _, text in outline(body)] == ["a", "b", "c d"]
    assert read(body).unknown_macros == {}


def test_page_properties_are_key_and_value() -> None:
    user = '<ac:link><ri:user ri:account-id="u1"/></ac:link>'
    rows = f"<tr><th>Owner</th><td><p>{user}</p></td></tr><tr><th><p>Tier</p></th><td>1<br/>2</td></tr>"
    table = f"<table><tbody>{rows}</tbody></table>"
    sections = to_sections(macro("details", rich(table)) + table)
    assert [(s.kind.value, s.text) for s in sections] == [
        ("key_value", "Owner: @u1\nTier: 1 2"),
        ("table", "| Owner | @u1 |\n| Tier | 1 2 |"),
    ]
    across = "<table><tr><th>Owner</th><th>Tier</th></tr><tr><td>Ann</td><td>1</td></tr></table>"
    assert outline(macro("details", rich(across))) == [("table", "| Owner | Tier |\n| Ann | 1 |")]


def test_an_unknown_macro_keeps_its_body_and_its_name_and_is_counted() -> None:
    formula = macro("eazy-math-inline", body="x^2", align="center")
    body = (
        macro("chart-x", rich("<p>numbers</p>"), title="Sales", width="9")
        + macro("chart-x", plain("a\n  b"))
        + f"<p>so {formula}!</p>"
        + '<ac:macro ac:name="align"><ac:parameter ac:name="align">center</ac:parameter>'
        + "<ac:rich-text-body>middle</ac:rich-text-body></ac:macro>"
    )
    page = read(body)
    assert [(s.kind.value, s.text) for s in page.sections] == [
        ("paragraph", "[chart-x] Sales"),
        ("paragraph", "numbers"),
        ("paragraph", "[chart-x]"),
        ("code", "a\n  b"),
        ("paragraph", "so [eazy-math-inline] x^2!"),
        ("paragraph", "[align] middle"),
    ]
    assert page.unknown_macros == {"chart-x": 2, "eazy-math-inline": 1, "align": 1}


def test_tabs_and_cards_show_their_names_above_what_is_in_them() -> None:
    panes = macro("tab-pane", rich("<p>apt</p>"), name="Linux") + macro(
        "ui-tab", rich("<p>brew</p>"), title="Mac"
    )
    page = read(
        macro("tabs-group", rich(panes)) + macro("deck", rich(macro("card", rich("<p>x</p>"), label="C")))
    )
    assert [section.text for section in page.sections] == ["Linux", "apt", "Mac", "brew", "C", "x"]
    assert not page.unknown_macros


def test_bodies_in_a_language_are_code_and_wiki_markup_is_prose() -> None:
    body = macro("plantuml", plain("@startuml\n@enduml")) + macro("unmigrated-wiki-markup", plain("h1. A"))
    first, second = to_sections(body + macro("unmigrated-wiki-markup", plain(" \n")))
    assert (first.kind, first.language, first.text) == (SectionKind.CODE, "plantuml", "@startuml\n@enduml")
    assert (second.kind, second.text) == (SectionKind.PARAGRAPH, "h1. A")


MARKDOWN = (
    "# Set `up`\n\nRun **it**:\n\n```yaml\na:\n  - b\n\n\tc\n```\n\n- one\n- two\n\n"
    "End\n---\n\n| a |\n|---|\n| 1 |\n"
)


def test_a_markdown_macro_is_read_as_markdown_under_the_headings_of_the_page() -> None:
    sections = to_sections("<h1>Page</h1>" + macro("markdown", plain(MARKDOWN)) + "<p>after</p>")
    assert [(s.kind.value, s.text, s.heading_path, s.anchor, s.language) for s in sections] == [
        ("heading", "Page", (), "Page", None),
        ("heading", "Set up", (), "Set-up", None),
        ("paragraph", "Run **it**:", ("Set up",), "Set-up", None),
        ("code", "a:\n  - b\n\n\tc", ("Set up",), "Set-up", "yaml"),
        ("list", "- one\n- two", ("Set up",), "Set-up", None),
        ("heading", "End", ("Set up",), "End", None),
        ("table", "| a |\n|---|\n| 1 |", ("Set up", "End"), "End", None),
        ("paragraph", "after", ("Set up", "End"), "End", None),
    ]


def test_a_markdown_macro_in_a_cell_or_list_keeps_its_words_and_code() -> None:
    inside = macro("markdown", plain(MARKDOWN))
    for body in (f"<table><tr><td>{inside}</td></tr></table>", f"<ul><li>{inside}</li></ul>"):
        sections = to_sections(body)
        assert [s.text for s in sections if s.kind is SectionKind.CODE] == ["a:\n  - b\n\n\tc"]
        words = " ".join(s.text for s in sections)
        assert all(word in words for word in ("Set up", "Run **it**:", "one", "two", "End", "1"))


def test_more_markdown_than_a_person_writes_is_kept_as_it_stands() -> None:
    text = "- a\n" * 10_001
    (section,) = to_sections(macro("markdown", plain(text)))
    assert section.text == text


def test_old_code_macros_name_their_language_without_a_parameter_name() -> None:
    body = (
        f'<ac:macro ac:name="code"><ac:default-parameter>Java</ac:default-parameter>{plain("x;")}</ac:macro>'
    )
    (section,) = to_sections(body)
    assert (section.text, section.language) == ("x;", "java")


def test_shown_files_and_framed_sites_are_named() -> None:
    file = '<ac:parameter ac:name="name"><ri:attachment ri:filename="plan.pdf"/></ac:parameter>'
    site = '<ac:parameter ac:name="url"><ri:url ri:value="https://x.example/v"/></ac:parameter>'
    page = read(macro("view-file", file) + macro("widget", site) + macro("viewpdf"))
    assert [section.text for section in page.sections] == ["plan.pdf https://x.example/v"]
    assert page.attachments == (AttachmentRef("plan.pdf"),)
    assert page.urls == ("https://x.example/v",)


def test_comment_markers_keep_their_text_and_say_where_it_is() -> None:
    def marker(reference: str, text: str) -> str:
        return f'<ac:inline-comment-marker ac:ref="{reference}">{text}</ac:inline-comment-marker>'

    body = f"<p>a</p><p>b {marker('r1', 'noted')}ly</p><table><tr><td>{marker('r2', 'c')}</td></tr></table>"
    page = read(f"<h1>H</h1>{body}<ul><li>d</li><li>{marker('r3', 'e')}</li></ul>")
    assert [section.text for section in page.sections] == ["H", "a", "b notedly", "| c |", "- d\n- e"]
    assert page.comment_markers == {"r1": 2, "r2": 3, "r3": 4}


# Blocks of the new editor


def adf(kind: str, inside: str, fallback: str = "", key: str = "", value: str = "") -> str:
    attribute = f'<ac:adf-attribute key="{key}">{value}</ac:adf-attribute>' if key else ""
    tail = f"<ac:adf-fallback>{fallback}</ac:adf-fallback>" if fallback else ""
    node = f'<ac:adf-node type="{kind}">{attribute}{inside}</ac:adf-node>'
    return f"<ac:adf-extension>{node}{tail}</ac:adf-extension>"


def test_a_panel_of_the_new_editor_is_read_once() -> None:
    content = f"<ac:adf-content><p>Mind this.</p>{code('x')}</ac:adf-content>"
    body = adf("panel", content, "<div><p>Mind this.</p></div>", "panel-type", "note")
    assert outline(body) == [("admonition", "Mind this."), ("code", "x")]
    assert to_sections(body)[0].context == "note"


def test_what_stands_in_for_a_block_is_read_where_it_has_no_words() -> None:
    assert outline(adf("odd", "", "<p>instead</p>")) == [("paragraph", "instead")]
    assert outline(adf("odd", "<ac:adf-content> </ac:adf-content>", "<p>instead</p>")) == [
        ("paragraph", "instead")
    ]


def test_decisions_are_a_list() -> None:
    items = "".join(
        '<ac:adf-node type="decision-item"><ac:adf-attribute key="state">DECIDED</ac:adf-attribute>'
        f"<ac:adf-content>{text}</ac:adf-content></ac:adf-node>"
        for text in ("Use Helm", "Drop X")
    )
    assert outline(adf("decision-list", items, "<ul><li>Use Helm</li></ul>")) == [
        ("list", "- Use Helm"),
        ("list", "- Drop X"),
    ]


def test_an_apps_macro_is_counted_and_keeps_its_code() -> None:
    parameters = (
        '<ac:adf-parameter key="extension-title">Code</ac:adf-parameter><ac:adf-parameter key="guest-params">'
        f'<ac:adf-parameter key="theme">dark</ac:adf-parameter><ac:adf-parameter key="code">{cdata("a ]]> b")}'
        "</ac:adf-parameter></ac:adf-parameter>"
    )
    node = (
        '<ac:adf-extension><ac:adf-node type="extension"><ac:adf-attribute key="extension-key">9a/35/static/codeblock'
        f'</ac:adf-attribute><ac:adf-attribute key="parameters">{parameters}</ac:adf-attribute></ac:adf-node>'
        '<ac:adf-fallback><ac:adf-node type="extension"/></ac:adf-fallback></ac:adf-extension>'
    )
    page = read(node)
    assert [(s.kind.value, s.text) for s in page.sections] == [
        ("paragraph", "[codeblock]"),
        ("code", "a ]]> b"),
    ]
    assert page.unknown_macros == {"codeblock": 1}
