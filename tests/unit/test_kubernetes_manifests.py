"""Objects, their identity and exact text; secrets never leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import Document, Failure, ResourceRef
from connectors.formats.yaml_tree import load
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
    document = documents["kubernetes:demo/shop/Deployment/cart"]
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
        "kubernetes:demo/shop/Deployment/cart@base/c.yaml",
        "kubernetes:demo/shop/Deployment/cart@production",
    }
    twice, _ = crawl(tmp_path, {"base/c.yaml": f"{DEPLOYMENT}---\n{DEPLOYMENT}---\n{DEPLOYMENT}"})
    assert sorted(name.partition("@")[2] for name in twice) == [
        *(f"base/c.yaml#{number}" for number in (1, 2, 3)), "production"
    ]  # fmt: skip


def ids_by_path(root: Path, *paths: str) -> dict[str | None, str]:
    """What follows the identity of the one object that each of the files defines."""
    documents, _ = crawl(root / str(len(list(root.iterdir()))), dict.fromkeys(paths, DEPLOYMENT))
    prefix = "kubernetes:demo/shop/Deployment/cart"
    assert all(name.startswith(prefix) for name in documents)
    return {document.path: name.removeprefix(prefix) for name, document in documents.items()}


def test_the_id_is_plain_where_it_is_alone_and_no_ones_where_it_is_not(tmp_path: Path) -> None:
    assert ids_by_path(tmp_path, "production/cart.yaml") == {"production/cart.yaml": ""}
    two = ["production/cart.yaml", "staging/cart.yaml"]
    assert ids_by_path(tmp_path, *two) == {two[0]: "@production", two[1]: "@staging"}
    assert ids_by_path(tmp_path, *two, "cart.yaml", "dev/cart.yaml") == {
        two[0]: "@production", two[1]: "@staging", "cart.yaml": "@cart.yaml", "dev/cart.yaml": "@development"
    }  # fmt: skip


def test_two_files_of_one_environment_that_define_an_object_are_told_apart_by_path(tmp_path: Path) -> None:
    assert ids_by_path(tmp_path, "prod/a.yaml", "prod/b.yaml", "dev/c.yaml") == {
        "prod/a.yaml": "@prod/a.yaml", "prod/b.yaml": "@prod/b.yaml", "dev/c.yaml": "@development"
    }  # fmt: skip


def test_a_team_that_leaves_hands_its_id_to_no_other(tmp_path: Path) -> None:
    teams = ["team-a/a.yaml", "team-b/a.yaml", "team-c/a.yaml"]
    before = ids_by_path(tmp_path, *teams)
    for gone in teams:
        after = ids_by_path(tmp_path, *(team for team in teams if team != gone))
        assert after == {team: name for team, name in before.items() if team != gone}


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


def test_what_is_no_object_in_a_list_is_kept(tmp_path: Path) -> None:
    text = (
        "# Made by hand.\napiVersion: v1\nkind: List\nmetadata:\n  resourceVersion: ''\nitems:\n"
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n"
        "- kind: NoName\n  important: content\n"
        "- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: v1\n    kind: Pod\n"
        "    metadata: {name: nested}\n"
        "-\n# The end.\n"
    )
    documents, failures = crawl(tmp_path, {"l.yaml": text})
    assert failures == []
    assert {name.removeprefix("kubernetes:demo/"): document.text for name, document in documents.items()} == {
        "l.yaml#1": text[: text.index("- apiVersion")],
        "_/Pod/a": "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n",
        "l.yaml#3": "- kind: NoName\n  important: content\n",
        "_/Pod/nested": "  - apiVersion: v1\n    kind: Pod\n    metadata: {name: nested}\n",
        "l.yaml#5": "-\n",
        "l.yaml#6": "# The end.\n",
    }
    lines = text.split("\n")
    for document in documents.values():
        for section in document.sections:
            first, _, last = section.anchor.replace("L", "").partition("-")
            assert section.text == "\n".join(lines[int(first) - 1 : int(last or first)])


@pytest.mark.parametrize(
    "items",
    ["[10.0.0.0/8]", "[{cidr: 10.0.0.0/8}]", "[{metadata: {name: x}}]", "[]"],
)
def test_a_resource_that_is_called_a_list_is_an_object(tmp_path: Path, items: str) -> None:
    text = f"apiVersion: x.io/v1\nkind: AllowList\nmetadata:\n  name: ips\nitems: {items}\n"
    documents, failures = crawl(tmp_path, {"w.yaml": f"{text}---\n{DEPLOYMENT}"})
    assert failures == []
    assert documents["kubernetes:demo/_/AllowList/ips"].text == text


POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        (
            json.dumps({"apiVersion": "v1", "kind": "List", "items": [POD, POD]}, indent=2),
            ["L5-L11", "L12-L18"],
        ),
        (json.dumps([POD, POD], indent=2), ["L2-L8", "L9-L15"]),
        (f"{json.dumps(POD)}\n{json.dumps(POD)}\n", ["L1", "L2"]),
        (f"{json.dumps(POD, indent=1)}\n{json.dumps(POD, indent=1)}\n", ["L1-L7", "L8-L14"]),
        (json.dumps([POD, POD]), ["metadata", "metadata"]),
        ("{kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: p}}]}", ["L1"]),
    ],
)
def test_json_in_every_form_gives_its_objects(tmp_path: Path, text: str, anchors: list[str]) -> None:
    documents, failures = crawl(tmp_path, {"p.json": text})
    assert failures == []
    assert {document.resource for document in documents.values()} == {ResourceRef("Pod", "p")}
    assert [document.sections[0].anchor for document in documents.values()] == anchors


def test_aliases_and_merges_give_an_object_its_identity(tmp_path: Path) -> None:
    head = "x: &m\n  name: a\n  namespace: q\n  labels: {tier: web}\napiVersion: v1\nkind: Service\n"
    documents, _ = crawl(
        tmp_path,
        {
            "alias.yaml": f"{head}metadata: *m\n",
            "merge.yaml": f"{head}metadata:\n  <<: *m\n  name: b\n",
            "root.yaml": "x: &r {apiVersion: v1, kind: Pod}\n<<: [*r, *r]\nmetadata: {name: c}\n",
        },
    )
    assert set(documents) == {f"kubernetes:demo/{name}" for name in ("q/Service/a", "q/Service/b", "_/Pod/c")}
    assert documents["kubernetes:demo/q/Service/b"].labels == ("tier=web",)


def test_empty_documents_are_none_and_comments_are_kept(tmp_path: Path) -> None:
    text = f"{DEPLOYMENT}---\n---\n\n---\n# Why there is no more.\n...\n"
    documents, failures = crawl(tmp_path, {"a.yaml": text})
    assert failures == []
    assert [document.text for document in documents.values() if document.kind == "config"] == [
        "---\n# Why there is no more.\n...\n"
    ]


def test_api_lists_are_rendered_without_bookkeeping(tmp_path: Path) -> None:
    item = {
        "metadata": {
            "name": "env", "namespace": "shop", "managedFields": [{"manager": "x"}], "resourceVersion": "7",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "owner": "team"},
        },
        "data": {"script": "#!/bin/sh\necho é\n"},
    }  # fmt: skip
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMapList", "items": [item, "odd"]})
    documents, failures = crawl(tmp_path, {"cm.json": text})
    document = documents["kubernetes:demo/shop/ConfigMap/env"]
    assert document.text.startswith("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: env\n")
    assert "managedFields" not in document.text
    assert "last-applied" not in document.text
    assert "owner: team" in document.text
    assert "  script: |\n    #!/bin/sh\n    echo é\n" in document.text
    assert document.sections[0].anchor == "metadata"
    assert failures == []
    assert documents["kubernetes:demo/cm.json#2"].text.startswith("odd\n")


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
        '{"kind": "Secret", "data": {"a": "SENTINEL"}}\n{"kind": "Secret", "data": {"a": "SENTINEL"}}\n',
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
    (found,) = read(load(masked))
    assert isinstance(found, KubernetesObject)
    assert found.name == "n"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="kind: SecrtdaLiems\n-{}[]\"'|&*#\t", max_size=200))
def test_any_text_is_masked_and_read(text: str) -> None:
    masked = mask_text(text)
    assert masked.count("\n") == text.count("\n")
    read(load(masked))
