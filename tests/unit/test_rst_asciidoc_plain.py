"""reStructuredText, AsciiDoc, plain text and code files, and the choice among the formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import SectionKind
from connectors.filetree.decoding import DAMAGED
from connectors.filetree.walk import TextFile
from connectors.formats import asciidoc, markdown, plain, registry, rst
from connectors.formats.documents import file_document, title_of
from connectors.formats.parsed import ParsedText
from tests.unit.sections import assert_exact, covered_lines, of_kind, outline

RST = """:author: Jane
:date: 2024-05-01

=====
Title
=====

Run it::

   ls -l

   pwd

- item

  .. code-block:: yaml
     :caption: x

     a: 1

  after

.. note:: Mind
   the gap.

.. a comment
   of two lines

+---+---+
| a | b |
+---+---+

Sub :ref:`Foo <bar>` ``x``
--------------------------

=== ===
x   y
=== ===
1   2
=== ===

.. include:: /etc/passwd

.. warning::

   Hot.
"""

ADOC = """= Title of *it*
Jane Doe <j@example.org>
:revdate: 2024-05-01
:keywords: a, b

Intro.

== Sub

NOTE: Beware
of this.

[source,Bash]
----
ls

-l
----

.Ports
|===
|a |b
|===

[WARNING]
====
Do not.

[source,yaml]
----
a: 1
----
====

* one
+
[source,sh]
----
kubectl get
----
* two

