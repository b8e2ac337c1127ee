"""Scripts of `kubectl` commands: taken apart, labelled, compared with the cluster; `cluster.kubectl` runs them."""

from cluster.scripts.steps import Label, Step, parse
from cluster.scripts.validation import Inventory, Problem, validate

__all__ = ["Inventory", "Label", "Problem", "Step", "parse", "validate"]
