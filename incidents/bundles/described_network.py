"""Ingresses and NetworkPolicies from `kubectl describe`, in the form of the Kubernetes API."""

from __future__ import annotations

import re
from typing import Any

from incidents.bundles.describe import Section
from incidents.bundles.units import compact, number

Object = dict[str, Any]

_BACKEND = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*):(?P<port>[\w-]+)(?:\s+\((?P<behind>.*)\))?")
_NO_SERVICE = re.compile(r'services "[^"]+" not found')
_TERMINATES = re.compile(r"(?P<secret>\S+) terminates (?P<hosts>\S+)")


def ingress(root: Section, _: str) -> Object:
    """Rules, default backend and certificates. `notFound` is no field of the API: the text says what is missing."""
    spec: Object = {
        "ingressClassName": root.text("Ingress Class"),
        "rules": _rules(root.child("Rules").lines),
    }
    default = _backend(root.text("Default backend"))
    if default and not default.get("notFound"):  # `default-http-backend` stands there where none is named
        spec["defaultBackend"] = default
    spec["tls"] = [
        {"secretName": match["secret"], "hosts": match["hosts"].split(",")}
        for line in root.child("TLS").lines
        if (match := _TERMINATES.match(line.strip()))
    ]
    return {"spec": compact(spec)}


def _rules(lines: list[str]) -> list[Object]:
    """A line of one word is a host, one with a backend at its end is a path of the host above."""
    found: list[Object] = []
    for line in lines[2:]:
        match = _BACKEND.search(line)
        path = line[: match.start()].split() if match else []
        if match is None:
            found.append({"host": line.strip(), "http": {"paths": []}})
        elif backend := _backend(line[match.start() :]):
            found = found or [{"http": {"paths": []}}]
            found[-1]["http"]["paths"].append({"path": path[-1] if path else "/", "backend": backend})
    return found


def _backend(text: str) -> Object:
    match = _BACKEND.match(text.strip())
    if match is None:
        return {}
    port = {"number": int(match["port"])} if match["port"].isdigit() else {"name": match["port"]}
    missing = {"notFound": True} if _NO_SERVICE.search(match["behind"] or "") else {}
    return {"service": {"name": match["name"], "port": port}, **missing}


_WAYS = {"Ingress": ("ingress", "from", "From"), "Egress": ("egress", "to", "To")}


def network_policy(root: Section, _: str) -> Object:
    """What a policy selects, the ways that it closes, and what it lets through."""
    spec_section = root.child("Spec")
    types = [one.strip() for one in spec_section.text("Policy Types").split(",") if one.strip()]
    spec: Object = {"podSelector": _selector(spec_section.text("PodSelector")), "policyTypes": types}
    for way, (field, peers, heading) in _WAYS.items():
        if way in types:
            spec[field] = [
                rule
                for section in spec_section.children
                if section.key == f"Allowing {field} traffic"
                for rule in _allowed(section, peers, heading)
            ]
    return {"spec": spec}


def _allowed(section: Section, peers: str, heading: str) -> list[Object]:
    """The rules of one way: none where the pods are isolated."""
    rules: list[Object] = []
    rule: Object = {}
    for child in section.children:
        words = f"{child.key}: {child.value}" if child.key else child.value
        if "isolated" in words:
            return []
        if set(words) == {"-"}:
            rules, rule = [*rules, rule], {}
        elif child.key == "To Port" and child.value.strip()[:1].isdigit():
            port, _, protocol = child.value.strip().partition("/")
            rule.setdefault("ports", []).append({"port": number(port), "protocol": protocol or "TCP"})
        elif child.key == heading and (found := _peers(child)):
            rule.setdefault(peers, []).extend(found)
    return [*rules, rule]


def _peers(section: Section) -> list[Object]:
    """Selectors below one `From:` or `To:` hold together."""
    peer: Object = {}
    for child in section.children:
        if child.key in ("PodSelector", "NamespaceSelector"):
            peer[child.key[0].lower() + child.key[1:]] = _selector(child.value)
        elif child.key == "IPBlock":
            peer["ipBlock"] = {"cidr": child.child("CIDR").value.strip() or "0.0.0.0/0"}
    return [peer] if peer else []


def _selector(text: str) -> Object:
    """`app=web,tier in (a,b)`; `<none>` selects everything."""
    said = text.strip().partition(" (")[0] if " in (" not in text else text.strip()
    labels: dict[str, str] = {}
    expressions = []
    for match in re.finditer(
        r"(?P<key>[\w./-]+)(?:=(?P<value>[\w.-]*)| (?P<op>in|notin) \((?P<values>[^)]*)\))", said
    ):
        if match["op"]:
            operator = "In" if match["op"] == "in" else "NotIn"
            expressions.append(
                {"key": match["key"], "operator": operator, "values": match["values"].split(",")}
            )
        else:
            labels[match["key"]] = match["value"]
    return dict(compact({"matchLabels": labels, "matchExpressions": expressions}))
