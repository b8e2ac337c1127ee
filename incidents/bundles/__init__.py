"""Bundles: what people keep of an incident, as folders or text, read into evidence.

`read_folder` takes a folder of anything that `kubectl` prints, dumps of objects, logs, alerts and metrics;
`read_text` takes what somebody pasted. A part that cannot be read is reported and does not stop the rest.
"""

from __future__ import annotations

from incidents.bundles.folder import read_files, read_folder, read_text

__all__ = ["read_files", "read_folder", "read_text"]
