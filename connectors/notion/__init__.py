"""Notion: what its API answers, read into typed sections."""
