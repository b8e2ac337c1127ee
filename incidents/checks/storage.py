"""Claims that are not bound: what keeps a PersistentVolumeClaim and the volumes apart.

A claim binds to a volume of its storage class that offers its access modes, is large enough and has the labels of
its selector. `kubectl describe` does not show what a pending claim asks for; then the volumes tell by exclusion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cluster.edges.base import Item
from cluster.selectors import Selector
from cluster.values import at, mapping, text, words
from incidents.checks.base import described, finding, pieces
from incidents.checks.quantities import quantity
from incidents.checks.quotas import FEW_ASK_LESS, claims_of
from incidents.checks.rows import unplaced
from incidents.evidence import Piece
from incidents.finding import Finding
from incidents.situation import Situation


def check(s: Situation) -> Iterator[Finding]:
    """Pending claims, and pods that name a claim which does not exist."""
    for claim in s.items("PersistentVolumeClaim"):
        if text(claim.value, "status.phase") == "Pending":
            users = _users(s, claim) or _waiting(s, claim)
            if not _waits_for_pod(s, claim, users) and (users or s.events(claim) or not s.workloads):
                yield from _pending(s, claim, users)
    yield from _volumes(s)
    for workload in s.workloads:
        for name in claims_of(workload):
            if s.lacks("PersistentVolumeClaim", name, workload.namespace):
                yield finding(
                    "claim_missing", workload,
                    f"{workload.kind} {workload.name} mounts the claim {name}, which does not exist.",
                    0.85, f"Create the PersistentVolumeClaim {name}.", [s.quote(workload, name)], s.pods_of(workload),
                    ("kubectl", "get", "pvc", "-n", workload.namespace),
                )  # fmt: skip


def _waits_for_pod(s: Situation, claim: Item, users: list[Item]) -> bool:
    """Whether a claim waits until a pod that uses it has a node, and no pod waits for the claim's volume."""
    if not s.events(claim, "WaitForFirstConsumer", "WaitForPodScheduled"):
        return False
    said = [event.message for user in users for event in s.events_of_workload(user, "FailedScheduling")]
    return not any("olume" in message for message in said)


def _volumes(s: Situation) -> Iterator[Finding]:
    """Volumes that have failed, claims whose volume is gone, and more than one default class."""
    for item in s.items("PersistentVolume", "PersistentVolumeClaim"):
        if text(item.value, "status.phase") in ("Failed", "Lost"):
            why = text(item.value, "status.message") or text(item.value, "status.reason")
            yield finding(
                "volume_failed", item, f"{item.kind} {item.name} is {text(item.value, 'status.phase')}. {why}".strip(),
                0.85, "Bring its volume back from the storage system or a backup.",
                [s.quote(item, text(item.value, "status.phase"), field="status.phase")],
                _users(s, item) if item.kind == "PersistentVolumeClaim" else (), described(item),
            )  # fmt: skip
    default = [one for one in s.items("StorageClass") if _is_default(one)]
    if len(default) > 1:
        yield finding(
            "default_class_ambiguous", default[0],
            f"{', '.join(one.name for one in default)} are default storage classes: the newest one is taken.", 0.4,
            "Leave the annotation to one of them.", [s.quote(one, "is-default-class") for one in default],
            command=("kubectl", "get", "storageclasses"),
        )  # fmt: skip


def _users(s: Situation, claim: Item) -> list[Item]:
    return [w for w in s.workloads if w.namespace == claim.namespace and claim.name in claims_of(w)]


def _waiting(s: Situation, claim: Item) -> list[Item]:
    """The one workload that waits for a node, where nothing was read of what it mounts."""
    found = {(item := s.workload(pod)).id: item for pod in unplaced(s) if pod.namespace == claim.namespace}
    return list(found.values()) if len(found) == 1 else []


def _pending(s: Situation, claim: Item, users: list[Item]) -> Iterator[Finding]:
    events = s.events(claim, "FailedBinding", "VolumeMismatch", "ProvisioningFailed", "ExternalProvisioning")
    said = [*pieces(events[:1]), s.quote(claim, "Status:", "Pending", field="status.phase")]
    workload = users[0] if users else claim
    for term, why, confidence, fix in causes(s, claim):
        yield finding(
            term, workload, f"{workload.kind} {workload.name} waits for the claim {claim.name}: {why}.",
            confidence, fix,
            [*said, *_volumes_said(s, term)], [claim, *(pod for user in users for pod in s.pods_of(user))],
            described(claim),
        )  # fmt: skip
    yield finding("claim_pending", claim, f"The claim {claim.name} is not bound.", 0.9,
                  "See why no volume fits.", said, users, described(claim))  # fmt: skip


def _volumes_said(s: Situation, term: str) -> Iterator[Piece]:
    if term in (
        "volume_taken",
        "claim_access_mode_unmatched",
        "claim_selector_unmatched",
        "claim_size_unmatched",
    ):
        label = {"volume_taken": "Claim:", "claim_access_mode_unmatched": "Access Modes:",
                 "claim_selector_unmatched": "Labels:"}.get(term, "Capacity:")  # fmt: skip
        for volume in s.items("PersistentVolume")[:2]:
            yield s.quote(volume, label)


