"""Causes name the change that began them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cluster.changes import Action, Change, ChangeType, FieldChange
from connectors.documents import ResourceRef
from incidents.evidence import Evidence
from incidents.investigate import investigate
from incidents.report import Investigation
from tests.unit.incident_outputs import deployment, event, evidence, node, pod

ONSET = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
IMAGE = FieldChange("spec.template.spec.containers[server].image", "cart:8", "cart:9")
CART = ResourceRef("Deployment", "cart", "shop", "bundle")


def change(minutes: float, of: ResourceRef = CART, **more: object) -> Change:
    """A change so many minutes before the first failure."""
    made = Change(ONSET - timedelta(minutes=minutes), ChangeType.IMAGE, Action.CHANGED, of, (IMAGE,), "helm")
    return replace(made, **more)  # type: ignore[arg-type]


def stuck(*changes: Change) -> Evidence:
    """A cart whose image does not exist."""
    cart = deployment(
        "cart", container={"image": "cart:9", "envFrom": [{"configMapRef": {"name": "settings"}}]}
    )
    waiting = pod(cart, ready=False, state={"waiting": {"reason": "ImagePullBackOff"}})
    failed = event("Pod", "cart-1", "Failed", 'Failed to pull image "cart:9": not found')
    found = evidence(cart, waiting, failed, node("worker-1"))
    cluster = found.objects[0].cluster
    told = [replace(one, ref=replace(one.ref, cluster=cluster)) for one in changes]
    return replace(found, changes=tuple(told))


def told(report: Investigation) -> list[str]:
    return [piece.object for piece in report.evidence if piece.type == "change"]


def test_the_cause_names_its_change() -> None:
    report = investigate(stuck(change(5)))

    cause = report.causes[0]
    assert (cause.cause, cause.object) == ("image_not_found", "Deployment/shop/cart")
    assert "It began with a change at 2026-01-02 02:59:05Z" in cause.text
    assert "from cart:8 to cart:9, by helm" in cause.text
    assert "kubectl rollout undo deployment/cart -n shop" in cause.fix
    (number,) = [n for n, piece in enumerate(report.evidence, 1) if piece.type == "change"]
    assert number in cause.evidence
    assert next((one.type, one.evidence) for one in report.timeline) == ("change", (number,))


@pytest.mark.parametrize(
    "other",
    [
        change(-10),
        change(5, ResourceRef("Deployment", "mail", "shop", "bundle")),
        change(5, type=ChangeType.SCALE, fields=(FieldChange("spec.replicas", 1, 2),)),
    ],
    ids=["later", "elsewhere", "unfitting"],
)
def test_other_changes_are_not_blamed(other: Change) -> None:
    report = investigate(stuck(other))

    assert "It began with" not in report.causes[0].text
    assert report.causes[0].cause == "image_not_found"


def test_the_change_that_names_the_value_stands_before_a_newer_one() -> None:
    newer = change(1, type=ChangeType.IMAGE, fields=(replace(IMAGE, path="x.image", new="proxy:3"),))

    assert "to cart:9" in investigate(stuck(newer, change(30))).causes[0].text


def test_a_change_of_what_the_object_uses_counts() -> None:
    settings = ResourceRef("ConfigMap", "settings", "shop", "bundle")
    gone = Change(ONSET - timedelta(minutes=2), ChangeType.CONFIGURATION, Action.REMOVED, settings)
    report = investigate(stuck(gone))

    assert told(report) == ["ConfigMap/shop/settings"]


def test_a_healthy_cluster_blames_no_change() -> None:
    cart = deployment("cart")
    report = investigate(replace(evidence(cart, pod(cart)), changes=(change(5),)))

    assert report.healthy
    assert report.timeline == ()


def test_an_exact_onset_is_the_first_time_of_an_event() -> None:
    found = stuck(change(-10))
    late = [replace(one, at=ONSET + timedelta(hours=1), first_at=ONSET) for one in found.events]

    assert "It began with" not in investigate(replace(found, events=tuple(late))).causes[0].text


def crashing(made: datetime) -> Evidence:
    """A cart whose container ends again and again; its pod was made at a time."""
    cart = deployment("cart", container={"image": "cart:9"})
    ended = {"terminated": {"exitCode": 1, "reason": "Error"}}
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    looping = pod(cart, ready=False, state=waiting, lastState=ended, restartCount=3)
    looping["metadata"]["creationTimestamp"] = made.isoformat()
    found = evidence(cart, looping, event("Pod", "cart-1", "BackOff", "Back-off restarting failed container"))
    told = change(5, replace(CART, cluster=found.objects[0].cluster))
    return replace(found, changes=(told,))


def test_a_revision_that_crashes_is_the_cause() -> None:
    cause = investigate(crashing(ONSET - timedelta(minutes=4))).causes[0]

    assert (cause.cause, cause.object) == ("revision_broken", "Deployment/shop/cart")
    assert "from cart:8 to cart:9" in cause.text
    told = [
        one for one in investigate(crashing(ONSET - timedelta(minutes=4))).timeline if one.type == "change"
    ]
    assert len(told) == 1


def test_pods_that_crash_and_are_older_than_the_change_do_not_crash_for_it() -> None:
    terms = [one.cause for one in investigate(crashing(ONSET - timedelta(hours=4))).causes]

    assert "revision_broken" not in terms
