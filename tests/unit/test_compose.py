"""The Markdown of an answer and its citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.compose import Draft, compose
from answers.lead import holds_value, lead_of
from answers.links import deep_link
from answers.render import inline_code, linked
from answers.select import score_units
from answers.units import Unit
from answers.verify import verified
from connectors.documents import Document
from index.query import analyse
from tests.unit.answer_fakes import a_page, alike, all_units

MARKER = re.compile(r"\[(\d+)\](?=\s|$)", re.MULTILINE)


def lead_text(units: Sequence[Unit], question: str) -> str:
    found = lead_of(units, analyse(question), alike)
    return found.text if found else ""


def said(units: Sequence[Unit], question: str = "tell us", **scores: float) -> Draft:
    for unit in units:
        unit.score = scores.get("score", unit.score)
    return compose(units, analyse(question), {}, alike)


def rendered(page: Document, question: str = "tell us") -> str:
    return said(all_units(page), question).text


def far_apart(*parts: str) -> Document:
    """A page whose parts stand too far from each other for one citation."""
    return a_page(
        "\n\n".join(f"## Part {i}\n\n{part}\n\n## Filler {i}\n\n{'x' * 80}" for i, part in enumerate(parts))
    )


def without_filler(page: Document) -> list[Unit]:
    return [u for u in all_units(page) if not u.text.startswith("xxx")]


def test_the_part_that_answers_best_comes_first_but_steps_keep_their_order() -> None:
    units = without_filler(far_apart("Argo came first.", "Gatekeeper won because of Rego.", "Nobody cares."))
    units[1].score = 1.0
    best_first = compose(units, analyse("why gatekeeper?"), {}, alike).text
    in_order = compose(units, analyse("how do I set up gatekeeper?"), {}, alike).text
    assert best_first.index("Rego") < best_first.index("Argo") < best_first.index("Nobody")
    assert in_order.index("Argo") < in_order.index("Rego")


def test_what_answers_another_part_comes_second() -> None:
    page, other = (
        far_apart("Argo came first.", "Nobody cares."),
        a_page("# Chart\n\nThe default is 900.\n", "c.md"),
    )
    units, beside = without_filler(page), all_units(other)
    text = compose([*units, *beside], analyse("how do I set it up?"), {}, alike, beside).text
    assert text.index("Argo") < text.index("900") < text.index("Nobody")


def test_markers_are_numbered_in_order_of_appearance() -> None:
    page = far_apart("The dumps are written by a job.", "Dumps are kept for 120 days.", "Nobody reads them.")
    units = without_filler(page)
    units[1].score = 1.0
    draft = compose(units, analyse("how long are dumps kept?"), {page.id: 0.8}, alike)
    assert draft.text.startswith("Dumps are kept for **120 days**. [1]")
    assert [int(n) for n in MARKER.findall(draft.text)] == [1, 2, 3]
    assert [c.number for c in draft.citations] == [1, 2, 3]
    assert [c.quote for c in draft.citations] == [units[1].text, units[0].text, units[2].text]
    assert {c.score for c in draft.citations} == {0.8}


def test_the_sentence_that_leads_is_not_said_twice() -> None:
    page = far_apart("Dumps are kept for 120 days.", "Nobody reads them.")
    text = compose(without_filler(page), analyse("how long are dumps kept?"), {}, alike).text
    assert text.count("Dumps are kept") == 1


def test_neighbours_share_a_citation_whose_quote_holds_both() -> None:
    page = a_page("Dumps are kept for 120 days. Snapshots are kept for seven.")
    draft = said(all_units(page))
    (citation,) = draft.citations
    assert citation.quote == page.text
    assert (citation.start, citation.end, citation.anchor) == (0, len(page.text), "L1")
    assert [c.citations for c in draft.claims] == [(1,), (1,)]


def test_code_is_verbatim_in_a_fence_of_its_language() -> None:
    page = a_page('Do it:\n\n```yaml title="x y"\na:\n  - b: 1\n\n  - c: 2\n```\n')
    assert "```yaml\na:\n  - b: 1\n\n  - c: 2\n```\n[1]" in rendered(page)


def test_windows_of_one_block_keep_their_indentation_to_each_other() -> None:
    yaml = "groups:\n  - name: a\n" + "".join(f"    k{i}:\n      v: {i}\n" for i in range(12))
    page = a_page(f"```yaml\n{yaml}```\n")
    units = all_units(page)
    assert len(units) > 1 or len(yaml.splitlines()) <= 28
    assert f"```yaml\n{yaml.rstrip()}\n```" in said(units).text


def test_settings_cut_into_windows_are_shown_as_they_stand() -> None:
    lines = ["root:", *[f"  key{i}: {i}" for i in range(30)]]
    page = a_page("\n".join(lines) + "\n", "values.yaml", kind="values")
    text = rendered(page)
    shown = [line for line in text.splitlines() if re.match(r"\s*key\d+:|root:", line)]
    assert len(shown) == 31
    assert len({len(line) - len(line.lstrip()) for line in shown if line != "root:"}) == 1


def test_a_gap_in_code_splits_the_fence() -> None:
    blocks = [f"service_{i} = {{\n  cpu    = {i}\n  memory = {i}\n  nodes  = {i}\n}}" for i in range(12)]
    units = all_units(a_page("```hcl\n" + "\n".join(blocks) + "\n```\n"))
    text = said([units[0], units[2]]).text
    assert text.count("```hcl") == 2


def test_a_fence_is_longer_than_the_backticks_inside() -> None:
    page = a_page("`````md\n````text\n```\n````\n`````\n")
    assert "`````md\n````text\n```\n````\n`````\n[1]" in rendered(page)


def test_table_rows_stand_under_their_header() -> None:
    page = a_page("| Name | Days |\n|---|--:|\n| logs | 30 |\n| a\\|b | `x` |\n")
    assert "| Name | Days |\n|---|---|\n| logs | 30 |\n| a\\|b | `x` |\n\n[1]" in rendered(page)
    bare = a_page("Name | Days\n--- | ---\nlogs | 30\n")
    assert "Name | Days\n|---|---|\nlogs | 30" in rendered(bare)


def test_tables_of_other_formats_are_shown_as_written() -> None:
    adoc = a_page("|===\n|Name |Days\n\n|logs |30\n|===\n", "a.adoc")
    assert "```\n|Name |Days\n|logs |30\n```" in rendered(adoc)


def test_steps_numbered_with_ones_are_counted_across_their_code() -> None:
    page = a_page("1. Log in:\n\n   ```sh\n   login\n   ```\n\n1. Scale down.\n1. Wait.\n")
    text = rendered(page)
    assert re.findall(r"^\d\. \w+", text, re.MULTILINE) == ["1. Log", "2. Scale", "3. Wait"]
    assert "```sh\nlogin\n```" in text


def test_a_paragraph_inside_a_list_does_not_swallow_the_next_step() -> None:
    page = a_page(
        "1. Log in:\n\n   ```sh\n   login\n   ```\n\n   Where the name is yours.\n1. Scale down.\n1. Wait.\n"
    )
    assert "Where the name is yours.\n\n2. Scale down.\n3. Wait. [1]" in rendered(page)


def test_numbers_that_the_author_gave_stay() -> None:
    page = a_page("3. Third.\n4. Fourth.\n")
    assert "3. Third.\n4. Fourth. [1]" in rendered(page)


STEPS = "1. One.\n\n```sh\nfirst\n```\n\n1. Two.\n1. Three.\n1. Four.\n1. Five.\n"


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (("Two", "Four"), "2. Two.\n\n… (step 3 left out)\n\n4. Four."),
        (("One", "Five"), "1. One. [1]\n\n… (steps 2–4 left out)\n\n5. Five. [1]"),
        (("Three", "Four"), "3. Three.\n4. Four."),
        (("One", "first", "Four"), "```sh\nfirst\n```\n[1]\n\n… (steps 2–3 left out)\n\n4. Four. [1]"),
    ],
)
def test_steps_keep_their_numbers_where_others_are_left_out(kept: tuple[str, ...], expected: str) -> None:
    units = [u for u in all_units(a_page(STEPS)) if any(word in u.text for word in kept)]
    assert expected in said(units).text


def test_a_paragraph_and_a_bullet_part_two_lists() -> None:
    page = a_page("1. One.\n1. Two.\n\nNow the other way.\n\n1. A.\n1. B.\n\n- x\n\n1. C.\n")
    steps = [u for u in all_units(page) if u.text in ("1. One.", "1. B.", "1. C.")]
    assert re.findall(r"^\d\. \w+|^….*", said(steps).text, re.MULTILINE) == ["1. One", "2. B", "1. C"]


def test_the_numbers_of_nested_steps_are_their_own() -> None:
    page = a_page("1. One.\n   1. a\n   1. b\n1. Two.\n" + "1. More.\n" * 7 + "1. Ten:\n   - c\n")
    text = rendered(page)
    assert "1. One.\n   1. a\n   1. b\n2. Two." in text
    assert "9. More.\n10. Ten:\n    - c" in text


def test_headings_and_the_environment_say_where_a_unit_stands() -> None:
    page = a_page("# Backups\n\n## Retention\n\nThirty days are kept.\n", environment="production")
    assert rendered(page) == "**Backups › Retention** (production)\n\nThirty days are kept. [1]"


def test_reference_links_are_resolved() -> None:
    source = "See [the board][b], [Redis] and [gone][x].\n\n[b]: https://b.example/1\n[redis]: <https://redis.io> 'R'\n"
    line = source.splitlines()[0]
    assert linked(line, source) == "See [the board](https://b.example/1), [Redis](https://redis.io) and gone."


@pytest.mark.parametrize(
    ("link", "url", "expected"),
    [
        ("[x](https://a.example/y)", "", "[x](https://a.example/y)"),
        ("[x](<mailto:a@b.example>)", "", "[x](mailto:a@b.example)"),
        ("[x](/manual/y)", "https://wiki.example/a/b", "[x](https://wiki.example/manual/y)"),
        ("[x](../y.md#z 'Title')", "https://h.example/o/r/blob/main/d/p.md", "[x](https://h.example/o/r/blob/main/y.md#z)"),
        ("[x](#z)", "https://h.example/p", "[x](https://h.example/p#z)"),
        ("[x](/manual/y)", "https://github.com/o/r/blob/main/p.md", "x"),
        ("[x\ny](/manual/y)", "", "x\ny"),
        ("[x](https://k.example/#?_g=(a:!(),b:(c:(d))))", "", "[x](https://k.example/#?_g=(a:!(),b:(c:(d))))"),
        ("[x](a_(b).md)", "https://h.example/", "[x](https://h.example/a_(b).md)"),
        ("![plan](plan.png)", "", "plan"),
        ("![plan](plan.png)", "https://h.example/a/", "[plan](https://h.example/a/plan.png)"),
        ("[![built](b.svg)](ci)", "", "built"),
        ("[x](javascript:alert(1))", "https://h.example/", "x"),
        ("[x](http://[)", "https://h.example/", "x"),
        ("`[x](y)` \\\\[x](y)", "", "`[x](y)` \\\\[x](y)"),
        ("[x][r] and [3](y)", "https://h.example/", "[x](https://h.example/there.md) and [3](https://h.example/y)"),
    ],
)  # fmt: skip
def test_relative_links_lead_on_or_leave_their_words(link: str, url: str, expected: str) -> None:
    page = a_page(f"See {link} now.\n\n[r]: there.md\n", url=url)
    assert rendered(page).startswith(f"**guide.md**\n\nSee {expected} now.")


@pytest.mark.parametrize(
    "text", ["[a](b)", "`[1]`", "- [ ] open", "![x][y]z", "[a]: b", "plain", "`x[0]` and [WIP]"]
)
def test_other_brackets_stay(text: str) -> None:
    assert linked(text, "") == text


def test_a_number_in_brackets_cannot_be_taken_for_a_citation() -> None:
    assert linked("as shown in [3] and `a[3]`", "") == "as shown in \\[3\\] and `a[3]`"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Above **44.6 per second** it fires.", "Above **44.6 per second** it fires."),
        ("Above `limit: 7` or at 9 it fires.", "Above `limit: 7` or at 9 it fires."),
        ("See [step 4](x/4) for the 12 nodes.", "See step 4 for the **12** nodes."),
    ],
)
def test_a_value_inside_markup_is_not_marked_again(sentence: str, expected: str) -> None:
    assert lead_text(all_units(a_page(sentence)), "how many fires, nodes?") == expected


def test_of_several_settings_the_one_that_is_asked_for_leads() -> None:
    page = a_page('accountId: "172025"\nreplicaCount: 3\nport: 80\n', "values.yaml", kind="values")
    assert lead_text(all_units(page), "how many replicas do we run?") == "`replicaCount: 3`"


MANIFEST = """\
metadata:
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::444455556666:role/cart-replicas
spec:
  replicas: 5
  resources:
    requests:
      memory: 256Mi
    limits:
      memory: 512Mi
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many replicas does cart have?", "`replicas: 5`"),
        ("what is the memory limit of cart?", "`memory: 512Mi`"),
        ("what memory does cart request?", "`memory: 256Mi`"),
        ("how many pigeons does cart have?", ""),
        ("tell me about the memory of cart", ""),
    ],
)
def test_the_field_that_is_asked_for_leads(question: str, expected: str) -> None:
    assert lead_text(all_units(a_page(MANIFEST, "cart.yaml", kind="manifest")), question) == expected


