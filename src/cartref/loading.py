"""TOML to dataclasses, strictly: what is not in the model is an error with its place.

Each annotation in the model is turned once into a reader function. Errors name the file, the
record and the key, so that whoever edits the data finds the spot at once.
"""

from __future__ import annotations

import os
import sys
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from cartref.errors import DataError
from cartref.model import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

R = TypeVar("R")
LONGEST_SHOWN = 200  # signs of a value in an error
LARGEST = 2**24  # bytes of a file
MOST = 2**63  # what a whole number of TOML stays below


class _MismatchError(Exception):
    """A value is not of the type that the model asks for."""


def shown(value: object) -> str:
    """A value as an error shows it, however long, large or deep it is."""
    try:
        text = repr(value)
    except (RecursionError, ValueError):  # Python writes no number of thousands of digits
        return f"a {type(value).__name__} too large to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} ..."


def _plain(kind: type, words: str) -> Callable[[object], Any]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise _MismatchError(f"expected {words}, found {shown(value)}")
        return value

    return read


def _number(value: object) -> float | int:
    if type(value) not in (int, float):
        raise _MismatchError(f"expected a number, found {shown(value)}")
    if not -MOST < value < MOST:  # type: ignore[operator]
        raise _MismatchError(f"{shown(value)} is no number, or too large a one")
    return value  # type: ignore[return-value]


def _whole(value: object) -> int:
    if type(value) is not int:
        raise _MismatchError(f"expected a whole number, found {shown(value)}")
    return int(_number(value))


def _one_of(allowed: tuple[str, ...]) -> Callable[[object], Any]:
    members = frozenset(allowed)

    def read(value: object) -> object:
        if type(value) is not str or value not in members:
            raise _MismatchError(f"{shown(value)} is not one of: {', '.join(allowed)}")
        return value

    return read


def _many(read_one: Callable[[object], Any]) -> Callable[[object], Any]:
    def read(value: object) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _MismatchError(f"expected a list, found {shown(value)}")
        return tuple([read_one(item) for item in value])

    return read


_text, _date = _plain(str, "a text"), _plain(str, "a date as text")
_SIMPLE: dict[str, Callable[[object], Any]] = {
    "str": _text,
    "Date": _date,
    "int": _whole,
    "bool": _plain(bool, "true or false"),
    "float": _number,
}


def _reader(annotation: str, module: str) -> Callable[[object], Any]:
    """Turn one annotation of the model into the function that checks and converts a value."""
    annotation = annotation.removesuffix(" | None")
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if annotation.startswith("tuple["):
        return _many(_reader(annotation[6:].removesuffix(", ...]"), module))
    if annotation.startswith("Literal["):
        return _one_of(tuple(part.strip().strip("\"'") for part in annotation[8:-1].split(",")))
    allowed = getattr(vocabulary, annotation, None)
    if allowed is not None:
        return _one_of(get_args(allowed))
    nested = getattr(sys.modules[module], annotation)
    return lambda value: build(nested, value)


class _Plan:
    """How to build one class: what reads each key, what sets it, and the defaults.

    The slots are set directly: it is twice as fast as a call of the class. A text that is a
    text needs no reader, and most values are.
    """

    __slots__ = ("defaults", "readers", "required", "setters", "texts")

    def __init__(self, cls: Any) -> None:
        parts = fields(cls)
        self.readers = {part.name: _reader(str(part.type), cls.__module__) for part in parts}
        self.setters = {part.name: getattr(cls, part.name).__set__ for part in parts}
        self.texts = {
            name: self.setters[name]
            for name, read in self.readers.items()
            if read in (_text, _date)
        }
        self.required = frozenset(part.name for part in parts if part.default is MISSING)
        self.defaults = [
            (part.name, self.setters[part.name], part.default)
            for part in parts
            if part.default is not MISSING
        ]


_plans: dict[type, _Plan] = {}


