"""What a run did: its status, its counts and the items it could not use."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from connectors.documents import Failure
from connectors.redaction import redact

MAX_PROBLEMS = 10_000
"""Items with a reason that a run keeps; the counts tell how many more there were."""

_MAX_TEXT = 500


class RunStatus(StrEnum):
    """How a run stands or ended."""

    RUNNING = "running"
    DONE = "done"
    DONE_WITH_FAILURES = "done_with_failures"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"


@dataclass(slots=True)
class Counts:
    """Documents by what happened to them.

    `updated` counts those among `unchanged` whose author, time or access changed. `reindexed` counts stored
    documents that went into a changed index again, of all sources; they are not part of `seen`. Neither are
    `warnings`: each tells of a document that is counted already.
    """

    indexed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    deleted: int = 0
    updated: int = 0
    reindexed: int = 0
    warnings: int = 0

    @property
    def seen(self) -> int:
        """How many items the source held."""
        return self.indexed + self.unchanged + self.skipped + self.failed

    @property
    def nothing_new(self) -> bool:
        """Whether the run changed nothing."""
        return not (self.indexed or self.deleted or self.updated or self.reindexed)


@dataclass(frozen=True, slots=True)
class RunReport:
    """One source's run. `id` is None for a dry run, whose `to_index` and `to_delete` hold document ids.

    `problems` are skipped and failed items and warnings, at most `MAX_PROBLEMS`; `problems_omitted` tells how
    many more there were. `unreachable` is true where the run failed because nothing answered.
    """

    id: int | None
    source: str
    status: RunStatus
    started: datetime
    finished: datetime | None = None
    full: bool = False
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0
    nothing_new: bool = False
    error: str = ""
    unreachable: bool = False
    problems: tuple[Failure, ...] = ()
    problems_omitted: int = 0
    to_index: tuple[str, ...] = ()
    to_delete: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object of the contract."""
        data = asdict(self)
        counts = data.pop("counts")
        data["seen"] = self.counts.seen
        data.update(counts)
        data["started"] = self.started.isoformat()
        data["finished"] = self.finished.isoformat() if self.finished else None
        data["problems"] = list(data["problems"])
        return data


class ProblemLog:
    """The skipped and failed items and the warnings of a run, up to a bound, fit to be stored and shown."""

    def __init__(self) -> None:
        self.kept: list[Failure] = []
        self.omitted = 0

    def add(self, failure: Failure) -> None:
        """Keep the failure if there is room, and count it otherwise."""
        if len(self.kept) >= MAX_PROBLEMS:
            self.omitted += 1
            return
        self.kept.append(replace(failure, item=printable(failure.item), reason=described(failure.reason)))

    def clear(self) -> None:
        """Forget all of them."""
        self.kept.clear()
        self.omitted = 0


def described(error: BaseException | str) -> str:
    """What a person should read about an error: one text of bounded length, without secrets."""
    text = str(error) or type(error).__name__
    return printable(redact(text)[0])[:_MAX_TEXT]


def printable(text: str) -> str:
    """`text` without what a database or a terminal refuses: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
