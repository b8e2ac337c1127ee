"""Objects by their images: `who runs the mongo image`, `which use the latest tag`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from answers.cluster.catalog import Catalog, images, pod_path
from answers.cluster.conditions import Filter, Found
from answers.cluster.reading import Reading
from cluster.graph import Node

_SHORTEST = 3
_TAG = re.compile(r"v\d")
_ASKED = (
    r"images?|runs?|running|uses?|using|versions?|tags?|based on|(?:built|made|derived) (?:on|from|of|with)"
)


def by_image(reading: Reading, kinds: Sequence[str], catalog: Catalog) -> Iterator[Found]:
    """The conditions on images that a question sets."""
    if not any(pod_path(node) for kind in kinds for node in catalog.by_kind.get(kind, [])[:1]):
        return
    spelled = any("/" in token.text or ":" in token.text.strip(":") for token in reading.tokens)
    if not spelled and reading.asks(r"(?:the |a )?:?latest(?: tags?| images?)?"):
        yield Filter("with an image of tag latest", _is_latest, image=True), {"latest", ":latest"}
    elif reading.asks(_ASKED) or any(":" in token.text for token in reading.tokens):
        names = {image for node in catalog.of(kinds) for image in images(node)}
        for place, token in enumerate(reading.tokens):
            named = token.text in reading.unknown or any(m.first <= place < m.last for m in reading.mentions)
            if (
                named
                and (len(token.low) >= _SHORTEST or _TAG.fullmatch(token.low))
                and any(_holds(image, token.low) for image in names)
            ):
                yield (
                    Filter(
                        f"with an image {token.low}", _runs(token.low), quoted=_shown(token.low), image=True
                    ),
                    {token.low},
                )


def _is_latest(node: Node) -> bool:
    """Whether a main container's image says `latest`, or no tag, which means the same."""
    return any(_tag(image) in ("latest", "") for image in images(node, main=True))


def _runs(word: str) -> Callable[[Node], bool]:
    return lambda node: any(_holds(image, word) for image in images(node))


def _shown(word: str) -> Callable[[Node], tuple[str, ...]]:
    return lambda node: tuple(image for image in images(node) if _holds(image, word))[:1]


def _holds(image: str, word: str) -> bool:
    """Whether a word is the image, its tag, or a part of its name."""
    tag = _tag(image)
    repository = image.removesuffix(f":{tag}").lower() if tag else image.lower()
    if "/" in word and repository.endswith(f"/{word}"):
        return True  # without the registry: `grafana/grafana`
    return word in (
        image.lower(),
        tag.lower(),
        repository,
        repository.split("/")[0],
        *re.split(r"[/@._-]", repository),
        repository.rsplit("/", 1)[-1],
    )


def _tag(image: str) -> str:
    """The tag of an image; `@` for one that is pinned by its digest."""
    name = image.rsplit("/", 1)[-1]
    return "@" if "@" in name else name.partition(":")[2]
