"""Writing to the two streams: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_FILE_WIDTH = 10_000
"""In a file or pipe no line is broken and no table cell cut off."""


def clean(text: str) -> str:
    """`text` without the characters that could command a terminal or turn the reading direction around."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def out() -> Console:
    """Standard output; colours and links only on a terminal, and no colours if NO_COLOR is set."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)


def err() -> Console:
    """Standard error, in the same way."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else _FILE_WIDTH)


def indented(text: str, width: int) -> str:
    """`text` with every line moved to the right."""
    return textwrap.indent(text, " " * width)


def print_json(document: Any) -> None:
    """The one JSON document of `--json`."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    sys.stdout.flush()


def print_json_error(name: str, message: str, exit_code: int) -> None:
    """What `--json` prints instead of a result."""
    print_json({"error": {"type": name, "message": clean(message)}, "exit_code": exit_code})


def print_error(message: str) -> None:
    """A message on standard error, red on a terminal."""
    from rich.text import Text

    err().print(Text.assemble(("error: ", "bold red"), clean(message)))


def note(message: str) -> None:
    """A plain remark on standard error."""
    print(clean(message), file=sys.stderr, flush=True)
