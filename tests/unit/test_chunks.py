"""Chunks are whole blocks under their headings, exact spans of the text, and small enough for the model."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bench.hashing import HashingModel
from connectors.documents import RESOLVED, Document, Section, SectionKind, TerraformRef
from index.chunks import TARGET_TOKENS, Chunk, anchor_of, chunk
from index.embedding.bundled import WINDOW
from index.embedding.weights import package_folder
from tests.unit.index_fakes import document, heading, paragraph

TOKENIZER = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
TOKENIZER.no_truncation()
TOKENIZER.no_padding()


def real_count(texts: Any) -> list[int]:
    return [len(e.ids) for e in TOKENIZER.encode_batch_fast(list(texts))]


def words(n: int, word: str = "word") -> str:
    return " ".join([word] * n)


def code(text: str, *headings: str) -> Section:
    return Section(SectionKind.CODE, text, heading_path=headings, language="yaml")


def cut(page: Document) -> list[Chunk]:
    found = chunk(page, HashingModel().count_tokens)
    assert [c.ordinal for c in found] == list(range(len(found)))
    assert all(c.text == page.text[c.start : c.end] for c in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    return found


def texts(page: Document) -> list[str]:
    return [c.text for c in cut(page)]


# What stays whole


def test_small_blocks_share_a_chunk() -> None:
    assert texts(document("a.md", "one", "two", "three")) == ["one\n\ntwo\n\nthree"]


def test_a_chunk_is_closed_before_it_grows_too_large() -> None:
    page = document("a.md", words(100, "a"), words(80, "b"), words(60, "c"))
    assert texts(page) == [f"{words(100, 'a')}\n\n{words(80, 'b')}", words(60, "c")]


def test_code_is_never_cut_where_it_fits_alone() -> None:
    block = "\n".join(f"line {i}" for i in range(90))
    assert texts(document("a.md", words(30), code(block), words(30))) == [words(30), block, words(30)]


def test_code_over_the_limit_is_cut_at_lines() -> None:
    block = "\n".join(f"    key {i}: value" for i in range(200))
    parts = texts(document("a.yaml", code(block)))
    assert "".join(parts) == block
    assert len(parts) > 1
    assert all(part.startswith("    key") for part in parts)


def test_rows_of_a_long_table_stay_whole() -> None:
    rows = [f"| row {i} | {words(9)} |" for i in range(60)]
    page = document("a.md", Section(SectionKind.TABLE, "\n".join(rows)))
    parts = texts(page)
    assert [row for part in parts for row in part.splitlines()] == rows


def test_long_prose_is_cut_between_sentences() -> None:
    sentences = [f"Sentence {i} has {words(20)}." for i in range(20)]
    parts = texts(document("a.md", " ".join(sentences)))
    assert "".join(parts) == " ".join(sentences)
    assert all(part.rstrip().endswith(".") for part in parts)


def test_a_giant_line_is_cut_between_words() -> None:
    parts = texts(document("a.md", code(words(1_000))))
    assert "".join(parts) == words(1_000)
    assert all(set(part.split()) == {"word"} for part in parts)


def test_an_encoded_picture_is_cut_although_it_is_one_token() -> None:
    parts = texts(document("a.md", "before", f"![](data:image/png;base64,{'A' * 200_000})", "after"))
    assert max(map(len, parts)) <= 40 * TARGET_TOKENS
    assert sum(map(len, parts)) >= 200_000


# Headings


def test_a_new_heading_begins_a_chunk_once_there_is_enough() -> None:
    page = document("a.md", heading("A"), paragraph(words(80), "A"), heading("B"), paragraph("text", "B"))
    assert [t.split()[0] for t in texts(page)] == ["A", "B"]


def test_small_sections_go_on_together() -> None:
    page = document("a.md", heading("A"), paragraph("one", "A"), heading("B"), paragraph("two", "B"))
    assert texts(page) == ["A\n\none\n\nB\n\ntwo"]


@pytest.mark.parametrize("before", [10, 40, 69])
@pytest.mark.parametrize("after", [20, 110, 150, 175])
def test_headings_stay_with_what_follows(before: int, after: int) -> None:
    page = document(
        "a.md", paragraph(words(before)), heading("Deploy"), heading("Rollback", "Deploy"), code(words(after))
    )
    parts = texts(page)
    assert [part for part in parts if "Deploy" in part] == [part for part in parts if "Rollback" in part]
    assert all(not part.endswith(("Deploy", "Rollback")) for part in parts)


def test_a_heading_with_nothing_under_it_is_kept() -> None:
    assert texts(document("a.md", heading("Alone"))) == ["Alone"]
    assert texts(document("a.md", words(100), heading("Last")))[-1].endswith("Last")


# What is left out, what lies between


LINKS = "[argo]: https://argo.example\n[runbook]: ./runbook.md 'Runbook'\n  [3]: <https://x>"


def test_lists_of_link_targets_are_left_out() -> None:
    assert texts(document("a.md", "See [argo].", LINKS)) == ["See [argo]."]
    assert texts(document("a.md", LINKS)) == []


@pytest.mark.parametrize(
    "text", [f"{LINKS}\nand text", "[note]: ", "- [a]: b", "text [a]: https://x", "[x] done: yes"]
)
def test_other_text_is_kept(text: str) -> None:
    assert texts(document("a.md", text)) == [text]


def test_link_targets_in_code_are_kept() -> None:
    assert texts(document("a.md", code(LINKS))) == [LINKS]


def test_nothing_gives_nothing() -> None:
    assert texts(document("a.md")) == []
    assert texts(document("a.md", "  \n ")) == []


@pytest.mark.parametrize("after", [words(20), words(400), "\n".join([words(40)] * 9)])
def test_long_text_between_two_sections_counts(after: str) -> None:
    gap = words(500, "gap")
    text = f"start\n{gap}\n{after}"
    sections = (
        Section(SectionKind.CODE, "start", "L1", start=0, end=5),
        Section(SectionKind.CODE, after, "L3", start=len(text) - len(after), end=len(text)),
    )
    page = Document("files:docs/a", "a", text, sections, "docs", "page")
    assert all(len(part.split()) <= TARGET_TOKENS for part in texts(page))


# Context, identity, family


def test_context_tells_where_a_chunk_stands() -> None:
    section = replace(paragraph("text", "Deploy", "Rollback"), context="Size of the database")
    page = document("a.md", section, title="Checkout", environment="staging", breadcrumbs=("Ops", "Runbooks"))
    (found,) = cut(page)
    assert found.context == "staging › Checkout › Deploy › Rollback › Size of the database › Ops › Runbooks"
    assert found.embedded_text == f"{found.context}\ntext"
    assert found.heading_path == ("Deploy", "Rollback")


def test_a_title_is_not_said_twice() -> None:
    (found,) = cut(document("a.md", paragraph("text", "Checkout", "Rollback"), title="Checkout"))
    assert found.context == "Checkout › Rollback"


def test_long_contexts_are_shortened() -> None:
    page = document("a.md", paragraph("text", words(300, "heading")), title=words(300, "title"))
    (found,) = cut(page)
    assert len(found.context.split()) < 60
    assert found.context.startswith("title title")


def test_ids_are_stable_and_tell_chunks_apart() -> None:
    page = document("a.md", words(150), words(150))
    first, second = cut(page)
    assert [c.id for c in cut(document("a.md", words(150), words(150)))] == [first.id, second.id]
    assert first.id != second.id
    others = (replace(page, id="files:docs/b.md"), replace(page, title="Other"), document("a.md", words(151)))
    assert all({c.id for c in cut(other)}.isdisjoint({first.id, second.id}) for other in others)
    assert [c.id for c in cut(replace(page, url="https://moved"))] == [first.id, second.id]


def family(path: str, environment: str, *headings: str, **fields: Any) -> str:
    page = document(path, paragraph("text", *headings), environment=environment, **fields)
    return cut(page)[0].family


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("envs/staging/rds.tfvars", "staging"), ("envs/prd/rds.tfvars", "production"),
        ("envs/pre-prod/rds.tfvars", "preproduction"), ("envs/Test/rds.tfvars", "test"),
        ("envs/squad9/rds.tfvars", "squad9"),
    ],
)  # fmt: skip
def test_twins_of_environments_are_one_family(path: str, environment: str) -> None:
    assert family(path, environment) == family("envs/production/rds.tfvars", "production") != ""


def test_other_places_are_other_families() -> None:
    base = family("envs/production/rds.tfvars", "production", "a")
    assert family("envs/staging/vpc.tfvars", "staging", "a") != base
    assert family("envs/staging/rds.tfvars", "staging", "b") != base
    assert family("envs/staging/rds.tfvars", "staging", "a", source="other") != base
    assert family("envs/staging/rds.tfvars", "staging", "a", terraform=TerraformRef("x.y")) != base
    assert family("envs/staging/rds.tfvars", "production", "a") != base
    assert family("rds.tfvars", "", "a") == ""


def test_a_block_that_the_model_can_read_whole_is_not_cut() -> None:
    block = code("\n".join(f"key{i}: value" for i in range(100)), "H")
    assert TARGET_TOKENS < sum(HashingModel().count_tokens([block.text])) < 230
    page = document("a.md", "before", heading("H"), block, "after")
    assert [c.text for c in cut(page)] == ["before", f"{page.sections[1].text}\n\n{block.text}", "after"]


# Anchors


def lines(page: Document, start: int, end: int) -> str:
    """The true lines of a span, the line break at its end not counted."""
    text = page.text[start:end].rstrip("\n")
    first = page.text.count("\n", 0, start) + 1
    last = first + text.count("\n")
    return f"L{first}-L{last}" if last > first else f"L{first}"


def test_anchors_are_the_true_lines() -> None:
    block = "\n".join(f"    key {i}: value" for i in range(200))
    page = document("a.yaml", "first\nsecond", code(block), "last")
    assert [c.anchor for c in cut(page)] == [lines(page, c.start, c.end) for c in cut(page)]
    at = page.text.index("key 5:")
    assert anchor_of(page, at, at + 5) == "L9"
    assert anchor_of(page, page.text.index("second"), at) == "L2-L9"
    assert anchor_of(page, 0, len(page.text)) == "L1-L205"


def test_resolved_values_share_the_lines_of_their_block() -> None:
    block = "\n".join(["resource a b {", *(f"  key{i} = var.k{i}" for i in range(38)), "}"])
    values = "\n".join(f"key{i} = {i} (prod.tfvars:{i + 1})" for i in range(38))
    text = f"{block}\n\n{values}"
    at = len(block) + 2
    page = Document(
        "terraform:i/a.tf#x",
        "x",
        text,
        (
            Section(SectionKind.CODE, block, "L10-L49", language="hcl", end=len(block)),
            Section(SectionKind.KEY_VALUE, values, "L10-L49", language=RESOLVED, start=at, end=len(text)),
        ),
        "i",
        "terraform",
    )
    assert anchor_of(page, 0, len(text)) == "L10-L49"
    assert anchor_of(page, at, at + 20) == "L10-L49"
    assert anchor_of(page, text.index("key37 = 37"), len(text)) == "L10-L49"
    assert anchor_of(page, text.index("  key5 ="), text.index("  key6 =")) == "L16"


def test_anchors_that_are_no_lines_are_the_sections_own() -> None:
    sections = (
        Section(SectionKind.PARAGRAPH, "one", "intro", end=3),
        Section(SectionKind.CODE, "two", "b1", start=4, end=7),
    )
    page = Document("notion:w/1", "t", "one two", sections, "w", "page")
    assert anchor_of(page, 0, 7) == "intro"
    assert anchor_of(page, 4, 7) == "b1"
    assert anchor_of(page, 3, 4) == ""
    assert anchor_of(replace(page, sections=()), 0, 7) == ""


@pytest.mark.timeout(60)
def test_a_file_of_very_many_sections_takes_no_time() -> None:
    page = document("a.yaml", *[code(f"key{i}: {words(30)}", f"key{i}") for i in range(8_000)])
    assert len(cut(page)) > 1_000


def test_a_block_under_a_heading_of_a_longer_path_stays_in_the_window() -> None:
    far = " ".join(["checkout"] * 9 + ["10.0.0.0/16"])
    first = Section(SectionKind.HEADING, " ".join(["checkout"] * 4), heading_path=(far,))
    large = " ".join(["checkout"] * 29 + ["m6g.xlarge"] * 3 + ["10.0.0.0/16"])
    page = document("a.md", first, Section(SectionKind.HEADING, large), title="checkout checkout")
    found = chunk(page, real_count, 128)
    assert max(real_count([c.embedded_text for c in found])) <= 128


# Any document

WORDS = st.sampled_from(
    [
        "checkout",
        "m6g.xlarge",
        "10.0.0.0/16",
        "部署回滚",
        "😀",
        "A" * 150,
        "kube-system.",
        "é",
        "{{",
        "-",
        "\t",
        "  ",
    ]
)
LINE = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
BLOCK = st.lists(LINE, min_size=1, max_size=25).map("\n".join).filter(lambda t: bool(t.strip()))
SECTION = st.builds(
    lambda kind, text, path: Section(kind, text, heading_path=tuple(path)),
    st.sampled_from(list(SectionKind)), BLOCK | LINE.filter(lambda t: bool(t.strip())),
    st.lists(LINE, max_size=3),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(SECTION, max_size=12), LINE, st.sampled_from(["", "staging"]), st.sampled_from([128, WINDOW]))
def test_every_sections_text_lies_in_some_chunk_and_every_chunk_in_the_window(
    sections: list[Section], title: str, environment: str, window: int
) -> None:
    page = document("a.md", *sections, title=title, environment=environment)
    found = chunk(page, real_count, window)
    covered = [False] * len(page.text)
    for c in found:
        assert c.text == page.text[c.start : c.end]
        assert c.anchor == lines(page, c.start, c.end) or c.text != c.text.strip()
        covered[c.start : c.end] = [True] * (c.end - c.start)
    assert all(all(covered[s.start : s.end]) for s in page.sections)
    if found:
        assert max(real_count([c.embedded_text for c in found])) <= window
    assert len({c.id for c in found}) == len(found)
    assert [c.id for c in found] == [c.id for c in chunk(page, real_count, window)]
