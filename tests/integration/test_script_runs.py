"""Scripts run against live clusters: by the REST API and the command line, with real kubectl."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from answers.model import Answer, Script
from api import services
from api.app import create_app
from api.cli import main
from api.scripts import ScriptRunner
from api.settings import Settings, load_settings
from api.wiring import Wiring
from connectors.errors import TemporaryError
from index.ledger import Ledger
from index.search_types import Filters
from tests.integration.clusters import Live, write_clusters
from tests.integration.fakes import a_document, an_answer
from tests.integration.kube_cases import KUBECTL, deployment
from tests.servers.kube import Cluster, Context, from_objects, kubeconfig, reconcile, serving

pytestmark = pytest.mark.skipif(not KUBECTL.exists(), reason="kubectl is not here")
AUTH = (
    "api: {auth: {tokens: {t-ops: [ops], t-eng: [eng], t-both: [ops, eng],"
    " t-root: [ops, 'system:masters'], t-many: [ops, viewers]}}}\n"
)
GET_PODS = ["kubectl", "get", "pods", "-n", "shop"]
SCALE = ["kubectl", "scale", "deploy/cart", "--replicas=0", "-n", "shop"]


class Place:
    """Two served clusters, `prod` for ops and `dev` for eng, and a configuration of both."""

    def __init__(self, folder: Path, prod: Cluster, dev: Cluster) -> None:
        self.prod, self.dev, self.folder = prod, dev, folder
        self.configure()

    def configure(self, options: str = "") -> None:
        """Writes the configuration; `options` are further keys of both sources."""
        self.config = write_clusters(
            self.folder,
            Live("live-prod", [deployment("cart")], "ops", "prod", options),
            Live("live-dev", [deployment("web")], "eng", "dev", options),
            extra=AUTH,
        )

    def settings(self) -> Settings:
        return load_settings(self.config, {})

    def untouched(self) -> bool:
        """No cluster was asked anything."""
        return not self.prod.requests and not self.dev.requests


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with ExitStack() as stack:
        clusters = []
        for name in ("cart", "web"):
            cluster = from_objects([deployment(name)])
            reconcile(cluster)
            clusters.append((cluster, stack.enter_context(serving(cluster, tls=True))))
        (prod, at_prod), (dev, at_dev) = clusters
        file = kubeconfig(tmp_path / "kubeconfig", Context("prod", at_prod), Context("dev", at_dev))
        monkeypatch.setenv("KUBECONFIG", str(file))
        yield Place(tmp_path, prod, dev)
        assert not prod.violations + dev.violations
        assert not prod.secret_reads + dev.secret_reads


def post(place: Place, token: str, *steps: Sequence[str], **more: Any) -> Any:
    with TestClient(create_app(place.settings()), base_url="http://localhost") as api:
        body = {"steps": [{"argv": list(argv)} for argv in steps], **more}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return api.post("/v1/scripts/run", json=body, headers=headers)


def test_steps_run_on_the_cluster_that_the_caller_may_read(place: Place) -> None:
    answer = post(place, "t-ops", GET_PODS, ["kubectl", "get", "deploy", "cart", "-n", "shop", "-o", "name"])
    assert answer.status_code == 200
    body = answer.json()
    assert body["cluster"] == "prod"
    pods, deploy = body["output"]
    assert (pods["argv"], pods["exit_code"], pods["truncated"]) == (GET_PODS, 0, False)
    assert "cart-" in pods["stdout"]
    assert deploy["stdout"] == "deployment.apps/cart\n"
    assert "web-" in post(place, "t-eng", GET_PODS).json()["output"][0]["stdout"]


def test_what_the_cluster_answers_is_passed_on(place: Place) -> None:
    answer = post(place, "t-ops", ["kubectl", "get", "pod", "no-such-pod", "-n", "shop"])
    (step,) = answer.json()["output"]
    assert (answer.status_code, step["exit_code"]) == (200, 1)
    assert "not found" in step["stderr"]


def test_who_may_not_read_a_cluster_runs_nothing_on_it(place: Place) -> None:
    assert post(place, "", GET_PODS).status_code == 401
    assert post(place, "wrong", GET_PODS).status_code == 401
    refused = post(place, "t-eng", GET_PODS, cluster="prod")
    assert refused.status_code == 404
    unknown = post(place, "t-eng", GET_PODS, cluster="nowhere")
    assert refused.json()["detail"] == unknown.json()["detail"].replace("nowhere", "prod")
    context = post(place, "t-eng", [*GET_PODS, "--context", "prod"])
    assert context.status_code == 422
    assert place.untouched()


def test_who_may_read_no_cluster_is_told_so(place: Place) -> None:
    place.config.write_text(place.config.read_text("utf-8").replace("[ops, eng]", "[guest]"), "utf-8")
    answer = post(place, "t-both", GET_PODS)
    assert answer.status_code == 404
    assert "prod" not in answer.text
    assert place.untouched()


def test_of_several_clusters_one_must_be_named(place: Place) -> None:
    unclear = post(place, "t-both", GET_PODS)
    assert unclear.status_code == 422
    assert "dev, prod" in unclear.json()["detail"]
    assert place.untouched()
    assert post(place, "t-both", GET_PODS, cluster="dev").json()["cluster"] == "dev"


def test_steps_may_name_the_contexts_of_several_clusters(place: Place) -> None:
    steps = [[*GET_PODS, "--context", name] for name in ("dev", "prod")]
    body = post(place, "t-both", *steps).json()
    assert body["cluster"] == "dev, prod"
    assert ["web-" in body["output"][0]["stdout"], "cart-" in body["output"][1]["stdout"]] == [True, True]
    assert post(place, "t-both", *steps, cluster="dev").status_code == 422
    assert post(place, "t-eng", *steps).status_code == 422


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            SCALE,
            "it would change the cluster: it changes the number of replicas of Deployment cart in shop (replicas 0)",
        ),
        (SCALE, "`kubectl scale deploy/cart --replicas=0 -n shop --dry-run=server`"),
        (["kubectl", "delete", "pod", "cart-1"], "it would change the cluster: it deletes Pod cart-1"),
        (["kubectl", "get", "secrets", "-A"], "credentials"),
        (["kubectl", "exec", "cart-1", "--", "sh"], "not on the list of commands that only read"),
        (["kubectl", "get", "pods", "--as", "admin"], "--as"),
        (["rm", "-rf", "/"], "only `kubectl` runs"),
        (["kubectl", "get", "pods", ""], "empty"),
    ],
)
def test_a_step_that_may_not_run_is_told_with_its_reason_and_nothing_runs(
    place: Place, step: list[str], words: str
) -> None:
    answer = post(place, "t-ops", GET_PODS, step)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == "steps.1"
    assert words in error["message"]
    assert "nothing was run" in answer.json()["detail"]
    assert place.untouched()


@pytest.mark.parametrize(
    "body",
    [{}, {"steps": []}, {"steps": ["kubectl get pods"]}, {"steps": [{"argv": []}]}, {"steps": [{"argv": ["a", 1]}]},
     {"steps": [{"argv": ["kubectl"]}] * 11}, {"steps": [{"argv": ["kubectl"], "env": {}}]}],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused(place: Place, body: Any) -> None:
    with TestClient(create_app(place.settings()), base_url="http://localhost") as api:
        answer = api.post("/v1/scripts/run", json=body, headers={"Authorization": "Bearer t-ops"})
    assert answer.status_code == 422
    assert place.untouched()


@pytest.mark.parametrize("missing", ["kubeconfig", "kubectl"])
def test_what_is_missing_on_the_server_is_for_its_log(
    place: Place, missing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if missing == "kubeconfig":
        monkeypatch.setenv("KUBECONFIG", str(place.folder / "none"))
    else:
        monkeypatch.setenv("PATH", str(place.folder))
    answer = post(place, "t-ops", GET_PODS)
    assert answer.status_code == 503
    assert str(place.folder) not in answer.text
    assert missing in caplog.text.lower()


# As whom


def may_view(cluster: Cluster, group: str) -> None:
    """Lets a group of the cluster read everything in it."""
    api = "rbac.authorization.k8s.io"
    rule = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]}
    role = {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": "look"}, "rules": [rule]}
    cluster.put(role)
    subject = {"kind": "Group", "name": group, "apiGroup": api}
    reference = {"kind": "ClusterRole", "name": "look", "apiGroup": api}
    bound = {"metadata": {"name": "lookers"}, "subjects": [subject], "roleRef": reference}
    cluster.put({"apiVersion": f"{api}/v1", "kind": "ClusterRoleBinding", **bound})


def test_the_cluster_decides_where_the_caller_itself_asks(place: Place) -> None:
    place.configure(", scripts: {identity: caller}")
    (refused,) = post(place, "t-ops", GET_PODS).json()["output"]
    assert refused["exit_code"] == 1
    assert 'User "kubelore" cannot list resource "pods"' in refused["stderr"]
    may_view(place.prod, "viewers")
    assert post(place, "t-ops", GET_PODS).json()["output"][0]["exit_code"] == 1
    assert "cart-" in post(place, "t-many", GET_PODS).json()["output"][0]["stdout"]
    assert {request.user for request in place.prod.asked("/pods")} == {"kubelore"}


def test_no_principal_stands_for_a_group_of_kubernetes_itself(place: Place) -> None:
    place.configure(", scripts: {identity: caller}")
    may_view(place.prod, "system:masters")
    assert post(place, "t-root", GET_PODS).json()["output"][0]["exit_code"] == 1


def test_the_account_that_the_source_acts_as_runs_its_scripts_too(place: Place) -> None:
    place.configure(", impersonate: reader")
    post(place, "t-ops", GET_PODS)
    assert {request.user for request in place.prod.asked("/pods")} == {"reader"}


def test_nothing_runs_where_the_configuration_says_so(place: Place) -> None:
    place.configure(", scripts: {run: false}")
    answer = post(place, "t-ops", GET_PODS)
    assert answer.status_code == 404
    assert place.untouched()


# The scripts of answers


class WithScript(Wiring):
    """The real services, but for answers: they suggest a script and cite an object of `live-prod`, or a page."""

    steps: tuple[dict[str, list[str]], ...] = ({"argv": GET_PODS},)
    cited = "kubernetes:live-prod/shop/Deployment/cart"

    @property
    def searcher(self) -> Any:
        return self

    answerer = searcher

    def search(self, query: str, k: int, filters: Filters) -> list[Any]:
        return []

    def ask(self, question: str, filters: Filters, tell: Callable[[str], None] | None = None) -> Answer:
        answer = an_answer(question, a_document(self.cited))
        return replace(answer, script=Script("kubectl get pods -n shop", "Shows them.", self.steps, (1,)))


def ask(place: Place, token: str, **more: Any) -> Any:
    settings = place.settings()
    with TestClient(create_app(settings, WithScript(settings)), base_url="http://localhost") as api:
        body = {"question": "which pods run?", **more}
        return api.post("/v1/ask", json=body, headers={"Authorization": f"Bearer {token}"})


def test_an_answer_runs_its_script_where_that_is_wished(place: Place) -> None:
    assert ask(place, "t-ops").json()["script"]["output"] is None
    assert place.untouched()
    (step,) = ask(place, "t-ops", run=True).json()["script"]["output"]
    assert (step["argv"], step["exit_code"]) == (GET_PODS, 0)
    assert "cart-" in step["stdout"]


def test_a_streamed_answer_runs_it_too(place: Place) -> None:
    answer = ask(place, "t-ops", run=True, stream=True)
    (line,) = [line for line in answer.text.splitlines() if line.startswith("data:") and '"output"' in line]
    assert "cart-" in json.loads(line.removeprefix("data:"))["script"]["output"][0]["stdout"]


def test_the_script_runs_on_the_cluster_that_it_cites(place: Place) -> None:
    (step,) = ask(place, "t-both", run=True).json()["script"]["output"]
    assert "cart-" in step["stdout"]
    assert not place.dev.requests


def test_a_script_of_a_page_runs_on_each_of_a_few_clusters(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithScript, "cited", "files:docs/runbook.md")
    script = ask(place, "t-both", run=True).json()["script"]
    assert script["text"] == "kubectl get pods -n shop"
    assert script["explanation"] == "Shows them. For one cluster: `--context prod` or `--context dev`."
    prod, dev = script["output"]
    assert (prod["argv"][1:3], "cart-" in prod["stdout"]) == (["--context", "prod"], True)
    assert (dev["argv"][1:3], "web-" in dev["stdout"]) == (["--context", "dev"], True)
    (single,) = ask(place, "t-eng", run=True).json()["script"]["output"]
    assert (single["argv"], "web-" in single["stdout"]) == (GET_PODS, True)


@pytest.mark.parametrize("question", ["which pods run in development?", "what runs on dev"])
def test_a_script_of_a_page_runs_on_the_cluster_that_the_question_names(
    place: Place, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setattr(WithScript, "cited", "files:docs/runbook.md")
    (step,) = ask(place, "t-both", question=question).json()["script"]["steps"]
    assert step["argv"][:3] == ["kubectl", "--context", "dev"]


def test_of_many_clusters_a_script_of_a_page_needs_a_name(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithScript, "cited", "files:docs/runbook.md")
    monkeypatch.setattr("api.script_clusters.MOST", 1)
    (unclear,) = ask(place, "t-both", run=True).json()["script"]["output"]
    assert (unclear["exit_code"], unclear["stdout"]) == (126, "")
    assert "say which cluster it is for: dev, prod" in unclear["stderr"]
    assert place.untouched()


def test_a_script_of_a_page_names_the_cluster_of_its_environment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithScript, "cited", "files:docs/runbook.md")
    page = replace(a_document("files:docs/runbook.md"), environment="production")
    with Ledger.at(place.folder / "state") as ledger:
        ledger.put([page])
    script = ask(place, "t-both").json()["script"]
    assert script["text"] == "kubectl get pods -n shop"
    assert script["steps"] == [{"argv": ["kubectl", "--context", "prod", *GET_PODS[1:]]}]
    assert script["explanation"] == "Shows them. For cluster prod: `--context prod`."
    (step,) = ask(place, "t-both", run=True).json()["script"]["output"]
    assert "cart-" in step["stdout"]
    # Who may read one cluster needs no name, and hears of no other.
    assert ask(place, "t-eng").json()["script"]["steps"] == [{"argv": GET_PODS}]


def test_a_script_of_a_page_names_the_cluster_that_the_answer_tells_of(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithScript, "cited", "files:docs/runbook.md")
    told = WithScript.ask

    def with_line(self: WithScript, question: str, filters: Filters, tell: Any = None) -> Answer:
        answer = told(self, question, filters, tell)
        line = replace(answer.citations[0], number=2, source="live-dev", document_id="kubernetes:live-dev/x")
        return replace(answer, citations=(*answer.citations, line))

    monkeypatch.setattr(WithScript, "ask", with_line)
    assert ask(place, "t-both").json()["script"]["steps"][0]["argv"][:3] == ["kubectl", "--context", "dev"]


def test_a_script_that_may_not_run_says_why_in_its_output(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WithScript, "steps", ({"argv": GET_PODS}, {"argv": SCALE}))
    first, second = ask(place, "t-ops", run=True).json()["script"]["output"]
    assert (first["exit_code"], second["exit_code"]) == (126, 126)
    assert "would change the cluster" in second["stderr"]
    assert place.untouched()


def test_the_command_line_shows_the_output_below_the_script(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "opener", WithScript)
    arguments = ["--config", str(place.config), "ask", "which pods run?", "--principal", "ops"]
    assert main([*arguments, "--run"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("See it live") < shown.index("$ kubectl get pods -n shop") < shown.index("Sources")
    assert "cart-" in shown
    assert main([*arguments, "--run", "--json"]) == 0
    assert "cart-" in json.loads(capsys.readouterr().out)["script"]["output"][0]["stdout"]
    assert main([*arguments[:-2], "--run"]) == 0
    assert "no live cluster that you may run commands on" in capsys.readouterr().out


def test_an_answer_does_not_tell_what_is_missing_on_the_server(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(place.folder / "none"))
    (step,) = ask(place, "t-ops", run=True).json()["script"]["output"]
    assert (step["exit_code"], "cannot be run" in step["stderr"]) == (126, True)
    assert "KUBECONFIG" not in step["stderr"]
    assert "KUBECONFIG" in caplog.text


def test_a_foreign_page_cannot_have_a_visitors_browser_run_steps(place: Place) -> None:
    place.config.write_text(
        place.config.read_text("utf-8").replace("ops", "public").split("api:")[0], "utf-8"
    )
    body = json.dumps({"steps": [{"argv": GET_PODS}]}).encode()
    with TestClient(create_app(place.settings()), base_url="http://localhost") as api:
        for headers in ({}, {"Content-Type": "text/plain"}):
            answer = api.post("/v1/scripts/run", content=body, headers=headers)
            assert answer.status_code == 422
    assert place.untouched()


def test_only_so_many_scripts_run_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, leave = threading.Semaphore(0), threading.Event()

    def run_slowly(*_: Any, **__: Any) -> list[Any]:
        inside.release()
        leave.wait(60)
        return []

    monkeypatch.setattr("api.scripts.run", run_slowly)
    runner = ScriptRunner(place.settings())
    ops = frozenset({"ops"})
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(runner.run, [GET_PODS], ops) for _ in range(4)]
        for _ in running:
            assert inside.acquire(timeout=60)
        with pytest.raises(TemporaryError, match="try again"):
            runner.run([GET_PODS], ops)
        leave.set()
        assert [done.result().cluster for done in running] == ["prod"] * 4
    assert runner.run([GET_PODS], ops).cluster == "prod"


# Trying changes


def test_a_change_is_tried_where_the_configuration_allows_it(place: Place) -> None:
    place.configure(", scripts: {preview: true}")
    answer = post(place, "t-ops", GET_PODS, SCALE, ["kubectl", "delete", "secret", "db", "-n", "shop"])
    assert answer.status_code == 422
    scale, delete = (error["message"] for error in answer.json()["errors"])
    assert "the server says: deployment.apps/cart scaled (server dry run)" in scale
    assert "the server says" not in delete
    assert not place.prod.asked("GET .*/pods")
    writes = [one for one in place.prod.requests if one.method != "GET"]
    assert writes
    assert all("dryRun=All" in one.line for one in writes)
    assert not place.dev.requests


def test_what_the_server_says_against_a_change_is_shown_too(place: Place) -> None:
    place.configure(", scripts: {preview: true, identity: caller}")
    (error,) = post(place, "t-ops", SCALE).json()["errors"]
    assert "forbidden" in error["message"]
