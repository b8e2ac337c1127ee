"""The tree that a storage-format body is parsed into, whichever parser read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

CONFIGURATION = frozenset(
    {"ac:parameter", "ac:default-parameter", "ac:adf-attribute", "ac:adf-parameter",
     "ac:adf-parameter-value", "ac:task-id", "ac:task-uuid", "ac:task-status"}
)  # fmt: skip
"""Elements whose text sets something up and is not read on the page."""

MACROS = frozenset({"ac:structured-macro", "ac:macro"})

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class CData(str):
    """Text that stood in a CDATA section: every character of it is meant."""

    __slots__ = ()


_LISTS = frozenset({"ul", "ol", "menu", "dir", "ac:task-list"})
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class Element:
    """An element by its prefixed name (`ac:link`); attributes go by their names without prefix.

    `has_words` says whether a reader of the page sees text of it.
    """

    __slots__ = ("attributes", "children", "has_words", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str] | None = None) -> None:
        self.tag = tag
        self.attributes = attributes or _NO_ATTRIBUTES
        self.children: tuple[Element | str, ...] | list[Element | str] = ()
        self.has_words = False

    def add(self, child: Element | str) -> None:
        """Add a child behind the others."""
        children = self.children
        if isinstance(children, list):
            children.append(child)
        elif children:
            self.children = [*children, child]
        else:  # a body may have 300,000 elements: a list for each costs a tenth of the time
            self.children = (child,)

    def elements(self) -> Iterator[Element]:
        """The children that are elements."""
        return (child for child in self.children if isinstance(child, Element))

    def first(self, tag: str) -> Element | None:
        """The first child called `tag`."""
        return next((child for child in self.elements() if child.tag == tag), None)


class TreeBuilder:
    """Makes a tree of events, in linear time and at any depth.

    List items that are in no list are put in one together. The top of the tree need not be held whole: `finished`
    gives it out while it is made, so that a body of 300,000 paragraphs costs no garbage collections.
    """

    def __init__(self) -> None:
        self.root = Element("")
        self.stack = [self.root]
        self._implied: set[Element] = set()

    def open(self, tag: str, attributes: Mapping[str, str] | None) -> None:
        """Begin an element inside the current one."""
        element = Element(tag, attributes)
        stack = self.stack
        above = stack[-1]
        if tag == "li" and above.tag not in _LISTS:
            above = self._implied_list(above)
            stack.append(above)
        above.add(element)
        stack.append(element)

    def close(self) -> str:
        """End the current element and give its tag; not the root, which never ends."""
        if len(self.stack) < 2:
            return ""
        closed = self.stack.pop()
        if self._implied and self.stack[-1] in self._implied:
            self.stack.pop()
        return closed.tag

    def finished(self) -> list[Element | str]:
        """Take out the nodes of the top that can no longer grow."""
        nodes = self.root.children
        # The last one is open, or a list that items may still be added to, or white space behind that.
        self.root.children = list(nodes[-2:])
        return list(nodes[:-2])

    def text(self, text: str | None) -> None:
        """Add text to the current element."""
        if not text:
            return
        current = self.stack[-1]
        current.add(text)
        if not current.has_words and current.tag not in CONFIGURATION and not text.isspace():
            for element in reversed(self.stack):
                if element.has_words:
                    break
                element.has_words = True

    def _implied_list(self, above: Element) -> Element:
        children = above.children
        if children:
            last = children[-1]
            if isinstance(last, str) and last.isspace() and len(children) > 1:
                last = children[-2]
            if isinstance(last, Element) and last in self._implied:
                return last
        implied = Element("ul")
        above.add(implied)
        self._implied.add(implied)
        return implied


def raw_text(element: Element) -> str:
    """All text below `element` as it stands, with a line feed for each `<br/>`."""
    return "".join(piece for piece in raw_pieces(element) if isinstance(piece, str))


def raw_pieces(element: Element, whole: frozenset[str] = frozenset()) -> list[Element | str]:
    """The text below `element` as it stands, and between its parts the elements called one of `whole`.

    What only sets something up below `element` is left out.
    """
    pieces: list[Element | str] = []
    text: list[str] = []
    pending = list(reversed(element.children))
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            text.append(node)
        elif node.tag == "br":
            text.append("\n")
        elif node.tag in whole:
            pieces += ("".join(text), node)
            text = []
        elif node.tag not in CONFIGURATION:
            pending.extend(reversed(node.children))
    return [*pieces, "".join(text)]


def plain_text(element: Element) -> str:
    """The text of a plain-text body, byte for byte.

    White space around CDATA sections is the indentation of the markup; neighbouring sections are one text
    that was split because it holds `]]>` itself.
    """
    pieces = element.children
    marked = [i for i, piece in enumerate(pieces) if isinstance(piece, CData)]
    if marked:
        head, tail = pieces[: marked[0]], pieces[marked[-1] + 1 :]
        first = marked[0] if _blank(head) else 0
        last = marked[-1] + 1 if _blank(tail) else len(pieces)
        pieces = pieces[first:last]
    return "".join(piece if isinstance(piece, str) else raw_text(piece) for piece in pieces)


def _blank(pieces: Sequence[Element | str]) -> bool:
    return all(isinstance(piece, str) and piece.isspace() for piece in pieces)
