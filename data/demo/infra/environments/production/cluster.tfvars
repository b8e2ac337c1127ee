environment        = "production"
vpc_cidr           = "10.40.0.0/16"
availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
single_nat_gateway = false

kubernetes_version = "1.34"

arm_worker_instance_types = ["m7g.2xlarge", "m7g.xlarge"]
arm_worker_size           = { min = 3, desired = 4, max = 9 }

control_plane_log_retention_days = 90
loki_retention                   = "720h" # 30 days
prometheus_retention             = "30d"
prometheus_storage               = "200Gi"

ingress_replicas = 4

vpn_cidrs = ["198.51.100.0/24", "203.0.113.18/32"]

cluster_admins = [
  "arn:aws:iam::444455556666:role/platform-oncall",
  "arn:aws:iam::444455556666:role/break-glass",
]
developer_role = "arn:aws:iam::444455556666:role/developer"
