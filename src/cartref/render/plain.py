"""Records as JSON: one envelope, every key always there, ASCII only."""

from __future__ import annotations

from typing import Any

from cartref.model.record import fields_of

SCHEMA_VERSION = "1.0"
_SIMPLE = {str, int, float, bool, type(None)}  # in which nothing can be cited


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON of plain values and records; on one line it is much faster than indented."""
    import json

    return json.dumps(value, default=fields_of, indent=indent)


def cited(value: Any) -> set[str]:
    """The source ids that stand anywhere in records, lists and dictionaries of them."""
    found: set[str] = set()
    waiting = [value]
    for item in waiting:
        held = item
        if not isinstance(item, (list, tuple)):
            fields = item if isinstance(item, dict) else vars(item)
            found.update(fields.get("sources", ()))
            held = fields.values()
        waiting += [inner for inner in held if type(inner) not in _SIMPLE]
    return found
