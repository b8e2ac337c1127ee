"""What of a command's output is hidden, whatever its format."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cluster.kubectl.checking import understood
from cluster.kubectl.masking import Budget, TooLongError, credentials_of, masked, twin
from connectors.kubernetes.live.masking import masked as value_masked
from connectors.redaction import MASK

CANARY = "c4nary-hunter2"
TOKEN = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    "text",
    [
        f"Name:         db\nNamespace:    shop\n\nData\n====\npassword:\n----\n{CANARY}\n\nLOG_LEVEL:\n----\ndebug\n\n",
        f"Data\n====\nAPI_TOKEN:\n----\n{CANARY}",
        f"Data\n====\napp.properties:\n----\nlevel=debug\ndb.password={CANARY}\n\nEvents:  <none>\n",
        f"    Environment:\n      DB_PASSWORD:  {CANARY}\n      LOG_LEVEL:    debug\n",
        f"2026-01-01 INFO login password={CANARY} ok",
        f"Annotations:  db-password: {CANARY}\n",
        f"    Args:\n      --verbose\n      --db-password\n      {CANARY}\n    State:  Running\n",
        f"    Command:\n      redis-server\n      --requirepass\n      {CANARY}",
    ],
)
def test_what_describe_and_logs_print_is_masked(text: str) -> None:
    assert CANARY not in masked(text)
    assert masked(masked(text)) == masked(text)


def test_what_is_no_credential_stays() -> None:
    text = "Data\n====\nLOG_LEVEL:\n----\ndebug\n\nreplicas:\n----\n3\n"
    words = ("--secret-name", "db", "--password-file", "/run/db", "--password")
    arguments = "    Args:\n" + "".join(f"      {word}\n" for word in words) + "    State:\n"

    assert masked(text) == text
    assert masked(arguments) == arguments


POD = {"kind": "Pod", "spec": {"containers": [{"env": [{"name": "DB_PASSWORD", "value": CANARY}]}]}}


def test_objects_as_json_and_yaml_are_masked_by_their_structure() -> None:
    assert CANARY not in masked(json.dumps(POD, indent=4), structured=True)
    text = f"spec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      value: {CANARY}\n"
    assert CANARY not in masked(text, structured=True)


@pytest.mark.parametrize("indent", [None, 4])
def test_masked_objects_can_still_be_read(indent: int | None) -> None:
    value = {"spec": {"password": 48151623, "port": 8080, "webhook": f"{TOKEN} and more"}}
    read = json.loads(masked(json.dumps(value, indent=indent), structured=True))
    assert read["spec"]["port"] == 8080
    assert "48151623" not in str(read)
    assert TOKEN not in str(read)

    read = yaml.safe_load(masked(yaml.safe_dump(value), structured=True))
    assert read["spec"].keys() == value["spec"].keys()
    assert TOKEN not in str(read)


def test_a_number_that_is_a_credential_is_found() -> None:
    text = json.dumps({"kind": "Broker", "spec": {"password": 48151623, "port": 8080}}, indent=4)

    assert credentials_of(text) == {"48151623"}


@pytest.mark.parametrize(
    "value",
    [
        CANARY,
        'quo"te\\slash-9',
        "a<b>&c-h8nter",
        "h\u00fcnter-2-\u20ac",
        "two words 9x",
        "p1",
        "line one 7x\nline two 8y",
    ],
)
def test_a_credential_is_found_wherever_a_template_prints_it(value: str) -> None:
    found = credentials_of(
        json.dumps({"kind": "ConfigMap", "data": {"password": value, "level": "debug"}}, indent=4)
    )
    assert found

    for printed in (
        value,
        json.dumps(value),
        json.dumps(value, ensure_ascii=False),
        f"map[password:{value}]",
    ):
        for line in value.split("\n"):
            assert line not in masked(f"cart {printed} debug\n", found).replace(MASK, "")
    go = (
        json.dumps(value, ensure_ascii=False)
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
    )
    assert go[1:-1] not in masked(f"[{go}]", found)
    assert "debug" in masked(f"cart {value} debug\n", found)


def test_a_credential_within_a_text_is_found() -> None:
    config = f"level: debug\npassword: {CANARY}\nurl: https://shop.example\n"

    found = credentials_of(json.dumps({"kind": "ConfigMap", "data": {"app.yaml": config}}, indent=4))

    assert found == {CANARY}


def test_a_short_credential_hides_only_itself() -> None:
    assert masked("ab abc ab", frozenset({"ab"})) == f"{MASK} abc {MASK}"


def test_what_is_no_json_cannot_be_checked() -> None:
    assert credentials_of("error: x") is None
    assert credentials_of("{}") == frozenset()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl get pods -A -o jsonpath={..value}", "kubectl get pods --all-namespaces=true --output=json"),
        (
            "kubectl -n shop get pods cart -l app=x --no-headers -o custom-columns=A:.b -L app",
            "kubectl get pods cart --namespace=shop --selector=app=x --output=json",
        ),
        ("kubectl get pods --template={{.x}}", "kubectl get pods --output=json"),
        (
            "kubectl rollout history deploy/x -o go-template={{.x}}",
            "kubectl rollout history deploy/x --output=json",
        ),
        ("kubectl get pods -o yaml", None),
        ("kubectl get pods", None),
        ("kubectl describe pods", None),
    ],
)
def test_the_same_objects_are_read_as_json_where_a_template_picks(line: str, expected: str | None) -> None:
    found = twin(understood(line.split()))

    assert (found and " ".join(found)) == expected


def test_many_objects_are_masked_in_pieces_within_a_budget() -> None:
    ticks = iter(range(100))
    objects = {"kind": "List", "items": [POD] * 10}

    assert credentials_of(json.dumps(objects), Budget(50, lambda: next(ticks))) == {CANARY}
    ticks = iter(range(100))
    with pytest.raises(TooLongError):
        credentials_of(json.dumps(objects), Budget(5, lambda: next(ticks)))
    with pytest.raises(TooLongError):
        masked("x", frozenset({"aaaa", "bbbb"}), budget=Budget(0))
    assert masked("x", budget=Budget(0)) == "x"


def test_an_object_that_is_larger_than_any_is_not_masked_for_minutes() -> None:
    with pytest.raises(TooLongError):
        credentials_of(json.dumps({"items": [{"data": {"a": "x" * 2_100_000}}]}))


_NAMES = st.sampled_from(["host", "port", "level", "note", "items", "db"])
_SECRETS = st.sampled_from(
    [("password", CANARY), ("api_token", CANARY), ("note", TOKEN), ("url", f"postgres://app:{CANARY}@db/x"),
     ("note", f"{TOKEN} and more"), ("DB_PASSWORD", f"{CANARY}: x"), ("client-secret", f"[{CANARY}]")]
)  # fmt: skip
_PLAIN = st.sampled_from(["debug", "8080", "a: b", "on", "# x", "two\nlines\n", ""]) | st.integers()


@st.composite
def _settings(draw: st.DrawFn) -> dict[str, object]:
    """Settings as people write them into a ConfigMap, with credentials planted at any depth."""
    leaves: st.SearchStrategy[object] = _PLAIN
    inner = st.recursive(
        leaves, lambda part: st.dictionaries(_NAMES, part, max_size=3) | st.lists(part, max_size=3)
    )
    made: dict[str, object] = draw(st.dictionaries(_NAMES, inner, max_size=4))
    place = made
    for name in draw(st.lists(_NAMES, max_size=2)):
        below: dict[str, object] = {}
        place[name] = below
        place = below
    key, value = draw(_SECRETS)
    place[key] = value
    return made


@given(_settings(), st.sampled_from(["block", "flow", "json"]))
def test_text_inside_an_object_keeps_its_form_and_no_planted_credential(
    made: dict[str, object], form: str
) -> None:
    text = (
        json.dumps(made, indent=1)
        if form == "json"
        else yaml.safe_dump(made, default_flow_style=form == "flow")
    )
    config_map = {"kind": "ConfigMap", "data": {"settings.yaml": text}}

    inside = value_masked(config_map)["data"]["settings.yaml"]
    shown = masked(yaml.safe_dump(config_map), structured=True)
    listed = masked(json.dumps(config_map, indent=4), structured=True)

    for found in (inside, shown, listed):
        assert CANARY not in found
        assert TOKEN not in found
    assert set(yaml.safe_load(inside)) == set(made)
    assert yaml.safe_load(shown)["kind"] == "ConfigMap"
    assert json.loads(listed)["kind"] == "ConfigMap"


@given(st.text(), st.sets(st.text()))
def test_masking_never_fails(text: str, credentials: set[str]) -> None:
    masked(text, frozenset(credentials - {""}), structured=True)
    masked(text, frozenset(credentials - {""}))
    credentials_of(text)
