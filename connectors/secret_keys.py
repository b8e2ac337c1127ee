"""Judges names and values: does this key hold a credential, is this value one or only points at one?"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Suspicion(IntEnum):
    """How sure a key's name makes us that a literal value is a credential."""

    NONE = 0
    WEAK = 1
    """Often the name of a Secret instead (`secret: my-app`): values that read like names are left."""
    STRONG = 2


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TRAILERS = frozenset([
    "value", "plain", "plaintext", "text", "base64", "b64", "encoded", "encrypted", "old", "new",
    "current", "previous", "primary", "secondary", "prod", "production", "staging", "stage", "dev",
    "development", "test", "integration", "raw", "literal",
])  # fmt: skip
_STRONG = frozenset([
    "password", "passwd", "passwort", "pwd", "passphrase", "pgpassword", "userpassword", "authtoken",
    "token", "apikey", "apitoken", "accesskey", "privatekey", "clientsecret", "secretkeybase",
    "connectionstring", "accesstoken", "authorization", "sharedsecret", "storepass", "keypass",
    "dbpass", "mysqlpwd",
])  # fmt: skip
_STRONG_PAIRS = frozenset([
    "api-key", "access-key", "private-key", "account-key", "encryption-key", "signing-key",
    "master-key", "shared-key", "service-key", "deploy-key", "connection-string", "secret-string",
    "secret-base", "key-base", "conn-str", "sas-token", "private-keys", "api-secret", "user-pass",
    "db-pass", "database-pass", "smtp-pass", "mysql-pass", "postgres-pass", "redis-pass", "admin-pass",
    "root-pass", "client-secret", "app-secret", "application-secret", "webhook-secret", "jwt-secret",
    "shared-secret", "oauth-secret", "signing-secret", "consumer-secret", "session-secret",
    "cookie-secret", "hmac-secret", "totp-secret",
])  # fmt: skip
_WEAK = frozenset([
    "secret", "credentials", "credential", "creds", "auth", "pass", "passcode", "pin", "dsn",
])  # fmt: skip
_WEAK_PAIRS = frozenset([
    "secret-key", "license-key", "licence-key", "secret-id", "secret-binary",
])  # fmt: skip
_NO_SECRETS = frozenset(
    f"{first}-token"
    for first in ("creation", "client", "next", "page", "continuation", "idempotency", "continue", "use")
)
_POINTERS = frozenset({"existing", "pull", "disable", "enable", "require", "public"})


@lru_cache(maxsize=8192)
def suspicion(name: str) -> Suspicion:
    """How likely a key called `name` holds a credential, judged by its last words."""
    words = [word.lower() for word in _WORD.findall(name)]
    while words and (words[-1].isdigit() or (len(words) > 1 and words[-1] in _TRAILERS)):
        words.pop()
    if not words or words[0] in _POINTERS:
        return Suspicion.NONE
    last, pair = words[-1], "-".join(words[-2:])
    if pair in _NO_SECRETS:
        return Suspicion.NONE
    if last in _STRONG or pair in _STRONG_PAIRS:
        return Suspicion.STRONG
    if last == "secret" and len(words) > 1 and name.isupper():
        return Suspicion.STRONG
    if last in _WEAK or pair in _WEAK_PAIRS:
        return Suspicion.WEAK
    return Suspicion.NONE


