"""Addresses in Notion: which may be kept, and how a page or block is linked."""

from __future__ import annotations

import re
from urllib.parse import unquote

from connectors.notion.values import one_line

_EXPIRING = re.compile(
    r"[?&](?:X-(?:Amz|Goog)-[\w-]+|expirationTimestamp|Signature|sig)="
    r"|^attachment:"
    r"|^https?://(?:[\w.-]*prod-files-secure[\w.-]*|[\w.-]*secure\.notion-static\.com|file\.notion\.so"
    r"|[\w.-]*notionusercontent\.com|s3[\w.-]*\.amazonaws\.com/secure\.notion-static\.com"
    r"|(?:www\.)?notion\.so/(?:signed|image|f)/)",
    re.IGNORECASE,
)
_INLINE = re.compile(r"(?:data|blob|javascript):", re.IGNORECASE)
_MAX_URL = 2_000
_SUFFIX = re.compile(r"\.\w{1,8}")
_ESCAPED = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "`": "%60"})


def kept(url: str) -> str:
    """`url` as it may stand in a text: absolute, without blanks and brackets; '' if it must not be kept.

    A link to a file that Notion or a cloud store has signed expires within the hour, and whoever has it may
    read the file until then. Contents written into the address itself (`data:`) are no address.
    """
    url = "".join(character for character in url.strip() if character.isprintable())
    if not url or len(url) > _MAX_URL or _EXPIRING.search(url) or _INLINE.match(url):
        return ""
    if url.startswith("/") and not url.startswith("//"):  # how Notion gives links within a workspace
        url = f"https://www.notion.so{url}"
    return url.translate(_ESCAPED)


def file_name(url: str) -> str:
    """The name of the file that `url` ends with; '' if it does not look like one."""
    path = re.split(r"[?#]", url.partition("://")[2][:_MAX_URL], maxsplit=1)[0]
    name = one_line(unquote(path.rpartition("/")[2]))
    return name if "/" in path and _SUFFIX.fullmatch(name[name.rfind(".") :]) else ""


def bare_id(identifier: str) -> str:
    """A Notion id without dashes, as it stands in links and anchors."""
    return identifier.replace("-", "")


def page_url(page_id: str, block_id: str = "") -> str:
    """The deep link to a page, or to a block of it."""
    anchor = f"#{bare_id(block_id)}" if block_id else ""
    return f"https://www.notion.so/{bare_id(page_id)}{anchor}"


def link(text: str, url: str) -> str:
    """`text` as a Markdown link to `url`; the one that is there if the other is missing or the same."""
    return f"[{text}]({url})" if text and url and text != url else text or url
