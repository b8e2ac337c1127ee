"""The error tree that everything in Kubelore raises.

KubeloreError
 ├─ TemporaryError            worth another try later: the source or a server is busy or away
 │   └─ UnreachableError      nothing answered (the command line's exit code 3)
 └─ PermanentError            another try gives the same result
     ├─ ConfigurationError    the user's configuration is wrong (exit code 2)
     ├─ UnreadableError       one item cannot be read (binary, too large, broken); the run goes on
     └─ RefusedError          a safety brake stopped the work; the message says how to confirm

Messages are written for the reader: what happened, then what to do next. No message holds a secret.
"""


class KubeloreError(Exception):
    """Base of every error that Kubelore raises on purpose."""


class TemporaryError(KubeloreError):
    """Another try may succeed."""


class UnreachableError(TemporaryError):
    """A source or server did not answer."""


class PermanentError(KubeloreError):
    """Another try gives the same result."""


class ConfigurationError(PermanentError):
    """The configuration is wrong; the message names the place and the remedy."""


class UnreadableError(PermanentError):
    """One item cannot be read; the run reports it and goes on."""


class RefusedError(PermanentError):
    """A safety brake stopped the work."""
