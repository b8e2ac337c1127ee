"""Which Services a workload calls, read from its environment, its arguments and the configuration that it mounts."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.edges import addresses
from cluster.edges.addresses import Address
from cluster.edges.base import Cluster, EdgeType, Found, Item
from cluster.edges.hosts import service_at
from cluster.selectors import Selector
from cluster.values import Value, at, entries, mapping, text, words

_CONTAINERS = ("initContainers", "containers")
_LONGEST = 200_000
"""Characters of one ConfigMap key that are read; longer ones are dashboards and certificates."""


def find(cluster: Cluster) -> Iterator[Found]:
    """Workload to Service; never to a Service in front of the workload itself."""
    services = {service.name for service in cluster.kind("Service")}
    own = _fronts(cluster)
    read: dict[tuple[str, str], list[tuple[Address, str]]] = {}
    for item in cluster.workloads():
        for address, said, through in _settings(cluster, item, services, read):
            target = service_at(cluster, address.host, item.namespace)
            if target is None or (item.id, target.id) in own or not _plausible(address, target):
                continue
            yield Found(item.id, target.id, EdgeType.CALLS, said + _odd_port(address, target), through)


def _fronts(cluster: Cluster) -> set[tuple[str, str]]:
    return {
        (item.id, service.id)
        for service in cluster.kind("Service")
        for item in cluster.selected(Selector.flat(at(service.value, "spec.selector")), [service.namespace])
    }


def _plausible(address: Address, service: Item) -> bool:
    """A bare `name:number` counts only where the Service has that port (`redis:7` is an image)."""
    return address.sure or address.port in _ports(service)


def _odd_port(address: Address, service: Item) -> str:
    if address.port is None or not _ports(service) or address.port in _ports(service):
        return ""
    return f"; the Service has no port {address.port}"


def _ports(service: Item) -> set[object]:
    return {at(port, "port") for _, port in entries(service.value, "spec.ports")}


def _settings(
    cluster: Cluster, item: Item, services: set[str], read: dict[tuple[str, str], list[tuple[Address, str]]]
) -> Iterator[tuple[Address, str, str]]:
    """Addresses of a workload, the sentence that shows each, and the ConfigMap that it stands in ('' if none)."""
    spec = mapping(item.pod, "spec")
    configs: dict[str, None] = {}
    for group in _CONTAINERS:
        for _, container in entries(spec, group):
            path = f"{item.spec_path}.{group}[{text(container, 'name')}]"
            variables = {text(one, "name"): text(one, "value") for _, one in entries(container, "env")}
            for name, value in variables.items():
                for address, shown in _in_value(name, _resolved(value, variables)):
                    yield address, f"{path}.env[{name}] is {shown}", ""
            for key in ("command", "args"):
                for word in words(container, key):
                    for address, shown in _in_value("", _resolved(word, variables)):
                        yield address, f"{path}.{key} holds {shown}", ""
            yield from _from_keys(cluster, item, container, path)
            configs |= dict.fromkeys(_named(container))
    for _, volume in entries(spec, "volumes"):
        sources = [volume, *(source for _, source in entries(volume, "projected.sources"))]
        configs |= dict.fromkeys(text(source, "configMap.name") for source in sources)
    for name in filter(None, configs):
        config = cluster.get("ConfigMap", name, item.namespace, "")
        if config is not None:
            for address, said in _in_config(config, services, read):
                yield address, said, config.id


def _resolved(value: str, variables: dict[str, str]) -> str:
    """The value with variables put in, two deep: a variable may be made of others."""
    return addresses.expand(addresses.expand(value, variables), variables)


def _named(container: Value) -> Iterator[str]:
    for _, source in entries(container, "envFrom"):
        yield text(source, "configMapRef.name")


def _from_keys(
    cluster: Cluster, item: Item, container: Value, path: str
) -> Iterator[tuple[Address, str, str]]:
    for _, variable in entries(container, "env"):
        if "valueFrom" not in variable:
            continue
        reference = mapping(variable, "valueFrom.configMapKeyRef")
        name, key = text(reference, "name"), text(reference, "key")
        config = cluster.get("ConfigMap", name, item.namespace, "") if name else None
        if config is None:
            continue
        value = mapping(config.value, "data").get(key)
        setting = text(variable, "name")
        for address, shown in _in_value(setting, value) if isinstance(value, str) else ():
            said = f"{path}.env[{setting}] is {shown}, from ConfigMap {name} data[{key}]"
            yield address, said, config.id


def _in_value(name: str, value: str) -> Iterator[tuple[Address, str]]:
    """Addresses in the value of one setting, each with the text that shows it."""
    flag, _, rest = value.partition("=")
    if flag.startswith("-") and rest:
        name, value = flag.lstrip("-"), rest
    if addresses.is_address_name(name):
        for address in addresses.whole(value.strip()):
            yield address, address.text
    for address in addresses.find(value):
        yield address, address.text


def _in_config(
    config: Item, services: set[str], read: dict[tuple[str, str], list[tuple[Address, str]]]
) -> list[tuple[Address, str]]:
    """Addresses in a ConfigMap; each is read once, whoever mounts it."""
    known = read.get((config.namespace, config.name))
    if known is not None:
        return known
    found: list[tuple[Address, str]] = []
    for key, value in mapping(config.value, "data").items():
        if not isinstance(value, str) or len(value) > _LONGEST:
            continue
        short = "\n" not in value.strip()
        for address, shown in _in_value(key, value) if short else _in_lines(value):
            if services.intersection(address.host.lower().split(".")[:2]):
                found.append((address, f"ConfigMap {config.name} data[{key}] holds {shown}"))
    read[config.namespace, config.name] = found
    return found


def _in_lines(value: str) -> Iterator[tuple[Address, str]]:
    for place, line in enumerate(value.splitlines(), 1):
        stripped = line.strip()
        telling = ":" in stripped or "=" in stripped
        if not telling or stripped.startswith(("#", "//")) or len(line) > 5_000:
            continue
        for address in addresses.find(line):
            yield address, f"{address.text} (line {place})"
