terraform {
  required_version = ">= 1.11"

  backend "s3" {
    key          = "databases.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}

module "rds" {
  source = "../../modules/rds"

  environment         = var.environment
  databases           = var.databases
  deletion_protection = var.deletion_protection
  subnet_group_name   = "acorn-${var.environment}-databases"
}

module "cache" {
  source = "../../modules/redis"

  environment       = var.environment
  node_type         = var.cache_node_type
  replicas          = var.cache_replicas
  subnet_group_name = "acorn-${var.environment}-cache"
}

resource "aws_opensearch_domain" "search" {
  domain_name    = "shop-search-${var.environment}"
  engine_version = "OpenSearch_${var.opensearch.version}"

  cluster_config {
    instance_type            = var.opensearch.instance_type
    instance_count           = var.opensearch.instance_count
    zone_awareness_enabled   = var.opensearch.instance_count > 1
    dedicated_master_enabled = var.opensearch.dedicated_master != null
    dedicated_master_type    = try(var.opensearch.dedicated_master.instance_type, null)
    dedicated_master_count   = try(var.opensearch.dedicated_master.count, null)
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.opensearch.volume_gb
  }

  encrypt_at_rest {
    enabled = true
  }

  node_to_node_encryption {
    enabled = true
  }
}

resource "aws_backup_plan" "rds_copy" {
  count = var.snapshot_copy_region == "" ? 0 : 1
  name  = "rds-copy-${var.environment}"

  rule {
    rule_name         = "nightly-copy"
    target_vault_name = "acorn-${var.environment}"
    schedule          = "cron(0 4 * * ? *)"

    lifecycle {
      delete_after = 35
    }

    copy_action {
      destination_vault_arn = "arn:aws:backup:${var.snapshot_copy_region}:444455556666:backup-vault:acorn-${var.environment}"

      lifecycle {
        delete_after = 90
      }
    }
  }
}

resource "aws_sqs_queue" "payments_webhooks" {
  name                       = "payments-webhooks-${var.environment}"
  visibility_timeout_seconds = 120
  message_retention_seconds  = 345600

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.payments_webhooks_dead.arn
    maxReceiveCount     = 8
  })
}

resource "aws_sqs_queue" "payments_webhooks_dead" {
  name                      = "payments-webhooks-${var.environment}-dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "order_events" {
  name                       = "order-events-${var.environment}"
  visibility_timeout_seconds = 180
}
