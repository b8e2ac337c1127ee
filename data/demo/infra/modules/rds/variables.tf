variable "databases" {
  type = map(object({
    engine                = string
    engine_version        = string
    instance_class        = string
    allocated_storage_gb  = number
    multi_az              = optional(bool, false)
    backup_retention_days = optional(number, 7)
    maintenance_window    = optional(string, "tue:03:00-tue:04:00")
    performance_insights  = optional(bool, false)
    parameters            = optional(map(string), {})
  }))
  description = "The RDS instances, by service name. Allocated storage grows by itself up to three times the size."
}

variable "environment" {
  type        = string
  description = "staging or production; part of every identifier."
}

variable "subnet_group_name" {
  type        = string
  description = "Database subnets of the cluster's VPC."
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete an instance. Only ever false in staging."
  default     = true
}