def test_environments_that_are_compared_lead_together() -> None:
    sides = [
        a_page(f"replicas: {n}\nimage: cart\n", f"{name}/cart.yaml", kind="values", environment=name)
        for name, n in (("production", 5), ("staging", 2))
    ]
    units = [unit for side in sides for unit in all_units(side)]
    text = said(units, "how many replicas in staging and production?").text
    assert text.startswith("- production: `replicas: 5` [1]\n- staging: `replicas: 2` [2]\n")


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Is it one pod or all?", "how many pods does cart have?", ""),
        ("Ninety-five of a hundred checkouts take 3 seconds.", "how many replicas has checkout?", ""),
        ("Each runs 3 replicas of cart.", "how many replicas has cart?", "Each runs **3** replicas of cart."),
    ],
)
def test_a_number_leads_only_if_it_counts_what_is_asked_for(text: str, question: str, expected: str) -> None:
    assert lead_text(all_units(a_page(text)), question) == expected


DATABASE = """\
instance_class = "db.r7g.large"
allocated_storage_gb = 200
maintenance_window = "sun:03:00-sun:04:00"
arm_worker_instance_types = ["m7g.2xlarge", "m7g.xlarge"]
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how much storage does the payments database have?", "`allocated_storage_gb = 200`"),
        ("what is the maintenance window of payments?", '`maintenance_window = "sun:03:00-sun:04:00"`'),
        ("which instance class has the payments database?", '`instance_class = "db.r7g.large"`'),
        ("which ec2 types are the nodes?", '`arm_worker_instance_types = ["m7g.2xlarge", "m7g.xlarge"]`'),
    ],
)
def test_a_setting_leads_by_its_key(question: str, expected: str) -> None:
    assert lead_text(all_units(a_page(DATABASE, "db.yaml", kind="values")), question) == expected


@pytest.mark.parametrize(
    "constraint", ["string", "list(string)", "map(object({ size = number }))", "integer"]
)
def test_what_a_value_may_be_is_no_value(constraint: str) -> None:
    page = a_page(f'type = {constraint}\nsize = "m7g.large"\n', "db.yaml", kind="values")
    assert lead_text(all_units(page), "what type is it?") == ""
    kept = a_page('type = "m7g.large"\n', "db.yaml", kind="values")
    assert lead_text(all_units(kept), "what type is it?") == '`type = "m7g.large"`'


def test_how_many_days_wants_days() -> None:
    units = all_units(a_page("There are two backup systems. Backups are kept for 35 days."))
    assert lead_text(units, "how many days are backups kept?") == "Backups are kept for **35 days**."


def test_the_part_that_leads_is_shown_first_and_the_others_keep_their_order() -> None:
    page = a_page(
        "# P\n\n## A\n\nFirst part.\n\n## B\n\nKept for 9 days.\n\nMore of B.\n\n## C\n\nLast part.\n"
    )
    text = rendered(page, "how long is it kept?")
    assert re.findall(r"^\*\*P › (\w)", text, re.MULTILINE) == ["B", "A", "C"]


def test_a_sentence_that_the_next_one_refers_to_stays_where_it_stands() -> None:
    text = rendered(a_page("Three are kept for 9 days. This means that one may fail."), "how long kept?")
    assert text.count("kept for") == 2


def test_nothing_leads_where_no_value_is_asked_for() -> None:
    assert lead_text(all_units(a_page("There are 3 clusters in all.")), "tell me about the clusters") == ""


@pytest.mark.parametrize("text", ["plain", "a `b` c", "``two``"])
def test_inline_code_holds_any_backticks(text: str) -> None:
    code = inline_code(text)
    ticks = re.match("`+", code)
    assert ticks
    assert code.strip("`").strip() == text.strip("`") or f" {text} " in code
    assert ticks[0] not in text


GITHUB = "https://github.com/acme/docs/blob/main/ops/guide.md"


@pytest.mark.parametrize(
    ("url", "path", "anchor", "expected"),
    [
        (GITHUB, "ops/guide.md", "L10-L22", f"{GITHUB}?plain=1#L10-L22"),
        (GITHUB, "ops/guide.md", "L7", f"{GITHUB}?plain=1#L7"),
        (
            "https://github.com/a/b/blob/main/x.tf",
            "x.tf",
            "L1-L2",
            "https://github.com/a/b/blob/main/x.tf#L1-L2",
        ),
        (
            "https://gitlab.com/a/b/-/blob/main/x.tf",
            "x.tf",
            "L1-L2",
            "https://gitlab.com/a/b/-/blob/main/x.tf#L1-2",
        ),
        (
            "https://bitbucket.org/a/b/src/main/x.tf",
            "x.tf",
            "L1-L2",
            "https://bitbucket.org/a/b/src/main/x.tf#lines-1:2",
        ),
        ("https://wiki/pages/7", None, "Backups", "https://wiki/pages/7#Backups"),
        ("https://wiki/pages/7#top", None, "Backups", "https://wiki/pages/7#top"),
        ("https://wiki/pages/7", None, 'a b"<', "https://wiki/pages/7#a%20b%22%3C"),
        ("", "x.tf", "L1", ""),
        (GITHUB, "ops/guide.md", "", GITHUB),
    ],
)
def test_links_land_on_the_cited_lines(url: str, path: str | None, anchor: str, expected: str) -> None:
    assert deep_link(replace(a_page("x", url=url), path=path), anchor) == expected


PARTS = st.sampled_from(
    [
        "Dumps are kept for 120 days. Or Less.", "1. one\n1. two 5 minutes", "- a\n  - b\n- c [3]",
        "| a | b |\n|---|---|\n| 1 | 2 days |",
        "```sh\nkubectl get po\n```", "    indented\n    code", "> quote 9 hours", "see [1] and [x][y]",
        "中文 30 天。再来。", "````\n```\n````",
        "key: 3 days", "Also:\n\n```yaml\nttl: 3d\n```",
    ]
)  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=8), st.data())
def test_every_marker_has_its_citation_and_every_claim_stands(parts: list[str], data: st.DataObject) -> None:
    page = far_apart(*parts)
    units = [u for u in all_units(page) if re.search(r"\w", u.text) and data.draw(st.booleans())]
    for unit in units:
        unit.score = data.draw(st.floats(0, 1))
    draft = compose(units, analyse("how long are dumps kept?"), {}, alike)
    markers = list(dict.fromkeys(int(n) for n in MARKER.findall(draft.text)))
    assert markers == [c.number for c in draft.citations]
    assert [c.number for c in draft.citations] == list(range(1, len(draft.citations) + 1))
    claims, citations = verified(draft.claims, draft.citations, {page.id: page})
    assert claims == draft.claims
    assert citations == draft.citations
    assert sorted(c.text for c in claims) == sorted(u.text for u in units)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Carts live for 7 days.", "how long do carts live?", True),
        ("Carts live in Redis.", "how long do carts live?", False),
        ("Two carts. 7 days.", "how many carts are there?", True),
        ("Nobody counts them for 7 days.", "how many carts are there?", False),
        ("Carts live for 7 days.", "where do carts live?", False),
    ],
)
def test_a_line_that_could_lead_holds_a_value_of_the_form_that_is_asked_for(
    text: str, question: str, expected: bool
) -> None:
    assert holds_value(all_units(a_page(text)), analyse(question)) is expected


def test_no_line_leads_where_a_row_of_a_table_says_more_of_the_question() -> None:
    text = "The cluster looks every hour for a value.\n\n| Secret | Rotated |\n|---|---|\n| SMTP | yearly |\n"
    units = scored_units(text, "how often is the smtp value rotated?")
    assert lead_text(units, "how often is the smtp value rotated?") == ""
    assert "**every hour**" in lead_text(units, "how often does the cluster look for a value?")


def scored_units(text: str, question: str) -> list[Unit]:
    units = all_units(a_page(text))
    score_units(units, analyse(question), alike)
    return units
