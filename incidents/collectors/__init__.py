"""Where evidence comes from besides bundles."""
