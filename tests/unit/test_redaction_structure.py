"""What could be read as YAML, JSON or HCL before masking can be read after."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kubernetes.secrets import mask_text
from connectors.redaction import MASK, redact
from connectors.redaction.structure import redact_yaml
from connectors.terraform.syntax import parse

GITHUB = "ghp_" + "a1B2" * 9

YAML = [
    'cmd: "login u password pw12345"\n',
    'cmd: [sh, -c, "redis-cli -a pw12345x ping"]\n',
    "password: !!str abc12345\n",
    "password: &p abc12345\nq: *p\n",
    "password: 'it''s12345'\n",
    'password: "abc\n  def12345"\nx: 1\n',
    "password:\n  abc12345\nx: 1\n",
    "password: [abc12345, def12345]\n",
    "c: {password: a1b2c12345, other: x}\n",
    "x: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abcdefgh12345678\n  -----END RSA PRIVATE KEY-----\ny: 1\n",
    f"webhook: {GITHUB}12345 and more\nother: 1\n",
    f"- {GITHUB}12345:rest\n- b\n",
    f"a: {{b: {GITHUB}12345 c, d: e}} # {GITHUB}12345\n",
    f"a: {GITHUB}12345 first\n  second\nb: 1\n",
    "kind: Secret\nstringData: {a: abc12345, b: [x12345], c: 'it''s12345'}\n",
    "- password: |-\n    abc12345\n  token: |-\n    def12345\n  name: x\n",
    'kind: Secret\nstringData:\n  a: "x\n    y12345"\n  b: >-\n    z12345\n',
    'kind: Secret\nstringData: {\n  a: "x12345",\n  b: y12345\n}\n',
    "kind: Secret\nstringData:\n  a: &x abc12345\n  b: *x\n",
]


@pytest.mark.parametrize("text", YAML)
@pytest.mark.parametrize("mask", [redact_yaml, lambda text: redact_yaml(mask_text(text))])
def test_masked_yaml_keeps_its_keys_and_lines(text, mask):
    before, masked = yaml.safe_load(text), mask(text)
    after = yaml.safe_load(masked)
    assert "12345" not in masked
    assert masked.count("\n") == text.count("\n")
    assert type(before) is type(after)
    assert list(before) == list(after) if isinstance(before, dict) else len(before) == len(after)
    assert mask(masked) == masked


@pytest.mark.parametrize(
    "tree",
    [
        {"password": 12345678, "b": 1},
        {"kind": "Secret", "data": {"a": "a12345"}},
        {"tokens": ["a12345", "b"]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_masked_json_stays_json(tree, indent):
    masked = redact_yaml(json.dumps(tree, indent=indent))
    assert "12345" not in masked
    assert json.loads(masked).keys() == tree.keys()


def test_only_the_value_that_a_mask_would_break_is_masked_as_a_whole():
    assert redact_yaml(f"a: {GITHUB} and more # {GITHUB}\nb: x {GITHUB} y\n") == (
        f'a: "{MASK}" # {MASK}\nb: x {MASK} y\n'
    )


names = st.sampled_from(
    ["password", "token", "auth", "url", "name", "value", "data", "kind", "api_keys", "a"]
)
words = st.sampled_from([
    "abc12345", "it's", 'say "x1y2z3"', "a: b", "# x", "", "- a", "{a}", "[a1b2c3d4]", "Secret", "x\ny1z2w3", GITHUB,
    f"{GITHUB} and", "postgres://u:p@ss1@h/d", "login u password pw12345", "curl -u a:b1c2d3 http://h", "true", "12",
    "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "{{ .x }}", "!!str", "é", "密码：ab12cd",
    "&a", "*b", "Password for x: Tr0ub4dor&3", "a\\b1c2d3", "$6$a$abcdefghijklmnop",
])  # fmt: skip
trees = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)
styles = st.sampled_from([None, "'", '"', "|"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names, trees, min_size=1, max_size=4), st.booleans(), styles)
def test_yaml_that_could_be_read_can_be_read_when_masked(tree, flow, style):
    text = yaml.safe_dump(tree, default_flow_style=flow, default_style=style, allow_unicode=True)
    for mask in (redact_yaml, lambda text: redact_yaml(mask_text(text))):
        masked = mask(text)
        after = yaml.safe_load(masked)
        assert set(after) == set(tree)
        assert masked.count("\n") == text.count("\n")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names, trees, min_size=1, max_size=4), st.sampled_from([None, 2]))
def test_json_that_could_be_read_can_be_read_when_masked(tree, indent):
    assert set(json.loads(redact_yaml(json.dumps(tree, indent=indent)))) == set(tree)


literals = words.map(
    lambda word: json.dumps(word, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
)
expressions = st.recursive(
    literals
    | st.sampled_from(
        ["var.x", "12", "true", 'file("a1b2c3")', "<<EOT\n  abc12345\nEOT\n", "local.a1b2c3d4"]
    ),
    lambda inner: (
        st.lists(inner.filter(lambda text: "<<" not in text), max_size=3).map(
            lambda items: f"[{', '.join(items)}]"
        )
        | inner.filter(lambda text: "<<" not in text).map(lambda text: f'coalesce(var.p, "{{x}}", {text})')
        | inner.filter(lambda text: "<<" not in text).map(
            lambda text: f'{{\n password = {text}\n "k" : {text}\n}}'
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, expressions), min_size=1, max_size=4))
def test_hcl_that_could_be_read_can_be_read_when_masked(pairs):
    text = (
        'resource "kubernetes_secret" "x" {\n' + "".join(f"  {n} = {value}\n" for n, value in pairs) + "}\n"
    )
    if not parse("a.tf", text).problems:
        masked = redact(text)[0]
        assert parse("a.tf", masked).problems == ()
        assert masked.count("\n") == text.count("\n")


def test_literals_of_kustomize_secrets_are_masked():
    text = "secretGenerator:\n- name: db\n  literals:\n  - foo=abc12345\nconfigMapGenerator:\n- literals: [a=b1c2d3]\n"
    assert mask_text(text) == text.replace("foo=abc12345", f'"{MASK}"')
