"""Blocks of the new editor (`ac:adf-extension`) that the storage format has no element of its own for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from connectors.confluence.resources import words_of
from connectors.confluence.tree import CData, Element, plain_text

_FALLBACK = "ac:adf-fallback"


def content(element: Element) -> list[Element | str]:
    """What a block holds or, if that has no words, what stands in for it in other editors."""
    held = [child for child in element.children if isinstance(child, str) or child.tag != _FALLBACK]
    if any(isinstance(child, Element) and child.has_words for child in held):
        return held
    return [*held, *(child for child in element.elements() if child.tag == _FALLBACK and child.has_words)]


def panel_type(element: Element) -> str:
    """The kind of an admonition: `note`, `info`, `warning`, `error`, `success`, or `panel` for any other."""
    name = _attribute(element, "panel-type").lower()
    return name if name in {"note", "info", "warning", "error", "success", "tip"} else "panel"


def app_name(element: Element) -> str:
    """The name of the app's macro that a block stands for."""
    return _attribute(element, "extension-key").rpartition("/")[2] or "extension"


def marked_texts(element: Element) -> Iterator[str]:
    """The texts that stand in CDATA among an app's parameters, each parameter's as one: code, as a rule."""
    pending = deque(child for child in element.elements() if child.tag == "ac:adf-attribute")
    while pending:
        attribute = pending.popleft()
        if any(isinstance(child, CData) for child in attribute.children):
            yield plain_text(attribute)
        else:
            pending.extend(attribute.elements())


def _attribute(element: Element, key: str) -> str:
    found = (child for child in element.elements() if child.attributes.get("key") == key)
    return words_of(next(found, None))
