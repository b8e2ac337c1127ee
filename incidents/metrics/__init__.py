"""Metric series of an incident: where they changed, how strongly, and which service the change came from."""
