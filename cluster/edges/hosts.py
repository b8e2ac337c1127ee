"""Which Service a host name means, as a pod of some namespace would resolve it."""

from __future__ import annotations

from cluster.edges.base import Cluster, Item
from cluster.values import text


def service_at(cluster: Cluster, host: str, namespace: str) -> Item | None:
    """The Service that the host name resolves to from `namespace`, or None.

    `cart`, `cart.shop`, `cart.shop.svc`, `cart.shop.svc.cluster.local`, and a pod's name before any of these
    where the Service is headless (`redis-0.redis.shop.svc`).
    """
    parts = host.lower().rstrip(".").split(".")
    if "svc" in parts[1:]:
        place = parts.index("svc", 1)
        parts, qualified = parts[:place], True
    else:
        qualified = False
    if len(parts) == 1:
        return None if qualified else cluster.get("Service", parts[0], namespace, "")
    if len(parts) == 2:
        found = cluster.get("Service", parts[0], parts[1], "")
        return found if found or qualified else _headless(cluster, parts[1], namespace)
    return _headless(cluster, parts[1], parts[2]) if len(parts) == 3 else None


def _headless(cluster: Cluster, name: str, namespace: str) -> Item | None:
    found = cluster.get("Service", name, namespace, "")
    return found if found is not None and text(found.value, "spec.clusterIP") == "None" else None
