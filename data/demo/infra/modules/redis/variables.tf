variable "environment" {
  type        = string
  description = "staging or production."
}

variable "node_type" {
  type        = string
  description = "ElastiCache node type of the shared cache."
}

variable "replicas" {
  type        = number
  description = "Read replicas beside the primary. 0 switches automatic failover off."
  default     = 1
}

variable "engine_version" {
  type        = string
  description = "Valkey version."
  default     = "8.0"
}

variable "subnet_group_name" {
  type        = string
  description = "Cache subnets of the cluster's VPC."
}
