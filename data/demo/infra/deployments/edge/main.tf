terraform {
  required_version = ">= 1.11"

  backend "s3" {
    key          = "edge.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}

resource "aws_acm_certificate" "shop" {
  domain_name               = var.domain
  subject_alternative_names = ["static.${var.domain}", "img.${var.domain}"]
  validation_method         = "DNS"
}

resource "aws_wafv2_web_acl" "shop" {
  name  = "shop-${var.environment}"
  scope = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "rate-limit"
    priority = 10

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = var.waf_rate_limit
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate-limit"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "shop"
    sampled_requests_enabled   = true
  }
}

resource "aws_cloudfront_distribution" "shop" {
  enabled     = true
  aliases     = [var.domain]
  price_class = var.cdn_price_class
  web_acl_id  = aws_wafv2_web_acl.shop.arn

  origin {
    domain_name = "origin.${var.domain}"
    origin_id   = "ingress"

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 30
    }
  }

  # The shop's pages are personal: never cached.
  default_cache_behavior {
    target_origin_id       = "ingress"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]
    default_ttl            = 0
    max_ttl                = 0
  }

  ordered_cache_behavior {
    path_pattern           = "/static/*"
    target_origin_id       = "ingress"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    default_ttl            = var.static_cache_seconds
    max_ttl                = var.static_cache_seconds * 7
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate.shop.arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
