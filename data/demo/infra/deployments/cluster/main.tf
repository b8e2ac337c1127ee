locals {
  name         = "acorn-${var.environment}"
  is_prod      = var.environment == "production"
  subnet_count = length(var.availability_zones)

  # /20 for each private subnet (4,091 pod addresses), /24 for each public one.
  private_cidrs = [for i in range(local.subnet_count) : cidrsubnet(var.vpc_cidr, 4, i)]
  public_cidrs  = [for i in range(local.subnet_count) : cidrsubnet(var.vpc_cidr, 8, 240 + i)]

  tags = {
    environment = var.environment
    owner       = "platform"
    repository  = "acorn-market/infra"
  }
}

module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "6.4.0"

  name               = local.name
  cidr               = var.vpc_cidr
  azs                = var.availability_zones
  private_subnets    = local.private_cidrs
  public_subnets     = local.public_cidrs
  enable_nat_gateway = true
  single_nat_gateway = var.single_nat_gateway

  private_subnet_tags = {
    "karpenter.sh/discovery" = local.name
  }
}

module "eks" {
  source = "../../modules/eks"

  name                      = local.name
  kubernetes_version        = var.kubernetes_version
  subnet_ids                = module.vpc.private_subnets
  arm_worker_instance_types = var.arm_worker_instance_types
  arm_worker_size           = var.arm_worker_size
  log_retention_days        = var.control_plane_log_retention_days
  public_api_cidrs          = var.vpn_cidrs
}

resource "aws_eks_access_entry" "admin" {
  for_each = toset(var.cluster_admins)

  cluster_name  = module.eks.name
  principal_arn = each.value
}

resource "aws_eks_access_policy_association" "admin" {
  for_each = toset(var.cluster_admins)

  cluster_name  = module.eks.name
  principal_arn = each.value
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

resource "aws_eks_access_entry" "developer" {
  cluster_name  = module.eks.name
  principal_arn = var.developer_role
}

resource "aws_eks_access_policy_association" "developer" {
  cluster_name  = module.eks.name
  principal_arn = var.developer_role
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/${local.is_prod ? "AmazonEKSViewPolicy" : "AmazonEKSEditPolicy"}"

  access_scope {
    type       = "namespace"
    namespaces = ["shop"]
  }
}
