"""Judges the names of keys: does a field called so usually hold a credential?"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Suspicion(IntEnum):
    """How sure a key's name makes us that a literal value is a credential."""

    NONE = 0
    WEAK = 1
    """Often the name of a Secret or of a key instead (`secret: my-app`): values that read like names are left."""
    STRONG = 2


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TRAILERS = frozenset([
    "value", "plain", "plaintext", "text", "base64", "b64", "encoded", "encrypted", "old", "new",
    "current", "previous", "primary", "secondary", "prod", "production", "staging", "stage", "dev",
    "development", "test", "integration", "raw", "literal",
])  # fmt: skip
_STRONG = frozenset([
    "password", "passwd", "passwort", "pwd", "pw", "passphrase", "pgpassword", "userpassword", "authtoken",
    "token", "apikey", "apitoken", "accesskey", "privatekey", "clientsecret", "secretkeybase",
    "connectionstring", "accesstoken", "sharedsecret", "storepass", "keypass", "dbpass", "mysqlpwd",
])  # fmt: skip
_STRONG_PAIRS = frozenset([
    "api-key", "access-key", "private-key", "account-key", "connection-string", "secret-string",
    "secret-base", "key-base", "conn-str", "sas-token", "private-keys", "api-secret", "user-pass",
    "db-pass", "key-data", "database-pass", "smtp-pass", "mysql-pass", "postgres-pass", "redis-pass", "admin-pass",
    "root-pass", "client-secret", "app-secret", "application-secret", "webhook-secret", "jwt-secret",
    "shared-secret", "oauth-secret", "signing-secret", "consumer-secret", "session-secret",
    "cookie-secret", "hmac-secret", "totp-secret",
])  # fmt: skip
_WEAK = frozenset([
    "secret", "credentials", "credential", "creds", "auth", "authorization", "pass", "passcode", "pin", "dsn",
    "salt",
])  # fmt: skip
_WEAK_PAIRS = frozenset([
    "secret-key", "license-key", "licence-key", "secret-id", "secret-binary",
])  # fmt: skip
_NAMED_KEYS = frozenset(
    f"{first}-key"
    for first in ("encryption", "signing", "master", "shared", "service", "deploy", "app", "integration",
                  "routing", "session", "hmac", "jwt", "cookie")
)  # fmt: skip
"""Keys that a service may know by a name (`alias/…`, `orders.created`); in capitals they are variables."""
_NO_SECRETS = frozenset(
    f"{first}-token"
    for first in ("creation", "client", "next", "page", "continuation", "idempotency", "continue", "use")
)
_POINTERS = frozenset({"existing", "pull", "disable", "enable", "require", "public"})
_PASSWORDS = frozenset({"password", "passwd", "passwort", "pwd", "passphrase"})
_WRITTEN_AS_ONE = (
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "apitoken",
    "secretkey",
    "accesskey",
    "authtoken",
)
"""Ends of names without anything between their words, such as `DBPASSWORD`."""


@lru_cache(maxsize=8192)
def suspicion(name: str) -> Suspicion:
    """How likely a key called `name` holds a credential, judged by its last words."""
    words = _words(name)
    if not words or words[0] in _POINTERS:
        return Suspicion.NONE
    last, pair = words[-1], "-".join(words[-2:])
    if pair in _NO_SECRETS:
        return Suspicion.NONE
    if last in _STRONG or pair in _STRONG_PAIRS or last.endswith(_WRITTEN_AS_ONE):
        return Suspicion.STRONG
    if name.isupper() and (pair in _NAMED_KEYS or (last == "secret" and len(words) > 1)):
        return Suspicion.STRONG
    if last in _WEAK or pair in _WEAK_PAIRS or pair in _NAMED_KEYS:
        return Suspicion.WEAK
    return Suspicion.NONE


def names_a_password(name: str) -> bool:
    """Whether `name` ends in a word for a password: what stands under it is one, whatever it looks like."""
    words = _words(name)
    return bool(words) and words[0] not in _POINTERS and words[-1] in _PASSWORDS


def is_plural(name: str) -> bool:
    """Whether `name` speaks of several credentials, as `api_tokens` does."""
    return name[-1:] == "s" and suspicion(name[:-1]) is Suspicion.STRONG


def _words(name: str) -> list[str]:
    words = [word.lower() for word in _WORD.findall(name)]
    # `integration` ends the name of an environment's password, and begins `integration_key`.
    while words and (words[-1].isdigit() or (len(words) > 1 and words[-1] in _TRAILERS)):
        words.pop()
    return words
