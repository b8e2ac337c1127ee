"""Parses a storage-format body: as XML if it is, else as tag soup, with every CDATA section kept apart.

CDATA is lifted out before a parser sees it. So it comes through whatever else is broken, and with the line
ends and control characters that XML would change or refuse. Nothing is fetched, and as no document type is
read, no entity can grow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5

from lxml import etree

from connectors.confluence import tag_soup
from connectors.confluence.tree import CData, Element, TreeBuilder

_SPECIAL = re.compile(r"<!\[CDATA\[|<!--|<\?|<![Dd][Oo][Cc][Tt][Yy][Pp][Ee]")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_DOCTYPE_REST = re.compile(r"[^\[>]*+(?:\[.*?\]\s*+)?>", re.DOTALL)
_BODY_END = "</ac:plain-text-"
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*+;)")
_KEPT = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_ROOT = (
    '<root xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier" '
    'xmlns:at="http://atlassian.com/template">'
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree of a body, and whether only the tolerant parser could read it."""

    root: Element
    tolerant: bool


def parse(body: str) -> Parsed:
    """The tree of `body`. Never raises on any text."""
    markup, cdata, closed = _lift(_encodable(body))
    root = _parse_xml(markup, cdata) if closed else None
    if root is not None:
        return Parsed(root, tolerant=False)
    return Parsed(tag_soup.parse(markup, cdata), tolerant=True)


def _encodable(text: str) -> str:
    """`text` with surrogates, which no encoding takes, joined to the character they mean or else replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _lift(text: str) -> tuple[str, list[str], bool]:
    """The markup with `<?cdata 0?>` for the first CDATA section and so on, the sections, and if all had an end.

    Comments, processing instructions and document types are dropped, HTML's entities are resolved.
    """
    pieces: list[str] = []
    cdata: list[str] = []
    absent: set[str] = (
        set()
    )  # ends that do not come any more: without it `<!--<!--<!--…` takes quadratic time
    position = 0
    while match := _SPECIAL.search(text, position):
        pieces.append(_resolve(text[position : match.start()]))
        opener = match[0]
        end, after = _end(text, match, absent)
        if opener == "<![CDATA[":
            pieces.append(f"<?cdata {len(cdata)}?>")
            cdata.append(text[match.end() : end])
        elif end < 0:
            pieces.append("&lt;" + opener[1:])
        position = after
    pieces.append(_resolve(text[position:]))
    return "".join(pieces), cdata, not absent


def _end(text: str, match: re.Match[str], absent: set[str]) -> tuple[int, int]:
    """Where the content that `match` opens ends (-1 if nowhere), and where the text goes on."""
    start = match.end()
    end = _ENDS.get(match[0])
    if end is None:
        rest = None if "doctype" in absent else _DOCTYPE_REST.match(text, start)
        if rest:
            return rest.end(), rest.end()
        absent.add("doctype")
        return -1, start
    found = -1 if end in absent else text.find(end, start)
    if found >= 0:
        return found, found + len(end)
    absent.add(end)
    if match[0] != "<![CDATA[":
        return -1, start
    found = -1 if _BODY_END in absent else text.find(_BODY_END, start)
    if found < 0:
        absent.add(_BODY_END)
        found = len(text)
    return found, found


def _resolve(markup: str) -> str:
    """`markup` with HTML's named entities as characters; the five of XML and unknown ones stay."""
    return _ENTITY.sub(_character, markup) if "&" in markup else markup


def _character(match: re.Match[str]) -> str:
    value = html5.get(match[1])
    if value is None or match[1] in _KEPT:
        return match[0]
    return f"&#{ord(value)};" if value in {"<", ">", "&", '"', "'"} else value


def _parse_xml(markup: str, cdata: list[str]) -> Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        source = etree.fromstring(f"{_ROOT}{markup}</root>".encode(), parser)
    except (etree.LxmlError, ValueError):
        return None
    builder = TreeBuilder()
    names: dict[tuple[str | None, str], str] = {}
    for event, node in etree.iterwalk(source, events=("start", "end", "pi")):
        if event == "start":
            key = (node.prefix, str(node.tag))
            tag = names.get(key) or names.setdefault(key, _tag(*key))
            builder.open(tag, {name.rpartition("}")[2]: value for name, value in node.items()})
            builder.text(node.text)
            continue
        if event == "end":
            builder.close()
        else:
            builder.text(CData(cdata[int(node.text or 0)]))
        if node is not source:
            builder.text(node.tail)
    return builder.root


def _tag(prefix: str | None, name: str) -> str:
    local = name.rpartition("}")[2].lower()
    return f"{prefix.lower()}:{local}" if prefix else local
