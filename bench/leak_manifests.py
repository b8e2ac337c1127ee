"""Kubernetes manifests, Helm charts and what lies beside them, with credentials where teams have put them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import yaml

from bench.leak_pages import as_yaml, settings
from bench.leak_values import Planter

Tree = dict[str, Any]


def _object(p: Planter, api: str, kind: str, **fields: Any) -> Tree:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": f"{p.name()}-{p.hex(4)}"}, **fields}


def secret(p: Planter) -> Tree:
    """Data, encoded and not, under names that say nothing."""
    made = _object(p, "v1", "Secret", type="Opaque")
    if p.chance.random() < 0.7:
        made["data"] = {name: p.encoded() for name in ("anything", "tls.key", "user")}
    if p.chance.random() < 0.6 or "data" not in made:
        made["stringData"] = {
            "any": p.secret(),
            "config.ini": f"[db]\nhost = db.internal\nword = {p.random_looking()}\n",
            "n": p.letters(),
        }
    return made


def docker_secret(p: Planter) -> Tree:
    """The credentials of a registry."""
    auth = base64.b64encode(f"ci:{p.random_looking()}".encode()).decode()
    p.secrets.append(auth)
    config = base64.b64encode(json.dumps({"auths": {"ghcr.io": {"auth": auth}}}).encode()).decode()
    p.secrets.append(config)
    made = _object(p, "v1", "Secret", type="kubernetes.io/dockerconfigjson")
    return {**made, "data": {".dockerconfigjson": config}}


def config_map(p: Planter) -> Tree:
    """Keys that name credentials, and whole files that hold some."""
    data = dict(settings(p))
    data["application.yaml"] = "spring:\n  datasource:\n" + as_yaml(p, settings(p), "    ")
    data["app.properties"] = "".join(f"app.{key}={value}\n" for key, value in settings(p))
    data["config.json"] = json.dumps({"db": dict(settings(p))}, indent=2)
    for name in p.chance.sample(sorted(data), 1):
        del data[name]
    return _object(p, "v1", "ConfigMap", data=data)


def deployment(p: Planter) -> Tree:
    """Environment values, flags and annotations of a container."""
    env: list[Tree] = [{"name": key.upper().replace("-", "_"), "value": value} for key, value in settings(p)]
    if p.chance.random() < 0.3:
        env = [{"value": pair["value"], "name": pair["name"]} for pair in env]
    env.append(
        {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": p.harmless()[1], "key": "password"}}}
    )
    flag = p.chance.choice(([f"--db-password={p.random_looking()}"], ["--token", p.random_looking()]))
    container: Tree = {
        "name": "app",
        "image": f"registry.example.com/app@sha256:{p.hex(64)}",
        "env": env,
        "args": flag,
    }
    p.plain.append(str(container["image"]))
    if p.chance.random() < 0.3:
        container["command"] = ["sh", "-c", f"exec app --api-key={p.random_looking()} --port=8080"]
    kind = p.chance.choice(("Deployment", "StatefulSet", "DaemonSet"))
    pod: Tree = {"metadata": {"annotations": _annotations(p)}, "spec": {"containers": [container]}}
    return _object(p, "apps/v1", kind, spec={"template": pod})


def cron_job(p: Planter) -> Tree:
    """A job with a connection string and a schedule."""
    env = [{"name": "DATABASE_URL", "value": f"postgres://app:{p.in_url()}@db:5432/app"}]
    schedule = f"{p.chance.randint(0, 59)} 3 * * *"
    p.plain.append(schedule)
    pod = {
        "spec": {"containers": [{"name": "job", "image": "job:1.2.3", "env": env}], "restartPolicy": "Never"}
    }
    return _object(
        p, "batch/v1", "CronJob", spec={"schedule": schedule, "jobTemplate": {"spec": {"template": pod}}}
    )


def _annotations(p: Planter) -> dict[str, str]:
    made = {"checksum/config": p.hex(64), f"example.com/{p.key()}": p.random_looking()}
    p.plain.append(made["checksum/config"])
    return made


def applied(p: Planter) -> Tree:
    """What `kubectl apply` remembers of a Secret or a Deployment."""
    inner = p.chance.choice((secret, deployment))(p)
    outer = {"apiVersion": inner["apiVersion"], "kind": inner["kind"], "metadata": dict(inner["metadata"])}
    # The annotation is masked whole, so nothing in it can be asked to survive.
    p.plain.clear()
    remembered = json.dumps(inner, separators=(",", ":")) + "\n"
    outer["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": remembered}
    return outer


def helm_release(p: Planter) -> Tree:
    """Values of a chart inside an object."""
    values = {
        p.name(): dict(settings(p)),
        "auth": {"password": p.random_looking(), "existingSecret": p.harmless()[1]},
    }
    return _object(p, "helm.toolkit.fluxcd.io/v2", "HelmRelease", spec={"interval": "5m", "values": values})


def argo_application(p: Planter) -> Tree:
    """Parameters of a chart, and its values as text."""
    parameters = [{"name": f"global.{key}", "value": value} for key, value in settings(p)]
    helm: Tree = {"parameters": parameters, "values": "db:\n" + as_yaml(p, settings(p), "  ")}
    return _object(p, "argoproj.io/v1alpha1", "Application", spec={"source": {"helm": helm}})


def alertmanager(p: Planter) -> Tree:
    """Receivers with their keys, as the text of a ConfigMap."""
    hook = f"https://hooks.slack.com/services/T{p.upper(8)}/B{p.upper(8)}/{p.word(24)}"
    p.secrets.append(hook.rpartition("/")[2])
    config: Tree = {
        "global": {"slack_api_url": hook, "smtp_auth_password": p.random_looking()},
        "receivers": [{"name": "pager", "pagerduty_configs": [{"routing_key": p.hexadecimal()}]}],
    }
    return _object(p, "v1", "ConfigMap", data={"alertmanager.yml": yaml.safe_dump(config)})


def datasource(p: Planter) -> Tree:
    """Grafana's secure fields."""
    source = {"name": "db", "type": "postgres", "secureJsonData": {"password": p.random_looking()}}
    text = yaml.safe_dump({"datasources": [source]})
    return _object(p, "v1", "ConfigMap", data={"datasources.yaml": text})


