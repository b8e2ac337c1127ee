"""`python -m bench.findings`: plants true and harmless facts into the demo and counts what findings say of them.

`--snapshot DIR` (list responses of an API server) holds pages about its applications against them instead, and with
`--corpus DIR` also documents that have nothing to do with it.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import time
from pathlib import Path

from bench.corpus import CorpusSource, sources_of
from bench.findings_cases import Case
from bench.findings_harmless import HARMLESS
from bench.findings_pages import HARMLESS as HARMLESS_PAGES
from bench.findings_pages import TRUE as TRUE_PAGES
from bench.findings_true import TRUE
from bench.findings_world import World, crawled, demo_world
from bench.graph import read
from cluster.findings import Finding, Scope, find
from connectors.documents import Document
from connectors.files.connector import FilesConnector
from connectors.filetree.connector import TreeConnector
from connectors.filetree.walk import TextFile
from connectors.formats.documents import file_document
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.terraform.connector import TerraformConnector

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
    parser.add_argument("--snapshot", type=Path, help="a folder of list responses, one JSON file a kind")
    parser.add_argument("--corpus", type=Path, help="a folder of sources that do not speak of the snapshot")
    chosen = parser.parse_args()
    if chosen.snapshot is not None:
        return _of_snapshot(chosen.snapshot, chosen.corpus)
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


def _of_snapshot(folder: Path, corpus: Path | None) -> int:
    """Each page alone against the snapshot, then the unrelated documents all together."""
    objects = read(folder)
    hits, alarms = 0, 0
    for text, subject in TRUE_PAGES:
        found = find(objects, [_page(text)])
        hits += any(subject in finding.subject for finding in found)
        wrong = [finding for finding in found if subject not in finding.subject]
        if len(wrong) == len(found):
            print(f"missed: {subject}")
        alarms += _told(wrong)
    for text in HARMLESS_PAGES:
        alarms += _told(find(objects, [_page(text)]))
    print(f"pages true {len(TRUE_PAGES)}, found {hits}, harmless {len(HARMLESS_PAGES)}, alarms {alarms}")
    if corpus is not None:
        documents = [document for source in sources_of(corpus) for document in crawled(connector_of(source))]
        for environment in ("", "production"):
            scopes = {"snapshot": Scope(environment=environment)}
            unrelated = find(objects, documents, scopes=scopes)
            _told(unrelated)
            alarms += len(unrelated)
            print(
                f"unrelated documents {len(documents)}, cluster is {environment or 'unknown'}: said {len(unrelated)}"
            )
    return 1 if alarms or hits < len(TRUE_PAGES) else 0


def _told(findings: list[Finding]) -> int:
    for finding in findings:
        print(f"false alarm: {finding.text}")
    return len(findings)


def _page(text: str) -> Document:
    document, _ = file_document("files", "pages", TextFile("page.md", text, "utf-8", Path("page.md")))
    return document


def connector_of(source: CorpusSource) -> TreeConnector:
    """The connector of a folder of the corpus."""
    kinds: dict[str, type[TreeConnector]] = {
        "terraform": TerraformConnector,
        "kubernetes": KubernetesManifestsConnector,
    }
    return kinds.get(source.type, FilesConnector)(source.name, source.root)


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
