"""Which versions of an image run, where, and whether they are the same: `which tags of redis are in use`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answers.cluster.catalog import Catalog, images
from answers.cluster.numeric.asked import Plan, is_untold
from answers.cluster.numeric.splits import tag_of
from answers.cluster.reading import Reader, Reading
from answers.cluster.said import Draft, Spot, counted, listed, told_apart
from answers.cluster.wording import FILLERS
from cluster.graph import Node

_VERSIONS = r"versions|tags|releases|image tags|builds|images"
_ASKED = re.compile(
    rf"(?<![\w-])(?:(?:which|what|all|list|show|how many|different|distinct|give|name)(?: \w+){{0,2}} (?:{_VERSIONS})|(?:{_VERSIONS}) of"
    r"|(?:same|one|single|identical|oldest|newest|different|common)(?: \w+){0,2} (?:version|tag|release|image|build)s?"
    r"|(?:versions?|tags?|images?|releases?) (?:differ\w*|drift\w*|skew|consistent\w*|everywhere|identical|the same)|agree on)(?![\w-])"
)
_EXTREME = re.compile(
    r"(?<![\w-])(?:(?P<old>oldest|lowest|most outdated|most ancient|earliest|furthest behind)|(?P<new>newest|latest|highest|most recent))(?![\w-])"
)
_NAMED = re.compile(
    r"(?<![\w-])(?:deployments?|workloads?|instances?|installations?|installs?|copies|statefulsets?|daemonsets?|§+s)(?![\w-])"
)
"""Asks for all that is called after the software."""
_USE = re.compile(r"(?<![\w-])(?:used|popular)(?![\w-])")
_NUMBERS = re.compile(r"\d+")
_SHOWN = 30
_FEW = 3


def answer(reading: Reading, reader: Reader, plan: Plan) -> Draft | None:
    """The versions of one software in use; None where none is asked for, or no image is of it."""
    if not _ASKED.search(reading.masked) or any(mention.many for mention in reading.mentions):
        return None
    if is_untold(_USE.sub(" ", reading.masked)):
        return None
    nodes = reader.catalog.workloads(reading.namespaces, reading.clusters)
    pods = [
        n
        for n in reader.catalog.of(("Pod",), reading.namespaces, reading.clusters)
        if reader.catalog.owner(n) is None
    ]
    word = software(reading, [*nodes, *pods])
    if word is None:
        return None
    users = users_of(word, [*nodes, *pods])
    if _NAMED.search(reading.masked):
        users = users_of(word, [n for n in nodes if word in re.split(r"[-.]", n.name)], part=True) | users
    if len(reading.mentions) > 1 and any(m.said.lower() != word for m in reading.mentions):
        return None
    return _told(word, users, reading, reader.catalog)


def software(reading: Reading, nodes: Sequence[Node]) -> str | None:
    """The one word of the question that is the name of an image's repository, or its end: `grafana/grafana`."""
    repositories = {_repository(image) for node in nodes for image in images(node)}
    found = []
    for token in reading.tokens:
        low = token.low.rstrip("s'") if token.low not in repositories else token.low
        for form in (token.low, low):
            if form in FILLERS or len(form) < 3:
                continue
            if any(one == form or one.endswith(f"/{form}") for one in repositories):
                found.append(form)
                break
    unique = list(dict.fromkeys(found))
    names = {m.said.lower() for m in reading.mentions}
    others = [
        w
        for w in reading.unknown
        if w.lower().rstrip("s") not in {*unique, *(u.rstrip("s") for u in unique)}
        and w.lower() not in _PLAIN
    ]
    return (
        unique[0]
        if len(unique) == 1 and not others and (not names or names <= {unique[0], f"{unique[0]}s"})
        else None
    )


_PLAIN = frozenset(
    "sidecar sidecars candidates candidate upgrade upgrading looking everywhere consistent consistently consistency drift drifting skew skewed agree agrees stick sticking".split()
)


def _repository(image: str) -> str:
    """An image without its tag and digest."""
    bare = image.partition("@")[0]
    head, slash, last = bare.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}".lower()


def users_of(word: str, nodes: Sequence[Node], *, part: bool = False) -> dict[str, list[Node]]:
    """The objects by their images of a repository; `part`: its name holds the word."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        for image in dict.fromkeys(images(node)):
            repository = _repository(image)
            if (
                repository == word
                or repository.endswith(f"/{word}")
                or (part and word in re.split(r"[-_/]", repository))
            ):
                found.setdefault(image, []).append(node)
    return found


def _told(word: str, users: dict[str, list[Node]], reading: Reading, catalog: Catalog) -> Draft:
    draft = Draft(clusters=list(reading.clusters), settled=True)
    nodes = list({node.id: node for found in users.values() for node in found}.values())
    tags = list(dict.fromkeys(_shown(image) for image in users))
    called = told_apart(nodes)
    each = "; ".join(
        f"{_shown(image)} in {listed((called[n.id] for n in found), 6)}" for image, found in _ordered(users)
    )
    same = (
        f"All {counted(len(nodes), 'object')} with an image {word} run one version"
        if len(tags) == 1
        else (
            f"Not the same everywhere: {counted(len(tags), 'version')} of {word} in {counted(len(nodes), 'object')}"
        )
    )
    draft.lead.append(f"{same}: {each}")
    if (extreme := _EXTREME.search(reading.masked)) and (
        numbered := [one for one in _ordered(users) if _version(one[0])]
    ):
        image, having = numbered[0] if extreme["old"] else numbered[-1]
        draft.lead.insert(
            0,
            f"The {'oldest' if extreme['old'] else 'newest'} {word}: {_shown(image)} in {listed(called[n.id] for n in having)}",
        )
        nodes = [*having, *(n for n in nodes if n not in having)]
    for node in nodes[:_SHOWN]:
        used = [image for image, having in users.items() if node in having]
        draft.say(node, Spot(short=1, needles=(used[0],)))
    draft.left_out = max(0, len(nodes) - _SHOWN)
    draft.objects = nodes
    kinds = list(dict.fromkeys(node.kind.lower() for node in nodes))[:5]
    places = [["-n", name] for name in reading.namespaces] or [["-A"]]
    draft.commands = [["kubectl", "get", ",".join(kinds), *place, "-o", "wide"] for place in places]
    if len(nodes) <= _FEW:
        draft.commands += [
            ["kubectl", "get", n.kind.lower(), n.name, "-n", n.namespace, "-o", "wide"] for n in nodes
        ]
    return draft


def _shown(image: str) -> str:
    """A tag as it stands, with the image where it has none."""
    tag = tag_of(image)
    return f"{image} (no tag)" if tag == "none" and "@" not in image else image


def _version(image: str) -> tuple[int, ...]:
    tag = tag_of(image)
    return tuple(map(int, _NUMBERS.findall(tag)[:4])) if re.match(r"v?\d", tag) else ()


def _ordered(users: dict[str, list[Node]]) -> list[tuple[str, list[Node]]]:
    return sorted(users.items(), key=lambda one: (not _version(one[0]), _version(one[0]), one[0]))
