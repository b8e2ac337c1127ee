"""Addresses that workloads are told to call and that lead nowhere, or elsewhere than they should."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from cluster.edges.base import Item
from cluster.edges.hosts import service_at
from cluster.values import at, entries
from incidents.checks.base import described, finding
from incidents.checks.log_lines import FAILED, search
from incidents.checks.settings import Address, addresses
from incidents.evidence import Piece
from incidents.finding import Finding
from incidents.situation import Situation, shown

_ALIKE = 80
"""How alike (0 to 100) a name must be to count as a slip of another."""


_NO_SUCH = re.compile(r"(?i)no such host|not known|unknown ?host|NXDOMAIN|ENOTFOUND|could not resolve host")
"""What is said of a name that does not exist, and not of a server that does not answer."""


def check(s: Situation) -> Iterator[Finding]:
    """The addresses that the workloads in scope call."""
    seen: set[tuple[str, Address]] = set()
    for workload, address in addresses(s):
        key = (workload.id, address)
        if key not in seen and not address.setting.upper().endswith("NAME"):
            seen.add(key)
            yield from _address(s, workload, address)


def _address(s: Situation, workload: Item, address: Address) -> Iterator[Finding]:
    service = service_at(s.cluster, address.host, workload.namespace)
    if service is not None:
        yield from _at_service(s, workload, address, service)
        return
    name = address.host.partition(".")[0]
    if ("." in address.host and ".svc" not in address.host) or not s.items("Service"):
        return
    listed = s.has_all("Service", workload.namespace)
    own = next(
        (item for item in s.workloads if item.name == name and item.namespace == workload.namespace), None
    )
    here = s.cluster.get("Service", name, workload.namespace)
    known = listed and not _is_of_unread_namespace(s, workload, address.host)
    said = [
        mark.piece()
        for mark in search(s.evidence.logs, FAILED if known else _NO_SUCH, 2, naming=[address.host])
    ]
    if own is not None and here is None and listed:
        yield finding(
            "service_missing", own,
            f"{shown(workload)} calls {address.host}, and {shown(own)} has no Service of this name.",
            0.85, f"Create the Service {name}.", [_setting(s, workload, address), *said], [workload],
            ("kubectl", "get", "services", "-n", workload.namespace),
        )  # fmt: skip
    elif said or listed:  # else it may be one of those that were not read
        yield from _at_none(s, workload, address, here, said)


def _at_service(s: Situation, workload: Item, address: Address, service: Item) -> Iterator[Finding]:
    """What is wrong with the address of a Service that exists: its port, or that another one is meant."""
    setting = _setting(s, workload, address)
    ports = [port.get("port") for _, port in entries(service.value, "spec.ports")]
    headless = at(service.value, "spec.clusterIP") == "None"
    port = address.port if address.port is not None else address.beside
    if port is not None and ports and port not in ports and not headless:
        yield finding(
            "service_address_wrong", workload,
            f"{shown(workload)} calls {address.host}:{port} ({address.setting}); the Service has "
            f"{', '.join(map(str, ports))}.", 0.88, "Correct the port in the setting, or the Service's port.",
            [setting, s.quote(service, "Port:", field="spec.ports")], [service], described(workload),
        )  # fmt: skip
    elif (right := _named_for(s, workload, address)) is not None:
        yield finding(
            "service_address_wrong", workload,
            f"{shown(workload)} calls {address.host} ({address.setting}), and the setting is named for "
            f"{right.name}.", 0.8, f"Let {address.setting} name {right.name}.", [setting],
            [right, service], described(workload),
        )  # fmt: skip


def _at_none(
    s: Situation, workload: Item, address: Address, here: Item | None, said: list[Piece]
) -> Iterator[Finding]:
    """An address that is no Service: told where another one is like it, or where calls of it fail."""
    name = address.host.partition(".")[0]
    peer = here or _named_for(s, workload, address) or _peer(s, workload, address)
    like = peer or max(s.items("Service"), key=lambda item: _likeness(item.name, name), default=None)
    slip = like is not None and (like is peer or _likeness(like.name, name) >= _ALIKE)
    if like is not None and slip:
        meant = f"; did it mean {like.name}?"
        alone = "." not in address.host and address.port is not None
        sure = peer is not None and not _is_of_unread_namespace(s, workload, address.host)
        confidence = 0.95 if said else 0.85 if sure else 0.7 if alone else 0.55
    elif said:
        meant, confidence = ".", 0.8
    else:
        return
    yield finding(
        "service_address_wrong", workload,
        f"{shown(workload)} calls {address.host} ({address.setting}), which is no Service{meant}", confidence,
        "Correct the address in the setting.", [_setting(s, workload, address), *said],
        [like] if like is not None and slip else [], described(workload),
    )  # fmt: skip


def _setting(s: Situation, workload: Item, address: Address) -> Piece:
    return s.quote(workload, address.setting, address.host)


def _is_of_unread_namespace(s: Situation, workload: Item, host: str) -> bool:
    """Whether a host is that of a Service in a namespace of which nothing was read: it may well exist."""
    _, _, rest = host.partition(".")
    namespace = rest.partition(".")[0] if ".svc" in host else ""
    return namespace not in ("", workload.namespace) and all(
        item.namespace != namespace for item in s.cluster.items
    )


def _named_for(s: Situation, workload: Item, address: Address) -> Item | None:
    """The Service that a setting is named for, where it leads elsewhere and nothing else here to the right one.

    `CART_SERVICE_ADDR` is named for `cart` or `cartservice`.
    """
    known = {_core(item.name): item for item in s.items("Service") if item.namespace == workload.namespace}
    meant = known.get(_core(_SETTING.sub("", address.setting)))
    if meant is None or _core(meant.name) in _squeezed(address.host.partition(".")[0]):
        return None
    own = {one.host.partition(".")[0] for item, one in addresses(s) if item.id == workload.id}
    return None if meant.name in own else meant


_SETTING = re.compile(r"(?i)[_-]?(?:ADDR(?:ESS)?|HOST(?:NAME)?|URL|URI|ENDPOINT)$")


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _core(name: str) -> str:
    """A name without signs and without the word that says that it is a Service's."""
    return re.sub(r"(?:service|svc)$", "", _squeezed(name))


def _peer(s: Situation, workload: Item, address: Address) -> Item | None:
    """The Service that a setting of the same name leads to in another workload."""
    for other, one in addresses(s):
        if other.id != workload.id and one.setting == address.setting and one.setting:
            found = service_at(s.cluster, one.host, other.namespace)
            if found is not None and _likeness(found.name, address.host.partition(".")[0]) >= _ALIKE:
                return found
    return None


def _likeness(one: str, other: str) -> float:
    """How much one name looks like a slip of the other: letters changed, or a word more or less at its end."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    cut = (
        90.0
        if shorter and len(shorter) >= 4 and re.match(re.escape(shorter) + r"(?:[-_.]|s$)", longer)
        else 0.0
    )
    return max(float(fuzz.ratio(one, other)), cut)
