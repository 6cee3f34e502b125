"""The JSON contract and the data dictionary, from the schema and the record classes."""

from __future__ import annotations

import inspect
import re
from dataclasses import MISSING, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from markup import prose, table

from cartref import eligibility, layout, schema
from cartref.loading import GIVEN
from cartref.model.dataset import Dataset
from cartref.model.label import Criterion

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a number counts, by the name of its field: the first pattern that fits.
UNITS = (
    (r".*_pct|ci_level|level_pct", "per cent"),
    (r".*_days|days|day|days_before_infusion|infusion_days_.*|within_days", "days"),
    (r".*_months", "months"),
    (r".*_weeks", "weeks"),
    (r".*_minutes", "minutes"),
    (r".*_temperature_c", "°C"),
    (r"age.*", "years"),
    (r".*cells", "cells"),
    (r".*prior_lines|lines_min", "lines of therapy"),
    (r"relapses.*", "relapses"),
    (r".*doses_on_site", "doses"),
    (r"distance", "edits"),
    (r"version", "edition of the label"),
    (r"n_records", "records"),
    (r"n_sources", "references"),
    (r"products|regulators", "count"),
    (r"n|n_.*", "patients"),
    (r"value|comparator_.*|ci_(low|high)|dose", "as `unit` says"),
)
# The files in which a product stands once, at the top.
_OWNED = {
    "labels": '`product = "…"` stands once, at the top of the file, and holds for every record.',
    "trials": '`product = "…"` stands once, at the top of the file, and holds for every record.'
    " `trials/class.toml` has no such line: it holds studies of several products.",
}
ENVELOPE = {
    "schema_version": "version of this contract",
    "command": "the command that answers",
    "dataset": "version and as-of date of the dataset",
    "query": "what was asked: the arguments, and how each name in them was matched",
    "results": "the answer: a list of records",
    "sources": "the references that the results name, by id",
    "notices": "what a reader must know about the answer, as sentences",
}


# ---- the JSON contract


@cache
def _schema() -> dict[str, Any]:
    return schema.schema()


def _named(reference: str) -> str:
    return reference.rpartition("/")[2]


