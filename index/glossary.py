"""Puts Chinese into English words, so that questions find pages of the other language.

The bundled embedding model reads no Chinese (facts.md). A Chinese question is therefore also searched as the string of
English words that its terms stand for, in their order, and a Chinese text is kept with the English words of its terms
beside its own. Latin words (names, commands) stay. Both sides go through one table (`index.glossary_terms`); words are
told apart by rjieba, which is loaded with the first Chinese text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from index import glossary_terms
from index.tokens import HAN, terms

_CERTAIN = 100_000
"""The frequency that a term of the table has for rjieba: it is cut out whole."""
_CONTENT = ("n", "v", "a", "b", "i", "j", "l", "z")
"""How rjieba's tags of words begin that say something: nouns, verbs, adjectives and idioms."""
_LIGHT = frozenset(
    "公司 时候 东西 情况 方面 意思 停留 知道 告诉 帮忙 帮我 请问 办法 感觉 觉得 应该 可能 开始 进行 出现 发现 "
    "想要 不想 不用 不要 起来 出来 下来 之类 左右 大概 一般 具体 分别 相关 关于 根据 目前 所有 其他 部分 "
    "谢谢 你好 麻烦 帮助 同学 大家 我想 是否 有关 属于 作为 成为 以及 希望 打算 准备 收到 得到 拿到 找到 碰到 遇到".split()
)
"""Words that say nothing of what is asked."""
_MODAL = tuple("能要会想没不可")
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:@%+-]*")
_RUN = re.compile(rf"[{HAN}]+")


def _table() -> dict[str, tuple[str, ...]]:
    blocks = (
        glossary_terms.KUBERNETES, glossary_terms.OPERATIONS, glossary_terms.WORK, glossary_terms.ASKING,
    )  # fmt: skip
    lines = (line for block in blocks for line in block.splitlines())
    entries = (entry.partition(" ") for line in lines for entry in line.split("|"))
    return {chinese: tuple(words.split("/")) for chinese, _, words in entries}


GLOSSARY = _table()
"""Chinese terms with their English: the usual words first, then others for the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A Chinese text taken apart: English words in their order, others for the same, and what no entry knows.

    `known` are the Chinese terms that were put into English; `unknown` are the other words that say something.
    `alike` gives for an English word what else its term may be called.
    """

    english: str
    others: tuple[str, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    alike: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    import rjieba

    for term in GLOSSARY:
        if len(term) > 1:
            rjieba.add_word(term, _CERTAIN, "n")
    return rjieba


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text with their tags: Latin ones as they are written, those of Chinese runs told apart."""
    end = 0
    for latin in _LATIN.finditer(text):
        yield from _chinese_words(text[end : latin.start()])
        yield latin[0], ""
        end = latin.end()
    yield from _chinese_words(text[end:])


def _chinese_words(text: str) -> Iterator[tuple[str, str]]:
    for run in _RUN.findall(text):
        yield from _segmenter().tag(run)


@lru_cache(maxsize=256)
def read(text: str) -> Reading:
    """The reading of a question."""
    words = list(_words(text))
    known = [word for word, _ in words if word in GLOSSARY]
    return Reading(
        " ".join(
            GLOSSARY[word][0] if tag and word in GLOSSARY else word
            for word, tag in words
            if not tag or word in GLOSSARY
        ),
        tuple(dict.fromkeys(other for word in known for other in GLOSSARY[word][1:])),
        tuple(dict.fromkeys(known)),
        tuple(dict.fromkeys(word for word, tag in words if tag and _says_something(word, tag))),
        {word: GLOSSARY[term][1:] for term in known for word in GLOSSARY[term][0].split()},
    )


def _says_something(word: str, tag: str) -> bool:
    return len(word) > 1 and word not in GLOSSARY and has_meaning(word, tag)


def has_meaning(word: str, tag: str) -> bool:
    """Whether a word of `words_of` may be a term, or a part of one."""
    return tag.startswith(_CONTENT) and word not in _LIGHT and not word.startswith(_MODAL)


def words_of(text: str) -> list[tuple[str, str]]:
    """The words of a Chinese text, each with rjieba's tag."""
    return list(_chinese_words(text))


def english(question: str) -> str:
    """The English words that the known terms of a Chinese question stand for, in their order; '' if none."""
    return read(question).english


@lru_cache(maxsize=20_000)
def gloss(text: str) -> str:
    """The English of the Chinese terms in a text, all words for each; '' for a text without any."""
    if not _RUN.search(text):
        return ""
    return " ".join(english for word, _ in _words(text) for english in GLOSSARY.get(word, ()))


def in_english(text: str) -> str:
    """What a model that reads no Chinese is given: the text, its Chinese terms in English and the rest left out."""
    if not _RUN.search(text):
        return text
    return _RUN.sub(lambda run: f" {english(run[0])} ", text)


def bilingual_terms(text: str) -> list[str]:
    """The index terms of a text, and those of the English that its Chinese terms stand for."""
    return terms(text) + terms(gloss(text))
