"""Templates of log lines, by the Drain algorithm: lines that differ in numbers and names only have one template."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

_MOST_TEMPLATES = 1_000
_READ = 1_000
"""Characters of a line that its template is made from."""
_MASKS = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?", "TIME"),
    (r"(?<![\w])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w])", "ADDRESS"),
    (r"(?<![\w])[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}(?![\w])", "ID"),
    (r"(?<![\w])(?:0x)?(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}(?![\w])", "HEX"),
    (r"(?<![\w])[-+]?\d+(?:\.\d+)?(?=(?:ns|us|µs|ms|s|m|h|[KMG]i?B?|%)?(?![\w]))", "NUMBER"),
)
"""What varies from line to line, the longest forms first."""


class Templates:
    """Gives each line the number of its template; templates grow with the lines that were seen."""

    def __init__(self) -> None:
        self._miner = TemplateMiner(config=_config())

    def number(self, line: str) -> int:
        """The number of the line's template."""
        return int(self._miner.add_log_message(line[:_READ])["cluster_id"])

    def text(self, number: int) -> str:
        """The template with this number, `<*>` for what varies."""
        found = self._miner.drain.id_to_cluster.get(number)
        return str(found.get_template()) if found is not None else ""

    def numbers(self, lines: Iterable[str]) -> list[int]:
        """The numbers of some lines, in their order."""
        return [self.number(line) for line in lines]


@cache
def _config() -> TemplateMinerConfig:
    config = TemplateMinerConfig()
    config.drain_max_clusters = _MOST_TEMPLATES
    config.drain_extra_delimiters = []
    config.profiling_enabled = False
    config.masking_instructions = [MaskingInstruction(mask, name) for mask, name in _MASKS]
    return config
