"""Measurements beside other tools, and the demo; not part of the installed application."""
