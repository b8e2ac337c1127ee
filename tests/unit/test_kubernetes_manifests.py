"""Objects, their identity and exact text; secrets never leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import Document, Failure, ResourceRef
from connectors.kubernetes.connector import KubernetesManifestsConnector
from connectors.kubernetes.manifests import KubernetesObject, read
from connectors.kubernetes.secrets import mask_text
from connectors.kubernetes.summary import summarise

DEPLOYMENT = """\
# The cart keeps baskets.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  namespace: shop
  labels:
    app: cart
    tier: "1"
spec:
  replicas: 3 # for Black Friday
  template:
    spec:
      containers:
        - name: cart
          image: cart:v2.3
          ports:
            - containerPort: 8080
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
"""


def crawl(root: Path, files: dict[str, str], **options: object) -> tuple[dict[str, Document], list[Failure]]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    items = list(KubernetesManifestsConnector("demo", root, **options).crawl(None))  # type: ignore[arg-type]
    found = [item for item in items if isinstance(item, Document)]
    assert len({document.id for document in found}) == len(found)
    for document in found:
        for section in document.sections:
            assert document.text[section.start : section.end] == section.text
    return {document.id: document for document in found}, [i for i in items if isinstance(i, Failure)]


def test_an_object_is_a_document_with_its_identity(tmp_path: Path) -> None:
    documents, failures = crawl(tmp_path, {"envs/prod/cart.yaml": DEPLOYMENT}, cluster="main")
    document = documents["kubernetes:demo/shop/Deployment/cart@production"]
    assert failures == []
    assert document.title == "Deployment shop/cart"
    assert document.resource == ResourceRef("Deployment", "cart", "shop", "main")
    assert document.kind == "manifest"
    assert document.namespace == "shop"
    assert document.labels == ("app=cart", "tier=1")
    assert document.environment == "production"
    assert document.text == DEPLOYMENT
    assert document.sections[0].context == (
        "Deployment shop/cart: 3 replicas, image cart:v2.3, ports 8080, requests cpu 100m memory 128Mi"
    )
    assert document.sections[0].heading_path == ("Deployment cart",)


def test_line_anchors_are_those_of_the_file(tmp_path: Path) -> None:
    large = DEPLOYMENT + "          env:\n" + "".join(
        f"            - name: KEY_{n}\n              value: '{n}'\n" for n in range(60)
    )  # fmt: skip
    text = f"# file head\n---\nfoo: bar\n---\n{large}"
    documents, _ = crawl(tmp_path, {"cart.yaml": text})
    document = documents["kubernetes:demo/shop/Deployment/cart"]
    lines = text.split("\n")
    assert len(document.sections) > 1
    for section in document.sections:
        numbers = [int(number) for number in section.anchor.replace("L", "").split("-")]
        assert "\n".join(lines[numbers[0] - 1 : numbers[-1]]) == section.text
    assert any(path[-2:] == ("cart", "env") for path in (s.heading_path for s in document.sections))
    assert documents["kubernetes:demo/cart.yaml#1"].text.endswith("foo: bar\n")


def test_the_same_object_in_two_files_is_two_documents(tmp_path: Path) -> None:
    documents, _ = crawl(tmp_path, {"base/c.yaml": DEPLOYMENT, "overlays/prod/c.yaml": DEPLOYMENT * 1})
    assert set(documents) == {
        "kubernetes:demo/shop/Deployment/cart",
        "kubernetes:demo/shop/Deployment/cart@production",
    }
    twice, _ = crawl(tmp_path, {"base/c.yaml": f"{DEPLOYMENT}---\n{DEPLOYMENT}---\n{DEPLOYMENT}"})
    assert len(twice) == 4


def test_a_new_or_unreadable_environment_leaves_the_ids_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_paths(files: dict[str, str]) -> dict[str | None, str]:
        return {document.path: document.id for document in crawl(tmp_path, files)[0].values()}

    files = {"production/cart.yaml": DEPLOYMENT, "staging/cart.yaml": DEPLOYMENT}
    before = of_paths(files)
    after = of_paths({"dev/cart.yaml": DEPLOYMENT, "cart.yaml": DEPLOYMENT})
    identity = "kubernetes:demo/shop/Deployment/cart"
    assert before == {path: f"{identity}@{path.split('/')[0]}" for path in files}
    assert after == before | {"dev/cart.yaml": f"{identity}@development", "cart.yaml": identity}

    real = Path.open

    def fail_for_production(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == tmp_path / "production/cart.yaml":
            raise FileNotFoundError(path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", fail_for_production)
    items = list(KubernetesManifestsConnector("demo", tmp_path).crawl(None))
    found = {item.path: item.id for item in items if isinstance(item, Document)}
    assert found == {path: name for path, name in after.items() if path != "production/cart.yaml"}


def test_two_files_of_one_environment_that_define_an_object_are_told_apart_by_path(tmp_path: Path) -> None:
    documents, _ = crawl(tmp_path, {"prod/a.yaml": DEPLOYMENT, "prod/b.yaml": DEPLOYMENT})
    identity = "kubernetes:demo/shop/Deployment/cart@production"
    assert {document.path: document.id for document in documents.values()} == {
        "prod/a.yaml": identity,
        "prod/b.yaml": f"{identity}@prod/b.yaml",
    }


def test_lists_keep_the_lines_of_each_item(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n"
        "# first\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n"
        "- apiVersion: example.org/v1\n  kind: Widget\n  metadata:\n    name: b # odd\n"
    )
    documents, _ = crawl(tmp_path, {"list.yaml": text})
    service, widget = (documents[f"kubernetes:demo/_/{name}"] for name in ("Service/a", "Widget/b"))
    assert service.text == "# first\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n"
    assert service.sections[0].anchor == "L4-L7"
    assert widget.sections[0].anchor == "L8-L11"
    assert widget.resource == ResourceRef("Widget", "b")


def test_api_lists_are_rendered_without_bookkeeping(tmp_path: Path) -> None:
    item = {
        "metadata": {
            "name": "env", "namespace": "shop", "managedFields": [{"manager": "x"}], "resourceVersion": "7",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "owner": "team"},
        },
        "data": {"script": "#!/bin/sh\necho é\n"},
    }  # fmt: skip
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMapList", "items": [item, "odd"]}, indent=4)
    documents, failures = crawl(tmp_path, {"cm.json": text})
    document = documents["kubernetes:demo/shop/ConfigMap/env"]
    assert "managedFields" not in document.text
    assert "last-applied" not in document.text
    assert "owner: team" in document.text
    assert "  script: |\n    #!/bin/sh\n    echo é\n" in document.text
    assert document.sections[0].anchor == "metadata"
    assert [failure.item for failure in failures] == ["cm.json"]


def test_generated_and_missing_names(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Job\nmetadata:\n  generateName: seed-\n"
    documents, _ = crawl(
        tmp_path, {"a/job.yaml": text, "a/kustomization.yaml": "kind: Kustomization\napiVersion: x\n"}
    )
    assert set(documents) == {"kubernetes:demo/_/Job/seed-*", "kubernetes:demo/a/kustomization.yaml"}
    assert documents["kubernetes:demo/a/kustomization.yaml"].title == "a/kustomization.yaml"


def test_a_broken_document_is_reported_and_kept(tmp_path: Path) -> None:
    documents, failures = crawl(tmp_path, {"x.yaml": f"{DEPLOYMENT}---\nkind: [oops\n---\n{DEPLOYMENT}"})
    assert [(failure.item, failure.reason[:7]) for failure in failures] == [("x.yaml", "line 24")]
    assert len(documents) == 3
    assert "kind: [oops" in documents["kubernetes:demo/x.yaml#2"].text


def test_ten_thousand_objects_in_one_file(tmp_path: Path) -> None:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{}\n"
    documents, _ = crawl(tmp_path, {"all.yaml": "---\n".join(one.format(n) for n in range(10_000))})
    assert len(documents) == 10_000


SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"data":{"a":"SENTINEL1"}}
data:
  a: SENTINEL2
  b: |
    SENTINEL3

    SENTINEL4
  c: "SENTINEL5
    SENTINEL6"
  d: &x SENTINEL7
stringData: {url: "SENTINEL8", list: [SENTINEL9]}
"""


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        SECRET.replace("\n", "\r\n"),
        f"{SECRET}  broken: [\n",
        "apiVersion: v1\nkind: List\nitems:\n- " + SECRET.replace("\n", "\n  "),
        "base: &b\n  p: SENTINEL\nkind: Secret\nstringData:\n  <<: *b\n",
        '{"kind": "Secret",\n "data": {"a": "SENTINEL",\n "b": ["SENTINEL"',
        '{"kind": "Secret",\n "data": {"a": "SENTINEL", "b": ["SENTINEL"]}}',
        "env:\n- name: DB_PASSWORD\n  value: SENTINEL\n",
        'kind: Secret\ndata:\n  a: {{ "SENTINEL" | b64enc }}\n  b: "{{ .x }}SENTINEL{{ .y }}"\n',
        "kind: ConfigMap\ndata:\n  DATABASE_PASSWORD: SENTINEL\n",
        "metadata:\n  annotations:\n    example.org/api-key: SENTINEL\n",
    ],
)
def test_credentials_are_masked_and_lines_kept(text: str) -> None:
    masked = mask_text(text)
    assert "SENTINEL" not in masked
    assert masked.count("\n") == text.count("\n")
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "kind: Secret\ndata:\n  password: {{ .Values.password | b64enc }}\n",
        "kind: ExternalSecret\nspec:\n  data:\n    - secretKey: password\n      remoteRef: {key: prod/db}\n",
        "env:\n- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef: {name: db, key: password}\n",
        "env:\n- name: LOG_LEVEL\n  value: debug\n",
    ],
)
def test_references_and_plain_values_stay(text: str) -> None:
    assert mask_text(text) == text


