"""What somebody has to do in Confluence so that a request is answered."""

from __future__ import annotations

_SCOPES = (
    ("/user", "read:confluence-user (classic) or read:user:confluence"),
    ("/group", "read:confluence-groups (classic) or read:group:confluence"),
    ("/restriction", "read:confluence-content.all (classic) or read:content-details:confluence"),
    ("/role-assignments", "read:space.permission:confluence"),
    ("/permissions", "read:space:confluence"),
    ("/download", "readonly:content.attachment:confluence (classic) or read:attachment:confluence"),
    ("/content/search", "search:confluence (classic) or read:content-details:confluence"),
    ("/api/v2/spaces", "read:space:confluence"),
    ("/api/v2/pages", "read:page:confluence"),
    ("/ancestors", "read:content.metadata:confluence"),
)


def hint(status: int, method: str, path: str) -> str:
    """A sentence for a 401, 403 or 404 on `path`."""
    scope = next((scope for part, scope in _SCOPES if part in path), "read:confluence-content.all (classic)")
    if status == 401:
        return (
            "set the source's `email` and `token` (Cloud: the account's address and an API token of it;"
            " Data Center: a personal access token alone, or user name and password); an OAuth or scoped token"
            f" also needs the scope {scope}"
        )
    if status == 404:
        return "give the source's account the right to view it, or correct the source's `url`"
    words = f"give the token the scope {scope}, and its account the right to use Confluence"
    if path.endswith(("/permissions", "/role-assignments")):
        words += "; on Data Center the account must be an administrator of the space"
    return words
