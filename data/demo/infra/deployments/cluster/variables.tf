variable "environment" {
  type        = string
  description = "staging or production."

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "There are two environments: staging and production."
  }
}

variable "region" {
  type        = string
  description = "AWS region of everything."
  default     = "eu-west-1"
}

variable "vpc_cidr" {
  type        = string
  description = "Address range of the VPC. Must not overlap with the other environment: they are peered with the VPN."
}

variable "availability_zones" {
  type        = list(string)
  description = "Zones that get a private and a public subnet."
}

variable "single_nat_gateway" {
  type        = bool
  description = "One NAT gateway for all zones. Cheaper; a zone failure cuts the internet for all workers."
  default     = false
}

variable "kubernetes_version" {
  type        = string
  description = "EKS control plane version."
}

variable "arm_worker_instance_types" {
  type        = list(string)
  description = "Instance types of the base Graviton workers."
}

variable "arm_worker_size" {
  type        = object({ min = number, desired = number, max = number })
  description = "Smallest, usual and largest number of base workers."
}

variable "control_plane_log_retention_days" {
  type        = number
  description = "Days that CloudWatch keeps API server and audit logs."
}

variable "loki_retention" {
  type        = string
  description = "How long Loki keeps container logs, as a Go duration in hours."
}

variable "prometheus_retention" {
  type        = string
  description = "How long Prometheus keeps metrics."
  default     = "15d"
}

variable "prometheus_storage" {
  type        = string
  description = "Volume of each Prometheus replica."
  default     = "50Gi"
}

variable "ingress_replicas" {
  type        = number
  description = "Pods of ingress-nginx."
  default     = 2
}

variable "addons_enabled" {
  type        = bool
  description = "Install the Helm add-ons. False only while an environment is being built."
  default     = true
}

variable "vpn_cidrs" {
  type        = list(string)
  description = "Office and VPN addresses that may reach the Kubernetes API."
}

variable "cluster_admins" {
  type        = list(string)
  description = "IAM role ARNs with cluster-admin: platform on-call and break-glass."
}

variable "developer_role" {
  type        = string
  description = "IAM role that developers assume; read-only in production, edit on namespace shop in staging."
}
