"""Pages about the applications of the API snapshot, written without regard to the rules: what must be said of each."""

from __future__ import annotations

TRUE: tuple[tuple[str, str], ...] = (
    (
        "# Checkout runbook\n\nRestart it:\n\n    kubectl rollout restart deploy checkoutservice-v2 -n online-boutique\n",
        "checkoutservice-v2",
    ),
    (
        "# Front end\n\nIf pages hang, look at the logs with `kubectl logs -n sock-shop deployment/edge-router`.\n",
        "edge-router",
    ),
    ("# Kafka\n\n1. `kubectl get statefulset kafka -n otel-demo`\n2. Wait.\n", "kafka"),
    (
        "# Reviews\n\nThe service is reachable inside the mesh. Check:\n\n```sh\n$ kubectl describe svc reviews-internal --namespace bookinfo\n```\n",
        "reviews-internal",
    ),
    (
        "# Grafana\n\n```console\n$ kubectl -n otel-demo edit configmap grafana-settings\n```\n",
        "grafana-settings",
    ),
    (
        "# Zipkin\n\nTracing for sock-shop lives in namespace `sock-shop-tracing`; `kubectl -n sock-shop get pods` shows the rest.\n",
        "sock-shop-tracing",
    ),
    (
        "# Orders\n\nOrders are in the shop's namespace:\n\n```\nkubectl get deploy orders -n sock-shop\nkubectl get deploy orders -n sock-shop-eu\n```\n",
        "sock-shop-eu",
    ),
    (
        "# Carts\n\nThe `carts` deployment in sock-shop runs with 2 replicas.\n\n`kubectl -n sock-shop get deploy carts`\n",
        "sock-shop/carts",
    ),
    (
        "# Overview of sock-shop\n\nSee `kubectl -n sock-shop get deploy`.\n\n| Component | Image | Port |\n| --- | --- | --- |\n| carts | weaveworksdemos/carts:0.4.7 | 80 |\n| payment | weaveworksdemos/payment:0.4.3 | 80 |\n",
        "sock-shop/carts",
    ),
    (
        "# Front end sizing\n\n`kubectl -n sock-shop get hpa front-end`\n\nfront-end is autoscaled: 2 to 10 pods.\n",
        "front-end",
    ),
    (
        "# Ad service\n\n`kubectl -n online-boutique get deploy adservice`\n\n- Replicas: 1\n- Memory limit: 512Mi\n",
        "adservice",
    ),
    (
        "# Boutique limits\n\nNamespace `online-boutique`.\n\n| Workload | Memory limit |\n|:--|--:|\n| `emailservice` | 128Mi |\n| `recommendationservice` | 220Mi |\n",
        "recommendationservice",
    ),
    (
        "# Boutique release\n\nIn namespace `online-boutique` the `cartservice` is on version v0.9.0.\n",
        "cartservice",
    ),
    (
        "# OpenSearch\n\n`kubectl -n otel-demo get sts opensearch`\n\nWe run `opensearchproject/opensearch:2.19.1` as image of `opensearch`.\n",
        "opensearch",
    ),
    (
        "# Productpage\n\n`kubectl -n bookinfo get svc productpage`\n\nThe service `productpage` is on port 9090.\n",
        "productpage",
    ),
    (
        "# Load generator\n\nNamespace `online-boutique`. There are three `loadgenerator` pods.\n",
        "loadgenerator",
    ),
    (
        "# Bookinfo ingress\n\nBookinfo is exposed like so:\n\n```yaml\napiVersion: extensions/v1beta1\nkind: Ingress\nmetadata:\n  name: gateway\n  namespace: bookinfo\n```\n",
        "extensions/v1beta1",
    ),
    (
        "# Autoscaling of sock-shop\n\nAll HPAs of namespace `sock-shop` use `autoscaling/v2beta1`.\n",
        "autoscaling/v2beta1",
    ),
    (
        "# Jaeger\n\n`kubectl -n otel-demo port-forward svc/jaeger 16686`\n\nJaeger's image is `jaegertracing/all-in-one:1.57.0`, deployment `jaeger`.\n",
        "jaeger",
    ),
    (
        "# Shop map\n\n| Kind | Name | Namespace |\n|---|---|---|\n| Deployment | front-end | sock-shop |\n| Deployment | edge-router | sock-shop |\n",
        "edge-router",
    ),
    (
        "# How to drain the queue\n\nFirst stop the consumer:\n\n```bash\nkubectl -n sock-shop scale deployment queue-worker --replicas=0\n```\n",
        "queue-worker",
    ),
    (
        "# On-call: carts\n\nRun `kubectl rollout status deploy/carts-cache -n sock-shop` until it is complete.\n",
        "carts-cache",
    ),
    (
        "# On-call: otel\n\nThe collector:\n\n```bash\nkubectl -n otel-demo logs ds/otel-agent\nkubectl -n otel-demo logs deploy/otel-collector\n```\n",
        "otel-agent",
    ),
    (
        "# Persistent data\n\n```\nkubectl -n sock-shop get pvc\nkubectl -n otel-demo describe statefulset opensearch-data\n```\n",
        "opensearch-data",
    ),
    (
        "# Accounts\n\nThe service account `boutique-reader` of namespace `online-boutique` may read everything.\n",
        "boutique-reader",
    ),
    ("# Who scales\n\n```\nkubectl get hpa -n sock-shop carts\n```\n", "carts"),
    ("# Details\n\n```\nkubectl get deploy/details-v2 -n bookinfo\n```\n", "details-v2"),
    (
        "# Payment service\n\nRuns in `sock-shop`.\n\n`kubectl -n sock-shop get deploy/payment`\n\nMemory limit of `payment` is 256Mi.\n",
        "payment",
    ),
    (
        "# shipping\n\n`kubectl -n sock-shop logs deploy/shipping`\n\n| | |\n|---|---|\n| Image | weaveworksdemos/shipping:0.4.7 |\n| Port | 80 |\n",
        "shipping",
    ),
    (
        "# Prometheus of the demo\n\n`kubectl -n otel-demo get deploy/prometheus`\n\nWe use image `quay.io/prometheus/prometheus:v2.55.0` for `prometheus`.\n",
        "prometheus",
    ),
    (
        "# Valkey\n\n`kubectl -n otel-demo get deploy/valkey-cart`\n\nThe `valkey-cart` deployment keeps the carts, version 7.2.\n",
        "valkey-cart",
    ),
    (
        "# Boutique\n\n`kubectl -n online-boutique get deploy`\n\n| Deployment | Replicas | Version |\n|---|---|---|\n| shippingservice | 1 | v0.10.6 |\n| paymentservice | 3 | v0.10.6 |\n",
        "paymentservice",
    ),
    (
        "# Limits\n\n`kubectl -n otel-demo get deploy`\n\n* `currency` - memory limit: 50Mi\n* `quote` - memory limit: 40Mi\n",
        "currency",
    ),
    (
        "# Frontend\n\n`kubectl -n online-boutique get svc frontend`\n\n`frontend` is exposed on port 8443.\n",
        "frontend",
    ),
    (
        "# Front-end manifest\n\nWhat we run in sock-shop:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: user\n  namespace: sock-shop\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - name: user\n        image: weaveworksdemos/user:0.4.4\n```\n",
        "user",
    ),
    (
        "# Budgets\n\n```yaml\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: prometheus-adapter\n  namespace: monitoring\n```\n\n`kubectl -n monitoring get pdb prometheus-adapter`, `kubectl -n monitoring get deploy grafana`\n",
        "policy/v1beta1",
    ),
    ("# Jobs\n\nNamespace `bookinfo`: cron jobs are of version `batch/v1beta1`.\n", "batch/v1beta1"),
    (
        "# Where things are\n\nThe databases of sock-shop moved nowhere: see namespace `sock-shop-data` and namespace `sock-shop`.\n",
        "sock-shop-data",
    ),
    (
        "# Session store\n\nSessions are kept by `session-db`. If logins fail, restart it with `kubectl -n sock-shop rollout restart deploy/session-store`.\n",
        "session-store",
    ),
    (
        "# Catalogue\n\n`kubectl -n sock-shop get deploy catalogue`\n\n`catalogue` runs `weaveworksdemos/catalogue:0.3.2`.\n",
        "catalogue",
    ),
    (
        "# Fraud detection\n\n```bash\nkubectl -n otel-demo logs deploy/fraud-detector --tail=100\n```\n",
        "fraud-detector",
    ),
    (
        "# Email\n\n`kubectl -n otel-demo get deploy/email`\n\nThe `email` deployment has one replica with a memory limit of 200Mi.\n",
        "email",
    ),
    ("# Ratings\n\n```\nkubectl -n bookinfo set image deploy/ratings-v2 ratings=x\n```\n", "ratings-v2"),
    (
        "# Services\n\nNamespace `bookinfo`:\n\n| Service | Port |\n|---|---|\n| details | 9080 |\n| ratings | 9081 |\n",
        "ratings",
    ),
    (
        "# Who talks to whom\n\n```\nkubectl -n online-boutique get networkpolicy\nkubectl -n online-boutique get svc/currency\n```\n",
        "currency",
    ),
    (
        "# Scaling\n\n`kubectl -n sock-shop get hpa`\n\n| Service | Min replicas | Max replicas |\n|---|---|---|\n| orders | 1 | 10 |\n| shipping | 2 | 10 |\n",
        "shipping",
    ),
    ("# Quote\n\nNamespace `otel-demo`\n\n## quote\n\nReplicas: 2\nMemory limit: 40Mi\n", "quote"),
    (
        "# Restore\n\n```\nkubectl -n sock-shop exec -it deploy/catalogue-database -- mysql\n```\n",
        "catalogue-database",
    ),
    (
        "# Proxy\n\nTraffic enters otel-demo through deployment `envoy-proxy` and leaves through `frontend`; see `kubectl -n otel-demo get deploy/frontend`.\n",
        "envoy-proxy",
    ),
    (
        "# Metrics\n\n`kubectl -n monitoring get deploy prometheus-adapter -o yaml`\n\n`kubectl -n otel-demo get deploy/jaeger`\n\n`prometheus-adapter` has 3 replicas.\n",
        "prometheus-adapter",
    ),
    (
        "# Istio\n\n`kubectl -n bookinfo get deploy`\n\n`kubectl get virtualservice bookinfo-canary -n bookinfo`\n",
        "bookinfo-canary",
    ),
)
"""Each with a part of the subject of its finding."""

