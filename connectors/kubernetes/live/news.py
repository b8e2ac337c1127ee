"""What a watch has seen and nobody has written yet, and how a checkpoint and an observer take note of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import News
from connectors.documents import Checkpoint, Document
from connectors.kubernetes.observed import ObjectObserver, ObservedObject


@dataclass(slots=True)
class Waiting:
    """One object that changed and is not written yet; without a `document` it is gone, or never had one."""

    kind: str
    key: str
    digest: str | None
    document_id: str = ""
    document: Document | None = None
    observed: ObservedObject | None = None
    gone_at: datetime | None = None

    @property
    def is_written(self) -> bool:
        """Whether the index has to do with it; other news are only told to the observer."""
        return self.document is not None or self.gone_at is not None


@dataclass(frozen=True, slots=True)
class LiveNews(News):
    """News with what `note` needs: which digests change and what the observer is told."""

    waiting: tuple[Waiting, ...] = field(default=(), repr=False)


def noted(checkpoint: Checkpoint, news: LiveNews) -> Checkpoint:
    """The checkpoint after the news."""
    kinds = {
        kind: {**found, "digests": dict(found["digests"])} for kind, found in checkpoint["kinds"].items()
    }
    for one in news.waiting:
        if one.digest is not None:
            api = one.observed.api_version if one.observed else ""
            kinds.setdefault(one.kind, {"api": api, "digests": {}})["digests"][one.key] = one.digest
        elif one.kind in kinds:
            kinds[one.kind]["digests"].pop(one.key, None)
    kept = {kind: found for kind, found in sorted(kinds.items()) if found["digests"] or found.get("refused")}
    return {**checkpoint, "kinds": kept}


def tell(observer: ObjectObserver, source: str, news: LiveNews) -> None:
    """Tells the observer of the news, in the order in which they came."""
    for one in news.waiting:
        if one.observed is None:
            continue
        if one.gone_at is not None:
            observer.gone(source, one.observed.ref, one.gone_at)
        else:
            observer.saw(one.observed)