def test_secrets_reach_neither_text_nor_context(tmp_path: Path) -> None:
    documents, _ = crawl(tmp_path, {"s.yaml": SECRET, "t.yaml": SECRET + "  broken: [\n"})
    assert "SENTINEL" not in json.dumps([document.to_json() for document in documents.values()])
    assert "keys a b c d url list" in documents["kubernetes:demo/_/Secret/s"].sections[0].context


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("Service", "spec: {type: NodePort, ports: [{port: 80, targetPort: http}], selector: {app: a}}",
         "type NodePort, ports 80→http, selects app a"),
        ("Ingress", "spec: {rules: [{host: a.io, http: {paths: [{backend: {service: {name: web}}}]}}]}",
         "hosts a.io, services web"),
        ("HorizontalPodAutoscaler", "spec: {scaleTargetRef: {kind: Deployment, name: a}, minReplicas: 1,"
         " maxReplicas: 9, metrics: [{resource: {name: cpu, target: {averageUtilization: 60}}}]}",
         "scales Deployment a, 1 to 9 replicas, on cpu 60"),
        ("CronJob", "spec: {schedule: '5 4 * * *', jobTemplate:"
         " {spec: {template: {spec: {containers: [{image: b}]}}}}}",
         "schedule 5 4 * * *, image b"),
        ("PrometheusRule", "spec: {groups: [{rules: [{alert: Down}, {record: x}]}]}",
         "alerts Down, records x"),
        ("RoleBinding", "roleRef: {kind: Role, name: r}\nsubjects: [{kind: User, name: u}]",
         "grants Role r, to User u"),
        ("Widget", "spec: {}", ""),
    ],
)  # fmt: skip
def test_summaries(kind: str, body: str, expected: str) -> None:
    assert summarise(kind, "S", yaml.safe_load(body)).removeprefix("S: ") == expected


