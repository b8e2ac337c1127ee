"""The change timeline: what is kept of objects, and what the cluster remembers itself, as changes in order."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cluster.changes.authors import author, reason, through
from cluster.changes.fields import differences
from cluster.changes.model import Action, Change
from cluster.changes.noise import essence, is_told
from cluster.changes.releases import is_release, releases
from cluster.changes.rollouts import by_type, rollouts
from cluster.changes.scaling import told_as_scaling
from cluster.changes.types import type_of_whole
from cluster.store.reader import Version
from cluster.values import moment
from connectors.documents import ResourceRef
from connectors.kubernetes.observed import ObservedObject

MOST = 2_000
"""Changes that are told at most: the newest."""
_SAME = timedelta(minutes=2)
"""How far apart a change and its rollout may be: the controller follows within moments."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a timeline is made from.

    `histories` holds for each object the version in force when the time began, if there was one, and those since,
    oldest first. `revisions` are ReplicaSets and ControllerRevisions, `workloads` their owners. `crawls` are the
    moments, in order, at which everything was known as it was.
    """

    histories: Iterable[Sequence[Version]] = ()
    revisions: Sequence[ObservedObject] = ()
    workloads: Sequence[ObservedObject] = ()
    autoscalers: Sequence[ObservedObject] = ()
    crawls: Sequence[datetime] = field(default=())


def timeline(past: Past, since: datetime, until: datetime, most: int = MOST) -> list[Change]:
    """The changes from `since` to `until`, oldest first; of too many the newest."""
    seen: list[Change] = []
    for history in past.histories:  # read once, and none is kept: those of a month are many
        seen += _of_object(history, past.crawls)
        newest = history[-1].found if history else None
        seen += releases([newest] if newest is not None else ())
    remembered = rollouts(past.revisions, {one.ref: one for one in past.workloads})
    by_seen, by_remembered = _by_object(seen), _by_object(remembered)
    joined = [_dated(one, by_remembered[one.ref]) for one in seen]
    joined += [one for one in remembered if not any(_is_same(one, other) for other in by_seen[one.ref])]
    found = told_as_scaling(joined, past.autoscalers)
    within = [one for one in found if since <= one.at <= until]
    return sorted(within, key=_order)[-most:]


def _by_object(changes: Iterable[Change]) -> Mapping[ResourceRef, list[Change]]:
    found: dict[ResourceRef, list[Change]] = defaultdict(list)
    for one in changes:
        found[one.ref].append(one)
    return found


def _order(change: Change) -> tuple[datetime, str, str, str]:
    return change.at, str(change.ref), str(change.type), str(change.action)


def _of_object(history: Sequence[Version], crawls: Sequence[datetime]) -> Iterator[Change]:
    """The changes of one object from version to version."""
    last: ObservedObject | None = None
    for place, version in enumerate(history):
        before = history[place - 1] if place else None
        known = _last_known(version.at, before, crawls)
        if version.found is None:
            if last is not None and is_told(last) and not is_release(last):
                yield _whole(last, Action.REMOVED, version.at, known)
            continue
        if is_told(version.found) and not is_release(version.found):
            if before is None or before.found is None:
                yield from _appeared(version, known)
            if before is not None and last is not None:
                yield from _between(last, version, before, known)
        last = version.found


def _last_known(at: datetime, before: Version | None, crawls: Sequence[datetime]) -> datetime | None:
    """Until when the version before is known to have been in force."""
    place = bisect_left(crawls, at)
    crawl = crawls[place - 1] if place else None
    if before is None:
        return crawl
    return max(before.at, crawl) if crawl else before.at


def _appeared(version: Version, known: datetime | None) -> Iterator[Change]:
    """The object's creation; of the first version that is kept only where the object says when it was made."""
    assert version.found is not None
    created = moment(version.found.metadata, "creationTimestamp")
    if created is not None:
        yield _whole(version.found, Action.ADDED, min(created, version.at), None)
    elif known is not None:
        yield _whole(version.found, Action.ADDED, version.at, known)


def _whole(found: ObservedObject, action: Action, at: datetime, after: datetime | None) -> Change:
    by = ""
    if action is Action.ADDED:
        writers = [one for one in found.managers if one.at is not None and one.subresource != "status"]
        by = min(writers, key=lambda one: one.at or at).name if writers else ""
    return Change(
        at, type_of_whole(found.kind, action), action, found.ref, (), by, through(found), "", after,
        documents=_documents(found),
    )  # fmt: skip


def _between(
    old: ObservedObject, version: Version, before: Version, known: datetime | None
) -> Iterator[Change]:
    new = version.found
    assert new is not None
    for kind, fields in by_type(new.kind, differences(essence(old), essence(new))).items():
        # Times of managers are whole seconds: one of the same second may be this change.
        wrote = author(new, fields, before.at.replace(microsecond=0))
        exact = wrote.at if wrote is not None and wrote.at is not None and wrote.at <= version.at else None
        rolled = any(one.path.startswith("spec.template.") for one in fields)
        yield Change(
            exact or version.at, kind, Action.CHANGED, new.ref, tuple(fields), wrote.name if wrote else "",
            through(new), reason(new) if rolled else "", None if exact else known, documents=_documents(new),
        )  # fmt: skip


def _documents(found: ObservedObject) -> tuple[str, ...]:
    return (found.document_id,) if found.document_id else ()


def _is_same(rollout: Change, seen: Change) -> bool:
    """Whether a rollout is a change that was seen."""
    if rollout.type is not seen.type or _told_fields(rollout) != _told_fields(seen):
        return False
    return (seen.after or seen.at) - _SAME <= rollout.at <= seen.at + _SAME


def _told_fields(change: Change) -> frozenset[tuple[str, str, str]]:
    return frozenset((one.path, str(one.old), str(one.new)) for one in change.fields)


def _dated(change: Change, remembered: Sequence[Change]) -> Change:
    """The change with the time of its rollout, where it is only known to lie between two crawls."""
    if change.after is None:
        return change
    at = next((one.at for one in remembered if _is_same(one, change)), None)
    return replace(change, at=min(at, change.at), after=None) if at else change