_HARMLESS = frozenset([
    "true", "false", "yes", "no", "on", "off", "null", "none", "nil", "string", "str", "int", "integer",
    "number", "bool", "boolean", "bytes", "object", "map", "list", "any", "text", "required",
    "optional", "default", "sensitive", "undefined", "empty", "password", "passwd", "secret", "token",
    "key", "pass", "bearer", "basic", "hidden", "masked", "redacted", "write", "read", "always", "never",
    "enabled", "disabled", "opaque", "username", "userpassword", "apikey",
    "credentials", "env", "file", "vault", "placeholder", "test", "fake", "dummy", "example",
])  # fmt: skip
_INTERPOLATION = re.compile(
    r"[$%#]\{[^{}]*\}|\$\([^()]*\)|\{\{[^{}]*\}\}|<%[^%]*%>|%\([^()]*\)s|(?<!\w)\$\w+|%s"
)
_REFERENCE = re.compile(
    r"""(?P<sure>[$%#]\{|\$\(|\{\{|<%|<[\w\s./:-]*>?$|%\w+%$)
      | [$%{}\[\]()|>&*!;,`=<+?]            # expressions, containers, YAML marks, shell
      | (?:\.{3}|…|\.{1,2}/|~/|/[\w.-]*(?:/|$)|https?://|arn:|sha256:|file:|env:|vault:|ssm:|op://|s3://)
      | [\w.]*\w\([^\n]*                     # a function call
      | (?:[A-Za-z_]+\d{0,2}(?:\[[^\]\n]*\])?\.)+[A-Za-z_]+\d{0,2}\b(?![\w!@#$%^&*-]*\d)  # var.db.password
      | (?:ENV|env|environ|process|params|secrets)\b[.\[]
      | ([xX*.#_-])\1{2,}["']?$
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?\d{1,4}(?:\.\d+)?\s?[a-zA-Z]{0,2}")
_STOPWORD = re.compile(
    r"(?i)\b(?:the|is|are|in|of|for|to|see|and|or|from|with|as|be|by|on|this|that|your|an?|used|which|if|not)\b"
)
_SHORT_NAMES = frozenset([
    "s3", "k8s", "ec2", "oauth2", "i18n", "db1", "db2", "gp3", "route53", "auth0", "x509", "rs256",
    "hs256", "es256", "base64", "sha256", "ed25519", "pkcs8", "http2",
])  # fmt: skip
_PART = re.compile(
    r"[a-z]+|\d{1,3}|v\d{1,2}[a-z]*\d?|[A-Z][a-z]+|[A-Z]+|[a-z]+(?:[A-Z]+[a-z]*)+|(?:[A-Z][a-z]+)+"
)
_SPLIT = re.compile(r"[-_./:\s]")
_POINTING = frozenset([
    "password", "secret", "secrets", "token", "tokens", "key", "credentials", "creds", "auth", "passwd",
    "cert", "tls",
])  # fmt: skip


def reads_like_a_name(value: str) -> bool:
    """Whether `value` is words and separators, as names of Secrets, paths and variables are."""
    if len(value) > 120 or not value[:1].isalpha():
        return False
    parts = _SPLIT.split(value)
    return all(part == "" or part.lower() in _SHORT_NAMES or _PART.fullmatch(part) for part in parts)


def points_elsewhere(value: str) -> bool:
    """Whether `value` is a reference, a placeholder, a boolean, a short number or nothing: no credential."""
    bare = value.strip().strip("\"'").strip()
    if not bare or bare.lower().strip(".:;") in _HARMLESS or "[redacted]" in bare or _NUMBER.fullmatch(bare):
        return True
    rest, replaced = _INTERPOLATION.subn("", bare)
    if replaced:
        return not looks_random(rest)
    reference = _REFERENCE.match(bare)
    if reference is None:
        return False
    odd_password = bare[0] in "/$%&*!=+?(){}[];,|<>" and " " not in bare and looks_random(bare)
    return reference["sure"] is not None or not odd_password


def looks_random(value: str) -> bool:
    """Whether one word of `value` mixes letters and digits (or odd signs) as keys and passwords do."""
    return any(_random_word(word.strip("\"'`,.;:()/~")) for word in value.split())


def _random_word(word: str) -> bool:
    if len(word) < 6 or reads_like_a_name(word):
        return False
    letters = any(c.isalpha() for c in word)
    digits = any(c.isdigit() for c in word)
    signs = any(c in "!@#$%^&*+=~?" for c in word)
    return (letters and digits) or (letters and signs) or len(word) >= 32


def is_credential(value: str, level: Suspicion) -> bool:
    """Whether `value` under a key of that suspicion is a credential itself."""
    if level is Suspicion.NONE or points_elsewhere(value):
        return False
    words = value.split()
    if len(words) > 1 and not looks_random(value):
        return level is Suspicion.STRONG and value[:1] in "\"'" and not _STOPWORD.search(value)
    bare = value.strip("\"'")
    if (
        len(words) > 2
        and _STOPWORD.search(value)
        and not any(len(w) >= 16 and _random_word(w) for w in words)
    ):
        return False
    if not reads_like_a_name(bare):
        return level is Suspicion.STRONG or len(bare) >= 5
    if level is Suspicion.WEAK:
        return False
    parts = _SPLIT.split(bare.lower())
    return not (len(parts) > 1 and parts[-1] in _POINTING)