kinds = st.sampled_from(
    ["Deployment", "CronJob", "Service", "Ingress", "Secret", "HorizontalPodAutoscaler", "Role",
     "RoleBinding", "PrometheusRule", "Application", "CustomResourceDefinition",
     "PersistentVolumeClaim", "PodDisruptionBudget"]
)  # fmt: skip
keys = st.sampled_from(
    ["spec", "template", "containers", "rules", "metrics", "resource", "target", "data", "groups",
     "source", "sources", "ports", "resources", "requests", "verbs", "roleRef", "subjects",
     "selector", "http", "paths", "versions", "names", "accessModes", "scaleTargetRef", "name",
     "stringData"]
)  # fmt: skip
values = st.recursive(
    st.none() | st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(kinds, st.dictionaries(keys, values, max_size=5))
def test_odd_objects_never_stop_a_summary(kind: str, value: dict[str, object]) -> None:
    assert len(summarise(kind, "S", value)) <= 400


@settings(max_examples=120, deadline=None)
@given(st.dictionaries(keys, values, max_size=5), st.booleans())
def test_reading_odd_objects_never_raises(value: dict[str, object], as_json: bool) -> None:
    whole = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "n"}, **value}
    text = json.dumps(whole) if as_json else yaml.safe_dump(whole)
    masked = mask_text(text)
    (found,) = read(masked)
    assert isinstance(found, KubernetesObject)
    assert found.name == "n"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="kind: SecrtdaLiems\n-{}[]\"'|&*#\t", max_size=200))
def test_any_text_is_masked_and_read(text: str) -> None:
    masked = mask_text(text)
    assert masked.count("\n") == text.count("\n")
    read(masked)
