"""Serves a `ConfluenceSite` over real HTTP, as Cloud or as Data Center."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import unquote

from tests.servers.confluence import v1, v1_people, v2
from tests.servers.confluence.bodies import show_body
from tests.servers.confluence.call import ApiError, Call
from tests.servers.confluence.content import Attachment, User
from tests.servers.confluence.limit import Limit
from tests.servers.confluence.oauth import CLOUD_ID, OAuth
from tests.servers.confluence.site import ConfluenceSite
from tests.servers.faults import Fault
from tests.servers.web import Asked, Json, Reply, served


@dataclass
class Request:
    """One request that was served."""

    method: str
    path: str
    query: dict[str, list[str]]
    status: int
    user: str

    def __str__(self) -> str:
        """`GET /path?query`, decoded."""
        query = "&".join(f"{name}={value}" for name, values in self.query.items() for value in values)
        return f"{self.method} {self.path}" + (f"?{query}" if query else "")


class ConfluenceServer:
    """The fake; `requests` lists what was served, `faults` what goes wrong next. See the package for how to use it."""

    def __init__(self, site: ConfluenceSite, *, cloud: bool = True, context: str | None = None) -> None:
        self.site = site
        self.cloud = cloud
        self.context = ("/wiki" if cloud else "") if context is None else context
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.bugs: list[str] = []
        self.url = ""
        self.deprecated_v1 = True
        self.latency = 0.0
        self.limit = Limit()
        self.oauth = OAuth(self.now, cloud=cloud)
        self.login_page = b""
        self._cache: dict[Any, Any] = {}
        self._cached_at = -1
        self._media: dict[str, str] = {}
        self._lock = threading.RLock()

    # ---- what tests ask -------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The address of the wiki with its context path: what a person configures."""
        return self.url + self.context

    @property
    def gateway(self) -> str:
        """Where OAuth tokens are accepted on Cloud: the address in place of the site's, without `/wiki`."""
        return f"{self.url}/ex/confluence/{CLOUD_ID}"

    @property
    def token_url(self) -> str:
        """The OAuth token endpoint."""
        return f"{self.url}{self._token_path}"

    @property
    def _token_path(self) -> str:
        return "/oauth/token" if self.cloud else f"{self.context}/rest/oauth2/latest/token"

    def asked(self, pattern: str = "") -> list[Request]:
        """The requests that match."""
        return [request for request in self.requests if re.search(pattern, str(request))]

    def now(self) -> float:
        """The site's clock."""
        return self.site.time.at

    # ---- serving --------------------------------------------------------------------------------------

    def arrived(self, asked: Asked) -> None:
        """A request is listed when its status is known."""

    def reply(self, asked: Asked, fault: Fault | None) -> Reply:
        """The answer to a request; a bug of the fake is kept in `bugs` and answers 500."""
        with self._lock:
            who = ""
            try:
                if fault and fault.kind == "status":
                    raise ApiError(fault.status, fault.message, fault.code, fault.all_headers(self.now()))
                if fault and fault.kind == "action":
                    fault.action()
                self.limit.check()
                reply, who = self._answer(asked, fault.kind if fault else "")
            except ApiError as error:
                reply = Reply(error.status, _error(asked.path, error), error.headers)
            except Exception:  # noqa: BLE001 - whatever it is, the test has to hear of it
                self.bugs.append(traceback.format_exc())
                reply = Reply(500, {"message": "bug of the fake"})
            self.requests.append(Request(asked.method, asked.path, asked.query, reply.status, who))
            return reply

    def _answer(self, asked: Asked, fault: str) -> tuple[Reply, str]:
        if self.login_page:
            return Reply(headers={"Content-Type": "text/html"}, raw=self.login_page), ""
        if asked.path == self._token_path:
            return self.oauth.grant(asked.body), ""
        if self.cloud and asked.path == "/_edge/tenant_info" and self.oauth.tells_cloud_id:
            return Reply(data={"cloudId": CLOUD_ID}), ""
        if self.cloud and asked.path == "/oauth/token/accessible-resources":
            self.oauth.check(asked)
            return self.oauth.resources(self.url), ""
        if asked.path.startswith("/media/"):
            return self._bytes_of_media(asked), ""
        prefix = f"/ex/confluence/{CLOUD_ID}"
        through_gateway = asked.path.startswith(prefix)
        user = self._user(asked, through_gateway)
        inner = asked.path.removeprefix(prefix)
        if not inner.startswith(self.context + "/"):
            raise ApiError(404, "dead link")
        inner_asked = replace(asked, path=inner)
        call = Call(
            self.site, inner_asked, user, self.base, self.context, self.cloud, fault, self.cached, self.media
        )
        return self._dispatch(
            call, inner.removeprefix(self.context), through_gateway
        ), user.username if user else ""

    def _dispatch(self, call: Call, path: str, through_gateway: bool) -> Reply:
        if through_gateway:
            self.oauth.check_scope(path)
        download = re.fullmatch(r"/download/attachments/(\d+)/(.+)", path)
        if download:
            return self._download(call, *download.groups())
        seen = re.fullmatch(r"/spaces/[^/]+/(?:pages|blog)/(\d+)(?:/.*)?", path)
        if seen:
            return _as_html(call, seen[1])
        if path.startswith("/api/v2/") and self.cloud:
            return _route(v2.routes(), path.removeprefix("/api/v2"), call)
        if path == "/rpc/json-rpc/confluenceservice-v2/getSpacePermissionSets" and not self.cloud:
            return v1_people.permission_sets(call)
        if path.startswith("/rest/api/"):
            inner = path.removeprefix("/rest/api")
            if self.cloud and not self.deprecated_v1 and v1.is_deprecated(inner):
                raise ApiError(410, "This deprecated endpoint has been removed.")
            return _route(v1.routes(), inner, call)
        raise ApiError(404, "dead link")

    def cached(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, once for each state of the site."""
        if self._cached_at != self.site.revision:
            self._cache.clear()
            self._cached_at = self.site.revision
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]

    # ---- credentials ----------------------------------------------------------------------------------

    def _user(self, asked: Asked, through_gateway: bool) -> User | None:
        scheme, _, value = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and through_gateway:
            self.oauth.check(asked)
            return self.site.service
        users = self.site.users.values()
        if scheme.lower() == "bearer" and not self.cloud and self.oauth.holds(asked):
            return self.site.service
        if scheme.lower() == "bearer" and not self.cloud:
            return _only(user for user in users if user.token == value)
        if scheme.lower() == "basic":
            name, _, word = _decoded(value).partition(":")
            return _only(
                u for u in users if name in (u.email if self.cloud else u.username,) and u.token == word
            )
        if scheme or through_gateway:
            raise ApiError(401, "Unauthorized")
        return None

    # ---- bytes ----------------------------------------------------------------------------------------

    def media(self, held: Attachment) -> str:
        """A signed link to the bytes, on another host, that refuses credentials, as Cloud's does."""
        signature = f"signed-{secrets.token_hex(8)}"
        self._media[signature] = held.id
        host = self.url.replace("127.0.0.1", "localhost")
        return f"{host}/media/file/{held.id}/binary?token={signature}"

    def _bytes_of_media(self, asked: Asked) -> Reply:
        held = self.site.attachments.get(self._media.get(asked.get("token"), ""))
        if asked.headers.get("authorization"):
            raise ApiError(400, "Only one auth mechanism allowed")
        if not held:
            raise ApiError(403, "Request has expired")
        return Reply(headers={"Content-Type": held.media_type}, raw=held.data)

    def _download(self, call: Call, page: str, name: str) -> Reply:
        title = unquote(name.replace("+", " "))
        held = (
            next((a for a in self.site.files(page) if a.title == title), None)
            if page in self.site.contents
            else None
        )
        if not held or not call.sees(held):
            raise ApiError(404, "Not found")
        if self.cloud:
            return Reply(302, headers={"Location": self.media(held)}, raw=b"")
        return Reply(headers={"Content-Type": held.media_type}, raw=held.data)


@contextmanager
def serving(
    site: ConfluenceSite, *, cloud: bool = True, context: str | None = None, port: int = 0
) -> Iterator[ConfluenceServer]:
    """The running fake of a site; its own bugs fail the test at the end."""
    fake = ConfluenceServer(site, cloud=cloud, context=context)
    with served(fake, port):
        yield fake
    assert not fake.bugs, fake.bugs[0]


def _route(routes: Sequence[tuple[str, Callable[..., Reply]]], path: str, call: Call) -> Reply:
    for pattern, endpoint in routes:
        match = re.fullmatch(pattern, path)
        if match:
            return endpoint(call, *(unquote(group) for group in match.groups()))
    raise ApiError(404, f"null for uri: {path}", "NOT_FOUND")


def _as_html(call: Call, identifier: str) -> Reply:
    """What a browser shows at the address of a page."""
    page = call.content(identifier)
    body = show_body(call.site, page.id, page.body, "view")
    text = f"<!doctype html><meta charset=utf-8><title>{escape(page.title)}</title><h1>{escape(page.title)}</h1>{body}"
    return Reply(headers={"Content-Type": "text/html; charset=utf-8"}, raw=text.encode())


def _error(path: str, error: ApiError) -> Json:
    if "/api/v2/" in path:
        code = error.code or "UNKNOWN"
        return {"errors": [{"status": error.status, "code": code, "title": error.message, "detail": None}]}
    return {"statusCode": error.status, "message": error.message, "data": {"authorized": error.status != 403}}


def _only(found: Iterator[User]) -> User:
    user = next(found, None)
    if user is None:
        raise ApiError(401, "Basic auth with password is not allowed on this instance")
    return user


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