_REFUSED = (
    ("already bound to a different claim", "volume_taken", "Free the volume, or name another one."),
    ("requested PV is too small", "claim_size_unmatched", "Ask for less, or make a larger volume."),
    ("incompatible accessMode", "claim_access_mode_unmatched", "Ask for an access mode that the volume offers."),
    ("storageClassName does not match", "claim_storage_class_missing",
     "Give the claim and the volume the same storageClassName."),
)  # fmt: skip
"""What the controller says of a claim that names its volume."""


def _is_free(volume: Item, claim: Item) -> bool:
    """Whether a volume is for this claim to take: not bound, not kept for another, and not left behind by one."""
    holder = mapping(volume.value, "spec.claimRef")
    own = (text(holder, "namespace") or claim.namespace, text(holder, "name")) == (
        claim.namespace,
        claim.name,
    )
    return text(volume.value, "status.phase") in ("Available", "") and (not holder or own)


Why = tuple[str, str, float, str]


def causes(s: Situation, claim: Item) -> list[Why]:
    """Why a pending claim is not bound, likeliest first: term, sentence, confidence, fix."""
    wanted = text(claim.value, "spec.storageClassName")
    classes = {item.name for item in s.items("StorageClass")}
    messages = " ".join(event.message for event in s.events(claim))
    named = re.search(r'storageclass\S* "(?P<name>[^"]+)" not found', messages)
    wanted = wanted or (named["name"] if named else "")
    # Claims and volumes of one class name bind although no StorageClass of the name exists.
    static = any(text(one.value, "spec.storageClassName") == wanted for one in s.items("PersistentVolume"))
    unknown = classes and wanted not in classes and s.has_all("StorageClass")
    if wanted and not static and (f'"{wanted}" not found' in messages or unknown):
        return [("claim_storage_class_missing", f"its StorageClass {wanted} does not exist", 0.95,
                 f"Name an existing StorageClass, or create {wanted}.")]  # fmt: skip
    for words_said, term, fix in _REFUSED:
        if words_said in messages:
            return [(term, messages, 0.95, fix)]
    if "failed to provision volume" in messages:
        return [("provisioning_failed", messages, 0.85, "Look at the storage provisioner's logs.")]
    volumes = s.items("PersistentVolume")
    if "either by the external provisioner" in messages and not volumes:
        return [("provisioning_failed", messages, 0.7, "See whether the storage provisioner runs.")]
    same = [one for one in volumes if text(one.value, "spec.storageClassName") == wanted]
    free = [one for one in same if _is_free(one, claim)]
    if not volumes:
        whole = [one for one in s.items("StorageClass") if at(one.value, "metadata.creationTimestamp")]
        if wanted or len(whole) < max(len(classes), 1) or any(map(_is_default, whole)):
            return []
        return [("claim_storage_class_missing", "it names no storage class, and no class is the default", 0.75,
                 f"Name a storage class: {', '.join(sorted(classes))}.")]  # fmt: skip
    if not same:
        offered = ", ".join(sorted({text(one.value, "spec.storageClassName") or "none" for one in volumes}))
        return [("claim_storage_class_missing",
        f"no volume is of its storage class ({wanted or 'none'}; there is {offered})",
                 0.85, "Give the claim and the volume the same storageClassName.")]  # fmt: skip
    if not free:
        holders = ", ".join(
            text(one.value, "spec.claimRef.name") for one in same if at(one.value, "spec.claimRef")
        )
        return [("volume_taken", f"every volume that fits is bound to another claim ({holders})", 0.9,
                 "Free the volume, or create another one.")]  # fmt: skip
    return _unmatched(claim, free)


def _unmatched(claim: Item, free: list[Item]) -> list[Why]:
    modes = ("claim_access_mode_unmatched", "no free volume offers its access mode",
             "Ask for an access mode that the volume offers.")  # fmt: skip
    labels = ("claim_selector_unmatched", "no free volume has the labels of its selector",
              "Correct spec.selector of the claim, or the volume's labels.")  # fmt: skip
    size = (
        "claim_size_unmatched",
        "no free volume is as large as it asks",
        "Ask for less, or make a larger volume.",
    )
    asked = words(claim.value, "spec.accessModes")
    selector = Selector.parse(at(claim.value, "spec.selector"))
    wanted = quantity(at(claim.value, "spec.resources.requests.storage"))
    if asked:
        known = [why for why, fails in (
            (modes, not any(set(asked) <= set(words(one.value, "spec.accessModes")) for one in free)),
            (labels, selector is not None and not any(selector.matches(one.labels) for one in free)),
            (size, wanted is not None and not any(_holds(one, wanted) for one in free)),
        ) if fails]  # fmt: skip
        return [(term, why, 0.95, fix) for term, why, fix in known]
    small = not any(_holds(one, FEW_ASK_LESS) for one in free)
    likely = [labels, modes, size] if any(one.labels for one in free) else [modes, size, labels]
    likely = [size, modes, labels] if small else likely
    return [
        (term, why, confidence, fix)
        for (term, why, fix), confidence in zip(likely, (0.75, 0.55, 0.4), strict=True)
    ]


_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def _is_default(storage_class: Item) -> bool:
    annotations = mapping(storage_class.value, "metadata.annotations")
    return any(str(annotations.get(key)) == "true" for key in _DEFAULT)


def _holds(volume: Item, wanted: float) -> bool:
    has = quantity(mapping(volume.value, "spec.capacity").get("storage"))
    return has is not None and has >= wanted
