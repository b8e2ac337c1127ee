"""Makes text of bytes whose encoding nobody has written down."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from connectors.errors import UnreadableError

DAMAGED = "utf-8, damaged"
"""The encoding's name where single broken bytes of a UTF-8 text were replaced."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose little-endian mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_COMMON_CHINESE = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
_FREQUENT_CHINESE = re.compile(
    "[的一是在不了有和人这中大为上个我以要时来用们生到作于出就分对成会可主发动同能下过种面后多定行法所、。，：（）]"
)
"""Korean bytes also make everyday Chinese characters, but not these ones this often."""
_SAMPLE = 200_000


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding's name; UTF-8 first, then what the byte statistics say.

    A text of UTF-8 with a few broken bytes stays UTF-8 (`DAMAGED`). Raises `UnreadableError` for what is no
    text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace").removeprefix("\ufeff"), encoding)
    if b"\0" in data:
        raise UnreadableError("binary file")
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _checked(*_guess(data))


def _guess(data: bytes) -> tuple[str, str]:
    tolerant = data.decode("utf-8", "replace")
    broken = tolerant.count("\ufffd")
    foreign = sum(character > "\x7f" for character in tolerant)
    if broken * 4 <= foreign:
        return tolerant, DAMAGED
    if chinese := _chinese(data):
        return chinese, "gb18030"
    best = from_bytes(data[:_SAMPLE]).best()
    # A short text of a Western language has too few foreign bytes for statistics: cp1252 reads any of them.
    encoding = best.encoding if best is not None and foreign > 30 else "cp1252"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _chinese(data: bytes) -> str:
    """The text if the bytes are GB18030 (or GBK, GB 2312) of everyday characters, else ''."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    foreign = sum(character > "\x7f" for character in text)
    common = len(_COMMON_CHINESE.findall(text))
    frequent = len(_FREQUENT_CHINESE.findall(text))
    return text if common * 10 >= foreign * 9 and frequent * 12 >= foreign else ""


def _checked(text: str, encoding: str) -> tuple[str, str]:
    """The arguments, unless the text holds so many control characters that it is none."""
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) * 20 > len(sample) or sample.count("\ufffd") * 4 > len(sample):
        raise UnreadableError("binary file")
    return text, encoding
