"""The ids that Confluence gives the headings of a page, as they stand behind `#` in a link."""

from __future__ import annotations

from collections import Counter


class HeadingIds:
    """The ids of one page's headings, in the order of the page.

    Cloud writes a hyphen for each space: `#Roll-back`. Data Center, which is meant where `page_title` is
    given, drops the spaces and begins with the title: `#DeployGuide-Rollback`. Both count what repeats:
    `Roll-back.1` is the second one.
    """

    def __init__(self, page_title: str | None = None) -> None:
        self._page_title = page_title
        self._seen: Counter[str] = Counter()

    def next(self, words: str) -> str:
        """The id of the next heading, whose text is `words`."""
        name = "-".join(words.split())
        if self._page_title is not None:
            name = f"{''.join(self._page_title.split())}-{''.join(words.split())}"
        count = self._seen[name]
        self._seen[name] += 1
        return f"{name}.{count}" if count else name
