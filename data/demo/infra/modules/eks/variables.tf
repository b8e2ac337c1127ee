variable "name" {
  type        = string
  description = "Name of the cluster, for example acorn-production."
}

variable "kubernetes_version" {
  type        = string
  description = "EKS control plane version. Upgrade one minor at a time, staging two weeks ahead."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Private subnets for the workers, one per availability zone."
}

variable "arm_worker_instance_types" {
  type        = list(string)
  description = "Instance types of the base workers (Graviton). First one is preferred."
}

variable "arm_worker_size" {
  type = object({
    min     = number
    desired = number
    max     = number
  })
  description = "Size of the base node group. Karpenter adds nodes beyond it."
}

variable "worker_disk_gb" {
  type        = number
  description = "Root volume of each base worker, in GB (gp3)."
  default     = 80
}

variable "control_plane_log_types" {
  type        = list(string)
  description = "Control plane logs that go to CloudWatch."
  default     = ["api", "audit", "authenticator"]
}

variable "log_retention_days" {
  type        = number
  description = "How long CloudWatch keeps the control plane logs, in days."
  default     = 14
}

variable "public_api_cidrs" {
  type        = list(string)
  description = "Who may reach the Kubernetes API from outside the VPC. Office and VPN only."
}
