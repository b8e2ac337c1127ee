"""Turns work that tells of its progress into a stream of what it told and, at the end, of what it made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Telling(Generic[Result]):
    """Runs `work` in a thread; iterating gives the parts it tells, then `result` holds what it returned."""

    def __init__(self, work: Callable[[Callable[[str], None]], Result]) -> None:
        self._work = work
        self._told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._made: list[Result] = []
        self._failed: list[BaseException] = []

    def __iter__(self) -> Iterator[str]:
        """The parts as they come; raises what the work raises."""
        threading.Thread(target=self._run, name="answer", daemon=True).start()
        while (part := self._told.get()) is not None:
            yield part
        if self._failed:
            raise self._failed[0]

    @property
    def result(self) -> Result:
        """What the work returned; only behind the last part."""
        return self._made[0]

    def _run(self) -> None:
        try:
            self._made.append(self._work(self._told.put))
        except BaseException as error:  # noqa: BLE001 - raised again where the parts are read
            self._failed.append(error)
        finally:
            self._told.put(None)
