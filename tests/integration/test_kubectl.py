"""The runner with a stand-in for `kubectl`, and the lists of flags and commands with the real one."""

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from cluster.kubectl import Impersonation, StepOutput, Target, check, run
from cluster.kubectl.verbs import FORBIDDEN, VERBS
from connectors.errors import ConfigurationError, RefusedError
from tests.effort import EFFORT
from tests.unit.kubectl_commands import HARMLESS

REAL = shutil.which("kubectl")
needs_kubectl = pytest.mark.skipif(REAL is None, reason="kubectl is not installed")
CANARY = "c4nary-hunter2"
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
"""


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    """A kubeconfig whose server is not there."""
    path = tmp_path / "config"
    path.write_text(KUBECONFIG)
    return path


class StandIn:
    """A shell script in the place of `kubectl`."""

    def __init__(self, folder: Path, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.target = Target(kubeconfig)
        self._monkeypatch = monkeypatch

    def says(self, script: str) -> None:
        """Installs the script as the only `kubectl`."""
        path = self.folder / "kubectl"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        self._monkeypatch.setenv("PATH", f"{self.folder}:/usr/bin:/bin")

    def run(self, line: str, target: Target | None = None, **bounds: float) -> StepOutput:
        """What comes of one command."""
        (output,) = run([line.split()], target or self.target, **bounds)  # type: ignore[arg-type]
        return output


@pytest.fixture
def kubectl(tmp_path: Path, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A stand-in that only needs to be told what to say."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return StandIn(folder, kubeconfig, monkeypatch)


def test_arguments_reach_the_program_as_they_are_and_its_exit_code_comes_back(kubectl: StandIn) -> None:
    kubectl.says('for word in "$@"; do echo "[$word]"; done; echo oops >&2; exit 3')

    output = kubectl.run("kubectl get pods -l app=cart,tier!=x")

    assert output.stdout == "[get]\n[pods]\n[-l]\n[app=cart,tier!=x]\n"
    assert (output.stderr, output.exit_code, output.truncated) == ("oops\n", 3, False)
    assert output.argv == ("kubectl", "get", "pods", "-l", "app=cart,tier!=x")


def test_what_the_operator_set_is_added_before_the_verb(kubectl: StandIn, kubeconfig: Path) -> None:
    kubectl.says('echo "$*"')
    target = Target(kubeconfig, "x", "shop", Impersonation("ann", ("dev", "ops")))

    assert kubectl.run("kubectl get pods -n other", target).stdout == (
        "--context=x --namespace=shop --as=ann --as-group=dev --as-group=ops get pods -n other\n"
    )


def test_the_environment_is_bare(kubectl: StandIn, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kubectl.says("env; ls -A $HOME; pwd; cat")
    for name in (
        "HTTPS_PROXY",
        "KUBERC",
        "KUBECTL_EXTERNAL_DIFF",
        "AWS_SECRET_ACCESS_KEY",
        "KUBECONFIG",
        "HOME",
    ):
        monkeypatch.setenv(name, "/from/outside")
    target = Target(
        kubeconfig, environment={"AWS_PROFILE": "ours", "KUBECONFIG": "/other", "KUBERC": "/other"}
    )

    printed = kubectl.run("kubectl get pods", target).stdout.splitlines()
    variables = dict(line.split("=", 1) for line in printed if "=" in line)

    assert "/from/outside" not in variables.values()
    assert variables["KUBECONFIG"] == str(kubeconfig)
    assert variables["AWS_PROFILE"] == "ours"
    assert variables["KUBERC"] == "off"
    assert variables["KUBECTL_KUBERC"] == "false"
    assert not os.path.exists(variables["HOME"]), "the empty home goes with the run"
    assert printed[-1] == variables["HOME"], (
        "the folder is empty, it is the working folder, and the input is closed"
    )


def test_a_command_that_does_not_end_is_stopped_with_what_it_started(
    kubectl: StandIn, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    alive = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    kubectl.says(f"(echo alive; exec sleep 600) >{pipe} & echo begun; sleep 600")

    output = kubectl.run("kubectl get pods", timeout=2)

    assert (output.exit_code, output.truncated, output.stdout) == (124, True, "begun\n")
    assert "Stopped after 2 seconds" in output.stderr
    os.set_blocking(alive, True)
    assert os.read(alive, 100) == b"alive\n"
    assert os.read(alive, 1) == b"", "nobody writes any more"
    os.close(alive)


def test_a_child_that_keeps_the_output_open_does_not_hold_the_run(kubectl: StandIn) -> None:
    kubectl.says("echo done; sleep 60 &")

    output = kubectl.run("kubectl get pods", timeout=1.5)

    assert (output.exit_code, output.stdout) == (0, "done\n")


def test_output_is_cut_at_a_line_and_the_program_runs_to_its_end(kubectl: StandIn) -> None:
    kubectl.says("i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; exit 7")

    output = kubectl.run("kubectl logs cart", max_bytes=1000)

    assert output.truncated
    assert len(output.stdout) <= 1000
    assert re.fullmatch(r"(line \d+\n)+", output.stdout)
    assert output.exit_code == 7


def test_output_is_masked(kubectl: StandIn) -> None:
    kubectl.says(f"echo 'DB_PASSWORD={CANARY}'; echo 'password: {CANARY}' >&2; printf 'ok \\377\\n'")

    output = kubectl.run("kubectl logs cart")

    assert CANARY not in output.stdout + output.stderr
    assert "ok \ufffd" in output.stdout


ENV = {
    "items": [{"kind": "Pod", "spec": {"containers": [{"env": [{"name": "DB_PASSWORD", "value": CANARY}]}]}}]
}


def test_values_that_a_template_picks_are_masked_too(kubectl: StandIn) -> None:
    kubectl.says(
        f"case \"$*\" in *--output=json*) echo '{json.dumps(ENV)}';; *) echo 'cart {CANARY} 3';; esac"
    )

    output = kubectl.run("kubectl get pods -o jsonpath={..value}")

    assert output.stdout == "cart [redacted] 3\n"


@pytest.mark.parametrize("twin", ["echo not json", "sleep 90", "head -c 11000000 /dev/zero"])
def test_picked_values_are_withheld_where_they_cannot_be_checked(kubectl: StandIn, twin: str) -> None:
    kubectl.says(f'case "$*" in *--output=json*) {twin};; *) echo {CANARY};; esac')

    output = kubectl.run("kubectl get pods -o jsonpath={..value}", timeout=1 if "sleep" in twin else 60)

    assert output.stdout == ""
    assert "withheld" in output.stderr
    assert output.exit_code != 0


def test_output_is_withheld_where_masking_would_take_too_long(
    kubectl: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.kubectl.runner._MASKING_SECONDS", 0.0)
    kubectl.says(
        f"case \"$*\" in *--output=json*) echo '{json.dumps(ENV)}';; *) echo 'cart {CANARY} 3';; esac"
    )

    output = kubectl.run("kubectl get pods -o jsonpath={..value}")

    assert (output.stdout, output.exit_code, output.truncated) == ("", 1, True)
    assert "withheld" in output.stderr


def test_a_wait_for_a_rollout_is_bounded(kubectl: StandIn) -> None:
    kubectl.says('echo "$*"')

    assert kubectl.run("kubectl rollout status deploy/x", timeout=20).stdout.endswith("--timeout=19s\n")
    assert kubectl.run("kubectl rollout status deploy/x --timeout=5s").stdout.endswith("x --timeout=5s\n")


def test_nothing_starts_if_one_command_may_not_run(kubectl: StandIn, tmp_path: Path) -> None:
    kubectl.says(f"touch {tmp_path}/ran")

    with pytest.raises(RefusedError, match="delete"):
        run([["kubectl", "get", "pods"], ["kubectl", "delete", "pod", "x"]], kubectl.target)
    with pytest.raises(RefusedError, match="too many"):
        run([["kubectl", "get", "pods"]] * 3, kubectl.target, max_steps=2)
    with pytest.raises(RefusedError, match="--context"):
        run([["kubectl", "get", "pods", "--context=other"]], kubectl.target)
    assert not (tmp_path / "ran").exists()


def test_a_missing_kubectl_kubeconfig_or_cluster_is_said(
    kubectl: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kubectl.says("echo hello")
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(ConfigurationError, match="is no file"):
        kubectl.run("kubectl get pods", Target(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match="no cluster"):
        kubectl.run("kubectl get pods", Target())
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    assert kubectl.run("kubectl get pods", Target()).stdout == "hello\n"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="not installed"):
        kubectl.run("kubectl get pods")


def binaries() -> list[str]:
    """The installed `kubectl`, and the other releases that Google's one carries beside it."""
    if REAL is None:
        return []
    beside = Path(REAL).resolve().parent
    return [REAL, *sorted(str(path) for path in beside.glob("kubectl.1.*"))]


