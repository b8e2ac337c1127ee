"""Links that land on the cited lines or heading."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

_SCHEMES = frozenset({"http", "https", "mailto"})
_REPOSITORY = re.compile(r"/(?:blob|src)/")
_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")
_RENDERED = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".asciidoc")
"""Files that a repository's site shows as a page, where line anchors do nothing, unless asked for the source."""


class Linked(Protocol):
    """A document, or what was found of one."""

    @property
    def url(self) -> str:
        """The address of the whole, or ''."""
        ...

    @property
    def path(self) -> str | None:
        """The file, where there is one."""
        ...


def deep_link(document: Linked, anchor: str) -> str:
    """The document's URL with `anchor`: the lines of a file in a repository, or a heading's id; '' without a URL.

    GitHub and Gitea write `#L10-L22`, GitLab `#L10-22`, Bitbucket `#lines-10:22`.
    """
    url = document.url
    if not url or not anchor or urlsplit(url).fragment:
        return url
    lines = _LINES.fullmatch(anchor)
    if not lines:
        return f"{url}#{quote(anchor, safe='/:.=-_~')}"
    if not document.path:
        return url
    first, last = lines[1], lines[2]
    host = urlsplit(url).hostname or ""
    if host == "bitbucket.org":
        return f"{url}#lines-{first}" + (f":{last}" if last else "")
    plain = "/blob/" in url and document.path.lower().endswith(_RENDERED) and not urlsplit(url).query
    if "/-/blob/" in url and last:
        anchor = f"L{first}-{last}"
    return f"{url}{'?plain=1' if plain else ''}#{anchor}"


def absolute(target: str, url: str) -> str:
    """The address that a link's `target` means in the document at `url`; '' where that cannot be told."""
    try:
        scheme = urlsplit(target).scheme
        if scheme or not target:
            return target if scheme in _SCHEMES else ""
        # A site's own `/manual/x` is no address below the site that shows the repository.
        if not url or (target.startswith("/") and _REPOSITORY.search(url)):
            return ""
        return urljoin(url, target)
    except ValueError:  # such as an address whose brackets do not close
        return ""
