"""How many objects there are of each sort: `services by type`, `how many pods in each QoS class`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from answers.cluster import scripts
from answers.cluster.candidates import chosen, kind_word, passes, where_of
from answers.cluster.catalog import WORKLOADS, Catalog, images
from answers.cluster.fields import Path, words_of
from answers.cluster.kinds import singular
from answers.cluster.numeric.asked import Plan, blanked, conditions, subjects_of
from answers.cluster.numeric.measure import walk
from answers.cluster.overviews import quote_count
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted
from cluster.graph import Node
from cluster.values import mapping, text

Held = tuple[str, Path]
"""What an object is sorted by, and the field that says it."""
Sorter = Callable[[Node, Catalog], list[Held]]

_SORTING = (
    r"break(?: \w+){0,6}? down|breakdown|broken down|split(?:ting)?|divid\w+|distribut\w+|group\w*|spread|sort(?:ed)?|categori[sz]\w+|tally|"
    r"partition\w*|separat\w+|classif\w+|counts?|numbers?|how many|histogram|summar\w+|figures|totals?|tot up|slice"
)
_BY = re.compile(
    r"(?<![\w-])(?:by|per|according to|along|grouped by|for each|for every|in each|in every|of each|of every|on each|on every|over|across|among(?:st)?|between|into)"
    r" (?:the |their |its |different |various |individual |our |all )*(?P<key>[a-z][a-z -]*?)"
    r"(?= (?:with|in|of|for|and|please|are|is|do|does|there|across|over|we|how|each|everywhere|cluster|throughout)(?![\w-])|\s*[?.,;:!()§]|\s*$|\s+[-–—])"
)
_STRONG = re.compile(r"by|per|according|grouped|for|in|of|on")
_EACH = re.compile(
    r"^(?:the |all |our )*(?P<key>[a-z][a-z -]*?)\s*(?:[-–—:,]|\band\b)\s*.*?\bhow many\b.*\b(?:each|apiece|every|per)\b"
)
_HOW_EACH = re.compile(
    r"how many .*?(?:does|do|has|have|are (?:there )?(?:in|on|of|with)) (?:each|every) (?P<key>[a-z][a-z -]*?)(?: (?:have|has|hold|run|contain|get|got)s?)?\s*[?.!]*$"
)
_WHICH = re.compile(
    r"^(?:(?:from|on|in|to|of|at|under|with|by) )?(?:(?:what|which) )?(?:the |different |various )*(?P<key>[a-z][a-z -]*?) (?:of|do|does|are|is|have|has|exist|exists|occur|appear|can be|used by|among)(?![\w-]).*?"
    r"(?:[-–—:,;]|(?<![\w-])and(?![\w-])).*?\bhow (?:many|often)\b.*?\b(?:each|which|what|apiece)\b"
)
_COVERED = re.compile(
    r"\W*(?:which|what|list|show|name)(?: all)?(?: the| of the| our)* namespaces (?:(?:that|which|are|is|have|has|hold|contain|run|use|own|do|with|covered|protected|guarded|secured|by|any|at all|got|there)\s+)*"
    r"(?:[a-z]+ ){0,3}?[a-z]+,? (?:and )?(?P<more>how many [a-z ]*?(?:each|apiece|every one|respectively|per namespace|do they have|they have|are there in each)\W*)$"
)
_BREAKDOWN = re.compile(
    r"(?<![\w-])(?P<key>[a-z]+(?: class(?:es)?| polic(?:y|ies)| types?| modes?)?) (?:breakdown|distribution|split|spread|histogram|tally|statistics|stats)(?: (?:for|of|in))?(?![\w-])"
)
_OF_PODS = re.compile(r"qos.*|quality.*|phases?|nodes?")
_DISTINCT = re.compile(
    r"\W*(?:(?:over|across|in|on|from|of|under|with|into) )?how many (?:different |distinct |separate |unique |individual )(?P<key>[a-z][a-z -]*?) (?=(?:do|does|are|is|have|has|host|hold|run|exist|among|in|of|for)(?![\w-]))"
)
_MANY = 20
_GLUE = re.compile(r"(?:the|each|every|different|of|a|an|their|its|value|values|kind of|name|names)(?![\w-])")


def _field(path: str) -> Sorter:
    steps = tuple(path.split("."))

    def held(node: Node, catalog: Catalog) -> list[Held]:
        found = text(node.value, path)
        return [(found, steps)] if found else []

    return held


def _kind(node: Node, catalog: Catalog) -> list[Held]:
    return [(node.kind, ())]


def _namespace(node: Node, catalog: Catalog) -> list[Held]:
    return [(node.namespace, ("metadata", "namespace"))] if node.namespace else []


def _owner(node: Node, catalog: Catalog) -> list[Held]:
    top = catalog.top(node)
    return [(top.kind, ())] if top is not node else []


def _top(node: Node, catalog: Catalog) -> list[Held]:
    top = catalog.top(node)
    return [(f"{top.kind} {top.name}", ())] if top is not node and top.kind in WORKLOADS else []


def _of_images(part: Callable[[str], str]) -> Sorter:
    return lambda node, catalog: [(part(image), ()) for image in dict.fromkeys(images(node)) if part(image)]


def registry_of(image: str) -> str:
    """The registry of an image; Docker's own where it names none."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"


