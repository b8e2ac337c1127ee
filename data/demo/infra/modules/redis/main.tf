# Sessions and recommendation results: losing them is a nuisance, not an incident.
# Carts are NOT here; they live in the StatefulSet shop/redis.
resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "shop-cache-${var.environment}"
  description                = "Sessions and recommendation results"
  engine                     = "valkey"
  engine_version             = var.engine_version
  node_type                  = var.node_type
  num_cache_clusters         = 1 + var.replicas
  automatic_failover_enabled = var.replicas > 0
  multi_az_enabled           = var.replicas > 0
  subnet_group_name          = var.subnet_group_name
  parameter_group_name       = aws_elasticache_parameter_group.cache.name
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  snapshot_retention_limit   = 0
  maintenance_window         = "wed:04:00-wed:05:00"
}

resource "aws_elasticache_parameter_group" "cache" {
  name   = "shop-cache-${var.environment}"
  family = "valkey8"

  parameter {
    name  = "maxmemory-policy"
    value = "allkeys-lru"
  }
}
