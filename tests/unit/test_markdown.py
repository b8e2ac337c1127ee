"""Markdown is read into typed sections whose text is exactly the source's lines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import SectionKind
from connectors.formats.markdown import parse
from tests.unit.sections import FENCE, assert_exact, covered_lines, of_kind, outline

PAGE = """---
title: Restart the shop
owner_slack: "#shop"
section: Runbooks
tags: [eks, shop]
last_reviewed_on: 2024-02-03
---

Before you start.

# Restart **the** `cart` [service](http://x) {#restart}

One line
and another.

## Steps

1. Look:

   ```sh
   kubectl get pods
   ```

   then wait.
2. Done

| name | port |
|------|------|
| cart | 8080 |

> [!WARNING]
> Never at night.

[docs]: https://example.com/docs
"""


def test_a_page_becomes_typed_sections_in_order() -> None:
    parsed = parse(PAGE)
    assert_exact(PAGE, parsed)
    assert [(s.kind.value, s.anchor) for s in parsed.sections] == [
        ("key_value", "L2-L6"), ("paragraph", "L9"), ("heading", "L11"), ("paragraph", "L13-L14"),
        ("heading", "L16"), ("list", "L18"), ("code", "L21"), ("list", "L24-L25"), ("table", "L27-L29"),
        ("admonition", "L31-L32"), ("paragraph", "L34"),
    ]  # fmt: skip


def test_headings_are_plain_words_and_lead_to_what_is_below() -> None:
    sections = parse(PAGE).sections
    assert sections[1].heading_path == ()
    assert sections[2].heading_path == ()
    assert sections[3].heading_path == ("Restart the cart service",)
    assert sections[6].heading_path == ("Restart the cart service", "Steps")


def test_front_matter_gives_title_labels_and_date() -> None:
    parsed = parse(PAGE)
    assert parsed.title == "Restart the shop"
    assert parsed.labels == ("eks", "shop", "Runbooks")
    assert parsed.updated_at == datetime(2024, 2, 3, tzinfo=UTC)


def test_code_in_a_list_is_code_with_its_language_and_indent() -> None:
    (code,) = of_kind(parse(PAGE), SectionKind.CODE)
    assert (code.text, code.language) == ("   kubectl get pods", "sh")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# First\n\n# Second\n", "First"),
        ("Setext *title*\n====\n", "Setext title"),
        ('<h1 align="center">The <b>Tool</b></h1>\n\ntext', "The Tool"),
        ("---\ntitle: 'Own: title'\n---\n# Other\n", "Own: title"),
        ("---\ntitle: 12\n---\n", "12"),
        ("## Only\n\ntext\n\n### Part\n", "Only"),
        ("text\n\n## Basic usage\n", ""),
        ("## Inputs\n\n## Outputs\n", ""),
        ("## Intro\n\n# Real\n", "Real"),
        ("no heading\n", ""),
        ("", ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert parse(text).title == title


@pytest.mark.parametrize(
    ("info", "language"),
    [("yaml", "yaml"), ("{.bash .copy}", "bash"), ("C++", "c++"), ("", None), ('title="x"', None)],
)
def test_language_of_a_fence(info: str, language: str | None) -> None:
    (code,) = parse(f"```{info}\nx: 1\n```\n").sections
    assert (code.text, code.language) == ("x: 1", language)


@pytest.mark.parametrize("fence", ["~~~\na\n~~~", "```\na\n", "````\na\n````", "    a"])
def test_other_forms_of_code(fence: str) -> None:
    (code,) = parse(fence).sections
    assert code.kind is SectionKind.CODE
    assert code.text.strip() == "a"


def test_code_keeps_every_line_between_its_fences() -> None:
    body = "a:\n  - 1\n\n\n  # x\n\tb"
    (code,) = parse(f"```yaml\n{body}\n```").sections
    assert code.text == body


@pytest.mark.parametrize(
    "text",
    [
        "> [!NOTE]\n> Careful.",
        "> ⚠️ **Warning**: Careful.",
        '!!! warning "Stop"\n    Careful.',
        "$CTA\nCareful.\n$CTA",
        "^Careful.^",
        ":::tip\nCareful.\n:::",
        "::: {.callout-note}\nCareful.\n:::",
    ],
)
def test_admonitions(text: str) -> None:
    (section,) = parse(text).sections
    assert section.kind is SectionKind.ADMONITION
    assert "Careful." in section.text


def test_a_layout_container_does_not_hide_its_headings() -> None:
    parsed = parse("::: {.columns}\n## Inner\ntext\n:::\nafter")
    assert ("heading", "## Inner") in outline(parsed)
    assert parsed.sections[-1].text == "after"


def test_code_in_an_admonition_is_code() -> None:
    parsed = parse("!!! note\n    Run:\n\n    ```sh\n    ls\n    ```\n")
    assert outline(parsed) == [("admonition", "!!! note\n    Run:"), ("code", "    ls")]


def test_a_long_list_is_cut_between_its_items() -> None:
    items = [f"- item {number} " + "word " * 30 + f"\n  - child of {number}" for number in range(30)]
    text = "\n".join(items)
    sections = parse(text).sections
    assert len(sections) > 2
    assert all(s.kind is SectionKind.LIST and s.text.startswith("- item") for s in sections)
    assert all(len(s.text) <= 1_500 for s in sections)
    assert "\n".join(s.text for s in sections) == text


def test_a_nested_item_with_too_little_indent_stays_in_its_list() -> None:
    text = "1. one\n1. two\n  - below two\n1. three"
    assert outline(parse(text)) == [("list", text)]


def test_erb_tags_are_text_and_break_nothing() -> None:
    text = "## Tasks\n\n<% tasks.each do |t| %>\n- <%= t[:name] %>\n<% end %>\n\n```sh\n<%= run %>\n```\n"
    parsed = parse(text)
    assert_exact(text, parsed)
    assert ("code", "<%= run %>") in outline(parsed)
    assert "<% tasks.each do |t| %>" in parsed.sections[1].text


def test_html_keeps_its_text_and_comments_are_left_out() -> None:
    parsed = parse("<!-- hidden -->\n\n<details><summary>More</summary>\n\ninside\n\n</details>\n")
    assert outline(parsed)[:2] == [("paragraph", "<details><summary>More</summary>"), ("paragraph", "inside")]
    assert "hidden" not in str(parsed.sections)


def test_windows_line_ends_stay_and_lines_are_counted_right() -> None:
    text = "# A\r\n\r\none\r\ntwo\r\n\r\n```\r\nx\r\n\r\ny\r\n```\r\n"
    parsed = parse(text)
    assert_exact(text, parsed)
    assert outline(parsed) == [("heading", "# A"), ("paragraph", "one\r\ntwo"), ("code", "x\r\n\r\ny")]


@pytest.mark.parametrize(
    ("front", "title", "problems"),
    [
        ("title: a: b\nowner: x", "a: b", 1),
        ("title: [unclosed", "[unclosed", 1),
        ("title: T\ndate: 2020-13-45", "T", 0),
        ("title: *undefined", "*undefined", 1),
    ],
)
def test_broken_front_matter_is_read_line_by_line_and_reported(front: str, title: str, problems: int) -> None:
    parsed = parse(f"---\n{front}\n---\n\ntext\n")
    assert (parsed.title, parsed.updated_at, len(parsed.problems)) == (title, None, problems)
    assert parsed.sections[-1].text == "text"


def test_front_matter_of_plumbing_alone_is_no_section() -> None:
    assert outline(parse("---\ntitle: T\nlayout: page\nweight: 3\n---\ntext")) == [("paragraph", "text")]


def test_toml_front_matter() -> None:
    parsed = parse('+++\ntitle = "T"\nauthors = ["Ann", "Bo"]\n+++\ntext')
    assert (parsed.title, parsed.author) == ("T", "Ann, Bo")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert "Just words" in str(parse("---\nJust words\n---\nmore").sections)


def test_a_generated_file_of_very_many_lines_is_read_as_plain_text() -> None:
    parsed = parse("| a | b |\n" * 60_000 + "\nend")
    assert [section.kind.value for section in parsed.sections] == ["paragraph", "paragraph"]
    assert "60,002 lines" in parsed.problems[0]


_PIECES = st.sampled_from(
    ["# h", "## h `c`", "- a", "  - b", "1. c", "```", "```yaml", "~~~", "    code", "> q", "> [!NOTE]",
     "| a | b |",
     "|---|---|", "---", "***", "===", "<div>", "</div>", "<!-- c -->", "<!--", "-->", "!!! note",
     ":::note", ":::",
     "[r]: http://x", "<% e %>", "$CTA", "text", "  text", "\ttext", "", "", "a\r", "\u2028x", "\x0bx",
     "\0", "+++"]
)  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=25).map("\n".join), st.text(max_size=200))


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_any_text_gives_exact_ordered_sections(text: str) -> None:
    assert_exact(text, parse(text))


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_every_line_that_says_something_is_in_a_section(text: str) -> None:
    lines = text.split("\n")
    covered = covered_lines(parse(text))
    hidden = "<!--" in text or "-->" in text or lines[0].startswith(("---", "+++"))
    for number, line in enumerate(lines, start=1):
        says = any(character.isalnum() for character in line)
        if says and not hidden and not FENCE.match(line):
            assert number in covered, line
