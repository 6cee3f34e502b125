"""Records as JSON: one envelope, every key always there, ASCII only."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = "1.0"


def plain(value: Any) -> Any:
    """Turn records, tuples and dictionaries into what JSON can hold."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return {name: plain(getattr(value, name)) for name in value.__slots__}


def cited(value: Any) -> set[str]:
    """The source ids that stand anywhere in a plain result."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            for key, inner in item.items():
                if key == "sources":
                    found.update(inner)
                elif isinstance(inner, (dict, list)):
                    waiting.append(inner)
    return found
