"""A second reading of questions that the grammar does not understand: see `again`."""
