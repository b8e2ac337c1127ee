"""Which of the objects of a kind are meant: by state, type, image, label, node, number, and what they lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from answers.cluster.amounts import MEASURES, NUMBER, whole
from answers.cluster.catalog import Catalog, containers, images, labels, pod_path
from answers.cluster.reading import Reading
from answers.cluster.troubles import is_unwell
from cluster.edges.base import EdgeType
from cluster.graph import Node
from cluster.status import Level
from cluster.values import at, entries, mapping, number, text

Test = Callable[[Node], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on objects: in words, as a test, and what an argument list needs to select by it."""

    words: str
    test: Test
    arguments: tuple[str, ...] = ()
    quoted: Callable[[Node], tuple[str, ...]] = lambda node: ()


_LACKS = r"(?:with no|without(?: any)?|(?:has|have|had|set|sets|define|defines) no(?:t any)?|lack(?:s|ing)?(?: any)?|missing|do(?:es)? ?n[o']?t (?:have|set|define)(?: any)?|no)"
_STATES = (
    "pending", "running", "succeeded", "completed", "failed", "unknown", "bound", "lost", "released", "terminating",
    "active", "evicted", "available", "crashloopbackoff", "imagepullbackoff", "errimagepull", "oomkilled", "unschedulable",
    "suspended", "complete", "outofsync", "synced", "degraded", "missing", "progressing", "terminated", "waiting",
)  # fmt: skip
_STATE_WORDS = {
    "crashloop": "crashloopbackoff", "crashlooping": "crashloopbackoff", "crash-looping": "crashloopbackoff",
    "crashing": "crashloopbackoff", "crash": "crashloopbackoff", "oom": "oomkilled", "oom-killed": "oomkilled", "finished": "complete",
    "unscheduled": "unschedulable", "done": "complete", "stuck pending": "pending", "unbound": "pending",
}  # fmt: skip
_UNWELL = r"not (?:ready|healthy|ok|okay|fine|running|up|available|working|well|fully \w+|all \w+|coming up|starting|in sync|scheduled)|unready|unhealthy|broken|fail\w*|down|in trouble|troubled?|problems?|wrong|stuck|issues?|degraded|unavailable|errors?|sick|bad|isn t \w+|aren t \w+"
_WELL = r"ready|healthy|ok|okay|fine|up|working|well"
_COMPARED = re.compile(rf"(more than|greater than|over|above|less than|fewer than|under|below|at least|at most|exactly|only|a single|just|>=?|<=?)\s*({NUMBER})?\s*(?:of )?((?:[a-z]+ ){{0,2}}[a-z]+)?")
_TYPES = ("loadbalancer", "nodeport", "clusterip", "externalname", "headless")


