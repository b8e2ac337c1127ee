"""How a script is taken apart, what each step is labelled, and what in it does not exist."""

import time
from collections.abc import Collection
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.kubectl import check
from cluster.scripts import Label, Step, parse, validate
from tests.unit import kubectl_commands as commands


def only(text: str) -> Step:
    """The one step of a script."""
    (step,) = parse(text)
    return step


def test_comments_continued_lines_prompts_and_short_names_are_read() -> None:
    steps = parse("# look\n\n$ kubectl get pods \\\n    -n shop  # all\nk describe po cart-1\r\n")

    assert [(step.line, step.argv) for step in steps] == [
        (3, ("kubectl", "get", "pods", "-n", "shop")),
        (5, ("kubectl", "describe", "po", "cart-1")),
    ]
    assert all(step.runnable for step in steps)


@pytest.mark.parametrize("line", commands.lines("harmless"))
def test_a_harmless_line_is_read_only(line: str) -> None:
    assert only(line).label is Label.READ_ONLY


@pytest.mark.parametrize("line", commands.lines("hostile"))
def test_no_step_of_a_hostile_line_runs_unless_it_is_harmless_alone(line: str) -> None:
    steps = parse(line)
    assert all(check(list(step.argv)).allowed for step in steps if step.runnable)
    if not any(operator in line for operator in (";", "&&", "||", "#")) and not line.startswith("k "):
        assert not any(step.runnable for step in steps)


def test_commands_in_one_line_are_steps_of_their_own() -> None:
    steps = parse("kubectl get po && kubectl delete pod cart-1; kubectl get svc || kubectl get ing")

    assert [step.label for step in steps] == ["read-only", "mutating", "read-only", "read-only"]
    assert [step.text for step in steps][:2] == ["kubectl get po", "kubectl delete pod cart-1"]


def test_a_filter_is_shown_and_not_part_of_the_command() -> None:
    step = only(
        "kubectl logs deploy/cart --tail=100 2>&1 | grep -i error | sort | uniq -c | awk '{print $1}' | head -5"
    )

    assert step.runnable
    assert step.argv == ("kubectl", "logs", "deploy/cart", "--tail=100")
    assert [words[0] for words in step.filters] == ["grep", "sort", "uniq", "awk", "head"]
    assert step.filters[3] == ("awk", "{print $1}")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("kubectl get pods | xargs kubectl delete pod", "xargs"),
        ("kubectl get pods | sh", "`sh`"),
        ("kubectl get pods | tee /tmp/x", "tee"),
        ("kubectl get pods | sort -o /tmp/x", "sort"),
        ("kubectl get pods | sort -uo/tmp/x", "sort"),
        ("kubectl get pods | uniq - /tmp/x", "uniq"),
        ("kubectl get pods | awk '{system($1)}'", "awk"),
        ("kubectl get pods | awk '{print > \"/tmp/x\"}'", "awk"),
        ("kubectl get pods | sed -i s/a/b/ /etc/hosts", "sed"),
        ("kubectl get pods | sed 's/a/id/e'", "sed"),
        ("kubectl get pods |", "nowhere"),
        ("kubectl get pods > out.txt", "file"),
        ("kubectl get pods >> out.txt", "file"),
        ("kubectl get pods 2>err.txt", "file"),
        ("kubectl get pods &> out.txt", "file"),
        ("kubectl get pods < in.txt", "file"),
        ("kubectl get pods <<< x", "file"),
        ("kubectl get pods &", "background"),
        ("kubectl get pod $(kubectl get po -o name)", "argument"),
        ("kubectl get pod `id`", "argument"),
        ('kubectl get pod "$(id)"', "argument"),
        ('kubectl get pod "`id`"', "argument"),
        ("kubectl get pod ${X:-y}", "variable"),
        ("kubectl get pod $1", "variable"),
        ("kubectl get pod $'\\x41'", "escapes"),
        ("kubectl get pod 'cart", "closed"),
        ('kubectl get pod "cart', "closed"),
        ("(kubectl get pods)", "`(`"),
        ("kubectl get pods -n <(id)", "`<(`"),
        ("for p in a b; do", "for"),
        ("while true; do", "while"),
        ("KUBECONFIG=/tmp/x kubectl get pods", "KUBECONFIG"),
        ("export KUBECONFIG=/tmp/x", "export"),
        ("PATH=/tmp", "PATH"),
        ("alias kubectl=rm", "alias"),
        ("helm list", "helm"),
        ("sudo kubectl get pods", "sudo"),
        ("kubectl exec -it cart -- sh", "exec"),
        ("kubectl get secret db -o yaml", "credentials"),
        ("kubectl create token default", "create"),
        ("kubectl get pods --context=other", "--context"),
    ],
)
def test_what_is_refused_says_why(line: str, reason: str) -> None:
    step = parse(line)[0]

    assert step.label is Label.REFUSED
    assert reason in step.reason


