"""Reads a real API server and says whether all of it is known: `python -m bench.real DIR [--snapshot FOLDER]`.

The control plane is built in DIR first. Then the recorded objects, or a few of its own, are put into it, and what
`kubelore` says is compared with what `kubectl` says: the objects, what a watch sees before and after the server was
started again, the commands it suggests, what an account with few rights may read, and that no Secret's data is kept.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench.real.build import programs
from bench.real.load import load
from bench.real.plane import Plane

_PORT = 18098
_CANARY = "canary-of-a-secret-5f1c"
_QUESTIONS = (
    "which nodes are ready?", "what runs in namespace tried?", "how many replicas does web have?",
    "what image does web run?", "who uses the config map settings?", "which pods are pending and why?",
    "what changed in tried in the last hour?",
    "how many pods are there per namespace?",
)  # fmt: skip
_EVENTS = ("Event",)
_NOT_KEPT = (*_EVENTS, "ComponentStatus")
"""Told in documents of their own, or by a kind that is no object and is going to leave the API."""


def main() -> int:
    """Runs all of it and prints one JSON document; 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the server is built and keeps its state")
    parser.add_argument("--snapshot", type=Path, help="a folder of recorded lists to put into it")
    options = parser.parse_args()
    folder = options.folder.resolve()
    built = programs(folder)
    state = folder / f"run-{int(time.time())}"
    with Plane(built, state) as plane:
        found = _tried(plane, state, options.snapshot)
    print(json.dumps(found, indent=1))
    return 0 if found["right"] else 1


def _tried(plane: Plane, state: Path, snapshot: Path | None) -> dict[str, object]:
    made = load(plane, snapshot) if snapshot else (0, 0)
    _own_objects(plane)
    admin = _config(state, "admin")
    first = json.loads(_kubelore(admin, "ingest", "--json"))
    there, known = _on_server(plane), _known(admin)
    again = json.loads(_kubelore(admin, "ingest", "--json"))
    answers = {q: json.loads(_kubelore(admin, "ask", "--json", "--run", q)) for q in _QUESTIONS}
    ran = [step for a in answers.values() for step in (a["script"] or {}).get("output") or ()]
    seen = _watched(plane, admin)
    rights = json.loads(_kubelore(_config(state, "reader"), "ingest", "--json"))
    leaks = [
        str(path)
        for path in state.glob("*-state/**/*")
        if path.is_file() and _CANARY.encode() in path.read_bytes()
    ]
    found: dict[str, object] = {
        "server": json.loads(plane.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"],
        "put into it": {"of": made[0], "made": made[1]},
        "objects": {"on the server": len(there), "known": len(there & known), "missing": sorted(there - known)[:5],
                    "gone": sorted(known - there)[:5]},
        "first run": {key: first[key] for key in ("status", "indexed", "failed", "seconds")},
        "again": {key: again[key] for key in ("status", "unchanged", "indexed", "seconds")},
        "answered": {q: not a["abstained"] for q, a in answers.items()},
        "commands": {"ran": len(ran), "went well": sum(step["exit_code"] == 0 for step in ran)},
        "watched": seen,
        "few rights": {key: rights[key] for key in ("status", "indexed", "skipped", "failed")},
        "secret found in": leaks,
    }  # fmt: skip
    found["right"] = bool(
        not there ^ known
        and again["indexed"] <= again["seen"] // 10
        and first["failed"] == 0
        and all(not answer["abstained"] for answer in answers.values())
        and ran
        and all(step["exit_code"] == 0 for step in ran)
        and all(seen.values())
        and rights["status"] == "done"
        and rights["indexed"] > 0
        and not leaks
    )
    return found


def _own_objects(plane: Plane) -> None:
    plane.kubectl("create", "namespace", "tried")
    plane.kubectl(
        "-n", "tried", "create", "secret", "generic", "hidden", f"--from-literal=password={_CANARY}"
    )
    plane.kubectl("-n", "tried", "create", "configmap", "settings", "--from-literal=mode=fast")
    plane.kubectl(
        "-n", "tried", "create", "deployment", "web", "--image=registry.example/web:1.0", "--replicas=2"
    )
    plane.kubectl("-n", "tried", "set", "env", "deployment/web", "--from=configmap/settings")
    plane.kubectl("-n", "tried", "create", "deployment", "huge", "--image=registry.example/huge:1")
    plane.kubectl("-n", "tried", "set", "resources", "deployment/huge", "--requests=cpu=500")
    plane.kubectl(
        "create", "clusterrole", "looks", "--verb=get,list,watch", "--resource=pods,services,deployments.apps"
    )
    plane.kubectl("-n", "tried", "create", "rolebinding", "look", "--clusterrole=looks", "--group=readers")
    time.sleep(20)  # what the controllers make of it


def _config(state: Path, user: str) -> Path:
    only = ", namespaces: {include: [tried]}" if user == "reader" else ""
    path = state / f"{user}.yaml"
    path.write_text(
        f"sources:\n  - {{name: real, type: kubernetes, context: real, kubeconfig: {state / f'{user}.conf'}{only}}}\n"
        f"index: {{path: {state / f'{user}-state'}}}\napi: {{port: {_PORT}}}\n"
    )
    return path


def _kubelore(config: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "kubelore", "--config", str(config), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def _on_server(plane: Plane) -> set[tuple[str, str, str]]:
    """Kind, namespace and name of everything that can be listed."""
    kinds = plane.kubectl("api-resources", "--verbs=list", "-o", "name").split()
    found = [
        item for kind in kinds for item in json.loads(plane.kubectl("get", kind, "-A", "-o", "json"))["items"]
    ]
    named = ((one["kind"], one["metadata"].get("namespace", ""), one["metadata"]["name"]) for one in found)
    return {one for one in named if one[0] not in _NOT_KEPT}


def _known(config: Path) -> set[tuple[str, str, str]]:
    """The same of what Kubelore knows."""
    from api.settings import load_settings
    from cluster.store import ObjectStore
    from connectors.documents import ANY

    refs = [found.ref for found in ObjectStore(load_settings(config).index.path).objects()]
    return {(ref.kind, "" if ref.namespace == ANY else ref.namespace, ref.name) for ref in refs}


def _watched(plane: Plane, config: Path) -> dict[str, bool]:
    """Whether `kubelore serve` tells of changes, also of those after the server was gone for a while."""
    command = [sys.executable, "-m", "kubelore", "--config", str(config), "serve"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as served:
        try:
            time.sleep(20)
            plane.kubectl("-n", "tried", "scale", "deployment/web", "--replicas=3")
            before = _told("scale", "web")
            plane.start_server()
            plane.kubectl("-n", "tried", "set", "image", "deployment/web", "web=registry.example/web:2.0")
            return {"a change": before, "a change after a restart of the server": _told("image", "web")}
        finally:
            served.terminate()


def _told(kind: str, name: str) -> bool:
    address = f"http://127.0.0.1:{_PORT}/v1/changes?since=10m&namespace=tried"
    for _ in range(40):
        time.sleep(3)
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                changes = json.load(answer)["changes"]
        except OSError:
            continue
        if any(one["type"] == kind and one["name"] == name for one in changes):
            return True
    return False


if __name__ == "__main__":
    raise SystemExit(main())
