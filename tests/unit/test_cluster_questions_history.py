"""Questions for what changed, when, by whom, and how it was before, from the timeline of changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.cluster.history import Place
from answers.cluster.history.paths import field_path
from answers.cluster.history.windows import LONGEST, window
from cluster.changes.model import Action, Change, ChangeType, FieldChange, Origin
from connectors.documents import ResourceRef
from tests.unit.cluster_questions import SEEN, LiveCluster, a_container, a_deployment, an_object

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
IMAGE = "spec.template.spec.containers[app].image"


def _revision(name: str, owner: str, image: str) -> dict[str, object]:
    found = an_object(
        "apps/v1", "ReplicaSet", name, "shop",
        spec={"replicas": 0, "template": {"spec": {"containers": [a_container("app", image)]}}},
    )  # fmt: skip
    found["metadata"]["ownerReferences"] = [
        {
            "kind": "Deployment",
            "name": owner,
            "uid": f"shop/Deployment/{owner}",
            "controller": True,
            "apiVersion": "apps/v1",
        }
    ]
    return found


def _cluster(*changes: Change, asked: list[tuple[datetime, Place]] | None = None) -> LiveCluster:
    return LiveCluster(
        [
            an_object("v1", "Namespace", "shop"),
            an_object("v1", "Namespace", "quiet"),
            an_object("v1", "ConfigMap", "idle", "quiet", data={"a": "b"}),
            a_deployment("basket", "shop", 3, a_container("app", "registry/basket:2.0")),
            _revision("basket-old", "basket", "registry/basket:1.9"),
            a_deployment("till", "shop", 1, a_container("app", "registry/till:7")),
        ],
        past=changes,
        now=NOW,
        asked=asked,
    )


def _change(
    name: str, hours: float, kind: ChangeType = ChangeType.SCALE, *fields: FieldChange, **more: object
) -> Change:
    ref = ResourceRef(str(more.pop("of", "Deployment")), name, "shop", "prod")
    found = fields or (FieldChange("spec.replicas", 2, 3),)
    action = more.pop("action", Action.CHANGED)
    assert isinstance(action, Action)
    return Change(NOW - timedelta(hours=hours), kind, action, ref, () if action is not Action.CHANGED else found,
                  by=str(more.pop("by", "")))  # fmt: skip


IMAGE_CHANGED = _change(
    "basket", 2, ChangeType.IMAGE, FieldChange(IMAGE, "registry/basket:1.9", "registry/basket:2.0"), by="helm"
)
SCALED = _change("till", 30)
DELETED = _change("worker", 1, ChangeType.OTHER, action=Action.REMOVED)


@pytest.mark.parametrize(
    ("question", "words", "without"),
    [
        ("what changed in the last three hours?", ["registry/basket:2.0", "Deleted", "worker"], ["till"]),
        ("what changed in shop recently?", ["registry/basket:2.0", "by helm"], ["till"]),
        ("did anything change in shop since yesterday?", ["Deployment shop/till"], []),
        ("show me all image changes of the last two days", ["basket"], ["till", "worker"]),
        ("which deployments were changed today?", ["basket"], ["till"]),
        ("who changed the image of basket?", ["by helm"], []),
        ("when was till last scaled?", ["2026-11-22 06:30 UTC", "replicas: 1"], ["basket"]),
        ("what changed in quiet in the last hour?", ["No change in quiet", "is known"], ["basket"]),
        ("what changed in till in the last hour?", ["No change of till", "2026-11-22 06:30"], ["basket"]),
        ("what image did basket run before?", ["`image: registry/basket:1.9`"], ["till"]),
        ("rollout history of basket", ["`image: registry/basket:1.9`", "`image: registry/basket:2.0`"], []),
        ("最近有什么变化？", ["registry/basket:2.0"], ["till"]),
        ("basket 的镜像是什么时候改的？", ["The last image change of basket", "by helm"], ["till"]),
        ("最近24小时发生了什么变化？", ["in the past 24 hours", "registry/basket:2.0"], ["till"]),
        ("what was deleted in shop today?", ["1 deletion in shop today", "worker"], ["basket"]),
        ("what changed between 10:00 and 11:00?", ["registry/basket:2.0"], ["worker", "till"]),
        ("what changed in the last 90 days?", ["in the 30 days that are kept"], ["90"]),
        ("which config maps changed today?", ["No change of ConfigMaps today is known"], ["basket"]),
        (
            "any scale changes today?",
            ["No scale change today is known", "The last one before", "till"],
            ["basket"],
        ),
        ("who scaled till?", ["Who did it is not known", "replicas: 1"], ["basket"]),
        ("when were basket and till last changed?", ["registry/basket:2.0", "replicas: 1"], []),
        ("did basket-old change today?", ["registry/basket:2.0"], ["till"]),
        ("what changed in quiet in the last hour?", ["was last heard of before that time"], []),
    ],
)
def test_the_answer_tells_the_changes_of_that_time_and_place(
    question: str, words: list[str], without: list[str]
) -> None:
    answer = _cluster(SCALED, IMAGE_CHANGED, DELETED).told(question).answer
    assert all(word in answer for word in words), answer
    assert not any(word in answer for word in without), answer


@pytest.mark.parametrize(
    "question",
    [
        "how do I change the image of basket?",
        "what changed in the release process in version 3?",
        "what should I change in basket?",
        "what is the update strategy of basket?",
        "which image does basket run?",
        "is there anything new in the handbook?",
        "怎么更改 basket 的镜像？",
        "为什么 basket 的镜像改了？",
        "when was kubernetes upgraded?",
        "what did the last release change?",
        "which pods changed today?",
        "which secrets changed in the last hour?",
        "what happened in quiet in the last hour?",
    ],
)
def test_a_question_for_something_else_is_not_answered_with_changes(question: str) -> None:
    answer = _cluster(IMAGE_CHANGED).ask(question)
    assert answer is None or not any(
        words in answer.answer for words in ("image changed", "o change", "last change")
    )


def test_a_named_object_without_a_known_change_is_left_to_the_documents() -> None:
    answer = _cluster(SCALED).ask("what changed in basket?")
    assert answer is None or answer.abstained


def test_only_what_the_caller_looks_at_is_told() -> None:
    known = replace(IMAGE_CHANGED, documents=("kubernetes:live-prod/shop/Deployment/basket",))
    live = _cluster(known, _change("clerk", 1, of="ServiceAccount"))
    assert "No change in quiet today" in live.told("what changed today?", namespaces=("quiet",)).answer
    answer = live.told("what changed today?", sources=("live-prod",)).answer
    assert "basket" in answer
    assert "clerk" not in answer


def test_no_more_of_the_past_is_read_than_is_needed() -> None:
    asked: list[tuple[datetime, Place]] = []
    live = _cluster(IMAGE_CHANGED, asked=asked)
    live.told("when was basket last changed in prod?")
    (_, place), *_ = asked
    assert (*place.clusters, *place.namespaces, *place.names) == ("prod", "shop", "basket")
    asked.clear()
    live.told("what was the last change?")
    assert [since for since, _ in asked] == [NOW - timedelta(days=1)]


def test_of_more_changes_than_are_told_it_says_so() -> None:
    live = _cluster(*[_change(f"c{i}", 1) for i in range(1_000)])
    answer = live.told("which image changes were there today?").answer
    assert "among the newest 1,000 changes" in answer
    assert "At least 1000 changes" in live.told("what changed today?").answer


def test_what_was_committed_is_told_as_that() -> None:
    made = replace(_change("stall", 1, action=Action.ADDED), origin=Origin.COMMIT)
    answer = _cluster(IMAGE_CHANGED, made).told("what changed today?").answer
    assert "2 changes today, 1 in commits" in answer
    assert "Created in commits, 2026-11-23 11:30 UTC: Deployment shop/stall" in answer


def test_many_new_objects_are_counted_and_not_listed() -> None:
    made = [_change(f"new-{i}", 1, action=Action.ADDED, of="ConfigMap") for i in range(40)]
    answer = _cluster(*made, IMAGE_CHANGED).told("what changed today?").answer
    assert "Created, 2026-11-23 11:30 UTC: 40 ConfigMaps" in answer
    assert "registry/basket:2.0" in answer
    assert "new-7" not in answer


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("what changed in the last 2 hours", NOW - timedelta(hours=2), NOW),
        ("what changed in the past half an hour", NOW - timedelta(minutes=30), NOW),
        ("changes within 45 min", NOW - timedelta(minutes=45), NOW),
        ("changes today", NOW.replace(hour=0, minute=0), NOW),
        ("what changed yesterday", datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        ("what changed since yesterday", datetime(2026, 11, 22, tzinfo=UTC), NOW),
        ("what changed since 09:15", NOW.replace(hour=9, minute=15), NOW),
        ("what changed at 23:00", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        ("changes since 2026-11-20 at 08:00", datetime(2026, 11, 20, 8, tzinfo=UTC), NOW),
        ("what changed last night", datetime(2026, 11, 22, 18, tzinfo=UTC), datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("what changed", NOW - timedelta(days=1), NOW),
    ],
)  # fmt: skip
def test_the_time_of_a_question(text: str, start: datetime, end: datetime) -> None:
    found = window(text, NOW)
    assert (found.start, found.end) == (start, end)


@given(st.text(alphabet="last pst0123456789 hourdaysince:-nig", max_size=60))
def test_any_text_has_a_time_that_is_over_and_is_kept(text: str) -> None:
    found = window(text, NOW)
    assert NOW - LONGEST <= found.start < found.end <= NOW


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("data.app.properties", ("data", "app.properties")),
        ("list[a].value", ("list", 0, "value")),
        ("list[c].value", None),
        ("nowhere", None),
    ],
)
def test_the_field_of_a_change_is_found_in_the_object(path: str, found: tuple[object, ...] | None) -> None:
    value = {"data": {"app.properties": "x", "app": {"other": 1}}, "list": [{"name": "a", "value": 1}]}
    assert field_path(value, path) == found


def test_of_several_clusters_each_change_says_which() -> None:
    other = _cluster(IMAGE_CHANGED)
    both = LiveCluster(
        [a_deployment("basket", "shop", 3, a_container("app", "registry/basket:2.0"))],
        also={"staging": [a_deployment("basket", "shop", 1, a_container("app", "registry/basket:1.0"))]},
        past=[IMAGE_CHANGED], now=NOW,
    )  # fmt: skip
    assert "cluster prod: Deployment shop/basket" in both.told("what changed today?").answer
    assert "No change" in both.told("what changed in staging today?").answer
    assert "cluster prod" not in other.told("what changed today?").answer.partition("\n")[2]
    later = replace(IMAGE_CHANGED, at=NOW, ref=replace(IMAGE_CHANGED.ref, cluster="staging"))
    each = LiveCluster(
        [a_deployment("basket", "shop", 3, a_container("app", "registry/basket:2.0"))],
        also={"staging": [a_deployment("basket", "shop", 1, a_container("app", "registry/basket:1.0"))]},
        past=[IMAGE_CHANGED, later], now=NOW + timedelta(minutes=1),
    ).told("when did basket last change?").answer  # fmt: skip
    assert "cluster prod: Deployment" in each
    assert "cluster staging: Deployment" in each
    assert SEEN < NOW
