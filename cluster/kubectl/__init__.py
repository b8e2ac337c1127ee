"""Read-only `kubectl`: `check` decides whether a command may run, `run` runs those that may."""

from cluster.kubectl.checking import Verdict, check
from cluster.kubectl.runner import Impersonation, StepOutput, Target, preview, run

__all__ = ["Impersonation", "StepOutput", "Target", "Verdict", "check", "preview", "run"]
