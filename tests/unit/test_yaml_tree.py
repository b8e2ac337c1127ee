"""YAML and JSON as sections with exact lines, whatever the text is."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.documents import SectionKind
from connectors.formats.outline import LIMIT
from connectors.formats.parsed import ParsedText
from connectors.formats.yaml_tree import load, parse


def check(text: str) -> ParsedText:
    """Parses `text` and asserts what holds for every text."""
    parsed = parse(text)
    lines = text.split("\n")
    covered: set[int] = set()
    position = 0
    for section in parsed.sections:
        assert text[section.start : section.end] == section.text
        assert section.start >= position
        position = section.end
        numbers = [int(number) for number in section.anchor.replace("L", "").split("-")]
        first, last = numbers[0], numbers[-1]
        assert "\n".join(lines[first - 1 : last]).rstrip("\r\n") == section.text
        covered.update(range(first - 1, last))
    assert [line for number, line in enumerate(lines) if line.strip() and number not in covered] == []
    return parsed


WRITTEN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co", "Cs", "Zl", "Zp"])
"""What people write: JSON may also hold controls and odd line ends, which a YAML reader cannot keep apart."""

scalars = st.one_of(
    st.integers(), st.booleans(), st.none(), st.text(alphabet=WRITTEN, max_size=40),
    st.sampled_from(["on", "0.55", "1h", "a: b", "# no comment", "{{ .x }}", "日本 é", "line\nline\n", " x"]),
)  # fmt: skip
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(st.text(alphabet="abcé-", max_size=8), inner, max_size=8)
    ),
    max_leaves=60,
)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [] if value is None else [str(value)]


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=300), st.text(alphabet="ab:-#{}[]|>&*!\"' \t\n\r%.?", max_size=200)))
def test_never_raises_and_keeps_every_line(text: str) -> None:
    check(text)
    for document in load(text):
        assert document.value is not None or document.root is None or document.scalar(document.root) is None


@settings(max_examples=100, deadline=None)
@given(trees, st.booleans())
def test_generated_yaml_comes_back(tree: object, unicode: bool) -> None:
    text = yaml.safe_dump(tree, allow_unicode=unicode, sort_keys=False)
    parsed = check(text)
    assert parsed.problems == ()
    (document,) = load(text)
    assert leaves(document.value) == leaves(tree)
    for section in parsed.sections:
        assert section.kind is SectionKind.KEY_VALUE


@settings(max_examples=60, deadline=None)
@given(trees.filter(lambda tree: isinstance(tree, dict | list)))
def test_generated_json_comes_back(tree: object) -> None:
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    parsed = check(text)
    assert {section.language for section in parsed.sections} == {"json"}
    (document,) = load(text)
    if not document.error:
        assert leaves(document.value) == leaves(tree)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(alphabet="abcdé日", min_size=1, max_size=8), st.integers(), min_size=1, max_size=30
    )
)
def test_line_of_a_field_is_the_line_that_holds_it(tree: dict[str, int]) -> None:
    text = "# head\n" + yaml.safe_dump({"spec": tree}, allow_unicode=True)
    (document,) = load(text)
    for key in tree:
        line = document.line_of(("spec", key))
        assert line is not None
        assert text.split("\n")[line - 1].strip() == f"{key}: {tree[key]}"


def test_sections_follow_the_keys_and_names_of_items() -> None:
    app = "  - name: cart\n    helmValues:\n" + "".join(f"      key{n}: {'x' * 40}\n" for n in range(40))
    parsed = check(f"# Apps to deploy.\napps:\n{app}{app.replace('cart', 'checkout')}other: 1\n")
    paths = {section.heading_path for section in parsed.sections}
    assert ("apps", "cart", "helmValues") in paths
    assert ("apps", "checkout", "helmValues") in paths
    assert parsed.sections[0].text.startswith("# Apps to deploy.\napps:\n  - name: cart\n")
    assert all(len(section.text) <= LIMIT + 100 for section in parsed.sections)


def test_comments_stay_with_what_they_lead_and_reach_the_parts_as_context() -> None:
    body = "".join(f"  key{n}: {'x' * 60}\n" for n in range(40))
    parsed = check(f"a: {'y' * 400}\n# Why b is large.\nb:\n{body}")
    first, second, *others = parsed.sections
    assert first.text == f"a: {'y' * 400}"
    assert second.text.startswith("# Why b is large.\nb:\n")
    assert {section.context for section in others} == {"Why b is large."}


def test_a_long_comment_is_a_section_of_its_own() -> None:
    comment = "# What this file is for.\n" * 60
    parsed = check(f"{comment}a:\n  b: 1\nc: {'z' * 900}\n")
    assert parsed.sections[0].text == comment.rstrip()
    assert parsed.sections[1].text.startswith("a:\n")


def test_a_comment_in_a_block_scalar_is_no_comment_of_the_next_key() -> None:
    script = "run: |\n" + "  echo hello\n" * 40 + "  # last words\nnext: " + "z" * 900 + "\n"
    assert check(script).sections[-1].text.startswith("next:")


def test_large_block_scalars_are_cut_by_their_own_keys() -> None:
    inner = "".join(f"    key{n}:\n      a: {'x' * 300}\n      b: {'x' * 300}\n" for n in range(4))
    parsed = check(f"helm:\n  values: |\n{inner}")
    assert ("helm", "values", "key1") in {section.heading_path for section in parsed.sections}


def test_a_broken_document_leaves_the_others() -> None:
    parsed = check("a: 1\n---\nb: [1\n---\nc: 2\n")
    assert parsed.problems == ("line 3: did not find expected ',' or ']'",)
    assert [section.kind for section in parsed.sections] == ["key_value", "code", "key_value"]


def test_go_templates_are_read_around() -> None:
    text = (
        "{{- if .Values.on }}\nkind: Deployment\nmetadata:\n  name: {{ $name }}\n"
        "  {{- toYaml .x | nindent 2 }}\n{{- end }}\n"
    )
    parsed = check(text)
    (document,) = load(text)
    assert parsed.problems == ()
    assert document.templated
    assert document.value == {"kind": "Deployment", "metadata": {"name": "{{ $name }}"}}
    assert document.line_of(("metadata", "name")) == 4


def test_templates_beyond_repair_are_cut_by_indentation() -> None:
    text = "{{ range }}a: [\nb: }\n" + "".join(f"key{n}: {'x' * 200}\n" for n in range(20))
    parsed = check(text)
    assert {section.kind for section in parsed.sections} == {SectionKind.CODE}
    assert len(parsed.sections) > 2


def test_values_stay_as_written() -> None:
    (document,) = load("a: 0.55\nb: on\nc: 1h\nd: ~\ne:\nf: '5'\ng: 010\nh: !Ref x\n")
    assert document.value == {
        "a": "0.55", "b": "on", "c": "1h", "d": None, "e": None, "f": "5", "g": "010", "h": "x",
    }  # fmt: skip


def test_aliases_are_never_expanded() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    text = "\n".join(lines) + "\nm:\n  !!merge <<: *a1\n  <<: *a2\ns: &s word\nt: *s\nself: &self [*self]\n"
    (document,) = load(text)
    assert document.error == ""
    assert document.value["a59"] == ["*a58", "*a58"]
    assert document.value["t"] == "word"
    assert document.value["self"] == ["*self"]
    check(text)


def test_an_alias_without_its_anchor_is_a_problem() -> None:
    assert check("a: 1\nb: *nope\n").problems == ("line 2: alias *nope without its anchor",)


def test_a_key_given_twice_keeps_both_lines_and_the_last_value() -> None:
    (document,) = load("a: 1\na: 2\n")
    assert document.value == {"a": "2"}
    assert document.line_of(("a",)) == 2
    assert check("a: 1\na: 2\n").sections[0].text == "a: 1\na: 2"


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "---\n", "# only a comment\n", "%YAML 1.1\n---\na: 1\n...\n# x\n%TAG ! tag:x\n---\nb: 2\n",
        "\ufeffa: é\nb: 2\n", "a: \ud800\x01\nb: 1", "a: b\r\nc:\r\n  - d\r\n", "- - - 1\n",
        "? [a, b]\n: c\n",
        "-\n  a: 1\n-\n  b: 2\n", '{"a": "\\ud83d\\ude00",\n\t"b": [1,\n2]}', "a\rb: 1", "a: x\u2028b\n",
    ],
)  # fmt: skip
def test_odd_texts(text: str) -> None:
    check(text)


def test_tabs_are_a_problem_but_the_structure_is_read() -> None:
    (document,) = load("a:\n\tb: 1\n")
    assert document.value == {"a": {"b": "1"}}
    assert check("a:\n\tb: 1\n").problems[0].startswith("line 2:")


@pytest.mark.parametrize("text", ["[" * 5000, "\n".join(" " * n + "a:" for n in range(400)), "- " * 5000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert len(check(text).problems) == 1


def test_byte_marks_and_non_ascii_keep_the_spans() -> None:
    text = "é: 日本\n" * 3 + "x:\n" + "".join(f"  - name: 名{n}\n    v: {'é' * 300}\n" for n in range(8))
    parsed = check(text)
    assert ("x", "名3") in {section.heading_path for section in parsed.sections}


@pytest.mark.timeout(60)
def test_ten_thousand_documents_are_read() -> None:
    text = "".join(f"---\nkind: ConfigMap\nmetadata:\n  name: c{n}\n" for n in range(10_000))
    parsed = parse(text)
    assert len(parsed.sections) == 10_000


@pytest.mark.timeout(60)
def test_a_large_broken_text_is_cut() -> None:
    text = "".join(f"key{n}:\n  - name: {n}\n    value: '{'x' * 40}\n" for n in range(12_000)) + "}"
    parsed = parse(text)
    assert len(parsed.problems) == 1
    assert len(parsed.sections) > 100


@pytest.mark.parametrize("filling", ["{{ ", '{{ "', "{{ x }} ", "{% ", "{{ x }}\n", "   \n", "...\n", "\t"])
@pytest.mark.timeout(60)
def test_texts_made_to_be_slow_are_not(filling: str) -> None:
    check("kind: [\nmetadata:\n" + filling * 20_000)


@pytest.mark.parametrize(
    "text",
    [
        "".join(" " * depth + f"k{depth}:\n" for depth in range(1_500)),
        "a: " + "{{ " * 500_000,
        "a: [\n" + "".join(" " * (n % 60) + f"k{n}: v\n" for n in range(20_000)),
    ],
    ids=["deep", "openings", "zigzag"],
)
@pytest.mark.timeout(60)
def test_broken_text_of_any_shape_is_read_to_its_end(text: str) -> None:
    assert parse(text).sections
