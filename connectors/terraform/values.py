"""The values of a `.tfvars` or `.tfvars.json` file as a whole, where its syntax tree does not tell them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def literals(path: str, text: str) -> Mapping[str, Any]:
    """Each variable's value in Python's types, by python-hcl2 or as JSON; empty where that fails, too.

    Only for files that need it: python-hcl2 takes twenty times as long as the syntax tree that is there anyway,
    and leaves expressions such as `${1024 * 3}` as written.
    """
    try:
        if path.endswith(".json"):
            return dict(json.loads(text))
        import hcl2  # takes 0.1 s

        options = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, preserve_heredocs=False,
                                            strip_string_quotes=True)  # fmt: skip
        return dict(hcl2.loads(text, serialization_options=options))
    except Exception:  # noqa: BLE001 its grammar raises many kinds of error
        return {}
