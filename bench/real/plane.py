"""A control plane on this machine: etcd, API server, controllers, scheduler, and nodes that pretend to run pods."""

from __future__ import annotations

import ssl
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType

_PORT, _ETCD, _PEER, _KUBELET = 16443, 12379, 12380, 20250
_TOKENS = {"admin": "system:masters", "reader": "readers"}


class Plane:
    """A running control plane; `kubeconfig("admin")` and `kubeconfig("reader")` are its two users."""

    def __init__(self, programs: Path, folder: Path, nodes: int = 4) -> None:
        self._programs, self._folder, self._nodes = programs, folder, nodes
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Plane:
        self._keys()
        etcd = f"http://127.0.0.1:{_ETCD}"
        self._start("etcd", "etcd", "--data-dir", str(self._folder / "etcd"), "--listen-client-urls", etcd,
                    "--advertise-client-urls", etcd, "--listen-peer-urls", f"http://127.0.0.1:{_PEER}")  # fmt: skip
        self.start_server()
        for user in _TOKENS:
            self._write_kubeconfig(user)
        admin = str(self.kubeconfig("admin"))
        self._start("controllers", "kube-controller-manager", f"--kubeconfig={admin}", "--leader-elect=false",
                    f"--service-account-private-key-file={self._folder / 'sa.key'}",
                    f"--root-ca-file={self._folder / 'certs' / 'apiserver.crt'}")  # fmt: skip
        self._start("scheduler", "kube-scheduler", f"--kubeconfig={admin}", "--leader-elect=false")
        for number in range(self._nodes):
            port = _KUBELET + 10 * number
            name = f"node-{number}"
            self._start(name, "kubemark", "--morph=kubelet", f"--name={name}", f"--kubeconfig={admin}",
                        f"--kubelet-port={port}", f"--kubelet-read-only-port={port + 5}")  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running.values()):
            process.terminate()
        for process in self._running.values():
            process.wait()

    def kubeconfig(self, user: str) -> Path:
        """The kubeconfig of a user."""
        return self._folder / f"{user}.conf"

    def kubectl(self, *arguments: str, given: str = "", check: bool = True) -> str:
        """What kubectl prints as the admin; raises `CalledProcessError` where it fails."""
        command = ["kubectl", f"--kubeconfig={self.kubeconfig('admin')}", *arguments]
        return subprocess.run(command, input=given, text=True, capture_output=True, check=check).stdout

    def start_server(self) -> None:
        """Starts the API server, or starts it again, and waits until it is ready."""
        if (before := self._running.pop("server", None)) is not None:
            before.terminate()
            before.wait()
        self._start("server", "kube-apiserver", f"--etcd-servers=http://127.0.0.1:{_ETCD}", f"--secure-port={_PORT}",
                    "--bind-address=127.0.0.1", f"--cert-dir={self._folder / 'certs'}", "--authorization-mode=RBAC",
                    "--service-cluster-ip-range=10.96.0.0/16", f"--token-auth-file={self._folder / 'tokens.csv'}",
                    f"--service-account-key-file={self._folder / 'sa.pub'}",
                    f"--service-account-signing-key-file={self._folder / 'sa.key'}",
                    "--service-account-issuer=https://kubernetes.default.svc", "--allow-privileged=true")  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        request = urllib.request.Request(
            f"https://127.0.0.1:{_PORT}/readyz", headers={"Authorization": f"Bearer {_token('admin')}"}
        )
        for _ in range(120):
            try:
                with urllib.request.urlopen(request, context=context, timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.5)
        raise SystemExit(f"the API server did not come up; see {self._folder / 'server.log'}")

    def _keys(self) -> None:
        lines = [f"{_token(user)},{user},{n},{group}" for n, (user, group) in enumerate(_TOKENS.items())]
        (self._folder / "tokens.csv").write_text("\n".join(lines) + "\n")
        key, public = str(self._folder / "sa.key"), str(self._folder / "sa.pub")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(
            ["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True, capture_output=True
        )

    def _write_kubeconfig(self, user: str) -> None:
        config = ["kubectl", "config", f"--kubeconfig={self.kubeconfig(user)}"]
        certificate = f"--certificate-authority={self._folder / 'certs' / 'apiserver.crt'}"
        server = f"--server=https://127.0.0.1:{_PORT}"
        for arguments in (
            ["set-cluster", "real", server, certificate, "--embed-certs=true"],
            ["set-credentials", user, f"--token={_token(user)}"],
            ["set-context", "real", "--cluster=real", f"--user={user}"],
            ["use-context", "real"],
        ):
            subprocess.run([*config, *arguments], check=True, capture_output=True)

    def _start(self, name: str, program: str, *arguments: str) -> None:
        path = self._programs / program
        with (self._folder / f"{name}.log").open("ab") as log:
            command = [str(path) if path.exists() else program, *arguments]
            self._running[name] = subprocess.Popen(command, stdout=log, stderr=log)


def _token(user: str) -> str:
    return f"{user}-of-the-bench"
