"""Databases: wrong credentials or ports, no connections left, no writes. What the engines say is what counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cluster.edges.base import Item
from cluster.graph import EdgeType
from cluster.values import entries, mapping, text
from incidents.checks.base import described, finding, pieces
from incidents.checks.log_lines import Mark, count, search
from incidents.evidence import Piece, PieceType
from incidents.finding import Finding
from incidents.situation import Situation, is_ready, shown, statuses, waiting_reason


@dataclass(frozen=True, slots=True)
class Complaint:
    """What clients and servers of a database say when something is wrong with it."""

    term: str
    pattern: re.Pattern[str]
    sentence: str
    fix: str


_CREDENTIALS = Complaint(
    "database_credentials_wrong",
    re.compile(
        r"Access denied for user '(?!\w+'@'(?:localhost|::1|127\.0\.0\.1)')|SQLState: 28000|password "
        r"authentication failed|"
        r"WRONGPASS|NOAUTH Authentication required|invalid username-password pair|AuthenticationFailed|"
        r"Authentication failed\.|ORA-01017|Login failed for user"
    ),
    "the database refuses its credentials",
    "Give it the credentials that the database knows: check the Secret it uses.",
)  # fmt: skip
_EXHAUSTED = Complaint(
    "database_connections_exhausted",
    re.compile(
        r"Too many connections|SQL Error: 1040|too many clients already|remaining connection slots are reserved|"
        r"max number of clients reached|ORA-00018|max_user_connections"
    ),
    "the database has no connections left",
    "Raise max_connections or lower the clients' pools; find who holds the connections.",
)  # fmt: skip
_READ_ONLY = Complaint(
    "database_read_only",
    re.compile(
        r"running with the --(?:super-)?read-only option|SQL Error: 1290|ERROR 1290|read-only transaction|"
        r"READONLY You can't write against a read only|not master and slaveOk|NotWritablePrimary|InnoDB is "
        r"in read only mode|"
        r"attempt to write a readonly database|database is read-only|super_read_only"
    ),
    "the database takes no writes", "Make the database writable again, or send writes to its primary.",
)  # fmt: skip
_NO_LINK = re.compile(
    r"Communications link failure|Connection refused.*(?:sql|jdbc|postgres|mongo|redis)|could not connect to server|"
    r"Can't connect to MySQL server|ECONNREFUSED .*(?:3306|5432|27017|6379|1433)|connection to server at .* failed"
)
_REFUSED = re.compile(r"(?i)connection refused|ECONNREFUSED")
_UNRESOLVED = re.compile(
    r"UnknownHostException|Name or service not known|no such host|getaddrinfo|Temporary failure in name resolution"
)
"""A port cannot be blamed by whoever does not find the host."""
_ENGINES = re.compile(
    r"(?i)(?:^|[/\-_])(mysql|mariadb|percona|postgres\w*|mongo\w*|redis|mssql|oracle|xenon|cockroach\w*)(?:[:\-_/.@]|$)"
)


def check(s: Situation) -> Iterator[Finding]:
    """Clients with wrong settings, and databases that refuse many."""
    servers = [item for item in s.workloads if engine(item)]
    for workload in s.workloads:
        if workload in servers:
            continue
        yield from _credentials(s, workload)
        yield from _port(s, workload, servers)
    for complaint in (_EXHAUSTED, _READ_ONLY):
        yield from _server(s, servers, complaint)
    yield from _failing_writes(s, servers)


def engine(workload: Item) -> str:
    """The database engine that a workload runs, by its images, or by its name where none was read; '' if none."""
    containers = [one for _, one in entries(workload.pod, "spec.containers")]
    images = [text(one, "image").rpartition("@")[0] or text(one, "image") for one in containers]
    for name in images or [workload.name]:
        if match := _ENGINES.search(name):
            return match[1].lower()
    return ""


def fails(s: Situation, workload: Item) -> bool:
    """Whether the workload has a pod that does not run well."""
    pods = s.pods_of(workload)
    return not pods or any(
        not is_ready(pod) or any(waiting_reason(status) for _, status in statuses(pod)) for pod in pods
    )


def _credentials(s: Situation, workload: Item) -> Iterator[Finding]:
    marks = list(search(s.logs(workload), _CREDENTIALS.pattern, 2))
    if marks and fails(s, workload):
        yield _client(s, workload, _CREDENTIALS.term, _CREDENTIALS.sentence, _CREDENTIALS.fix, marks, 0.93)


def _port(s: Situation, workload: Item, servers: list[Item]) -> Iterator[Finding]:
    """A client that is refused while the database runs and others reach it: it calls a wrong port."""
    logs = s.logs(workload)
    marks = list(search(logs, _NO_LINK, 1))
    if not marks or not fails(s, workload) or not count(logs, _REFUSED):
        return
    up = [server for server in servers if any(map(is_ready, s.pods_of(server)))]
    if servers and not up and any(s.pods_of(server) for server in servers):
        return
    others = sum(bool(list(search(s.logs(one), _NO_LINK, 1))) and fails(s, one) for one in s.workloads)
    refused = list(search(logs, _REFUSED, 1))
    unresolved = bool(count(logs, _UNRESOLVED))
    if not servers:
        # Nothing is known of the database: that it does not run is as likely as that it is called on a wrong port.
        yield _client(
            s, workload, "database_unavailable", "connections to its database are refused",
            "See whether the database runs, and whether the settings name its host and port.", marks + refused, 0.75,
        )  # fmt: skip
        return
    yield _client(
        s, workload, "database_port_wrong", "connections to its database are refused, while the database runs",
        "Correct the database's port (or host) in the settings or the Secret it uses.", marks + refused,
        0.92 if up and others <= 2 and not unresolved else 0.6,
    )  # fmt: skip


def _client(
    s: Situation, workload: Item, term: str, sentence: str, fix: str, marks: list[Mark], confidence: float
) -> Finding:
    evidence = [mark.piece() for mark in marks]
    evidence += [s.quote(workload, name) for name in secrets(workload)]
    return finding(term, workload, f"{shown(workload)} does not run: {sentence}.", confidence, fix, evidence,
                   s.pods_of(workload), described(workload))  # fmt: skip


def secrets(workload: Item) -> list[str]:
    """The Secrets that a workload takes environment variables from."""
    found: dict[str, None] = {}
    for _, container in entries(workload.pod, "spec.containers"):
        for _, source in entries(container, "envFrom"):
            found[text(source, "secretRef.name")] = None
        for _, variable in entries(container, "env"):
            found[text(mapping(variable, "valueFrom"), "secretKeyRef.name")] = None
    return [name for name in found if name]


def _server(s: Situation, servers: list[Item], complaint: Complaint) -> Iterator[Finding]:
    """A database that its own events or logs, or those of its clients, complain about."""
    own = {server.id: _own(s, server, complaint) for server in servers}
    clients = [item for item in s.workloads if item not in servers]
    said = {item.id: list(search(s.logs(item), complaint.pattern, 1)) for item in clients}
    complaining = [item for item in clients if said[item.id]]
    if not complaining and not any(own.values()):
        return
    server = max(servers, key=lambda one: (bool(own[one.id]), _clients(s, one, complaining)), default=None)
    if server is None:
        for item in complaining[:1]:
            yield _client(s, item, complaint.term, complaint.sentence, complaint.fix, said[item.id], 0.6)
        return
    evidence = [*own[server.id][:2], *(mark.piece() for item in complaining[:2] for mark in said[item.id])]
    yield finding(
        complaint.term, server, f"{shown(server)}: {complaint.sentence}"
        + (f"; {len(complaining)} workloads complain." if complaining else "."),
        0.95 if own[server.id] or len(complaining) > 1 else 0.85, complaint.fix, evidence, complaining,
        described(server),
    )  # fmt: skip


def _own(s: Situation, server: Item, complaint: Complaint) -> list[Piece]:
    events = [e for e in s.events_of_workload(server) if complaint.pattern.search(e.message)]
    return [*pieces(events[:1]), *(mark.piece() for mark in search(s.logs(server), complaint.pattern, 1))]


def clients_of(s: Situation, server: Item) -> list[Item]:
    """The workloads that call a database, by settings or by a Secret whose host is as long as its Service's name."""
    services = s.services_of(server)
    idents = {service.id for service in services}
    lengths = {len(service.name) for service in services}
    found = []
    for item in s.workloads:
        calls = any(edge.target in idents for edge in s.graph.leaving(item.id, EdgeType.CALLS))
        if item.id != server.id and (calls or lengths & set(_host_lengths(s, item))):
            found.append(item)
    return found


