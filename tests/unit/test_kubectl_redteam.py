"""What a hostile command line tries and none of which may run, and the harmless ones that all must."""

import shlex
import string
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.kubectl import check
from cluster.kubectl.verbs import FORBIDDEN, VERBS
from tests.unit import kubectl_commands as commands

KNOWN_FLAGS = {name for verb in VERBS.values() for name in verb.by_name} | set(FORBIDDEN)


def allowed(argvs: object) -> list[list[str]]:
    """Those of the commands that may run."""
    return [argv for argv in argvs if check(argv).allowed]  # type: ignore[attr-defined]


def test_the_lists_are_long_enough() -> None:
    assert len({tuple(argv) for argv in commands.HOSTILE}) >= 400
    assert len({tuple(argv) for argv in commands.HARMLESS}) >= 150


@pytest.mark.parametrize("line", commands.lines("harmless"))
def test_a_harmless_command_may_run(line: str) -> None:
    assert check(shlex.split(line)).reason == ""


@pytest.mark.parametrize("line", commands.lines("hostile"))
def test_a_hostile_command_may_not_run_and_says_why(line: str) -> None:
    verdict = check(shlex.split(line))

    assert not verdict.allowed
    assert verdict.reason
    assert not check(line.split()).allowed, "split at blanks only"
    assert not check([line]).allowed, "as one word"


def test_forbidden_flags_are_refused_in_every_spelling_and_place() -> None:
    argvs = list(commands.smuggled_flags())
    assert len(argvs) > 1000
    assert allowed(argvs) == []


def test_secrets_are_refused_under_every_name_and_in_every_format() -> None:
    argvs = list(commands.secret_spellings())
    assert len(argvs) > 500
    assert allowed(argvs) == []


def test_unseen_characters_and_look_alikes_are_refused_everywhere() -> None:
    argvs = list(commands.disguised())
    assert len(argvs) > 1000
    assert allowed(argvs) == []


def test_absurd_lengths_and_counts_are_refused() -> None:
    assert (
        allowed(
            [
                [],
                ["kubectl", "get", "pods", *["x"] * 1000],
                ["kubectl", "get", "pods", "a" * 100_000],
                ["kubectl", "get", "pods", "-l", ",".join(["a=b"] * 5000)],
                ["kubectl", "get", "pods", "-o", "jsonpath=" + "{.a}" * 1000],
                ["kubectl", "get", ",".join(["pods"] * 900)[:3999] + "\n"],
                ["kubectl", "get", "pods", ""],
                ["", "get", "pods"],
                ["kubectl", "", "pods"],
            ]
        )
        == []
    )


@pytest.mark.parametrize(
    "argv", [None, 1, "kubectl get pods", b"kubectl", {"kubectl": 1}, iter(()), object()]
)
def test_what_is_no_list_is_refused(argv: object) -> None:
    assert not check(argv).allowed  # type: ignore[arg-type]


def test_only_the_configured_context_may_be_named() -> None:
    argv = ["kubectl", "get", "pods", "--context=prod"]

    assert check(argv, context="prod").allowed
    assert not check(argv, context="stage").allowed
    assert not check(argv).allowed


def test_the_last_of_several_contexts_does_not_hide_the_others() -> None:
    assert not check(["kubectl", "get", "pods", "--context=a", "--context=prod"], context="prod").allowed


ANY_VALUE = st.one_of(
    st.text(),
    st.text(alphabet="-=/.,{}$;|&`<> \0\ud800abcnos"),
    st.integers(),
    st.none(),
    st.binary(),
    st.lists(st.text()),
)
HARMLESS = st.sampled_from(commands.HARMLESS)


@given(st.lists(ANY_VALUE, max_size=12))
def test_checking_never_fails(argv: list[object]) -> None:
    assert isinstance(check(argv).allowed, bool)  # type: ignore[arg-type]


@given(
    st.lists(
        st.sampled_from(sorted(set(chain.from_iterable(commands.HARMLESS + commands.HOSTILE)))), max_size=9
    )
)
def test_whatever_may_run_reads_and_reads_no_secret(words: list[str]) -> None:
    argv = ["kubectl", *words]
    if check(argv).allowed:
        assert set(words) & {verb[0] for verb in VERBS}
        assert (
            not set(words) & {"delete", "apply", "exec", "--", "-w", "--watch", "-f", "--filename"}
            or "can-i" in words
        )
        assert not {"secret", "secrets", "secret/db"} & set(words) or {"can-i", "explain"} & set(words)


@given(HARMLESS, st.text(string.ascii_lowercase + "-", min_size=2, max_size=20), st.data())
def test_an_unknown_flag_makes_a_command_refused(argv: list[str], name: str, data: st.DataObject) -> None:
    if name.strip("-") in KNOWN_FLAGS or name in KNOWN_FLAGS:
        return
    place = data.draw(st.integers(1, len(argv)))

    assert not check([*argv[:place], f"--{name}=x", *argv[place:]]).allowed
    assert not check([*argv[:place], f"--{name}", *argv[place:]]).allowed


@given(
    HARMLESS,
    st.sampled_from(sorted(FORBIDDEN)),
    st.sampled_from(["--{}=x", "--{}", "--{}=", "--{}=false"]),
    st.data(),
)
def test_a_forbidden_flag_makes_a_command_refused(
    argv: list[str], name: str, form: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(argv)))

    assert not check([*argv[:place], form.format(name), *argv[place:]]).allowed


@given(HARMLESS, st.characters(min_codepoint=127), st.data())
def test_a_letter_that_is_not_plain_makes_a_command_refused(
    argv: list[str], letter: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(argv) - 1))
    at = data.draw(st.integers(0, len(argv[index])))
    changed = argv[index][:at] + letter + argv[index][at:]

    assert not check([*argv[:index], changed, *argv[index + 1 :]]).allowed


@given(
    HARMLESS,
    st.sampled_from([";", "|", "&", "&&", "||", ">", ">>", "<", "$(id)", "`id`", "--", "-", "|sh", ">x"]),
    st.data(),
)
def test_a_word_of_a_shell_makes_a_command_refused(argv: list[str], word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(argv)))

    assert not check([*argv[:place], word, *argv[place:]]).allowed
