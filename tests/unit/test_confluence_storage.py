"""Confluence's storage format is read into typed sections: text, lists, tables, code, headings, links."""

from __future__ import annotations

import pytest

from connectors.confluence.notes import AttachmentRef, PageRef
from connectors.confluence.storage import read, to_sections
from connectors.documents import SectionKind
from tests.unit.confluence_pages import code, macro, only, outline, plain, rich

PAGE = (
    "<p>Before&nbsp;you start &ndash; read.</p>"
    "<h1>Restart the <code>cart</code></h1>"
    "<p>One<br/>two</p>"
    "<h2>Steps</h2>"
    + "<ol><li><p>Look:</p>"
    + code("kubectl get pods\n", language="bash", title="Look first")
    + "<p>then wait.</p></li><li>Done</li></ol>"
    + "<table><tbody><tr><th>name</th><th>port</th></tr><tr><td>cart</td><td>8080</td></tr></tbody></table>"
    + macro("warning", rich("<p>Never at night.</p>"))
)


def test_a_page_becomes_typed_sections_in_order() -> None:
    assert outline(PAGE) == [
        ("paragraph", "Before you start – read."),
        ("heading", "Restart the cart"),
        ("paragraph", "One\ntwo"),
        ("heading", "Steps"),
        ("list", "1. Look:\n   Look first"),
        ("code", "kubectl get pods\n"),
        ("list", "   then wait.\n2. Done"),
        ("table", "| name | port |\n| cart | 8080 |"),
        ("admonition", "Never at night."),
    ]


def test_sections_stand_under_their_headings_and_link_to_them() -> None:
    body = "<p>a</p><h1>A b</h1><h2>C</h2><p>c</p><h2>D</h2><p>d</p><h1>E</h1><p>e</p>"
    assert [(s.text, s.heading_path, s.anchor) for s in to_sections(body)] == [
        ("a", (), ""),
        ("A b", (), "A-b"),
        ("C", ("A b",), "C"),
        ("c", ("A b", "C"), "C"),
        ("D", ("A b",), "D"),
        ("d", ("A b", "D"), "D"),
        ("E", (), "E"),
        ("e", ("E",), "E"),
    ]


def test_anchors_are_those_of_clouds_links() -> None:
    body = (
        "<h2>What's new? (v2) - &amp;  more</h2><h2>Steps</h2><h3><strong>Ste</strong>ps</h3><h2>Steps</h2>"
    )
    anchors = [section.anchor for section in to_sections(body)]
    assert anchors == ["What's-new?-(v2)---&-more", "Steps", "Steps.1", "Steps.2"]


def test_anchors_of_data_center_begin_with_the_title() -> None:
    page = read("<h1>Roll back</h1><h1>Roll back</h1>", data_center_title="Deploy guide")
    assert [section.anchor for section in page.sections] == ["Deployguide-Rollback", "Deployguide-Rollback.1"]


def test_a_heading_is_words_only_and_an_empty_one_is_none() -> None:
    body = (
        '<h2><a href="https://x.example">See</a> <code>a</code> <del>b</del>'
        + macro("anchor", '<ac:parameter ac:name="">here</ac:parameter>')
        + "</h2><h3><br/></h3>"
    )
    assert outline(body) == [("heading", "See a b")]


def test_a_heading_in_a_box_counts_and_one_in_a_list_or_cell_is_text() -> None:
    body = macro("info", rich("<h3>In a box</h3><p>x</p>")) + "<ul><li><h3>item</h3></li></ul>"
    body += "<table><tr><th><h4>cell</h4></th></tr><tr><td>y</td></tr></table>"
    assert outline(body) == [
        ("heading", "In a box"),
        ("admonition", "x"),
        ("list", "- item"),
        ("table", "| cell |\n| y |"),
    ]


def test_white_space_is_one_blank_and_blocks_without_text_are_nothing() -> None:
    assert outline("<p>a\n   b&nbsp; <em>c</em>d</p><p> &nbsp; </p><p/><div>\n</div>tail") == [
        ("paragraph", "a b cd"),
        ("paragraph", "tail"),
    ]


def test_inline_code_and_struck_text_are_marked_as_in_markdown() -> None:
    body = "<p>Run <code> helm ls </code>, <code>a`b</code>, not <del>old</del>. <s><code>x</code></s></p>"
    assert outline(body) == [("paragraph", "Run `helm ls` , a`b, not ~~old~~. ~~`x`~~")]


