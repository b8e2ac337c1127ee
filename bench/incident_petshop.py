"""PetShop for `bench.incidents`: reads its folders and ranks the services of each issue."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy

from incidents.metrics.ranking import Measured, Suspect, is_off, rank
from incidents.metrics.series import Numbers

_FLOORS = {"latency": 0.001, "availability": 0.5}
"""The least deviation that counts: a millisecond, half a percent."""
_WINDOW = 5
"""Values in the time of an issue."""
Columns = dict[tuple[str, str, str], Numbers]


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: who suffers in which metric, and the service that is at fault."""

    target: str
    metric: str
    statistic: str
    root: str
    now: Columns


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario: who calls whom, the usual values, the issues."""

    calls: dict[str, list[str]]
    usual: Columns
    issues: list[Issue]


def scenarios(folder: Path, split: str) -> Iterator[Scenario]:
    """The scenarios of a PetShop folder; `folder` holds `dataset`, or the scenarios themselves."""
    root = folder / "dataset" if (folder / "dataset").is_dir() else folder
    for path in sorted(root.iterdir()):
        if (path / "graph.csv").exists():
            issues = [
                _issue(one)
                for one in sorted((path / split).glob("issue_*"))
                if (one / "target.json").exists()
            ]
            yield Scenario(_calls(path / "graph.csv"), _columns(path / "noissue" / "metrics.csv"), issues)


def _calls(path: Path) -> dict[str, list[str]]:
    """`graph.csv[a][b] = 1`: a calls b, which the targets confirm: what is at fault is called by who suffers."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    names = rows[0][1:]
    return {
        row[0]: [name for name, cell in zip(names, row[1:], strict=False) if cell and float(cell)]
        for row in rows[1:]
    }


def _columns(path: Path) -> Columns:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    values = [row[1:] for row in rows[3:] if row and row[0][:1].isdigit()]
    table = numpy.array([[_number(cell) for cell in row] for row in values], dtype=numpy.float64)
    return {
        key: table[:, place]
        for place, key in enumerate(zip(rows[0][1:], rows[1][1:], rows[2][1:], strict=True))
    }


def _number(cell: str) -> float:
    return float(cell) if cell else float("nan")


def _issue(folder: Path) -> Issue:
    told: dict[str, Any] = json.loads((folder / "target.json").read_text(encoding="utf-8"))
    target = told["target"]
    return Issue(
        target["node"],
        target["metric"],
        target["agg"],
        told["root_cause"]["node"],
        _columns(folder / "metrics.csv"),
    )


def suspects(scenario: Scenario, issue: Issue) -> list[Suspect]:
    """The services of an issue, the likeliest origin first."""
    measured = [
        Measured(node, scenario.usual[key], values, _FLOORS.get(key[1], 0.0), key[1] == "availability")
        for key, values in issue.now.items()
        if (node := key[0]) and key[1:] == (issue.metric, issue.statistic) and key in scenario.usual
    ]
    return rank(scenario.calls, issue.target, measured)


def quiet(scenario: Scenario) -> Iterator[bool]:
    """For stretches of the second half without an issue: whether each is taken for one (a false alarm)."""
    watched = {(issue.target, issue.metric, issue.statistic) for issue in scenario.issues}
    for key in sorted(watched & scenario.usual.keys()):
        values = scenario.usual[key]
        half = len(values) // 2
        for start in range(half, len(values) - _WINDOW, _WINDOW):
            now = values[start : start + _WINDOW]
            yield is_off(
                Measured(key[0], values[:half], now, _FLOORS.get(key[1], 0.0), key[1] == "availability")
            )