def test_what_is_piped_away_in_a_heredoc_is_no_step() -> None:
    steps = parse("kubectl apply -f - <<'EOF'\nkind: Pod\nkubectl delete ns shop\nEOF\nkubectl get pods")

    assert [(step.line, step.label) for step in steps] == [(1, "mutating"), (5, "read-only")]


def test_a_heredoc_without_its_end_hides_nothing() -> None:
    steps = parse("kubectl apply -f - <<EOF\nkubectl delete ns shop")

    assert [step.label for step in steps] == ["mutating", "mutating"]


def test_an_apostrophe_costs_its_own_line_only() -> None:
    steps = parse("don't do this by hand\nkubectl get pods\n" + "kubectl get svc\n" * 50)

    assert [step.label for step in steps[:2]] == ["refused", "read-only"]
    assert len(steps) == 52


def test_variables_with_a_value_are_filled_in() -> None:
    steps = parse(
        "NS=shop\nexport APP='cart'\nkubectl get pods -n $NS -l app=${APP}\nkubectl get pods -n '$NS'"
    )

    assert steps[0].argv == ("kubectl", "get", "pods", "-n", "shop", "-l", "app=cart")
    assert steps[0].runnable
    assert steps[1].label is Label.REFUSED


def test_a_variable_cannot_smuggle_words() -> None:
    assert parse("X='pods -o yaml'\nkubectl get $X")[0].label is Label.REFUSED
    assert parse("X=secrets\nkubectl get $X")[0].label is Label.REFUSED
    assert parse("V=delete\nkubectl $V pod cart")[0].label is Label.MUTATING


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("kubectl logs <pod-name> -n <namespace> --tail=<lines>", ("<pod-name>", "<namespace>", "<lines>")),
        ("kubectl logs <pod name>", ("<pod name>",)),
        ('kubectl get pods -n "$NAMESPACE"', ("$NAMESPACE",)),
        ("kubectl get pods -n $N -l a=$NS", ("$N", "$NS")),
        ("kubectl get pods -n {{ namespace }}", ("{{ namespace }}",)),
        ("kubectl describe pod POD_NAME -n NAMESPACE", ("POD_NAME", "NAMESPACE")),
        ("kubectl get <kind> <name> -o yaml", ("<kind>", "<name>")),
        ("kubectl rollout history deploy/<name> --revision=<number>", ("<name>", "<number>")),
        ("NS=<namespace>\nkubectl get pods -n $NS", ("<namespace>",)),
    ],
)
def test_placeholders_are_marked_and_keep_a_step_from_running(line: str, missing: tuple[str, ...]) -> None:
    step = only(line)

    assert (step.label, step.placeholders, step.runnable) == (Label.READ_ONLY, missing, False)


def test_a_placeholder_does_not_make_a_hostile_command_harmless() -> None:
    assert only("kubectl get secret <name> -o yaml").label is Label.REFUSED
    assert only("kubectl get pods --kubeconfig=<file>").label is Label.REFUSED
    assert only("kubectl <verb> pods").label is Label.REFUSED


@pytest.mark.parametrize(
    ("line", "change", "preview"),
    [
        (
            "kubectl scale deploy/cart -n shop --replicas=5",
            "changes the number of replicas of Deployment cart in shop (replicas 5)",
            "kubectl scale deploy/cart -n shop --replicas=5 --dry-run=server",
        ),
        ("kubectl apply -f app.yaml", "creates or updates the objects in app.yaml", "kubectl diff -f app.yaml"),
        ("kubectl -n shop apply -k overlays/prod", "creates or updates the objects in overlays/prod",
         "kubectl -n shop diff -k overlays/prod"),
        ("kubectl apply -f -", "creates or updates the objects in -", ""),
        ("kubectl delete pod cart-1", "deletes Pod cart-1", "kubectl delete pod cart-1 --dry-run=server"),
        ("kubectl rollout restart deploy/cart", "starts all pods anew of Deployment cart", ""),
        ("kubectl rollout undo deploy/cart", "goes back to an earlier revision of Deployment cart",
         "kubectl rollout undo deploy/cart --dry-run=server"),
        ("kubectl set image deploy/cart app=cart:v2", "changes images of Deployment cart (app=cart:v2)",
         "kubectl set image deploy/cart app=cart:v2 --dry-run=server"),
        ("kubectl drain node-1 --ignore-daemonsets", "evicts all pods from Node node-1",
         "kubectl drain node-1 --ignore-daemonsets --dry-run=server"),
        ("kubectl run x --image=alpine -- sleep 5", "starts a new Pod",
         "kubectl run x --image=alpine --dry-run=server -- sleep 5"),
        ("kubectl label pod cart-1 a=b", "changes labels of Pod cart-1 (a=b)",
         "kubectl label pod cart-1 a=b --dry-run=server"),
        ("kubectl delete pod x --dry-run=client", "tries only, and changes nothing: deletes Pod x", ""),
    ],
)  # fmt: skip
def test_a_mutating_step_says_what_it_changes_and_how_to_see_that(
    line: str, change: str, preview: str
) -> None:
    step = only(line)

    assert step.label is Label.MUTATING
    assert step.change.startswith(change)
    assert " ".join(step.preview) == preview
    assert not step.runnable