# Lists


@pytest.mark.parametrize("end", ["", "<br>"])
def test_items_that_are_in_no_list_are_one_list(end: str) -> None:
    body = f"<div><li>a</li>\n<li>b<ul><li>c</li></ul></li></div><li>d</li>{end}"
    assert outline(body) == [("list", "- a\n- b\n  - c"), ("list", "- d")]


def test_lists_nest_with_their_markers() -> None:
    body = '<ol start="3"><li>a<ul><li>b<ol><li>c</li></ol></li></ul>after</li><li/><li><p>d</p><p>e</p></li></ol>'
    assert outline(body) == [("list", "3. a\n   - b\n     1. c\n   after\n5. d\n   e")]


def test_tasks_keep_their_state() -> None:
    def task(state: str, text: str) -> str:
        return (
            f"<ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>u</ac:task-uuid>"
            f"<ac:task-status>{state}</ac:task-status><ac:task-body>{text}</ac:task-body></ac:task>"
        )

    inner = f"<ac:task-list>{task('complete', 'inner')}</ac:task-list>"
    body = f"<ac:task-list>{task('complete', 'done')}{task('incomplete', 'open' + inner)}"
    body += f"{task('incomplete', '<ul><li>list only</li></ul>')}</ac:task-list>"
    assert outline(body) == [
        ("list", "- [x] done\n- [ ] open\n  - [x] inner\n- [ ]\n  - list only"),
    ]


def test_a_block_in_a_list_is_a_section_between_its_parts() -> None:
    body = "<ul><li>a" + macro("info", rich("<p>box</p><ul><li>in box</li></ul>")) + "</li><li>b</li></ul>"
    assert outline(body) == [("list", "- a"), ("admonition", "box"), ("list", "- in box"), ("list", "- b")]


def test_a_long_list_is_cut_between_its_items() -> None:
    items = "".join(f"<li>{'word ' * 60}{n}<ul><li>below</li></ul></li>" for n in range(20))
    pieces = [section.text for section in to_sections(f"<ul>{items}</ul>")]
    assert len(pieces) > 3
    assert all(len(piece) <= 1_500 and piece.startswith("- word") for piece in pieces)
    assert "\n".join(pieces).count("  - below") == 20


# Tables


def test_merged_cells_are_in_every_place_that_they_cover() -> None:
    body = (
        '<table><thead><tr><th>env</th><th>name</th><th>port</th></tr></thead><tbody><tr><td rowspan="2">prod</td>'
        '<td>cart</td><td>1</td></tr><tr><td>shop</td><td>2</td></tr><tr><td colspan="2">both</td>'
        '<td rowspan="9">3</td></tr><tr><td>x</td></tr></tbody></table>'
    )
    assert only(body, SectionKind.TABLE).text.split("\n") == [
        "| env | name | port |",
        "| prod | cart | 1 |",
        "| prod | shop | 2 |",
        "| both | both | 3 |",
        "| x |  | 3 |",
    ]


def test_lists_and_boxes_in_a_cell_keep_their_words_in_the_row() -> None:
    cell = "<p>Do:</p><ul><li>a<ul><li>b</li></ul></li></ul><ol><li>c</li></ol>" + macro(
        "info", rich("<p>d | e</p>"), title="Why"
    )
    body = f"<table><tr><th>k</th><th>v</th></tr><tr><td>k1</td><td>{cell}</td></tr></table>"
    assert outline(body) == [("table", "| k | v |\n| k1 | Do: a; b 1. c Why d \\| e |")]


def test_code_in_a_cell_is_whole_behind_the_table_and_one_line_also_in_place() -> None:
    long = "a:\n  b: |\n\n    c\n"
    cells = f"<td>apply</td><td>{code(long, language='yaml')}</td><td>{code('helm ls')}</td>"
    body = f"<table><tr><th>step</th><th>file</th><th>run</th></tr><tr>{cells}</tr></table>"
    table, first, second = to_sections(body)
    assert table.text == "| step | file | run |\n| apply |  | `helm ls` |"
    assert (first.text, first.language, first.context) == (long, "yaml", "file › apply")
    assert (second.text, second.context) == ("helm ls", "run › apply")


