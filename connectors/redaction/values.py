"""Judges values: is this a credential itself, or does it only point at one?"""

from __future__ import annotations

import re

from connectors.redaction.names import Suspicion, suspicion

_HARMLESS = frozenset([
    "true", "false", "yes", "no", "on", "off", "null", "none", "nil", "string", "str", "int", "integer",
    "number", "bool", "boolean", "bytes", "object", "map", "list", "any", "text", "required",
    "optional", "default", "sensitive", "undefined", "empty", "password", "passwd", "secret", "token",
    "key", "pass", "bearer", "basic", "hidden", "masked", "redacted", "write", "read", "always", "never",
    "enabled", "disabled", "opaque", "username", "userpassword", "apikey",
    "credentials", "env", "file", "vault", "placeholder", "test", "fake", "dummy", "example",
    "no-check", "per-tenant",
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
_DOTTED = re.compile(r"\w+(?:\.\w+)+")
_PLAIN_DATA = re.compile(
    r"""-?\d{1,4}(?:\.\d+)?\s?[a-zA-Z]{0,2}|\d+(?:\.\d+)?%
      | (?:\d+(?:\.\d+)?(?:ns|us|ms|[smhdwy]))+                       # a duration: 12h0m0s
      | \d{4}[-/.]\d\d[-/.]\d\d(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?       # a date
      | v?\d{1,3}(?:\.\d{1,4}){1,3}(?:[-+][a-z]{2,6}[.-]?\d{1,3})?       # a version, an address
      | \d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|:\d{1,5})?
      | (?:[a-z][a-z0-9]*-|[a-z0-9]+[.-])*(?:[a-z]+\d*|\d{1,3}):\d{2,5}   # host:port
      | (?:ami|sg|vpc|subnet|snap|vol|eni|igw|rtb|mrk|i)-[0-9a-f]{8,32}
      | [A-Z]+(?:_[A-Z]+)+                                            # AWS_IAM
      | [A-Za-z]{2,12}(?:,\s?[A-Za-z]{2,12})+                          # RBAC,Node
    """,
    re.VERBOSE,
)
_USER_AND_NUMBER = re.compile(r"[a-z]+:\d+")
_HOSTS = frozenset(
    {"localhost", "redis", "postgres", "postgresql", "mysql", "mongo", "mongodb", "kafka", "db"}
)
_RESOURCE_PATH = re.compile(
    r"(?:alias|projects|subscriptions|organizations|folders|parameter|vault|kv)/[\w.${}/:-]+"
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*(?::[a-z0-9+]+)?://(?!/)[^\s@]*")
_PARAMETER = re.compile(r"([\w.-]+)=([^\s&;=]*)")
_STOPWORD = re.compile(
    r"(?i)\b(?:the|is|are|in|of|for|to|see|and|or|from|with|as|be|by|on|this|that|your|an?|used|which|if|not)\b"
)
_PROSE = re.compile(
    r"(?i)(?<![\w-])(?:the|is|are|in|of|for|to|see|and|or|from|with|be|this|that|your|which|not)\b"
)
_FLAG_WORDS = frozenset(
    {"option", "flag", "argument", "must", "setting", "will", "can", "should", "when", "it"}
)
_SHORT_NAMES = frozenset([
    "s3", "k8s", "ec2", "oauth2", "i18n", "db1", "db2", "gp3", "route53", "auth0", "x509", "rs256",
    "hs256", "es256", "base64", "sha256", "ed25519", "pkcs8", "http2",
])  # fmt: skip
_PART = re.compile(
    r"[a-z]+|\d{1,3}|v\d{1,2}[a-z]*\d?|[A-Z][a-z]+|[A-Z]+|[a-z]+(?:[A-Z]+[a-z]*)+|(?:[A-Z][a-z]+)+"
)
_NUMBERED = r"(?:[A-Za-z]{2,}\d{0,3}|\d{1,4}[a-z]?|[a-z]\d[a-z]{0,2})"
_NUMBERED_NAME = re.compile(rf"(?=[A-Za-z]){_NUMBERED}(?:[-_./]{_NUMBERED})+")
"""Names with numbers in their parts: `my-app-tls-2024a`, `m6g.xlarge2`, `mTLS1.3`."""
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
    if not bare or bare.lower().strip(".:;") in _HARMLESS or "[redacted]" in bare or _is_plain_data(bare):
        return True
    rest, replaced = _INTERPOLATION.subn("", bare)
    if replaced:
        return not looks_random(rest)
    reference = _REFERENCE.match(bare)
    if reference is None:
        return False
    if _DOTTED.fullmatch(bare) and _is_dotted_password(bare, quoted=value.strip()[:1] in ("'", '"')):
        return False
    odd_password = bare[0] in "/$%&*!=+?(){}[];,|<>" and " " not in bare and looks_random(bare)
    return reference["sure"] is not None or not odd_password


def _is_dotted_password(bare: str, *, quoted: bool) -> bool:
    """Whether `bare` looks like `var.db.password` by chance: capitals and digits, where no reference has them."""
    mixed = any(c.isupper() for c in bare) and any(c.islower() for c in bare)
    numbered = sum(any(c.isdigit() for c in part) for part in bare.split("."))
    return mixed and numbered >= (1 if quoted else 2)


def _is_plain_data(bare: str) -> bool:
    """Whether `bare` is a number, a duration, a date, an address or the path of something in a cloud."""
    if len(bare) > 300:
        return False
    if bare.isdigit():
        # A number of seconds, as lifetimes are; PINs and passwords of digits are no whole minutes.
        return len(bare) <= 4 or (len(bare) <= 8 and int(bare) % 60 == 0)
    if _PLAIN_DATA.fullmatch(bare):
        return not _USER_AND_NUMBER.fullmatch(bare) or bare.partition(":")[0] in _HOSTS
    return bool(_RESOURCE_PATH.fullmatch(bare)) or _is_address(bare)


def _is_address(bare: str) -> bool:
    """Whether `bare` says where a database is without a password: `host=db port=5432`, `redis://db:6379`."""
    parameters = _PARAMETER.findall(bare)
    if any(suspicion(key) is not Suspicion.NONE and value for key, value in parameters):
        return False
    return bool(_ADDRESS.fullmatch(bare)) or (
        len(parameters) > 1
        and all(_PARAMETER.fullmatch(word) for word in re.split(r"[\s;]+", bare.strip("; ")))
    )


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


def says_something_else(words: str) -> bool:
    """Whether `words` hold one that only sentences use: what stands there is prose, not a command."""
    return _PROSE.search(words) is not None or words.lower() in _FLAG_WORDS


_AROUND_MASK = re.compile(r"([\w+/.~=-]*)\[redacted\]([\w+/.~=-]*)")


def _is_partly_masked(word: str) -> bool:
    """Whether `word` is a credential of which another rule has masked the part whose shape it knows."""
    around = _AROUND_MASK.fullmatch(word)
    return around is not None and any(c.isalnum() for c in around[1] + around[2])


def is_credential(value: str, level: Suspicion) -> bool:
    """Whether `value` under a key of that suspicion is a credential itself."""
    if level is Suspicion.STRONG and _is_partly_masked(value.strip("\"'")):
        return True
    if level is Suspicion.NONE or points_elsewhere(value):
        return False
    words = value.split()
    if len(words) > 1 and words[0].lower() in ("see", "ask"):
        return False
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
        return level is Suspicion.STRONG or (len(bare) >= 5 and not _NUMBERED_NAME.fullmatch(bare))
    if level is Suspicion.WEAK:
        return False
    parts = _SPLIT.split(bare.lower())
    return not (len(parts) > 1 and parts[-1] in _POINTING)


_PLACEHOLDER = re.compile(
    r"\[redacted\]|(?:\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Z][A-Z0-9_]*|<[^<>]*>|%\([^()]*\)s|\(\([^()]*\)\)"
    r"|\.{3}|…|[xX*.#_-]{3,}|~|null|\[\]|\{\}|\s)+"
)
_ACTION = re.compile(r"\{\{[^{}]*\}\}")
_ADDRESS_PART = re.compile(r"[a-z][\w+.-]*://(?:[\w.-]*:?@?|[\w.-]+)[\w.:/?&=-]*")
_LITERAL_IN_ACTION = re.compile(
    r"""\{\{-?\s*["'`][^"'`]|(?<![\w.])(?:default|coalesce|ternary)\s[^"'`|]{0,200}["'`][^"'`]"""
)


def is_stand_in(value: str) -> bool:
    """Whether a value in a Secret's data is none yet: empty, a placeholder, a reference, a template's action.

    An action that brings a literal value along (`{{ .Values.b | default "x" }}`) holds a credential.
    """
    bare = value.strip().strip("\"'").strip()
    for _ in range(2 if "{{" in bare else 0):  # Argo's templates stand in Helm's: {{ "{{ .key }}" }}
        if any(_LITERAL_IN_ACTION.search(action[0]) for action in _ACTION.finditer(bare)):
            return False
        bare = _ACTION.sub("", bare).strip(" \t\r\n\"'|>-+")
    return not bare or _PLACEHOLDER.fullmatch(bare) is not None or _is_built_address(bare)


def _is_built_address(value: str) -> bool:
    """Whether `value` is an address whose password is a reference: `mongodb://app:${password}@${host}`."""
    rest, replaced = _INTERPOLATION.subn("", value)
    return replaced > 0 and is_address_part(rest)


def is_address_part(text: str) -> bool:
    """Whether `text` is the literal part of an address, without a password."""
    return _ADDRESS_PART.fullmatch(text) is not None and not looks_random(re.sub(r"[@:/]", " ", text))
