"""How each kind of object says whether it is well; `cluster/status.py` chooses among these."""
