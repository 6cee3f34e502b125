"""Records as JSON: one envelope, every key always there, ASCII only."""

from __future__ import annotations

from typing import Any

from cartref.model import vocabulary
from cartref.model.record import fields_of, is_record

SCHEMA_VERSION = "1.0"


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
        elif is_record(item):
            found.update(getattr(item, "sources", ()))
            waiting += [getattr(item, name) for name in _nested(type(item))]
    return found


_nested_fields: dict[type, tuple[str, ...]] = {}


def _nested(cls: Any) -> tuple[str, ...]:
    """The fields of a record class that hold other records."""
    if cls not in _nested_fields:
        _nested_fields[cls] = tuple(
            name for name, kind in cls.fields_.items() if not _plain(kind.removesuffix(" | None"))
        )
    return _nested_fields[cls]


def _plain(kind: str) -> bool:
    """Whether an annotation is of texts, numbers, truths and choices of the vocabulary."""
    one = kind.removeprefix("tuple[").split(",")[0]
    choice = one.startswith("Literal[") or hasattr(vocabulary, one)
    return choice or one in ("str", "int", "float", "bool")
