"""Scores root causes: `python -m bench.incidents --cloudops DIR --petshop DIR [--petshop-split train|test] --json`.

Cloud-OpsBench: A@1 and A@3 are exact in taxonomy, object and cause. PetShop: the service at fault is the first, or
among the first three. Healthy: stretches of PetShop without an issue, and sound workloads of snapshots.
Nothing is fitted to the cases; `folds` shows how much A@1 differs between five fifths of them all the same.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import incident_petshop
from bench.incident_terms import Answer, answer, truth
from incidents.bundles import read_folder
from incidents.investigate import investigate
from incidents.sound import sound_workloads

_FOLDS = 5
_APPS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: what was right, what was said, how long it took from files to report."""

    category: str
    ident: str
    wanted: Answer
    said: list[Answer]
    seconds: float

    def within(self, places: int) -> bool:
        """Whether the right answer is among the first ones."""
        return self.wanted in self.said[:places]


def cases(system: Path, half: str) -> Iterator[Path]:
    """The case folders of a system; `half` keeps those with an odd or even number."""
    for path in sorted(system.glob("*/*/metadata.json")):
        name = path.parent.name
        if half == "all" or not name.isdigit() or (int(name) % 2 == 1) == (half == "odd"):
            yield path.parent


def solve(case: Path) -> Outcome:
    """Investigates one case and compares."""
    told = json.loads((case / "metadata.json").read_text(encoding="utf-8"))
    start = time.perf_counter()
    evidence = read_folder(case / "raw_data", told.get("namespace", ""))
    report = investigate(evidence)
    seconds = time.perf_counter() - start
    apps = {one.name for one in evidence.objects if one.kind in _APPS}
    said = [answer(cause.category, cause.cause, cause.object, apps) for cause in report.causes]
    ident = f"{case.parent.parent.name}/{case.parent.name}/{case.name}"
    return Outcome(case.parent.name, ident, truth(told["result"]), list(dict.fromkeys(said)), seconds)


def score(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures over some cases."""
    by_category: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_category[one.category].append(one)
    return {
        **_rates(outcomes),
        "by_category": {name: _rates(found) for name, found in sorted(by_category.items())},
        "folds": [_rates(outcomes[place::_FOLDS])["a1"] for place in range(_FOLDS)] if len(outcomes) >= _FOLDS else [],
        "seconds_p50": round(statistics.median(one.seconds for one in outcomes), 3) if outcomes else None,
        "seconds_max": round(max((one.seconds for one in outcomes), default=0.0), 3),
    }  # fmt: skip


def _rates(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    count = len(outcomes)
    return {
        "n": count,
        "a1": round(sum(one.within(1) for one in outcomes) / count, 3) if count else None,
        "a3": round(sum(one.within(3) for one in outcomes) / count, 3) if count else None,
    }


def petshop(folder: Path, split: str) -> tuple[dict[str, Any], list[bool]]:
    """PetShop's figures, and for each quiet stretch whether it raised a false alarm."""
    places: list[int] = []
    alarms: list[bool] = []
    for scenario in incident_petshop.scenarios(folder, split):
        alarms += incident_petshop.quiet(scenario)
        for issue in scenario.issues:
            order = [one.service for one in incident_petshop.suspects(scenario, issue)]
            places.append(order.index(issue.root) if issue.root in order else len(order))
    count = len(places)
    return {
        "n": count,
        "top1": round(sum(place < 1 for place in places) / count, 3) if count else None,
        "top3": round(sum(place < 3 for place in places) / count, 3) if count else None,
    }, alarms


def healthy_folders(folders: Iterable[Path]) -> list[bool]:
    """For each sound workload of each folder (a snapshot or a bundle): whether it is named as a cause."""
    alarms: list[bool] = []
    for folder in folders:
        evidence = read_folder(folder)
        for namespace, sound in sound_workloads(evidence).items():
            report = investigate(evidence.within(namespace))
            blamed = {cause.object for cause in report.causes}
            alarms += [name in blamed for name in sound]
    return alarms


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cloudops", type=Path)
    parser.add_argument("--petshop", type=Path)
    parser.add_argument("--petshop-split", choices=("train", "test"), default="train")
    parser.add_argument(
        "--healthy", type=Path, action="append", default=[], help="a snapshot or bundle of what is well"
    )
    parser.add_argument(
        "--half", choices=("all", "odd", "even"), default="all", help="only cases with such a number"
    )
    parser.add_argument("--misses", action="store_true", help="list the cases that are not right at first")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    result: dict[str, Any] = {}
    if chosen.cloudops:
        solved = {system.name: [solve(case) for case in cases(system, chosen.half)]
                  for system in sorted(chosen.cloudops.iterdir()) if system.is_dir()}  # fmt: skip
        result["cloudops"] = {name: score(outcomes) for name, outcomes in solved.items() if outcomes}
        if chosen.misses:
            missed = [one for outcomes in solved.values() for one in outcomes if not one.within(1)]
            result["misses"] = [{"case": one.ident, "wanted": one.wanted, "said": one.said} for one in missed]
    alarms: list[bool] = []
    if chosen.petshop:
        result["petshop"], alarms = petshop(chosen.petshop, chosen.petshop_split)
    alarms += healthy_folders(chosen.healthy)
    result["healthy"] = {"n": len(alarms), "false_alarms": sum(alarms)}
    print(json.dumps(result, indent=None if chosen.json else 2))


if __name__ == "__main__":
    main()