// comment
term:: meaning
"""


def test_rst_sections() -> None:
    parsed = rst.parse(RST)
    assert_exact(RST, parsed)
    assert (parsed.title, parsed.author) == ("Title", "Jane")
    assert parsed.updated_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert [s.kind.value for s in parsed.sections] == [
        "key_value", "heading", "paragraph", "code", "list", "code", "list", "admonition", "table", "heading",
        "table", "paragraph", "admonition",
    ]  # fmt: skip
    assert [(s.text, s.language) for s in of_kind(parsed, SectionKind.CODE)] == [
        ("   ls -l\n\n   pwd", None),
        ("     a: 1", "yaml"),
    ]
    assert parsed.sections[-1].heading_path == ("Title", "Sub Foo x")


def test_rst_includes_nothing_and_hides_comments() -> None:
    text = str(rst.parse(RST).sections)
    assert "root:" not in text
    assert ".. include:: /etc/passwd" in text
    assert "a comment" not in text


def test_rst_heading_levels_follow_their_first_use() -> None:
    parsed = rst.parse("A\n===\n\nB\n---\n\nC\n~~~\n\nx\n\nD\n---\n\ny\n")
    assert [s.heading_path for s in of_kind(parsed, SectionKind.PARAGRAPH)] == [("A", "B", "C"), ("A", "D")]


def test_asciidoc_sections() -> None:
    parsed = asciidoc.parse(ADOC)
    assert_exact(ADOC, parsed)
    assert (parsed.title, parsed.author, parsed.labels) == ("Title of it", "Jane Doe", ("a", "b"))
    assert parsed.updated_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert [(s.text, s.language) for s in of_kind(parsed, SectionKind.CODE)] == [
        ("ls\n\n-l", "bash"),
        ("a: 1", "yaml"),
        ("kubectl get", "sh"),
    ]
    assert [s.text.split("\n")[0] for s in of_kind(parsed, SectionKind.ADMONITION)] == [
        "NOTE: Beware",
        "Do not.",
    ]
    assert of_kind(parsed, SectionKind.TABLE)[0].text == ".Ports\n|===\n|a |b\n|==="
    assert "comment" not in str(parsed.sections)
    assert parsed.sections[-1].text == "term:: meaning"
    assert parsed.sections[-1].heading_path == ("Title of it", "Sub")


def test_plain_text_is_paragraphs() -> None:
    assert outline(plain.parse("\n\na\nb\n \nc\r\n\n")) == [("paragraph", "a\nb"), ("paragraph", "c")]


def test_code_files_are_cut_at_blank_lines() -> None:
    block = "def f():\n    return " + "'x' + " * 60 + "''"
    text = "\n\n".join([block] * 12)
    parsed = registry.parse("tools/run.py", text)
    assert_exact(text, parsed)
    assert len(parsed.sections) > 2
    assert all(s.kind is SectionKind.CODE and s.language == "python" for s in parsed.sections)
    assert all(s.text.startswith("def f") and len(s.text) <= 1_500 for s in parsed.sections)


@pytest.mark.parametrize(
    ("path", "format_name"),
    [
        ("a.md", "markdown"), ("a.html.md", "markdown"), ("a.html.md.erb", "markdown"),
        ("A.MARKDOWN", "markdown"),
        ("a.rst", "rst"), ("a.adoc", "asciidoc"), ("a.asciidoc", "asciidoc"), ("a.txt", "plain"),
        ("README", "plain"), ("v.yaml", "yaml"), ("v.yml", "yaml"), ("v.json", "yaml"),
        ("run.sh", "code"),
        ("Dockerfile", "code"), ("x.md/LICENCE", "plain"), (".md", "plain"),
    ],
)  # fmt: skip
def test_the_name_decides_the_format(path: str, format_name: str) -> None:
    assert registry.format_of(path) == format_name


def test_a_failing_reader_is_a_problem_and_the_text_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> ParsedText:
        raise RecursionError

    monkeypatch.setattr(markdown, "parse", fail)
    parsed = registry.parse("a.md", "# one\n\ntwo")
    assert outline(parsed) == [("paragraph", "# one"), ("paragraph", "two")]
    assert "markdown" in parsed.problems[0]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("docs/rotate-db_keys.html.md", "Rotate db keys"),
        ("docs/rds/README.md", "Rds"),
        ("README.md", "README"),
        ("modules/s3/USAGE.md", "S3 usage"),
        (".hidden", "Hidden"),
        ("---.md", "---.md"),
    ],
)
def test_title_of_a_file_without_one(path: str, title: str) -> None:
    assert title_of(path) == title


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("clusters/staging/README.md", "staging"),
        ("docs/production.md", "production"),
        ("docs/getting-production-access.html.md", ""),
        ("docs/development_pipeline.md", ""),
        ("docs/local-development.md", ""),
        ("docs/database-access-staging.md", "staging"),
        ("docs/from-staging-to-production.md", ""),
        ("charts/app/values-production.yaml", "production"),
    ],
)
def test_the_environment_that_a_page_belongs_to(path: str, environment: str) -> None:
    document, failures = file_document("files", "docs", TextFile(path, "a: 1\n", "utf-8", Path(path)))
    assert (document.environment, failures) == (environment, ())


def test_a_text_with_broken_bytes_is_used_and_reported() -> None:
    document, failures = file_document("files", "docs", TextFile("a.md", "# A\ufffd", DAMAGED, Path("a.md")))
    assert document.title == "A\ufffd"
    assert [(failure.item, failure.skipped) for failure in failures] == [("a.md", False)]


_PIECES = st.sampled_from(
    ["Title", "=====", "-----", "~~~", ".. note:: x", ".. code-block:: sh", "   :opt: 1", "   body",
     "text::", "- a",
     "  - b", "1. c", "+---+", "| a |", "=== ===", ".. comment", ".. _t: http://x", ">>> 1", ":f: v",
     "= T", "== S",
     "[source,sh]", "----", "....", "====", "|===", "NOTE: n", "[NOTE]", "* a", "+", ".Cap", "//// ",
     "////", "'''",
     ":a: b", "t:: d", "--", "", "", "a\r", "\u2028x", "\x0cx", " lit"]
)  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=25).map("\n".join), st.text(max_size=200))


@pytest.mark.parametrize("parse", [rst.parse, asciidoc.parse, plain.parse])
@settings(max_examples=200, deadline=None)
@given(text=_TEXTS)
def test_any_text_gives_exact_ordered_sections(parse: Callable[[str], ParsedText], text: str) -> None:
    assert_exact(text, parse(text))


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_plain_text_loses_no_line(text: str) -> None:
    covered = covered_lines(plain.parse(text))
    assert all(n in covered for n, line in enumerate(text.split("\n"), start=1) if line.strip())


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_rst_loses_only_comments_and_directive_options(text: str) -> None:
    covered = covered_lines(rst.parse(text))
    for number, line in enumerate(text.split("\n"), start=1):
        indented = line[:1].isspace()
        if any(c.isalnum() for c in line) and not indented and not line.startswith(".."):
            assert number in covered, line


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.md", "a.rst", "a.adoc", "a.txt", "a.yaml", "a.json", "a.py", "a.md.erb", ""]), _TEXTS
)
def test_the_registry_reads_any_text_by_any_name(path: str, text: str) -> None:
    assert_exact(text, registry.parse(path, text))
