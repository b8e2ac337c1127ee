"""The errors an API server answers, as `Status` objects with its own words."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
REASONS = {
    400: "BadRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
    406: "NotAcceptable", 409: "Conflict", 410: "Expired", 422: "Invalid", 429: "TooManyRequests",
    500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout",
}  # fmt: skip
INCONSISTENT = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list "
    "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
    "results. Continuing with the provided token results in an inconsistent list - objects that were created, "
    "modified, or deleted between the time the first chunk was returned and now may show up in the list."
)


class ApiError(Exception):
    """A request that fails with a `Status`."""

    def __init__(
        self, code: int, message: str, *, details: Json | None = None, token: str = "", reason: str = ""
    ):
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.token = token
        self.reason = reason or REASONS.get(code, "")

    def status(self) -> Json:
        """The `Status` object."""
        metadata = {"continue": self.token} if self.token else {}
        status: Json = {"kind": "Status", "apiVersion": "v1", "metadata": metadata, "status": "Failure"}
        status["message"] = self.message
        if self.reason:
            status["reason"] = self.reason
        if self.details:
            status["details"] = self.details
        return {**status, "code": self.code}


def dotted(plural: str, group: str) -> str:
    """A resource as messages name it: `pods`, `deployments.apps`."""
    return f"{plural}.{group}" if group else plural


def not_found(plural: str, group: str, name: str) -> ApiError:
    """404 for an object."""
    details = {"name": name, **({"group": group} if group else {}), "kind": plural}
    return ApiError(404, f'{dotted(plural, group)} "{name}" not found', details=details)


def no_such_resource() -> ApiError:
    """404 for a kind that is not served."""
    return ApiError(404, "the server could not find the requested resource", details={})


def expired(token: str = "") -> ApiError:
    """410 for a continue token (a `token` in the answer lets the client go on inconsistently)."""
    return ApiError(410, INCONSISTENT, token=token)


def too_old(asked: int, oldest: int) -> ApiError:
    """410 for a resourceVersion that has been compacted."""
    return ApiError(410, f"too old resource version: {asked} ({oldest})")
