"""Helm charts: description, values for each environment, templates as text, and what Helm renders."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from connectors.documents import Document, Failure, ResourceRef
from connectors.kubernetes import helm
from connectors.kubernetes.charts import Chart, template_objects, values_file
from connectors.kubernetes.connector import KubernetesManifestsConnector

CHART = "apiVersion: v2\nname: shop\nversion: 1.2.3\ndependencies:\n  - name: redis\n    version: 19.0.0\n"
TEMPLATE = """\
{{- if .Values.enabled -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop-env
"""
FILES = {
    "charts/shop/Chart.yaml": CHART,
    "charts/shop/values.yaml": "# How many pods.\nreplicas: 1\n",
    "charts/shop/values-production.yaml": "replicas: 3\n",
    "charts/shop/tempo-values-integration.yaml": "bucket: traces\n",
    "charts/shop/rules/redis.yaml": "groups: []\n",
    "charts/shop/templates/web.yaml": TEMPLATE,
    "charts/shop/templates/_helpers.tpl": '{{ define "shop.labels" }}\napp: shop\n{{ end }}\n',
    "charts/shop/templates/NOTES.txt": "Visit {{ .Values.host }}.\n",
    "charts/shop/README.md": "# Shop chart\n\nText.\n",
}


@pytest.fixture(autouse=True)
def without_helm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The result must not depend on what is installed; tests of rendering bring their own command."""
    monkeypatch.setattr(helm, "find", lambda: None)


def crawl(root: Path, files: dict[str, str] = FILES) -> tuple[dict[str, Document], list[Failure]]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    items = list(KubernetesManifestsConnector("demo", root).crawl(None))
    found = [item for item in items if isinstance(item, Document)]
    return {document.id: document for document in found}, [i for i in items if isinstance(i, Failure)]


def fake_helm(folder: Path, script: str) -> str:
    command = folder / "helm"
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return str(command)


def test_each_file_of_a_chart_is_what_it_is_for(tmp_path: Path) -> None:
    documents, failures = crawl(tmp_path)
    seen = {
        document.path: (document.kind, document.title, document.environment)
        for document in documents.values()
    }
    folder = "charts/shop"
    assert failures == []
    assert seen[f"{folder}/Chart.yaml"] == ("config", "chart shop 1.2.3", "")
    assert seen[f"{folder}/values.yaml"] == ("values", "shop values", "")
    assert seen[f"{folder}/values-production.yaml"] == ("values", "shop values (production)", "production")
    assert seen[f"{folder}/tempo-values-integration.yaml"] == (
        "values",
        "tempo values (integration)",
        "integration",
    )
    assert seen[f"{folder}/rules/redis.yaml"] == ("config", "rules/redis.yaml (chart shop)", "")
    assert seen[f"{folder}/README.md"] == ("page", "Shop chart", "")
    assert {seen[f"{folder}/templates/{name}"][0] for name in ("web.yaml", "_helpers.tpl", "NOTES.txt")} == {
        "template"
    }
    assert documents["kubernetes:demo/charts/shop/values.yaml"].labels == ("chart=shop",)


def test_a_template_is_text_that_names_its_objects(tmp_path: Path) -> None:
    documents, _ = crawl(tmp_path)
    template = documents["kubernetes:demo/charts/shop/templates/web.yaml"]
    assert template.title == "template Deployment {{ .Release.Name }}, ConfigMap shop-env (chart shop)"
    assert template.creates == (ResourceRef("ConfigMap", "shop-env"),)
    assert template.resource is None
    assert template.text == TEMPLATE
    assert {section.language for section in template.sections} == {"gotmpl"}
    assert template.sections[0].anchor == "L1-L10"


def test_templates_that_no_reader_parses_still_name_their_objects() -> None:
    text = "{{ range }}x: [\nkind: CronJob\nmetadata:\n  labels: {a: b}\n  name: nightly\nspec: }\n"
    assert template_objects(text).objects == (("CronJob", "nightly"),)


@pytest.mark.parametrize(
    ("path", "title", "environment"),
    [
        ("c/values.yaml", "web values", ""),
        ("c/values-prod.yml", "web values (production)", "production"),
        ("c/values.staging.yaml", "web values (staging)", "staging"),
        ("c/values-eu-prod.yaml", "web values (eu-prod)", "production"),
        ("c/envs/dev/values.yaml", "web values (development)", "development"),
        ("c/redis-values.yaml", "redis values", ""),
    ],
)
def test_names_of_values_files(path: str, title: str, environment: str) -> None:
    values = values_file(path, Chart("c", "web"))
    assert values is not None
    assert (values.title, values.environment) == (title, environment)


@pytest.mark.parametrize("path", ["c/evaluation.yaml", "c/values.txt", "c/myvalues.yaml", "c/values/x.yaml"])
def test_other_names_are_no_values(path: str) -> None:
    assert values_file(path, None) is None


def test_rendered_objects_have_ids_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  a: SENTINEL\n"
    command = fake_helm(tmp_path, f"cat <<'END'\n---\n# Source: x\n{rendered}END")
    monkeypatch.setattr(helm, "find", lambda: command)
    files = {**FILES, "plain/s.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"}
    documents, failures = crawl(tmp_path / "tree", files)
    document = documents["kubernetes:demo/_/Secret/s@chart:charts/shop"]
    assert failures == []
    assert "kubernetes:demo/_/Secret/s" in documents
    assert document.labels == ("chart=shop", "rendered")
    assert document.path == "charts/shop/Chart.yaml"
    assert "SENTINEL" not in document.text
    assert document.text[document.sections[0].start : document.sections[0].end] == document.sections[0].text


HELM_BY_VALUES = """\
echo "$@" >>'LOG'
case "$*" in *--values*) replicas=3;; *) replicas=1;; esac
cat <<END
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-name-web
spec:
  replicas: $replicas
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: fixed
END"""


def test_each_file_of_values_gives_the_objects_that_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = fake_helm(tmp_path, HELM_BY_VALUES.replace("LOG", str(tmp_path / "log")))
    monkeypatch.setattr(helm, "find", lambda: command)
    documents, failures = crawl(tmp_path / "tree")
    rendered = {name: document for name, document in documents.items() if document.kind == "manifest"}
    deployment, chart = "kubernetes:demo/_/Deployment/release-name-web@chart:", "charts/shop"
    production = f"{chart}/values-production.yaml"
    assert failures == []
    assert {name: (document.title, document.environment) for name, document in rendered.items()} == {
        f"{deployment}{chart}": ("Deployment release-name-web", ""),
        f"kubernetes:demo/_/ConfigMap/fixed@chart:{chart}": ("ConfigMap fixed", ""),
        f"{deployment}{production}": ("Deployment release-name-web (production)", "production"),
    }
    assert "replicas: 3" in rendered[f"{deployment}{production}"].text
    assert {document.resource for document in rendered.values()} == {None, ResourceRef("ConfigMap", "fixed")}
    assert f"--values {tmp_path}/tree/{production}" in (tmp_path / "log").read_text("utf-8")


def test_libraries_and_charts_of_charts_are_not_rendered_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = fake_helm(tmp_path, HELM_BY_VALUES.replace("LOG", str(tmp_path / "log")))
    monkeypatch.setattr(helm, "find", lambda: command)
    crawl(
        tmp_path / "tree",
        {
            "web/Chart.yaml": "name: web\n",
            "web/values.schema.json": "{}",
            "web/charts/sub/Chart.yaml": "name: sub\n",
            "lib/Chart.yaml": "name: lib\ntype: library\n",
        },
    )
    assert (tmp_path / "log").read_text("utf-8").splitlines() == [
        f"template release-name {tmp_path}/tree/web --skip-tests"
    ]


def test_a_chart_that_helm_refuses_is_one_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = fake_helm(tmp_path, "echo 'Error: missing in charts/ directory: redis' >&2; exit 1")
    monkeypatch.setattr(helm, "find", lambda: command)
    documents, failures = crawl(tmp_path / "tree")
    assert [(failure.item, failure.reason) for failure in failures] == [
        ("charts/shop/Chart.yaml", "helm template failed: Error: missing in charts/ directory: redis")
    ]
    assert failures[0].warning
    assert "kubernetes:demo/charts/shop/templates/web.yaml" in documents


def test_helm_gets_an_argument_list_and_a_time_limit(tmp_path: Path) -> None:
    chart = tmp_path / "a chart; rm -rf $HOME"
    chart.mkdir()
    assert helm.render(fake_helm(tmp_path, 'printf "%s|" "$@"'), chart).split("|")[:3] == [
        "template", "release-name", str(chart)
    ]  # fmt: skip
    with pytest.raises(helm.HelmError, match="took longer than 0"):
        helm.render(fake_helm(tmp_path, "exec sleep 5"), chart, timeout=0.2)
    with pytest.raises(helm.HelmError, match="could not be started"):
        helm.render(str(tmp_path / "none"), chart)


def test_a_chart_in_the_root_of_the_source(tmp_path: Path) -> None:
    documents, _ = crawl(
        tmp_path, {"Chart.yaml": "name: top\n", "templates/a.yaml": "kind: X\n", "x.yaml": "a: 1\n"}
    )
    titles = {document.path: document.title for document in documents.values()}
    assert titles == {"Chart.yaml": "chart top", "templates/a.yaml": "template a.yaml (chart top)",
                      "x.yaml": "x.yaml (chart top)"}  # fmt: skip


def test_a_broken_template_full_of_blank_lines_is_read_at_once() -> None:
    text = "{{ range }}x: [\nkind: Job\nmetadata:\n" + "   \n" * 5_000 + "}\n"
    assert template_objects(text).objects == (("Job", ""),)
