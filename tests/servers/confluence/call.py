"""One request to the fake Confluence: who asks, what they may see, and lists cut into pages."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.servers.confluence.content import Attachment, Comment, Content, Space, User
from tests.servers.confluence.site import ConfluenceSite
from tests.servers.web import Asked, Json

T = TypeVar("T")
Thing = Content | Comment | Attachment
_NONCE = itertools.count(1)
V2_LIMIT = 250


class ApiError(Exception):
    """An answer without success."""

    def __init__(
        self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.headers = status, message, code, headers or {}


@dataclass(frozen=True)
class Call:
    """A request of `user` (None: anonymous); `fault` is the kind of fault that concerns lists, or ''.

    `base` is the address of the site as browsers see it, with its context path (`/wiki` on Cloud).
    """

    site: ConfluenceSite
    asked: Asked
    user: User | None
    base: str
    context: str
    cloud: bool = True
    fault: str = ""
    remember: Callable[[Any, Callable[[], Any]], Any] = lambda key, make: make()
    media: Callable[[Attachment], str] = lambda held: ""

    def cached(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gives, once for each caller and state of the site."""
        found: T = self.remember((self.user and self.user.account_id, key), make)
        return found

    def content(self, identifier: str, *kinds: str, statuses: Sequence[str] = ()) -> Content:
        """Content that the caller may read, in one of `statuses` (none: any but deleted)."""
        found = self.site.contents.get(identifier)
        if (
            not found
            or (kinds and found.kind not in kinds)
            or (statuses and found.status not in statuses)
            or not self.site.may_read(self.user, identifier)
        ):
            raise ApiError(404, f"No content found with id: ContentId{{id={identifier}}}", "NOT_FOUND")
        return found

    def space(self, key: str = "", identifier: str = "") -> Space:
        """A space that the caller may view."""
        spaces = self.site.spaces.values()
        found = next((s for s in spaces if s.key == key or s.id == identifier), None)
        if not found or not self.views(found):
            raise ApiError(404, f"No space with key : {key or identifier}", "NOT_FOUND")
        return found

    def views(self, space: Space) -> bool:
        """Whether the caller may view a space."""
        all_of_it = self.user is not None and self.user.sees_all
        return all_of_it or space.admits(self.user)

    def sees(self, thing: Thing) -> bool:
        """Whether the caller may read something."""
        return self.site.may_read(self.user, thing.id if isinstance(thing, Content) else thing.page)

    def integer(self, name: str, default: int) -> int:
        """A whole number among the parameters."""
        try:
            return int(self.asked.get(name) or default)
        except ValueError:
            raise ApiError(400, f"{name} must be a number", "INVALID_REQUEST_PARAMETER") from None

    def person(self, account_id: str) -> User | None:
        """The user of an account."""
        return self.site.users.get(account_id)

    # ---- pages of results -----------------------------------------------------------------------------

    def by_cursor(
        self, items: Sequence[T], key: Callable[[T], Any], show: Callable[[T], Json], *, default: int = 25
    ) -> tuple[list[Json], str | None]:
        """A page of version 2, whose cursor names the last item shown, and the address of the next one."""
        limit = self.integer("limit", default)
        if not 1 <= limit <= V2_LIMIT:
            raise ApiError(400, f"limit must be between 1 and {V2_LIMIT}", "INVALID_REQUEST_PARAMETER")
        last = self._cursor()
        start = (
            0 if last is None else next((i for i, item in enumerate(items) if key(item) > last), len(items))
        )
        if self.fault == "empty":
            return [], self._next_v2(last, fresh=True)
        page = items[start : start + limit]
        shown = [show(item) for item in page]
        if self.fault == "loop":
            return shown, self._next_v2(last)
        more = start + limit < len(items)
        return shown, self._next_v2(_plain(key(page[-1]))) if more else None

    def by_offset(
        self,
        items: Sequence[T],
        show: Callable[[T], Json],
        *,
        default: int = 25,
        most: int = 1_000,
        keep: Callable[[T], bool] = lambda item: True,
    ) -> Json:
        """A page of version 1; more than `most` is cut silently, and `keep` filters after the page is cut."""
        limit = min(self.integer("limit", default), most)
        start = self.integer("start", 0)
        page = items[start : start + limit]
        following = None
        if start + limit < len(items):
            following = {"start": [str(start + limit)], "limit": [str(limit)]}
        if self.fault == "loop":
            following = {"start": [str(start)], "limit": [str(limit)]}
        return self._list_v1([show(item) for item in page if keep(item)], start, limit, following)

    def by_search_cursor(
        self, items: Sequence[T], show: Callable[[T], Json], *, default: int, most: int
    ) -> Json:
        """A page of a Cloud search, whose cursor is a position in whatever the search finds by then."""
        limit = min(self.integer("limit", default), most)
        start = int(self._cursor() or 0)
        if self.fault == "empty":
            following = {"cursor": [_encode(start, fresh=True)]}
            return self._list_v1([], start, limit, {"limit": [str(limit)], **following})
        position = start if self.fault == "loop" else start + limit
        following = {"next": ["true"], "cursor": [_encode(position)], "limit": [str(limit)]}
        more = start + limit < len(items) or self.fault == "loop"
        shown = [show(item) for item in items[start : start + limit]]
        return self._list_v1(shown, start, limit, following if more else None)

    def _list_v1(
        self, shown: list[Json], start: int, limit: int, following: dict[str, list[str]] | None
    ) -> Json:
        links = {"base": self.base, "context": self.context, "self": self.base + self._path()}
        if following:
            query = {
                name: values for name, values in self.asked.query.items() if name not in ("start", "cursor")
            }
            links["next"] = f"{self._path()}?{urlencode({**query, **following}, doseq=True)}"
        return {"results": shown, "start": start, "limit": limit, "size": len(shown), "_links": links}

    def _next_v2(self, last: Any, *, fresh: bool = False) -> str:
        query = {**self.asked.query, "cursor": [_encode(last, fresh=fresh)]}
        return f"{self.context}{self._path()}?{urlencode(query, doseq=True)}"

    def _cursor(self) -> Any:
        cursor = self.asked.get("cursor")
        if not cursor:
            return None
        if self.fault == "expire":
            raise ApiError(400, "Provided cursor is invalid or has expired.", "INVALID_REQUEST_PARAMETER")
        try:
            return json.loads(base64.urlsafe_b64decode(cursor))["at"]
        except (ValueError, KeyError, TypeError):
            raise ApiError(400, "Provided cursor is malformed.", "INVALID_REQUEST_PARAMETER") from None

    def _path(self) -> str:
        """The path below the context, as `_links` name it."""
        return self.asked.path.removeprefix(self.context)


def iso(at: float, offset: str = "Z") -> str:
    """A time as the API writes it."""
    return (
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{int(at * 1000) % 1000:03d}{offset}"
    )


def _plain(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _encode(at: Any, *, fresh: bool = False) -> str:
    data = {"at": at, **({"nonce": next(_NONCE)} if fresh else {})}
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()