def filters_of(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> tuple[list[Filter], set[str]]:
    """The conditions that a question sets, and the words that they explain."""
    found: list[Filter] = []
    explained: set[str] = set()
    for part in (_lacking, _numeric, _states, _types, _images, _labelled):
        for one, words in part(reading, kinds, catalog):
            found.append(one)
            explained |= words
    left = [word for word in reading.unknown if word.lower() not in explained]
    for one, words in _by_name(left, kinds, catalog):
        found.append(one)
        explained |= words
    return found, explained


_Found = Iterator[tuple[Filter, set[str]]]


def _states(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    masked = reading.masked
    named = [s for s in _STATES if reading.asks(re.escape(s))]
    named += [state for word, state in _STATE_WORDS.items() if reading.asks(re.escape(word)) and state not in named]
    negated = bool(re.search(r"\bnot (?:\w+ )?(?:" + "|".join(map(re.escape, named or ["-"])) + r")\b", masked))
    general = {"running", "available", "active", "failed", "degraded"}
    special = [state for state in named if state not in general or ("Pod" in kinds and state in ("running", "failed"))]
    if special and not negated:
        words = set(special) | {part for word in _STATE_WORDS for part in (word, *word.split())} | {"killed"}
        phase = next((s for s in special if s in ("pending", "running", "succeeded", "failed")), "")
        arguments = (f"--field-selector=status.phase={phase.capitalize()}",) if phase and set(kinds) == {"Pod"} else ()
        yield Filter(f"in state {' or '.join(special)}", lambda n: bool(states(n) & set(special)), arguments), words
    elif special and negated:
        yield Filter(f"not in state {' or '.join(special)}", lambda n: not states(n) & set(special)), set(special)
    for kind, spelled in _condition_words(kinds, catalog).items():
        if reading.asks(spelled):
            yield Filter(f"with condition {kind}", lambda n, k=kind.lower(): k in _true_conditions(n)), set(spelled.split())  # type: ignore[misc]
            return
    if not special and reading.asks(_UNWELL) and not reading.asks(r"all|every\w*|are (?:all|both)|any\w*|is \w+thing"):
        yield Filter("not as they should be", is_unwell), {"not", "ready"}


def _condition_words(kinds: Sequence[str], catalog: Catalog) -> dict[str, str]:
    """The conditions of several words that objects of these kinds report: `MemoryPressure`, as `memory pressure`."""
    found = {
        text(condition, "type")
        for kind in kinds
        for node in catalog.by_kind.get(kind, [])[:20]
        for _, condition in entries(node.value, "status.conditions")
    }
    spelled = {kind: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower() for kind in sorted(found)}
    return {kind: words for kind, words in spelled.items() if " " in words}


def _true_conditions(node: Node) -> set[str]:
    return {text(c, "type").lower() for _, c in entries(node.value, "status.conditions") if text(c, "status") == "True"}


def states(node: Node) -> set[str]:
    """The words that an object's status uses for how it is, in lower case."""
    found = {text(node.value, f"status.{path}") for path in ("phase", "reason", "health.status", "sync.status")}
    for field in ("containerStatuses", "initContainerStatuses"):
        for _, status in entries(node.value, f"status.{field}"):
            for path in ("state.waiting.reason", "state.terminated.reason", "lastState.terminated.reason"):
                found.add(text(status, path))
    for _, condition in entries(node.value, "status.conditions"):
        if text(condition, "status") == "True":
            found.add(text(condition, "type"))
        elif text(condition, "status") == "False":
            found.add(text(condition, "reason"))
    if node.kind == "Job" and at(node.value, "spec.suspend") is True:
        found.add("suspended")
    if "Succeeded" in found or "Complete" in found:
        found |= {"Completed", "Complete"}
    return {word.lower() for word in found if word}


def _types(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    for kind in _TYPES if "Service" in kinds else ():
        spelled = kind.replace("loadbalancer", "load ?-?balancers?").replace("nodeport", "node ?ports?")
        if not reading.asks(spelled):
            continue
        words = {"type", kind, f"{kind}s", "load", "balancer", "balancers"}
        if kind == "headless":
            yield Filter("that are headless", lambda n: text(n.value, "spec.clusterIP") == "None"), words
        else:
            yield Filter(f"of type {kind}", lambda n, kind=kind: text(n.value, "spec.type").lower() == kind), words  # type: ignore[misc]


def _images(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    if not any(catalog.by_kind.get(kind) and pod_path(catalog.by_kind[kind][0]) for kind in kinds):
        return
    if reading.asks(r"(?:the |a )?:?latest(?: tags?| images?)?"):
        yield Filter("with an image of tag latest", lambda n: any(_tag(i) in ("latest", "") for i in images(n, main=True))), {"latest", ":latest"}
        return
    if not reading.asks(r"images?|runs?|running|uses?|using|versions?|tags?|based on|built (?:on|from)"):
        return
    for token in reading.tokens:
        low = token.low
        if len(low) < 3 or not any(_in_image(low, image) for node in catalog.of(kinds) for image in images(node)):
            continue
        named = any(m.first <= i < m.last for m in reading.mentions for i, t in enumerate(reading.tokens) if t is token)
        if named or token.text in reading.unknown:
            yield Filter(
                f"with an image {low}", lambda n, low=low: any(_in_image(low, i) for i in images(n)), (),  # type: ignore[misc]
                lambda n, low=low: tuple(i for i in images(n) if _in_image(low, i))[:1],  # type: ignore[misc]
            ), {low}  # fmt: skip


def _in_image(word: str, image: str) -> bool:
    repository, _, tag = image.rpartition(":") if ":" in image.rsplit("/", 1)[-1] else (image, "", "")
    parts = re.split(r"[/@._-]", repository.lower())
    return word in parts or word == repository.lower().rsplit("/", 1)[-1] or word == tag.lower() or word == image.lower()


def _tag(image: str) -> str:
    name = image.rsplit("/", 1)[-1]
    return name.partition(":")[2] if "@" not in name else "@"


def _labelled(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    values: dict[str, set[str]] = {}
    for node in catalog.of(kinds):
        for key, value in labels(node).items():
            values.setdefault(value.lower(), set()).add(key)
    for token in reading.tokens:
        key, equals, value = token.text.partition("=")
        if equals and value.lower() in values:
            yield Filter(f"labelled {token.text}", lambda n, k=key, v=value: labels(n).get(k) == v, ("-l", token.text)), {token.low}  # type: ignore[misc]
        elif token.low in values and (token.text in reading.unknown or token.text in reading.missing):
            keys = sorted(values[token.low])
            named = [k for k in keys if "part-of" in k] if reading.asks(r"part of|belongs? to") else keys
            chosen = (named or keys)[0] if len(named or keys) == 1 or reading.asks(r"part of|belongs? to") else ""
            arguments = ("-l", f"{chosen}={token.text}") if chosen else ()
            wanted = {chosen} if chosen else set(keys)
            yield Filter(
                f"labelled {token.text}", lambda n, w=wanted, v=token.low: any(labels(n).get(k, "").lower() == v for k in w), arguments,  # type: ignore[misc]
            ), {token.low, "belong", "belongs", "part"}  # fmt: skip


def _lacking(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    for words, said, has in _HELD:
        for pattern, wanted in ((rf"{_LACKS} (?:[a-z]+ ){{0,2}}?{words}", False), (rf"(?:with|has|have|having) (?:an? |any )?(?:[a-z]+ )?{words}", True)):
            if reading.asks(pattern):
                text_ = f"{'with' if wanted else 'without'} {said}"
                yield Filter(text_, lambda n, h=has, w=wanted: h(n, catalog) is w), set()  # type: ignore[misc]
                return


def _has_resource(field: str, resource: str = "") -> Callable[[Node, Catalog], bool]:
    def has(node: Node, catalog: Catalog) -> bool:
        found = [mapping(c, f"resources.{field}") for group, _, c in containers(node) if group.endswith(".containers")]
        return bool(found) and any(resource in one if resource else bool(one) for one in found)

    return has


def _has_probe(*kinds: str) -> Callable[[Node, Catalog], bool]:
    return lambda node, catalog: any(c.get(f"{kind}Probe") for _, _, c in containers(node) for kind in kinds)


def _selected_by(kind: str) -> Callable[[Node, Catalog], bool]:
    def has(node: Node, catalog: Catalog) -> bool:
        edges = (EdgeType.SELECTS, EdgeType.SCALES)
        nodes = (node, *catalog.pods(node))
        return any(catalog.graph.node(e.source).kind == kind for one in nodes for e in catalog.graph.reaching(one.id, *edges))

    return has


def _has_owner(node: Node, catalog: Catalog) -> bool:
    keys = {str(k).rpartition("/")[2].lower() for f in ("labels", "annotations") for k in mapping(node.value, f"metadata.{f}")}
    return bool(keys & {"team", "owner", "squad", "owned-by", "owner-team", "maintainer", "contact"})


_HELD: tuple[tuple[str, str, Callable[[Node, Catalog], bool]], ...] = (
    (r"memory (?:resource )?limits?", "a memory limit", _has_resource("limits", "memory")),
    (r"cpu (?:resource )?limits?", "a CPU limit", _has_resource("limits", "cpu")),
    (r"memory requests?", "a memory request", _has_resource("requests", "memory")),
    (r"cpu requests?", "a CPU request", _has_resource("requests", "cpu")),
    (r"limits?", "resource limits", _has_resource("limits")),
    (r"requests?", "resource requests", _has_resource("requests")),
    (r"liveness(?: probes?)?", "a liveness probe", _has_probe("liveness")),
    (r"readiness(?: probes?)?", "a readiness probe", _has_probe("readiness")),
    (r"startup(?: probes?)?", "a startup probe", _has_probe("startup")),
    (r"(?:health ?)?(?:probes?|checks?)", "probes", _has_probe("liveness", "readiness", "startup")),
    (r"(?:hpas?|auto-?scal\w+)", "an autoscaler", _selected_by("HorizontalPodAutoscaler")),
    (r"(?:pdbs?|(?:pod )?disruption budgets?)", "a disruption budget", _selected_by("PodDisruptionBudget")),
    (r"(?:network ?polic\w+|netpols?)", "a network policy", _selected_by("NetworkPolicy")),
    (r"(?:teams?|owners?)(?: labels?)?", "an owner", _has_owner),
    (r"labels?", "labels", lambda node, catalog: bool(mapping(node.value, "metadata.labels"))),
    (r"(?:ready )?(?:endpoints?|pods?)", "ready pods", lambda node, catalog: node.health.level is Level.HEALTHY),
    (r"storage ?class(?:es)?", "a storage class", lambda node, catalog: bool(text(node.value, "spec.storageClassName"))),
    (r"selectors?", "a selector", lambda node, catalog: bool(mapping(node.value, "spec.selector"))),
    (r"disruptions?(?: allowed)?", "allowed disruptions", lambda node, catalog: number(node.value, "status.disruptionsAllowed") > 0),
)  # fmt: skip


def _numeric(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> _Found:
    for match in _COMPARED.finditer(reading.masked):
        sign, digits, words = match[1], match[2], match[3] or ""
        if digits is None and sign != "a single":
            continue
        limit = whole(digits) if digits else 1
        found = next((m for m in MEASURES if re.search(rf"\b(?:{m[0]})\b", words)), None)
        found = found or next((m for m in MEASURES if re.search(rf"\b(?:{m[0]})\b", reading.masked)), None)
        if found is None:
            continue
        _, name, measure = found
        compare = _comparison(sign, limit)
        yield Filter(
            f"with {sign} {digits or ''} {name}".replace("  ", " "),
            lambda n, m=measure, c=compare: (v := m(n, catalog)) is not None and c(v),  # type: ignore[misc]
        ), {*(digits or "").split(), *sign.split(), name, "single"}  # fmt: skip
        return


def _comparison(sign: str, limit: int) -> Callable[[float], bool]:
    if sign in ("more than", "greater than", "over", "above", ">"):
        return lambda value: value > limit
    if sign in ("less than", "fewer than", "under", "below", "<"):
        return lambda value: value < limit
    if sign in ("at least", ">="):
        return lambda value: value >= limit
    return (lambda value: value <= limit) if sign in ("at most", "<=") else (lambda value: value == limit)


def _by_name(unknown: Sequence[str], kinds: Sequence[str], catalog: Catalog) -> _Found:
    """A word that is a part of names or of API groups of these kinds: `istio` among definitions."""
    for word in unknown:
        low = word.lower()
        if len(low) < 3 or any(re.fullmatch(measure[0], low) for measure in MEASURES):
            continue
        parts = [n for n in catalog.of(kinds) if low in re.split(r"[-._]", f"{n.name} {n.group}".lower().replace(" ", "."))]
        if parts:
            ids = {node.id for node in parts}
            yield Filter(f"named {word}", lambda n, ids=ids: n.id in ids), {low}  # type: ignore[misc]