HARMLESS: tuple[str, ...] = (
    "# Sock shop\n\n`kubectl -n sock-shop get deploy carts`\n\n`carts` has one replica and a limit of 500Mi of memory.\n",
    "# Scaling for a demo\n\n`kubectl -n sock-shop scale deploy/front-end --replicas=5` gives front-end 5 replicas.\n",
    "# Front end\n\n`kubectl -n sock-shop get hpa front-end`: front-end is autoscaled from 1 to 10 pods.\n",
    "# Upgrade\n\nNamespace `online-boutique`: to upgrade `cartservice`, set its image to `cartservice:v0.11.0`.\n",
    "# Troubleshooting\n\n```\nkubectl get pod frontend-6d5b8c7f9-abcde -n online-boutique\nkubectl exec -it redis-master-0 -n online-boutique -- sh\n```\n",
    "# Local cluster\n\n```\nkubectl config use-context kind-kind\nkubectl --context kind-kind -n online-boutique get deploy fakeservice\n```\n",
    "# Try it\n\n```\nkubectl create deployment nginx --image=nginx -n sock-shop\nkubectl expose deployment nginx --port=80 -n sock-shop\nkubectl get svc nginx -n sock-shop\n```\n",
    "# Docs from elsewhere\n\n```\nkubectl get deployment php-apache\nkubectl autoscale deployment php-apache --cpu-percent=50 --min=1 --max=10\nkubectl describe hpa php-apache\n```\n",
    "# Upstream\n\nkubectl -n kube-system rollout restart deployment/coredns\n\n`kubectl -n kube-system get deploy cluster-autoscaler`\n",
    "# sock-shop history\n\nBefore March sock-shop had an `edge-router` deployment; `kubectl -n sock-shop get deploy` shows what is left.\n",
    "# Redis\n\nNamespace `online-boutique`. `redis-cart` listens on port 6379 and uses the image `redis:alpine`.\n",
    "# Sizing\n\nNamespace `online-boutique`.\n\n| Service | Replicas (peak) | Replicas (target) |\n|---|---|---|\n| frontend | 5 | 8 |\n",
    "# Costs\n\nNamespace `online-boutique`.\n\n| Service | Pods | Cost |\n|---|---|---|\n| frontend | 1 | 20 |\n| support portal | 4 | 9 |\n",
    "# Bookinfo\n\nreviews has three versions, and `reviews-v1`, `reviews-v2` and `reviews-v3` run in `bookinfo` as 3 pods.\n\n`kubectl -n bookinfo get pods`\n",
    "# Payment\n\n`kubectl -n otel-demo get deploy payment`\n\nThe `payment` deployment of otel-demo has a memory limit of 120Mi.\n",
    "# Orders\n\n`kubectl -n sock-shop get svc orders`\n\n`orders` talks to `orders-db` on port 27017.\n",
    "# Alerts\n\n`kubectl -n sock-shop get deploy user`\n\nFires when `user` has fewer than 2 pods for 5 minutes.\n",
    "# RabbitMQ\n\n`kubectl -n sock-shop get deploy rabbitmq`\n\n`rabbitmq` runs version 3.6.8; management listens on port 15672.\n",
    "# Mongo\n\nNamespace `sock-shop`. `carts-db` is MongoDB version 3.4.\n",
    "# Secrets\n\n`kubectl -n sock-shop get secret mysql-credentials`\n",
    "# Namespaces\n\nEach team gets a namespace, for example `team-blue`; `kubectl -n team-blue get pods` and `kubectl -n sock-shop get deploy user`.\n",
    "# Grafana\n\nDashboards: the `grafana` deployment in `otel-demo` and the one in `monitoring`, version 13.1.\n\n`kubectl -n otel-demo get deploy grafana`\n",
    "# Rollback\n\n`kubectl -n sock-shop rollout undo deployment/carts --to-revision=2` and check that `carts` has 1 pod.\n",
    "# Sock shop ADR-style note\n\nWe once considered `kubectl -n sock-shop get deploy edge-router`.\n",
    "# Rename\n\n`kubectl -n sock-shop get deploy/users` used to work; it is `user` now.\n",
    "# Not there\n\nThere is no deployment `cart` in namespace `sock-shop`.\n",
    "# Bring your own\n\n```\nexport APP=cartservice\nkubectl -n online-boutique get deploy/$APP\nkubectl -n online-boutique get deploy/{name}\nkubectl -n online-boutique get deploy/[service]\n```\n",
    "# Helm\n\n```\nhelm upgrade --install extra ./chart -n sock-shop\nkubectl -n sock-shop rollout status deploy/extra\n```\n",
    "# Debug\n\n```\nkubectl -n sock-shop debug pod/carts-xyz12 -it --image=busybox\nkubectl -n sock-shop port-forward pod/carts-db-0 27017\n```\n",
    "# Sizes\n\n`kubectl -n sock-shop get deploy`\n\nUnder load `front-end` grows to 8 pods; normally `front-end` has 1 pod.\n",
    "# Sizes\n\n`kubectl -n sock-shop get deploy`\n\n| Service | Replicas | Requests per second |\n|---|---|---|\n| front-end | 4 | 100 |\n",
    "# Test env\n\n`kubectl -n sock-shop get deploy`\n\n## Staging\n\n`payment` runs 3 replicas.\n",
    "# Versions\n\n`kubectl -n bookinfo get deploy`\n\nKubernetes is at version 1.36 and `productpage-v1` uses version 1.20.\n",
    "# Limits\n\n`kubectl -n otel-demo get deploy`\n\nIf `checkout` is killed, raise its memory limit to 40Mi.\n",
    "# Limits\n\n`kubectl -n sock-shop get deploy`\n\n`catalogue` must stay below its memory limit of 200Mi.\n",
    "# Ports\n\n`kubectl -n sock-shop get svc`\n\n`kubectl -n sock-shop port-forward svc/front-end 9999:80` then open port 9999 for `front-end`.\n",
    "# Nodes\n\n`kubectl cordon worker-7`, `kubectl -n sock-shop get deploy`\n",
    "# CI\n\n```yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: preview-123\n```\n\nThe pipeline makes one per branch. `kubectl -n sock-shop get deploy`\n",
    "# Template\n\n`kubectl -n sock-shop get deploy`\n\nA minimal service:\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: hello-world\n  namespace: sock-shop\n```\n",
    "# Load generator\n\n`kubectl -n otel-demo get deploy/load-generator`\n\n`load-generator` starts 10 users and keeps 5 copies of each report.\n",
    "# Changes in v2\n\n`kubectl -n sock-shop get deploy`\n\n- `carts`: 2 replicas instead of 1\n- `user`: new image `weaveworksdemos/user:0.5.0`\n",
    "# Argo\n\n`argocd app get sock-shop`; `kubectl -n argocd get application sock-shop`\n\n`kubectl -n argocd get deploy argocd-image-updater`\n",
    "# Payment\n\n`kubectl -n sock-shop get deploy/payment`\n\nPayment needs two approvals and has 2 copies of each receipt.\n",
    "# Access\n\n`kubectl -n sock-shop auth can-i get deploy`\n\nThe team has 4 pods of people in 3 offices.\n",
    "# Orders\n\n`kubectl -n sock-shop logs deploy/orders`\n\nThe database of `orders` is `orders-db`, 2 replicas are planned.\n",
    "# Checkout\n\n`kubectl -n otel-demo get deploy/checkout`\n\n`checkout` answers within 20 ms and keeps 3 versions.\n",
    "# Queue\n\n`kubectl -n sock-shop get deploy/queue-master`\n\n`queue-master` scales between 1 and 10 pods.\n",
    "# Release\n\n`kubectl -n sock-shop set image deploy/user user=weaveworksdemos/user:0.4.9`\n\nAfter it `user` is on image `weaveworksdemos/user:0.4.9`.\n",
    "# Wiki howto\n\nWrite names as `Deployment web`, for instance. `kubectl -n sock-shop get deploy`\n",
    "# Restore drill\n\n```\nkubectl -n sock-shop get pods -l name=carts-db\nkubectl -n sock-shop exec carts-db-5f7 -- mongo\n```\n",
    "# Log levels\n\n| Service | Level | Port |\n|---|---|---|\n| carts | debug | 80 |\n\n`kubectl -n sock-shop get deploy carts`\n",
    "# Config maps\n\n`kubectl -n otel-demo get cm` and `kubectl -n otel-demo get cm kube-root-ca.crt`\n",
    "# Flags\n\n`kubectl -n otel-demo get deploy/flagd`\n\n`flagd` has 2 containers and version v0.12.\n",
    "# Sock shop SLO\n\n`kubectl -n sock-shop get deploy`\n\n| Service | Availability | Instances of failure |\n|---|---|---|\n| carts | 99 | 5 |\n",
    "# Drain\n\n```\nkubectl drain rig-node-9 --ignore-daemonsets\nkubectl -n sock-shop get deploy\n```\n",
    "# Own cluster\n\n```\nminikube start\nkubectl -n sock-shop get deploy user\nkubectl get deploy hello-minikube\n```\n",
    "# Chaos day\n\nOn chaos day `front-end` runs only 1 of its pods; `kubectl -n sock-shop get deploy`.\n",
)
