"""Answers from settings within the files that ConfigMaps hold."""
