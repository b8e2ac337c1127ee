"""Reads markup that is no XML, as browsers do: nothing is refused and no text is lost."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence

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
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_CLOSED_BY = {
    "p": frozenset({"p"}), "li": frozenset({"li", "p"}), "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}), "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}), "tr": frozenset({"td", "th", "tr", "p"}),
}  # fmt: skip
"""The elements that end by themselves where another begins."""


def parse(markup: str, cdata: Sequence[str]) -> Element:
    """The tree of `markup`, in which `<?cdata 3?>` stands for `cdata[3]`. Never raises."""
    soup = _Soup()
    position = 0
    for token in _TOKEN.finditer(markup):
        soup.builder.text(_unescape(markup[position : token.start()]))
        position = token.end()
        if token["cdata"]:
            soup.builder.text(CData(cdata[int(token["cdata"])]))
        elif token["end"]:
            soup.end(token["end"].lower())
        else:
            soup.start(token["start"].lower(), token["attributes"])
    soup.builder.text(_unescape(markup[position:]))
    return soup.builder.root


class _Soup:
    """Puts tags where they must have been meant."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._open: Counter[str] = Counter()

    def start(self, tag: str, attributes: str) -> None:
        closed = _CLOSED_BY.get(tag, frozenset())
        while self.builder.stack[-1].tag in closed:
            self._close()
        self.builder.open(tag, _attributes(attributes))
        self._open[tag] += 1
        if attributes.endswith("/") or tag in _VOID:
            self._close()

    def end(self, tag: str) -> None:
        while self._open[tag]:
            if self._close() == tag:
                break

    def _close(self) -> str:
        tag = self.builder.stack[-1].tag
        self._open[tag] -= 1
        self.builder.close()
        return tag


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        prefix, _, name = match[1].rpartition(":")
        if prefix != "xmlns":
            found.setdefault(name.lower(), _unescape(match[2] or match[3] or match[4] or ""))
    return found


def _unescape(text: str) -> str:
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