HELP_FLAG = re.compile(r"^ {4}(?:-(\w), )?--([a-z][a-z0-9-]*)=", re.M)


@cache
def help_of(program: str, *words: str) -> str:
    """What a command says of itself."""
    asked = [*words, "--help"] if words != ("options",) else [*words]
    return subprocess.run([program, *asked], capture_output=True, text=True, check=False, timeout=30).stdout


def flags_in_help(program: str, *words: str) -> set[tuple[str, str]]:
    """Short and long names of the flags that the help of a command shows."""
    return set(HELP_FLAG.findall(help_of(program, *words)))


@needs_kubectl
@pytest.mark.parametrize("program", binaries())
def test_every_flag_of_the_installed_kubectl_is_decided(program: str) -> None:
    options = flags_in_help(program, "options")
    assert len(options) > 20
    undecided = []
    for verb, allowed in VERBS.items():
        own = set() if verb[0] in ("help", "options") else flags_in_help(program, *verb)
        for short, name in own | options:
            listed = name in allowed.by_name
            if listed == (name in FORBIDDEN):
                undecided.append((verb, name))
            if listed and short and allowed.by_name[name].short != short:
                undecided.append((verb, short))
    assert undecided == []


@needs_kubectl
def test_switches_and_flags_with_values_are_those_of_the_installed_kubectl() -> None:
    assert REAL is not None
    wrong = []
    for verb, allowed in VERBS.items():
        for _, name in flags_in_help(REAL, *verb) if verb[0] not in ("help", "options") else ():
            flag = allowed.by_name.get(name)
            shown_as_switch = re.search(rf"--{name}=(true|false):", help_of(REAL, *verb)) is not None
            if flag and (flag.value is None) != shown_as_switch:
                wrong.append((verb, name))
    assert wrong == []


