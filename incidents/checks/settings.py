"""Addresses that workloads are told to call: in environment variables, arguments and ConfigMaps that they use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cluster.edges import addresses as finder
from cluster.edges.base import Item
from cluster.values import entries, mapping, text, words
from incidents.situation import Situation

_NUMERIC = re.compile(r"[\d.]+")
"""What is a number or an IP address, and no name."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host that a workload is told to call, and the setting that says so."""

    host: str
    port: int | None
    setting: str
    text: str
    beside: int | None = None
    """The port that a setting beside it names."""


def addresses(s: Situation) -> Iterator[tuple[Item, Address]]:
    """Each address in the environment and arguments of the workloads in scope; cluster-wide ones too."""
    for workload in s.workloads:
        for _, container in entries(workload.pod, "spec.containers"):
            given = {text(one, "name"): text(one, "value") for _, one in entries(container, "env")}
            for name, value in given.items():
                yield from ((workload, _with_port(one, given)) for one in _in(name, value))
            for key in ("command", "args"):
                for word in words(container, key):
                    flag, _, rest = word.partition("=")
                    named = (flag.lstrip("-"), rest) if flag.startswith("-") and rest else ("", word)
                    yield from ((workload, one) for one in _in(*named))
            for config in _configs(s, workload, container):
                for key, value in mapping(config.value, "data").items():
                    if isinstance(value, str) and "\n" not in value.strip():
                        yield from ((workload, one) for one in _in(key, value))


def _configs(s: Situation, workload: Item, container: object) -> Iterator[Item]:
    for _, source in entries(container, "envFrom"):
        found = s.cluster.get("ConfigMap", text(source, "configMapRef.name"), workload.namespace)
        if found is not None:
            yield found


_HOST = re.compile(r"(?i)(?P<of>.+[_-])(?:HOST(?:NAME)?|SERVER|ADDR(?:ESS)?)")


def _with_port(address: Address, given: Mapping[str, str]) -> Address:
    """`DB_HOST` goes with `DB_PORT`."""
    match = _HOST.fullmatch(address.setting) if address.port is None else None
    names = (f"{match['of']}PORT", f"{match['of']}port") if match else ()
    port = next((given[name] for name in names if name in given), "")
    return replace(address, beside=int(port)) if re.fullmatch(r"\d{1,5}", port) else address


def _in(name: str, value: str) -> Iterator[Address]:
    seen: set[tuple[str, int | None]] = set()
    found = list(finder.whole(value.strip())) if finder.is_address_name(name) else []
    for one in [*found, *finder.find(value)]:
        if (one.host, one.port) not in seen and not _NUMERIC.fullmatch(one.host):
            seen.add((one.host, one.port))
            yield Address(one.host, one.port, name, one.text)
