"""What may run, by construction: the verbs that read, their flags, and the kinds of arguments they take.

A flag that is not in the table of its verb is refused. `FORBIDDEN` names the known others, to say why; a test
holds both against the help of the installed `kubectl`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from cluster.kubectl import values
from cluster.kubectl.values import ValueCheck


class Arguments(Enum):
    """How the words behind a verb are read."""

    NONE = auto()
    RESOURCES = auto()
    POD = auto()
    NAME = auto()
    FIELD_PATH = auto()
    ACCESS = auto()


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that may stand: `value` checks what follows it; without, it is a switch.

    `off_only` switches are known, and may only be switched off.
    """

    name: str
    short: str = ""
    value: ValueCheck | None = None
    off_only: bool = False


@dataclass(frozen=True, slots=True)
class Verb:
    """A command that reads: its flags besides the global ones, its arguments, the formats of `-o`."""

    flags: tuple[Flag, ...] = ()
    arguments: Arguments = Arguments.NONE
    formats: tuple[str, ...] = ()
    by_name: dict[str, Flag] = field(init=False)

    def __post_init__(self) -> None:
        known = {flag.name: flag for flag in (*GLOBAL, *self.flags)}
        known |= {flag.short: flag for flag in (*GLOBAL, *self.flags) if flag.short}
        object.__setattr__(self, "by_name", known)


def _any(value: str) -> str:
    """The value is checked with the whole command: what it may be depends on other flags."""
    return ""


GLOBAL = (
    Flag("namespace", "n", values.namespace),
    Flag("context", value=_any),
    Flag("request-timeout", value=values.duration),
    Flag("warnings-as-errors"),
    Flag("match-server-version"),
    Flag("disable-compression"),
    Flag("v", "v", values.level),
    Flag("help", "h"),
)
_ALL_NAMESPACES = Flag("all-namespaces", "A")
_SELECTOR = Flag("selector", "l", values.label_selector)
_FIELDS = Flag("field-selector", value=values.field_selector)
_CHUNKS = Flag("chunk-size", value=values.count)
_NO_HEADERS = Flag("no-headers")
_WATCH = Flag("watch", "w", off_only=True)
_OUTPUT = Flag("output", "o", _any)
_PRINTING = (
    _OUTPUT,
    Flag("template", value=_any),
    Flag("allow-missing-template-keys"),
    Flag("show-managed-fields"),
)
_RECURSIVE = Flag("recursive", "R", off_only=True)
_TOP = (
    _SELECTOR,
    _NO_HEADERS,
    Flag("sort-by", value=values.one_of("cpu", "memory")),
    Flag("use-protocol-buffers"),
)
_TEMPLATES = ("go-template", "template", "jsonpath", "jsonpath-as-json")

