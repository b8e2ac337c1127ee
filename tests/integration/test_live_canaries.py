"""Credentials planted all over a cluster are nowhere: not in what is kept, not in a log, not in any answer.

A short version of `make leaks`, with what that leaves out: commands that run on the cluster, logs, pictures, the watch.
"""

from __future__ import annotations

import json
import logging
import random
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.cli import main
from api.settings import load_settings
from bench.leak_cluster import live_objects
from bench.leak_search import Needles, everything_in, folder_bytes
from bench.leak_values import Planter
from tests.integration.kube_cases import KUBECTL, deployment
from tests.integration.test_wiring import HashingModel
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig, reconcile, serving

pytestmark = pytest.mark.skipif(not KUBECTL.exists(), reason="kubectl is not here")

SEEDS = range(7_000, 7_024)
"""Each plants a few objects in a namespace of its own."""
QUESTIONS = [
    "what is the password of the database that loaded uses?",
    "describe the deployment loaded in shop",
    "which environment variables does loaded have?",
    "what does the config map settings hold?",
    "show the logs of loaded",
    "what is failing in shop?",
    "which secrets are there in shop?",
]
COMMANDS = [
    "get deployments loaded -n shop -o yaml",
    "get deployments -A -o json",
    "get pods -A -o yaml",
    "get configmaps -A -o yaml",
    "describe deployment loaded -n shop",
    "describe configmap settings -n shop",
    "describe pods -n shop",
    "get events -A",
    "logs deploy/loaded -n shop",
    "get deployment loaded -n shop -o jsonpath={.spec.template.spec.containers[*].env[*].value}",
    "get deployment loaded -n shop -o jsonpath={.metadata.annotations}",
    "get secrets -A -o yaml",
    "get secret db -n shop -o jsonpath={.data}",
]


class Planted:
    """Objects of a shop with a credential in every place where people leave them."""

    def __init__(self) -> None:
        self.planter = Planter(random.Random(20_261_129))
        self.values: list[str] = []
        self.log = f"connecting with password={self.new()} to postgres://app:{self.new()}@db/app\n"
        self.objects = [self.deployment(), self.settings(), self.secret(), self.custom(), self.event()]

    def new(self) -> str:
        """A credential that is nowhere else."""
        self.values.append(self.planter.in_url())
        return self.values[-1]

    def deployment(self) -> dict[str, Any]:
        made = deployment("loaded")
        container = made["spec"]["template"]["spec"]["containers"][0]
        container["env"] = [
            {"name": "DB_PASSWORD", "value": self.new()},
            {"name": "DATABASE_URL", "value": f"postgres://app:{self.new()}@db.shop:5432/app"},
        ]
        container["args"] = [f"--api-token={self.new()}", "--password", self.new()]
        copy = {**made, "metadata": {"name": "loaded", "annotations": {"auth-token": self.new()}}}
        made["metadata"]["annotations"] = {
            "kubectl.kubernetes.io/last-applied-configuration": json.dumps(copy),
            "example.com/api-key": self.new(),
            "example.com/webhook": f"https://bot:{self.new()}@chat.example.com/hook",
        }
        return made

    def settings(self) -> dict[str, Any]:
        data = {
            "api-token": self.new(),
            "app.properties": f"color=blue\ndb.password={self.new()}\n",
            "app.yaml": f"db:\n  user: app\n  password: {self.new()}\n",
            "app.json": json.dumps({"clientSecret": self.new()}),
            "start.sh": f"export AWS_SECRET_ACCESS_KEY={self.new()}\ncurl -u app:{self.new()} http://db\n",
        }
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _named("settings"), "data": data}

    def secret(self) -> dict[str, Any]:
        data = {"password": b64encode(self.new().encode()).decode()}
        self.values.append(data["password"])
        applied = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": data})}
        metadata = {**_named("db"), "annotations": applied}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": data}

    def custom(self) -> dict[str, Any]:
        spec = {"database": {"user": "app", "password": self.new()}, "tokens": [{"token": self.new()}]}
        return {"apiVersion": "example.com/v1", "kind": "Shop", "metadata": _named("shop"), "spec": spec}

    def event(self) -> dict[str, Any]:
        about = {"kind": "Pod", "name": "loaded", "namespace": "shop"}
        said = f"probe failed: curl --token={self.new()} redis://:{self.new()}@redis:6379"
        return {
            "apiVersion": "v1", "kind": "Event", "metadata": _named("loaded.1"), "type": "Warning",
            "reason": "Unhealthy", "message": said, "involvedObject": about,
        }  # fmt: skip


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": "shop"}


