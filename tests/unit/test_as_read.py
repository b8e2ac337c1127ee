"""What a model reads of a page: the words, without what only marks them up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.as_read import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("see [the runbook](/manual/roll-back.html#steps) first", "see the runbook first"),
        ("[a (b)](https://x/y_(z)) and [c][ref]", "a (b) and c"),
        ("[logs](https://kibana/#/?_g=(filters:!(),time:(from:now-1h,m:(a:(b)))))!", "logs!"),
        ('![A graph](images/a.png "Flow") below', "A graph below"),
        ("## Roll back\n> **Note** that `kubectl` is old", "Roll back\nNote that kubectl is old"),
        ("```bash\nkubectl get pods\n```\n", "\nkubectl get pods\n\n"),
        ("| a | b |\n|:--|---|\n| 1 | 2 |", " a | b |\n\n 1 | 2 |"),
        ("ports[0] (the first) and a[i][j]", "ports[0] (the first) and a[i][j]"),
        ("<environment> <!-- hidden --> stays", "<environment>  stays"),
        ("- one\n* two\n1. three", "- one\n* two\n1. three"),
        ("--dry-run=server ---", "--dry-run=server ---"),
        ("", ""),
    ],
)
def test_marks_go_and_words_stay(written: str, read: str) -> None:
    assert plain(written) == read


@given(st.text(alphabet="ab1 \n|-:`*#>[]()<!~é", max_size=200))
def test_no_letter_outside_a_link_or_comment_is_lost(text: str) -> None:
    kept = plain(text)
    assert len(kept) <= len(text)
    if not any(mark in text for mark in ("](", "][", "<!--", "```", "~~~")):
        assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    "unit", ["-", "|-", "[", "](", "[a](", "(", "[a](b(", "<!--", "> ", "#", "`", "| --- "]
)
def test_a_long_line_of_marks_is_read_at_once(unit: str) -> None:
    assert len(plain(unit * 20_000)) <= len(unit) * 20_000