def _linked(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _type(shape: dict[str, Any]) -> str:
    """The type of a field in words."""
    if "$ref" in shape:
        return _linked(_named(shape["$ref"]))
    if "anyOf" in shape:
        return " or ".join(_type(part) for part in shape["anyOf"] if part != {"type": "null"})
    kinds = [kind for kind in _kinds(shape) if kind != "null"]
    if kinds == ["array"]:
        return f"list of {_type(shape['items'])}"
    if "properties" in shape:
        return "object of " + ", ".join(f"`{name}`" for name in shape["properties"])
    if shape.get("pattern") == schema.DATE:
        return "date"
    return " or ".join(kinds)


def _kinds(shape: dict[str, Any]) -> list[str]:
    kinds = shape.get("type", "string")  # a constant has no type of its own
    return kinds if isinstance(kinds, list) else [kinds]


def _may_be_null(shape: dict[str, Any]) -> bool:
    return "null" in _kinds(shape) or {"type": "null"} in shape.get("anyOf", ())


def unit(name: str, shape: dict[str, Any]) -> str:
    """What the numbers of a field count; empty for what holds none.

    Raises:
        LookupError: no unit is known for the field
    """
    inner = shape.get("items", shape)
    if not {"integer", "number"} & {*_kinds(inner)}:
        return ""
    for pattern, words in UNITS:
        if re.fullmatch(pattern, name):
            return words
    raise LookupError(f"no unit is known for the field '{name}': add it to UNITS of {__file__}")


def _allowed(name: str, shape: dict[str, Any]) -> str:
    """The unit, the limits or the allowed values of a field."""
    inner = shape.get("items", shape)
    values = [f"`{value}`" for value in inner.get("enum", ()) if value is not None]
    limits = f"{inner['minimum']} to {inner['maximum']}" if "maximum" in inner else ""
    return ", ".join(filter(None, [unit(name, shape), limits, *values]))


def record(name: str) -> str:
    """The fields of one record class."""
    found = _schema()["$defs"][name]
    rows = [
        (
            f"`{key}`",
            _type(shape),
            prose(shape.get("description") or ENVELOPE.get(key) or f"the list `{key}`"),
            _allowed(key, shape),
            "yes" if _may_be_null(shape) else "",
        )
        for key, shape in found["properties"].items()
    ]
    head = ["Field", "Type", "Meaning", "Unit or values", "Null?"]
    return f"{prose(found.get('description', ''))}\n\n{table(head, rows)}"


def envelope() -> str:
    """The keys that every answer has."""
    answer = next(part for part in _schema()["oneOf"] if "properties" in part)
    rows = []
    for key, meaning in ENVELOPE.items():
        shape = answer["properties"][key]
        const = shape.get("const") if key == "schema_version" else None
        kind = "list" if key == "results" else _type(shape)
        rows.append((f"`{key}`", kind, f"{meaning}: `{const}`" if const else meaning))
    return table(["Key", "Type", "Meaning"], rows)


def answers() -> str:
    """What the results of each command are, and its further keys."""
    rows = []
    for part in _schema()["oneOf"]:
        keys = part.get("properties")
        if keys:
            more = [f"`{key}`: {_type(keys[key])}" for key in keys if key not in ENVELOPE]
            rows.append(
                (f"`{keys['command']['const']}`", _type(keys["results"]["items"]), "; ".join(more))
            )
    return table(["`command`", "Each of `results`", "Further keys"], rows)


def lists() -> str:
    """The lists of the export, and the record class of each."""
    rows = [(f"`{item.list}`", _linked(item.record)) for item in layout.TABLES.values()]
    return table(["List", "Each is a"], rows)


def records() -> str:
    """All record classes, by name."""
    names = sorted(_schema()["$defs"])
    return "\n\n".join(f"### {name}\n\n{record(name)}" for name in names)


def patient() -> str:
    """The fields of a patient in a file."""
    found = schema.patient_schema()["$defs"]["Patient"]
    rows = [
        (f"`{key}`", _type(shape), prose(shape["description"]), _allowed(key, shape))
        for key, shape in found["properties"].items()
    ]
    return table(["Key", "Type", "Meaning", "Unit or values"], rows)


# ---- the data dictionary


def tables() -> dict[str, dict[str, type]]:
    """The record class of every table of every file; files of one kind stand together."""
    files = dict(layout.TOP)
    for folder, names in layout.FOLDERS.items():
        files[f"{folder}/{'NAME' if folder == 'sources' else 'PRODUCT'}.toml"] = names
    return {
        file: {name: layout.TABLES[name].cls() for name in names} for file, names in files.items()
    }


def _nested(cls: type) -> Iterator[type]:
    """The record classes that stand within another."""
    for part in fields(cls):
        for name in re.findall(r"\w+", str(part.type)):
            other = vars(inspect.getmodule(cls)).get(name)
            if inspect.isclass(other) and hasattr(other, "__dataclass_fields__"):
                yield other
                yield from _nested(other)


def _keys(cls: type, owner: str | None = None) -> str:
    """The keys of one table.

    Args:
        cls: its record class
        owner: the key that stands at the top of the file instead
    """
    properties = _schema()["$defs"][cls.__name__]["properties"]
    rows = []
    for part in fields(cls):
        if part.name in GIVEN:
            continue  # no file may say it
        shape = properties[part.name]
        needed = "at the top" if part.name == owner else "yes" if part.default is MISSING else ""
        meaning = prose(shape["description"])
        if part.default not in (MISSING, None, ()):
            meaning += f"; if not given, `{str(part.default).lower()}`"
        rows.append((f"`{part.name}`", _type(shape), meaning, _allowed(part.name, shape), needed))
    return table(["Key", "Type", "Meaning", "Unit or values", "Required?"], rows)


def _values_by_kind() -> str:
    """The values that each kind of criterion takes."""
    rows = [
        (f"`{kind}`", ", ".join(f"`{value}`" for value in values))
        for kind, values in eligibility.VALUES.items()
    ]
    return table(["`kind`", "`value`"], rows)


def dictionary() -> str:
    """Every file, table and key of the dataset; what holds for several products comes last."""
    parts: list[str] = []
    places: dict[type, str] = {}
    for file, found in sorted(tables().items(), key=lambda item: item[0] == "class.toml"):
        parts.append(f"## {file}")
        kind = file.partition("/")[0].removesuffix(".toml")
        if kind in _OWNED:
            parts.append(_OWNED[kind])
        if kind == "products":
            parts += ["### [dataset]", _keys(Dataset)]
        for name, cls in found.items():
            parts += [f"### {kind}: [[{name}]]", (cls.__doc__ or "").partition("\n")[0]]
            if cls in places:
                parts.append(f"Its keys are those of [`[[{name}]]` of a product](#{places[cls]}).")
            else:
                parts.append(_keys(cls, "product" if kind in _OWNED else None))
            places.setdefault(cls, f"{kind}-{name}")
    parts.append("## Tables within records")
    nested = {inner.__name__: inner for cls in places for inner in _nested(cls)}
    for name, cls in sorted(nested.items()):
        parts += [f"### {name}", (cls.__doc__ or "").partition("\n")[0], _keys(cls)]
        if cls is Criterion:
            parts += ["Each kind takes these values:", _values_by_kind()]
    return "\n\n".join(parts)
