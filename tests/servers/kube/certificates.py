"""A certificate for 127.0.0.1, made by openssl once per process: kubectl sends credentials over HTTPS only."""

from __future__ import annotations

import atexit
import functools
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Pair:
    """A certificate, which is its own authority, and its key."""

    certificate: Path
    key: Path


@functools.cache
def self_signed() -> Pair:
    """The pair; needs `openssl`."""
    folder = Path(tempfile.mkdtemp(prefix="kube-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pair = Pair(folder / "ca.pem", folder / "key.pem")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "30", "-subj", "/CN=kube-fake", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
            "-addext", "keyUsage=critical,digitalSignature,keyCertSign",
            "-keyout", str(pair.key), "-out", str(pair.certificate),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return pair
