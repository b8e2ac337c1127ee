bucket = "acorn-terraform-state-production"
