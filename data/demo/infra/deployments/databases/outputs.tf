output "database_endpoints" {
  description = "Host and port of every RDS instance."
  value       = module.rds.endpoints
}

output "search_endpoint" {
  description = "OpenSearch host; services use the name shop-search.<environment>.acornmarket.internal."
  value       = aws_opensearch_domain.search.endpoint
}
