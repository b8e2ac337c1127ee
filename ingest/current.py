"""Whether the index holds what this version of Kubelore would make of the stored documents."""

from __future__ import annotations

from typing import Protocol

from index.ledger import Ledger

FINGERPRINT = "index_fingerprint"
"""The ledger's setting that says how the chunks were made; '' while they are made again."""
_REMEDY = "run `kubelore ingest`"


class CheckedIndex(Protocol):
    """What is asked of an index that is only read."""

    def fingerprint(self) -> str:
        """Differs when the same documents would give other chunks or vectors."""
        ...

    def missing(self) -> tuple[str, ...]:
        """The parts that are gone although there are chunks."""
        ...


class StampedIndex(Protocol):
    """What is asked of an index that is written to."""

    def fingerprint(self) -> str:
        """Differs when the same documents would give other chunks or vectors."""
        ...

    def stamp(self) -> str:
        """'' as long as nothing was ever committed, or where a part is gone."""
        ...


def is_current(index: StampedIndex, ledger: Ledger) -> bool:
    """Whether the index holds the chunks of the stored documents as it would make them now."""
    return bool(index.stamp()) and index.fingerprint() == ledger.setting(FINGERPRINT)


def problem_of(index: CheckedIndex, ledger: Ledger) -> str:
    """Why answers are not what they could be, and what to run; '' where the index is as it should be."""
    made, missing = ledger.setting(FINGERPRINT), index.missing()
    if missing:
        return (
            f"the index lacks the {' and the '.join(missing)} (another version of Kubelore made it, or a folder"
            f" was removed or damaged), so answers miss what is there; {_REMEDY}"
        )
    if not made:
        return (
            f"the index is not complete: the run that makes it again has not ended; wait for it, or {_REMEDY}"
        )
    if made != index.fingerprint():
        return (
            "the index was made by another version of Kubelore or with another embedding model, so answers may"
            f" miss what is there; {_REMEDY}"
        )
    return ""
