"""Planted facts that must be found."""

from __future__ import annotations

from bench.findings_cases import Case, both, code, container, gone, live, new_file, page, put

_STALE = (
    Case("command, namespace known", page("# Ledger\n\n```bash\nkubectl -n shop rollout restart deployment/ledger\n```\n"),
         "stale", "Deployment shop/ledger"),
    Case("deleted since", gone("Deployment", "search-indexer"), "stale", "Deployment shop/search-indexer"),
    Case("prose", page("# Reports\n\nReports are made by the cron job `report-nightly` in namespace `shop`.\n\n"
                       "Logs: `kubectl -n shop get cronjob inventory-reconcile`\n"), "stale", "CronJob report-nightly"),
    Case("table", page("# What runs\n\n| Kind | Name | Namespace |\n|---|---|---|\n| Deployment | cart | shop |\n"
                       "| Deployment | wishlist | shop |\n"), "stale", "Deployment shop/wishlist"),
    Case("slashed in code", page("# Tickets\n\nWatch `svc/ticketing` and `kubectl -n shop get svc/cart`.\n"),
         "stale", "Service ticketing"),
    Case("namespace in a command", page("# Warehouse\n\n```\nkubectl get pods -n warehouse-eu\n```\n"),
         "stale", "Namespace warehouse-eu"),
    Case("namespace in prose", page("# Loyalty\n\nEverything is in the namespace `loyalty-core`.\n"),
         "stale", "Namespace loyalty-core"),
    Case("config map", page("# Settings\n\n```bash\nkubectl edit configmap checkout-config -n shop\n```\n"),
         "stale", "ConfigMap shop/checkout-config"),
    Case("only in the other environment", page("# Mail in production\n\n```bash\nkubectl --context production -n shop "
                                               "logs deploy/mailcatcher\n```\n"), "stale", "Deployment shop/mailcatcher"),
    Case("of staging", page("# Staging\n\nIn staging: `kubectl -n shop get hpa/recommendations` and `kubectl -n shop "
                            "get hpa/cart`.\n"), "stale", "HorizontalPodAutoscaler shop/recommendations"),
    Case("other kind of that name", page("# Redis\n\n```bash\nkubectl -n shop rollout restart deployment/redis\n```\n"),
         "stale", "Deployment shop/redis"),
    Case("manifest of what is gone", page("# Vouchers\n\nThis is what runs:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\n"
                                          "metadata:\n  name: vouchers\n  namespace: shop\nspec:\n  replicas: 2\n```\n"),
         "stale", "Deployment shop/vouchers"),
    Case("old Ingress", page("# Entry\n\nThe entry of namespace `shop`:\n\n```yaml\napiVersion: extensions/v1beta1\nkind: Ingress\n"
                             "metadata:\n  name: shop\n  namespace: shop\n```\n"), "stale", "extensions/v1beta1 Ingress", "apiVersion"),
    Case("old CronJob", page("# Stock\n\nNamespace `shop` has this job:\n\n```yaml\napiVersion: batch/v1beta1\nkind: CronJob\n"
                             "metadata:\n  name: inventory-reconcile\n  namespace: shop\nspec:\n  schedule: \"15 3 * * *\"\n```\n"),
         "stale", "batch/v1beta1 CronJob", "apiVersion"),
    Case("old version in prose", page("# Budgets\n\nThe budgets in namespace `shop` are of `policy/v1beta1`.\n"),
         "stale", "policy/v1beta1", "apiVersion"),
    Case("old version in git", new_file("manifests/production/pdb.yaml", "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n"
                                        "metadata:\n  name: search\n  namespace: shop\nspec:\n  minAvailable: 1\n"),
         "stale", "policy/v1beta1 PodDisruptionBudget", "apiVersion"),
)  # fmt: skip

