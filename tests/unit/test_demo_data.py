"""The demo company and its questions hold together: all parses, links, quotes and is free of secrets."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hcl2
import pytest
import yaml

from tests.servers.demo import handbook, wiki

DATA = Path(__file__).parents[2] / "data"
DEMO = DATA / "demo"
ENVIRONMENTS = ("production", "staging")
SERVICES = {"storefront", "catalog", "cart", "checkout", "payments", "orders", "inventory", "search",
            "notifications", "recommendations"}  # fmt: skip
CANARIES = {
    "canary-smtp-7f3e91d0c4": "manifests/staging/notifications.yaml",
    "canary-pg-5b20aa91e6": "runbooks/database-access-staging.md",
}
KINDS = {"howto", "onboarding", "troubleshoot", "fact", "terraform", "manifest", "architecture",
         "cross-source", "unanswerable", "zh"}  # fmt: skip

PAGES = sorted(DEMO.glob("runbooks/**/*.md"))
HCL_FILES = sorted(path for path in DEMO.glob("infra/**/*") if path.suffix in {".tf", ".tfvars", ".hcl"})
MANIFEST_FILES = sorted(path for env in ENVIRONMENTS for path in DEMO.glob(f"manifests/{env}/*.yaml"))
CHART = DEMO / "manifests/charts/shop-service"
FILES = sorted(path for path in DEMO.rglob("*") if path.is_file())
QUESTIONS = [json.loads(line) for line in (DATA / "questions/demo.jsonl").read_text("utf-8").splitlines()]
BILINGUAL = [
    json.loads(line)
    for name in ("chinese", "chinese-held-out")
    for line in (DATA / f"questions/{name}.jsonl").read_text("utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["kind"] != "unanswerable"]


def name_of(path: Path) -> str:
    return str(path.relative_to(DEMO))


def question_id(question: dict[str, Any]) -> str:
    return str(question["id"])


def read(name: str) -> str:
    return (DEMO / name).read_text("utf-8")


@cache
def all_objects(environment: str) -> tuple[dict[str, Any], ...]:
    files = sorted(DEMO.glob(f"manifests/{environment}/*.yaml"))
    return tuple(item for path in files for item in yaml.safe_load_all(path.read_text("utf-8")))


def objects(environment: str, kind: str = "") -> list[dict[str, Any]]:
    return [item for item in all_objects(environment) if not kind or item["kind"] == kind]


def named(environment: str, kind: str, name: str) -> dict[str, Any]:
    return next(item for item in objects(environment, kind) if item["metadata"]["name"] == name)


def workloads(environment: str) -> dict[str, dict[str, Any]]:
    kinds = {"Deployment", "StatefulSet"}
    return {item["metadata"]["name"]: item for item in objects(environment) if item["kind"] in kinds}


def containers(environment: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, workload in workloads(environment).items():
        for container in workload["spec"]["template"]["spec"]["containers"]:
            yield name, container
    for job in objects(environment, "CronJob"):
        for container in job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]:
            yield job["metadata"]["name"], container


def selected(selector: dict[str, str], workload: dict[str, Any]) -> bool:
    labels = dict(workload["spec"]["template"]["metadata"]["labels"])
    if workload["kind"] == "StatefulSet":
        labels["statefulset.kubernetes.io/pod-name"] = f"{workload['metadata']['name']}-0"
    return selector.items() <= labels.items()


def meets(answer: str, item: str) -> bool:
    """Whether `answer` holds one of the item's alternatives; a number must stand alone."""
    for alternative in item.split("|"):
        pattern = re.escape(alternative)
        if re.fullmatch(r"[\d.,]+", alternative):
            pattern = rf"(?<![\w.,]){pattern}(?![\w]|[.,]\d)"
        if re.search(pattern, answer, re.IGNORECASE | re.ASCII):
            return True
    return False


# --- runbooks ---


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_has_front_matter_and_working_links(page: Path) -> None:
    _, front, body = page.read_text("utf-8").split("---\n", 2)
    assert {"title", "owner", "last_reviewed"} <= yaml.safe_load(front).keys()
    assert re.search(r"^# ", body, re.MULTILINE)
    assert body.count("```") % 2 == 0
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[\w-]+)?\)", body):
        assert link.startswith("https://") or (page.parent / link).is_file(), link