class Shop:
    """A small cluster."""

    KINDS: ClassVar = {"pods": "Pod", "po": "Pod", "pod": "Pod", "deploy": "Deployment", "deployments": "Deployment",
             "deployment": "Deployment", "nodes": "Node", "node": "Node", "certificates": "Certificate"}  # fmt: skip
    NAMES: ClassVar = {
        ("Pod", "shop"): ["cart-7d9f8-x2"],
        ("Deployment", "shop"): ["cart", "checkout"],
        ("Node", ""): ["node-1"],
    }

    def kind_of(self, word: str) -> str:
        return self.KINDS.get(word.lower().split(".")[0], "")

    def kind_words(self) -> Collection[str]:
        return self.KINDS

    def is_namespaced(self, kind: str) -> bool:
        return kind != "Node"

    def namespaces(self) -> Collection[str]:
        return ["default", "shop", "payments"]

    def names(self, kind: str, namespace: str) -> Collection[str]:
        return [
            n for (k, ns), names in self.NAMES.items() if k == kind and namespace in ("", ns) for n in names
        ]


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("kubectl get deploy cart -n shop", []),
        ("kubectl get deploy/cart pod/cart-7d9f8-x2 -n shop", []),
        ("kubectl get deploy crat -n shop", [("name", "crat", "cart")]),
        ("kubectl get deploy cart -n shp", [("namespace", "shp", "shop")]),
        ("kubectl get deploy cart", [("name", "cart", "")]),
        ("kubectl get deploy -A", []),
        ("kubectl get deploymets -n shop", [("kind", "deploymets", "deployments")]),
        ("kubectl get po,deploy,certificate.x -n shop", [("kind", "certificate.x", "certificates")]),
        ("kubectl get all -n shop", []),
        ("kubectl describe pod cart -n shop", []),
        ("kubectl describe pod web -n shop", [("name", "web", "")]),
        ("kubectl logs cart-7d9f8-x2 -n shop", []),
        ("kubectl logs deploy/checkot -n shop", [("name", "checkot", "checkout")]),
        ("kubectl logs -l app=cart -n shop", []),
        ("kubectl top node node-2", [("name", "node-2", "node-1")]),
        ("kubectl top pods -n shop", []),
        ("kubectl explain deploy.spec", []),
        ("kubectl explain deplyo.spec", [("kind", "deplyo", "deploy")]),
        ("kubectl events --for deploy/cart -n shop", []),
        ("kubectl events --for deploy/crat -n shop", [("name", "crat", "cart")]),
        ("kubectl auth can-i list pods -n shp", [("namespace", "shp", "shop")]),
        ("kubectl rollout status deploy/cart -n shop", []),
        ("kubectl get deploy <name> -n <namespace>", []),
        ("kubectl get pods -n <namespace>", []),
        ("kubectl scale deploy/crat -n shop --replicas=2", [("name", "crat", "cart")]),
        ("kubectl delete deploy crat -n shp", [("namespace", "shp", "shop")]),
        ("kubectl create deployment new -n shop --image=x", []),
        ("helm list", []),
        ("kubectl version", []),
    ],
)
def test_what_does_not_exist_is_told_with_the_nearest_that_does(
    line: str, problems: list[tuple[str, str, str]]
) -> None:
    found = validate(parse(line), Shop())

    assert [(problem.what, problem.word, problem.nearest) for problem in found] == problems


def test_a_problem_names_its_step_and_reads_as_a_sentence() -> None:
    (problem,) = validate(
        parse("kubectl get pods -n shop\nkubectl get deploy crat"), Shop(), namespace="shop"
    )

    assert (problem.step, problem.message) == (
        1,
        "there is no Deployment `crat` in shop; the nearest is `cart`",
    )


@given(st.text() | st.text(alphabet="kubectl get pods$(){}<>|&;'\"\\`#=\n-/ "))
def test_parsing_never_fails_and_what_may_run_is_allowed(text: str) -> None:
    for step in parse(text):
        assert not step.runnable or check(list(step.argv)).allowed


@pytest.mark.parametrize(
    "unit", ["'", '"\n', "<a ", "\\\n", "$(", "<<EOF\n", "a'\n", "kubectl get pods;", "{{ a "]
)
def test_parsing_takes_little_time_for_any_text(unit: str) -> None:
    began = time.process_time()
    parse((unit * 50_000)[:50_000])
    assert time.process_time() - began < 5


def test_a_script_that_is_too_long_is_refused() -> None:
    assert only("kubectl get pods\n" * 10_000).label is Label.REFUSED
