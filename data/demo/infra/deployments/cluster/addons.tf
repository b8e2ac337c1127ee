# Everything that Helm installs. Upgrade one chart per pull request and read its changelog first.

resource "helm_release" "karpenter" {
  count = var.addons_enabled ? 1 : 0

  name       = "karpenter"
  namespace  = "platform"
  repository = "oci://public.ecr.aws/karpenter"
  chart      = "karpenter"
  version    = "1.8.2"

  set = [
    { name = "settings.clusterName", value = module.eks.name },
    { name = "settings.interruptionQueue", value = "karpenter-${local.name}" },
    { name = "replicas", value = local.is_prod ? "2" : "1" },
  ]
}

resource "helm_release" "ingress_nginx" {
  count = var.addons_enabled ? 1 : 0

  name       = "ingress-nginx"
  namespace  = "platform"
  repository = "https://kubernetes.github.io/ingress-nginx"
  chart      = "ingress-nginx"
  version    = "4.13.3"

  values = [yamlencode({
    controller = {
      replicaCount = var.ingress_replicas
      minAvailable = 1
      service = {
        annotations = {
          "service.beta.kubernetes.io/aws-load-balancer-type"            = "external"
          "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type" = "ip"
        }
      }
      metrics = { enabled = true }
    }
  })]
}

resource "helm_release" "external_secrets" {
  count = var.addons_enabled ? 1 : 0

  name       = "external-secrets"
  namespace  = "platform"
  repository = "https://charts.external-secrets.io"
  chart      = "external-secrets"
  version    = "0.20.4"
}

resource "helm_release" "cert_manager" {
  count = var.addons_enabled ? 1 : 0

  name       = "cert-manager"
  namespace  = "platform"
  repository = "https://charts.jetstack.io"
  chart      = "cert-manager"
  version    = "v1.19.1"

  set = [{ name = "crds.enabled", value = "true" }]
}

resource "helm_release" "argo_cd" {
  count = var.addons_enabled ? 1 : 0

  name       = "argo-cd"
  namespace  = "platform"
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argo-cd"
  version    = "9.1.3"

  values = [yamlencode({
    global  = { domain = local.is_prod ? "argocd.acornmarket.example" : "argocd.staging.acornmarket.example" }
    configs = { params = { "server.insecure" = true } } # TLS ends at the ingress
    server  = { replicas = local.is_prod ? 2 : 1 }
  })]
}

resource "helm_release" "kube_prometheus_stack" {
  count = var.addons_enabled ? 1 : 0

  name       = "kube-prometheus-stack"
  namespace  = "monitoring"
  repository = "oci://ghcr.io/prometheus-community/charts"
  chart      = "kube-prometheus-stack"
  version    = "79.5.0"
  timeout    = 900

  values = [yamlencode({
    prometheus = {
      prometheusSpec = {
        replicas      = local.is_prod ? 2 : 1
        retention     = var.prometheus_retention
        retentionSize = ""
        storageSpec = {
          volumeClaimTemplate = {
            spec = {
              storageClassName = "gp3"
              resources        = { requests = { storage = var.prometheus_storage } }
            }
          }
        }
      }
    }
    grafana = { replicas = 1, persistence = { enabled = false } }
  })]
}

resource "helm_release" "loki" {
  count = var.addons_enabled ? 1 : 0

  name       = "loki"
  namespace  = "monitoring"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "loki"
  version    = "6.46.0"

  values = [yamlencode({
    loki = {
      limits_config = { retention_period = var.loki_retention }
      storage       = { type = "s3", bucketNames = { chunks = "acorn-loki-${var.environment}" } }
    }
  })]
}

resource "helm_release" "alloy" {
  count = var.addons_enabled ? 1 : 0

  name       = "alloy"
  namespace  = "monitoring"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "alloy"
  version    = "1.4.0"
}

resource "kubernetes_storage_class_v1" "gp3" {
  metadata {
    name = "gp3"
    annotations = {
      "storageclass.kubernetes.io/is-default-class" = "true"
    }
  }

  storage_provisioner    = "ebs.csi.aws.com"
  volume_binding_mode    = "WaitForFirstConsumer"
  reclaim_policy         = local.is_prod ? "Retain" : "Delete"
  allow_volume_expansion = true

  parameters = {
    type      = "gp3"
    encrypted = "true"
  }
}
