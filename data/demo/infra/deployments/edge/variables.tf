variable "environment" {
  type        = string
  description = "staging or production."
}

variable "domain" {
  type        = string
  description = "Host name of the shop."
}

variable "waf_rate_limit" {
  type        = number
  description = "Requests from one address in five minutes before the WAF blocks it."
}

variable "waf_bot_control" {
  type        = bool
  description = "AWS bot control. Costs about 10 dollars a million requests."
  default     = false
}

variable "cdn_price_class" {
  type        = string
  description = "Where CloudFront serves from. PriceClass_100 is Europe and North America."
  default     = "PriceClass_100"
}

variable "static_cache_seconds" {
  type        = number
  description = "How long CloudFront keeps pictures and scripts."
  default     = 86400
}