VERBS: dict[tuple[str, ...], Verb] = {
    ("get",): Verb(
        (
            *_PRINTING, _ALL_NAMESPACES, _SELECTOR, _FIELDS, _CHUNKS, _NO_HEADERS, _WATCH, _RECURSIVE,
            Flag("watch-only", off_only=True),
            Flag("output-watch-events", off_only=True),
            Flag("ignore-not-found"),
            Flag("label-columns", "L", values.label_names),
            Flag("raw", value=values.raw_path),
            Flag("server-print"),
            Flag("show-kind"),
            Flag("show-labels"),
            Flag("sort-by", value=_any),
            Flag("subresource", value=values.one_of("status", "scale", "resize")),
        ),
        Arguments.RESOURCES,
        ("json", "yaml", "name", "wide", *_TEMPLATES, "custom-columns"),
    ),
    ("describe",): Verb(
        (_ALL_NAMESPACES, _SELECTOR, _CHUNKS, _RECURSIVE, Flag("show-events")), Arguments.RESOURCES
    ),
    ("logs",): Verb(
        (
            _SELECTOR,
            Flag("all-containers"),
            Flag("all-pods"),
            Flag("container", "c", values.name),
            Flag("follow", "f", off_only=True),
            Flag("ignore-errors"),
            Flag("limit-bytes", value=values.count),
            Flag("max-log-requests", value=values.count),
            Flag("pod-running-timeout", value=values.duration),
            Flag("prefix"),
            Flag("previous", "p"),
            Flag("since", value=values.duration),
            Flag("since-time", value=values.time),
            Flag("tail", value=values.lines),
            Flag("timestamps"),
        ),
        Arguments.POD,
    ),
    ("top", "pod"): Verb(
        (*_TOP, _ALL_NAMESPACES, _FIELDS, Flag("containers"), Flag("sum"), Flag("show-swap")), Arguments.NAME
    ),
    ("top", "node"): Verb((*_TOP, Flag("show-capacity"), Flag("show-swap")), Arguments.NAME),
    ("events",): Verb(
        (
            *_PRINTING, _ALL_NAMESPACES, _CHUNKS, _NO_HEADERS, _WATCH,
            Flag("for", value=values.matching(
                r"[A-Za-z][A-Za-z0-9.-]{0,252}/[A-Za-z0-9][A-Za-z0-9._:-]{0,252}", "an object such as pod/cart")),
            Flag("types", value=values.words),
        ),
        formats=("json", "yaml", "name", *_TEMPLATES),
    ),
    ("explain",): Verb(
        (Flag("api-version", value=values.api_version), _OUTPUT, Flag("recursive")),
        Arguments.FIELD_PATH,
        ("plaintext", "plaintext-openapiv2"),
    ),
    ("api-resources",): Verb(
        (
            Flag("api-group", value=values.api_group),
            Flag("cached"),
            Flag("categories", value=values.words),
            Flag("namespaced"),
            _NO_HEADERS,
            _OUTPUT,
            Flag("sort-by", value=values.one_of("name", "kind")),
            Flag("verbs", value=values.words),
        ),
        formats=("wide", "name"),
    ),
    ("api-versions",): Verb(),
    # `--short` went with 1.28; runbooks still have it, and a newer kubectl merely says that it is gone.
    ("version",): Verb((Flag("client"), _OUTPUT, Flag("short")), formats=("json", "yaml")),
    ("cluster-info",): Verb(),
    ("rollout", "history"): Verb(
        (*_PRINTING, _SELECTOR, _RECURSIVE, Flag("revision", value=values.count)),
        Arguments.RESOURCES,
        ("json", "yaml", "name", *_TEMPLATES),
    ),
    ("rollout", "status"): Verb(
        (
            _SELECTOR, _RECURSIVE,
            Flag("revision", value=values.count),
            Flag("timeout", value=values.duration),
            Flag("watch", "w"),
        ),
        Arguments.RESOURCES,
    ),
    ("auth", "can-i"): Verb(
        (
            _ALL_NAMESPACES, _NO_HEADERS,
            Flag("list"),
            Flag("quiet", "q"),
            Flag("subresource", value=values.matching(r"[a-z][a-z0-9-]{0,62}", "a subresource")),
        ),
        Arguments.ACCESS,
    ),
    ("auth", "whoami"): Verb(_PRINTING, formats=("json", "yaml", "name", *_TEMPLATES)),
    ("wait",): Verb(
        (
            *_PRINTING, _ALL_NAMESPACES, _SELECTOR, _FIELDS, _RECURSIVE,
            Flag("all"),
            Flag("for", value=values.condition),
            Flag("timeout", value=values.duration),
        ),
        Arguments.RESOURCES,
        ("json", "yaml", "name"),
    ),
    ("config", "current-context"): Verb(),
    ("config", "get-contexts"): Verb((_NO_HEADERS, _OUTPUT), Arguments.NAME, ("name",)),
    ("config", "get-clusters"): Verb(),
    ("help",): Verb(),
    ("options",): Verb(),
}  # fmt: skip
ALIASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("top", "pods"): ("top", "pod"),
    ("top", "po"): ("top", "pod"),
    ("top", "nodes"): ("top", "node"),
    ("top", "no"): ("top", "node"),
}

_IDENTITY = "chooses another identity"
_SERVER = "chooses another server, its certificates or a configuration file"
_FILE = "reads a file or an address"
_WRITES = "writes a file"
_INSIDE = "changes what kubectl itself does or logs"
FORBIDDEN: dict[str, str] = {
    **dict.fromkeys(("as", "as-group", "as-uid", "as-user-extra", "token", "username", "password", "user"), _IDENTITY),
    **dict.fromkeys(("kubeconfig", "server", "cluster", "certificate-authority", "client-certificate", "client-key",
                     "insecure-skip-tls-verify", "insecure-skip-tls-verify-backend", "tls-server-name"), _SERVER),
    **dict.fromkeys(("filename", "kustomize"), _FILE),
    **dict.fromkeys(("cache-dir", "profile", "profile-output", "output-directory"), _WRITES),
    **dict.fromkeys(("kuberc", "log-flush-frequency", "vmodule", "local", "log-file", "log-dir"), _INSIDE),
}  # fmt: skip
FORBIDDEN_SHORT = {"s": "server", "f": "filename", "k": "kustomize"}

KINDS_OF_CREDENTIALS = frozenset(
    {"secret", "secrets", "token", "tokens", "password", "passwords", "oauth2client", "oauth2clients",
     "refreshtoken", "refreshtokens", "authcode", "authcodes", "oauthaccesstoken", "oauthaccesstokens",
     "oauthauthorizetoken", "oauthauthorizetokens", "useroauthaccesstoken", "useroauthaccesstokens",
     "oauthclient", "oauthclients", "clusterregistrationtoken", "clusterregistrationtokens"}
)  # fmt: skip
"""Kinds whose objects are credentials: Secrets, and what identity providers keep as objects of their own."""
