"""Planted facts of which nothing may be said: true, unsure, of another time, place or kind."""

from __future__ import annotations

from bench.findings_cases import Case, both, code, container, live, new_file, page, put

_NAMES = (
    Case("there", page("# Cart\n\n`kubectl -n shop rollout restart deployment/cart`\n")),
    Case("placeholder", page("# Logs\n\n```bash\nkubectl -n shop logs deploy/<name>\nkubectl -n shop logs deploy/my-app\n"
                             "kubectl -n $NS get deploy/$APP\nkubectl -n shop get deploy/example-service\n```\n")),
    Case("made by the page", page("# New\n\n```bash\nkubectl -n shop create configmap load-settings --from-literal=a=b\n"
                                  "kubectl -n shop get configmap load-settings\n```\n")),
    Case("applied by the page", page("# Debugger\n\nSave this:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: debugger\n"
                                     "  namespace: shop\n```\n\nThen `kubectl apply -f debugger.yaml`.\n")),
    Case("namespace made by the page", page("# Sandbox\n\n```bash\nkubectl create namespace sandbox-ann\nkubectl -n sandbox-ann get pods\n```\n")),
    Case("deleted by the page", page("# Clean up\n\n```bash\nkubectl -n shop delete deployment old-search\n```\n")),
    Case("pod with a hash", page("# Look\n\n```bash\nkubectl -n shop logs cart-7d9c5b6f4-x2x9z\nkubectl -n shop delete pod orders-0\n```\n")),
    Case("one-off job", page("# Run\n\n`kubectl -n shop logs job/reindex-20261101`\n")),
    Case("other context", page("# Corporate\n\n```bash\nkubectl --context corp-idp -n shop get deploy/keycloak\n```\n")),
    Case("only in staging, and says so", page("# Mail\n\nIn staging: `kubectl -n shop logs deploy/mailcatcher`\n")),
    Case("only in staging by its manifest", page("# Mail\n\n`kubectl -n shop logs deploy/mailcatcher`\n")),
    Case("was", page("# Search\n\nUntil 2025 the deployment `solr` in namespace `shop` was our search.\n")),
    Case("replaced", page("# Search\n\nThe StatefulSet `elastic` was replaced by OpenSearch in March.\n")),
    Case("planned", page("# Gift cards\n\nThe deployment `gift-cards` will run in namespace `shop`.\n")),
    Case("post-mortem", page("# What happened\n\n`kubectl -n shop scale deploy/basket-api --replicas=0`\n", "postmortems/2025-02-01-basket.md")),
    Case("decision", page("# ADR 9: Kafka\n\n`kubectl -n shop get statefulset kafka`\n", "decisions/0009-kafka.md")),
    Case("meeting", page("# Platform weekly 2025-06-05\n\n`kubectl -n shop get deploy/basket-api`\n", "weekly.md")),
    Case("example heading", page("# Names\n\n## Example\n\nThe deployment `payslips` in `shop`.\n")),
    Case("kind that is not listed", page("# Rollouts\n\n`kubectl -n shop get rollout cart`\n`kubectl -n shop get secret cart-db`\n")),
    Case("prose calls it otherwise", page("# Redis\n\nThe `redis` deployment in namespace `shop` holds the baskets.\n")),
    Case("node by its name", page("# Nodes\n\n`kubectl drain ip-10-1-2-3.ec2.internal`\n")),
    Case("other team's source", page("# CRM\n\n```bash\nkubectl -n crm get deploy/contacts\nkubectl -n crm get deploy/leads\n```\n", source="crm-docs")),
    Case("common namespace of others", page("# Argo\n\n```bash\nkubectl -n argocd rollout restart deploy/argocd-server\n```\n", source="vendor")),
    Case("folder that looks like an object", page("# Repo\n\nSee `deployments/ledger/main.tf` and `secrets/production`.\n")),
    Case("served version", page("# Scale\n\nNamespace `shop` uses `autoscaling/v2` and `policy/v1`.\n")),
    Case("version moved from", page("# Upgrade\n\nNamespace `shop` moved from `extensions/v1beta1` to `networking.k8s.io/v1`.\n")),
    Case("version reused by others", page("# Addresses\n\nNamespace `shop`: `networking.k8s.io/v1beta1` has IPAddress.\n")),
    Case("custom version", page("# Store\n\nNamespace `shop` uses `external-secrets.io/v1beta1`.\n")),
)  # fmt: skip

