"""Parses a storage-format body: as XML if it is, else as tag soup, with every CDATA section kept apart.

CDATA is lifted out before a parser sees it. So it comes through whatever else is broken, and with the line
ends and control characters that XML would change or refuse. Nothing is fetched, and as no document type is
read, no entity can grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from xml.parsers import expat

from connectors.confluence import tag_soup
from connectors.confluence.tree import CData, Element, TreeBuilder

_SPECIAL = re.compile(r"<!\[CDATA\[|<!--|<\?|<![Dd][Oo][Cc][Tt][Yy][Pp][Ee]")
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}
_DOCTYPE_REST = re.compile(r"[^\[>]*+(?:\[.*?\]\s*+)?>", re.DOTALL)
_PIECE = 65_536
"""Bytes that are parsed before what they made is read."""
_BODY_END = "</ac:plain-text-"
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]*+;)")
_KEPT = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """The nodes at the top of a body, to be taken once, and whether only the tolerant parser could read it."""

    nodes: Iterator[Element | str]
    tolerant: bool


def parse(body: str) -> Parsed:
    """The nodes of `body`. Never raises on any text."""
    markup, cdata, closed = _lift(_encodable(body))
    if closed and _is_xml(markup):
        return Parsed(_xml_nodes(markup, cdata), tolerant=False)
    return Parsed(tag_soup.nodes(markup, cdata), tolerant=True)


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


class _XmlReader:
    """Hands what expat finds to a builder; the names that a page repeats are made once."""

    def __init__(self, cdata: list[str]) -> None:
        self.builder = TreeBuilder()
        self._cdata = cdata
        self._names: dict[str, str] = {}

    def start(self, name: str, attributes: list[str]) -> None:
        names = self._names
        tag = names.get(name) or names.setdefault(name, name.lower())
        self.builder.open(tag, _attributes(attributes) if attributes else None)

    def end(self, _: str) -> None:
        self.builder.close()

    def instruction(self, _: str, number: str) -> None:
        self.builder.text(CData(self._cdata[int(number)]))


def _is_xml(markup: str) -> bool:
    """Whether `markup` is well-formed: expat alone tells in no time, long before a tree is made."""
    try:
        _parser().Parse(_wrapped(markup), True)
    except expat.ExpatError:
        return False
    return True


def _xml_nodes(markup: str, cdata: list[str]) -> Iterator[Element | str]:
    """The nodes at the top of well-formed `markup`."""
    reader, parser, text = _XmlReader(cdata), _parser(), _wrapped(markup)
    position = text.index(b">") + 1
    parser.Parse(text[:position], False)  # the element around it all is no part of the body
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.builder.text
    parser.ProcessingInstructionHandler = reader.instruction
    while position < len(text):
        # Where a tag begins, no piece of text is cut in two.
        end = text.find(b"<", position + _PIECE)
        parser.Parse(text[position : end if end >= 0 else len(text)], end < 0)
        position = end if end >= 0 else len(text)
        yield from reader.builder.finished()
    yield from reader.builder.root.children


def _wrapped(markup: str) -> bytes:
    return f"<root>{markup}</root>".encode()


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = parser.ordered_attributes = True
    return parser


def _attributes(listed: list[str]) -> dict[str, str]:
    """Attributes by their names without prefix, from a list of names and values in turn."""
    return {
        name.rpartition(":")[2].lower(): value
        for name, value in zip(listed[::2], listed[1::2], strict=True)
        if not name.startswith("xmlns:")
    }