OFFLINE = ("config", "help", "options")
REFUSED_BY_KUBECTL = (
    "unknown flag",
    "unknown shorthand",
    "unknown command",
    "invalid argument",
    "plugin",
    "Usage",
)


@needs_kubectl
@pytest.mark.slow
def test_the_real_kubectl_takes_every_harmless_command(kubeconfig: Path) -> None:
    """Against a server that is not there: kubectl says so, and not that it does not understand.

    `make test` tries one command of each verb and set of flags.
    """
    of_each_form = {
        (argv[1], frozenset(w.split("=")[0] for w in argv if w[0] == "-")): argv for argv in HARMLESS
    }

    def complaint(argv: list[str]) -> str:
        (output,) = run([argv], Target(kubeconfig), timeout=60)
        said = output.stdout + output.stderr
        offline = argv[1] in OFFLINE or {"--help", "-h", "--client", "--client=true"} & set(argv)
        reached = output.exit_code == 0 if offline else "refused" in said
        misread = not offline and any(words in said for words in REFUSED_BY_KUBECTL)
        return "" if reached and not misread else f"{argv}: {said[-300:]}"

    with ThreadPoolExecutor(4) as threads:
        complaints = [
            text for text in threads.map(complaint, HARMLESS if EFFORT > 1 else of_each_form.values()) if text
        ]
    assert complaints == []


@needs_kubectl
@pytest.mark.parametrize("program", binaries())
def test_aliases_of_a_person_are_not_read(
    program: str, tmp_path: Path, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rc = tmp_path / "home" / ".kube" / "kuberc"
    rc.parent.mkdir(parents=True)
    preference = 'flags: [{name: server, default: "http://127.0.0.1:2"}]'
    rc.write_text(
        "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\n"
        f"overrides: [{{command: get, {preference}}}]\ndefaults: [{{command: get, {preference}}}]\n"
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "kubectl").symlink_to(program)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("KUBECTL_KUBERC", "true")
    monkeypatch.setenv("KUBERC", str(rc))

    (output,) = run(
        [["kubectl", "get", "pods"]],
        Target(kubeconfig, environment={"HOME": str(tmp_path / "home")}),
        timeout=60,
    )

    assert "127.0.0.1:1 was refused" in output.stderr


def test_the_commands_of_the_tests_are_allowed() -> None:
    assert all(check(argv).allowed for argv in HARMLESS)
