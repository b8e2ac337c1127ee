"""The `kubernetes` source over a running cluster."""
