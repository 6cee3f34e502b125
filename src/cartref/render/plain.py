"""Records as JSON: one envelope, every key always there, ASCII only."""

from __future__ import annotations

from typing import Any

SCHEMA_VERSION = "1.0"


def fields_of(record: Any) -> dict[str, Any]:
    """The fields of a record. The JSON encoder asks for them when it meets one."""
    return {name: getattr(record, name) for name in record.__slots__}


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON of plain values and records; on one line it is much faster than indented."""
    import json

    return json.dumps(value, default=fields_of, indent=indent)


def cited(value: Any) -> set[str]:
    """The source ids that stand anywhere in records, lists and dictionaries of them."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, (list, tuple)):
            waiting.extend(item)
            continue
        parts = item if isinstance(item, dict) else None
        if parts is None and hasattr(item, "__slots__"):
            parts = fields_of(item)
        for key, inner in (parts or {}).items():
            if key == "sources":
                found.update(inner)
            elif inner and type(inner) not in (str, int, float, bool):
                waiting.append(inner)
    return found
