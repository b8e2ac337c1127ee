"""Secrets whose values cannot be right: workloads that share a thing share its address and credentials.

Values are never read. Their lengths are enough: where all other workloads have a value of one length for the same
key, and the one that does not run has another, it is another value.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.values import mapping
from incidents.checks.base import described, finding
from incidents.checks.databases import fails, secrets
from incidents.finding import Finding
from incidents.situation import Situation, shown

_TERMS = (
    ("database_port_wrong", re.compile(r"PORT$"), "port", "Correct the port in the Secret."),
    ("service_address_wrong", re.compile(r"HOST(?:NAME)?$|ADDR(?:ESS)?$|ENDPOINT$"), "address",
    "Correct the address in the Secret."),
    ("database_credentials_wrong", re.compile(r"PASS(?:WORD|WD)?$|PWD$|USER(?:NAME)?$"), "credentials",
     "Give the Secret the credentials that the others have."),
)  # fmt: skip
_SIBLINGS = 3
"""Secrets that must agree before one that differs stands out."""
_AGREE = 0.8


def check(s: Situation) -> Iterator[Finding]:
    """Workloads that do not run and whose Secret differs in length from the same Secret of the others."""
    usual = _usual(s)
    for workload in s.workloads:
        if not fails(s, workload):
            continue
        for name in secrets(workload):
            secret = s.cluster.get("Secret", name, workload.namespace)
            if secret is not None:
                yield from _differs(s, workload, secret, usual)


def key_of(secret: str, key: str) -> str:
    """A key without the words of its Secret's name: `SHOP_CART_MYSQL_HOST` of `shop-cart-mysql` is `HOST`.

    Only the words in front are left out, so that `USER_MYSQL_USER` of `shop-user-mysql` is `USER`.
    """
    own = [word for word in re.split(r"[-_.]", secret.upper()) if word]
    words = [word for word in re.split(r"[-_.]", key.upper()) if word]
    while len(words) > 1 and words[0] in own:
        own.remove(words.pop(0))
    return "_".join(words)


def _sizes(secret: Item) -> dict[str, int]:
    return {
        key_of(secret.name, str(key)): size
        for key, size in mapping(secret.value, "sizes").items()
        if isinstance(size, int)
    }


Shape = tuple[str, ...]


def _usual(s: Situation) -> dict[Shape, dict[str, tuple[int, int]]]:
    """For each set of keys: the length that nearly all Secrets of these keys have for a key, and how many have it."""
    by_shape: dict[Shape, list[dict[str, int]]] = defaultdict(list)
    for secret in s.items("Secret"):
        sizes = _sizes(secret)
        if sizes:
            by_shape[tuple(sorted(sizes))].append(sizes)
    found: dict[Shape, dict[str, tuple[int, int]]] = {}
    for shape, many in by_shape.items():
        for key in shape:
            size, count = Counter(sizes[key] for sizes in many).most_common(1)[0]
            if count >= _SIBLINGS and count >= _AGREE * len(many):
                found.setdefault(shape, {})[key] = (size, count)
    return found


def _differs(
    s: Situation, workload: Item, secret: Item, usual: dict[Shape, dict[str, tuple[int, int]]]
) -> Iterator[Finding]:
    sizes = _sizes(secret)
    for key, (size, count) in usual.get(tuple(sorted(sizes)), {}).items():
        if sizes[key] == size:
            continue
        for term, pattern, what, fix in _TERMS:
            if pattern.search(key):
                yield finding(
                    term, workload,
                    f"{shown(workload)} does not run, and the {what} in its Secret {secret.name} cannot be "
                    f"that of the others: "
                    f"{key} has {sizes[key]} bytes, {size} in {count} Secrets.", 0.85, fix,
                    [s.quote(secret, key, f"{sizes[key]} bytes"), s.quote(workload, secret.name)], s.pods_of(workload),
                    described(secret),
                )  # fmt: skip
                break
