environment = "staging"

databases = {
  orders = {
    engine                = "postgres"
    engine_version        = "16.9"
    instance_class        = "db.t4g.medium"
    allocated_storage_gb  = 50
    backup_retention_days = 3
  }

  payments = {
    engine                = "postgres"
    engine_version        = "17.5" # trying 17 here before production
    instance_class        = "db.t4g.medium"
    allocated_storage_gb  = 30
    backup_retention_days = 3
    parameters = {
      "rds.force_ssl" = "1"
    }
  }

  catalog = {
    engine                = "mysql"
    engine_version        = "8.0.42"
    instance_class        = "db.t4g.medium"
    allocated_storage_gb  = 40
    backup_retention_days = 1
  }

  inventory = {
    engine                = "postgres"
    engine_version        = "15.13"
    instance_class        = "db.t4g.small"
    allocated_storage_gb  = 20
    backup_retention_days = 1
  }
}

deletion_protection = false

cache_node_type = "cache.t4g.small"
cache_replicas  = 0

opensearch = {
  version        = "2.19"
  instance_type  = "t3.small.search"
  instance_count = 1
  volume_gb      = 30
}
