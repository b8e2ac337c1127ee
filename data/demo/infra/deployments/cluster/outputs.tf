output "cluster_name" {
  description = "Pass it to aws eks update-kubeconfig --name."
  value       = module.eks.name
}

output "vpc_id" {
  description = "Read by the databases deployment through remote state."
  value       = module.vpc.vpc_id
}

output "nat_public_ips" {
  description = "Addresses that our partners (payment provider, warehouse) must allow."
  value       = module.vpc.nat_public_ips
}
