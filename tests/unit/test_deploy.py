"""What `deploy/` holds fits together and fits the program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.app import create_app
from api.settings import KubernetesSource
from tests.unit.test_docs import FOLDERS, PROJECT, ROOT, parse, validate

MANIFESTS = ROOT / "deploy" / "kubernetes"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((MANIFESTS / name).read_text())
    return data


def rights() -> dict[str, dict[str, Any]]:
    """What `rbac.yaml` holds, by kind."""
    return {found["kind"]: found for found in yaml.safe_load_all((MANIFESTS / "rbac.yaml").read_text())}


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = read(name)["spec"]
    return (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]


PODS = ["deployment.yaml", "cronjob.yaml"]


def config_text() -> str:
    text: str = read("configmap.yaml")["data"]["config.yaml"]
    return text


def test_the_kustomization_lists_every_manifest() -> None:
    files = {path.name for path in MANIFESTS.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(read("kustomization.yaml")["resources"]) == files


@pytest.mark.parametrize("name", PODS)
def test_pods_refer_to_what_is_there(name: str) -> None:
    spec = pod(name)["spec"]
    volumes = {volume["name"]: volume for volume in spec["volumes"]}

    assert volumes["config"]["configMap"]["name"] == read("configmap.yaml")["metadata"]["name"]
    assert volumes["data"]["persistentVolumeClaim"]["claimName"] == read("pvc.yaml")["metadata"]["name"]
    for container in [*spec["initContainers"], *spec["containers"]]:
        assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
        assert container["image"] == read("kustomization.yaml")["images"][0]["name"]
        assert not container["securityContext"]["allowPrivilegeEscalation"]


@pytest.mark.parametrize("name", PODS)
def test_containers_run_real_commands(name: str) -> None:
    for container in pod(name)["spec"]["containers"]:
        assert "command" not in container
        parse(container["args"])
    for container in pod(name)["spec"]["initContainers"]:
        script = Path(container["command"][-1])
        assert script.name in read("configmap.yaml")["data"]


@pytest.mark.parametrize("name", PODS)
def test_every_variable_of_the_configuration_is_set(name: str) -> None:
    needed = set(re.findall(r"\$\{(\w+)\}", config_text()))
    for container in pod(name)["spec"]["containers"]:
        assert needed == {variable["name"] for variable in container["env"]}


def test_the_configuration_is_valid_and_lies_on_the_volume(tmp_path: Path) -> None:
    settings = validate(config_text(), tmp_path)
    script = read("configmap.yaml")["data"]["fetch.sh"]
    mount = {
        m["name"]: m["mountPath"] for m in pod("deployment.yaml")["spec"]["containers"][0]["volumeMounts"]
    }

    assert settings.schedule.cron is None, "the CronJob ingests"
    assert settings.api.host == "0.0.0.0"
    assert settings.api.auth is not None
    assert f"path: {mount['data']}/state" in config_text()
    for source in settings.sources:
        if isinstance(source, KubernetesSource) and source.in_cluster:
            continue
        assert f"path: {mount['data']}/sources/{source.name}" in config_text()
        assert re.search(rf"\b{source.name}\b", script)


@pytest.mark.parametrize("name", PODS)
def test_pods_read_the_cluster_as_the_account_that_is_bound(name: str, tmp_path: Path) -> None:
    found, spec = rights(), pod(name)["spec"]
    account = found["ServiceAccount"]["metadata"]
    (subject,) = found["ClusterRoleBinding"]["subjects"]
    live = [source for source in validate(config_text(), tmp_path).sources if source.type == "kubernetes"]

    assert any(source.in_cluster for source in live)
    assert spec["serviceAccountName"] == account["name"] == subject["name"]
    assert spec["automountServiceAccountToken"]
    assert subject["namespace"] == account["namespace"] == read("kustomization.yaml")["namespace"]
    assert found["ClusterRoleBinding"]["roleRef"]["name"] == found["ClusterRole"]["metadata"]["name"]


def test_the_account_changes_nothing_and_reads_no_secret() -> None:
    for rule in rights()["ClusterRole"]["rules"]:
        assert set(rule["verbs"]) <= {"get", "list", "watch"}
        assert "*" not in rule["apiGroups"]
        if "" in rule["apiGroups"]:
            assert not {"*", "secrets", "pods/exec"} & set(rule["resources"])


def test_the_optional_rules_are_rules() -> None:
    text = (MANIFESTS / "rbac.yaml").read_text()
    uncommented = re.sub(r"(?m)^  # (- apiGroups:|  (?:resources|verbs):)", r"  \1", text)
    role = next(one for one in yaml.safe_load_all(uncommented) if one["kind"] == "ClusterRole")
    optional = role["rules"][len(rights()["ClusterRole"]["rules"]) :]

    assert [rule["resources"] for rule in optional] == [["pods/log"], ["*"], ["secrets"]]
    assert all(set(rule["verbs"]) <= {"get", "list"} for rule in optional)
    assert optional[-1]["verbs"] == ["list"], "metadata is listed; nobody asks for a Secret by name"


def test_probes_and_service_reach_the_server(tmp_path: Path) -> None:
    (container,) = pod("deployment.yaml")["spec"]["containers"]
    settings = validate(config_text(), tmp_path)
    routes = create_app(settings).openapi()["paths"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    service = read("service.yaml")["spec"]

    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert {"/healthz", "/readyz"} <= set(routes)
    assert ports[container["readinessProbe"]["httpGet"]["port"]] == settings.api.port
    assert ports[service["ports"][0]["targetPort"]] == settings.api.port
    assert service["selector"].items() <= pod("deployment.yaml")["metadata"]["labels"].items()


def test_one_node_has_the_state_folder() -> None:
    deployment = read("deployment.yaml")["spec"]
    (term,) = pod("cronjob.yaml")["spec"]["affinity"]["podAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]

    assert read("pvc.yaml")["spec"]["accessModes"] == ["ReadWriteOnce"]
    assert deployment["replicas"] == 1
    assert deployment["strategy"]["type"] == "Recreate"
    assert term["topologyKey"] == "kubernetes.io/hostname"
    assert (
        term["labelSelector"]["matchLabels"].items() <= deployment["template"]["metadata"]["labels"].items()
    )
    assert read("cronjob.yaml")["spec"]["concurrencyPolicy"] == "Forbid"


def test_the_image_holds_every_folder_and_reads_the_mounted_configuration() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE))
    mount = {
        m["name"]: m["mountPath"] for m in pod("deployment.yaml")["spec"]["containers"][0]["volumeMounts"]
    }

    assert copied == set(FOLDERS)
    assert f"KUBELORE_CONFIG={mount['config']}/config.yaml" in DOCKERFILE
    assert re.search(r"torch==[\d.]+", DOCKERFILE).group() in (ROOT / "Makefile").read_text()  # type: ignore[union-attr]
    assert str(pod("deployment.yaml")["spec"]["securityContext"]["runAsUser"]) in DOCKERFILE
    assert read("kustomization.yaml")["images"][0]["newTag"] == PROJECT["project"]["version"]
    parse(yaml.safe_load(DOCKERFILE.rpartition("CMD ")[2]))
