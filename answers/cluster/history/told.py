"""The answer to a question for what changed: each change with its time, before and after, and what shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from answers.cluster.catalog import WORKLOADS, Catalog
from answers.cluster.history.asked import Asked
from answers.cluster.history.past import ENOUGH, History, Place, newest
from answers.cluster.history.paths import field_path, value_at
from answers.cluster.history.windows import LONGEST
from answers.cluster.kinds import KindWords
from answers.cluster.overviews import overview_of
from answers.cluster.reading import Reader
from answers.cluster.said import Draft, Spot, counted, listed
from cluster.changes.model import Action, Change, FieldChange, Origin
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.values import at
from connectors.documents import ANY

_MOST = 12
_FIELDS = 3
_FEW = 5


def told(asked: Asked, reader: Reader, history: History, heard: datetime | None = None) -> Draft | None:
    """What changed in the time that is asked about; None where a named object has no change that is known of.

    `heard` is when the clusters were last heard of.
    """
    catalog = reader.catalog
    everything = asked.rollouts or asked.last or (bool(asked.nodes) and not asked.window.stated)
    start, end = (asked.window.end - LONGEST if everything else asked.window.start), asked.window.end
    names = _family(asked.nodes, catalog, near=not asked.last)
    meant = lambda one: _is_meant(one, asked, names)  # noqa: E731
    place = _place(asked, names)
    found, whole = newest(history, start, end, place, meant, 1 if asked.last and not asked.nodes else ENOUGH)
    if not found and (everything or asked.who or asked.loose or not _is_watched(asked, history)):
        return None
    if asked.last:
        found = _last_of_each(found, asked)
    kept = "" if asked.last else f"in the {LONGEST.days} days that are kept"
    words = kept if everything else asked.window.words
    draft = Draft(clusters=list(asked.reading.clusters), settled=True)
    if found:
        _say(draft, found, words, whole or bool(asked.last), asked, catalog)
    else:
        _say_none(draft, words, whole, asked, heard, catalog)
        before, _ = newest(history, asked.window.end - LONGEST, asked.window.start, place, meant, 1)
        for last in before[-1:]:
            draft.lead.append(f"The last one before: {_told(last, catalog)}")
            _evidence(draft, last, catalog)
    if not draft.said:
        _say_places(draft, asked, catalog)
    draft.commands = _commands(draft.objects or asked.nodes, asked, reader.kinds)
    draft.objects += [node for one in found for node in _nodes(one, catalog) if node not in draft.objects]
    draft.objects = draft.objects or list(asked.nodes)
    return draft


def _is_telling(change: Change) -> bool:
    return bool(change.fields) or change.action is Action.REMOVED


def _is_watched(asked: Asked, history: History) -> bool:
    """Whether more is known of the past than when things were made; if not, no change that is known tells nothing."""
    if "Secret" in asked.kinds:
        return False  # what they hold is never read
    place, end = Place(tuple(asked.reading.clusters)), asked.window.end
    return bool(newest(history, end - LONGEST, end, place, _is_telling, 1)[0])


def _place(asked: Asked, names: Mapping[tuple[str, str, str], frozenset[str]]) -> Place:
    """As much of it as the timeline can leave out by itself."""
    spaces = {space for _, space, _ in names} if asked.nodes else set(asked.reading.namespaces)
    return Place(
        tuple(asked.reading.clusters),
        () if "" in spaces else tuple(sorted(spaces)),
        frozenset(kind for kind, _, _ in names) if asked.nodes else frozenset(asked.kinds),
        frozenset(name for _, _, name in names),
    )


def _last_of_each(changes: Sequence[Change], asked: Asked) -> list[Change]:
    """The newest changes of each named object in each cluster, or where none is named the newest of all."""
    if not asked.nodes:
        return [one for one in changes if one.at == changes[-1].at]
    last = {(one.ref.cluster, one.ref.name): one.at for one in changes}
    return [one for one in changes if one.at == last[one.ref.cluster, one.ref.name]]


def _is_meant(change: Change, asked: Asked, names: Mapping[tuple[str, str, str], frozenset[str]]) -> bool:
    ref, reading = change.ref, asked.reading
    if asked.rollouts and not any(one.path.startswith("spec.template.") for one in change.fields):
        return False
    if asked.actions and change.action not in asked.actions:
        return False
    if asked.who and not asked.actions and not _is_telling(change):
        return False
    if reading.clusters and ref.cluster not in (*reading.clusters, ANY):
        return False
    if reading.namespaces and not asked.nodes and ref.namespace not in reading.namespaces:
        return False
    if asked.types and change.type not in asked.types:
        return False
    if asked.kinds and ref.kind not in asked.kinds:
        return False
    if asked.nodes:
        at = names.get((ref.kind, "" if ref.namespace == ANY else ref.namespace, ref.name))
        return at is not None and (ref.cluster == ANY or ref.cluster in at)
    return True


def _family(
    nodes: Sequence[Node], catalog: Catalog, *, near: bool
) -> dict[tuple[str, str, str], frozenset[str]]:
    """Who the named objects are; with `near` also what they mount, and what scales or selects them."""
    found: dict[tuple[str, str, str], set[str]] = {}
    around = [
        other
        for node in (nodes if near else ())
        for edges, end in (
            (catalog.graph.leaving(node.id, EdgeType.MOUNTS, EdgeType.REFERENCES), "target"),
            (catalog.graph.reaching(node.id, EdgeType.SCALES, EdgeType.SELECTS), "source"),
        )
        for edge in edges
        if (other := catalog.graph.node(getattr(edge, end))).present and other.kind != "Namespace"
    ]
    for node in (*nodes, *around):
        found.setdefault((node.kind, node.namespace, node.name), set()).add(node.cluster)
    return {key: frozenset(value) for key, value in found.items()}


def _say(
    draft: Draft, found: Sequence[Change], words: str, whole: bool, asked: Asked, catalog: Catalog
) -> None:
    telling = [one for one in found if one.fields] or ([] if len(found) > _MOST else list(found))
    others = [one for one in found if one not in telling]
    number = counted(len(found), _noun(asked))
    title = f"The last {_noun(asked)}" if asked.last else f"{'' if whole else 'At least '}{number}"
    commits = sum(one.origin is Origin.COMMIT for one in found)
    noted = (
        f", {'all' if commits == len(found) else commits} in commits" if commits and len(found) > 1 else ""
    )
    draft.lead.append(f"{title}{_where(asked)}{f' {words}' if words else ''}{noted}")
    if asked.who and not any(one.by for one in found):
        draft.lead.append("Who did it is not known")
    shown = list(reversed(telling))[:_MOST]
    for one in shown:
        draft.lead.append(_told(one, catalog))
        _evidence(draft, one, catalog)
    if len(telling) > len(shown):
        draft.lead.append(
            f"{len(telling) - len(shown)} earlier ones are not listed here; kubelore changes lists all"
        )
    for action, done in ((Action.REMOVED, "Deleted"), (Action.ADDED, "Created")):
        for written in (False, True):
            made = [o for o in others if o.action is action and (o.origin is Origin.COMMIT) is written]
            if made:
                draft.lead.append(f"{done}{' in commits' * written}, {_when(made)}: {_summed(made)}")
            for one in made[-3:]:
                _evidence(draft, one, catalog)


def _when(changes: Sequence[Change]) -> str:
    """From the first to the last, to the minute."""
    first, last = (f"{changes[place].at:%Y-%m-%d %H:%M} UTC" for place in (0, -1))
    return first if first == last else f"{first} to {last}"


def _summed(changes: Sequence[Change]) -> str:
    """The objects of changes: a few by name, many by kind and number."""
    if len(changes) <= _FEW:
        return listed(_object(one) for one in changes)
    kinds = Counter(one.ref.kind for one in changes).most_common(8)
    return listed(
        counted(number, "Terraform block" if kind == "Terraform" else kind) for kind, number in kinds
    )


def _say_none(
    draft: Draft, words: str, whole: bool, asked: Asked, heard: datetime | None, catalog: Catalog
) -> None:
    """That nothing changed in that time, as far as it is known."""
    among = "" if whole else f", among the newest {ENOUGH:,} changes"
    draft.lead.append(f"No {_noun(asked)}{_where(asked)} {words} is known{among}")
    if heard is not None and heard < asked.window.end and heard <= asked.window.start:
        several = asked.reading.clusters or catalog.clusters
        draft.lead.append(
            f"{listed(several)} {'were' if len(several) > 1 else 'was'} last heard of before that time"
        )


def _say_places(draft: Draft, asked: Asked, catalog: Catalog) -> None:
    """Quotes what was looked at, where no object that changed is there any more."""
    for node in asked.nodes[:3]:
        draft.say(node)
    if asked.nodes:
        return
    for cluster in asked.reading.clusters or catalog.clusters:
        for place in asked.reading.namespaces or [""]:
            within = (n for n in catalog.all() if n.cluster == cluster and place in ("", n.namespace))
            if (some := next(within, None)) is not None:
                draft.quote(overview_of(some, place))


def _where(asked: Asked) -> str:
    if asked.nodes:
        return f" of {listed(dict.fromkeys(one.said for one in asked.reading.mentions if one.nodes))}"
    kinds = f" of {listed(counted(2, kind)[2:] for kind in asked.kinds)}" if asked.kinds else ""
    return kinds + (f" in {listed(asked.reading.namespaces)}" if asked.reading.namespaces else "")


def _noun(asked: Asked) -> str:
    """What is told of: `change`, `image change`, `deletion`."""
    if asked.actions:
        return " or ".join("deletion" if one is Action.REMOVED else "creation" for one in asked.actions)
    return " ".join([" or ".join(asked.types), "change"]).strip()


def _told(change: Change, catalog: Catalog) -> str:
    """When, and the change in words, its object with the namespace, and the cluster where there are several."""
    at = f"{change.at:%Y-%m-%d %H:%M} UTC"
    when = f"Between {change.after:%Y-%m-%d %H:%M} and {at}" if change.after is not None else at
    known = len(catalog.clusters) > 1 and change.ref.cluster != ANY
    cluster = f", cluster {change.ref.cluster}" if known else ""
    what = change.text.removeprefix(f"{change.ref.kind} {change.ref.name}")
    return f"{when}{cluster}: {_object(change)}{what}"


def _object(change: Change) -> str:
    ref = change.ref
    return f"{ref.kind} {f'{ref.namespace}/' if ref.namespace not in ('', ANY) else ''}{ref.name}"


def _evidence(draft: Draft, change: Change, catalog: Catalog) -> None:
    """Quotes the object and the fields that changed: as they are, and as they were in a revision that is kept."""
    nodes = _nodes(change, catalog)
    for node in nodes:
        draft.say(node, Spot(short=1))
        for one in change.fields[:_FIELDS]:
            if path := field_path(node.value, one.path):
                draft.say(node, Spot(path=path), detail=True)
            for revision in _before(node, one, catalog):
                draft.say(revision, Spot(path=field_path(revision.value, one.path) or ()))
    draft.objects += [node for node in nodes if node not in draft.objects]
    if not nodes and change.ref.cluster == ANY:
        for ident in change.documents[:1]:
            draft.quote(ident)


def _nodes(change: Change, catalog: Catalog) -> list[Node]:
    """The object that changed, in each cluster that the change may be of."""
    ref = change.ref
    return [
        node for node in catalog.by_name.get(ref.name.lower(), ())
        if node.kind == ref.kind and ref.namespace in (ANY, node.namespace) and ref.cluster in (ANY, node.cluster)
    ]  # fmt: skip


def _before(node: Node, field: FieldChange, catalog: Catalog) -> list[Node]:
    """The newest revision of a workload in which a field of its pods has the value before the change."""
    if not field.path.startswith("spec.template.") or field.old is None:
        return []
    found = [
        one for one in catalog.targets(node, EdgeType.OWNS)
        if one.kind == "ReplicaSet" and str(value_at(one.value, field.path)) == str(field.old)
    ]  # fmt: skip
    made = lambda one: str(at(one.value, "metadata.creationTimestamp"))  # noqa: E731
    return sorted(found, key=made)[-1:]


def _commands(nodes: Sequence[Node], asked: Asked, kinds: KindWords) -> list[list[str]]:
    """The history of the rollouts of what changed, or the events of the places."""
    rolled = [n for n in nodes if n.kind in WORKLOADS[:3]][:3]
    if rolled:
        return [
            [
                "kubectl",
                "rollout",
                "history",
                f"{kinds.resource(n.kind, n.group)}/{n.name}",
                "-n",
                n.namespace,
            ]
            for n in rolled
        ]
    places = [["-n", name] for name in asked.reading.namespaces] or [["-A"]]
    return [["kubectl", "get", "events", *place, "--sort-by=.lastTimestamp"] for place in places]