def test_every_alert_has_its_runbook() -> None:
    for environment in ENVIRONMENTS:
        for group in named(environment, "PrometheusRule", "shop-alerts")["spec"]["groups"]:
            for rule in group["rules"]:
                page = DEMO / "runbooks/alerts" / rule["annotations"]["runbook_url"].rsplit("/", 1)[1]
                assert f"title: {rule['alert']}\n" in page.read_text("utf-8")


# --- Terraform ---


@pytest.mark.parametrize("path", HCL_FILES, ids=name_of)
def test_hcl_parses(path: Path) -> None:
    assert hcl2.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("deployment", ["cluster", "databases", "edge"])
def test_tfvars_set_what_the_deployment_declares(environment: str, deployment: str) -> None:
    variables = read(f"infra/deployments/{deployment}/variables.tf")
    declared = re.findall(r'^variable "(\w+)"', variables, re.MULTILINE)
    text = read(f"infra/environments/{environment}/{deployment}.tfvars")
    values = hcl2.loads(text)
    assert {key for key in values if not key.startswith("__")} <= set(declared)
    assert f'"{environment}"' in text


# --- manifests ---


@pytest.mark.parametrize("path", MANIFEST_FILES, ids=name_of)
def test_manifest_holds_objects_with_identity(path: Path) -> None:
    for item in yaml.safe_load_all(path.read_text("utf-8")):
        assert item["apiVersion"]
        assert item["kind"] not in {"Secret", "List"}
        assert re.fullmatch(r"[a-z0-9-]+", item["metadata"]["name"])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestEnvironment:
    def test_object_names_are_unique_and_all_services_exist(self, environment: str) -> None:
        metadata = [(item["kind"], item["metadata"]) for item in objects(environment)]
        keys = [(kind, meta.get("namespace"), meta["name"]) for kind, meta in metadata]
        assert len(keys) == len(set(keys))
        assert workloads(environment).keys() >= SERVICES

    def test_selectors_find_their_pods(self, environment: str) -> None:
        running = workloads(environment)
        for name, workload in running.items():
            assert selected(workload["spec"]["selector"]["matchLabels"], workload), name
        for service in objects(environment, "Service"):
            assert any(selected(service["spec"]["selector"], w) for w in running.values())
        for item in objects(environment, "PodDisruptionBudget"):
            assert any(selected(item["spec"]["selector"]["matchLabels"], w) for w in running.values())
        for item in objects(environment, "HorizontalPodAutoscaler"):
            assert item["spec"]["scaleTargetRef"]["name"] in running
            assert item["spec"]["minReplicas"] <= item["spec"]["maxReplicas"]

    def test_service_ports_reach_a_container_port(self, environment: str) -> None:
        for service in objects(environment, "Service"):
            selector = service["spec"]["selector"]
            target = next(w for w in workloads(environment).values() if selected(selector, w))
            pod = target["spec"]["template"]["spec"]
            open_ports = {port["name"] for c in pod["containers"] for port in c.get("ports", [])}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= open_ports

    def test_calls_between_services_resolve_and_are_allowed(self, environment: str) -> None:
        calls = 0
        for caller, container in containers(environment):
            for variable in container.get("env", []):
                match = re.fullmatch(r"(?:http|redis)://([\w-]+):(\d+)(?:/\d+)?", variable.get("value", ""))
                if not match:
                    continue
                calls += 1
                service = named(environment, "Service", match[1])
                assert int(match[2]) in {port["port"] for port in service["spec"]["ports"]}
                policies = [
                    policy["spec"]
                    for policy in objects(environment, "NetworkPolicy")
                    if policy["spec"]["podSelector"].get("matchLabels", {}).get("app") == match[1]
                ]
                callers = {
                    peer["podSelector"]["matchLabels"]["app"]
                    for policy in policies
                    for rule in policy["ingress"]
                    for peer in rule["from"]
                    if "podSelector" in peer
                }
                assert caller in callers, f"{caller} may not call {match[1]}"
        assert calls > 20

    def test_references_to_config_and_secrets_resolve(self, environment: str) -> None:
        made = {
            (item["spec"]["target"]["name"], entry["secretKey"])
            for item in objects(environment, "ExternalSecret")
            for entry in item["spec"]["data"]
        }
        for _, container in containers(environment):
            for source in container.get("envFrom", []):
                assert named(environment, "ConfigMap", source["configMapRef"]["name"])
            for variable in container.get("env", []):
                if "valueFrom" in variable:
                    ref = variable["valueFrom"]["secretKeyRef"]
                    assert (ref["name"], ref["key"]) in made

    def test_ingress_leads_to_services(self, environment: str) -> None:
        for ingress in objects(environment, "Ingress"):
            for path in ingress["spec"]["rules"][0]["http"]["paths"]:
                assert named(environment, "Service", path["backend"]["service"]["name"])


