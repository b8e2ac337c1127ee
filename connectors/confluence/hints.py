"""What somebody has to do in Confluence so that a request is answered."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from urllib.parse import urlsplit

from connectors.http.credentials import Basic, Credentials
from connectors.http.errors import Hint
from connectors.http.oauth import OAuth2

SCOPES = (
    ("/user", "read:confluence-user (classic) or read:user:confluence"),
    ("/group", "read:confluence-groups (classic) or read:group:confluence"),
    ("/restriction", "read:confluence-content.all (classic) or read:content-details:confluence"),
    ("/role-assignments", "read:space.permission:confluence"),
    ("/permissions", "read:space:confluence"),
    ("/download", "readonly:content.attachment:confluence (classic) or read:attachment:confluence"),
    ("/content/search", "search:confluence (classic) or read:content-details:confluence"),
    ("/ancestors", "read:content.metadata:confluence"),
    ("/api/v2/attachments", "read:attachment:confluence"),
    ("/api/v2/folders", "read:folder:confluence"),
    ("/api/v2/whiteboards", "read:whiteboard:confluence"),
    ("/api/v2/databases", "read:database:confluence"),
    ("/api/v2/embeds", "read:embed:confluence"),
    ("/api/v2/blogposts", "read:page:confluence"),
    ("/pages", "read:page:confluence"),
    ("/api/v2/spaces", "read:space:confluence"),
    ("", "read:confluence-content.all (classic)"),
)
"""What a part of a path needs on Cloud; the first one that fits counts."""
_RIGHTS = (
    (("/user", "/group"), "use Confluence and browse its users and groups"),
    (("/restriction",), "view the page and its restrictions"),
    (("/download",), "view the page that the file is attached to"),
)
_WHO_MAY_VIEW = ("/permissions", "/role-assignments", "getSpacePermissionSets")
_FIRST_REQUESTS = ("/rest/api/user/current", "/rest/api/space", "/api/v2/spaces")


class Account(Enum):
    """How an account is known to the site, as far as advice depends on it."""

    OAUTH = "oauth"
    SCOPED = "scoped"
    """An API token that only holds at the gateway, for the scopes that it was given."""
    NAMED = "named"
    """A user with an API token or a password."""
    BEARER = "bearer"

    @classmethod
    def of(cls, credentials: Credentials, url: str) -> Account:
        """The kind that credentials are of when they are sent to `url`."""
        if isinstance(credentials, OAuth2):
            return cls.OAUTH
        if urlsplit(url).path.startswith("/ex/confluence/"):
            return cls.SCOPED
        return cls.NAMED if isinstance(credentials, Basic) else cls.BEARER


def hints(account: Account, is_cloud: Callable[[], bool | None]) -> Hint:
    """Gives a sentence for a 401, 403 or 404; `is_cloud` is what is known by then."""

    def hint(status: int, method: str, path: str) -> str:
        if status == 404:
            return _not_found(path)
        cloud = is_cloud()
        scoped = account is Account.SCOPED or (account is Account.OAUTH and cloud is not False)
        if status == 401:
            return _unauthorized(account, cloud, path)
        right = _right(path, cloud)
        if scoped:
            what = "OAuth app" if account is Account.OAUTH else "token"
            return f"give the {what} the scope {_scope(path)}, and its account the right to {right}"
        if account is Account.OAUTH:
            return f"give the incoming link the permission `Read`, and its account the right to {right}"
        return f"give the source's account the right to {right}"

    return hint


def _not_found(path: str) -> str:
    if path.endswith(_FIRST_REQUESTS):
        return (
            "correct the source's `url`: the wiki's address with its path, such as https://acme.atlassian.net/wiki"
            " on Cloud or https://wiki.example.org/confluence on Data Center"
        )
    return "give the source's account the right to view it, or correct the source's `url`"


def _unauthorized(account: Account, cloud: bool | None, path: str) -> str:
    if account is Account.OAUTH:
        if cloud is False:
            return "give the incoming link the permission `Read`, and authorize the app again"
        return f"give the OAuth app the scope {_scope(path)}, and authorize it again for this site"
    if account is Account.SCOPED:
        return (
            "set the source's `email` and `token` to an account and an API token of it that has not expired and has"
            f" the scope {_scope(path)}"
        )
    on_cloud = (
        "set the source's `email` and `token` to an account's address and an API token of it that has not expired;"
        " a token with scopes holds only where `url` is https://api.atlassian.com/ex/confluence/<cloud id>/wiki"
    )
    on_data_center = (
        "set the source's `token` to a personal access token that has not expired, without `email`"
    )
    if account is Account.NAMED:
        on_data_center = (
            "correct the source's `email` (the user name) and `token` (the password), or give a personal access token"
            " as `token` alone; after several failed logins the user must log in once in a browser"
        )
    if cloud is None:
        return f"on Cloud, {on_cloud}; on Data Center, {on_data_center}"
    return on_cloud if cloud else on_data_center


def _scope(path: str) -> str:
    return next(scope for part, scope in SCOPES if part in path)


def _right(path: str, cloud: bool | None) -> str:
    if any(part in path for part in _WHO_MAY_VIEW):
        return "view the space" if cloud else "administer the space"
    found = (right for parts, right in _RIGHTS if any(part in path for part in parts))
    return next(found, "use Confluence and view this")