def _host_lengths(s: Situation, workload: Item) -> Iterator[int]:
    for name in secrets(workload):
        secret = s.cluster.get("Secret", name, workload.namespace)
        for key, size in mapping(secret.value, "sizes").items() if secret else ():
            if str(key).upper().endswith("HOST") and isinstance(size, int):
                yield size


def _clients(s: Situation, server: Item, complaining: list[Item]) -> float:
    """How well a database's clients agree with the workloads that complain."""
    clients = {item.id for item in clients_of(s, server)}
    named = sum(item.id in clients for item in complaining)
    return named - 0.01 * (len(clients) - named)


_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def _failing_writes(s: Situation, servers: list[Item]) -> Iterator[Finding]:
    """Only calls that write fail while every pod is ready: their database takes no writes."""
    failing = [alert for alert in s.evidence.alerts if re.search(r"\b5\d\d\b", " ".join(alert.details))]
    methods = {alert.labels.get("method", "") for alert in failing}
    names = {alert.subject for alert in failing}
    if (
        not methods
        or not methods <= _WRITES
        or any(fails(s, item) for item in s.workloads if s.pods_of(item))
    ):
        return
    hit = [item for item in s.workloads if item.name in names]
    users = {server.id: clients_of(s, server) for server in servers}
    server = max(
        servers,
        key=lambda one: (sum(item in users[one.id] for item in hit), len(users[one.id])),
        default=None,
    )
    if server is not None and hit:
        yield finding(
            "database_read_only", server,
            f"Only calls that write fail ({', '.join(sorted(names))}) while every pod is ready: "
            f"{shown(server)} takes no writes.",
            0.65 if len(names) > 1 else 0.6, _READ_ONLY.fix, [Piece(PieceType.EVENT, alert.text[:300], alert.subject,
            alert.starts_at) for alert in failing[:3]],
            hit, described(server),
        )  # fmt: skip
