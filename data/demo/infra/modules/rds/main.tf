locals {
  # Postgres parameter groups are per major version: 16.9 -> postgres16. MySQL keeps major.minor: 8.0.42 -> mysql8.0
  families = {
    for name, db in var.databases : name => (
      db.engine == "postgres"
      ? "postgres${split(".", db.engine_version)[0]}"
      : "mysql${join(".", slice(split(".", db.engine_version), 0, 2))}"
    )
  }
}

resource "aws_db_parameter_group" "this" {
  for_each = var.databases

  name   = "${each.key}-${var.environment}"
  family = local.families[each.key]

  dynamic "parameter" {
    for_each = each.value.parameters
    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = "pending-reboot"
    }
  }
}

resource "aws_db_instance" "this" {
  for_each = var.databases

  identifier              = "${each.key}-${var.environment}"
  engine                  = each.value.engine
  engine_version          = each.value.engine_version
  instance_class          = each.value.instance_class
  allocated_storage       = each.value.allocated_storage_gb
  max_allocated_storage   = each.value.allocated_storage_gb * 3
  storage_type            = "gp3"
  storage_encrypted       = true
  multi_az                = each.value.multi_az
  backup_retention_period = each.value.backup_retention_days
  backup_window           = "01:30-02:30"
  maintenance_window      = each.value.maintenance_window
  parameter_group_name    = aws_db_parameter_group.this[each.key].name
  db_subnet_group_name    = var.subnet_group_name
  deletion_protection     = var.deletion_protection

  performance_insights_enabled = each.value.performance_insights

  # The password is made and rotated by RDS in Secrets Manager; it is never in the state.
  manage_master_user_password = true
  username                    = "root_${each.key}"

  copy_tags_to_snapshot     = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${each.key}-${var.environment}-final"

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [engine_version]
  }
}