def test_chart_templates_use_only_values_that_exist() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
    templates = "".join(path.read_text("utf-8") for path in (CHART / "templates").iterdir())
    used = set(re.findall(r"\.Values\.([\w.]+)", templates))
    assert len(used) > 10
    for dotted in used:
        node: Any = values
        for part in dotted.split("."):
            node = node[part]
    for environment in ENVIRONMENTS:
        override = yaml.safe_load((CHART / f"values-{environment}.yaml").read_text("utf-8"))
        assert override.keys() <= values.keys()


# --- traps ---


def test_planted_traps_are_still_there() -> None:
    cart = named("production", "Deployment", "cart")["spec"]
    assert cart["replicas"] == 5
    assert cart["template"]["spec"]["containers"][0]["resources"]["limits"]["memory"] == "768Mi"
    assert "| cart | 3 replicas, no autoscaling | 512Mi |" in read("runbooks/capacity-and-cost.md")
    live = "".join(path.read_text("utf-8") for path in MANIFEST_FILES)
    stale = read("runbooks/basket-service.md")
    for gone in ("basket-api", "acorn-web", "networking.k8s.io/v1beta1", "autoscaling/v2beta2"):
        assert gone in stale
        assert gone not in live
    assert "TBD" in read("runbooks/backup-restore.md")
    different = [
        name
        for name in SERVICES
        if named("production", "Deployment", name)["spec"]["replicas"]
        != named("staging", "Deployment", name)["spec"]["replicas"]
    ]
    assert set(different) == SERVICES


