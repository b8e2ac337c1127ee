output "cdn_domain" {
  description = "CloudFront's own name; the DNS record of the shop points at it."
  value       = aws_cloudfront_distribution.shop.domain_name
}
