"""What the server serves: version, groups, kinds; classic and aggregated discovery."""

from __future__ import annotations

from typing import Any

from tests.servers.kube.resources import Registry, Resource

Json = dict[str, Any]
AGGREGATED = "apidiscovery.k8s.io"
VERSION = {
    "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36", "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35", "gitVersion": "v1.36.3", "gitCommit": "fa4e5b17c6ea5df7b57a2d38cc3e0ff7dc9c34cb",
    "gitTreeState": "clean", "buildDate": "2026-06-10T10:00:00Z", "goVersion": "go1.26.1", "compiler": "gc",
    "platform": "linux/amd64",
}  # fmt: skip
_SUB_KINDS = {  # of subresources that are not of their resource's own kind
    "scale": ("autoscaling", "v1", "Scale"),
    "eviction": ("policy", "v1", "Eviction"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "binding": ("", "v1", "Binding"),
    "attach": ("", "v1", "PodAttachOptions"),
    "exec": ("", "v1", "PodExecOptions"),
    "portforward": ("", "v1", "PodPortForwardOptions"),
}
_SUB_VERBS = {
    "log": ["get"], "eviction": ["create"], "token": ["create"], "binding": ["create"], "finalize": ["update"],
    "attach": ["create", "get"], "exec": ["create", "get"], "portforward": ["create", "get"],
    "proxy": ["create", "delete", "get", "patch", "update"],
}  # fmt: skip


def aggregated_version(accept: str) -> str:
    """Which version of aggregated discovery the client prefers; nothing if it wants the classic form."""
    for choice in accept.split(","):
        wanted = dict(part.strip().split("=", 1) for part in choice.split(";") if "=" in part)
        if wanted.get("g") == AGGREGATED and wanted.get("v") in ("v2", "v2beta1"):
            return wanted["v"]
        if choice.strip() == "application/json":
            return ""
    return ""


def core_versions(address: str) -> Json:
    """Classic `/api`."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def group_list(registry: Registry) -> Json:
    """Classic `/apis`."""
    groups = [group(registry, name) for name in registry.groups() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(registry: Registry, name: str) -> Json:
    """A group with its versions."""
    versions = [{"groupVersion": f"{name}/{one}", "version": one} for one in registry.versions(name)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def resource_list(registry: Registry, name: str, version: str) -> Json:
    """Classic `/api/v1` and `/apis/GROUP/VERSION`."""
    resources = []
    for one in registry.of(name, version):
        shown: Json = {"name": one.plural, "singularName": one.singular, "namespaced": one.namespaced}
        shown |= {"kind": one.kind, "verbs": list(one.verbs)}
        if one.short:
            shown["shortNames"] = list(one.short)
        if one.categories:
            shown["categories"] = list(one.categories)
        resources.append(shown)
        resources += [_subresource(one, sub) for sub in one.subresources]
    group_version = f"{name}/{version}" if name else version
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": resources,
    }


def _subresource(one: Resource, sub: str) -> Json:
    group_name, version, kind = _SUB_KINDS.get(sub, (one.group, one.version, one.kind))
    shown: Json = {
        "name": f"{one.plural}/{sub}",
        "singularName": "",
        "namespaced": one.namespaced,
        "kind": kind,
    }
    if sub in _SUB_KINDS:
        shown |= {"group": group_name, "version": version}
    return {**shown, "verbs": _SUB_VERBS.get(sub, ["get", "patch", "update"])}


def aggregated(registry: Registry, core: bool, version: str, broken: set[str]) -> Json:
    """Aggregated `/api` or `/apis`; a broken group version is stale and empty."""
    items = []
    for name in registry.groups():
        if bool(name) == core:
            continue
        versions = []
        for one in registry.versions(name):
            stale = f"{name}/{one}" in broken
            resources = [] if stale else [_discovered(each) for each in registry.of(name, one)]
            versions.append(
                {"version": one, "resources": resources, "freshness": "Stale" if stale else "Current"}
            )
        metadata: Json = {"name": name, "creationTimestamp": None} if name else {"creationTimestamp": None}
        items.append({"metadata": metadata, "versions": versions})
    kind = {"kind": "APIGroupDiscoveryList", "apiVersion": f"{AGGREGATED}/{version}"}
    return {**kind, "metadata": {}, "items": items}


def _discovered(one: Resource) -> Json:
    shown: Json = {
        "resource": one.plural,
        "responseKind": {"group": one.group, "version": one.version, "kind": one.kind},
        "scope": "Namespaced" if one.namespaced else "Cluster",
        "singularResource": one.singular,
        "verbs": list(one.verbs),
    }
    if one.short:
        shown["shortNames"] = list(one.short)
    if one.categories:
        shown["categories"] = list(one.categories)
    if one.subresources:
        shown["subresources"] = []
    for sub in one.subresources:
        group_name, version, kind = _SUB_KINDS.get(sub, (one.group, one.version, one.kind))
        answered = {"group": group_name, "version": version, "kind": kind}
        verbs = _SUB_VERBS.get(sub, ["get", "patch", "update"])
        shown["subresources"].append({"subresource": sub, "responseKind": answered, "verbs": verbs})
    return shown