def test_a_table_in_a_cell_follows_the_outer_one() -> None:
    inner = "<table><tr><td>x</td></tr><tr><td>y</td></tr></table>"
    body = f"<table><tr><td>a</td><td>{inner}</td></tr><tr><td>b</td><td>c</td></tr></table>"
    assert outline(body) == [("table", "| a |  |\n| b | c |"), ("table", "| x |\n| y |")]


def test_a_table_that_only_lays_out_parts_of_a_page_is_read_as_them() -> None:
    cells = "<td><h2>Left</h2><p>l</p></td><td><h2>Right</h2><ul><li>r</li></ul></td>"
    body = f"<table><tbody><tr>{cells}</tr></tbody></table>"
    assert outline(body) == [
        ("heading", "Left"),
        ("paragraph", "l"),
        ("heading", "Right"),
        ("list", "- r"),
    ]


# Code


@pytest.mark.parametrize(
    "text",
    ["a:\n  - b\n\n\tc  \n", "\n  lead and trail \n\n", "x", "<b>&amp; &lt;</b> ]]> ]]>]]>", "a\r\nb\rc",
     "\x00\x0b\x1b", "<![CDATA[ y ]]>", "</ac:plain-text-body></ac:structured-macro>", "   "],
)  # fmt: skip
@pytest.mark.parametrize("name", ["code", "noformat"])
def test_code_is_byte_equal(name: str, text: str) -> None:
    assert [s.text for s in to_sections(macro(name, plain(text))) if s.kind is SectionKind.CODE] == [text]


def test_code_has_its_language_and_its_title() -> None:
    body = code("SELECT 1", language="SQL", title="The menu") + code("a", language="none") + code("b")
    title, first, second, third = to_sections(body)
    assert (title.kind, title.text) == (SectionKind.PARAGRAPH, "The menu")
    assert (first.language, first.context) == ("sql", "The menu")
    assert (second.language, third.language) == (None, None)


def test_white_space_around_cdata_is_no_code() -> None:
    body = macro("code", "<ac:plain-text-body>\n\t<![CDATA[ a]]]]><![CDATA[>b ]]>\n</ac:plain-text-body>")
    assert outline(body) == [("code", " a]]>b ")]


def test_code_without_cdata_and_preformatted_text_are_code_too() -> None:
    body = macro("code", "<ac:plain-text-body> a &lt; b\n</ac:plain-text-body>")
    assert outline(body + "<pre>x\n  <em>y</em><br/>z</pre>") == [("code", " a < b\n"), ("code", "x\n  y\nz")]


@pytest.mark.parametrize(
    "markup", ['<pre class="language-yaml">a: 1</pre>', '<pre><code class="x lang-YAML">a: 1</code></pre>',
               '<pre class="brush: yaml; gutter: false">a: 1</pre>'],
)  # fmt: skip
def test_preformatted_text_has_the_language_of_its_class(markup: str) -> None:
    (section,) = to_sections(markup)
    assert (section.kind, section.text, section.language) == (SectionKind.CODE, "a: 1", "yaml")


def test_code_splits_the_paragraph_around_it() -> None:
    assert outline(f"<p>a {code('x')} b</p>") == [("paragraph", "a"), ("code", "x"), ("paragraph", "b")]


# Links and pictures


def test_links_keep_their_words_and_their_target() -> None:
    body = (
        '<p><a href="https://x.example/a">The <strong>board</strong></a>, <a href="https://x.example/b">'
        'https://x.example/b</a>, <a href="https://x.example/(c)"> c </a>, <a href="#Steps">below</a>, '
        '<a href="mailto:ops@x.example">ops@x.example</a>, <a href="javascript:alert(1)">js</a>, <a>none</a></p>'
    )
    assert outline(body) == [
        (
            "paragraph",
            "[The board](https://x.example/a), https://x.example/b, [c](<https://x.example/(c)>) , below, "
            "ops@x.example, js, none",
        )
    ]
    assert read(body).urls[:2] == ("https://x.example/a", "https://x.example/b")


