"""Builds kube-apiserver and what goes with it from Debian's sources: no image and no release binary is needed.

Debian packages `kubectl` alone, but its source package holds all of Kubernetes 1.20 with what it depends on. Needs
`golang-go`, `golang-github-modern-go-reflect2-dev`, `etcd-server`, `make`, `rsync` and eight minutes on two cores.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import urllib.request
from pathlib import Path

VERSION = "1.20.2"
_SOURCE = (
    "http://deb.debian.org/debian/pool/main/k/kubernetes/kubernetes_1.20.5+really1.20.2.orig.tar.gz",
    "b83c0780efb182d928dc63d46488a847f161f04e40a94b96bf5247dd671ecdfc",
)
_REFLECT2 = Path("/usr/share/gocode/src/github.com/modern-go/reflect2")
"""The vendored one crashes with Go 1.18 and later; Debian's is new enough."""
PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubemark")
_NEEDED = ("go", "etcd", "make", "rsync", "kubectl")


def programs(folder: Path) -> Path:
    """The folder with the built programs, built first where they are not there; exits where a tool is missing."""
    tree = folder / f"kubernetes-{VERSION}"
    built = tree / "_output" / "local" / "bin" / "linux" / "amd64"
    if all((built / name).exists() for name in PROGRAMS):
        return built
    missing = [name for name in _NEEDED if shutil.which(name) is None] + ["reflect2"] * (
        not _REFLECT2.exists()
    )
    if missing:
        raise SystemExit(
            f"not installed: {', '.join(missing)}; on Debian 12: apt-get install golang-go etcd-server make rsync "
            "golang-github-modern-go-reflect2-dev, and a kubectl"
        )
    folder.mkdir(parents=True, exist_ok=True)
    _unpack(folder)
    _mend(tree)
    link = tree / ".go" / "src" / "k8s.io" / "kubernetes"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to("../../..")
    print(f"building Kubernetes {VERSION} in {tree}; about eight minutes", flush=True)
    major, minor, _ = VERSION.split(".")
    environment = os.environ | {
        "GOPATH": str(tree / ".go"), "CGO_ENABLED": "0", "HOME": str(folder / "home"), "GOFLAGS": "-mod=vendor",
        "KUBE_GIT_VERSION": f"v{VERSION}", "KUBE_GIT_COMMIT": "debian", "KUBE_GIT_TREE_STATE": "clean",
        "KUBE_GIT_MAJOR": major, "KUBE_GIT_MINOR": minor,
    }  # fmt: skip
    (folder / "home").mkdir(exist_ok=True)
    what = " ".join(f"cmd/{name}" for name in PROGRAMS)
    subprocess.run(["make", f"WHAT={what}"], cwd=tree, env=environment, check=True)
    return built


def _unpack(folder: Path) -> None:
    url, digest = _SOURCE
    archive = folder / "kubernetes.orig.tar.gz"
    if not archive.exists():
        with urllib.request.urlopen(url, timeout=300) as answer:
            archive.write_bytes(answer.read())
    if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{archive} is not what was expected; delete it and try again")
    with tarfile.open(archive) as found:
        found.extractall(folder, filter="data")


def _mend(tree: Path) -> None:
    vendored = tree / "vendor" / "github.com" / "modern-go" / "reflect2"
    for old in (*vendored.glob("*.go"), *vendored.glob("*.s")):
        old.unlink()
    for new in (*_REFLECT2.glob("*.go"), *_REFLECT2.glob("*.s")):
        if not new.name.endswith("_test.go"):
            shutil.copy(new, vendored / new.name)
