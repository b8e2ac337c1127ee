"""Answers questions about the live cluster from its objects, without a model: see `responder`."""
