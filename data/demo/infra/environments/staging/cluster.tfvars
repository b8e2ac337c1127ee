environment        = "staging"
vpc_cidr           = "10.60.0.0/16"
availability_zones = ["eu-west-1a", "eu-west-1b"]
single_nat_gateway = true # saves about 70 euro a month

kubernetes_version = "1.35" # two weeks ahead of production

arm_worker_instance_types = ["t4g.xlarge", "m6g.large"]
arm_worker_size           = { min = 2, desired = 2, max = 4 }

control_plane_log_retention_days = 7
loki_retention                   = "96h" # 4 days
prometheus_retention             = "5d"

ingress_replicas = 1

vpn_cidrs = ["198.51.100.0/24"]

cluster_admins = [
  "arn:aws:iam::111122223333:role/platform",
]
developer_role = "arn:aws:iam::111122223333:role/developer"
