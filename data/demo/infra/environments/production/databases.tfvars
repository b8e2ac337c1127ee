environment = "production"

databases = {
  orders = {
    engine                = "postgres"
    engine_version        = "16.9"
    instance_class        = "db.r7g.xlarge"
    allocated_storage_gb  = 400
    multi_az              = true
    backup_retention_days = 35
    performance_insights  = true
    parameters = {
      max_connections            = "600"
      log_min_duration_statement = "500"
    }
  }

  payments = {
    engine                = "postgres"
    engine_version        = "16.9"
    instance_class        = "db.r7g.large"
    allocated_storage_gb  = 200
    multi_az              = true
    backup_retention_days = 35
    maintenance_window    = "sun:03:00-sun:04:00"
    performance_insights  = true
    parameters = {
      "rds.force_ssl" = "1"
    }
  }

  catalog = {
    engine                = "mysql"
    engine_version        = "8.0.42"
    instance_class        = "db.r7g.large"
    allocated_storage_gb  = 120
    multi_az              = true
    backup_retention_days = 14
  }

  # Postgres 15 until the warehouse's driver supports 16 (ticket PLAT-812).
  inventory = {
    engine                = "postgres"
    engine_version        = "15.13"
    instance_class        = "db.t4g.large"
    allocated_storage_gb  = 60
    multi_az              = false
    backup_retention_days = 14
  }
}

cache_node_type = "cache.r7g.large"
cache_replicas  = 2

opensearch = {
  version          = "2.19"
  instance_type    = "r7g.large.search"
  instance_count   = 3
  volume_gb        = 150
  dedicated_master = { instance_type = "m7g.large.search", count = 3 }
}

snapshot_copy_region = "eu-central-1"