def test_links_inside_confluence_keep_words_and_title() -> None:
    def link(inside: str, anchor: str = "") -> str:
        return f"<p><ac:link{anchor}>{inside}</ac:link></p>"

    page = '<ri:page ri:space-key="OPS" ri:content-title="Fail over"/>'
    body = (
        link(page)
        + link(page + "<ac:plain-text-link-body><![CDATA[see <here>]]></ac:plain-text-link-body>")
        + link(page + "<ac:link-body><em>Fail over</em></ac:link-body>")
        + link('<ri:attachment ri:filename="plan.pdf"/><ac:link-body>the plan</ac:link-body>')
        + link('<ri:blog-post ri:content-title="News" ri:posting-day="2024/01/02"/>')
        + link('<ri:space ri:space-key="DEV"/>')
        + link('<ri:shortcut ri:key="jira" ri:parameter="OPS-1"/>')
        + link("<ac:link-body>up</ac:link-body>", ' ac:anchor="top"')
        + link("", ' ac:anchor="top"')
        + link('<ri:content-entity ri:content-id="1"/>')
    )
    assert [text for _, text in outline(body)] == [
        "Fail over", "see <here> (Fail over)", "Fail over", "the plan (plan.pdf)", "News", "DEV", "OPS-1", "up", "top",
    ]  # fmt: skip
    found = read(body)
    assert found.pages == (PageRef("Fail over", "OPS"), PageRef("News", kind="blogpost"))
    assert found.attachments == (AttachmentRef("plan.pdf"),)


def test_pictures_are_their_description_caption_or_file() -> None:
    def image(attributes: str, inside: str) -> str:
        return f"<p><ac:image {attributes}>{inside}</ac:image></p>"

    file = '<ri:attachment ri:filename="g.png"><ri:page ri:content-title="Other"/></ri:attachment>'
    body = (
        image('ac:alt="The graph"', file)
        + image("", file)
        + image("", '<ri:url ri:value="https://x.example/a/b.png?version=1"/>')
        + image('ac:alt="same"', file + "<ac:caption><p>same</p></ac:caption>")
        + image('ac:alt="alt"', file + "<ac:caption>said <em>so</em></ac:caption>")
        + '<p>an<ac:image ac:alt="icon"/>in text</p><p><img src="x/y.svg"/></p>'
    )
    assert [text for _, text in outline(body)] == [
        "The graph", "g.png", "b.png", "same", "alt", "said so", "an icon in text", "y.svg",
    ]  # fmt: skip
    assert read(body).attachments == (AttachmentRef("g.png", PageRef("Other")),)


# Parsing


def test_well_formed_bodies_are_read_as_xml_and_others_are_counted() -> None:
    assert not read('<p>&nbsp;&eacute;&hellip;&amp;&lt;&#8211;<at:var at:name="x"/></p>').tolerant
    assert read("<p>a & b</p>").tolerant
    assert outline("<p>&eacute;&hellip; &amp;amp; &lt;b&gt; &#8211; &unknown;</p>") == [
        ("paragraph", "é… &amp; <b> – &unknown;")
    ]


def test_broken_markup_is_read_as_it_was_meant() -> None:
    body = (
        "<ul><li>a<li>b</ul><p>one<p>t<b>w</i>o & <br>three</p></div><table><tr><td>x<td>y<tr><td>z</table>"
    )
    assert outline(body) == [
        ("list", "- a\n- b"),
        ("paragraph", "one"),
        ("paragraph", "two &\nthree"),
        ("table", "| x | y |\n| z |"),
    ]
    assert outline("<P CLASS=x>a <AC:LINK><RI:PAGE RI:content-title='T&amp;U' /></AC:LINK> 1 < 2 &#0;&") == [
        ("paragraph", "a T&U 1 < 2 \ufffd&")
    ]


def test_comments_and_declarations_are_invisible() -> None:
    body = (
        '<?xml version="1.0"?><!DOCTYPE x><html xmlns:ac="other"><!-- <p>no</p> --><p>a<!-- - -->b</p></html>'
    )
    assert outline(body) == [("paragraph", "ab")]
    assert not read(body).tolerant


def test_lone_surrogates_are_replaced_and_pairs_joined() -> None:
    assert outline("<p>a\ud83d\ude00b \ud800</p>") == [("paragraph", "a\U0001f600b \ufffd")]


def test_layouts_are_read_cell_by_cell() -> None:
    cells = "<ac:layout-cell>a</ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell>"
    body = f'<ac:layout><ac:layout-section ac:type="two_equal">{cells}</ac:layout-section></ac:layout>'
    assert outline(body) == [("paragraph", "a"), ("paragraph", "b")]
