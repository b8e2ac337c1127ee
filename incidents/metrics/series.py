"""One metric of one subject over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

Numbers = NDArray[numpy.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """`values[i]` was measured at `times[i]` (seconds since 1970, rising); a gap is NaN.

    `subject` is the workload, pod, node or service as the source names it; `metric` what was measured.
    """

    subject: str
    metric: str
    times: Numbers
    values: Numbers

    @property
    def filled(self) -> bool:
        """Whether any value is there."""
        return bool(numpy.isfinite(self.values).any())
