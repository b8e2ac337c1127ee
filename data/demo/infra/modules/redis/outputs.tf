output "primary_endpoint" {
  description = "Host of the primary; edge gives it the name shop-cache.<environment>.acornmarket.internal."
  value       = aws_elasticache_replication_group.cache.primary_endpoint_address
}
