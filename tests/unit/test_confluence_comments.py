"""Comments as sections: whole threads, with their subject, their state and their code."""

from __future__ import annotations

from dataclasses import replace

from connectors.confluence import comments, storage
from connectors.confluence.comments import Comment
from connectors.documents import SectionKind

PAGE = storage.read(
    '<h1>Rest</h1><p>First <ac:inline-comment-marker ac:ref="m">words</ac:inline-comment-marker>.</p>'
)
FIRST = Comment("9", "7", "9", 1, "Ada", "<p>Sure?</p>", "m", "words", "open")
REPLY = Comment("10", "7", "9", 1, "Ben", "<p>Yes.</p>")
FOOTER = Comment("8", "7", "8", 1, "", "<p>Nice</p>")


def test_a_thread_is_one_section_below_what_it_is_about() -> None:
    (section,) = comments.sections([REPLY, FIRST], PAGE, {})
    assert section.text == "On “words”\n\nAda: Sure?\n\nBen: Yes."
    assert section.heading_path == ("Rest", "Comments")
    assert section.anchor == "Rest"


def test_a_footer_comment_links_to_itself() -> None:
    (section,) = comments.sections([FOOTER], PAGE, {})
    assert (section.text, section.anchor, section.heading_path) == ("Nice", "comment-8", ("Comments",))


def test_a_resolved_thread_says_so() -> None:
    (section,) = comments.sections([replace(FIRST, resolution="resolved")], PAGE, {})
    assert section.text.startswith("On “words” (resolved)")


def test_a_comment_whose_words_are_gone_keeps_what_it_was_about() -> None:
    (section,) = comments.sections([replace(FIRST, marker="lost", resolution="dangling")], PAGE, {})
    assert section.text.startswith("On “words”")
    assert section.anchor == "comment-9"


def test_code_in_a_comment_is_a_section_of_its_own() -> None:
    code = "a:\n  - b\n"
    body = (
        '<p>Try</p><ac:structured-macro ac:name="code"><ac:plain-text-body>'
        f"<![CDATA[{code}]]></ac:plain-text-body></ac:structured-macro><p>please</p>"
    )
    found = list(comments.sections([replace(FIRST, body=body)], PAGE, {}))
    assert [section.kind for section in found] == [
        SectionKind.ADMONITION,
        SectionKind.CODE,
        SectionKind.ADMONITION,
    ]
    assert found[1].text == code
    assert found[1].context == "words"


def test_the_parts_of_an_answer() -> None:
    answer = {
        "id": "10",
        "container": {"id": "7"},
        "ancestors": [{"id": "9", "type": "comment"}],
        "version": {"number": 2, "by": {"displayName": "Ben"}},
        "extensions": {
            "inlineProperties": {"originalSelection": "words", "markerRef": "m"},
            "resolution": {"status": "RESOLVED"},
        },
        "body": {"storage": {"value": "<p>x</p>"}},
    }
    expected = Comment("10", "7", "9", 2, "Ben", "<p>x</p>", "m", "words", "resolved")
    assert comments.parse(dict(answer)) == expected
    assert expected.key == "10.2"
    assert comments.parse({}).body == ""
