"""Streams that survive any encoding, and readers that close a pipe early."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = {
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "x",
    "°": " deg ",
    "µ": "u",
    "–": "-",
    "—": "-",
    "─": "-",
    "━": "-",
    "█": "#",
    "▌": "-",
    "…": "...",
    "●": "o",
    "○": "+",
    "◉": "@",
    "├": "|",
    "┤": "|",
    "▲": "^",
    "®": "",
    "™": "",
    "²": "2",
}


def _nearest_plain(error: UnicodeError) -> tuple[str, int]:
    """Write what an encoding lacks in characters that it has, or as an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    plain = "".join(
        _PLAIN[char] if char in _PLAIN else char.encode("ascii", "backslashreplace").decode()
        for char in lost
    )
    return plain, error.end


def abandon() -> None:
    """Let what is left for a stream that takes no more go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def survive() -> Iterator[None]:
    """Let no encoding of the terminal stop an answer, nor a stream that was closed."""
    codecs.register_error("cartref", _nearest_plain)
    if sys.stdout is None or sys.stderr is None:
        sys.exit(1)  # nowhere to answer
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="cartref")
    try:
        yield
    except OSError as error:
        abandon()
        sys.stderr.write(f"error: the answer cannot be written: {error.strerror}\n")
        sys.exit(1)
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            abandon()