def kubeconfig(p: Planter) -> Tree:
    """Users with a token or a key."""
    user = {"token": p.random_looking(), "client-key-data": p.encoded(), "password": p.letters()}
    return {"apiVersion": "v1", "kind": "Config", "users": [{"name": "ci", "user": user}]}


def external_secret(p: Planter) -> Tree:
    """Names of credentials, none of them one."""
    key = f"prod/{p.name()}/db-{p.hex(4)}"
    p.plain.append(key)
    data = [{"secretKey": "password", "remoteRef": {"key": key, "property": "password"}}]
    return _object(
        p, "external-secrets.io/v1", "ExternalSecret", spec={"refreshInterval": "1h", "data": data}
    )


def kustomization(p: Planter) -> Tree:
    """Literals of a Secret."""
    literals = [f"any={p.random_looking()}", f"password={p.secret()}"]
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "secretGenerator": [{"name": "db", "literals": literals}],
        "images": [{"name": "app", "newTag": p.harmless()[1]}],
    }


OBJECTS: tuple[Callable[[Planter], Tree], ...] = (
    secret, secret, docker_secret, config_map, config_map, deployment, deployment, cron_job, helm_release,
    argo_application, alertmanager, datasource, kubeconfig, external_secret,
)  # fmt: skip


def manifest(p: Planter) -> dict[str, str]:
    """One file of a few objects, as YAML in some style or as JSON."""
    if p.chance.random() < 0.1:
        return {"live.yaml": _dump(p, applied(p))}
    if p.chance.random() < 0.05:
        return {"kustomization.yaml": _dump(p, kustomization(p))}
    objects = [p.chance.choice(OBJECTS)(p) for _ in range(p.chance.randint(1, 3))]
    if p.chance.random() < 0.2:
        tree = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "items": objects}
        return {"objects.json": json.dumps(tree, indent=p.chance.choice((None, 2))) + "\n"}
    if p.chance.random() < 0.15:
        return {"list.yaml": _dump(p, {"apiVersion": "v1", "kind": "List", "items": objects})}
    broken = "broken: [unclosed\n  : : {\n" if p.chance.random() < 0.1 else ""
    return {"objects.yaml": "---\n".join(_dump(p, one) for one in objects) + broken}


def _dump(p: Planter, tree: Tree) -> str:
    # Wide: a folded URL or a schedule over two lines would be nobody's leak and nobody's loss.
    return yaml.safe_dump(
        tree,
        sort_keys=p.chance.random() < 0.3,
        default_style=p.chance.choice((None, None, '"', "'")),
        width=10_000,
    )


def chart(p: Planter) -> dict[str, str]:
    """A chart: values with credentials, and a template that brings one along as a default."""
    values = as_yaml(p, settings(p, 3)) + f"{p.name()}:\n  auth:\n" + as_yaml(p, settings(p), "    ")
    values += f"extraEnv:\n  - name: {p.key().upper().replace('-', '_')}\n    value: {p.random_looking()}\n"
    template = (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n"
        f'  any: {{{{ .Values.any | default "{p.random_looking()}" | b64enc }}}}\n'
        f"  other: {p.encoded()}\n"
    )
    return {
        "Chart.yaml": f"apiVersion: v2\nname: {p.name()}\nversion: 1.2.3\n",
        "values.yaml": values,
        "templates/secret.yaml": template,
        "README.md": "# Chart\n\n```yaml\n" + as_yaml(p, settings(p)) + "```\n",
    }