def tag_of(image: str) -> str:
    """The tag of an image, `none` where it has none."""
    name = image.rsplit("/", 1)[-1]
    return name.partition("@")[0].partition(":")[2] or "none"


_ANY: dict[str, Sorter] = {
    r"kinds?|types? of (?:workloads?|objects?|controllers?)|controllers? (?:kinds?|types?)": _kind,
    r"(?:image )?registr(?:y|ies)|(?:where|registry) .{0,20}pulled from": _of_images(registry_of),
    r"(?:image )?tags?": _of_images(tag_of),
    r"images?": _of_images(lambda image: image),
    r"namespaces?|ns": _namespace,
    r"nodes?|machines?|hosts?|workers?": _field("spec.nodeName"),
    r"qos(?: class(?:es)?)?|quality[- ]of[- ]service(?: class(?:es)?)?": _field("status.qosClass"),
    r"(?:owner|controller|parent)s?(?: kinds?| types?)?": _owner,
    r"(?:deployment|workload|controller|app|application|statefulset|daemonset|replicaset)s?": _top,
    r"storage ?class(?:es)?|class(?:es)?": _field("spec.storageClassName"),
    r"(?:status|state|phase)s?|condition": _field("status.phase"),
    r"service ?accounts?": _field("spec.serviceAccountName"),
    r"types?": _field("spec.type"),
    r"reclaim polic(?:y|ies)": _field("spec.persistentVolumeReclaimPolicy"),
    r"(?:update |rollout |deployment )?strateg(?:y|ies)(?: types?)?": _field("spec.strategy.type"),
    r"scopes?": _field("spec.scope"),
    r"(?:api )?groups?": _field("spec.group"),
}  # fmt: skip
"""What objects are sorted by, by the words for it; after these any field of that name."""


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """How many objects of each sort there are; None where that is not asked, or not understood."""
    for key, spans in _keys(reading):
        if reader.kinds.find(key) and not any(re.fullmatch(words, key) for words in _ANY):
            continue  # the objects of a kind are no value that others have
        kinds = subjects_of(reading, spans)
        about_images = not kinds and re.search(r"(?<![\w-])images?(?![\w-])", _without(reading.masked, spans))
        kinds = kinds or (WORKLOADS if about_images else ())
        if not kinds and reading.namespaces and _OF_PODS.fullmatch(key):
            kinds = ("Pod",)
        if not kinds or "Event" in kinds:
            continue
        rest = blanked(reading, spans)
        nodes = chosen(rest, reader.catalog, kinds)
        held = _sorted(key, nodes, kinds, reader.catalog)
        filters = conditions(rest, kinds, reader.catalog) if held else None
        if held and filters is not None:
            found = [node for node in nodes if passes(node, filters)]
            draft = _told(key, found, held, rest, kinds, reader, [one.words for one in filters])
            arguments = [word for one in filters for word in one.arguments]
            shown = list(dict.fromkeys(node.kind for node in found))[:5]
            draft.commands = scripts.of_list(draft, reading, shown, arguments, reader.kinds)
            return draft
    return None


