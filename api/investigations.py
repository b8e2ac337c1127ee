"""Investigations of evidence that callers send, and the newest reports by their ids."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

_KEPT = 200
"""Reports that are kept; they live as long as the process."""


class Investigations:
    """Investigates, and gives a report again to whoever asked for it; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reports: OrderedDict[tuple[str, frozenset[str]], dict[str, Any]] = OrderedDict()

    def start(
        self, text: str, files: Mapping[str, str], namespace: str, principals: frozenset[str]
    ) -> dict[str, Any]:
        """The report on a pasted text, or on the texts of some files, in the public contract's form."""
        from incidents.bundles import read_files, read_text
        from incidents.investigate import investigate

        evidence = read_files(files, namespace) if files else read_text(text, namespace)
        report = investigate(evidence).to_json()
        with self._lock:
            self._reports[report["id"], principals] = report
            while len(self._reports) > _KEPT:
                self._reports.popitem(last=False)
        return report

    def get(self, ident: str, principals: frozenset[str]) -> dict[str, Any] | None:
        """The report of this id that the same principals asked for; None where there is none any more."""
        with self._lock:
            return self._reports.get((ident, principals))
