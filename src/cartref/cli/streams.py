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
    "×": "x",
    "°": " deg ",
    "µ": "u",
    "–": "-",
    "—": "-",
    "─": "-",
    "━": "-",
    "█": "#",
    "…": "...",
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


@contextmanager
def survive() -> Iterator[None]:
    """Let no encoding of the terminal stop an answer, and a closed pipe be no error."""
    codecs.register_error("cartref", _nearest_plain)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="cartref")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has enough. Nothing may be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
