"""What each zoom shows: one module a zoom, each from the folded graph to a scene."""
