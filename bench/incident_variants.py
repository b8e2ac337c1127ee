"""Measures causes on cases as they might have been: `python -m bench.incident_variants --cloudops DIR`.

Each variant changes what was kept of a case, never what was wrong: a source of evidence is missing or cut, everything
has another name, the monitor sampled at other times. Figures are A@1 and A@3 as in `bench.incidents`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from bench.incident_forms import FORMS
from bench.incident_terms import answer, truth
from bench.incidents import Outcome, cases, score
from incidents.bundles import read_files
from incidents.investigate import investigate

Files = dict[str, str]
Variant = Callable[[Files, dict[str, str]], tuple[Files, dict[str, str]]]
"""From the texts of a case by file name, and its truth, to those of the variant."""

_APPS = ("Deployment", "StatefulSet", "DaemonSet")
_EVENTS = re.compile(r"^Events:[^\n]*\n(?:[ \t]+[^\n]*\n?)*", re.MULTILINE)
_TAIL = 20


def _commands(keep: Callable[[str], bool], change: Callable[[str], str] = str) -> Variant:
    """A variant that keeps some of the recorded commands and changes their outputs."""

    def vary(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
        found = dict(files)
        for name in files:
            if name.startswith("k8s_states"):
                outputs = json.loads(files[name])
                found[name] = json.dumps(
                    {
                        line: change(text) if isinstance(text, str) else text
                        for line, text in outputs.items()
                        if keep(line)
                    }
                )
        return found, told

    return vary


def _without(*starts: str) -> Variant:
    def vary(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
        return {name: text for name, text in files.items() if not name.startswith(starts)}, told

    return vary


def _only(*starts: str) -> Variant:
    def vary(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
        return {name: text for name, text in files.items() if name.startswith(starts)}, told

    return vary


def _tables(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
    """What `kubectl get` prints as tables, events among them, and nothing else."""
    kept, _ = _only("k8s_states")(files, told)
    return _commands(lambda line: " get " in line and "-o yaml" not in line and "-o json" not in line)(
        kept, told
    )


def _log_tails(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
    """Only the last lines of each log."""
    found = dict(files)
    for name in files:
        if name.startswith("logs"):
            found[name] = json.dumps({owner: _tail(text) for owner, text in json.loads(files[name]).items()})
    return found, told


def _tail(text: object) -> object:
    if isinstance(text, list):
        return text[-_TAIL:]
    return "\n".join(str(text).splitlines()[-_TAIL:]) if isinstance(text, str) else text


def _renamed(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
    """Every workload, node and the namespace under another name of the same length; the truth with them."""
    outputs = json.loads(next(text for name, text in files.items() if name.startswith("k8s_states")))
    names = _names(outputs) | {told["namespace"]}
    choose = random.Random(told["id"])
    new = {name: _other(name, choose) for name in sorted(names)}
    both = new | {_upper(name): _upper(one) for name, one in new.items()}
    pattern = re.compile(
        "|".join(
            rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" for name in sorted(both, key=len, reverse=True)
        )
    )

    @cache
    def word(one: str) -> str:
        return pattern.sub(lambda match: both[match[0]], one)

    def replaced(text: str) -> str:
        return _WORD.sub(lambda match: word(match[0]), text)

    found = {name: _in_values(name, text, replaced) for name, text in files.items()}
    return found, {key: replaced(one) for key, one in told.items()}


def _in_values(name: str, text: str, change: Callable[[str], str]) -> str:
    """The text with its words changed; those of JSON before they are escaped (`\\ncart` holds the name `cart`)."""
    if not name.endswith(".json"):
        return change(text)

    def walked(value: object) -> object:
        if isinstance(value, dict):
            return {change(str(key)): walked(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walked(one) for one in value]
        return change(value) if isinstance(value, str) else value

    return json.dumps(walked(json.loads(text)))


_WORD = re.compile(r"[A-Za-z0-9_.-]+")
"""What a name stands in; each such word is looked at once."""


def _names(outputs: dict[str, object]) -> set[str]:
    """The workloads, Services and nodes of the recorded commands, as far as their names say nothing by themselves."""
    pattern = re.compile(r"kubectl get (?:deployments|statefulsets|services|nodes) ([\w.-]+)(?: |$)")
    found = {match[1] for line in outputs if (match := pattern.match(line)) and not match[1].startswith("-")}
    return found - {"kubernetes", "master"}


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")


def _other(name: str, choose: random.Random) -> str:
    """Another name with the same words for what a thing is (service, mysql) and other letters for the rest."""
    return re.sub(
        r"[a-z]+", lambda match: match[0] if match[0] in _KEPT else _letters(match[0], choose), name
    )


_KEPT = frozenset({"service", "mysql", "redis", "rabbitmq", "leader", "follower", "headless", "gateway"})


def _letters(word: str, choose: random.Random) -> str:
    return "".join(choose.choice(string.ascii_lowercase) for _ in word)


def _metrics(change: Callable[[list[str], random.Random], list[str]]) -> Variant:
    """A variant of the rows of the metrics."""

    def vary(files: Files, told: dict[str, str]) -> tuple[Files, dict[str, str]]:
        found = dict(files)
        for name in files:
            if name.startswith("metrics"):
                head, *rows = files[name].strip("\n").splitlines()
                found[name] = "\n".join([head, *change(rows, random.Random(told["id"]))])
        return found, told

    return vary


def _jittered(rows: list[str], choose: random.Random) -> list[str]:
    """Each value off by up to a tenth."""
    found = []
    for row in rows:
        at, *values = row.split(",")
        found.append(",".join([at, *(_off(one, choose) for one in values)]))
    return found


def _off(value: str, choose: random.Random) -> str:
    try:
        return f"{float(value) * choose.uniform(0.9, 1.1):.6g}"
    except ValueError:
        return value


VARIANTS: dict[str, Variant] = {
    "as it is": lambda files, told: (files, told),
    "renamed": _renamed,
    "no logs": _without("logs"),
    "logs cut": _log_tails,
    "no events": _commands(lambda line: "get events" not in line, lambda text: _EVENTS.sub("Events: <none>\n", text)),
    "no alerts": _without("alert"),
    "no metrics": _without("metrics"),
    "no YAML": _commands(lambda line: "-o yaml" not in line and "-o json" not in line),
    "no describe": _commands(lambda line: " describe " not in line),
    "tables only": _tables,
    "logs and metrics only": _only("logs", "metrics"),
    "metrics only": _only("metrics"),
    "metrics with holes": _metrics(lambda rows, choose: [row for row in rows if choose.random() > 0.3]),
    "metrics later": _metrics(lambda rows, _: rows[5:]),
    "metrics shorter": _metrics(lambda rows, _: rows[: -len(rows) // 6]),
    "metrics half": _metrics(lambda rows, _: rows[::2]),
    "metrics jittered": _metrics(_jittered),
    **FORMS,
}  # fmt: skip


def texts(folder: Path) -> Files:
    """The unpacked text of each file of a case."""
    found = {}
    for path in sorted(folder.iterdir()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found[path.name.removesuffix(".gz")] = data.decode("utf-8", "replace")
    return found


def solve(case: Path, variant: Variant) -> Outcome | None:
    """Investigates a variant of a case; None where the variant is the case itself."""
    told = json.loads((case / "metadata.json").read_text(encoding="utf-8"))
    files = texts(case / "raw_data")
    about = {"namespace": str(told.get("namespace", "")), "id": str(case), **told["result"]}
    varied, now = variant(files, about)
    if (varied == files and variant is not VARIANTS["as it is"]) or not any(varied.values()):
        return None
    evidence = read_files(varied, now["namespace"])
    report = investigate(evidence)
    apps = {one.name for one in evidence.objects if one.kind in _APPS}
    said = [answer(cause.category, cause.cause, cause.object, apps) for cause in report.causes]
    ident = f"{case.parent.parent.name}/{case.parent.name}/{case.name}"
    return Outcome(case.parent.name, ident, truth(now), list(dict.fromkeys(said)), report.took_ms / 1000)


def measured(systems: list[Path], names: list[str], half: str) -> Iterator[tuple[str, str, list[Outcome]]]:
    """The outcomes by variant and system."""
    for name in names:
        for system in systems:
            found = [solve(case, VARIANTS[name]) for case in cases(system, half)]
            yield name, system.name, [one for one in found if one is not None]


def main() -> None:
    """Prints a table, and with --misses what was said instead."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cloudops", type=Path, required=True)
    parser.add_argument("--variant", action="append", choices=sorted(VARIANTS), default=[])
    parser.add_argument("--half", choices=("all", "odd", "even"), default="all")
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    systems = [system for system in sorted(chosen.cloudops.iterdir()) if system.is_dir()]
    print("| variant | system | n | a1 | a3 |\n|---|---|---|---|---|")
    for name, system, outcomes in measured(systems, chosen.variant or list(VARIANTS), chosen.half):
        if not outcomes:
            continue
        figures = score(outcomes)
        print(f"| {name} | {system} | {figures['n']} | {figures['a1']} | {figures['a3']} |", flush=True)
        for one in outcomes if chosen.misses else ():
            if not one.within(1):
                print(
                    f"    {one.ident} {one.wanted[1:]}: {[found[1:] for found in one.said[:3]]}", flush=True
                )


if __name__ == "__main__":
    main()