_CONTRADICTIONS = (
    Case("replicas in prose", page("# Payments\n\nThe deployment `payments` runs two replicas in production.\n"),
         "contradiction", "Deployment shop/payments", "replicas"),
    Case("replicas beyond the autoscaler", page("# Search\n\n`search` has 14 pods in production.\n"),
         "contradiction", "Deployment shop/search", "replicas"),
    Case("bounds of the autoscaler", page("# Orders\n\nIn production `orders` runs between 3 and 6 pods.\n"),
         "contradiction", "Deployment shop/orders", "replicas"),
    Case("bounds in a table", page("# Sizes\n\n| Service | Min | Max |\n|---|---|---|\n| catalog | 4 | 20 |\n"),
         "contradiction", "Deployment shop/catalog", "replicas"),
    Case("image in a table", page("# Versions in production\n\n| Service | Image |\n|---|---|\n| redis | `public.ecr.aws/docker/library/"
                                  "redis:7.2.5` |\n"), "contradiction", "StatefulSet shop/redis", "image"),
    Case("version in prose", page("# Carts\n\nThe carts' `redis` is version 6.2 in production.\n"),
         "contradiction", "StatefulSet shop/redis", "version"),
    Case("tag in a table", page("# Releases\n\n| Service | Tag |\n|---|---|\n| notifications | 2026.07.01-1 |\n"),
         "contradiction", "Deployment shop/notifications", "version"),
    Case("memory limit", page("# Checkout\n\nThe memory limit of `checkout` in production: its memory limit is 768Mi.\n"),
         "contradiction", "Deployment shop/checkout", "memory limit"),
    Case("cpu request in a table", page("# Requests in production\n\n| Deployment | CPU request | Memory request |\n|---|---|---|\n"
                                        "| inventory | 100m | 256Mi |\n"), "contradiction", "Deployment shop/inventory", "cpu request"),
    Case("storage", page("# Redis disks\n\nIn production the StatefulSet `redis` has a volume of 50Gi.\n"),
         "contradiction", "StatefulSet shop/redis", "storage"),
    Case("schedule", page("# Stock\n\nThe cron job `inventory-reconcile` runs at `0 2 * * *`.\n"),
         "contradiction", "CronJob shop/inventory-reconcile", "schedule"),
    Case("schedule in a table", page("# Jobs\n\n| CronJob | Schedule |\n|---|---|\n| inventory-reconcile | `15 4 * * *` |\n"),
         "contradiction", "CronJob shop/inventory-reconcile", "schedule"),
    Case("host", page("# Entry\n\n| Ingress | Host |\n|---|---|\n| shop | www.acornmarket.example |\n"),
         "contradiction", "Ingress shop/shop", "host"),
    Case("port", page("# Ports\n\n| Service | Port |\n|---|---|\n| cart | 9000 |\n| redis | 6379 |\n"),
         "contradiction", "Service shop/cart", "port"),
    Case("port in prose", page("# Search\n\nThe service `search` listens on port 9200.\n"),
         "contradiction", "Service shop/search", "port"),
    Case("labelled under a heading", page("# Services\n\n## Deployment payments\n\n- Replicas: 4\n- Memory limit: 768Mi\n"),
         "contradiction", "Deployment shop/payments", "replicas"),
    Case("staging by its column", page("# Sizes\n\n| Service | Environment | Memory limit |\n|---|---|---|\n| cart | production | 768Mi |\n"
                                       "| cart | staging | 256Mi |\n"), "contradiction", "Deployment shop/cart", "memory limit"),
    Case("manifest on a page", page("# Payments\n\nIn production:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: payments\n"
                                    "  namespace: shop\nspec:\n  replicas: 5\n```\n"), "contradiction", "Deployment shop/payments", "replicas"),
)  # fmt: skip

_LABEL = "node.kubernetes.io/instance-type"
_TERRAFORM = "infra/deployments/cluster/planted.tf"
_NOTIFIER = (
    'resource "kubernetes_deployment_v1" "n" {\n  metadata {\n    name      = "notifications"\n    namespace = "shop"\n  }\n'
    "  spec {\n    replicas = %s\n    template {\n      spec {\n        container {\n"
    '          name  = "notifications"\n          image = "shop/notifications:%s"\n        }\n      }\n    }\n  }\n}\n'
)

_DRIFT = (
    Case("image changed by hand", live("Deployment", "cart", container(put("image", to="shop/cart:2026.11.19-hotfix"))),
         "drift", "Deployment shop/cart", "image of container cart"),
    Case("replicas changed by hand", live("Deployment", "payments", put("spec", "replicas", to=6)),
         "drift", "Deployment shop/payments", "replicas"),
    Case("limit changed by hand", live("Deployment", "catalog", container(put("resources", "limits", "memory", to="1Gi"))),
         "drift", "Deployment shop/catalog", "memory limit of container catalog"),
    Case("autoscaler changed by hand", live("HorizontalPodAutoscaler", "cart", put("spec", "maxReplicas", to=30)),
         "drift", "HorizontalPodAutoscaler shop/cart", "maxReplicas"),
    Case("schedule changed by hand", live("CronJob", "inventory-reconcile", put("spec", "schedule", to="15 5 * * *")),
         "drift", "CronJob shop/inventory-reconcile", "schedule"),
    Case("host changed by hand", live("Ingress", "shop", put("spec", "rules", 0, "host", to="new.acornmarket.example")),
         "drift", "Ingress shop/shop", "host"),
    Case("port changed by hand", live("Service", "orders", put("spec", "ports", 0, "port", to=8081)),
         "drift", "Service shop/orders", "port of port http"),
    Case("staging drifts", live("Deployment", "orders", put("spec", "replicas", to=3), "staging"),
         "drift", "Deployment shop/orders", "replicas"),
    Case("manifest in git is ahead", code("manifests/production/payments.yaml", "replicas: 3", "replicas: 4"),
         "drift", "Deployment shop/payments", "replicas"),
    Case("instance type", live("Node", "node-1", put("metadata", "labels", _LABEL, to="m6i.2xlarge"), namespace=""),
         "drift", "Node node-1", "instance type"),
    Case("instance type in Terraform", code("infra/environments/staging/cluster.tfvars", '"t4g.xlarge", ', ""),
         "drift", "Node node-1", "instance type"),
    Case("cluster version", both(*(live("Node", f"node-{n}", put("status", "nodeInfo", "kubeletVersion", to="v1.33.5"),
                                        namespace="") for n in (1, 2))), "drift", "Node node-1", "Kubernetes version"),
    Case("chart version", live("Deployment", "ingress-nginx-controller", put("metadata", "labels", "helm.sh/chart",
                               to="ingress-nginx-4.12.0"), namespace="platform"), "drift", "ingress-nginx-controller", "chart version"),
    Case("replicas of a release", live("Deployment", "ingress-nginx-controller", put("spec", "replicas", to=2),
                                       namespace="platform"), "drift", "ingress-nginx-controller", "replicas"),
    Case("replicas of kubernetes_deployment", new_file(_TERRAFORM, _NOTIFIER % ("5", "2026.08.19-1")),
         "drift", "Deployment shop/notifications", "replicas"),
    Case("image of kubernetes_deployment", new_file(_TERRAFORM, _NOTIFIER % ("2", "2026.05.01-1")),
         "drift", "Deployment shop/notifications", "image"),
)  # fmt: skip

TRUE = (*_STALE, *_CONTRADICTIONS, *_DRIFT)
