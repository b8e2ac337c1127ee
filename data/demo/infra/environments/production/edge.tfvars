environment          = "production"
domain               = "shop.acornmarket.example"
waf_rate_limit       = 2000
waf_bot_control      = true
static_cache_seconds = 604800
