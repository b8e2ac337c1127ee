"""The words of a page stand in its sections in the order of the page, each once, whatever they are nested in."""

from __future__ import annotations

import re
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.confluence.storage import read
from tests.unit.confluence_pages import cdata, macro, plain, rich

_WORD = "@"
"""Where the next word of the page stands."""
_LINES = st.sampled_from(
    [
        _WORD, f"{_WORD}<br/>{_WORD}", f"<b>{_WORD}</b> <code>{_WORD}</code> <del>{_WORD}</del>",
        f'{_WORD} <a href="https://x.example/">{_WORD}</a> {_WORD}', f'<time datetime="2024-01-01">{_WORD}</time>',
        f'<ac:link><ri:page ri:content-title="T"/><ac:link-body>{_WORD}</ac:link-body></ac:link> {_WORD}',
        '<ac:link><ri:attachment ri:filename="f"/>'
        f"<ac:plain-text-link-body>{cdata(_WORD)}</ac:plain-text-link-body></ac:link>",
        f'<ac:link><ri:page ri:content-title="{_WORD}"/></ac:link>', f"<ac:placeholder>{_WORD}</ac:placeholder>",
        f'<ac:link ac:anchor="a"><ac:link-body>{_WORD} <em>{_WORD}</em></ac:link-body></ac:link>',
        f'<ac:inline-comment-marker ac:ref="r">{_WORD}</ac:inline-comment-marker>', macro("status", title=_WORD),
        macro("jira", key=_WORD), macro("jira", jqlQuery=_WORD, columns=_WORD), macro("drawio", diagramName=_WORD),
        macro("mystery", plain(_WORD), title=_WORD), macro("mystery", rich(_WORD)), macro("expand", title=_WORD),
        f'<ac:image ac:alt="{_WORD}"><ri:attachment ri:filename="f.png"/></ac:image>', macro("anchor", title="a"),
        f'<ac:image ac:alt="{_WORD}"><ri:url ri:value="u"/><ac:caption>{_WORD}</ac:caption></ac:image>',
        macro("toc"), macro("markdown", plain(f"# {_WORD}\n\n- {_WORD}\n\n```yaml\n{_WORD}\n```\n\n{_WORD}")),
    ]
)  # fmt: skip
_LEAVES = st.one_of(
    _LINES.map(lambda line: f"<p>{line}</p>"),
    st.sampled_from(
        [f"<h1>{_WORD}</h1>", f"<h3>{_WORD} <b>{_WORD}</b></h3>", macro("code", plain(_WORD), title=_WORD),
         macro("noformat", plain(_WORD)), f"<pre>{_WORD}</pre>", macro("include", title="x")]
    ),
)  # fmt: skip


def _task(inside: str) -> str:
    status = "<ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
    return f"<ac:task-list><ac:task>{status}<ac:task-body>{inside}</ac:task-body></ac:task></ac:task-list>"


def _adf(inside: str) -> str:
    node = f'<ac:adf-node type="panel"><ac:adf-content>{inside}</ac:adf-content></ac:adf-node>'
    return f"<ac:adf-extension>{node}<ac:adf-fallback>{inside.replace(_WORD, '')}</ac:adf-fallback></ac:adf-extension>"


_WRAPS = st.sampled_from(
    [
        lambda x: f"<ul><li>{x}</li><li>{_WORD}</li></ul>", lambda x: f"<ol><li>{_WORD}{x}{_WORD}</li></ol>", _task,
        lambda x: f"<blockquote>{x}</blockquote>", lambda x: f"<div>{x} {_WORD}</div>", _adf,
        lambda x: macro("panel", rich(x), title=_WORD), lambda x: macro("warning", rich(x)),
        lambda x: macro("expand", rich(x), title=_WORD), lambda x: macro("details", rich(x)),
        lambda x: macro("excerpt", rich(x)), lambda x: macro("section", rich(macro("column", rich(x)))),
        lambda x: macro("mystery", rich(x)), lambda x: f"{x}{_WORD}<li>{_WORD}</li>",
        lambda x: f"<ac:layout><ac:layout-section><ac:layout-cell>{x}</ac:layout-cell></ac:layout-section></ac:layout>",
    ]
)  # fmt: skip
_BLOCKS = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda wrap, parts: wrap("".join(parts)), _WRAPS, st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
_PLAIN_LINES = _LINES.filter(lambda line: "plain-text-body" not in line)
_ROWS = st.lists(_PLAIN_LINES.map(lambda x: f"<td><p>{x}</p></td>"), min_size=1, max_size=3).map(
    lambda cells: f"<tr>{''.join(cells)}</tr>"
)
_TABLES = st.lists(_ROWS, min_size=1).map(lambda rows: f"<table><tbody>{''.join(rows)}</tbody></table>")


@given(st.lists(st.one_of(_BLOCKS, _TABLES), max_size=4), st.sampled_from(["", "<br>", "</p>", "<p>", "&"]))
@settings(max_examples=200, deadline=None)
def test_words_keep_their_order(parts: list[str], noise: str) -> None:
    numbers = count()
    markup = re.sub(_WORD, lambda _: f"w{next(numbers)}w", "".join(parts))
    page = read(markup + noise)
    assert page.tolerant == bool(noise)
    text = "\n".join(section.text for section in page.sections)
    assert re.findall(r"w(\d+)w", text) == [str(number) for number in range(next(numbers))]
