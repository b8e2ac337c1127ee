"""Words of a text as the lexical index stores them: what engineers search for stays findable.

`m6g.xlarge`, `10.0.0.0/16`, `kube-system`, `--force-sync`, `CrashLoopBackOff` and `apps/v1` are kept whole
and also split at their joints; plain words are stemmed (Snowball English); Chinese is cut into overlapping
pairs of characters, which need no dictionary and lose to none on short technical text (facts.md).
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache

import snowballstemmer

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[{HAN}]+"  # a run of Chinese characters
    # A word with joints inside, such as a path, a version or an address; it ends where Chinese begins.
    rf"|[^\W_{HAN}](?:(?:[^\W{HAN}]|[.\-/:@+%])*[^\W_{HAN}])?[%+]?"
)
_JOINTS = re.compile(r"[_.\-/:@+%]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d{2,})")
_CHINESE = re.compile(rf"[{HAN}]")
_LONGEST = 100

_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()
"""A stemmer keeps its word in itself: two threads at once would give wrong stems, and the cache would keep them."""

STOP_WORDS = frozenset(
    "a about all also am an and any are as at be been being but by can could did do does doing done for from get "
    "gets getting give go goes going got had has have having he her here him his how i if in into is it its "
    "just let like me my no not of off on one only or our ours out over own please pls s same she should so "
    "some such t than that the their them then there these they this those to too under up us use used using "
    "very was we were what whats when where which while who whom why will with would you your yours dont doesn "
    "isn ain re ve ll m d again anyone someone somebody something thing things way ways want wants need needs "
    "new old right now know tell show find it's i'm what's don't".split()
)  # fmt: skip
"""English words that say nothing of what is asked; kept in the index, left out of queries."""


_BRITISH = re.compile(
    r"(?<=\w{3})is(?=(?:e[ds]?|er|ers|ing|ations?)\Z)|(?<=\w{3})ys(?=(?:e[ds]?|er|ers|ing)\Z)"
)
_OUR = re.compile(r"(?<=\w{2})our(?=(?:s|ed|ing|al|ally|ite|ites)?\Z)")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word in American spelling; words with digits stay as they are."""
    if not (word.isalpha() and word.isascii()):
        return word
    # Both sides are written so: it does not matter that `promize` is no word.
    word = _OUR.sub("or", _BRITISH.sub(lambda m: m[0][0] + "z", word))
    with _stemming:
        return str(_stemmer.stemWord(word))


@lru_cache(maxsize=200_000)
def _expand(token: str) -> tuple[str, ...]:
    if _CHINESE.match(token):
        return tuple(token[i : i + 2] for i in range(len(token) - 1)) or (token,)
    whole = token.lower().strip("-./:@+")
    pieces = [piece for joint in _JOINTS.split(token) for piece in _CAMEL.split(joint) if piece]
    if len(pieces) <= 1:
        return (stem(whole),)
    terms = [whole] if len(whole) <= _LONGEST else []
    terms += [stem(piece.lower()) for piece in pieces]
    return tuple(dict.fromkeys(term for term in terms if term))


def terms(text: str) -> list[str]:
    """The index terms of `text`, in order, with repetitions."""
    return [term for token in _TOKEN.findall(text) for term in _expand(token)]


def query_terms(text: str) -> list[str]:
    """The distinct terms of a question that carry meaning, in order."""
    kept = (token for token in _TOKEN.findall(text) if token.lower() not in STOP_WORDS)
    return list(dict.fromkeys(term for token in kept for term in _expand(token)))


def words(text: str) -> list[str]:
    """The tokens of `text` as written, unexpanded."""
    return _TOKEN.findall(text)


def is_chinese(text: str) -> bool:
    """Whether `text` is mainly Chinese: it has more of it, or its other words are names among Chinese ones."""
    letters = sum(1 for c in text if c.isalpha() and c.isascii())
    signs = len(_CHINESE.findall(text))
    named = signs > 1 and not any(word.lower() in STOP_WORDS for word in _TOKEN.findall(text))
    return named or 3 * signs > letters


def has_chinese(text: str) -> bool:
    """Whether any Chinese is in `text`: an English embedding model reads none of it (facts.md)."""
    return _CHINESE.search(text) is not None
