"""How long the converter of Confluence's storage format takes for a megabyte of markup that is hostile or huge.

`python -m bench.hostile [--characters 1000000] [--shape NAME]` prints the processor seconds of each shape, the slowest
first.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Mapping

from connectors.confluence.storage import to_sections

Shape = Callable[[int], str]
"""From a number of characters to a body of about that size."""

_MACRO = '<ac:structured-macro ac:name="{}">'
_CODE = (
    _MACRO.format("code")
    + "<ac:plain-text-body><![CDATA[a: 1\n  b: 2]]></ac:plain-text-body></ac:structured-macro>"
)
_ADF = '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-content>'
_CELL = "<td><p>cart</p></td>"
_LEVELS = 100_000


def _repeated(piece: str, before: str = "", after: str = "") -> Shape:
    return lambda size: before + piece * (size // len(piece)) + after


def _nested(begin: str, end: str, inside: str = "word") -> Shape:
    """Levels that end properly, at most `_LEVELS`; words fill up what they leave."""

    def shape(size: int) -> str:
        levels = min(_LEVELS, size // (len(begin) + len(end)))
        deep = begin * levels + inside + end * levels
        return deep + "<p>word</p>" * ((size - len(deep)) // 11)

    return shape


def _plain(name: str, text: str) -> str:
    """A macro with a plain-text body."""
    return f"{_MACRO.format(name)}<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body></ac:structured-macro>"


def _rich(name: str) -> tuple[str, str]:
    """The beginning and the end of a macro with a rich-text body."""
    return _MACRO.format(name) + "<ac:rich-text-body>", "</ac:rich-text-body></ac:structured-macro>"


def _attributes(size: int) -> str:
    return "<p " + " ".join(f'a{number}="v{number}"' for number in range(size // 16)) + ">word</p>"


def _rows(size: int) -> str:
    row = f"<tr>{_CELL * 10}</tr>"
    return f"<table><tbody>{row * (size // len(row))}</tbody></table>"


def _one_row(size: int) -> str:
    return f"<table><tr>{_CELL * (size // len(_CELL))}</tr></table>"


def _headings(size: int) -> str:
    return "".join(f"<h{number % 6 + 1}>Step {number}</h{number % 6 + 1}>" for number in range(size // 20))


_REALISTIC = (
    "<h2>Roll back &ndash; <code>cart</code></h2><p>Run <strong>this</strong>, see "
    '<a href="https://example.com/?a=1&amp;b=2">the dashboard</a>:</p>'
    + _CODE
    + "<ul><li><p>one</p></li><li>two<ul><li>three</li></ul></li></ul>"
    + _MACRO.format("warning") + '<ac:parameter ac:name="title">Stop</ac:parameter><ac:rich-text-body>'
    + f"<p>Never at night.</p>{_CODE}</ac:rich-text-body></ac:structured-macro>"
    "<table><tbody><tr><th>Name</th><th>Port</th></tr><tr><td><p>cart</p></td><td>8080</td></tr></tbody></table>"
    '<p><ac:link><ri:page ri:content-title="Runbook"/></ac:link> '
    '<ac:image ac:alt="graph"><ri:attachment ri:filename="g.png"/></ac:image></p>'
)  # fmt: skip


SHAPES: Mapping[str, Shape] = {
    "realistic": _repeated(_REALISTIC),
    "realistic, broken": _repeated(_REALISTIC, after="<p>a & b"),
    # Tags that never end
    **{f"unclosed {tag}": _repeated(f"<{tag}>") for tag in (
        "p", "div", "li", "ul", "td", "table", "tr", "h1", "strong", "code", "pre", "blockquote", "span", "a", "style",
        "script", "ac:parameter", "ac:plain-text-body", "ac:link", "ac:image", "ac:task", "ri:page", "time", "x-odd",
    )},
    **{f"unclosed {tag} with text": _repeated(f"<{tag}>x ") for tag in (
        "p", "div", "li", "ul", "td", "h2", "code", "a", "ac:task", "ac:link", "tr",
    )},
    **{f"unclosed macro {name}": _repeated(_MACRO.format(name) + "x") for name in (
        "code", "info", "expand", "odd", "markdown", "jira", "status", "excerpt", "include", "drawio", "profile",
    )},
    "unclosed macro body": _repeated(_MACRO.format("info") + "<ac:rich-text-body>x"),
    "unclosed macro parameter": _repeated(_MACRO.format("code") + '<ac:parameter ac:name="language">x'),
    "unclosed cdata": _repeated("<![CDATA["),
    "unclosed cdata bodies": _repeated("<ac:plain-text-body><![CDATA[x</ac:plain-text-body>"),
    "unclosed comment": _repeated("<!-- "),
    "unclosed attribute": _repeated('<a href="'),
    "unclosed p and b": _repeated("<p><b>x"),
    "unclosed p and li": _repeated("<p>x<li>y"),
    "unclosed blocks": _repeated("<div><p>x<ul><li>a<b>c<table><tr><td>d</p>"),
    "unclosed lists": _repeated("<ul><li>x<ol><li>"),
    "unclosed tables": _repeated("<table><tr><td>x"),
    "unclosed adf": _repeated(_ADF + "x"),
    "ends without beginnings": _repeated("</p></div>"),
    "crossed tags": _repeated("<b><i>x</b></i>"),
    "crossed blocks": _repeated("<div><p>x</div></p>"),
    "angle brackets": _repeated("<"),
    "declarations": _repeated("<!DOCTYPE ["),
    "instructions": _repeated("<?cdata 0?>"),
    # Deep
    "deep divs": _nested("<div>", "</div>"),
    "deep spans": _nested("<b>", "</b>"),
    "deep lists": _nested("<ul><li>", "</li></ul>"),
    "deep lists with text": _nested("<ul><li>x", "</li></ul>"),
    "deep numbered lists": _nested("<ol><li>x", "</li></ol>"),
    "deep tables": _nested("<table><tr><td>", "</td></tr></table>"),
    "deep tables with text": _nested("<table><tr><td>x</td><td>", "</td></tr></table>"),
    "deep quotes": _nested("<blockquote>", "</blockquote>"),
    "deep panels": _nested(*_rich("info")),
    "deep expands": _nested(*_rich("expand")),
    "deep links": _nested("<a href='u'>", "</a>"),
    "deep code": _nested("<code>x", "</code>"),
    "deep preformatted": _nested("<pre>x", "</pre>"),
    "deep headings": _nested("<h1>x", "</h1>"),
    "deep adf": _nested(_ADF, "</ac:adf-content></ac:adf-node></ac:adf-extension>"),
    "deep captions": _nested("<ac:image><ac:caption>", "</ac:caption></ac:image>"),
    "deep parameters": _nested(
        _MACRO.format("odd") + "<ac:parameter ac:name='title'>", "</ac:parameter></ac:structured-macro>"
    ),
    "deep status": _nested("<ac:task><ac:task-status>", "</ac:task-status></ac:task>"),
    "deep adf fallbacks": _nested("<ac:adf-extension><ac:adf-fallback>", "</ac:adf-fallback></ac:adf-extension>"),
    "deep plain bodies": _nested("<ac:plain-text-body>", "</ac:plain-text-body>"),
    "deep table, not closed": lambda size: "<table>" + "<div>" * (size // 5),
    # Much of one thing
    "attributes": _attributes,
    "attributes, broken": lambda size: _attributes(size) + "<br>",
    "attributes without values": lambda size: "<p " + "a " * (size // 2) + ">word",
    "one attribute": lambda size: f'<p title="{"v" * size}">word</p>',
    "one parameter": lambda size: (
        _MACRO.format("odd")
        + '<ac:parameter ac:name="title">{"v " * (size // 2)}</ac:parameter></ac:structured-macro>'
    ),
    "parameters": lambda size: (
        _MACRO.format("odd")
        + '<ac:parameter ac:name="title">v</ac:parameter>' * (size // 45)
        + "</ac:structured-macro>"
    ),
    "entities": _repeated("&nbsp;&eacute;&amp;"),
    "entities, broken": _repeated("&nbsp;&eacute;&amp;", after="<br>"),
    "unknown entities": _repeated("&what;"),
    "number references": _repeated("&#65;"),
    "number references, broken": _repeated("&#65;", after="<br>"),
    "ampersands": _repeated("&"),
    "one word": lambda size: f"<p>{'x' * size}</p>",
    "one word in a list": lambda size: f"<ul><li>{'x' * size}</li></ul>",
    "one word in a cell": lambda size: f"<table><tr><td>{'x' * size}</td></tr></table>",
    "one heading": lambda size: f"<h1>{'x ' * (size // 2)}</h1>",
    "one code block": lambda size: _plain("code", "x: y" * (size // 4)),
    "blanks": lambda size: f"<p>{' ' * size}x</p>",
    "line breaks": _repeated("x<br/>"),
    "backticks": _repeated("<code>`</code>"),
    "inline code": _repeated("<code>x</code> "),
    "links": _repeated('<a href="https://x.example/">x</a> '),
    "page links": _repeated('<ac:link><ri:page ri:content-title="T"/></ac:link> '),
    "users": _repeated('<ac:link><ri:user ri:account-id="a"/></ac:link>'),
    "emoji": _repeated('<ac:emoticon ac:name="tick"/>'),
    "pictures": _repeated('<ac:image><ri:attachment ri:filename="a.png"/></ac:image>'),
    "dates": _repeated('<time datetime="2024-01-01"/>'),
    "comment markers": _repeated('<ac:inline-comment-marker ac:ref="r">x</ac:inline-comment-marker>'),
    "statuses": _repeated(
        _MACRO.format("status") + '<ac:parameter ac:name="title">OK</ac:parameter></ac:structured-macro>'
    ),
    "code blocks": _repeated(_CODE),
    "code blocks, broken": _repeated(_CODE, after="<br>"),
    "empty cdata": _repeated("<![CDATA[]]>"),
    "cdata cut in pieces": lambda size: _plain("code", "]]]]><![CDATA[>" * (size // 15)),
    "paragraphs": _repeated("<p>x</p>"),
    "paragraphs of Windows": _repeated("<p>x</p>\r\n"),
    "empty paragraphs": _repeated("<p/>"),
    "paragraphs, broken": _repeated("<p>x</p>", after="<br>"),
    "headings": _headings,
    "same headings": _repeated("<h2>x</h2>"),
    "items": _repeated("<li>x</li>", "<ul>", "</ul>"),
    "items, broken": _repeated("<li>x", "<ul>"),
    "tasks": _repeated(
        "<ac:task><ac:task-status>complete</ac:task-status><ac:task-body>x</ac:task-body></ac:task>",
        "<ac:task-list>",
        "</ac:task-list>"
    ),
    "rows": _rows,
    "rows, broken": lambda size: _rows(size) + "<br>",
    "one row": _one_row,
    "one row, cells merged": _repeated('<td colspan="100" rowspan="9">x</td>', "<table><tr>", "</tr></table>"),
    "merged cells": _repeated('<tr><td colspan="999" rowspan="999">x</td></tr>', "<table>", "</table>"),
    "rows of one long merged cell": lambda size: (
        "<table>"
        + '<tr><td rowspan="65000">{"x" * (size // 2)}</td></tr>'
        + "<tr><td/></tr>" * (size // 28)
        + "</table>"
    ),
    "code in cells": _repeated(f"<tr><td>{_CODE}</td></tr>", "<table>", "</table>"),
    "macros without a body": _repeated(_MACRO.format("odd") + "</ac:structured-macro>"),
    "different macros": lambda size: (
        "".join(_MACRO.format(f"m{n}")
        + "</ac:structured-macro>" for n in range(size // 60))
    ),
    "excerpts": _repeated("x".join(_rich("excerpt"))),
    "wiki markup": lambda size: _plain("unmigrated-wiki-markup", "{code}\na: 1\n{code}\nx\n" * (size // 22)),
    "markdown": lambda size: _plain("markdown", "# A\n\n- b\n\n`c`\n\n" * (size // 16)),
    "markdown code": lambda size: _plain("markdown", "x\n\n```yaml\na: 1\n```\n" * (size // 23)),
    "markdown fences": lambda size: _plain("markdown", "```\n" * (size // 4)),
    "markdown lists": lambda size: _plain("markdown", "- " * (size // 2)),
    "markdown items": lambda size: _plain("markdown", "- a\n" * (size // 4)),
    "markdown quotes": lambda size: _plain("markdown", "> " * (size // 2)),
    "markdown macros": _repeated(_plain("markdown", "# A")),
}  # fmt: skip
"""By name; each is linear in its size."""


def seconds(body: str) -> float:
    """The processor time that one conversion takes, without garbage collection between."""
    gc.collect()
    started = time.process_time()
    to_sections(body)
    return time.process_time() - started


def main() -> None:
    """Print the seconds of each shape, the slowest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--characters", type=int, default=1_000_000)
    parser.add_argument("--shape", help="only shapes with this in their name")
    given = parser.parse_args()
    shapes = {name: shape for name, shape in SHAPES.items() if (given.shape or "") in name}
    taken = {name: seconds(shape(given.characters)) for name, shape in shapes.items()}
    for name in sorted(taken, key=lambda name: -taken[name]):
        print(f"{taken[name]:7.2f}  {name}")


if __name__ == "__main__":
    main()
