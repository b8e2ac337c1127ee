"""Reads markup that is no XML, as browsers do: nothing is refused and no text is lost."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from connectors.confluence.tree import CData, Element, TreeBuilder

# Attribute values end at `<`, which XML forbids in them: so a search never runs further than the next tag and
# the whole takes linear time, whatever the text.
_TOKEN = re.compile(
    r"""<(?:
        \?cdata\ (?P<cdata>\d+)\?>
      | /\s*+(?P<end>[A-Za-z][\w:.-]*+)[^<>]*+>
      | (?P<start>[A-Za-z][\w:.-]*+)(?P<attributes>(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+|[^<>]*+)>
    )""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""(?<![\w:.-])([\w:.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'/]++))""")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_VOID = frozenset("area at:var base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY = {
    "p": frozenset({"p"}), "li": frozenset({"li", "p"}), "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}), "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}), "tr": frozenset({"td", "th", "tr", "p"}),
}  # fmt: skip
"""The elements that end by themselves where another begins."""
_PIECES = 5 * 1_024
"""A tag and the text before it are five pieces of a match: so many are read before what they made is given out."""
_NOTHING = frozenset[str]()
_DEEPEST = 512
"""Levels, as in browsers: what HTML nests deeper stands side by side there. Ends are missing, mostly."""
_PARAMETER, _DEFAULT_PARAMETER = "ac:parameter", "ac:default-parameter"
_BLOCKS = frozenset(
    """ac:parameter ac:default-parameter ac:plain-text-body ac:rich-text-body ac:structured-macro ac:macro
    ac:layout ac:layout-section ac:layout-cell ac:task-list p div pre blockquote table ul ol
    h1 h2 h3 h4 h5 h6""".split()
)
"""What no parameter, style or script holds: one whose end is missing would take the rest of the page with it."""
_SHORT = frozenset(
    """style script colgroup ri:attachment ri:page ri:blog-post ri:space ri:user ri:url ri:shortcut ri:content-entity
    ri:content ri:issue""".split()
)
_MAY_END = _SHORT.union(*_CLOSED_BY.values())
_IN_ATTACHMENTS = frozenset({"ri:page", "ri:blog-post", "ri:space", "ri:content-entity"})


def nodes(markup: str, cdata: Sequence[str]) -> Iterator[Element | str]:
    """The nodes at the top of `markup`, in which `<?cdata 3?>` stands for `cdata[3]`. Never raises."""
    soup = _Soup()
    pieces = _TOKEN.split(markup)
    for first in range(0, len(pieces), _PIECES):
        some = iter(pieces[first : first + _PIECES])
        for text, number, end, start, attributes in zip_longest(some, some, some, some, some):
            if text:
                soup.words(_unescape(text) if "&" in text else text)
            if start:
                soup.start(start.lower(), attributes)
            elif end:
                soup.end(end.lower())
            elif number:
                soup.words(CData(cdata[int(number)]))
        yield from soup.finished()
    yield from soup.root.children


class _Soup(TreeBuilder):
    """Puts tags where they must have been meant."""

    def __init__(self) -> None:
        super().__init__()
        self._open: defaultdict[str, int] = defaultdict(int)

    def start(self, tag: str, attributes: str) -> None:
        stack, number_open = self.stack, self._open
        if tag in _BLOCKS and (number_open[_PARAMETER] or number_open[_DEFAULT_PARAMETER]):
            self.end(_PARAMETER)
            self.end(_DEFAULT_PARAMETER)
        if stack[-1].tag in _MAY_END:
            self._end_what_cannot_hold(tag)
        if len(stack) > _DEEPEST and ":" not in tag and ":" not in stack[-1].tag:
            self._end_one()
        self.open(tag, _attributes(attributes) if attributes else None)
        if tag in _VOID or (attributes and attributes[-1] == "/"):
            self.close()
        else:
            number_open[tag] += 1

    def words(self, text: str) -> None:
        if self.stack[-1].tag in _SHORT and not text.isspace():
            self._end_what_cannot_hold("")
        self.text(text)

    def end(self, tag: str) -> None:
        while self._open[tag]:
            if self._end_one() == tag:
                break

    def _end_what_cannot_hold(self, tag: str) -> None:
        """End the elements that have no end of their own, before `tag` or, if it is '', before text."""
        closed = _CLOSED_BY.get(tag, _NOTHING)
        while (inner := self.stack[-1].tag) in closed or (inner in _SHORT and _is_over(inner, tag)):
            self._end_one()

    def _end_one(self) -> str:
        tag = self.close()
        self._open[tag] -= 1
        return tag


def _is_over(inner: str, tag: str) -> bool:
    """Whether the element `inner`, which holds little, holds nothing like `tag`: its end is only missing."""
    if inner in ("style", "script"):
        return tag in _BLOCKS
    if inner == "colgroup":
        return tag != "col"
    return not (inner == "ri:attachment" and tag in _IN_ATTACHMENTS)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        prefix, _, name = match[1].rpartition(":")
        if prefix != "xmlns":
            found.setdefault(name.lower(), _unescape(match[2] or match[3] or match[4] or ""))
    return found


def _unescape(text: str) -> str:
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)
