"""`python -m bench.findings`: plants true and harmless facts into the demo and counts what findings say of them.

`--corpus DIR --snapshot DIR` also runs over documents and a cluster that have nothing to do with each other.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import time
from pathlib import Path

from bench.findings_cases import Case
from bench.findings_harmless import HARMLESS
from bench.findings_true import TRUE
from bench.findings_world import World, demo_world
from cluster.findings import Finding, find

Key = tuple[str, str, str, str, str]


def key_of(finding: Finding) -> Key:
    """What makes two findings the same."""
    return str(finding.type), finding.cluster, finding.said.document_id, finding.subject, finding.value


def run(world: World) -> list[Finding]:
    """The findings of a world."""
    return find(world.objects(), world.everything())


def new_in(case: Case, world: World, known: set[Key]) -> list[Finding]:
    """What a case's change adds."""
    return [finding for finding in run(case.change(world)) if key_of(finding) not in known]


def is_hit(case: Case, finding: Finding) -> bool:
    """Whether a finding is the one that the case was planted for."""
    return finding.type == case.type and case.subject in finding.subject and case.value in finding.value


def main() -> int:
    """Prints one line for each case that went wrong, and the counts; 1 if anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a file in which the demo's world is kept between runs")
    parser.add_argument("--only", default="", help="a part of the names of the cases to run")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    world = _world(chosen.keep)
    started = time.perf_counter()
    base = run(world)
    seconds = time.perf_counter() - started
    known = {key_of(finding) for finding in base}
    hits, misses, alarms = 0, [], []
    for case in (*TRUE, *HARMLESS):
        if chosen.only not in case.name:
            continue
        found = new_in(case, world, known)
        wanted = [finding for finding in found if case.type and is_hit(case, finding)]
        hits += bool(wanted)
        if case.type and not wanted:
            misses.append(case.name)
        subjects = {
            finding.subject for finding in wanted
        }  # whose change may make a page of the demo wrong too
        alarms += [(case.name, finding.text) for finding in found if finding.subject not in subjects]
    _report(hits, misses, alarms, base, seconds, as_json=chosen.json)
    return 1 if misses or alarms else 0


def _world(keep: Path | None) -> World:
    if keep is not None and keep.exists():
        kept: World = pickle.loads(keep.read_bytes())
        return kept
    world = demo_world()
    if keep is not None:
        keep.write_bytes(pickle.dumps(world))
    return world


def _report(
    hits: int,
    misses: list[str],
    alarms: list[tuple[str, str]],
    base: list[Finding],
    seconds: float,
    *,
    as_json: bool,
) -> None:
    figures = {
        "true": len(TRUE), "found": hits, "harmless": len(HARMLESS), "alarms": len(alarms),
        "precision": round(hits / (hits + len(alarms) or 1), 3), "recall": round(hits / len(TRUE), 3),
        "in_demo": len(base), "seconds": round(seconds, 2),
    }  # fmt: skip
    if as_json:
        print(json.dumps({**figures, "missed": misses, "false": alarms}))
        return
    for finding in base:
        print(f"in the demo: {finding.type}: {finding.text}")
    for name in misses:
        print(f"missed: {name}")
    for name, text in alarms:
        print(f"false alarm: {name}: {text}")
    print(", ".join(f"{name} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
