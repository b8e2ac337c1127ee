"""Mends slips of the pen in a question, by the words that the index holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA

from index.tokens import stem

_WORD = re.compile(r"(?<![\w./@:-])[A-Za-z]{4,}(?![\w/@-]|\.\w)")
"""A plain word: parts of names and paths are no prose."""
_LONG = 6
"""Letters from which on any one of them may be wrong; shorter words are too near to each other."""

_OFTEN = 3
"""Texts that hold the word that was meant, at least: else `unstick` becomes the one `untick`."""
_DOUBLED = re.compile(r"(.)\1")


def mended(
    text: str,
    *,
    stands: Callable[[str], bool],
    is_english: Callable[[str], bool],
    texts_with: Callable[[str], Sequence[str]],
) -> str:
    """`text` with each word that nobody knows in place of the one it was meant to be.

    Such a word is neither in the index (`stands`, asked for its stem) nor `is_english`; it becomes the most frequent
    one that has its letters, or is a letter away, begins alike, and occurs in the texts that hold a stem like its own
    (`texts_with`).
    """

    def best(found: re.Match[str]) -> str:
        word = found[0].lower()
        root = stem(word)
        if stands(root):
            return found[0]
        meant = Counter(
            other
            for held in texts_with(root)
            for other in {w.lower() for w in _WORD.findall(held)}
            if other[0] == word[0] and (_has_letters_of(word, other) or _is_near(word, other))
        )
        often = [other for other, count in meant.items() if count >= _OFTEN or _has_letters_of(word, other)]
        if not often or is_english(word):
            return found[0]
        commonest: str = min(often, key=lambda other: (-meant[other], other))
        return commonest

    return _WORD.sub(best, text)


def _is_near(word: str, other: str) -> bool:
    """Whether two long words are one letter apart."""
    return min(len(word), len(other)) >= _LONG and OSA.distance(word, other, score_cutoff=1) == 1


def _has_letters_of(word: str, other: str) -> bool:
    """Whether two letters changed places, or one of a double letter is missing or too much: `crat`, `acess`."""
    if word == other or OSA.distance(word, other, score_cutoff=1) != 1:
        return False
    return sorted(word) == sorted(other) or _DOUBLED.sub(r"\1", word) == _DOUBLED.sub(r"\1", other)
