"""Notion's rich text: styled pieces, equations and mentions, each with its `plain_text`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from connectors.notion import urls
from connectors.notion.values import JsonObject, as_list, as_object, as_text

_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is named; `name` is '' where the integration may not see it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Text of one look."""

    text: str
    url: str
    code: bool = False


def plain(value: object) -> str:
    """The characters of a rich text as they are, nothing added: what code blocks and titles need."""
    return "".join(map(_text_of, _items(value)))


def render(value: object) -> str:
    """A rich text with its links, inline code and equations written as in Markdown.

    The `plain_text` of each piece is in it unchanged, but for blanks at the ends of links and code. Never
    raises, whatever `value` is.
    """
    runs = [run for run in map(_run, _items(value)) if run.text]
    parts: list[str] = []
    for url, linked in groupby(runs, key=lambda run: run.url):
        looks = groupby(linked, key=lambda run: run.code)
        texts = ((code, "".join(run.text for run in same)) for code, same in looks)
        text = "".join(_marked(text, _code) if code else text for code, text in texts)
        parts.append(_marked(text, partial(urls.link, url=url)) if url else text)
    return "".join(parts)


def pieces_in(value: object) -> Iterator[JsonObject]:
    """Every piece of rich text (an object with `plain_text`) anywhere in `value`, in order."""
    stack = [value]
    seen: set[int] = set()  # `value` may hold itself
    while stack:
        top = stack.pop()
        if not isinstance(top, dict | list):
            continue
        if isinstance(top, dict) and isinstance(top.get("plain_text"), str):
            yield as_object(top)
        elif id(top) not in seen:
            seen.add(id(top))
            stack += reversed(list(top.values()) if isinstance(top, dict) else top)


def users_in(value: object) -> Iterator[User]:
    """The users that are mentioned anywhere in `value`."""
    for piece in pieces_in(value):
        if piece.get("type") == "mention":
            user = user_of(as_object(piece.get("mention")).get("user"))
            if user:
                yield user


def user_of(value: object) -> User | None:
    """The user that a user object describes; None if it is not one."""
    user = as_object(value)
    identifier = as_text(user.get("id"))
    return User(identifier, as_text(user.get("name"))) if identifier else None


def date_text(value: object) -> str:
    """A date object as `start`, or `start → end`, with its time zone."""
    date = as_object(value)
    ends = [as_text(date.get("start")), as_text(date.get("end"))]
    zone = as_text(date.get("time_zone"))
    return " ".join(filter(None, [" → ".join(filter(None, ends)), zone and f"({zone})"]))


def _items(value: object) -> list[JsonObject]:
    if isinstance(value, dict):  # a single item of a property comes without its list
        return [as_object(value)]
    return [as_object(item) for item in as_list(value)]


def _run(item: JsonObject) -> _Run:
    url = urls.kept(_href(item))
    if item.get("type") == "equation":
        return _Run(_marked(_text_of(item), "${}$".format), url)
    return _Run(_text_of(item), url, as_object(item.get("annotations")).get("code") is True)


def _marked(text: str, mark: Callable[[str], str]) -> str:
    """`text` with a mark around its words: blanks at its ends stay outside."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}{mark(inner)}{text[start + len(inner) :]}"


def _code(text: str) -> str:
    if "`" not in text:
        return f"`{text}`"
    ticks = "`" * (1 + max(len(run) for run in _TICKS.findall(text)))
    return f"{ticks} {text} {ticks}"


def _href(item: JsonObject) -> str:
    """Where the item leads; a mention says it under its own key where it has no `href`."""
    own = as_object(item.get("text")).get("link")
    mention = as_object(item.get("mention"))
    if mention.get("type") in ("link_preview", "link_mention"):
        own = mention.get(as_text(mention.get("type")))
    own = as_object(own)
    return as_text(item.get("href")) or as_text(own.get("url")) or as_text(own.get("href"))


def _text_of(item: JsonObject) -> str:
    """The `plain_text`, or what the item's own keys say where it is missing."""
    text = item.get("plain_text")
    if isinstance(text, str):
        return text
    kind = as_text(item.get("type"))
    if kind == "mention":
        return _mention_text(as_object(item.get("mention")))
    own = as_object(item.get(kind))
    return as_text(own.get("content")) or as_text(own.get("expression"))


def _mention_text(mention: JsonObject) -> str:
    kind = as_text(mention.get("type"))
    own = as_object(mention.get(kind))
    name = as_text(own.get("name"))
    if kind == "user":
        return f"@{name}" if name else ""
    if kind == "date":
        return date_text(own)
    if kind == "custom_emoji":
        return f":{name}:" if name else ""
    if kind == "template_mention":  # `@today` or `@me`, filled in when the template is used
        word = as_text(own.get(as_text(own.get("type"))))
        return f"@{word}" if word else ""
    return as_text(own.get("title")) or urls.kept(as_text(own.get("href")) or as_text(own.get("url"))) or name
