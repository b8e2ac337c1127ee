"""Decides what a question asks of which objects, and collects what answers it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from answers.cluster import access, facts, lists, places, related, scripts
from answers.cluster.catalog import WORKLOADS, Catalog, containers
from answers.cluster.choice import choose
from answers.cluster.fields import named_fields
from answers.cluster.filters import filters_of
from answers.cluster.kinds import KindWords, singular
from answers.cluster.reading import Mention, Reader, Reading
from answers.cluster.said import Draft, Spot, listed, titled
from answers.cluster.wording import HOW_TO, UNKNOWABLE, Aggregate, Aspect
from cluster.graph import Node
from cluster.values import entries, text

_SURE = frozenset(
    {Aspect.IMAGE, Aspect.REPLICAS, Aspect.WHY, Aspect.HEALTH, Aspect.PORTS, Aspect.RESOURCES, Aspect.EXPOSED, Aspect.SCALING,
     Aspect.BUDGET, Aspect.CALLS, Aspect.CALLERS, Aspect.ACCOUNT, Aspect.POLICIES, Aspect.RESTARTS}
)  # fmt: skip
"""What is asked in words of its own: then one word of a question about a named object may mean nothing here."""
_BY_KIND: dict[str, Aspect] = {
    "HorizontalPodAutoscaler": Aspect.SCALING, "PodDisruptionBudget": Aspect.BUDGET, "NetworkPolicy": Aspect.POLICIES,
    "ServiceAccount": Aspect.ACCOUNT, "Node": Aspect.NODE, "Namespace": Aspect.PLACE, "ConfigMap": Aspect.MOUNTS,
    "Secret": Aspect.MOUNTS, "PersistentVolumeClaim": Aspect.MOUNTS, "Event": Aspect.EVENTS,
}  # fmt: skip
_VAGUE = (None, Aspect.DESCRIBE, Aspect.USERS, Aspect.HOLDS, Aspect.EXPOSED, Aspect.ROUTE, Aspect.RESOURCES, Aspect.HEALTH, Aspect.CALLERS,
          Aspect.NODE, Aspect.MOUNTS, Aspect.SELECTED, Aspect.IMAGE, Aspect.LABELS)  # fmt: skip
_RUNS_IMAGE = r"(?:who|what|which(?: \w+){0,3}|any \w+|\w+ that) (?:is |are )?(?:runs?|running|uses?|using|with|based on) (?:the |an? )?(?:images? )?(§+|[\w.-]+)(?: images?)?"


@dataclass(frozen=True, slots=True)
class Declined:
    """A question about the cluster that its objects do not answer; `missing` names what does not exist."""

    missing: tuple[str, ...] = ()


def plan(question: str, reader: Reader, namespaces: Sequence[str] = ()) -> Draft | Declined | None:
    """What answers the question; `Declined` where it is about the cluster and cannot be told; None where it is not.

    `namespaces` are those that the caller looks at, where the question names none.
    """
    reading = reader.read(question)
    reading.namespaces = reading.namespaces or [n for n in namespaces if n in reader.catalog.namespaces]
    if HOW_TO.search(_unmasked(reading)):
        return None
    about = bool(reading.mentions or reading.namespaces or reading.kinds)
    if not about and UNKNOWABLE.search(reading.masked) and reading.asks("clusters?"):
        return Declined()
    if not about and not _everywhere(reading):
        return Declined(tuple(reading.missing)) if reading.missing and reading.aspects else None
    if UNKNOWABLE.search(_unmasked(reading)) and not _is_access(reading):
        return Declined()
    for read in (reading, _without_names(reading)):
        draft = Draft()
        if read is not None and _collect(draft, read, reader.catalog, reader.kinds) and draft.said:
            return draft
    return Declined(tuple(reading.missing))


def _without_names(reading: Reading) -> Reading | None:
    """The question with its names read as plain words: `kubelet version of the nodes`; None where it needs them."""
    if not reading.mentions or not reading.kinds or any(mention.kinds for mention in reading.mentions):
        return None
    words = [word for mention in reading.mentions for word in mention.said.split()]
    return replace(reading, mentions=[], loose=reading.text.lower(), unknown=[*reading.unknown, *words])


def _unmasked(reading: Reading) -> str:
    """The question with exact names covered; a guessed one may be a plain word."""
    text = list(reading.masked)
    for mention in reading.mentions:
        if mention.guessed:
            first, last = reading.tokens[mention.first].start, reading.tokens[mention.last - 1].end
            text[first:last] = reading.text[first:last].lower()
    return "".join(text)


def _everywhere(reading: Reading) -> bool:
    """Whether the question is about everything there is."""
    general = (Aspect.HEALTH, Aspect.EXPOSED, Aspect.EVENTS, Aspect.WHY, Aspect.IMAGE)
    words = r"clusters?|anything|everything|something|all|workloads?|kubernetes|k8s|images?|things?|warnings?|events?"
    return reading.aspect in general and reading.asks(words) and len(reading.unknown) <= 1


def _is_access(reading: Reading) -> bool:
    return Aspect.ACCESS in reading.aspects


def _collect(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    if _is_access(reading) and access.answer(draft, reading, catalog):
        draft.commands = [*scripts.of_access(draft, reading), *_own(draft, reading, catalog, kinds)]
        return True
    if _by_image(reading, catalog):
        return _of_kinds(draft, reading, catalog, kinds, [k for k in reading.kinds if k in (*WORKLOADS, "Pod")] or list(WORKLOADS))
    if reading.mentions:
        return _of_names(draft, reading, catalog, kinds)
    if reading.kinds:
        return _of_kinds(draft, reading, catalog, kinds, reading.kinds)
    if any("in state" in one.words for one in filters_of(reading, ("Pod",), catalog)[0]):
        return _of_kinds(draft, reading, catalog, kinds, ("Pod",))
    return _of_places(draft, reading, catalog)


def _own(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> list[list[str]]:
    named = [n for n in draft.objects if n.kind in ("ServiceAccount", "ClusterRole", "Role")]
    return [["kubectl", "describe", kinds.resource(n.kind), n.name, *(["-n", n.namespace] if n.namespace else [])] for n in named[:1]]


def _by_image(reading: Reading, catalog: Catalog) -> bool:
    """Whether the question asks which workloads run an image: `who runs the mongo image`."""
    if len(reading.mentions) > 1 or any(m.kinds for m in reading.mentions):
        return False
    if not re.search(_RUNS_IMAGE, reading.masked) or reading.asks(r"(?:does|do|is|are) §+"):
        return False
    filters, _ = filters_of(reading, WORKLOADS, catalog)
    return any("image" in one.words for one in filters)


# Names.


def _of_names(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords) -> bool:
    chosen: list[tuple[Mention, list[Node]]] = []
    for mention in reading.mentions:
        nodes = choose(mention, reading, draft, catalog)
        if nodes:
            chosen.append((mention, nodes))
    if not chosen or len(chosen) < len(reading.mentions):
        return False
    explained = _field_words(reading, [nodes[0] for _, nodes in chosen])
    settings = _settings(reading, [nodes[0] for _, nodes in chosen])
    unknown = [w for w in reading.unknown if w.lower() not in explained and w not in settings and not _is_hint(w, chosen)]
    aspect = Aspect.ENV if settings and reading.aspect is not Aspect.WHY else _aspect_of(reading)
    if set(reading.missing) & set(unknown) or len(unknown) > _tolerated(aspect, bool(settings), chosen):
        return False
    if any(not node.present for _, nodes in chosen for node in nodes) and aspect is not Aspect.USERS:
        return False
    told = False
    for _, nodes in chosen:
        for place, node in enumerate(nodes):
            draft.objects.append(node)
            if place:
                draft.say(node, Spot(short=3))
            else:
                told |= _tell(draft, aspect, node, reading, catalog)
    draft.commands = scripts.of_objects(draft, reading, draft.aspect or aspect, catalog, kinds)
    if len(chosen) > 1:
        for _, nodes in chosen[1:]:
            others = Draft(objects=nodes)
            draft.commands += scripts.of_objects(others, reading, aspect, catalog, kinds)
    return told


def _tell(draft: Draft, aspect: Aspect | None, node: Node, reading: Reading, catalog: Catalog) -> bool:
    counts = Aggregate.COUNT in reading.aggregates
    if counts and reading.kinds and aspect in (None, Aspect.HOLDS, Aspect.DESCRIBE, Aspect.HEALTH, Aspect.NODE):
        if related.answer(draft, node, list(reading.kinds), catalog):
            return True
    if aspect in _VAGUE:
        paths = named_fields(node, reading.loose, rare=reading.unknown)
        if paths and (aspect is not Aspect.HEALTH or len(str(paths[0][-1])) > 6):
            draft.say(node)
            for path in paths:
                draft.say(node, Spot(path=path), detail=True)
            if aspect in (None, Aspect.USERS, Aspect.HOLDS, Aspect.ROUTE, Aspect.NODE):
                return True
    subjects = [kind for kind in reading.kinds if kind not in _BY_KIND or aspect in (Aspect.USERS, Aspect.SELECTED)]
    if reading.kinds and aspect in (None, Aspect.HOLDS, Aspect.DESCRIBE):
        about = _BY_KIND.get(reading.kinds[0])
        if about in (Aspect.NODE, Aspect.PLACE) and node.kind != "Node":
            draft.aspect = about
            return facts.say(draft, about, node, reading, catalog)
        if related.answer(draft, node, list(reading.kinds), catalog):
            return True
        mapped = next((_BY_KIND[kind] for kind in reading.kinds if kind in _BY_KIND), None)
        if mapped is not None:
            draft.aspect = mapped
            return facts.say(draft, mapped, node, reading, catalog)
    if subjects and aspect in (Aspect.USERS, Aspect.SELECTED, Aspect.ACCOUNT) and related.answer(draft, node, subjects, catalog):
        return True
    if node.kind in ("Role", "ClusterRole") and aspect in (None, Aspect.DESCRIBE, Aspect.USERS, Aspect.HOLDS):
        draft.aspect = Aspect.ACCESS
        return access.of_role(draft, [node], catalog)
    if aspect is Aspect.EVENTS:
        return places.events(draft, reading, catalog, [node])
    return facts.say(draft, aspect or Aspect.DESCRIBE, node, reading, catalog)


def _aspect_of(reading: Reading) -> Aspect | None:
    """What is asked; who acts on whom is told from where the name stands."""
    aspect = reading.aspect
    passive = reading.asks(r"(?:called|used|mounted|referenced|consumed|needed|claimed|bound|calls) (?:by|in|for|to)|who|callers?|consumers?|clients?|dependents?|users?")
    acts = re.search(r"(?:does|do|is|are|did) (?:the |a )?§+(?: \w+){0,2} (?:depend|call|talk|connect|use|mount|need|reference|consume|have)", reading.masked)
    if aspect in (Aspect.CALLERS, Aspect.CALLS):
        if acts and not passive:
            return Aspect.CALLS
        if aspect is Aspect.CALLS and re.search(r"(?:calls?|depends? on|talks? to|connects? to) (?:the |a )?§", reading.masked):
            return Aspect.CALLERS
    if aspect is Aspect.USERS and acts and not passive:
        second = next((a for a in reading.aspects[1:] if a is not Aspect.DESCRIBE), None)
        if second in (Aspect.IMAGE, Aspect.RESOURCES, Aspect.ENV, Aspect.PORTS, Aspect.ACCOUNT, Aspect.LABELS, Aspect.MOUNTS):
            return second
        held = {"ConfigMap", "Secret", "PersistentVolumeClaim"} & set(reading.kinds)
        return Aspect.MOUNTS if held or not (reading.unknown or reading.kinds) else None
    if aspect is Aspect.USERS and Aspect.IMAGE in reading.aspects:
        return Aspect.IMAGE
    return aspect


def _field_words(reading: Reading, nodes: Iterable[Node]) -> set[str]:
    """The words of the question that name fields of the objects."""
    keys = [str(path[-1]) for node in nodes for path in named_fields(node, reading.loose, rare=reading.unknown)]
    parts = {singular(p.lower()) for key in keys for p in re.split(r"(?<=[a-z0-9])(?=[A-Z])|[-_./]", key)}
    return {w.lower() for w in reading.unknown if singular(w.lower()) in parts}


def _tolerated(aspect: Aspect | None, setting: bool, chosen: Sequence[tuple[Mention, list[Node]]]) -> int:
    """How many words may mean nothing here; none beside a name that was only guessed."""
    if any(mention.guessed for mention, _ in chosen):
        return 0
    return 3 if setting else int(aspect in _SURE)


def _settings(reading: Reading, nodes: Iterable[Node]) -> set[str]:
    """The words that are environment variables: of the objects, or by their looks (`CART_ADDR`)."""
    names = {text(v, "name") for node in nodes for _, _, c in containers(node) for _, v in entries(c, "env")}
    words = (token.text for token in reading.tokens)
    return {w for w in words if w in names or re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", w)}


def _is_hint(word: str, chosen: Sequence[tuple[Mention, list[Node]]]) -> bool:
    """Whether a word is a part of where the object stands: `otel` for namespace otel-demo, `argo` for argoproj.io."""
    low = word.lower()
    return any(
        low in re.split(r"[-.]", f"{n.namespace}.{n.cluster}".lower()) or (len(low) > 2 and n.group.startswith(low))
        for _, nodes in chosen
        for n in nodes
    )


# Kinds and places.


def _of_kinds(draft: Draft, reading: Reading, catalog: Catalog, kinds: KindWords, asked: Sequence[str]) -> bool:
    narrowed = _narrowed(reading, asked, catalog)
    if not lists.answer(draft, reading, catalog, narrowed):
        return False
    if reading.aspect is Aspect.DESCRIBE:
        draft.described = True
    filters, _ = filters_of(reading, narrowed, catalog)
    arguments = [word for one in filters for word in one.arguments]
    shown = list(dict.fromkeys(n.kind for n in draft.objects)) or list(narrowed)
    if len(narrowed) > 1 and shown and set(narrowed) & {"Node", "Namespace"}:
        shown = [kind for kind in narrowed if kind not in ("Node", "Namespace")] or shown
    draft.commands = scripts.of_list(draft, reading, shown[:5], arguments, kinds)
    if len(draft.objects) == 1 and shown == [draft.objects[0].kind]:
        draft.commands += scripts.of_objects(draft, reading, reading.aspect, catalog, kinds)
    return True


def _narrowed(reading: Reading, asked: Sequence[str], catalog: Catalog) -> list[str]:
    """Without the kinds that only a general word brought in, where another word says which API is meant."""
    custom = [
        kind
        for kind in asked
        for node in catalog.by_kind.get(kind, [])[:1]
        if "." in node.group and any(t.low in node.group or node.group.startswith(t.low) for t in reading.tokens if len(t.low) > 3)
    ]
    return custom or list(asked)


def _of_places(draft: Draft, reading: Reading, catalog: Catalog) -> bool:
    if reading.unknown or reading.missing:
        return False
    aspect = reading.aspect if reading.aspect in places.ANSWERS else None
    if aspect is None and reading.aspects and reading.aspects[0] not in (Aspect.PLACE,):
        return False
    if not reading.namespaces and aspect in (None, Aspect.HOLDS, Aspect.DESCRIBE):
        return False
    told = places.ANSWERS[aspect or Aspect.HOLDS](draft, reading, catalog)
    draft.commands = scripts.of_places(reading, aspect, draft, catalog)
    return told


__all__ = ["Declined", "Draft", "listed", "plan", "titled"]
