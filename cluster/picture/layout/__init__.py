"""Gives every box of a scene its place and every link its way: layers from left to right, groups as bands."""