class Place:
    """A served cluster with credentials, and all that Kubelore has said about it."""

    def __init__(self, folder: Path, cluster: Cluster, needles: Needles) -> None:
        self.state, self.config = folder / "state", folder / "config.yaml"
        self.cluster, self.needles = cluster, needles
        self.said: list[str] = []

    def run(self, *arguments: str) -> None:
        """Runs a command."""
        assert main(["--config", str(self.config), *arguments]) == 0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())
    planted = Planted()
    planters = {seed: Planter(random.Random(seed)) for seed in SEEDS}
    texts = [text for seed, p in planters.items() for text in live_objects(p, f"d{seed}").values()]
    values = [value for p in planters.values() for value in p.secrets if value in "\n".join(texts)]
    cluster = from_objects(planted.objects)
    reconcile(cluster)
    for one in (one for text in texts for one in json.loads(text)):
        cluster.put(one)
    for pod in cluster.store.records(cluster.store.registry.named("Pod"), "shop"):
        cluster.logs.set("shop", pod.obj["metadata"]["name"], "app", planted.log)
    with serving(cluster, tls=True) as served:
        file = kubeconfig(tmp_path / "kubeconfig", Context("prod", served))
        made = Place(tmp_path, cluster, Needles((value, 0) for value in [*planted.values, *values]))
        made.config.write_text(
            f"sources: [{{name: prod, type: kubernetes, context: prod, kubeconfig: {file}}}]\n"
            "index: {path: state}\n"
        )
        yield made
    assert not cluster.violations
    assert not cluster.secret_reads


def test_no_planted_credential_is_found_anywhere(
    place: Place, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place.run("ingest")
    for format_ in ("svg", "mermaid", "dot", "json"):
        place.run("graph", "--format", format_)
        place.run("graph", "--format", format_, "--focus", "deploy/loaded")
    place.run("status", "--findings")
    place.run("search", "password token key loaded", "--json")
    with api(place) as client:
        answers = [ask(client, question) for question in QUESTIONS]
        codes, outputs = zip(*(script(client, line.split()) for line in COMMANDS), strict=True)

    assert codes == (200,) * (len(COMMANDS) - 2) + (422,) * 2, "what reads Secrets is refused, the rest runs"
    assert "DB_PASSWORD" in outputs[0]
    assert "color=blue" in outputs[3]
    assert "connecting with password" in outputs[COMMANDS.index("logs deploy/loaded -n shop")]
    out, err = capfd.readouterr()
    assert "loaded" in out
    spoken = {"answers": answers, "scripts": outputs, "printed": [out, err], "log": [caplog.text]}
    kept = {"state": [*everything_in(place.state), *folder_bytes(place.state)]}
    found = {where: place.needles.found_in(texts) for where, texts in {**spoken, **kept}.items()}
    assert not {where: values for where, values in found.items() if values}


def test_the_needles_would_be_found(place: Place) -> None:
    (pod,) = place.cluster.store.records(place.cluster.store.registry.named("Pod"), "shop")
    assert place.needles.found_in([json.dumps(pod.obj)])


@contextmanager
def api(place: Place) -> Iterator[TestClient]:
    with TestClient(create_app(load_settings(place.config, {})), base_url="http://localhost") as client:
        yield client


def ask(client: TestClient, question: str) -> str:
    answer = client.post("/v1/ask", json={"question": question, "run": True})
    assert answer.status_code == 200
    return answer.text


def script(client: TestClient, argv: Sequence[str]) -> tuple[int, str]:
    answer = client.post("/v1/scripts/run", json={"steps": [{"argv": ["kubectl", *argv]}]})
    return answer.status_code, answer.text
