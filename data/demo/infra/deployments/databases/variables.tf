variable "environment" {
  type        = string
  description = "staging or production."
}

variable "databases" {
  type        = any
  description = "RDS instances by service; see modules/rds for the fields."
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete databases."
  default     = true
}

variable "cache_node_type" {
  type        = string
  description = "ElastiCache node type of the sessions and recommendations cache."
}

variable "cache_replicas" {
  type        = number
  description = "Read replicas of that cache."
  default     = 1
}

variable "opensearch" {
  type = object({
    version        = string
    instance_type  = string
    instance_count = number
    volume_gb      = number
    dedicated_master = optional(object({
      instance_type = string
      count         = number
    }))
  })
  description = "The product search domain."
}

variable "snapshot_copy_region" {
  type        = string
  description = "Region that gets a copy of the nightly RDS snapshots. Empty: no copy."
  default     = ""
}
