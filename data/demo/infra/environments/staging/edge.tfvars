environment          = "staging"
domain               = "shop.staging.acornmarket.example"
waf_rate_limit       = 500
static_cache_seconds = 60
