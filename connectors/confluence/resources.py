"""Reads what links, pictures, emoji and parameters point at, and the words that stand for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.confluence.notes import AttachmentRef, Notes, PageRef
from connectors.confluence.tree import Element, raw_text

_EMOTICONS = {
    "smile": "🙂", "sad": "🙁", "cheeky": "😛", "laugh": "😀", "wink": "😉", "thumbs-up": "👍",
    "thumbs-down": "👎", "information": "ℹ️", "tick": "✅", "cross": "❌", "warning": "⚠️", "plus": "➕",
    "minus": "➖", "question": "❓", "light-on": "💡", "light-off": "💡", "yellow-star": "⭐",
    "red-star": "⭐", "green-star": "⭐", "blue-star": "⭐", "heart": "❤️", "broken-heart": "💔",
}  # fmt: skip
_SPACED_TITLE = re.compile(r"(~?[A-Za-z0-9_.@-]+):(?!//|\s)(.+)", re.DOTALL)
_LANGUAGE = re.compile(r"(?:\b(?:language|lang)-|\bbrush:\s*)([\w+#-]+)")
_UNSAFE = re.compile(r"\s*(?:javascript|data|vbscript):", re.IGNORECASE)
_NO_LANGUAGE = frozenset({"", "none", "plain", "text", "plaintext"})
_USER_KEYS = ("account-id", "userkey", "username")


def parameters(macro: Element) -> dict[str, Element]:
    """The parameters of a macro by name; the one without a name is ''."""
    found: dict[str, Element] = {}
    for child in macro.elements():
        if child.tag in ("ac:parameter", "ac:default-parameter"):
            found.setdefault(child.attributes.get("name", ""), child)
    return found


def words_of(element: Element | None) -> str:
    """The text of a parameter in one line, '' if there is none."""
    return " ".join(raw_text(element).split()) if element else ""


def language_of(element: Element) -> str | None:
    """The language that the classes of a `pre` or of the `code` in it name: `language-yaml`, `brush: yaml`."""
    code = element.first("code")
    for marked in (element, code):
        if marked and (match := _LANGUAGE.search(marked.attributes.get("class", ""))):
            return match[1].lower()
    return None


def known_language(name: str) -> str | None:
    """The language called `name`; None for the names that say there is none."""
    return None if name in _NO_LANGUAGE else name


def find(element: Element | None, *tags: str) -> Element | None:
    """The first element called one of `tags` at most three levels below `element`."""
    level = [element] if element else []
    for _ in range(3):
        level = [child for parent in level for child in parent.elements()]
        for child in level:
            if child.tag in tags:
                return child
    return None


def page_of(element: Element | None) -> PageRef | None:
    """The page that a `ri:page` or `ri:blog-post` names."""
    title = element.attributes.get("content-title", "") if element else ""
    if not element or not title:
        return None
    kind = "blogpost" if element.tag == "ri:blog-post" else "page"
    return PageRef(title, element.attributes.get("space-key", ""), kind)


def included_page(macro: Element) -> PageRef | None:
    """The page that an include macro shows: a resource, or `Title` or `SPACE:Title` as old pages write it."""
    options = parameters(macro)
    for option in (options.get(""), options.get("pageTitle"), options.get("page")):
        if page := page_of(find(option, "ri:page", "ri:blog-post")):
            return page
        words = words_of(option)
        if match := _SPACED_TITLE.fullmatch(words):
            return PageRef(match[2].strip(), match[1])
        if words:
            return PageRef(words, words_of(options.get("spaceKey")))
    return None


def attachment_of(element: Element | None) -> AttachmentRef | None:
    """The file that a `ri:attachment` names."""
    name = element.attributes.get("filename", "") if element else ""
    return AttachmentRef(name, page_of(element.first("ri:page"))) if element and name else None


def user_of(element: Element | None) -> str:
    """The id, key or name by which a `ri:user` names a user."""
    known = element.attributes if element else {}
    return next((known[key] for key in _USER_KEYS if known.get(key)), "")


def mention(user: str, names: Mapping[str, str]) -> str:
    """How a user is written: `@` and the name, or the id if the name is not known."""
    return "@" + (names.get(user) or user)


def emoji(element: Element) -> str:
    """The character of an emoticon, or its name between colons."""
    known = element.attributes
    if fallback := known.get("emoji-fallback"):
        return fallback
    name = known.get("name", "")
    return known.get("emoji-shortname") or _EMOTICONS.get(name) or (f":{name}:" if name else "")


def link_target(resource: Element | None, anchor: str, notes: Notes) -> str:
    """The words for what an `ac:link` leads to: a title, a file's name, a space's key, an issue or an anchor."""
    tag = resource.tag if resource else ""
    known = resource.attributes if resource else {}
    if page := page_of(resource):
        notes.pages[page] = None
        return page.title
    if tag == "ri:attachment" and (attachment := attachment_of(resource)):
        notes.attachments[attachment] = None
        return attachment.filename
    if tag == "ri:url" and known.get("value"):
        notes.urls[known["value"]] = None
        return known["value"]
    return known.get("parameter") or known.get("space-key") or anchor


def picture_words(image: Element, notes: Notes) -> str:
    """The words for a picture: its alternative text, its title or its file's name."""
    known = image.attributes
    resource = find(image, "ri:attachment", "ri:url")
    name = known.get("src", "") if image.tag == "img" else ""
    if resource and resource.tag == "ri:url":
        name = resource.attributes.get("value", "")
    name = re.split(r"[?#]", name, maxsplit=1)[0].rpartition("/")[2] if not _UNSAFE.match(name) else ""
    if attachment := attachment_of(resource):
        notes.attachments[attachment] = None
        name = attachment.filename
    return known.get("alt") or known.get("title") or name


def markdown_link(words: str, href: str) -> str:
    """`words` as a link to `href`, as Markdown has it; without one if it leads nowhere else or is unsafe."""
    core = words.strip()
    href = href.strip()
    if not href or href.startswith("#") or _UNSAFE.match(href) or href in (core, f"mailto:{core}"):
        return words
    if not core:
        return f" {href} "
    target = f"<{href}>" if re.search(r"[\s()]", href) else href
    lead, tail = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{lead}[{core}]({target}){tail}"