def _without(text_: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text_ = text_[:start] + " " * (end - start) + text_[end:]
    return text_


def _keys(reading: Reading) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The words for what objects are to be sorted by, and the parts of the text that ask for it."""
    masked = reading.masked
    sorting = [one.span() for one in re.finditer(rf"(?<![\w-])(?:{_SORTING})(?![\w-])", masked)]
    down = re.search(r"(?<![\w-])down(?![\w-])", masked)
    words = [
        (t.start, t.end)
        for t in reading.tokens
        if re.fullmatch(
            r"break|down|breakdown|split|divide\w*|up|each|every|number|numbers|distribution|tally|show|shows?",
            t.low,
        )
    ]
    if said := _COVERED.match(masked):
        yield "namespace", [(0, said.start("more")), *words]
    if said := _BREAKDOWN.search(masked):
        yield _plain(said["key"]), [said.span(), *words]
    if said := _DISTINCT.match(masked):
        yield _plain(said["key"]), [(0, said.end("key"))]
    for pattern in (_EACH, _HOW_EACH, _WHICH):
        if said := pattern.search(masked):
            yield (
                _plain(said["key"]),
                [said.span("key"), *words, *(_second(masked) if pattern is _WHICH else [])],
            )
    for said in _BY.finditer(masked):
        bare = len(masked[: said.start()].split()) <= 6 and said[0].startswith(("by", "per"))
        if (_STRONG.match(said[0]) and (sorting or down or bare)) or any(
            not re.match(r"how many|counts?|numbers?|totals?", masked[a:b]) for a, b in sorting
        ):
            yield _plain(said["key"]), [said.span(), *words]


def _second(text_: str) -> list[tuple[int, int]]:
    """The part that asks how many there are of each: `and how many pods follow each`."""
    said = re.search(r"(?:[-–—:,;]|(?<![\w-])and(?![\w-]))[^-–—:,;]*?\bhow (?:many|often)\b.*$", text_)
    return [said.span()] if said and re.search(r"[a-z]{3}", text_[: said.start()].replace(" ", "")) else []


def _plain(key: str) -> str:
    return re.sub(r"\s+", " ", _GLUE.sub(" ", key.replace("·", " "))).strip()


def _sorted(key: str, nodes: Sequence[Node], kinds: Sequence[str], catalog: Catalog) -> dict[str, list[Held]]:
    """What each object is sorted by, by its id; empty where the words name nothing that they hold."""
    for words, sorter in _ANY.items():
        if re.fullmatch(words, key):
            found = {node.id: held for node in nodes if (held := sorter(node, catalog))}
            if found:
                return found
    asked = [singular(word) for word in re.split(r"[ -]", key) if word]
    return _of_field(asked, nodes) if asked else {}


def _of_field(asked: Sequence[str], nodes: Sequence[Node]) -> dict[str, list[Held]]:
    """The highest field of these words in each object: `restart policy`, `instance type` among labels."""
    found: dict[str, list[Held]] = {}
    for node in nodes:
        best: list[Held] = []
        for path, value in walk(node.value):
            named = path[-1] if isinstance(path[-1], str) else path[-2] if len(path) > 1 else ""
            if not isinstance(value, str | bool | int) or not isinstance(named, str) or value == "":
                continue
            if words_of(named) == list(asked) and (not best or len(path) <= len(best[0][1])):
                best = ([] if best and len(path) < len(best[0][1]) else best) + [(str(value), path)]
        labels = mapping(node.value, "metadata.labels")
        spoken = [
            (str(v), ("metadata", "labels", k)) for k, v in labels.items() if words_of(k) == list(asked)
        ]
        if best or spoken:
            found[node.id] = list({value: (value, path) for value, path in best or spoken}.values())
    return found


def _told(
    key: str, nodes: Sequence[Node], held: dict[str, list[Held]], reading: Reading, kinds: Sequence[str],
    reader: Reader, conditions_: Sequence[str],
) -> Draft:  # fmt: skip
    word = kind_word(kinds)
    counts = Counter(value for node in nodes for value, _ in held.get(node.id, ()))
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    without = sum(node.id not in held for node in nodes)
    draft = Draft(clusters=list(reading.clusters), settled=True, objects=list(nodes))
    spread = ", ".join(f"{value} {number}" for value, number in ordered[:_MANY])
    rest = f", and {len(ordered) - _MANY} more" * (len(ordered) > _MANY)
    none = f", none {without}" * bool(without)
    if _DISTINCT.match(reading.text.lower()):
        draft.lead.append(f"{len(counts)} different ones")
    draft.lead.append(
        f"{counted(len(nodes), word)}{where_of(reading)}{''.join(f' {one}' for one in conditions_)} by {key}: {spread}{rest}{none}"
    )
    if not reading.namespaces or len(reading.namespaces) == 1:
        quote_count(draft, reading.namespaces, nodes, word)
    for value, number in ordered[:_MANY]:
        having = [n for n in nodes if value in (one for one, _ in held.get(n.id, ()))]
        for node in having[: 1 if number > 3 else 3]:
            path = next(path for one, path in held[node.id] if one == value)
            draft.say(node, Spot(short=1) if path else Spot(short=2))
            if path and path != ("metadata", "namespace"):
                draft.say(node, Spot(path=path), detail=True)
    return draft
