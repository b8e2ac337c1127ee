"""Read-only `kubectl`: `check` decides whether a command may run, `run` runs those that may."""

from cluster.kubectl.checking import Verdict, check, context_of
from cluster.kubectl.runner import Impersonation, StepOutput, Target, preview, run

__all__ = ["Impersonation", "StepOutput", "Target", "Verdict", "check", "context_of", "preview", "run"]