def build(cls: type[R], table: object) -> R:
    """Make one record from one TOML table.

    Raises:
        _MismatchError: a key is unknown or missing, or a value has the wrong type
    """
    if type(table) is not dict:
        raise _MismatchError(f"expected a table, found {shown(table)}")
    plan = _plans.get(cls) or _plans.setdefault(cls, _Plan(cls))
    missing = plan.required - table.keys()
    if missing:
        raise _MismatchError(f"{min(missing)}: missing key")
    made = object.__new__(cls)
    for name, put, default in plan.defaults:
        if name not in table:
            put(made, default)
    texts = plan.texts
    for key, value in table.items():
        if type(value) is str and key in texts:
            texts[key](made, value)
        else:
            _put(plan, made, key, value)
    return made


def _put(plan: _Plan, made: object, key: str, value: object) -> None:
    """Check and set one value that is more than a text."""
    read = plan.readers.get(key)
    if read is None:
        raise _MismatchError(f"{key}: unknown key")
    try:
        plan.setters[key](made, read(value))
    except _MismatchError as error:
        raise _MismatchError(f"{key}: {error}") from None


def data_directory() -> str:
    """Where the dataset lies: beside the package in a wheel, at the top of the repository else.

    Raises:
        DataError: neither place holds it
    """
    package = os.path.dirname(os.path.abspath(__file__))
    for place in (
        os.path.join(package, "data"),
        os.path.join(os.path.dirname(os.path.dirname(package)), "data"),
    ):
        if os.path.isfile(os.path.join(place, "products.toml")):
            return place
    raise DataError(
        "the dataset is missing: data/products.toml lies neither beside the package"
        " nor in the repository; reinstall cartref"
    )


def parse(path: str) -> dict[str, Any]:
    """Parse one TOML file.

    Raises:
        DataError: the file cannot be read, is not UTF-8 or is not TOML
    """
    import tomli

    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise DataError(f"{path}: is larger than {LARGEST:,} bytes")
        return tomli.loads(raw.decode())
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}: is not valid TOML: line {line} is not UTF-8") from None
    except (ValueError, RecursionError) as error:  # the second of what is nested too deep
        raise DataError(f"{path}: is not valid TOML: {error}") from None


def read(
    path: str, tables: Mapping[str, type], header: str | None = None
) -> dict[str, tuple[Any, ...]]:
    """Read one file into records.

    Args:
        path: the file
        tables: the class of each array of tables that the file may hold
        header: a single table of its own (``dataset``), or the key that names the ``product``
            of every record in the file

    Returns:
        the records by table name; under ``header`` a tuple of one

    Raises:
        DataError: names the file, the record and the key
    """
    content = parse(path)
    owner = None
    records: dict[str, tuple[Any, ...]] = {}
    if header is not None:
        found = content.pop(header, None)
        if found is None:
            raise DataError(f"{path}: {header}: missing key")
        if header == "product":
            owner = found
        records[header] = (found,)
    for name, rows in content.items():
        if name not in tables:
            raise DataError(f"{path}: unknown table '{name}'")
        if type(rows) is not list:
            raise DataError(f"{path}: '{name}' must be an array of tables: [[{name}]]")
        records[name] = tuple([_record(path, name, tables[name], row, owner) for row in rows])
    return records


def one(path: str, cls: type[R], table: object) -> R:
    """Build the record of a table that stands once in a file.

    Raises:
        DataError: names the file and the key
    """
    try:
        return build(cls, table)
    except _MismatchError as error:
        raise DataError(f"{path}: {cls.__name__.lower()}: {error}") from None


def _record(path: str, name: str, cls: type[R], row: object, owner: str | None) -> R:
    """Build one record of a file, and say where it stands if it cannot be built."""
    try:
        if owner is not None and isinstance(row, dict):
            _own(row, owner)
        return build(cls, row)
    except _MismatchError as error:
        identity = row.get("id", "without id") if isinstance(row, dict) else "without id"
        identity = identity if isinstance(identity, str) else shown(identity)
        raise DataError(f"{path}: {name} '{identity}': {error}") from None


def _own(row: dict[str, Any], owner: str) -> None:
    """Give a record the product that stands at the top of its file."""
    if "product" in row:
        raise _MismatchError("product: stands at the top of the file, not in a record")
    row["product"] = owner
