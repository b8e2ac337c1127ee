"""Keeps the index up to date with the sources: runs, their history, the lock and the schedule."""
