"""Prometheus, and what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics."""
