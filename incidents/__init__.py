"""Why it broke: evidence of an incident, what checks find in it, and which finding is the cause of the others."""
