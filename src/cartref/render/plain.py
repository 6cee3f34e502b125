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
            waiting += item
        elif isinstance(item, dict):
            found.update(item.get("sources", ()))
            waiting += item.values()
        elif hasattr(item, "__slots__"):
            found.update(getattr(item, "sources", ()))
            waiting += [getattr(item, name) for name in _nested(type(item))]
    return found


_nested_fields: dict[type, tuple[str, ...]] = {}


def _nested(cls: Any) -> tuple[str, ...]:
    """The fields of a record class that hold other records."""
    if cls not in _nested_fields:
        plain = ("str", "int", "float", "bool")
        _nested_fields[cls] = tuple(
            name
            for name, field in cls.__dataclass_fields__.items()
            if str(field.type).removeprefix("tuple[").split(",")[0].removesuffix(" | None")
            not in plain
        )
    return _nested_fields[cls]
