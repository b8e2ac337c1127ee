"""Globs match as users of .gitignore and pathlib expect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.filetree.globs import compile_globs


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("**/*.md", "a.md", True), ("**/*.md", "a/b/c.md", True), ("**/*.md", "a.mdx", False),
        ("*.md", "a/b.md", True), ("docs/*.md", "docs/a.md", True), ("docs/*.md", "docs/x/a.md", False),
        ("docs/**", "docs/x/a.md", True), ("docs/**/a.md", "docs/a.md", True),
        ("./docs/*.md", "docs/a.md", True),
        ("a?.md", "ab.md", True), ("a?c", "a/c", False), ("[ab].md", "b.md", True),
        ("[!ab].md", "b.md", False),
        ("[!ab].md", "c.md", True), ("x[!a]y", "x/y", False), ("[a-c]1", "b1", True), ("[]]", "]", True),
        ("[z-a]", "[z-a]", True), ("[", "[", True), ("[]", "[]", True),
        ("*.{yaml,yml}", "a/b.yml", True), ("*.{yaml,yml}", "b.json", False),
        ("{a*,b?}.md", "axx.md", True),
        ("{a*,b?}.md", "bx.md", True), ("{a*,b?}.md", "bxx.md", False),
        ("{docs/**,*.txt}", "docs/a/b", True),
        ("**/{a,b{1,2}}.md", "x/b2.md", True), ("**/{a,b{1,2}}.md", "b3.md", False),
        ("a,b", "a,b", True),
        ("{a", "{a", True), ("a}", "a}", True), ("README*", "x/README.md", True),
        ("build/", "x/build/y/z", True),
        ("build/", "build", False), ("/top.md", "top.md", True), ("/top.md", "x/top.md", False),
        ("*", "with space\nand line", True), ("**/*.md", "ümläut/文档.md", True), ("a.b", "axb", False),
        ("a+(b)|c", "a+(b)|c", True),
        ("**/*.md", "docs/X.MD", True), ("*.{yaml,yml}", "a.Yml", True), ("*.MD", "x.md", True),
        ("docs/**", "DOCS/a.md", False), ("README*", "readme.md", False), ("**/*.md", "a/.MD", False),
    ],
)  # fmt: skip
def test_pattern(pattern: str, path: str, matches: bool) -> None:
    assert compile_globs([pattern])(path) is matches


def test_no_pattern_matches_nothing() -> None:
    assert not compile_globs([])("a")


def test_any_of_several_patterns_is_enough() -> None:
    wanted = compile_globs(["*.md", "docs/**"])
    assert wanted("x/a.md")
    assert wanted("docs/a.png")
    assert not wanted("x/a.png")


@given(st.lists(st.text(alphabet="ab*?[]{},!/.\\^-", max_size=12), max_size=3), st.text(max_size=12))
def test_any_pattern_compiles(patterns: list[str], path: str) -> None:
    assert compile_globs(patterns)(path) in {True, False}


@given(st.text(alphabet="ab.-_ é文", min_size=1, max_size=10))
def test_a_name_without_globs_matches_itself_at_any_depth(name: str) -> None:
    wanted = compile_globs([name])
    assert wanted(name)
    assert wanted(f"x/y/{name}")


@pytest.mark.timeout(60)
def test_many_stars_take_no_time() -> None:
    assert not compile_globs(["**/" * 30 + "x"])("a/" * 60 + "b")