_VALUES = (
    Case("right number", page("# Payments\n\nThe deployment `payments` runs three replicas in production.\n")),
    Case("within the autoscaler", page("# Search\n\n`search` has 5 replicas in production.\n")),
    Case("bounds as they are", page("# Sizes in production\n\n| Service | Pods |\n|---|---|\n| storefront | 6–24 |\n| catalog | 4, up to 12 |\n")),
    Case("staging number", page("# Payments\n\nIn staging `payments` runs one replica: 1 pod.\n")),
    Case("both environments", page("# Payments\n\n`payments` has 3 pods in production and 1 pod in staging.\n")),
    Case("in some case", page("# Sale\n\nFor the sale `payments` runs 6 replicas.\n")),
    Case("to be done", page("# Help\n\nScale `payments` to 8 replicas.\n\n`payments` should have 5 replicas.\n")),
    Case("was", page("# Payments\n\n`payments` had 2 replicas.\n")),
    Case("roughly", page("# Payments\n\n`payments` runs about 10 pods.\n")),
    Case("two subjects", page("# Sizes\n\n`payments` talks to `orders`, which has 12 replicas.\n")),
    Case("same amount", page("# Limits in production\n\n| Deployment | Memory limit | CPU request |\n|---|---|---|\n| checkout | 1024Mi | 0.4 |\n")),
    Case("part of a version", page("# Redis\n\nThe carts' `redis` is version 7.4 in production.\n")),
    Case("registry mirrored", page("# Images\n\n| Service | Image |\n|---|---|\n| redis | `mirror.acorn.example/redis:7.4.2` |\n")),
    Case("image of a sidecar", page("# Exporter\n\nThe exporter of `redis` runs image `oliver006/redis_exporter:v1.67.0`.\n")),
    Case("target port", page("# Storefront\n\nThe service `storefront` listens on port 3000.\n")),
    Case("port of metrics", page("# Ports\n\n| Service | Port |\n|---|---|\n| redis-headless | 9121 |\n")),
    Case("cron as it is", page("# Stock\n\nThe cron job `inventory-reconcile` runs at `15 3 * * *`.\n")),
    Case("other name, same word", page("# People\n\n| Service | Instances | Owner |\n|---|---|---|\n| payroll | 2 | HR |\n")),
    Case("units of money", page("# Cost\n\n| Service | Memory limit |\n|---|---|\n| cart | 512 euro |\n")),
    Case("requests per second", page("# Load\n\n`cart` serves 70 requests a second and 3 pods are enough.\n")),
    Case("template on a page", page("# New service\n\nA new service looks like this:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n"
                                    "  name: payments\n  namespace: shop\nspec:\n  replicas: 1\n```\n")),
    Case("change on a page", page("# Raise it\n\nChange this:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: payments\n"
                                  "  namespace: shop\nspec:\n  replicas: 9\n```\n")),
    Case("load test", page("# Load test results\n\n| Service | Pods |\n|---|---|\n| payments | 12 |\n", "load-test.md")),
    Case("history", page("# Sizes\n\n## Before the incident\n\n| Service | Pods |\n|---|---|\n| payments | 2 |\n")),
    Case("staging page", page("# Sizes\n\n| Service | Memory limit |\n|---|---|\n| cart | 512Mi |\n", "sizes-staging.md")),
)  # fmt: skip

_LIVE = (
    Case("autoscaler at work", live("Deployment", "cart", put("spec", "replicas", to=11))),
    Case("same image from a mirror", live("Deployment", "cart", container(put("image", to="mirror.example/shop/cart:2026.10.21-3@sha256:" + "a" * 64)))),
    Case("same amount otherwise", live("Deployment", "checkout", container(put("resources", "limits", "memory", to="1024Mi")))),
    Case("default added", live("Deployment", "cart", container(put("resources", "limits", "cpu", to="2")))),
    Case("sidecar injected", live("Deployment", "cart", lambda value: value["spec"]["template"]["spec"]["containers"].append(
        {"name": "istio-proxy", "image": "istio/proxyv2:1.29"}))),
    Case("scaled down at night", both(live("Deployment", "orders", put("metadata", "annotations", to={"downscaler/uptime": "Mon-Fri"}), "staging"),
                                      live("Deployment", "orders", put("spec", "replicas", to=0), "staging"))),
    Case("node of Karpenter", live("Node", "node-2", lambda node: node["metadata"].update(
        labels={"karpenter.sh/nodepool": "general-arm64", "node.kubernetes.io/instance-type": "c7g.4xlarge"}), namespace="")),
    Case("second type of the group", live("Node", "node-1", put("metadata", "labels", "node.kubernetes.io/instance-type", to="m7g.xlarge"), namespace="")),
    Case("a node behind", live("Node", "node-1", put("status", "nodeInfo", "kubeletVersion", to="v1.33.9"), namespace="")),
    Case("chart of no environment", code("infra/deployments/cluster/addons.tf", '"v1.19.1"', '"~> 1.19"')),
    Case("ignored by Terraform", new_file("infra/deployments/cluster/planted.tf", 'resource "kubernetes_deployment_v1" "n" {\n  metadata {\n    name      = '
         '"notifications"\n    namespace = "shop"\n  }\n  spec {\n    replicas = 9\n  }\n  lifecycle {\n    ignore_changes = [spec[0].replicas]\n  }\n}\n')),
    Case("variable image", code("manifests/production/payments.yaml", "payments:2026.09.30-4", "payments:${TAG}")),
    Case("patched by Kustomize", both(new_file("manifests/base/payments.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: payments\n  namespace: shop\n"
         "spec:\n  replicas: 1\n"),)),
    Case("overlay", new_file("manifests/production/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [payments.yaml]\n"
         "images:\n  - name: shop/payments\n    newTag: x\n")),
    Case("other environment's values", new_file("manifests/preprod/payments.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: payments\n  namespace: shop\n"
         "spec:\n  replicas: 1\n")),
)  # fmt: skip

HARMLESS = (*_NAMES, *_VALUES, *_LIVE)
