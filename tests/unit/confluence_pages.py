"""Storage-format markup for tests, and what must be found again in the sections made of it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from connectors.confluence.storage import to_sections
from connectors.documents import Section, SectionKind

_NAMESPACES = 'xmlns:ac="urn:ac" xmlns:ri="urn:ri" xmlns:at="urn:at"'
_SETTINGS = frozenset({"default-parameter", "task-id", "task-uuid", "task-status"})
_SHOWN = frozenset({"title", "key"})
"""Parameters that show on the page."""


def macro(name: str, inside: str = "", /, **parameters: str) -> str:
    """A macro with `inside` as it stands, behind its parameters."""
    options = "".join(
        f'<ac:parameter ac:name="{key}">{escape(value)}</ac:parameter>' for key, value in parameters.items()
    )
    return (
        f'<ac:structured-macro ac:name={quoteattr(name)} ac:schema-version="1">'
        f"{options}{inside}</ac:structured-macro>"
    )


def rich(inside: str) -> str:
    return f"<ac:rich-text-body>{inside}</ac:rich-text-body>"


def cdata(text: str) -> str:
    """`text` in CDATA sections, split as Confluence does where the text holds their end."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def plain(text: str) -> str:
    return f"<ac:plain-text-body>{cdata(text)}</ac:plain-text-body>"


def code(text: str, **parameters: str) -> str:
    return macro("code", plain(text), **parameters)


def outline(body: str) -> list[tuple[str, str]]:
    """Kind and text of each section."""
    return [(section.kind.value, section.text) for section in to_sections(body)]


def only(body: str, kind: SectionKind) -> Section:
    """The one section of `kind`."""
    (section,) = [section for section in to_sections(body) if section.kind is kind]
    return section


def codes(sections: Iterable[Section]) -> Counter[str]:
    return Counter(section.text for section in sections if section.kind is SectionKind.CODE)


def visible_tokens(body: str) -> Counter[str]:
    """What stands between blanks in the text nodes that a reader sees. `body` has to be well-formed."""
    markup = re.sub(r"<\?xml.*?\?>", "", body)
    markup = re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;", lambda m: html.unescape(m[0]), markup)
    root = etree.fromstring(f"<root {_NAMESPACES}>{markup}</root>")
    return Counter(token for text in _texts(root) for token in text.split())


def _texts(root: etree._Element) -> Iterator[str]:
    for element in root.iter():
        parent = element.getparent()
        if isinstance(element.tag, str) and not any(map(_is_setting, (element, *element.iterancestors()))):
            yield element.text or ""
        if parent is not None and not any(map(_is_setting, (parent, *parent.iterancestors()))):
            yield element.tail or ""


def _is_setting(element: etree._Element) -> bool:
    name = etree.QName(element).localname
    shown = any(value in _SHOWN for value in element.attrib.values())
    return name in _SETTINGS or (name == "parameter" and not shown)


def lost(tokens: Counter[str], sections: Iterable[Section]) -> list[str]:
    """The tokens that occur less often in the text of `sections` than they must."""
    texts = (s.text.replace("\\|", "|") if s.kind is SectionKind.TABLE else s.text for s in sections)
    text = "\n".join(texts)
    return [token for token, count in tokens.items() if text.count(token) < count]
