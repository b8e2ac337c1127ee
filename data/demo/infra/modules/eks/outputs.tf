output "name" {
  description = "Name of the cluster, as aws eks update-kubeconfig wants it."
  value       = aws_eks_cluster.this.name
}

output "endpoint" {
  description = "URL of the Kubernetes API."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "Base64 certificate of the Kubernetes API."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "node_role_name" {
  description = "Role of the nodes; Karpenter's EC2NodeClass uses it too."
  value       = aws_iam_role.node.name
}
