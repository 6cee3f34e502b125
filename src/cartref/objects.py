"""Objects of JSON as others write them."""

from __future__ import annotations


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys stand once; the last of two would silently win.

    Raises:
        ValueError: a key stands twice
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in an object")
    return found
