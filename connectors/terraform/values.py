"""The values of a `.tfvars` file, by python-hcl2."""

from __future__ import annotations

from typing import Any

import hcl2


def literals(text: str) -> dict[str, Any] | None:
    """Each variable's value in Python's types; None where python-hcl2 cannot parse the text.

    Only for `.tfvars`, which are literals and small: on whole trees of `.tf` it takes twenty times as long as
    the syntax tree that is there anyway.
    """
    options = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, preserve_heredocs=False,
                                        strip_string_quotes=True)  # fmt: skip
    try:
        return dict(hcl2.loads(text, serialization_options=options))
    except Exception:  # noqa: BLE001 its grammar raises many kinds of error; the syntax tree then serves
        return None
