output "endpoints" {
  description = "Host and port of each database, by service."
  value       = { for name, db in aws_db_instance.this : name => db.endpoint }
}

output "master_secret_arns" {
  description = "Where Secrets Manager keeps each master password."
  value       = { for name, db in aws_db_instance.this : name => db.master_user_secret[0].secret_arn }
  sensitive   = true
}
