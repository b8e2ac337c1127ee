bucket = "acorn-terraform-state-staging"