def test_readme_lists_every_canary_and_no_other_file_holds_one() -> None:
    readme = read("README.md")
    for canary, home in CANARIES.items():
        assert canary in readme
        holders = {name_of(path) for path in FILES if canary in path.read_text("utf-8")}
        assert holders == {home, "README.md"}
    assert not any(canary in json.dumps(QUESTIONS) for canary in CANARIES)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_looks_like_a_real_secret(path: Path) -> None:
    text = path.read_text("utf-8")
    for canary in CANARIES:
        text = text.replace(canary, "")
    assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN|\bgh[ps]_\w{20}|xox[abp]-|eyJ[\w-]{20}|sk_live_", text)
    assert not re.search(r"\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9+/]{32,}\b", text)
    assert not re.search(r"(?i)(password|api_?key|token)[\"']?\s*[=:]\s*[\"']?[a-z0-9]\S{7,}", text)
    for account in re.findall(r"(?<!\d)\d{12}(?!\d)", text):
        assert account in {"111122223333", "444455556666"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_credentials_in_container_environments_are_references_or_canaries(environment: str) -> None:
    for _, container in containers(environment):
        for variable in container.get("env", []):
            if re.search("PASSWORD|SECRET|_KEY|TOKEN|DATABASE_URL", variable["name"]):
                assert "valueFrom" in variable or variable["value"] in CANARIES


# --- handbook and wiki ---


@cache
def wiki_pages() -> dict[str, str]:
    """The words of each page of the handbook and the wiki, by the id of its document."""
    site, workspace = handbook(DEMO / "handbook"), wiki(DEMO / "wiki")
    found = {f"confluence:handbook/{page.id}": words_of_storage(page.body) for page in site.contents.values()}
    for page, held in workspace.pages.items():
        blocks = [block for block in workspace.blocks.values() if block["parent"].get("page_id") == page]
        found[f"notion:wiki/{page}"] = words_of_json([held["properties"], blocks])
    return found


def words_of_storage(body: str) -> str:
    names = 'xmlns:ac="ac" xmlns:ri="ri"'
    return " ".join("".join(ElementTree.fromstring(f"<r {names}>{body}</r>").itertext()).split())


def words_of_json(data: Any) -> str:
    if isinstance(data, dict):
        return str(data.get("plain_text") or " ".join(map(words_of_json, data.values())))
    return " ".join(map(words_of_json, data)) if isinstance(data, list) else ""


def words_of(path: str) -> str:
    """What a gold path names: a file of the demo, or a page of a wiki by its document's id."""
    return wiki_pages()[path] if ":" in path else read(path)


def test_the_handbook_is_public_but_for_one_page() -> None:
    site = handbook(DEMO / "handbook")
    hidden = {page.title for page in site.contents.values() if not site.may_read(None, page.id)}
    assert hidden == {"Contracts and prices"}
    mara = next(user for user in site.users.values() if user.username == "mara")
    assert site.truth(mara) == set(site.contents)
    home = site.spaces["HB"].homepage
    assert all(page.id == home or page.parent for page in site.contents.values() if page.kind == "page")
    assert site.comments
    assert site.attachments


def test_every_link_marker_and_attachment_of_the_handbook_leads_somewhere() -> None:
    site = handbook(DEMO / "handbook")
    bodies = "".join(page.body for page in site.contents.values())
    titles = {page.title for page in site.contents.values()}
    assert set(re.findall(r'ri:content-title="([^"]+)"', bodies)) <= titles
    assert set(re.findall(r'ri:filename="([^"]+)"', bodies)) == {f.title for f in site.attachments.values()}
    assert set(re.findall(r'ac:ref="([^"]+)"', bodies)) == {
        comment.marker for comment in site.comments.values() if comment.marker
    }
    assert set(re.findall(r'ri:account-id="([^"]+)"', bodies)) <= site.users.keys()


def test_the_wiki_has_a_database_of_all_services() -> None:
    workspace = wiki(DEMO / "wiki")
    (source,) = workspace.sources
    assert {workspace.title(row["id"]) for row in workspace.rows(source)} == SERVICES
    for row in workspace.rows(source):
        live = named("production", "Deployment", workspace.title(row["id"]))
        assert row["properties"]["Team"]["select"]["name"] == live["metadata"]["labels"]["team"]


def test_the_old_on_call_page_disagrees_with_the_runbook() -> None:
    assert "30 minutes to acknowledge" in words_of("confluence:handbook/2012")
    assert "**10 minutes to acknowledge**" in read("runbooks/oncall-and-support.md")


# --- questions ---


def test_questions_are_seventy_of_all_kinds_with_unique_ids() -> None:
    assert [question["id"] for question in QUESTIONS] == [f"demo-{n:03d}" for n in range(1, 71)]
    assert len({question["question"] for question in QUESTIONS}) == 70
    kinds = Counter(question["kind"] for question in QUESTIONS)
    assert kinds.keys() == KINDS
    assert (kinds["unanswerable"], kinds["zh"]) == (11, 7)


@pytest.mark.parametrize("question", ANSWERABLE, ids=question_id)
def test_answerable_question_quotes_its_files_and_its_answer_passes(question: dict[str, Any]) -> None:
    assert question["gold"]
    for gold in question["gold"]:
        assert gold["quote"]
        assert gold["quote"] in words_of(gold["path"])
    assert question["must_include"]
    assert all(meets(question["answer"], item) for item in question["must_include"])
    assert question.get("need") == ("all" if question["kind"] == "cross-source" else None)
    assert question["lang"] == ("zh" if question["kind"] == "zh" else "en")
    assert bool(re.search(r"[\u4e00-\u9fff]", question["question"])) == (question["lang"] == "zh")


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q["kind"] == "unanswerable"], ids=question_id)
def test_unanswerable_question_has_no_gold(question: dict[str, Any]) -> None:
    assert question["gold"] == []
    assert question["must_include"] == []


@pytest.mark.parametrize("question", BILINGUAL, ids=question_id)
def test_bilingual_question_quotes_its_files_in_the_other_language_or_its_own(
    question: dict[str, Any],
) -> None:
    assert bool(re.search(r"[\u4e00-\u9fff]", question["question"])) == (question["lang"] == "zh")
    assert bool(question["gold"]) == (question["kind"] != "zh-unanswerable") == bool(question["must_include"])
    for gold in question["gold"]:
        assert gold["quote"] in words_of(gold["path"])
    if question["kind"] == "en-on-zh":
        assert all(re.search(r"[\u4e00-\u9fff]", words_of(gold["path"])) for gold in question["gold"])


def test_bilingual_questions_are_asked_once() -> None:
    assert len({question["question"] for question in BILINGUAL}) == len(BILINGUAL) == 65
